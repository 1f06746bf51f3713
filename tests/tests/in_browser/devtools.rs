//! What does the browser know that it tells no page?
//!
//! Its log, and what its developer tools show: of Chromium alone. What a page can know of itself, others tell as well. Not here: what a
//! person sees (`page`).

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::engine::{ENGINE, Engine};
use crate::page::Page;

/// The script with which a page keeps a list of what it throws and what is held against it aloud.
pub(crate) const NOTES: &str = "
    window.notes = [];
    addEventListener('error', (event) => notes.push(event.message));
    addEventListener('unhandledrejection', (event) => notes.push(String(event.reason)));
    for (const level of ['warn', 'error']) {
        const say = console[level];
        console[level] = (...words) => { notes.push(words.join(' ')); say.apply(console, words); };
    }
";

/// A command of Chromium's driver that is not in the WebDriver standard.
#[derive(Debug)]
struct Order {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Order {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Page {
    /// What the developer tools answer to a command of their protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.order(
            "goog/cdp/execute",
            json!({ "cmd": command, "params": parameters }),
        )
        .await
    }

    /// What is new: in the notes of a page that keeps them ([`NOTES`]), and in Chromium's log, as far as it is a warning or worse. What
    /// the page did that it must not, and what it threw.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let notes = self.value("notes.splice(0)").await;
        let notes = notes.as_array().expect("notes are a list");
        let notes = notes.iter().map(Value::to_string).collect();
        if ENGINE == Engine::Chromium {
            [notes, self.log().await].concat()
        } else {
            notes
        }
    }

    async fn log(&self) -> Vec<String> {
        let log = self.order("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().expect("a log is a list");
        let bad = entries
            .iter()
            .filter(|entry| matches!(entry["level"].as_str(), Some("WARNING" | "SEVERE")));
        bad.map(|entry| entry["message"].to_string()).collect()
    }

    async fn order(&self, path: &'static str, body: Value) -> Value {
        let what = format!("{path} {body}");
        self.0
            .issue_cmd(Order { path, body })
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"))
    }
}
