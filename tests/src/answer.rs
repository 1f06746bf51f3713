//! What did the worker answer?
//!
//! Not here: whether it may ([`crate::contract`]).

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use ureq::http::HeaderMap;

/// One answer, received whole.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// How long it took.
    pub took: Duration,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of the problem, if it is a no.
    pub fn problem_code(&self) -> Option<String> {
        if self.content_type() != Some("application/problem+json") {
            return None;
        }
        Some(self.json()["code"].as_str()?.to_owned())
    }

    /// Status and code in one: `202`, or `422 wrong_code`.
    pub fn outcome(&self) -> String {
        match self.problem_code() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    /// How long it asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header("retry-after")?.parse().ok()?;
        Some(Duration::from_secs(seconds))
    }

    /// Every header and the body, as they came: what there is to find in an answer.
    pub fn everything(&self) -> String {
        let mut all = String::new();
        for (name, value) in &self.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            all.push_str(&format!("{name}: {value}\n"));
        }
        all + &self.text()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text())
    }
}
