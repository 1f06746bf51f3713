//! What does a browser say that is used with an e-mail address?
//!
//! Not here: what it says with a number ([`crate::browser`]).

use protocol::messages::path;
use serde_json::{Value, json};
use ureq::http::Method;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::numbers::fresh_attempt;

impl Browser<'_> {
    /// Asks for a code to an address.
    pub fn ask_code_to(&self, address: &str) -> Answer {
        self.post(path::CHALLENGES, &json!({ "email": address }))
    }

    /// Asks for a code to the address that the account is to have.
    pub fn change_email(&self, address: &str) -> Answer {
        self.for_session(Method::POST, path::EMAIL, json!({ "email": address }))
    }

    /// Presents that code: one press of the button.
    pub fn verify_email(&self, code: &str) -> Answer {
        let ask = json!({ "code": code, "attempt_id": fresh_attempt() });
        self.for_session(Method::POST, path::VERIFY_EMAIL, ask)
    }

    /// A whole login by e-mail.
    ///
    /// # Panics
    ///
    /// When it does not end in a session.
    pub fn sign_in_by_email(&self, address: &str) -> Value {
        let asked = self.ask_code_to(address);
        assert_eq!(asked.status, 202, "{asked:?}");
        let code = self.line.telephone().code(&address.to_ascii_lowercase());
        let signed_in = self.verify(&code);
        assert_eq!(signed_in.status, 200, "{signed_in:?}");
        signed_in.json()
    }
}
