//! What does the browser know that it tells no page?
//!
//! Its log, and what its developer tools show. Not here: what a person sees (`page`).

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::page::Page;

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

    /// What is new in the browser's log, as far as it is a warning or worse: what the page did that it must not, and what it threw.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.order("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().expect("a log is a list");
        let bad = entries
            .iter()
            .filter(|entry| matches!(entry["level"].as_str(), Some("WARNING" | "SEVERE")));
        bad.map(|entry| entry["message"].to_string()).collect()
    }

    /// From now on, every page runs this before anything of its own.
    pub(crate) async fn runs_first(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        )
        .await;
    }

    async fn order(&self, path: &'static str, body: Value) -> Value {
        let what = format!("{path} {body}");
        self.0
            .issue_cmd(Order { path, body })
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"))
    }
}
