//! Is the 2FA application set up so that a login may rely on it?
//!
//! The application's own rules are a second lock behind the worker's: they must not be weaker, or a fault of ours is theirs too, and
//! not so strict that they refuse whom the worker lets through. What is left out at the provider counts as its default, each of
//! which is wrong for a login. Not here: carrying the requests out ([`crate::request`]).

use std::time::Duration;

use serde::Deserialize;

/// What the worker relies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demands {
    /// How many codes it lets a person try.
    pub tries: u32,
    /// How long a code lives, as it tells people.
    pub code_life: Duration,
    /// How many digits a code has.
    pub code_length: u8,
    /// How many texts it lets one number have within an hour.
    pub texts_per_hour: u64,
    /// The same within a day.
    pub texts_per_day: u64,
    /// How many texts it sends in all within an hour, and within a day.
    pub texts_of_site: (u64, u64),
    /// The hosts whose pages the code may be filled into.
    pub hosts: Vec<String>,
}

/// Something that is not as it must be, and the mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// Which setting of the provider.
    pub setting: &'static str,
    /// What it is and what it should be.
    pub words: String,
}

/// The application as the provider answers it (`GET /2fa/2/applications/{appId}`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Its id.
    #[serde(default)]
    pub application_id: String,
    /// Its name in the dashboard.
    #[serde(default)]
    pub name: String,
    /// Whether it may send.
    pub enabled: Option<bool>,
    #[serde(default)]
    pub(crate) configuration: Configuration,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Configuration {
    pub(crate) allow_multiple_pin_verifications: Option<bool>,
    pub(crate) pin_attempts: Option<u32>,
    pub(crate) pin_time_to_live: Option<String>,
    pub(crate) send_pin_per_application_limit: Option<String>,
    pub(crate) send_pin_per_phone_number_limit: Option<String>,
    pub(crate) verify_pin_limit: Option<String>,
}

/// The message's template as the provider answers it (`GET /2fa/2/applications/{appId}/messages/{msgId}`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Its id.
    #[serde(default)]
    pub message_id: String,
    pub(crate) message_text: Option<String>,
    pub(crate) pin_length: Option<u8>,
    pub(crate) pin_type: Option<String>,
    pub(crate) sender_id: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) speech_rate: Option<f64>,
    /// Of an e-mail, which has no text here.
    pub(crate) email_template_id: Option<i64>,
    pub(crate) from: Option<String>,
}

/// What is not as it must be about the application; nothing, if all is well.
pub fn application(found: &Application, demands: &Demands) -> Vec<Mend> {
    let rules = &found.configuration;
    let mut mends = Vec::new();
    let mut mend = |setting, words: String| mends.push(Mend { setting, words });
    if found.enabled == Some(false) {
        mend("enabled", "it is switched off: set it to true".to_owned());
    }
    if rules.allow_multiple_pin_verifications.unwrap_or(true) {
        mend(
            "allowMultiplePinVerifications",
            "a code that was right once is right again: set it to false".to_owned(),
        );
    }
    let attempts = rules.pin_attempts.unwrap_or(10);
    if attempts != demands.tries {
        mend(
            "pinAttempts",
            format!(
                "it lets {attempts} codes be tried: set it to {}",
                demands.tries
            ),
        );
    }
    let life = rules.pin_time_to_live.as_deref().unwrap_or("15m");
    if duration(life) != Some(demands.code_life) {
        mend(
            "pinTimeToLive",
            format!(
                "a code lives {life}, and people are told {} seconds: set it to {0}s, or CODE_TTL_S to what it is (600 at most)",
                demands.code_life.as_secs()
            ),
        );
    }
    let texts = rules
        .send_pin_per_phone_number_limit
        .as_deref()
        .unwrap_or("3/1d");
    let of_number = (demands.texts_per_hour, demands.texts_per_day);
    let few = |(attempts, window)| attempts < most(of_number, window);
    if limit(texts).is_none_or(few) {
        mend(
            "sendPinPerPhoneNumberLimit",
            format!(
                "it lets a number have {texts}, fewer than the worker: set it to {}/1d",
                demands.texts_per_day * 2
            ),
        );
    }
    let texts = rules
        .send_pin_per_application_limit
        .as_deref()
        .unwrap_or("10000/1d");
    let few = |(attempts, window)| attempts < most(demands.texts_of_site, window);
    if limit(texts).is_none_or(few) {
        mend(
            "sendPinPerApplicationLimit",
            format!(
                "it sends {texts}, fewer than the worker: set it to {}/1d, or SENDS_PER_SITE to less",
                demands.texts_of_site.1
            ),
        );
    }
    let checks = rules.verify_pin_limit.as_deref().unwrap_or("1/3s");
    let quick = Duration::from_secs(3);
    let enough = |(attempts, window): (u64, Duration)| {
        attempts >= u64::from(demands.tries) || (attempts > 1 && window <= quick)
    };
    if !limit(checks).is_some_and(enough) {
        mend(
            "verifyPinLimit",
            format!(
                "it lets {checks} codes be tried, so a second try after a slip is refused: set it to {}/3s",
                demands.tries
            ),
        );
    }
    mends
}

/// What is not as it must be about what a call says; nothing, if all is well.
pub fn call(found: &Template, demands: &Demands) -> Vec<Mend> {
    let mut mends = code(found, demands);
    let text = found.message_text.as_deref().unwrap_or_default();
    if !text.contains("{{pin}}") {
        mends.push(Mend {
            setting: "messageText",
            words: "nobody hears the code: have it hold {{pin}}".to_owned(),
        });
    }
    mends
}

/// What is not as it must be about an e-mail; nothing, if all is well.
pub fn email(found: &Template, demands: &Demands) -> Vec<Mend> {
    let mut mends = code(found, demands);
    if found.email_template_id.is_none() {
        mends.push(Mend {
            setting: "emailTemplateId",
            words: "it is no e-mail: name one under [email.broadcast_template]".to_owned(),
        });
    }
    mends
}

/// What is not as it must be about the message; nothing, if all is well.
pub fn template(found: &Template, demands: &Demands) -> Vec<Mend> {
    let mut mends = code(found, demands);
    let text = found.message_text.as_deref().unwrap_or_default();
    let last = text.lines().last().unwrap_or_default();
    let fits = |host: &String| last == format!("@{host} #{{{{pin}}}}");
    if !demands.hosts.iter().any(fits) {
        mends.push(Mend {
            setting: "messageText",
            words: format!(
                "browsers fill a code in only if the last line names the page's host: end it with `@{} #{{{{pin}}}}`",
                demands.hosts.first().map_or("HOST", String::as_str)
            ),
        });
    }
    mends
}

/// What is not as it must be about a template's code.
fn code(found: &Template, demands: &Demands) -> Vec<Mend> {
    let mut mends = Vec::new();
    let mut mend = |setting, words: String| mends.push(Mend { setting, words });
    let kind = found.pin_type.as_deref().unwrap_or("nothing");
    if kind != "NUMERIC" {
        mend(
            "pinType",
            format!("it is {kind}, and people type digits: make a template with NUMERIC"),
        );
    }
    let length = found.pin_length.unwrap_or(4);
    if length != demands.code_length {
        mend(
            "pinLength",
            format!(
                "a code has {length} digits, and the worker expects {}: change either (CODE_LENGTH, 6 to 8)",
                demands.code_length
            ),
        );
    }
    mends
}

/// The most texts that the worker sends within this time, if it sends so many within an hour and a day.
fn most((per_hour, per_day): (u64, u64), window: Duration) -> u64 {
    let hours = window.as_secs().div_ceil(3600).max(1);
    let days = window.as_secs().div_ceil(86_400).max(1);
    (per_hour * hours).min(per_day * days)
}

/// Reads `{attempts}/{length}{unit}`.
pub(crate) fn limit(text: &str) -> Option<(u64, Duration)> {
    let (attempts, window) = text.split_once('/')?;
    Some((attempts.trim().parse().ok()?, duration(window)?))
}

/// Reads `{length}{unit}`, such as `5m` or `d`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (length, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    // The length may be left out.
    let length: u64 = if length.is_empty() {
        1
    } else {
        length.parse().ok()?
    };
    let millis = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(length.checked_mul(millis)?))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::setup;

    pub(crate) fn demands() -> Demands {
        Demands {
            tries: 5,
            code_life: Duration::from_secs(300),
            code_length: 6,
            texts_per_hour: 5,
            texts_per_day: 10,
            texts_of_site: (1000, 10_000),
            hosts: vec!["example.com".to_owned(), "shop.example.com".to_owned()],
        }
    }

    fn settings_of(mends: &[Mend]) -> Vec<&'static str> {
        mends.iter().map(|mend| mend.setting).collect()
    }

    #[test]
    fn r24_each_default_that_is_left_in_place_is_named() {
        let good = serde_json::to_value(setup::Configuration::for_demands(&demands())).unwrap();
        let judge = |configuration: &Value| {
            let found = json!({ "name": "a", "enabled": true, "configuration": configuration });
            let found: Application = serde_json::from_value(found).unwrap();
            let mends = application(&found, &demands());
            settings_of(&mends)
        };
        assert_eq!(judge(&good), [""; 0]);
        let judged = [
            "allowMultiplePinVerifications",
            "pinAttempts",
            "pinTimeToLive",
            "sendPinPerPhoneNumberLimit",
            "verifyPinLimit",
        ];
        for setting in judged {
            let mut left_out = good.clone();
            left_out.as_object_mut().unwrap().remove(setting);
            assert_eq!(judge(&left_out), [setting], "left out");
        }
        assert_eq!(judge(&json!({})), judged);
        let cases = [
            ("pinAttempts", json!(6), false),
            ("pinAttempts", json!(1), false),
            ("pinTimeToLive", json!("300s"), true),
            ("pinTimeToLive", json!("300000ms"), true),
            ("pinTimeToLive", json!("10m"), false),
            ("pinTimeToLive", json!("forever"), false),
            ("sendPinPerPhoneNumberLimit", json!("10/1d"), true),
            ("sendPinPerPhoneNumberLimit", json!("9/1d"), false),
            ("sendPinPerPhoneNumberLimit", json!("5/1h"), true),
            ("sendPinPerPhoneNumberLimit", json!("4/10m"), false),
            ("sendPinPerPhoneNumberLimit", json!("69/7d"), false),
            ("sendPinPerPhoneNumberLimit", json!("70/7d"), true),
            ("sendPinPerPhoneNumberLimit", json!("none"), false),
            ("sendPinPerPhoneNumberLimit", json!("10/d"), true),
            ("sendPinPerApplicationLimit", json!("9999/1d"), false),
            ("sendPinPerApplicationLimit", json!("1000/h"), true),
            ("sendPinPerApplicationLimit", json!("2/4s"), false),
            ("verifyPinLimit", json!("1/1s"), false),
            ("verifyPinLimit", json!("2/3s"), true),
        ];
        for (setting, value, good_enough) in cases {
            let mut changed = good.clone();
            changed[setting] = value.clone();
            assert_eq!(judge(&changed).is_empty(), good_enough, "{setting} {value}");
        }
    }

    #[test]
    fn r24_a_message_is_numeric_of_the_right_length_and_bound_to_the_page() {
        let good = json!({
            "messageText": "{{pin}} is your code.\n\n@shop.example.com #{{pin}}",
            "pinLength": 6,
            "pinType": "NUMERIC",
        });
        let cases = [
            ("pinType", json!("ALPHANUMERIC")),
            ("pinType", Value::Null),
            ("pinLength", json!(4)),
            ("pinLength", Value::Null),
            ("messageText", json!("{{pin}} is your code.")),
            ("messageText", json!("{{pin}}\n@evil.example #{{pin}}")),
            ("messageText", json!("{{pin}}\n@example.com #{{pin}} ")),
            ("messageText", Value::Null),
        ];
        let judge = |found: &Value| {
            let found: Template = serde_json::from_value(found.clone()).unwrap();
            settings_of(&template(&found, &demands()))
        };
        assert_eq!(judge(&good), [""; 0]);
        for (setting, value) in cases {
            let mut changed = good.clone();
            changed[setting] = value.clone();
            assert_eq!(judge(&changed), [setting], "{value}");
        }
    }

    #[test]
    fn r24_a_call_has_the_same_code_and_no_line_for_browsers() {
        let good = json!({
            "messageText": "Your code is {{pin}}. Once more: {{pin}}.",
            "pinLength": 6,
            "pinType": "NUMERIC",
            "language": "en",
            "speechRate": 0.8,
        });
        let cases = [
            ("pinType", json!("ALPHA")),
            ("pinLength", json!(4)),
            ("messageText", json!("Your code.")),
            ("messageText", Value::Null),
        ];
        let judge = |found: &Value| {
            let found: Template = serde_json::from_value(found.clone()).unwrap();
            settings_of(&call(&found, &demands()))
        };
        assert_eq!(judge(&good), [""; 0]);
        for (setting, value) in cases {
            let mut changed = good.clone();
            changed[setting] = value.clone();
            assert_eq!(judge(&changed), [setting], "{value}");
        }
    }
}
