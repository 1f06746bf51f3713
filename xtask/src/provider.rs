//! Is the account at the provider set up so that a login may rely on it?
//!
//! Run it before each deployment. It looks with a second key, `INFOBIP_ADMIN_KEY`, which is never deployed: the worker's own key may
//! send and nothing else (R51), and that is checked, too. Not here: what is demanded (`infobip::inspect`).

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use infobip::inspect::{self, Demands, Mend};
use infobip::setup;
use infobip::{ApiKey, BaseUrl, Messages, request};
use login::Policy;
use serde::de::DeserializeOwned;

use crate::account::send;

const EXAMPLES: &str = "\
Examples:
  INFOBIP_ADMIN_KEY=… cargo xtask provider check --settings worker.env
  INFOBIP_ADMIN_KEY=… cargo xtask provider check --settings worker.env --fix

The file holds the worker's settings as lines NAME=value; what the environment holds counts first.";

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Name everything that is not as it must be, each with its mend, and fail if there is anything.
    #[command(after_help = EXAMPLES)]
    Check {
        /// Where the worker's settings are.
        #[arg(long, value_name = "FILE")]
        settings: Option<PathBuf>,
        /// Replace the application's rules by the right ones. The message is left alone: it is yours.
        #[arg(long)]
        fix: bool,
    },
}

/// Carries the command out.
pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    let Command::Check { settings, fix } = command;
    let settings = read_settings(settings.as_deref())?;
    let account = Account::of(&settings)?;
    if *fix {
        account.mend()?;
        println!("the application's rules were replaced");
    }
    let mends = account.judge()?;
    for mend in &mends {
        println!("{}: {}", mend.setting, mend.words);
    }
    if mends.is_empty() {
        println!("the provider is set up as the worker needs it");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}

/// The settings of a file, overridden by those of the environment.
pub(crate) fn read_settings(file: Option<&Path>) -> Result<BTreeMap<String, String>> {
    let mut settings = BTreeMap::new();
    if let Some(file) = file {
        let text =
            fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let pairs = text.lines().filter_map(|line| line.trim().split_once('='));
        let owned = |(name, value): (&str, &str)| (name.trim().to_owned(), value.trim().to_owned());
        settings.extend(pairs.map(owned));
    }
    let known = |name: &str| {
        name.starts_with("INFOBIP_")
            || name.ends_with("_KEYS")
            || [
                "ISSUER",
                "ALLOWED_ORIGINS",
                "CODE_LENGTH",
                "CODE_TTL_S",
                "SENDS_PER_SITE",
            ]
            .contains(&name)
    };
    settings.extend(env::vars().filter(|(name, _)| known(name)));
    Ok(settings)
}

struct Account {
    base_url: BaseUrl,
    managing: ApiKey,
    deployed: ApiKey,
    application_id: String,
    messages: Messages,
    demands: Demands,
}

impl Account {
    fn of(settings: &BTreeMap<String, String>) -> Result<Self> {
        let get = |name: &str| {
            settings
                .get(name)
                .filter(|text| !text.is_empty())
                .with_context(|| format!("{name} is not set"))
        };
        let deployed = ApiKey::parse(get("INFOBIP_API_KEY")?).context("INFOBIP_API_KEY")?;
        let managing = ApiKey::parse(get("INFOBIP_ADMIN_KEY")?).context("INFOBIP_ADMIN_KEY")?;
        if managing == deployed {
            bail!(
                "INFOBIP_ADMIN_KEY is the worker's own key: make a second one with the scope 2fa:manage"
            );
        }
        Ok(Self {
            base_url: BaseUrl::parse(get("INFOBIP_BASE_URL")?).context("INFOBIP_BASE_URL")?,
            managing,
            deployed,
            application_id: get("INFOBIP_APPLICATION_ID")?.clone(),
            messages: Messages::parse(get("INFOBIP_MESSAGE_ID")?).context("INFOBIP_MESSAGE_ID")?,
            demands: demands(settings)?,
        })
    }

    /// Everything that is not as it must be.
    fn judge(&self) -> Result<Vec<Mend>> {
        let mut mends = inspect::application(&self.application()?, &self.demands);
        for (language, message) in self.messages.all() {
            let (url, key) = (&self.base_url, &self.managing);
            let ask = request::get_template(url, key, &self.application_id, message);
            let found = inspect::template(&read(&ask, "INFOBIP_MESSAGE_ID")?, &self.demands);
            mends.extend(found.into_iter().map(|mend| match language {
                Some(language) => Mend {
                    words: format!("in the message for {language}: {}", mend.words),
                    ..mend
                },
                None => mend,
            }));
        }
        let spied = request::get_application(&self.base_url, &self.deployed, &self.application_id);
        match send(&spied)?.0 {
            401 => mends.push(Mend {
                setting: "INFOBIP_API_KEY",
                words: "the provider does not know the worker's key: nobody could sign in".to_owned(),
            }),
            403 => {}
            status => mends.push(Mend {
                setting: "INFOBIP_API_KEY",
                words: format!(
                    "the worker's key may look at applications ({status}): deploy one with the scope 2fa:pin:send alone"
                ),
            }),
        }
        Ok(mends)
    }

    fn application(&self) -> Result<inspect::Application> {
        let ask = request::get_application(&self.base_url, &self.managing, &self.application_id);
        read(&ask, "INFOBIP_APPLICATION_ID")
    }

    /// Replaces the application's rules, and keeps its name.
    fn mend(&self) -> Result<()> {
        let application = setup::Application {
            name: self.application()?.name,
            enabled: true,
            configuration: setup::Configuration::for_demands(&self.demands),
        };
        let ask = request::update_application(
            &self.base_url,
            &self.managing,
            &self.application_id,
            &application,
        );
        let (status, body) = send(&ask)?;
        if status != 200 {
            bail!(
                "the provider answered {status}: {}",
                infobip::fault::Fault::read(&body)
            );
        }
        Ok(())
    }
}

/// What a worker with these settings relies on.
pub(crate) fn demands(settings: &BTreeMap<String, String>) -> Result<Demands> {
    let get = |name: &str| settings.get(name).map_or("", |text| text.trim());
    let number = |name: &str, default: u64| match get(name) {
        "" => Ok(default),
        text => text.parse().with_context(|| format!("{name} is no number")),
    };
    let policy = Policy::default();
    let site = policy.budgets.site;
    let texts_of_site = match get("SENDS_PER_SITE") {
        "" => Some((site.per_hour.into(), site.per_day.into())),
        text => text
            .split_once('/')
            .and_then(|(hour, day)| Some((hour.trim().parse().ok()?, day.trim().parse().ok()?))),
    };
    if get("ISSUER").is_empty() {
        bail!("ISSUER is not set");
    }
    let origins = format!("{},{}", get("ISSUER"), get("ALLOWED_ORIGINS"));
    Ok(Demands {
        tries: policy.tries.into(),
        code_life: Duration::from_secs(number("CODE_TTL_S", policy.code_life.as_secs())?),
        code_length: u8::try_from(number("CODE_LENGTH", policy.code_length.into())?)
            .context("CODE_LENGTH is longer than any code")?,
        texts_per_hour: u64::try_from(policy.sends_per_hour)?,
        texts_per_day: u64::try_from(policy.sends_per_day)?,
        texts_of_site: texts_of_site.context("SENDS_PER_SITE is not written like 1000/10000")?,
        hosts: origins.split(',').filter_map(host).collect(),
    })
}

/// The host of an origin, as the last line of a text names it.
pub(crate) fn host(origin: &str) -> Option<String> {
    let (_, rest) = origin.trim().split_once("://")?;
    let host = rest.split(['/', ':']).next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

fn read<T: DeserializeOwned>(ask: &infobip::Request, named_by: &str) -> Result<T> {
    let (status, body) = send(ask)?;
    match status {
        200 => serde_json::from_slice(&body).context("the provider's answer cannot be read"),
        401 | 403 => {
            bail!("INFOBIP_ADMIN_KEY may not look ({status}): give it the scope 2fa:manage")
        }
        404 => bail!("the provider knows nothing of this id: check {named_by}"),
        status => bail!(
            "the provider answered {status}: {}",
            infobip::fault::Fault::read(&body)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_as_texts_name_it() {
        let cases = [
            ("https://login.example.com", Some("login.example.com")),
            (" https://shop.example.com:8443/", Some("shop.example.com")),
            ("http://localhost:8787", Some("localhost")),
            ("", None),
        ];
        for (origin, expected) in cases {
            assert_eq!(host(origin).as_deref(), expected, "{origin}");
        }
    }
}
