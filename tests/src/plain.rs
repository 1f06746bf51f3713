//! How does a browser without any script use the plain pages?
//!
//! It fills in forms and goes where it is sent. Not here: a real one (`tests/in_browser`).

use ureq::http::{HeaderValue, Method};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::numbers::fresh_attempt;

impl Browser<'_> {
    /// Sends a form.
    pub fn fills_in(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.request(Method::POST, path, None);
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert("content-type", form);
        *request.body_mut() = encoded(fields).into_bytes();
        self.send(request)
    }

    /// Types a code into a page that nobody has used yet.
    pub fn types_code(&self, code: &str) -> Answer {
        let fields = [("code", code), ("attempt_id", &fresh_attempt())];
        self.fills_in("/login/code", &fields)
    }
}

impl Answer {
    /// Where it sends the browser, within the worker's own origin or without.
    pub fn place(&self) -> Option<&str> {
        self.header("location").filter(|_| self.status == 303)
    }

    /// The value of a field that the page fills in by itself.
    pub fn field(&self, name: &str) -> Option<String> {
        let page = self.text();
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    }

    /// Status and code of a page's problem in one, as [`Answer::outcome`] has them: `303`, or `422 wrong_code`.
    pub fn page_outcome(&self) -> String {
        let page = self.text();
        let code = page.split_once("data-code=\"");
        match code.and_then(|(_, rest)| rest.split_once('"')) {
            Some((code, _)) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }
}

/// Fields as they stand in a form's body. Whatever is no letter and no digit is escaped.
fn encoded(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        text.bytes().fold(String::new(), |mut escaped, byte| {
            if byte.is_ascii_alphanumeric() {
                escaped.push(byte.into());
            } else {
                escaped += &format!("%{byte:02X}");
            }
            escaped
        })
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}
