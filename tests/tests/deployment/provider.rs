//! Does the check before a deployment find what is wrong with the account at the provider?
//!
//! It is run as a person runs it, against a simulated provider with two keys. Not here: each way that a rule can be wrong
//! (`edge/infobip/src/inspect.rs`).

use serde_json::{Value, json};
use tests::guard::Guarded;
use tests::line::xtask;

use crate::simulated::simulated;

/// May do everything, and is not deployed.
const MANAGING: &str = "managing-key-canary";
/// May do everything, and should not be deployed.
const TOO_MUCH: &str = "powerful-key-canary";
/// May send, and is.
const SENDING: &str = "sending-key-canary";

/// A provider with an application and a message.
struct Provider {
    origin: String,
    application: String,
    message: String,
    _simulator: Guarded,
}

impl Provider {
    fn with(configuration: &Value, text: &str) -> Self {
        let sending = format!("{SENDING}=2fa:pin:send");
        let (simulator, origin) = simulated(&[MANAGING, TOO_MUCH, &sending]);
        let make = |path: &str, body: &Value, id: &str| -> String {
            let mut answer = ureq::post(format!("{origin}/2fa/2/applications{path}"))
                .header("authorization", format!("App {MANAGING}"))
                .header("content-type", "application/json")
                .send(body.to_string())
                .unwrap();
            let made: Value =
                serde_json::from_slice(&answer.body_mut().read_to_vec().unwrap()).unwrap();
            made[id].as_str().unwrap().to_owned()
        };
        let rules = json!({ "name": "Kite shop", "configuration": configuration });
        let application = make("", &rules, "applicationId");
        let message = make(
            &format!("/{application}/messages"),
            &json!({ "messageText": text, "pinType": "NUMERIC", "pinLength": 6 }),
            "messageId",
        );
        Self {
            origin,
            application,
            message,
            _simulator: simulator,
        }
    }

    /// Whether the check is content when this key is deployed, and all that it says.
    fn check(&self, deployed: &str, arguments: &[&str]) -> (bool, String) {
        let output = xtask()
            .args(["provider", "check"])
            .args(arguments)
            .env("ISSUER", "https://login.example.com")
            .env("ALLOWED_ORIGINS", "https://shop.example.com")
            .env("INFOBIP_BASE_URL", &self.origin)
            .env("INFOBIP_ADMIN_KEY", MANAGING)
            .env("INFOBIP_API_KEY", deployed)
            .env("INFOBIP_APPLICATION_ID", &self.application)
            .env("INFOBIP_MESSAGE_ID", &self.message)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!said.contains("canary"), "a key is printed: {said}");
        (output.status.success(), said)
    }
}

const BOUND: &str = "{{pin}} is your code.\n\n@shop.example.com #{{pin}}";

#[test]
fn r24_the_providers_defaults_fail_the_deployment_and_are_mended_on_request() {
    let provider = Provider::with(&json!({}), BOUND);
    let (content, said) = provider.check(SENDING, &[]);
    assert!(!content, "{said}");
    for setting in [
        "allowMultiplePinVerifications",
        "pinAttempts",
        "pinTimeToLive",
        "sendPinPerPhoneNumberLimit",
        "verifyPinLimit",
    ] {
        assert!(said.contains(&format!("{setting}: ")), "{setting}: {said}");
    }
    assert_eq!(said.lines().count(), 5, "a line for each: {said}");
    let (content, said) = provider.check(SENDING, &["--fix"]);
    assert!(content, "{said}");
    assert!(provider.check(SENDING, &[]).0);
}

#[test]
fn r24_a_text_that_no_browser_fills_in_fails_the_deployment() {
    let provider = Provider::with(&json!({}), "{{pin}} is your code.");
    let (content, said) = provider.check(SENDING, &["--fix"]);
    assert!(!content, "{said}");
    assert!(said.contains("messageText: "), "{said}");
    assert!(said.contains("@login.example.com #{{pin}}"), "{said}");
}

#[test]
fn r51_a_deployed_key_that_may_do_more_than_send_fails_the_deployment() {
    let provider = Provider::with(&json!({}), BOUND);
    provider.check(SENDING, &["--fix"]);
    for (deployed, named) in [
        (MANAGING, "INFOBIP_ADMIN_KEY is the worker's own key"),
        (TOO_MUCH, "INFOBIP_API_KEY: the worker's key may look"),
        ("unknown-key", "INFOBIP_API_KEY: the provider does not know"),
    ] {
        let (content, said) = provider.check(deployed, &[]);
        assert!(!content && said.contains(named), "{said}");
    }
}
