//! How should the 2FA application and its message be set up?
//!
//! Not here: the requests that carry these ([`crate::request`]).

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::inspect::Demands;

/// A 2FA application, as it is created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Application {
    /// Its name in the dashboard.
    pub name: String,
    /// Whether it may send.
    pub enabled: bool,
    /// All six rules: the server fills what is left out with defaults that are too weak for a login.
    pub configuration: Configuration,
}

/// The rules of an application. Durations are `{length}{unit}` and limits `{attempts}/{length}{unit}`, where the unit is one
/// of `ms s m h d`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// Whether a code that was right once may be right again. Never, for a login.
    pub allow_multiple_pin_verifications: bool,
    /// How many codes may be tried.
    pub pin_attempts: u32,
    /// How long a code lives.
    pub pin_time_to_live: String,
    /// How many codes the application may send.
    pub send_pin_per_application_limit: String,
    /// How many codes one number may be sent.
    pub send_pin_per_phone_number_limit: String,
    /// How often one number's codes may be checked.
    pub verify_pin_limit: String,
}

impl Configuration {
    /// The rules that a worker with these demands relies on.
    pub fn for_demands(demands: &Demands) -> Self {
        Self {
            allow_multiple_pin_verifications: false,
            pin_attempts: demands.tries,
            pin_time_to_live: format!("{}s", demands.code_life.as_secs()),
            send_pin_per_application_limit: format!("{}/1d", demands.texts_of_site.1),
            send_pin_per_phone_number_limit: format!("{}/1d", demands.texts_per_day * 2),
            verify_pin_limit: format!("{}/3s", demands.tries),
        }
    }
}

impl Default for Configuration {
    /// Stricter than Infobip's defaults where theirs are weak (ten attempts, fifteen minutes, a code accepted twice), and
    /// looser where the worker counts better itself (three texts a day would lock people out; one check every three seconds
    /// would refuse the second try of somebody who mistyped).
    fn default() -> Self {
        Self {
            allow_multiple_pin_verifications: false,
            pin_attempts: 5,
            pin_time_to_live: "5m".to_owned(),
            send_pin_per_application_limit: "10000/1d".to_owned(),
            send_pin_per_phone_number_limit: "20/1d".to_owned(),
            verify_pin_limit: "5/3s".to_owned(),
        }
    }
}

/// The text of the message, or what a voice reads out, as it is created.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Holds `{{pin}}` at least once.
    pub message_text: String,
    /// How many digits the code has.
    pub pin_length: u8,
    /// Always `NUMERIC` here: people type it on telephones.
    pub pin_type: PinType,
    /// Whom the text is from, where the country allows a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_id: Option<String>,
    /// In which language a voice reads it out, as Infobip calls it ([`spoken`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<&'static str>,
    /// How fast, from 0.5 to 2; 1 is as people speak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech_rate: Option<f64>,
}

/// An e-mail with a code, as it is created. Its words stand in a broadcast template, which somebody makes in the dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplate {
    /// The id of that template.
    pub email_template_id: i64,
    /// Whom the e-mail is from, if not as that template says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How many digits the code has.
    pub pin_length: u8,
    /// Always `NUMERIC` here.
    pub pin_type: PinType,
}

/// Infobip's name for a language that its voices speak; none if they do not.
pub fn spoken(language: &str) -> Option<&'static str> {
    const SAME: [&str; 17] = [
        "en", "es", "ca", "da", "nl", "fr", "de", "it", "ja", "ko", "no", "pl", "ru", "sv", "fi",
        "hr", "ro",
    ];
    const NAMED: [(&str, &str); 8] = [
        ("nb", "no"),
        ("nn", "no"),
        ("pt-pt", "pt_pt"),
        ("pt", "pt_br"),
        ("sl", "sl"),
        ("zh-hant", "zh_tw"),
        ("zh-tw", "zh_tw"),
        ("zh", "zh_cn"),
    ];
    let language = language.to_ascii_lowercase();
    let first = language.split('-').next().unwrap_or_default();
    let named = |tag: &str| {
        let named = NAMED.iter().find(|(known, _)| *known == tag);
        let same = || SAME.into_iter().find(|known| *known == tag);
        named.map(|(_, name)| *name).or_else(same)
    };
    named(&language).or_else(|| named(first))
}

/// What a code is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PinType {
    /// The digits 0 to 9.
    Numeric,
}

/// The server did not create what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupFailure {
    /// It said why.
    #[error("Infobip answered {status}: {fault}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its words.
        fault: Fault,
    },
    /// The answer has no id in it.
    #[error("Infobip answered {status} without naming the id of what it created")]
    NoId {
        /// The HTTP status.
        status: u16,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    application_id: Option<String>,
    message_id: Option<String>,
}

/// The new application's id, from the answer to [`crate::request::create_application`] (201 as documented, 200 as seen).
///
/// # Errors
///
/// When the server refused, or its answer holds no id.
pub fn read_application_id(status: u16, body: &[u8]) -> Result<String, SetupFailure> {
    read_created(status, body, |created| created.application_id)
}

/// The new template's id, from the answer to [`crate::request::create_template`] or [`crate::request::create_email_template`].
///
/// # Errors
///
/// When the server refused, or its answer holds no id.
pub fn read_message_id(status: u16, body: &[u8]) -> Result<String, SetupFailure> {
    read_created(status, body, |created| created.message_id)
}

fn read_created(
    status: u16,
    body: &[u8],
    id: impl Fn(Created) -> Option<String>,
) -> Result<String, SetupFailure> {
    if !matches!(status, 200 | 201) {
        return Err(SetupFailure::Refused {
            status,
            fault: Fault::read(body),
        });
    }
    serde_json::from_slice(body)
        .ok()
        .and_then(id)
        .filter(|id| !id.is_empty())
        .ok_or(SetupFailure::NoId { status })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_spoken_under_the_name_that_infobip_has_for_it() {
        let cases = [
            ("en", Some("en")),
            ("de-AT", Some("de")),
            ("nb", Some("no")),
            ("pt", Some("pt_br")),
            ("pt-PT", Some("pt_pt")),
            ("pt-AO", Some("pt_br")),
            ("zh-Hant", Some("zh_tw")),
            ("zh", Some("zh_cn")),
            ("sl", Some("sl")),
            ("ar", None),
            ("", None),
        ];
        for (language, name) in cases {
            assert_eq!(spoken(language), name, "{language:?}");
        }
    }

    #[test]
    fn what_was_created_is_known_by_the_id_in_an_answer_of_success_and_by_nothing_else() {
        let answers = [
            (
                200,
                r#"{"applicationId":"A1","messageId":"M1"}"#,
                Some(("A1", "M1")),
            ),
            (
                201,
                r#"{"applicationId":"A1","messageId":"M1"}"#,
                Some(("A1", "M1")),
            ),
            (200, r#"{"applicationId":"","messageId":""}"#, None),
            (200, "{}", None),
            (200, "<html>", None),
        ];
        for (status, body, ids) in answers {
            let no_id = SetupFailure::NoId { status };
            let ids = ids.ok_or(no_id);
            let of = |id: &str| id.to_owned();
            let application = read_application_id(status, body.as_bytes());
            assert_eq!(application, ids.clone().map(|it| of(it.0)), "{body}");
            let message = read_message_id(status, body.as_bytes());
            assert_eq!(message, ids.map(|it| of(it.1)), "{body}");
        }
        for status in [202, 302, 400, 429, 500] {
            let body = br#"{"applicationId":"A1","messageId":"M1","errorCode":"E"}"#;
            let refused = SetupFailure::Refused {
                status,
                fault: Fault::read(body),
            };
            assert_eq!(read_application_id(status, body), Err(refused.clone()));
            assert_eq!(read_message_id(status, body), Err(refused));
        }
    }
}
