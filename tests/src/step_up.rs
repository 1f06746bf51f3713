//! How does a site's backend get a ticket, and how does a page use it?
//!
//! Not here: what becomes of it, which is what tests are about.

use protocol::step_up::path;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::line::Line;
use crate::numbers::fresh_attempt;

impl Line {
    /// The ticket that the site's backend gets for this number.
    ///
    /// # Panics
    ///
    /// When it gets none.
    pub fn ticket(&self, phone: &str) -> String {
        let body = json!({ "phone": phone, "subject": "customer-4711", "nonce": "n-1" });
        let given = self
            .browser()
            .asks_for_ticket(&self.secret("STEP_UP_KEYS"), &body);
        assert_eq!(given.status, 201, "{given:?}");
        let given = given.json();
        let ticket = given["ticket"].as_str();
        ticket.expect("a ticket is text").to_owned()
    }
}

impl Browser<'_> {
    /// Asks for a ticket, as a backend that has this secret.
    pub fn asks_for_ticket(&self, secret: &str, body: &Value) -> Answer {
        self.post_as_backend(path::STEP_UPS, secret, body)
    }

    /// Has the code of a ticket sent.
    pub fn sends_for(&self, ticket: &str) -> Answer {
        self.post(path::SEND, &json!({ "ticket": ticket }))
    }

    /// Presents the code of a ticket: one press of the button.
    pub fn verifies_for(&self, ticket: &str, code: &str) -> Answer {
        let body = json!({ "ticket": ticket, "code": code, "attempt_id": fresh_attempt() });
        self.post(path::VERIFY, &body)
    }
}
