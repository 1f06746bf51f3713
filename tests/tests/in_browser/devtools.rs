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

/// A command that the WebDriver standard leaves to others: to the driver's makers, or to Web Authentication (level 3, section 11).
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

    /// From now on, every page runs this before anything of its own.
    pub(crate) async fn runs_first(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        )
        .await;
    }

    /// From now on the browser has a device with passkeys, which is like this.
    pub(crate) async fn has_a_device(&self, device: Value) {
        self.order("webauthn/authenticator", device).await;
    }

    /// The network goes, or comes back.
    pub(crate) async fn goes_offline(&self, offline: bool) {
        let network = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.emulateNetworkConditions", network)
            .await;
    }

    /// Is seen on a screen of so many CSS pixels, of each of which `scale` are drawn in a row.
    pub(crate) async fn is_on_a_screen(&self, width: u32, height: u32, scale: u32) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
        self.draws_twice().await;
    }

    /// Is seen in its own window again.
    pub(crate) async fn is_on_its_own_screen(&self) {
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({}))
            .await;
        self.draws_twice().await;
    }

    /// The person has set this for all pages: `prefers-reduced-motion`, `forced-colors` and so on.
    pub(crate) async fn is_seen_with(&self, features: &[(&str, &str)]) {
        let feature = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
        let features: Vec<_> = features.iter().map(feature).collect();
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
        self.draws_twice().await;
    }

    /// Waits until what is new is on the screen.
    async fn draws_twice(&self) {
        self.awaits(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
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
