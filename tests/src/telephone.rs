//! What arrives at the telephones and in the mailboxes, what was the provider asked, and what goes wrong there?
//!
//! The simulator's own side, which the real provider does not have. Not here: the worker's side ([`crate::browser`]).

use std::time::Instant;

use serde_json::{Value, json};

use crate::browser::{PATIENCE, agent};

/// Every telephone there is.
#[derive(Debug)]
pub struct Telephone {
    simulator: String,
    agent: ureq::Agent,
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// All of it.
    pub text: String,
    /// The code in it.
    pub code: String,
    /// How it came: `sms`, `voice` if it was read out in a call, or `email`.
    pub channel: String,
}

impl Telephone {
    /// Those that a simulator at this address sends to.
    pub fn new(simulator: String) -> Self {
        Self {
            simulator,
            agent: agent(),
        }
    }

    /// Where the simulator is.
    pub(crate) fn simulator(&self) -> &str {
        &self.simulator
    }

    /// The texts that were sent to a number, oldest first.
    ///
    /// # Panics
    ///
    /// When the simulator does not answer.
    pub fn texts(&self, phone: &str) -> Vec<Text> {
        let messages = self.get(&format!("/simulator/messages?to={}", digits(phone)));
        let text = |message: &Value| Text {
            text: word(message, "text"),
            code: word(message, "pin"),
            channel: word(message, "channel"),
        };
        let messages = messages.as_array().expect("messages come as a list");
        messages.iter().map(text).collect()
    }

    /// The code of the latest text.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn code(&self, phone: &str) -> String {
        let mut texts = self.texts(phone);
        texts.pop().expect("a text has arrived").code
    }

    /// How often the provider was asked to do this for a number, by the simulator's name for it: `send`, `resend`, `verify`.
    pub fn asked(&self, operation: &str, phone: &str) -> u64 {
        self.count(operation, &format!("?to={}", digits(phone)))
    }

    /// The same for all numbers together.
    pub fn asked_by_anybody(&self, operation: &str) -> u64 {
        self.count(operation, "")
    }

    /// Waits until the provider was asked to do this for a number.
    ///
    /// # Panics
    ///
    /// When it never is.
    pub fn waits_until_asked(&self, operation: &str, phone: &str) {
        let since = Instant::now();
        while self.asked(operation, phone) == 0 {
            assert!(since.elapsed() < PATIENCE, "{operation} is never asked");
        }
    }

    /// From now on, calls of this operation for this number go wrong so.
    ///
    /// # Panics
    ///
    /// When the simulator knows no such fault.
    pub fn breaks(&self, operation: &str, phone: &str, fault: &Value) {
        let line = json!({
            "match": { "operation": operation, "to": phone.trim_start_matches('+') },
            "fault": fault,
        });
        let url = format!("{}/simulator/faults", self.simulator);
        let mut answer = self
            .agent
            .post(url)
            .header("content-type", "application/json")
            .send(line.to_string())
            .expect("the simulator answers");
        let words = answer.body_mut().read_to_string().unwrap_or_default();
        assert!(answer.status().is_success(), "{line}: {words}");
    }

    /// Nothing goes wrong for this number any more.
    ///
    /// # Panics
    ///
    /// When the simulator does not answer.
    pub fn is_mended(&self, phone: &str) {
        let url = format!("{}/simulator/faults?to={}", self.simulator, digits(phone));
        let answer = self
            .agent
            .delete(url)
            .call()
            .expect("the simulator answers");
        assert!(answer.status().is_success());
    }

    fn count(&self, operation: &str, query: &str) -> u64 {
        let calls = self.get(&format!("/simulator/calls{query}"));
        calls[operation]
            .as_u64()
            .unwrap_or_else(|| panic!("the simulator counts no {operation}"))
    }

    fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.simulator);
        let mut answer = self.agent.get(url).call().expect("the simulator answers");
        let body = answer.body_mut().read_to_vec().expect("with a whole body");
        serde_json::from_slice(&body).expect("of JSON")
    }
}

/// As the simulator knows it: a number without its plus, and an address as a query can hold it.
fn digits(to: &str) -> String {
    to.trim_start_matches('+').replace('+', "%2B")
}

fn word(message: &Value, name: &str) -> String {
    message[name].as_str().unwrap_or_default().to_owned()
}
