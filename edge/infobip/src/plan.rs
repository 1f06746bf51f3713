//! What must be done so that the account holds what is wanted?
//!
//! A pure function of what is wanted and what is there. What was made before is found again by its id, or else an application by
//! its name and a template by its text, or by what its e-mails are made of, so that nothing is made twice, wherever the one before broke off. What is changed is
//! replaced whole, since an update may reset what it leaves out. Nothing is ever deleted, as Infobip has no way to. Not here:
//! carrying the steps out, and judging the outcome ([`crate::inspect`]).

use crate::inspect;
use crate::setup::{AnyTemplate, Application, EmailTemplate, Template};

/// What the account should hold.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The application, and the id it is known by, if it is.
    pub application: (Application, Option<String>),
    /// One template for each language, one for each that calls are made in, and one for each that e-mails are written in.
    pub templates: Vec<WantedTemplate>,
}

/// One of the templates of a message.
#[derive(Clone, Debug)]
pub struct WantedTemplate {
    /// Its readers' language.
    pub language: String,
    /// What it should be.
    pub template: AnyTemplate,
    /// The id it is known by, if it is.
    pub id: Option<String>,
}

/// What is to be done about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is as it should be, under this id.
    Keep(String),
    /// It is to be made.
    Create,
    /// What is there under this id is to be replaced, because of these differences.
    Update(String, Vec<Difference>),
}

/// A setting that is not as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The provider's name for it.
    pub setting: &'static str,
    /// What it is.
    pub is: String,
    /// What it should be.
    pub becomes: String,
}

/// It cannot be told what is ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are {} applications named `{name}` ({}): set INFOBIP_APPLICATION_ID to the right one's id, or take another name", ids.len(), ids.join(", "))]
pub struct Ambiguous {
    /// Their name.
    pub name: String,
    /// Their ids.
    pub ids: Vec<String>,
}

impl Step {
    /// The id of what is there.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Create => None,
            Self::Keep(id) | Self::Update(id, _) => Some(id),
        }
    }
}

/// What is to be done about the application.
///
/// # Errors
///
/// When several have its name, and none is known by its id.
pub fn application(wanted: &Wanted, found: &[inspect::Application]) -> Result<Step, Ambiguous> {
    let (wanted, id) = &wanted.application;
    let by_id = found
        .iter()
        .find(|it| Some(&it.application_id) == id.as_ref());
    let named: Vec<_> = found.iter().filter(|it| it.name == wanted.name).collect();
    let ours = match (by_id, named.as_slice()) {
        (Some(ours), _) => ours,
        (None, []) => return Ok(Step::Create),
        (None, [ours]) => ours,
        (None, several) => {
            return Err(Ambiguous {
                name: wanted.name.clone(),
                ids: several.iter().map(|it| it.application_id.clone()).collect(),
            });
        }
    };
    let (is, rules) = (&ours.configuration, &wanted.configuration);
    let mut all = Differences::default();
    all.text("name", Some(&ours.name), &wanted.name);
    all.text(
        "enabled",
        ours.enabled.map(|it| it.to_string()).as_deref(),
        &wanted.enabled.to_string(),
    );
    all.text(
        "allowMultiplePinVerifications",
        is.allow_multiple_pin_verifications
            .map(|it| it.to_string())
            .as_deref(),
        &rules.allow_multiple_pin_verifications.to_string(),
    );
    all.text(
        "pinAttempts",
        is.pin_attempts.map(|it| it.to_string()).as_deref(),
        &rules.pin_attempts.to_string(),
    );
    all.same(
        "pinTimeToLive",
        is.pin_time_to_live.as_deref(),
        &rules.pin_time_to_live,
        inspect::duration,
    );
    for (setting, is, becomes) in [
        (
            "sendPinPerApplicationLimit",
            &is.send_pin_per_application_limit,
            &rules.send_pin_per_application_limit,
        ),
        (
            "sendPinPerPhoneNumberLimit",
            &is.send_pin_per_phone_number_limit,
            &rules.send_pin_per_phone_number_limit,
        ),
        (
            "verifyPinLimit",
            &is.verify_pin_limit,
            &rules.verify_pin_limit,
        ),
    ] {
        all.same(setting, is.as_deref(), becomes, inspect::limit);
    }
    Ok(all.of(&ours.application_id))
}

/// What is to be done about each template, in their order.
pub fn templates(wanted: &Wanted, found: &[inspect::Template]) -> Vec<Step> {
    let all = &wanted.templates;
    let known = |it: &inspect::Template| {
        all.iter()
            .any(|one| one.id.as_ref() == Some(&it.message_id))
    };
    let mut taken: Vec<&str> = Vec::new();
    let mut steps = Vec::new();
    for one in all {
        let by_id = found
            .iter()
            .find(|it| Some(&it.message_id) == one.id.as_ref());
        let made_before = || {
            found.iter().find(|it| {
                is_made_of_the_same(it, &one.template)
                    && !known(it)
                    && !taken.contains(&it.message_id.as_str())
            })
        };
        let Some(ours) = by_id.or_else(made_before) else {
            steps.push(Step::Create);
            continue;
        };
        taken.push(&ours.message_id);
        let all = match &one.template {
            AnyTemplate::Phone(template) => differences(ours, template),
            AnyTemplate::Email(template) => email_differences(ours, template),
        };
        steps.push(all.of(&ours.message_id));
    }
    steps
}

fn is_made_of_the_same(found: &inspect::Template, wanted: &AnyTemplate) -> bool {
    match wanted {
        AnyTemplate::Phone(template) => found.message_text.as_ref() == Some(&template.message_text),
        AnyTemplate::Email(template) => found.email_template_id == Some(template.email_template_id),
    }
}

fn differences(ours: &inspect::Template, wanted: &Template) -> Differences {
    let mut all = Differences::default();
    let text = ours.message_text.as_deref();
    all.text("messageText", text, &wanted.message_text);
    all.code(ours, wanted.pin_length);
    if let Some(sender) = &wanted.sender_id {
        all.text("senderId", ours.sender_id.as_deref(), sender);
    }
    if let Some(language) = wanted.language {
        all.text("language", ours.language.as_deref(), language);
    }
    if let Some(rate) = wanted.speech_rate {
        let is = ours.speech_rate.map(|is| is.to_string());
        all.text("speechRate", is.as_deref(), &rate.to_string());
    }
    all
}

fn email_differences(ours: &inspect::Template, wanted: &EmailTemplate) -> Differences {
    let mut all = Differences::default();
    let is = ours.email_template_id.map(|is| is.to_string());
    let becomes = wanted.email_template_id.to_string();
    all.text("emailTemplateId", is.as_deref(), &becomes);
    all.code(ours, wanted.pin_length);
    if let Some(from) = &wanted.from {
        all.text("from", ours.from.as_deref(), from);
    }
    all
}

#[derive(Default)]
struct Differences(Vec<Difference>);

impl Differences {
    fn text(&mut self, setting: &'static str, is: Option<&str>, becomes: &str) {
        self.same(setting, is, becomes, |text| Some(text.to_owned()));
    }

    fn code(&mut self, ours: &inspect::Template, digits: u8) {
        let is = ours.pin_length.map(|is| is.to_string());
        self.text("pinLength", is.as_deref(), &digits.to_string());
        self.text("pinType", ours.pin_type.as_deref(), "NUMERIC");
    }

    /// Compares what both mean: `5m` is `300s`.
    fn same<T: PartialEq>(
        &mut self,
        setting: &'static str,
        is: Option<&str>,
        becomes: &str,
        read: impl Fn(&str) -> Option<T>,
    ) {
        if is.and_then(&read) != read(becomes) {
            self.0.push(Difference {
                setting,
                is: is.unwrap_or("not set").to_owned(),
                becomes: becomes.to_owned(),
            });
        }
    }

    fn of(self, id: &str) -> Step {
        if self.0.is_empty() {
            Step::Keep(id.to_owned())
        } else {
            Step::Update(id.to_owned(), self.0)
        }
    }
}

#[cfg(test)]
mod tests;
