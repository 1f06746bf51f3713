//! What is a template, and what may it say?
//!
//! SMS and voice templates carry a text; e-mail templates point to one kept elsewhere. Not here: filling the text in
//! (`render.rs`).

use serde::Serialize;
use serde_json::{Value, json};

use crate::errors::ApiError;
use crate::fields::Fields;
use crate::pin::PinType;
use crate::render::PIN_PLACEHOLDER;
use crate::switches::Switches;

/// Infobip's spelling of the text-to-speech languages; older clients write a hyphen for the underscore.
const LANGUAGES: [&str; 22] = [
    "en", "es", "ca", "da", "nl", "fr", "de", "it", "ja", "ko", "no", "pl", "ru", "sv", "fi", "hr",
    "sl", "ro", "pt_pt", "pt_br", "zh_cn", "zh_tw",
];

/// The PIN length of a template that names none.
const DEFAULT_PIN_LENGTH: u8 = 4;

/// A template of an application.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Template {
    pub(crate) message_id: String,
    pub(crate) application_id: String,
    pub(crate) pin_length: u8,
    pub(crate) pin_type: PinType,
    #[serde(flatten)]
    pub(crate) content: Content,
}

/// What sets the two kinds of template apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Content {
    Phone(PhoneContent),
    Email(EmailContent),
}

/// An SMS and voice template.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneContent {
    pin_placeholder: &'static str,
    pub(crate) message_text: String,
    language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sender_id: Option<String>,
    #[serde(rename = "repeatDTMF", skip_serializing_if = "Option::is_none")]
    repeat_dtmf: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regional: Option<Value>,
}

/// An e-mail template.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailContent {
    pub(crate) email_template_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    landing_page_id: Option<String>,
}

impl Template {
    /// Reads a request to create an SMS and voice template. An update is read as the creation of what it leads to.
    pub(crate) fn read_phone(
        (application_id, message_id): (&str, &str),
        body: Option<&Value>,
        switches: &Switches,
    ) -> Result<Self, ApiError> {
        let mut fields = Fields::of(body)?;
        fields.require("messageText");
        fields.require("pinType");
        let text = fields.parsed(
            "messageText",
            "must contain the {{pin}} placeholder",
            |text| text.contains(PIN_PLACEHOLDER).then(|| text.to_owned()),
        );
        let (pin_length, pin_type) = read_pin_form(&mut fields, switches);
        let content = PhoneContent {
            pin_placeholder: PIN_PLACEHOLDER,
            message_text: text.unwrap_or_default(),
            language: fields
                .parsed("language", "is not supported", language)
                .unwrap_or_else(|| "en".to_owned()),
            voice_name: fields.text("voiceName"),
            sender_id: fields.text("senderId"),
            repeat_dtmf: fields.text("repeatDTMF"),
            speech_rate: fields.number("speechRate", 0.5, 2.0),
            regional: fields.nested("regional", read_regional).flatten(),
        };
        fields.finish()?;
        Ok(Self {
            message_id: message_id.to_owned(),
            application_id: application_id.to_owned(),
            pin_length,
            pin_type,
            content: Content::Phone(content),
        })
    }

    /// Reads a request to create an e-mail template; an update likewise.
    pub(crate) fn read_email(
        (application_id, message_id): (&str, &str),
        body: Option<&Value>,
        switches: &Switches,
    ) -> Result<Self, ApiError> {
        let mut fields = Fields::of(body)?;
        fields.require("emailTemplateId");
        let (pin_length, pin_type) = read_pin_form(&mut fields, switches);
        let content = EmailContent {
            email_template_id: fields
                .integer("emailTemplateId", 0, i64::MAX)
                .unwrap_or_default(),
            from: fields.text("from"),
            landing_page_id: fields.text("landingPageId"),
        };
        fields.finish()?;
        Ok(Self {
            message_id: message_id.to_owned(),
            application_id: application_id.to_owned(),
            pin_length,
            pin_type,
            content: Content::Email(content),
        })
    }
}

fn read_pin_form(fields: &mut Fields<'_>, switches: &Switches) -> (u8, PinType) {
    let length = fields
        .integer("pinLength", 1, switches.longest_pin.into())
        .and_then(|length| u8::try_from(length).ok());
    let kind = fields.parsed("pinType", "is not supported", PinType::parse);
    (
        length.unwrap_or(DEFAULT_PIN_LENGTH),
        kind.unwrap_or(PinType::Numeric),
    )
}

fn language(text: &str) -> Option<String> {
    let spelled = text.replace('-', "_");
    LANGUAGES.contains(&spelled.as_str()).then_some(spelled)
}

/// The registration that India's operators ask for.
fn read_regional(fields: &mut Fields<'_>) -> Option<Value> {
    let india = fields.nested("indiaDlt", |fields| {
        fields.require("principalEntityId");
        let mut india = json!({});
        let longest = [
            ("principalEntityId", 30),
            ("contentTemplateId", 30),
            ("teleMarketerId", 255),
        ];
        for (name, most) in longest {
            let violation = format!("length must be between 0 and {most}");
            let text = fields.parsed(name, &violation, |text| {
                (text.chars().count() <= most).then(|| text.to_owned())
            });
            if let Some(text) = text {
                india[name] = text.into();
            }
        }
        india
    });
    india.map(|india| json!({"indiaDlt": india}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn a_template_that_cannot_work_is_refused() {
        let switches = Options::default().switches;
        let dlt = |id: String| json!({"indiaDlt": {"principalEntityId": id}});
        let cases = [
            (json!({"messageText": null}), Some("messageText")),
            (
                json!({"messageText": "no placeholder"}),
                Some("messageText"),
            ),
            (json!({"pinType": "EMOJI"}), Some("pinType")),
            (json!({"pinLength": 9}), Some("pinLength")),
            (json!({"pinLength": 4.5}), Some("pinLength")),
            (json!({"language": "tlh"}), Some("language")),
            (json!({"language": "pt-br"}), None),
            (json!({"language": "zh_tw"}), None),
            (json!({"speechRate": 9.0}), Some("speechRate")),
            (json!({"speechRate": 1}), None),
            (
                json!({"regional": {"indiaDlt": {}}}),
                Some("regional.indiaDlt.principalEntityId"),
            ),
            (
                json!({"regional": dlt("x".repeat(31))}),
                Some("regional.indiaDlt.principalEntityId"),
            ),
            (json!({"regional": dlt("x".repeat(30))}), None),
        ];
        for (change, violated) in cases {
            let mut body = json!({"messageText": "{{pin}}", "pinType": "NUMERIC"});
            json_patch::merge(&mut body, &change);
            match Template::read_phone(("A", "M"), Some(&body), &switches) {
                Ok(_) => assert_eq!(violated, None, "{change}"),
                Err(error) => {
                    let ApiError::BadRequest(violations) = error else {
                        panic!("{change}: {error:?}");
                    };
                    let paths: Vec<_> = violations.keys().map(String::as_str).collect();
                    assert_eq!(paths, violated.as_slice(), "{change}");
                }
            }
        }
    }
}
