//! Is the example right, and is every mistake named with its line?

use infobip::setup::{AnyTemplate, Template};

use super::messages::Message;
use super::*;

const EXAMPLE: &str = include_str!("../../../sms-login.example.toml");

fn phone(message: &Message) -> &Template {
    match &message.template {
        AnyTemplate::Phone(template) => template,
        AnyTemplate::Email(_) => panic!("an e-mail"),
    }
}

/// The example with its e-mails, which stand there as a comment.
fn with_emails() -> String {
    let (before, rest) = EXAMPLE.split_once("# [email]").unwrap();
    let (emails, after) = rest.split_once("\n\n").unwrap();
    let emails = ["[email]", &emails.replace("\n# ", "\n")].concat();
    [before, &emails, "\n\n", after].concat()
}

#[test]
fn e_mails_are_those_of_the_example_once_they_are_no_comment() {
    let example = with_emails();
    let messages = read(&example, Some("production")).unwrap().messages();
    let mailed: Vec<_> = messages
        .iter()
        .filter_map(|it| match &it.template {
            AnyTemplate::Email(email) => Some((
                it.language.as_str(),
                email.email_template_id,
                email.from.as_deref(),
            )),
            AnyTemplate::Phone(_) => None,
        })
        .collect();
    let from = Some("Kite shop <login@kite-shop.example>");
    assert_eq!(mailed, [("en", 1234, from), ("de", 1235, from)]);
    for (right, wrong, named) in [
        (
            "en = 1234",
            "fr = 1234",
            "add `en` to [email.broadcast_template]",
        ),
        ("de = 1235", "de = 0", "none of a broadcast template"),
        ("de = 1235", "d_e = 1235", "no language"),
        ("de = 1235", "de = \"1235\"", "expected i64"),
    ] {
        let text = example.replace(right, wrong);
        let fault = read(&text, Some("production")).err();
        let fault = fault.map(|fault| format!("{fault:#}")).unwrap_or_default();
        assert!(fault.contains(named), "{wrong}: {fault}");
    }
}

/// The example with its calls, which stand there as a comment.
fn with_calls() -> String {
    let (before, rest) = EXAMPLE.split_once("# [voice]").unwrap();
    let (calls, after) = rest.split_once("\n\n").unwrap();
    let calls = ["# [voice]", calls].concat().replace("\n# ", "\n");
    let calls = calls.strip_prefix("# ").unwrap();
    [before, calls, "\n\n", after].concat()
}

#[test]
fn the_example_is_right() {
    let production = read(EXAMPLE, Some("production")).unwrap();
    assert_eq!(production.host(), "www.kite-shop.example");
    let messages = production.messages();
    let told = |kind| {
        let of_kind = messages.iter().filter(move |it| it.kind() == kind);
        of_kind.map(|it| it.language.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(told("text"), ["en", "de", "fr", "hr"]);
    assert_eq!(told("call"), [""; 0]);
    assert_eq!(told("e-mail"), [""; 0]);
    assert!(messages.iter().all(|it| phone(it).language.is_none()));
    assert_eq!(
        production.settings()["INFOBIP_BASE_URL"],
        "https://abc123.api.infobip.com"
    );
    let staging = read(EXAMPLE, Some("staging")).unwrap();
    assert_eq!(staging.host(), "login.staging.kite-shop.example");
    let of_site = |emails| {
        let demands = provider::demands(&staging.settings(), emails);
        demands.unwrap().texts_of_site
    };
    assert_eq!(of_site(false), (20, 50));
    assert_eq!(of_site(true), (1020, 10_050));
}

#[test]
fn r42_r50_each_mistake_is_named_with_its_line_and_its_mend() {
    let cases = [
        (
            "abc123.api.infobip.com",
            "http://abc123.api.infobip.com",
            "use https",
        ),
        (
            "site = \"Kite shop\"",
            "site = \"Surf shop\"",
            "have it hold `Surf shop`",
        ),
        (
            "default = \"en\"",
            "default = \"it\"",
            "add `it` to [sms.text]",
        ),
        ("parts = 1", "part = 1", "unknown field `part`"),
        ("sender = \"KiteShop\"", "sender = 7", "expected a string"),
        (
            "en = \"{{pin}} is",
            "en = \"{{code}} is",
            "it holds {{pin}} once",
        ),
        ("hr = \"{{pin}} je", "h_r = \"{{pin}} je", "no language"),
        (
            "je kod za",
            "je vaš današnji kod za prijavu na stranicu",
            "Without the letters `š`",
        ),
        (
            "COUNTRIES = \"HR\"",
            "COUNTRYS = \"HR\"",
            "no setting COUNTRYS",
        ),
        (
            "COUNTRIES = \"HR\"",
            "SIGNING_KEYS = \"k1:a\"",
            "is a secret",
        ),
        (
            "COUNTRIES = \"HR\"",
            "INFOBIP_BASE_URL = \"a\"",
            "named once",
        ),
        ("COUNTRIES = \"HR\"", "COUNTRIES = 7", "expected a string"),
        (
            "login, staging",
            "login",
            "is the application of production, too",
        ),
        ("secrets = \"staging.env\"", "", "missing field `secrets`"),
        ("secrets = \"staging.env\"", "secrets = ", "line "),
    ];
    for (right, wrong, named) in cases {
        assert_eq!(EXAMPLE.matches(right).count(), 1, "{right}");
        let text = EXAMPLE.replace(right, wrong);
        let fault = read(&text, Some("staging"))
            .err()
            .map(|fault| format!("{fault:#}"));
        let fault = fault.unwrap_or_else(|| panic!("accepted: {wrong}"));
        assert!(fault.contains(named), "{wrong}: {fault}");
        assert!(fault.contains("line "), "{wrong}: {fault}");
    }
}

#[test]
fn an_environment_is_named_as_a_worker_may_be() {
    let text = EXAMPLE.replace("environment.staging", "environment.\"../x\"");
    let fault = read(&text, Some("production"))
        .err()
        .map(|fault| fault.to_string());
    let fault = fault.unwrap();
    assert!(fault.contains("no name for an environment"), "{fault}");
}

#[test]
fn calls_are_those_of_the_example_once_they_are_no_comment() {
    let example = with_calls();
    let messages = read(&example, Some("production")).unwrap().messages();
    let spoken: Vec<_> = messages
        .iter()
        .map(|it| (it.kind(), phone(it).language, phone(it).speech_rate))
        .collect();
    // A text's code may be read out as well, in its own language.
    let text = |language| ("text", Some(language), Some(0.8));
    let call = |language| ("call", Some(language), Some(0.8));
    assert_eq!(
        spoken,
        [
            text("en"),
            text("de"),
            text("fr"),
            text("hr"),
            call("en"),
            call("de")
        ]
    );
    let cases = [
        ("rate = 0.8", "rate = 3.0", "from 0.5 to 2"),
        ("rate = 0.8", "speed = 0.8", "unknown field `speed`"),
        (
            "[voice.text]\nen = ",
            "[voice.text]\nit = ",
            "add `en` to [voice.text]",
        ),
        (
            "\nde = \"Hier ist",
            "\nar = \"Hier ist",
            "no voice speaks it",
        ),
        ("Hello from Kite shop", "Hello", "have it hold `Kite shop`"),
        (
            "Your code is {{pin}}. Once more: {{pin}}.",
            "Hello.",
            "it holds {{pin}}",
        ),
    ];
    for (right, wrong, mend) in cases {
        let changed = example.replace(right, wrong);
        assert_ne!(changed, example, "{right}");
        let fault = read(&changed, Some("production")).err().unwrap();
        let said = format!("{fault:#}");
        assert!(
            said.contains("line ") && said.contains(mend),
            "{wrong}: {said}"
        );
    }
}

#[test]
fn which_environment_is_meant_is_said_or_plain() {
    let words = |result: Result<Deployment>| result.err().map(|fault| fault.to_string());
    let several = words(read(EXAMPLE, None)).unwrap();
    assert!(several.contains("production, staging"), "{several}");
    let other = words(read(EXAMPLE, Some("test"))).unwrap();
    assert!(other.contains("no environment test"), "{other}");
    let (one, _) = EXAMPLE.split_once("[environment.staging]").unwrap();
    assert_eq!(read(one, None).unwrap().name, "production");
}

#[test]
fn ids_are_kept_and_everything_else_stays_as_it_was_written() {
    let file = std::env::temp_dir().join(format!("sms-login-config-{}.toml", std::process::id()));
    fs::write(&file, EXAMPLE).unwrap();
    let settings = [
        ("INFOBIP_APPLICATION_ID", "A-1"),
        ("INFOBIP_MESSAGE_ID", "1,de=2"),
    ];
    keep(&file, "production", &settings).unwrap();
    let kept = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let new: Vec<_> = kept
        .lines()
        .filter(|line| !EXAMPLE.contains(line))
        .collect();
    assert_eq!(
        new,
        [
            "INFOBIP_APPLICATION_ID = \"A-1\"",
            "INFOBIP_MESSAGE_ID = \"1,de=2\""
        ]
    );
    assert_eq!(kept.lines().count(), EXAMPLE.lines().count() + 2);
    let deployment = read(&kept, Some("production")).unwrap();
    assert_eq!(deployment.application_id().as_deref(), Some("A-1"));
    let messages = deployment.messages();
    let ids: Vec<_> = messages.iter().map(|it| it.id.as_deref()).collect();
    assert_eq!(ids, [Some("1"), Some("2"), None, None]);
}

#[test]
fn every_setting_of_the_readme_is_one_of_the_workers() {
    let known = settings_of_the_worker();
    for name in SECRETS
        .into_iter()
        .chain(["ISSUER", "SENDS_PER_SITE", "INFOBIP_MESSAGE_ID"])
    {
        assert!(known.contains(&name), "{name}");
    }
}
