//! How does this program use Chromium?
//!
//! Through chromedriver, by WebDriver and by the protocol of the developer tools. Not here: what is measured (`browser`).

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::browser::Engine;
use crate::children::Running;

/// Works for root and in a container, opens nothing on a screen, and reaches nobody but this machine: a name that is looked up is not
/// found. The last one has memory measured when it is asked for, not within half a minute.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
    "--lang=en",
    "--enable-blink-features=ForceEagerMeasureMemory",
];
/// How long any one thing may take, most of all a page that is large on a network that is slow.
const DEADLINE: Duration = Duration::from_secs(90);
/// How long the driver may take to start.
const START: Duration = Duration::from_secs(15);

/// The program that opens windows. It ends with this value.
pub(super) struct Driver {
    origin: String,
    agent: ureq::Agent,
    _running: Running,
}

/// A window of a Chromium of its own, which has never been anywhere. It closes with this value.
pub(super) struct Window<'a> {
    driver: &'a Driver,
    path: String,
    /// Which Chromium it is.
    pub(super) version: String,
}

impl Driver {
    pub(super) fn start(dir: &Path) -> Result<Self> {
        let program = Engine::Chromium
            .driver()
            .context("chromedriver is not installed")?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Command::new(program);
        command.arg(format!("--port={port}"));
        let running = Running::start("chromedriver", &command, &dir.join("chromedriver.log"))?;
        let driver = Self {
            origin: format!("http://127.0.0.1:{port}"),
            agent: ureq::Agent::config_builder()
                .http_status_as_error(false)
                .timeout_global(Some(DEADLINE))
                .build()
                .into(),
            _running: running,
        };
        let since = Instant::now();
        while let Err(error) = driver.ask("GET", "/status", None) {
            if since.elapsed() > START {
                return Err(error.context("chromedriver does not start"));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(driver)
    }

    pub(super) fn open(&self) -> Result<Window<'_>> {
        let wish = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": FLAGS },
            "timeouts": { "script": 60_000, "pageLoad": 60_000 },
        } } });
        let opened = self
            .ask("POST", "/session", Some(&wish))
            .context("opening a window")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Window {
            driver: self,
            path: format!("/session/{}", text(&opened["sessionId"])),
            version: text(&opened["capabilities"]["browserVersion"]),
        })
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header("content-type", "application/json");
        let mut answer = match body {
            None => self.agent.run(request.body(())?)?,
            Some(body) => self.agent.run(request.body(body.to_string())?)?,
        };
        let mut read: Value = serde_json::from_reader(answer.body_mut().as_reader())?;
        if !answer.status().is_success() {
            bail!("{method} {path}: {}", read["value"]["message"]);
        }
        Ok(read["value"].take())
    }
}

impl Window<'_> {
    /// What the developer tools answer.
    pub(super) fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.post(
            "goog/cdp/execute",
            json!({ "cmd": command, "params": parameters }),
        )
    }

    /// Goes to an address and waits until the page has loaded.
    pub(super) fn go(&self, url: &str) -> Result<()> {
        self.post("url", json!({ "url": url })).map(drop)
    }

    /// What comes of a promise.
    pub(super) fn awaits(&self, promise: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             Promise.resolve({promise}).then(done, (error) => done(`failed: ${{error}}`));"
        );
        self.post("execute/async", json!({ "script": script, "args": [] }))
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub(super) fn types(&self, text: &str) -> Result<()> {
        let stroke = |key: char| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
        };
        let strokes: Vec<Value> = text.chars().flat_map(stroke).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", json!({ "actions": [keyboard] }))
            .map(drop)
    }

    fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.driver
            .ask("POST", &format!("{}/{path}", self.path), Some(&body))
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        // A window that does not close ends with its driver.
        self.driver.ask("DELETE", &self.path, None).ok();
    }
}
