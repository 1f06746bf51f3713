//! Does the doctor find what is wrong with an account, with keys, with a worker and with a page?
//!
//! It is run as a person runs it, against a simulated provider with several keys, and a worker. Not here: each way that a rule can be
//! wrong (`edge/infobip/src/inspect.rs`), and each policy of a page (`xtask/src/doctor/page/tests.rs`).

use std::fs;

use serde_json::{Value, json};
use tests::guard::Guarded;
use tests::line::{Line, xtask};

use crate::simulated::simulated;

/// May set up, and is not deployed.
const MANAGING: &str = "managing-key-canary";
/// May do everything, and should not be deployed.
const TOO_MUCH: &str = "powerful-key-canary";
/// May send, and is.
const SENDING: &str = "sending-key-canary";

/// A deployment whose account is set up.
struct Deployment {
    provider: String,
    simulator: Guarded,
}

impl Deployment {
    fn of(issuer: &str) -> Self {
        let sending = format!("{SENDING}=2fa:pin:send");
        let (simulator, provider) = simulated(&[MANAGING, TOO_MUCH, &sending]);
        let deployment = Self {
            provider,
            simulator,
        };
        let text = format!(
            r#"
            [infobip]
            base_url = "{}"
            [sms]
            site = "Kite shop"
            default = "en"
            [sms.text]
            en = "{{{{pin}}}} is your code for Kite shop."
            [environment.production]
            application = "Kite shop login"
            secrets = "production.env"
            [environment.production.settings]
            ISSUER = "{issuer}"
            COUNTRIES = "HR,DE,AT,GB,US,FR,IT,ES,NL,SE,IN,BR,JP"
            DEFAULT_COUNTRY = "HR"
            "#,
            deployment.provider
        );
        fs::write(deployment.file("sms-login.toml"), text).unwrap();
        let keys = xtask().args(["keys", "new"]).output().unwrap().stdout;
        deployment.keep(&String::from_utf8(keys).unwrap(), SENDING);
        deployment
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.simulator.folder().join(name)
    }

    fn keep(&self, keys: &str, key: &str) {
        let secrets = format!("{keys}\nINFOBIP_API_KEY={key}\n");
        fs::write(self.file("production.env"), secrets).unwrap();
    }

    fn run(&self, command: &str, key: &str, arguments: &[&str]) -> (bool, String) {
        let output = xtask()
            .args([command, "--config"])
            .arg(self.file("sms-login.toml"))
            .args(arguments)
            .env("INFOBIP_ADMIN_KEY", key)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        let secrets = fs::read_to_string(self.file("production.env")).unwrap();
        let secrets = secrets.lines().filter_map(|line| line.split_once(':'));
        for secret in secrets.map(|(_, secret)| secret).chain(["canary"]) {
            assert!(!said.contains(secret), "a key is printed: {said}");
        }
        (output.status.success(), said)
    }

    fn provisioned(self) -> Self {
        let (well, said) = self.run("provision", MANAGING, &["--yes"]);
        assert!(well, "{said}");
        self
    }

    /// Whether the doctor is content with what can be seen before a worker is there, and all that it says.
    fn examined(&self, key: &str) -> (bool, String) {
        self.run("doctor", key, &["--before-deployment"])
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/2fa/2/applications{path}", self.provider))
            .header("authorization", format!("App {MANAGING}"))
            .header("content-type", "application/json")
            .body(body.to_owned())
            .unwrap();
        let mut answer = ureq::run(request).unwrap();
        serde_json::from_slice(&answer.body_mut().read_to_vec().unwrap()).unwrap()
    }
}

#[test]
fn r24_the_providers_defaults_and_a_text_that_no_browser_fills_in_fail() {
    let deployment = Deployment::of("https://login.example.com").provisioned();
    let (well, said) = deployment.examined(MANAGING);
    assert!(well && said.contains(" 0 wrong"), "{said}");

    let found = deployment.ask("GET", "", "");
    let id = found[0]["applicationId"].as_str().unwrap();
    deployment.ask("PUT", &format!("/{id}"), r#"{"name": "Kite shop login"}"#);
    let found = deployment.ask("GET", &format!("/{id}/messages"), "");
    let text = json!({ "messageText": "{{pin}} is your code for Kite shop.", "pinType": "NUMERIC", "pinLength": 6 });
    let message = found[0]["messageId"].as_str().unwrap();
    deployment.ask(
        "PUT",
        &format!("/{id}/messages/{message}"),
        &text.to_string(),
    );
    let (well, said) = deployment.examined(MANAGING);
    assert!(!well, "{said}");
    for setting in [
        "allowMultiplePinVerifications",
        "pinAttempts",
        "pinTimeToLive",
        "sendPinPerPhoneNumberLimit",
        "verifyPinLimit",
        "messageText",
    ] {
        assert!(
            said.contains(&format!("  {setting}: ")),
            "{setting}: {said}"
        );
    }
    assert!(deployment.provisioned().examined(MANAGING).0);
}

#[test]
fn r51_a_deployed_key_that_may_do_more_than_send_fails() {
    let deployment = Deployment::of("https://login.example.com").provisioned();
    let keys = fs::read_to_string(deployment.file("production.env")).unwrap();
    let (keys, _) = keys.split_once("INFOBIP_API_KEY").unwrap();
    for (deployed, named) in [
        (MANAGING, "INFOBIP_ADMIN_KEY is the worker's own key"),
        (TOO_MUCH, "it may manage the account"),
        ("unknown-key", "the provider does not know INFOBIP_API_KEY"),
    ] {
        deployment.keep(keys, deployed);
        let (well, said) = deployment.examined(MANAGING);
        assert!(!well && said.contains(named), "{named}: {said}");
    }
    deployment.keep(
        &format!("{keys}\nINFOBIP_ADMIN_KEY=other-canary\n"),
        SENDING,
    );
    let (well, said) = deployment.examined(MANAGING);
    assert!(!well && said.contains("keep it elsewhere"), "{said}");
    // A key that may not look is a reason to look again, not to say that all is well.
    let (well, said) = deployment.examined(SENDING);
    assert!(
        !well && said.contains("give it the scope 2fa:manage"),
        "{said}"
    );
}

#[test]
fn r50_missing_short_and_equal_keys_fail() {
    let deployment = Deployment::of("https://login.example.com").provisioned();
    const KEY: &str = "k1:sbcT0LNGRpqxjoV1K8GnUHTVy7fGxm6PZ5Tk5Yw2Qn4";
    let cases = [
        (String::new(), "SIGNING_KEYS: it is not set"),
        (
            "SIGNING_KEYS=k1:sbcT0LNGRpqxjoV1K8GnUA".to_owned(),
            "SIGNING_KEYS: ",
        ),
        (
            format!("SIGNING_KEYS={KEY}\nINDEX_KEYS={KEY}"),
            "it shares a secret with SIGNING_KEYS",
        ),
    ];
    for (keys, named) in cases {
        deployment.keep(&keys, SENDING);
        let (well, said) = deployment.examined(MANAGING);
        assert!(!well && said.contains(named), "{named}: {said}");
    }
}

#[test]
fn a_deployment_is_well_from_the_account_to_the_page_and_sends_a_text() {
    let line = Line::start();
    let deployment = Deployment::of(line.origin()).provisioned();
    let keys = fs::read_to_string(line.folder().join("keys.env")).unwrap();
    deployment.keep(&keys, SENDING);
    let page = format!("{}/", line.origin());
    let arguments = ["--page", &page, "--send-to", "+385912220001"];
    let (well, said) = deployment.run("doctor", MANAGING, &arguments);
    assert!(well, "{said}");
    for passed in [
        "is well",
        "countries and code length are the file's",
        "k1 is published there",
        "pages of others may not",
        "the provider took it",
    ] {
        let found = said.lines().find(|line| line.contains(passed));
        assert!(
            found.is_some_and(|line| line.starts_with("pass")),
            "{passed}: {said}"
        );
    }
    // What is in the file is not what is deployed.
    let file = fs::read_to_string(deployment.file("sms-login.toml")).unwrap();
    let file = file.replace("HR,DE,AT", "HR,AT").replace(
        "DEFAULT_COUNTRY",
        "ALLOWED_ORIGINS = \"http://shop.localhost\"\n            DEFAULT_COUNTRY",
    );
    fs::write(deployment.file("sms-login.toml"), file).unwrap();
    let (well, said) = deployment.run("doctor", MANAGING, &[]);
    assert!(
        !well && said.contains("COUNTRIES there is not what the file says"),
        "{said}"
    );
    assert!(
        said.contains("pages of http://shop.localhost may not call it"),
        "{said}"
    );
}
