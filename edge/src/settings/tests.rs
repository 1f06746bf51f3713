//! Which settings are refused, and does the refusal name them?

mod listed;
mod passkeys;

use login::policy::Limits;

use super::*;

const SIGNING: &str = "t1:Wn8VMU1p5cGd-VVx7cmlgb3Z9RExrUlhPRlVcY2pBZ0";
const SEALING: &str = "s1:qvQOWKTubDiCzBZgqvQ-iNIcZrD6RI7YImy2AEqU3ig";
const INDEX: &str = "i1:3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM";

/// Settings that are whole, as names and texts.
pub(crate) fn whole() -> Vec<(&'static str, &'static str)> {
    vec![
        ("ISSUER", "https://login.example.com"),
        (
            "ALLOWED_ORIGINS",
            "https://shop.example.com, https://www.example.com:8443/",
        ),
        ("COUNTRIES", "HR,DE"),
        ("DEFAULT_COUNTRY", "HR"),
        ("SIGNING_KEYS", SIGNING),
        ("SEALING_KEYS", SEALING),
        ("INDEX_KEYS", INDEX),
        ("INFOBIP_BASE_URL", "abc123.api.infobip.com"),
        ("INFOBIP_API_KEY", "App canary-key"),
        ("INFOBIP_APPLICATION_ID", "0933F3BC087D2A617AC6DCB2EF5B8A61"),
        ("INFOBIP_MESSAGE_ID", "7654321"),
    ]
}

/// The whole settings, some of them replaced.
pub(crate) fn with(changes: &[(&'static str, &'static str)]) -> Result<Settings, Vec<Fault>> {
    Settings::read(|name| {
        let texts = whole();
        let all = changes.iter().chain(&texts);
        all.into_iter()
            .find(|(n, _)| *n == name)
            .map(|(_, text)| (*text).to_owned())
    })
}

#[test]
fn whole_settings_are_read() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.issuer.as_str(), "https://login.example.com");
    let origins: Vec<_> = settings.origins().map(Origin::as_str).collect();
    assert_eq!(
        origins,
        [
            "https://login.example.com",
            "https://shop.example.com",
            "https://www.example.com:8443"
        ]
    );
    assert_eq!(settings.policy, Policy::default());
}

#[test]
fn limits_are_set_by_the_hour_and_the_day() {
    let settings = with(&[
        ("SENDS_PER_SITE", "20 / 100"),
        ("EMAILS_PER_SITE", "30/200"),
        ("PUMPING_FLOOR_PERCENT", "0"),
        ("PROVIDER_BREAKER_PERCENT", "0"),
        ("BUDGET_SHARDS", "8"),
    ])
    .unwrap();
    assert_eq!(
        settings.policy.budgets.site,
        Limits {
            per_hour: 20,
            per_day: 100
        }
    );
    let of_emails = settings.policy.budgets.email;
    assert_eq!((of_emails.per_hour, of_emails.per_day), (30, 200));
    assert_eq!(
        settings.policy.budgets.network,
        Policy::default().budgets.network
    );
    assert_eq!(settings.policy.pumping.percent, 0);
    assert_eq!(settings.policy.breaking.percent, 0);
    assert_eq!(settings.policy.sharding.shards, 8);
}

#[test]
fn calls_are_made_where_their_templates_are_named_and_have_a_price_where_texts_do() {
    let channels = |settings: &Settings| settings.channels().collect::<Vec<_>>();
    let silent = with(&[]).unwrap();
    assert_eq!(channels(&silent), [Channel::Sms]);
    let calls = ("INFOBIP_VOICE_MESSAGE_ID", "7654322,de=7654323");
    let spoken = with(&[calls]).unwrap();
    assert_eq!(channels(&spoken), [Channel::Sms, Channel::Voice]);
    let cap = ("SPEND_CAP", "20/100");
    for (prices, fault) in [
        ("*=0.05,*/voice=0.2", None),
        ("*=0.05", Some("PRICES")),
        ("*=0.05,*/voice=20.01", Some("SPEND_CAP")),
    ] {
        let faults = with(&[calls, cap, ("PRICES", prices)]).err();
        let named = faults.map(|faults| faults[0].name);
        assert_eq!(named, fault, "{prices}");
    }
}

#[test]
fn e_mails_are_sent_where_their_templates_are_named_and_need_no_price() {
    let emails = ("INFOBIP_EMAIL_MESSAGE_ID", "7654322,de=7654323");
    let (prices, cap) = (("PRICES", "*=0.05"), ("SPEND_CAP", "20/100"));
    let settings = with(&[emails, prices, cap]).unwrap();
    let channels: Vec<_> = settings.channels().collect();
    assert_eq!(channels, [Channel::Sms, Channel::Email]);
}

#[test]
fn r21_who_must_show_a_proof_is_set() {
    for (text, demand) in [
        ("off", Demand::Off),
        ("risk", Demand::Risk),
        ("always", Demand::Always),
    ] {
        let settings = with(&[("BOT_CHECK", text)]).unwrap();
        assert_eq!(settings.policy.proofs.demand, demand, "{text}");
    }
    let faults = with(&[("BOT_CHECK", "sometimes")]).unwrap_err();
    assert_eq!(faults[0].name, "BOT_CHECK");
}

#[test]
fn r21_turnstile_needs_both_of_its_keys_and_neither_prints() {
    let cases = [
        ("", "", "", Ok(None)),
        (
            "0x4A",
            "0x4B",
            "",
            Ok(Some(
                "https://challenges.cloudflare.com/turnstile/v0/siteverify",
            )),
        ),
        (
            "0x4A",
            "0x4B",
            "http://127.0.0.1:9/siteverify",
            Ok(Some("http://127.0.0.1:9/siteverify")),
        ),
        ("0x4A", "", "", Err("TURNSTILE_SECRET")),
        ("", "0x4B", "", Err("TURNSTILE_SITE_KEY")),
        ("0x4A", "canary key", "", Err("TURNSTILE_SECRET")),
        (
            "0x4A",
            "0x4B",
            "http://turnstile.example.com/siteverify",
            Err("TURNSTILE_URL"),
        ),
    ];
    for (site_key, secret, url, expected) in cases {
        let read = with(&[
            ("TURNSTILE_SITE_KEY", site_key),
            ("TURNSTILE_SECRET", secret),
            ("TURNSTILE_URL", url),
        ]);
        let printed = format!("{read:?}");
        assert!(
            !printed.contains("0x4B") && !printed.contains("canary key"),
            "{printed}"
        );
        let read = read.map(|settings| settings.turnstile.map(|turnstile| turnstile.url));
        let read = read.map_err(|faults| faults.iter().map(|fault| fault.name).collect::<Vec<_>>());
        let expected = expected
            .map(|url| url.map(str::to_owned))
            .map_err(|name| vec![name]);
        assert_eq!(read, expected, "{site_key} {secret} {url}");
    }
}

#[test]
fn how_strangers_and_idle_numbers_are_treated_is_set() {
    let settings = with(&[("STRICT_NIST", "on"), ("RECYCLED_AFTER_DAYS", "365")]).unwrap();
    assert!(settings.policy.strict_nist);
    assert_eq!(settings.policy.recycled_after, DAY * 365);
}

#[test]
fn r54_when_the_records_were_restored_is_set_in_seconds() {
    let restored = with(&[("RESTORED_AT", "1790000000\n")]).unwrap().restored;
    assert_eq!(restored, Timestamp::from_secs(1_790_000_000));
    assert_eq!(with(&[]).unwrap().restored, Timestamp::default());
}

#[test]
fn r19_a_cap_in_money_needs_a_price_for_every_country_and_both_limits() {
    let prices = "HR=0.045,DE=0.075";
    let cases = [
        (prices, "20/100", Ok("20/100")),
        ("*=0.1", " 2.50 / 12 ", Ok("2.5/12")),
        ("", "", Ok("none")),
        ("", "20/100", Err("PRICES")),
        (prices, "", Err("SPEND_CAP")),
        ("HR=0.045", "20/100", Err("PRICES")),
        ("HR=0.045,DE=0", "20/100", Err("PRICES")),
        ("HR=0.045,DE=free", "20/100", Err("PRICES")),
        ("HR=0.045;DE=0.075", "20/100", Err("PRICES")),
        (prices, "20", Err("SPEND_CAP")),
        (prices, "100/20", Err("SPEND_CAP")),
        (prices, "20 EUR/100 EUR", Err("SPEND_CAP")),
        (prices, "0.07/100", Err("SPEND_CAP")),
    ];
    for (prices, cap, expected) in cases {
        let read = with(&[("PRICES", prices), ("SPEND_CAP", cap)]);
        let read = read.map(|settings| {
            let cap = settings.policy.spend_cap;
            cap.map_or("none".to_owned(), |cap| {
                format!("{}/{}", cap.per_hour, cap.per_day)
            })
        });
        let read = read.map_err(|faults| faults.iter().map(|fault| fault.name).collect::<Vec<_>>());
        let expected = expected.map(str::to_owned).map_err(|name| vec![name]);
        assert_eq!(read, expected, "{prices} {cap}");
    }
}

#[test]
fn a_webhook_is_a_whole_address_and_never_prints() {
    for text in [
        "https://hooks.example.com/services/canary",
        "https://hooks.example.com:8443/?token=canary",
        "https://hooks.example.com",
        "http://127.0.0.1:9000/canary",
    ] {
        let webhook = with(&[("ALERT_WEBHOOK", text)]).unwrap().alert_webhook;
        assert!(!format!("{webhook:?}").contains("canary"));
        assert_eq!(webhook.unwrap().reveal(), text);
    }
}

#[test]
fn each_wrong_setting_is_refused_and_named() {
    let cases = [
        ("ISSUER", ""),
        ("ISSUER", "login.example.com"),
        ("ISSUER", "http://login.example.com"),
        ("ISSUER", "http://localhost.example.com"),
        ("ISSUER", "https://login.example.com/path"),
        ("ISSUER", "https://Login.example.com"),
        ("ISSUER", "https://login.example.com:443"),
        ("ISSUER", "https://login.example.com."),
        ("ISSUER", "https://user@login.example.com"),
        ("ISSUER", "https://"),
        ("AUDIENCE", " "),
        ("ALLOWED_ORIGINS", "https://shop.example.com,*"),
        ("ALLOWED_ORIGINS", "null"),
        ("EMBEDDING_ORIGINS", "https://shop.example.org,*"),
        ("EMBEDDING_ORIGINS", "https://shop.example.com"),
        ("ALLOWED_ORIGINS", "https://*.example.com"),
        ("ALLOWED_ORIGINS", "http://shop.example.com"),
        ("COUNTRIES", ""),
        ("COUNTRIES", "HR,XX"),
        ("COUNTRIES", "DE"),
        ("DEFAULT_COUNTRY", ""),
        ("NUMBER_TYPES", "mobile,premium_rate"),
        ("REFUSED_PREFIXES", "0038598"),
        ("CODE_LENGTH", "5"),
        ("CODE_LENGTH", "9"),
        ("CODE_LENGTH", "six"),
        ("CODE_TTL_S", "0"),
        ("CODE_TTL_S", "601"),
        ("CODE_TTL_S", "5m"),
        ("CLIENT_ADDRESS_HEADER", "not a header"),
        ("SENDS_PER_NETWORK", "20"),
        ("SENDS_PER_WIDE_NETWORK", "20/10"),
        ("SENDS_PER_UNKNOWN_NETWORK", "a/b"),
        ("SENDS_PER_PREFIX", "-1/5"),
        ("SENDS_PER_COUNTRY", "1/2/3"),
        ("SENDS_PER_SITE", "/"),
        ("EMAILS_PER_SITE", "100/10"),
        ("PUMPING_FLOOR_PERCENT", "51"),
        ("PROVIDER_BREAKER_PERCENT", "19"),
        ("PROVIDER_BREAKER_PERCENT", "101"),
        ("BUDGET_SHARDS", "0"),
        ("BUDGET_SHARDS", "65"),
        ("STRICT_NIST", "yes"),
        ("RECYCLED_AFTER_DAYS", "30"),
        ("RECYCLED_AFTER_DAYS", "never"),
        ("RESTORED_AT", "yesterday"),
        ("RESTORED_AT", "0"),
        ("RESTORED_AT", "1790000000000"),
        ("CURRENCY", "euro"),
        ("ALERT_WEBHOOK", "hooks.example.com/canary"),
        ("ALERT_WEBHOOK", "http://hooks.example.com/canary"),
        ("ALERT_WEBHOOK", "https://user@hooks.example.com/canary"),
        ("ALERT_WEBHOOK", "https://hooks.example.com/canary two"),
        ("ALERT_WEBHOOK", "https://hooks.example.com/canary#here"),
        ("ALERT_WEBHOOK", "https:///canary"),
        ("SIGNING_KEYS", ""),
        (
            "SIGNING_KEYS",
            "t1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ),
        ("SIGNING_KEYS", "canary"),
        ("SEALING_KEYS", SIGNING),
        (
            "INDEX_KEYS",
            "another-name:qvQOWKTubDiCzBZgqvQ-iNIcZrD6RI7YImy2AEqU3ig",
        ),
        ("ADMIN_KEYS", "canary"),
        ("ADMIN_KEYS", SIGNING),
        ("INFOBIP_BASE_URL", "http://abc123.api.infobip.com"),
        ("INFOBIP_BASE_URL", ""),
        ("INFOBIP_API_KEY", "Basic canary"),
        ("INFOBIP_API_KEY", ""),
        ("INFOBIP_APPLICATION_ID", ""),
        ("INFOBIP_MESSAGE_ID", " "),
        ("INFOBIP_VOICE_MESSAGE_ID", "de=1"),
        ("INFOBIP_EMAIL_MESSAGE_ID", "de=1"),
    ];
    for (name, text) in cases {
        let faults = with(&[(name, text)]).err().unwrap_or_default();
        // Two settings that contradict each other are named by either.
        let named = faults.iter().any(|fault| fault.name == name)
            || (name == "DEFAULT_COUNTRY" && faults.iter().any(|fault| fault.name == "COUNTRIES"));
        assert!(named, "{name}={text:?}: {faults:?}");
        assert!(
            !format!("{faults:?}").contains("canary"),
            "{name}: a fault quotes a secret"
        );
    }
}

#[test]
fn all_faults_are_named_at_once() {
    let faults = Settings::read(|_| None).unwrap_err();
    let names: Vec<_> = faults.iter().map(|fault| fault.name).collect();
    assert_eq!(
        names,
        [
            "ISSUER",
            "DEFAULT_COUNTRY",
            "COUNTRIES",
            "SIGNING_KEYS",
            "SEALING_KEYS",
            "INDEX_KEYS",
            "INFOBIP_BASE_URL",
            "INFOBIP_API_KEY",
            "INFOBIP_APPLICATION_ID",
            "INFOBIP_MESSAGE_ID",
        ]
    );
}

#[test]
fn r50_settings_never_print_a_secret() {
    let printed = format!("{:?}", with(&[]).unwrap());
    let secrets = [SIGNING, SEALING, INDEX].map(|ring| ring.split_once(':').unwrap().1);
    for secret in secrets.into_iter().chain(["canary-key"]) {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn r05_origins_are_compared_whole() {
    let settings = with(&[]).unwrap();
    let cases = [
        ("https://login.example.com", true),
        ("https://shop.example.com", true),
        ("https://www.example.com:8443", true),
        ("https://www.example.com", false),
        ("https://shop.example.com:443", false),
        ("https://shop.example.com.", false),
        ("https://shop.example.com.evil.example", false),
        ("https://evilshop.example.com", false),
        ("https://SHOP.example.com", false),
        ("http://shop.example.com", false),
        ("https://user@shop.example.com", false),
        ("https://shop.example.com/", false),
        ("null", false),
        ("*", false),
        ("", false),
    ];
    for (origin, allowed) in cases {
        assert_eq!(
            settings.allows_origin(origin.as_bytes()),
            allowed,
            "{origin:?}"
        );
    }
}
