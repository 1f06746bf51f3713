//! What is an application, and which `configuration` does it have?
//!
//! Reading and checking it from a request. Not here: the grammar of the values (`grammar.rs`), and enforcing them
//! (`pin.rs`, `sending.rs`).

use serde::Serialize;
use serde_json::Value;

use crate::errors::ApiError;
use crate::fields::Fields;
use crate::grammar::{DAY, Lifetime, Limit, YEAR};

/// An application: the rules under which PINs are sent and verified.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Application {
    pub(crate) application_id: String,
    pub(crate) name: String,
    pub(crate) configuration: Configuration,
    pub(crate) enabled: bool,
}

/// The rules, with Infobip's defaults.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Configuration {
    pub(crate) pin_attempts: u32,
    pub(crate) allow_multiple_pin_verifications: bool,
    pub(crate) pin_time_to_live: Lifetime,
    pub(crate) verify_pin_limit: Limit,
    pub(crate) send_pin_per_application_limit: Limit,
    pub(crate) send_pin_per_phone_number_limit: Limit,
}

impl Application {
    /// Reads a request to create an application. An update is read as the creation of what it leads to.
    pub(crate) fn read(application_id: &str, body: Option<&Value>) -> Result<Self, ApiError> {
        let mut fields = Fields::of(body)?;
        let application = Self {
            application_id: application_id.to_owned(),
            name: fields.required_text("name"),
            enabled: fields.boolean("enabled").unwrap_or(true),
            configuration: fields
                .nested("configuration", Configuration::read)
                .unwrap_or_default(),
        };
        fields.finish()?;
        Ok(application)
    }
}

impl Configuration {
    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        let mut limit = |name: &str, longest, default| {
            fields
                .parsed(name, "invalid limit format", |text| {
                    Limit::parse(text, longest)
                })
                .unwrap_or(default)
        };
        Self {
            verify_pin_limit: limit("verifyPinLimit", DAY, default.verify_pin_limit),
            send_pin_per_application_limit: limit(
                "sendPinPerApplicationLimit",
                YEAR,
                default.send_pin_per_application_limit,
            ),
            send_pin_per_phone_number_limit: limit(
                "sendPinPerPhoneNumberLimit",
                YEAR,
                default.send_pin_per_phone_number_limit,
            ),
            pin_time_to_live: fields
                .parsed("pinTimeToLive", "invalid time format", |text| {
                    Lifetime::parse(text, YEAR)
                })
                .unwrap_or(default.pin_time_to_live),
            pin_attempts: fields
                .integer("pinAttempts", 1, i32::MAX.into())
                .and_then(|attempts| u32::try_from(attempts).ok())
                .unwrap_or(default.pin_attempts),
            allow_multiple_pin_verifications: fields
                .boolean("allowMultiplePinVerifications")
                .unwrap_or(default.allow_multiple_pin_verifications),
        }
    }
}

impl Default for Configuration {
    fn default() -> Self {
        let limit = |text| Limit::parse(text, YEAR).expect("the default limits are well-formed");
        Self {
            pin_attempts: 10,
            allow_multiple_pin_verifications: true,
            pin_time_to_live: Lifetime::parse("15m", YEAR)
                .expect("the default lifetime is well-formed"),
            verify_pin_limit: limit("1/3s"),
            send_pin_per_application_limit: limit("10000/1d"),
            send_pin_per_phone_number_limit: limit("3/1d"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_alone_gives_the_defaults() {
        let application = Application::read("A", Some(&json!({"name": "Shop"}))).unwrap();
        assert_eq!(
            json!(application),
            json!({
                "applicationId": "A",
                "name": "Shop",
                "configuration": {
                    "pinAttempts": 10,
                    "allowMultiplePinVerifications": true,
                    "pinTimeToLive": "15m",
                    "verifyPinLimit": "1/3s",
                    "sendPinPerApplicationLimit": "10000/1d",
                    "sendPinPerPhoneNumberLimit": "3/1d",
                },
                "enabled": true,
            })
        );
    }

    #[test]
    fn malformed_configuration_is_named_by_its_path() {
        let cases = [
            (json!({}), "name"),
            (json!({"name": ""}), "name"),
            (json!({"name": 7}), "name"),
            (with("pinAttempts", json!(0)), "configuration.pinAttempts"),
            (with("pinAttempts", json!("3")), "configuration.pinAttempts"),
            (
                with("pinTimeToLive", json!("15")),
                "configuration.pinTimeToLive",
            ),
            (
                with("pinTimeToLive", json!("2y")),
                "configuration.pinTimeToLive",
            ),
            (
                with("verifyPinLimit", json!("1/2d")),
                "configuration.verifyPinLimit",
            ),
            (
                with("sendPinPerPhoneNumberLimit", json!("1d")),
                "configuration.sendPinPerPhoneNumberLimit",
            ),
        ];
        for (body, path) in cases {
            let Err(ApiError::BadRequest(violations)) = Application::read("A", Some(&body)) else {
                panic!("{body} was accepted");
            };
            assert_eq!(violations.keys().collect::<Vec<_>>(), [path], "{body}");
        }
    }

    fn with(name: &str, value: Value) -> Value {
        json!({"name": "Shop", "configuration": {name: value}})
    }
}
