//! Does the account at the provider come to hold what `sms-login.toml` says, whatever it held before, and once?
//!
//! Run as a person runs it, against a simulated provider. Not here: each thing that can differ (`edge/infobip/src/plan/tests.rs`), and
//! each mistake in the file (`xtask/src/config/tests.rs`).

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tests::guard::Guarded;
use tests::line::xtask;

use crate::simulated::simulated;

/// May set up, and nothing else.
const MANAGING: &str = "managing-key-canary";
/// May send, and nothing else.
const SENDING: &str = "sending-key-canary";

struct Account {
    origin: String,
    simulator: Guarded,
}

impl Account {
    /// An account with nothing in it, and a file that describes what should be.
    fn new() -> Self {
        let keys = [
            format!("{MANAGING}=2fa:manage"),
            format!("{SENDING}=2fa:pin:send"),
        ];
        let (simulator, origin) = simulated(&keys.each_ref().map(String::as_str));
        let account = Self { origin, simulator };
        account.write(&account.origin, "{{pin}} ist Ihr Code für Kite shop.");
        account
    }

    fn file(&self) -> PathBuf {
        self.simulator.folder().join("sms-login.toml")
    }

    fn write(&self, base_url: &str, german: &str) {
        let text = format!(
            r#"
            [infobip]
            base_url = "{base_url}"
            [sms]
            site = "Kite shop"
            default = "en"
            [sms.text]
            de = "{german}"
            en = "{{{{pin}}}} is your code for Kite shop."
            [environment.production]
            application = "Kite shop login"
            secrets = "production.env"
            # Of the worker.
            [environment.production.settings]
            ISSUER = "https://login.example.com"
            SENDS_PER_SITE = "10/20"
            "#
        );
        fs::write(self.file(), text).unwrap();
    }

    fn provision(&self, key: &str, arguments: &[&str]) -> (bool, String) {
        let output = xtask()
            .args(["provision", "--config"])
            .arg(self.file())
            .args(arguments)
            .env("INFOBIP_ADMIN_KEY", key)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!said.contains("canary"), "a key is printed: {said}");
        (output.status.success(), said)
    }

    /// It works, and says so.
    fn provisioned(&self, named: &str) {
        let (well, said) = self.provision(MANAGING, &["--yes"]);
        assert!(well && said.contains(named), "{named}: {said}");
        assert!(
            said.contains("checked: the application and 2 templates"),
            "{said}"
        );
    }

    fn look(&self, path: &str) -> Vec<Value> {
        let mut answer = ureq::get(format!("{}/2fa/2/applications{path}", self.origin))
            .header("authorization", format!("App {MANAGING}"))
            .call()
            .unwrap();
        serde_json::from_slice(&answer.body_mut().read_to_vec().unwrap()).unwrap()
    }

    /// The one application and its templates' texts, in the order they were made.
    fn holds(&self) -> (Value, Vec<Value>) {
        let [application] = &self.look("")[..] else {
            panic!("not one application");
        };
        let id = application["applicationId"].as_str().unwrap();
        (application.clone(), self.look(&format!("/{id}/messages")))
    }

    fn breaks(&self, operation: &str, fault: &Value) {
        let rule = json!({ "match": { "operation": operation }, "times": 1, "fault": fault });
        ureq::post(format!("{}/simulator/faults", self.origin))
            .header("content-type", "application/json")
            .send(rule.to_string())
            .unwrap();
    }
}

#[test]
fn r24_an_empty_account_is_set_up_and_the_second_time_there_is_nothing_to_do() {
    let account = Account::new();
    // Nobody agrees: a plan is shown, and nothing is done.
    let (well, said) = account.provision(MANAGING, &[]);
    assert!(
        !well && said.contains("+ application `Kite shop login`: make it"),
        "{said}"
    );
    assert_eq!(account.look(""), [""; 0]);

    account.provisioned("+ text for de: make it");
    let (application, templates) = account.holds();
    let rules = &application["configuration"];
    assert_eq!(rules["allowMultiplePinVerifications"], false);
    assert_eq!(rules["pinAttempts"], 5);
    assert_eq!(rules["sendPinPerApplicationLimit"], "20/1d");
    let text = "{{pin}} is your code for Kite shop.\n\n@login.example.com #{{pin}}";
    assert_eq!(
        templates[0]["messageText"], text,
        "the default is made first"
    );
    let kept = fs::read_to_string(account.file()).unwrap();
    let id = |template: &Value| template["messageId"].as_str().unwrap().to_owned();
    for line in [
        format!("INFOBIP_APPLICATION_ID = {}", application["applicationId"]),
        format!(
            "INFOBIP_MESSAGE_ID = \"{},de={}\"",
            id(&templates[0]),
            id(&templates[1])
        ),
        "# Of the worker.".to_owned(),
    ] {
        assert!(kept.contains(&line), "{line}: {kept}");
    }

    account.provisioned("nothing to do");
    // The file is lost: what was made is found.
    account.write(&account.origin, "{{pin}} ist Ihr Code für Kite shop.");
    account.provisioned("nothing to do");
    assert_eq!(fs::read_to_string(account.file()).unwrap(), kept);
    assert_eq!(account.holds(), (application, templates));
}

#[test]
fn whatever_breaks_off_is_taken_up_again_and_nothing_is_made_twice() {
    let faults = [
        json!({ "answer": "drop", "when": "before" }),
        json!({ "answer": "drop", "when": "after" }),
        json!({ "answer": { "status": { "code": 503 } }, "when": "after" }),
    ];
    for operation in ["create_application", "create_template"] {
        for fault in &faults {
            let account = Account::new();
            account.breaks(operation, fault);
            let (well, said) = account.provision(MANAGING, &["--yes"]);
            assert!(!well, "{operation} {fault}: {said}");
            account.provisioned("");
            assert_eq!(account.holds().1.len(), 2, "{operation} {fault}");
        }
    }
}

#[test]
fn r24_what_was_changed_by_hand_or_in_the_file_is_mended_whole() {
    let account = Account::new();
    account.provisioned("");
    let (application, _) = account.holds();
    let id = application["applicationId"].as_str().unwrap();
    // An update of the name alone resets all rules.
    ureq::put(format!("{}/2fa/2/applications/{id}", account.origin))
        .header("authorization", format!("App {MANAGING}"))
        .header("content-type", "application/json")
        .send(r#"{"name": "Renamed", "enabled": false}"#)
        .unwrap();
    account.provisioned("pinAttempts: \"10\" becomes \"5\"");
    assert_eq!(account.holds().0, application);

    let kept = fs::read_to_string(account.file()).unwrap();
    fs::write(account.file(), kept.replace("ist Ihr Code", "ist der Code")).unwrap();
    account.provisioned("~ text for de: replace it");
    let (_, templates) = account.holds();
    assert_eq!(templates.len(), 2);
    let text = "{{pin}} ist der Code für Kite shop.\n\n@login.example.com #{{pin}}";
    assert_eq!(templates[1]["messageText"], text);
}

#[test]
fn a_pasted_address_and_a_pasted_key_are_put_right() {
    let account = Account::new();
    let pasted = format!("{}/2fa/2/applications", account.origin);
    account.write(&pasted, "{{pin}} ist Ihr Code für Kite shop.");
    let key = format!("Authorization: APP {MANAGING}");
    let (well, said) = account.provision(&key, &["--yes"]);
    let correction = format!("only its host counts; write {}", account.origin);
    assert!(well && said.contains(&correction), "{said}");
    // A user and password, a session, a token: each finds what is there.
    for key in ["Basic user:pass", "IBSSO token", "bearer token"] {
        let (well, said) = account.provision(key, &["--yes"]);
        assert!(well && said.contains("nothing to do"), "{said}");
    }
}

#[test]
fn each_refusal_comes_with_its_mend() {
    let account = Account::new();
    for (key, named) in [
        ("unknown", "the key is unknown there"),
        (SENDING, "give it the scope 2fa:manage"),
        ("two words", "INFOBIP_ADMIN_KEY holds no key"),
    ] {
        let (well, said) = account.provision(key, &["--yes"]);
        assert!(!well && said.contains(named), "{said}");
    }
    for (code, named) in [
        (302, "this is a page for people"),
        (400, "a value is not accepted"),
        (404, "the base URL and the ids are of the same account"),
        (429, "wait ten minutes"),
        (500, "Infobip has a fault"),
    ] {
        account.breaks(
            "create_application",
            &json!({ "answer": { "status": { "code": code } } }),
        );
        let (well, said) = account.provision(MANAGING, &["--yes"]);
        assert!(!well && said.contains(named), "{code}: {said}");
    }
    account.breaks("list_applications", &json!({ "answer": "html_502" }));
    let (well, said) = account.provision(MANAGING, &["--yes"]);
    assert!(!well && said.contains("what to do: "), "{said}");
}

#[test]
fn an_e_mail_is_set_up_beside_the_texts_and_kept_when_it_is_as_it_should_be() {
    let account = Account::new();
    let file = fs::read_to_string(account.file()).unwrap();
    let tables = r#"
            [email]
            from = "login@example.com"
            [email.broadcast_template]
            de = 8
            en = 7
            [environment.production]
"#;
    let file = file.replace("[environment.production]\n", tables);
    let write = |text: &str| fs::write(account.file(), text).unwrap();
    write(&file);
    let provisioned = |named: &str| {
        let (well, said) = account.provision(MANAGING, &["--yes"]);
        assert!(well && said.contains(named), "{named}: {said}");
        assert!(said.contains("application and 4 templates"), "{said}");
    };
    provisioned("e-mail for en: broadcast template 7");
    let (application, templates) = account.holds();
    let limit = &application["configuration"]["sendPinPerApplicationLimit"];
    assert_eq!(limit, "10020/1d", "texts and e-mails");
    assert_eq!(
        templates[2]["emailTemplateId"], 7,
        "the default is made first"
    );
    assert_eq!(templates[3]["from"], "login@example.com");
    let kept = fs::read_to_string(account.file()).unwrap();
    let [en, de] = [2, 3].map(|n| templates[n]["messageId"].as_str().unwrap());
    let line = format!("INFOBIP_EMAIL_MESSAGE_ID = \"{en},de={de}\"");
    assert!(kept.contains(&line), "{line}: {kept}");
    provisioned("nothing to do");
    // The file is lost: what was made is found.
    write(&file);
    provisioned("nothing to do");
    let renumbered = fs::read_to_string(account.file()).unwrap();
    write(&renumbered.replace("de = 8", "de = 9"));
    provisioned("emailTemplateId: \"8\" becomes \"9\"");
    assert_eq!(account.holds().1[3]["emailTemplateId"], 9);
}
