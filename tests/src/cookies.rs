//! What does a browser keep, and what does it refuse to keep?
//!
//! A jar that is as strict as browsers are about the prefix `__Host-` (RFC 6265bis, section 4.1.3.2) and stricter about the
//! rest: a cookie that is set any other way than R43 demands fails the test that saw it. Not here: what is in a cookie.

use std::collections::BTreeMap;

/// The cookie of who is signed in.
pub const SESSION: &str = "__Host-sms-login";
/// The cookie of a login under way.
pub const CHALLENGE: &str = "__Host-sms-login-challenge";
/// The cookie of a change of number under way.
pub const NUMBER: &str = "__Host-sms-login-number";
/// The cookie of a browser that has signed in before.
pub const BROWSER: &str = "__Host-sms-login-browser";
/// The cookie of a passkey that is being made or used.
pub const PASSKEY: &str = "__Host-sms-login-passkey";
/// The cookie of an operator who looks at their page.
pub const OPERATOR: &str = "__Host-sms-login-operator";

/// Cookies by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar(BTreeMap<String, String>);

impl Jar {
    /// The value of a cookie.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Puts a cookie in by hand.
    pub fn put(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Takes a cookie out by hand.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// The line that goes with a request.
    pub fn header(&self) -> Option<String> {
        let pairs: Vec<_> = self.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes in one `Set-Cookie`.
    ///
    /// # Panics
    ///
    /// When it is not set as it must be (R43).
    pub fn take_in(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let (name, value) = parts
            .next()
            .and_then(|pair| pair.split_once('='))
            .unwrap_or_else(|| panic!("R43: {line} is no cookie"));
        let mut attributes: Vec<_> = parts.collect();
        let same_site = match name {
            SESSION => "SameSite=Lax",
            CHALLENGE | NUMBER | PASSKEY | BROWSER | OPERATOR => "SameSite=Strict",
            _ => panic!("R43: there is no cookie of the name {name}"),
        };
        let seconds: u64 = attributes
            .iter()
            .find_map(|attribute| attribute.strip_prefix("Max-Age=")?.parse().ok())
            .unwrap_or_else(|| panic!("R43: {line} has no end"));
        attributes.retain(|attribute| !attribute.starts_with("Max-Age="));
        attributes.sort_unstable();
        assert_eq!(
            attributes,
            ["HttpOnly", "Path=/", same_site, "Secure"],
            "R43: {line}"
        );
        assert!(line.len() < 4096, "R43: {line} is too large for browsers");
        assert!(
            seconds <= 400 * 86_400,
            "R47: {line} asks for longer than browsers keep anything"
        );
        if seconds == 0 {
            self.0.remove(name);
        } else {
            self.put(name, value);
        }
    }
}
