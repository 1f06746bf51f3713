//! What does `sms-login.toml` say?
//!
//! The one file that a deployment is described in: the account, the texts, and for each environment the worker's settings. It
//! holds no secret, so it can be kept with the site's code. Every fault is named with its line and its mend. Not here: what is sent
//! ([`messages`]); what is done with it all (`provision`, `doctor`, `deploy`).

pub(crate) mod messages;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use infobip::BaseUrl;
use serde::Deserialize;
use toml::Spanned;

use crate::provider;
use messages::{Email, Sms, Voice};

/// The worker's settings that are secrets. They are in a file of their own, and `deploy` uploads these and nothing else.
pub(crate) const SECRETS: [&str; 8] = [
    "SIGNING_KEYS",
    "SEALING_KEYS",
    "INDEX_KEYS",
    "ADMIN_KEYS",
    "STEP_UP_KEYS",
    "INFOBIP_API_KEY",
    "TURNSTILE_SECRET",
    // Many such addresses hold a token.
    "ALERT_WEBHOOK",
];

/// Which file, and which part of it.
#[derive(clap::Args)]
pub(crate) struct Choice {
    /// Where the deployment is described; sms-login.example.toml shows how.
    #[arg(long, value_name = "FILE", default_value = "sms-login.toml")]
    config: PathBuf,
    /// Which of its environments; if there is but one, that one.
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
}

/// One environment of a file that was found right.
#[derive(Clone)]
pub(crate) struct Deployment {
    /// The file.
    pub(crate) file: PathBuf,
    /// The environment's name.
    pub(crate) name: String,
    pub(crate) base_url: BaseUrl,
    /// Whether more than the host was pasted for it.
    pub(crate) url_was_cut: bool,
    pub(crate) environment: Environment,
    sms: Sms,
    voice: Option<Voice>,
    email: Option<Email>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    infobip: Account,
    sms: Sms,
    voice: Option<Voice>,
    email: Option<Email>,
    environment: BTreeMap<String, Environment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    base_url: Spanned<String>,
}

/// One of the places that the worker is deployed to.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Environment {
    /// The name of its 2FA application.
    pub(crate) application: Spanned<String>,
    /// The host of the page that codes are typed on.
    host: Option<String>,
    /// Where the secrets are, as lines NAME=value.
    pub(crate) secrets: PathBuf,
    /// The worker's settings but for its secrets.
    settings: BTreeMap<Spanned<String>, String>,
}

impl Choice {
    /// Whether one is asked for by name.
    pub(crate) fn names_an_environment(&self) -> bool {
        self.environment.is_some()
    }

    /// Reads the file.
    pub(crate) fn read(&self) -> Result<Deployment> {
        let path = &self.config;
        let text = fs::read_to_string(path).with_context(|| {
            let path = path.display();
            format!("reading {path}: copy sms-login.example.toml there and fill it in")
        })?;
        let mut deployment = read(&text, self.environment.as_deref())
            .map_err(|fault| fault.context(format!("{} is not right", path.display())))?;
        deployment.file.clone_from(path);
        // Beside the file, wherever the command was started.
        let folder = path.parent().unwrap_or(Path::new(""));
        let secrets = &mut deployment.environment.secrets;
        *secrets = folder.join(&*secrets);
        Ok(deployment)
    }
}

fn read(text: &str, environment: Option<&str>) -> Result<Deployment> {
    let file: File = toml::from_str(text)?;
    let fault = |span: Range<usize>, why: &str| {
        let before = text.get(..span.start).unwrap_or_default();
        anyhow::anyhow!("line {}: {why}", before.matches('\n').count() + 1)
    };
    let base_url = BaseUrl::parse(file.infobip.base_url.get_ref())
        .map_err(|why| fault(file.infobip.base_url.span(), &why.to_string()))?;
    let known = settings_of_the_worker();
    let mut seen = BTreeMap::new();
    for (name, environment) in &file.environment {
        // It becomes part of the worker's name.
        let in_name = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if name.is_empty() || !name.bytes().all(in_name) {
            let why = format!("`{name}` is no name for an environment: a-z, 0-9 and - are");
            return Err(fault(environment.application.span(), &why));
        }
        for setting in environment.settings.keys() {
            let why = match setting.get_ref().as_str() {
                name if SECRETS.contains(&name) => {
                    format!("{name} is a secret: put it into the file that `secrets` names")
                }
                "INFOBIP_BASE_URL" => "it is named once, as base_url under [infobip]".to_owned(),
                name if !known.contains(&name) => {
                    format!("the worker has no setting {name}: README.md lists them")
                }
                _ => continue,
            };
            return Err(fault(setting.span(), &why));
        }
        // Two environments with one application would change each other's texts.
        let application = &environment.application;
        let id = environment.get("INFOBIP_APPLICATION_ID");
        for key in [Some(application.get_ref().as_str()), id]
            .into_iter()
            .flatten()
        {
            if let Some(other) = seen.insert(key.to_owned(), name) {
                let why = format!(
                    "`{key}` is the application of {other}, too: each environment has its own"
                );
                return Err(fault(application.span(), &why));
            }
        }
    }
    let names = || Vec::from_iter(file.environment.keys().map(String::as_str)).join(", ");
    let name = match (environment, file.environment.len()) {
        (Some(name), _) => name.to_owned(),
        (None, 1) => names(),
        (None, _) => bail!(
            "it has several environments: choose with --environment ({})",
            names()
        ),
    };
    let environment = file
        .environment
        .get(&name)
        .with_context(|| format!("it has no environment {name}, but {}", names()))?
        .clone();
    let deployment = Deployment {
        file: PathBuf::new(),
        name,
        url_was_cut: {
            let pasted = file.infobip.base_url.get_ref().trim();
            let (_, host) = pasted.split_once("://").unwrap_or(("", pasted));
            host.trim_end_matches('/').contains(['/', '?', '#'])
        },
        base_url,
        environment,
        sms: file.sms,
        voice: file.voice,
        email: file.email,
    };
    deployment
        .check_texts()
        .map_err(|(span, why)| fault(span, &why))?;
    Ok(deployment)
}

impl Environment {
    fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.settings.iter();
        all.find(|(known, _)| known.get_ref() == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

impl Deployment {
    /// The worker's settings but for its secrets.
    pub(crate) fn settings(&self) -> BTreeMap<String, String> {
        let own = self.environment.settings.iter();
        let mut settings: BTreeMap<String, String> = own
            .map(|(name, value)| (name.get_ref().clone(), value.clone()))
            .collect();
        settings.insert(
            "INFOBIP_BASE_URL".to_owned(),
            self.base_url.as_str().to_owned(),
        );
        settings
    }

    /// The host of the page that codes are typed on: as it is set, or else of the first page that is not the worker's own.
    pub(crate) fn host(&self) -> String {
        let get = |name| self.environment.get(name).unwrap_or_default();
        let pages = [get("ALLOWED_ORIGINS"), get("ISSUER")].join(",");
        let first = || pages.split(',').find_map(provider::host);
        let host = self.environment.host.clone();
        host.or_else(first).unwrap_or_default()
    }

    /// Whether some sign in by e-mail.
    pub(crate) fn sends_emails(&self) -> bool {
        self.email.is_some()
    }

    /// How long a code is.
    pub(crate) fn digits(&self) -> u8 {
        let length = self.environment.get("CODE_LENGTH");
        length.and_then(|text| text.parse().ok()).unwrap_or(6)
    }
}

/// The names of all settings, from where the worker gets them on one machine.
pub(crate) fn settings_of_the_worker() -> Vec<&'static str> {
    let bindings = include_str!("../../edge/workerd.capnp").lines();
    bindings
        .filter_map(|line| line.split_once("fromEnvironment = \"")?.1.split('"').next())
        .collect()
}

/// Sets some of an environment's settings in the file, and leaves everything else in it as people wrote it.
pub(crate) fn keep(file: &Path, environment: &str, settings: &[(&str, &str)]) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let mut document: toml_edit::DocumentMut = text.parse()?;
    for (name, value) in settings {
        document["environment"][environment]["settings"][*name] = toml_edit::value(*value);
    }
    let changed = document.to_string();
    if changed != text {
        // Whole or not at all.
        let beside = file.with_extension("toml.new");
        fs::write(&beside, changed)?;
        fs::rename(&beside, file)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
