//! How does a browser get a passkey, and use it?
//!
//! With a device of its own, which keeps to the rules until a test says otherwise. Not here: Chromium's own (`tests/in_browser`).

use authenticator::{Algorithm, Passkey, Says};
use protocol::passkey::{Creation, CreationOptions, Request, RequestOptions, path};
use serde_json::{Value, json};
use ureq::http::Method;

use crate::answer::Answer;
use crate::browser::Browser;

impl Browser<'_> {
    /// What it needs to make a passkey.
    ///
    /// # Panics
    ///
    /// When it does not get that.
    pub fn is_offered_passkey(&self) -> CreationOptions {
        let offered = self.asks_for_passkey();
        assert_eq!(offered.status, 200, "{offered:?}");
        let offered: Creation = serde_json::from_slice(&offered.body).expect("it is one");
        offered.public_key
    }

    /// Asks for that.
    pub fn asks_for_passkey(&self) -> Answer {
        self.for_session(Method::POST, path::CREATION, json!({}))
    }

    /// Tells the worker of a passkey.
    pub fn adds_passkey(&self, passkey: &Passkey, says: &Says) -> Answer {
        self.tells_of_passkey(json!({ "credential": passkey.registers(says) }))
    }

    /// Tells it of whatever this is.
    pub fn tells_of_passkey(&self, body: Value) -> Answer {
        self.for_session(Method::POST, path::PASSKEYS, body)
    }

    /// Makes a passkey, and the account has it.
    ///
    /// # Panics
    ///
    /// When it has not.
    pub fn has_passkey(&self, algorithm: Algorithm) -> Passkey {
        let options = self.is_offered_passkey();
        let passkey = Passkey::of(algorithm, &options);
        let added = self.adds_passkey(&passkey, &Says::of_creation(&options, self.origin()));
        assert_eq!(added.status, 201, "{added:?}");
        passkey
    }

    /// The passkeys of the account.
    pub fn passkeys(&self) -> Answer {
        self.get(path::PASSKEYS)
    }

    /// Takes one from it.
    pub fn removes_passkey(&self, id: &str) -> Answer {
        self.for_session(Method::DELETE, path::PASSKEYS, json!({ "id": id }))
    }

    /// What it needs to use a passkey.
    ///
    /// # Panics
    ///
    /// When it does not get that.
    pub fn is_asked_for_passkey(&self) -> RequestOptions {
        let asked = self.post(path::REQUEST, &json!({}));
        assert_eq!(asked.status, 200, "{asked:?}");
        let asked: Request = serde_json::from_slice(&asked.body).expect("it is one");
        asked.public_key
    }

    /// Shows a passkey.
    pub fn shows_passkey(&self, passkey: &Passkey, says: &Says) -> Answer {
        self.shows(&json!({ "credential": passkey.asserts(says) }))
    }

    /// Shows whatever this is.
    pub fn shows(&self, body: &Value) -> Answer {
        self.post(path::LOGIN, body)
    }

    /// Signs in with a passkey, as it should.
    pub fn signs_in_with(&self, passkey: &Passkey) -> Answer {
        let options = self.is_asked_for_passkey();
        self.shows_passkey(passkey, &Says::of_request(&options, self.origin()))
    }
}
