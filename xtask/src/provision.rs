//! How does the account at the provider come to hold what the worker needs?
//!
//! The plan is shown first, and carried out when it is agreed to. Each id is written into `sms-login.toml` as soon as it is known;
//! whatever is lost by a crash before that, the next run finds at the provider. At the end everything is looked at again, with the
//! demands of `inspect` (R24). The key may manage the account; it is asked for here only, and never deployed (R51). Not here: what is
//! to be done (`infobip::plan`).

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::{Result, bail};
use infobip::inspect::{self, Demands, Mend};
use infobip::plan::{self, Step, Wanted, WantedTemplate};
use infobip::setup::{self, AnyTemplate};
use infobip::{ApiKey, request, text};
use protocol::messages::Channel;

use crate::config::messages::setting;
use crate::config::{self, Choice, Deployment};
use crate::provider::{self, ManagingKey, carry, read};

const EXAMPLES: &str = "\
Examples:
  INFOBIP_ADMIN_KEY=… cargo xtask provision
  INFOBIP_ADMIN_KEY=… cargo xtask provision --environment staging --yes

The key has the scope 2fa:manage. It is not deployed: the worker's own key has the scope 2fa:pin:send alone.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    key: ManagingKey,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
}

/// The account, and how it is reached.
pub(crate) struct Provider {
    pub(crate) deployment: Deployment,
    pub(crate) key: ApiKey,
    pub(crate) demands: Demands,
}

/// Carries the command out.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let provider = Provider::of(options.choice.read()?, options.key.read()?)?;
    provider.show_texts();
    let (application, templates) = provider.plan()?;
    provider.show(&application, &templates);
    let nothing = |step: &Step| matches!(step, Step::Keep(_));
    if nothing(&application) && templates.iter().all(nothing) {
        println!("nothing to do");
    } else if !(options.yes || agreed()?) {
        println!("nothing was done; --yes does it without asking");
        return Ok(ExitCode::FAILURE);
    }
    let ids = provider.apply(&application, &templates)?;
    let mends = provider.judge(&ids)?;
    if !mends.is_empty() {
        let words = mends
            .iter()
            .map(|(_, mend)| format!("{}: {}", mend.setting, mend.words));
        bail!(
            "the account took it otherwise than it was asked to:\n  {}",
            Vec::from_iter(words).join("\n  ")
        );
    }
    println!(
        "checked: the application and {} templates are as the worker needs them; their ids are in {}",
        ids.messages.len(),
        provider.deployment.file.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// What was made or found.
pub(crate) struct Ids {
    pub(crate) application: String,
    /// In the order of [`Deployment::messages`].
    pub(crate) messages: Vec<String>,
}

impl Provider {
    pub(crate) fn of(deployment: Deployment, key: ApiKey) -> Result<Self> {
        let settings = deployment.settings();
        if settings.get("ISSUER").is_none_or(|it| it.trim().is_empty()) {
            bail!("ISSUER is not set");
        }
        let demands = provider::demands(&settings, deployment.sends_emails())?;
        let host = deployment.host();
        if !demands.hosts.contains(&host) {
            bail!(
                "codes would be filled in on {host}, which is neither of ISSUER nor of ALLOWED_ORIGINS ({}): correct `host`, or add its origin there",
                demands.hosts.join(", ")
            );
        }
        Ok(Self {
            deployment,
            key,
            demands,
        })
    }

    fn show_texts(&self) {
        let deployment = &self.deployment;
        let url = deployment.base_url.as_str();
        println!("{} at {url}", deployment.name);
        if deployment.url_was_cut {
            println!("  base_url: only its host counts; write {url}");
        }
        for message in deployment.messages() {
            let language = &message.language;
            let template = match &message.template {
                AnyTemplate::Phone(template) => template,
                AnyTemplate::Email(email) => {
                    let id = email.email_template_id;
                    println!("  e-mail for {language}: broadcast template {id}");
                    continue;
                }
            };
            if message.channel == Channel::Voice {
                println!("  call for {language}: {}", template.message_text);
                continue;
            }
            let length = text::measure(&template.message_text, self.demands.code_length);
            let text::Length {
                places,
                room,
                parts,
                ..
            } = length;
            println!("  text for {language}: {places} of {room} places, parts: {parts}");
        }
        println!(
            "  its last line: {}",
            text::bound("", &deployment.host()).trim()
        );
    }

    fn wanted(&self) -> Wanted {
        let deployment = &self.deployment;
        let messages = deployment.messages().into_iter();
        let templates = messages.map(|message| WantedTemplate {
            language: message.language,
            template: message.template,
            id: message.id,
        });
        Wanted {
            application: (
                setup::Application {
                    name: deployment.environment.application.get_ref().clone(),
                    enabled: true,
                    configuration: setup::Configuration::for_demands(&self.demands),
                },
                deployment.application_id(),
            ),
            templates: templates.collect(),
        }
    }

    /// What is to be done, by what is there.
    pub(crate) fn plan(&self) -> Result<(Step, Vec<Step>)> {
        let (url, wanted) = (&self.deployment.base_url, self.wanted());
        let found: Vec<inspect::Application> = read(&request::list_applications(url, &self.key))?;
        let application = plan::application(&wanted, &found)?;
        let found: Vec<inspect::Template> = match application.id() {
            None => Vec::new(),
            Some(id) => read(&request::list_templates(url, &self.key, id))?,
        };
        Ok((application, plan::templates(&wanted, &found)))
    }

    fn show(&self, application: &Step, templates: &[Step]) {
        let name = self.deployment.environment.application.get_ref();
        show(&format!("application `{name}`"), application);
        for (message, step) in self.deployment.messages().iter().zip(templates) {
            show(
                &format!("{} for {}", message.kind(), message.language),
                step,
            );
        }
    }

    fn apply(&self, application: &Step, templates: &[Step]) -> Result<Ids> {
        let (url, key, wanted) = (&self.deployment.base_url, &self.key, self.wanted());
        let ours = &wanted.application.0;
        let application = match application {
            Step::Keep(id) => id.clone(),
            Step::Create => {
                let ask = request::create_application(url, key, ours);
                setup::read_application_id(200, &carry(&ask)?)?
            }
            Step::Update(id, _) => {
                carry(&request::update_application(url, key, id, ours))?;
                id.clone()
            }
        };
        let mut ids = Ids {
            application,
            messages: Vec::new(),
        };
        self.keep(&ids)?;
        for (one, step) in wanted.templates.iter().zip(templates) {
            let id = match step {
                Step::Keep(id) => id.clone(),
                Step::Create => {
                    let ask =
                        request::create_any_template(url, key, &ids.application, &one.template);
                    setup::read_message_id(200, &carry(&ask)?)?
                }
                Step::Update(id, _) => {
                    let of = (ids.application.as_str(), id.as_str());
                    carry(&request::update_any_template(url, key, of, &one.template))?;
                    id.clone()
                }
            };
            ids.messages.push(id);
            self.keep(&ids)?;
        }
        Ok(ids)
    }

    /// Writes down the ids that are known so far.
    fn keep(&self, ids: &Ids) -> Result<()> {
        let all = self.deployment.messages();
        let mut settings = vec![("INFOBIP_APPLICATION_ID", ids.application.clone())];
        for channel in [Channel::Sms, Channel::Voice, Channel::Email] {
            let of_channel = || all.iter().filter(|message| message.channel == channel);
            let made = all.iter().zip(&ids.messages);
            let made: Vec<String> = made
                .filter(|(message, _)| message.channel == channel)
                .enumerate()
                .map(|(n, (message, id))| match n {
                    0 => id.clone(),
                    _ => format!("{}={id}", message.language),
                })
                .collect();
            // What stands there stays until all of it is known anew.
            let whole = made.len() == of_channel().count();
            let blank = of_channel().all(|message| message.id.is_none());
            if !made.is_empty() && (whole || blank) {
                settings.push((setting(channel), made.join(",")));
            }
        }
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        config::keep(&self.deployment.file, &self.deployment.name, &settings)
    }

    /// Everything at the provider that is not as the worker needs it, and in what: the application, a text, a call or an e-mail.
    pub(crate) fn judge(&self, ids: &Ids) -> Result<Vec<(&'static str, Mend)>> {
        let (url, key, of) = (&self.deployment.base_url, &self.key, &ids.application);
        let application = read(&request::get_application(url, key, of))?;
        let mends = inspect::application(&application, &self.demands).into_iter();
        let mut mends: Vec<_> = mends.map(|mend| ("application", mend)).collect();
        for (message, id) in self.deployment.messages().iter().zip(&ids.messages) {
            let template = read(&request::get_template(url, key, of, id))?;
            let found = match message.channel {
                Channel::Sms => inspect::template(&template, &self.demands),
                Channel::Voice => inspect::call(&template, &self.demands),
                Channel::Email => inspect::email(&template, &self.demands),
            };
            let (kind, language) = (message.kind(), &message.language);
            mends.extend(found.into_iter().map(|mend| {
                let words = format!("in the {kind} for {language}: {}", mend.words);
                (kind, Mend { words, ..mend })
            }));
        }
        Ok(mends)
    }
}

fn show(what: &str, step: &Step) {
    match step {
        Step::Keep(id) => println!("= {what}: as it should be ({id})"),
        Step::Create => println!("+ {what}: make it"),
        Step::Update(id, differences) => {
            println!("~ {what}: replace it ({id})");
            for it in differences {
                println!("    {}: {:?} becomes {:?}", it.setting, it.is, it.becomes);
            }
        }
    }
}

fn agreed() -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Do this? [y/N] ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
