//! How does a test make something exist under an id of its choice?
//!
//! Recordings name ids that the API would never hand out twice. Only the library can do this; over HTTP, ids are random.

use serde_json::Value;

use crate::application::Application;
use crate::pin::Pin;
use crate::state::World;
use crate::template::Template;

/// A PIN that is to exist.
#[derive(Clone, Debug, Default)]
pub struct KnownPin<'a> {
    /// The id under which it is verified.
    pub pin_id: &'a str,
    /// The application that sent it.
    pub application_id: &'a str,
    /// The template it was sent with.
    pub message_id: &'a str,
    /// Digits or an e-mail address.
    pub to: &'a str,
    /// The code itself.
    pub code: &'a str,
    /// Whether it counts as sent.
    pub was_sent: bool,
    /// Whether it counts as verified.
    pub was_verified: bool,
}

impl World {
    pub(crate) fn know_application(&mut self, application_id: &str, request: &Value) {
        let application = Application::read(application_id, Some(request))
            .expect("the application is well-formed");
        self.applications.push(application);
    }

    pub(crate) fn know_template(&mut self, ids: (&str, &str), request: &Value) {
        let template = if request.get("emailTemplateId").is_some() {
            Template::read_email(ids, Some(request), self.switches())
        } else {
            Template::read_phone(ids, Some(request), self.switches())
        };
        self.templates
            .push(template.expect("the template is well-formed"));
    }

    pub(crate) fn know_pin(&mut self, known: &KnownPin<'_>) {
        let now = self.clock.now();
        let pin = Pin {
            pin_id: known.pin_id.to_owned(),
            application_id: known.application_id.to_owned(),
            message_id: known.message_id.to_owned(),
            to: known.to.to_owned(),
            from: None,
            code: known.code.to_owned(),
            made_at: now,
            sent_at: now,
            was_sent: known.was_sent,
            wrong_attempts: 0,
            verified_at: known.was_verified.then_some(now),
        };
        self.pins.insert(pin.pin_id.clone(), pin);
    }
}
