//! What did Infobip complain about?
//!
//! Two error bodies are in use: the older `requestError`, which the 2FA document declares, and a newer flat one, which
//! throttling answers may carry. Gateways in between answer with HTML or nothing. So the status is judged first, and the
//! body only adds words. Not here: what the complaint means for a login ([`crate::answer`]).

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// A complaint, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// `messageId` or `errorCode`, such as `BAD_REQUEST` or `E429`.
    pub id: String,
    /// `text` or `description`.
    pub text: String,
    /// Property path → what is wrong with it.
    pub violations: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    request_error: Option<RequestError>,
    error_code: Option<String>,
    description: Option<String>,
    violations: Option<Vec<Violation>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestError {
    service_exception: Option<ServiceException>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServiceException {
    message_id: Option<String>,
    text: Option<String>,
    validation_errors: Option<BTreeMap<String, Vec<String>>>,
}

#[derive(Deserialize)]
struct Violation {
    property: Option<String>,
    violation: Option<String>,
}

impl Fault {
    /// Reads either body. Whatever cannot be read is an empty complaint, never an error: the status has already decided.
    pub fn read(body: &[u8]) -> Self {
        let Ok(body) = serde_json::from_slice::<Body>(body) else {
            return Self::default();
        };
        if let Some(exception) = body.request_error.and_then(|error| error.service_exception) {
            return Self {
                id: exception.message_id.unwrap_or_default(),
                text: exception.text.unwrap_or_default(),
                violations: exception.validation_errors.unwrap_or_default(),
            };
        }
        let mut violations: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for violation in body.violations.unwrap_or_default() {
            violations
                .entry(violation.property.unwrap_or_default())
                .or_default()
                .push(violation.violation.unwrap_or_default());
        }
        Self {
            id: body.error_code.unwrap_or_default(),
            text: body.description.unwrap_or_default(),
            violations,
        }
    }
}

/// What a person who sets the account up can do about an answer that is no success.
pub fn mend(status: u16) -> &'static str {
    match status {
        300..=399 => {
            "this is a page for people, not the API: take the base URL from the API key's page in the dashboard"
        }
        400 => "a value is not accepted: see the words after the colon",
        401 => {
            "the key is unknown there: see that it is whole, that it is neither disabled nor expired, that this machine's address \
             may use it, and that the base URL is of the same account"
        }
        403 => {
            "the key may not do this: give it the scope 2fa:manage, and see that the account has 2FA"
        }
        404 => {
            "there is nothing of this id: see that the base URL and the ids are of the same account"
        }
        429 => {
            "too many changes for now (twenty new applications within ten minutes is the most): wait ten minutes, then run this \
             again; what was made is found again"
        }
        500..=599 => "Infobip has a fault: run this again later; what was made is found again",
        _ => "this answer is not documented: see that the base URL is Infobip's",
    }
}

impl fmt::Display for Fault {
    /// For people who set the account up. Not for logs of a login: the text may quote what was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.id.is_empty() && self.text.is_empty() {
            return f.write_str("no words that can be read");
        }
        write!(f, "{}: {}", self.id, self.text)?;
        for (property, complaints) in &self.violations {
            write!(f, "; {property}: {}", complaints.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_error_bodies_are_read_and_anything_else_is_an_empty_complaint() {
        let violations = BTreeMap::from([("to".to_owned(), vec!["must not be blank".to_owned()])]);
        let cases: [(&str, Fault); 6] = [
            (
                r#"{"requestError":{"serviceException":{"messageId":"BAD_REQUEST","text":"Bad request","validationErrors":{"to":["must not be blank"]}}}}"#,
                Fault {
                    id: "BAD_REQUEST".into(),
                    text: "Bad request".into(),
                    violations: violations.clone(),
                },
            ),
            (
                r#"{"errorCode":"E400","description":"Bad request","action":"","violations":[{"property":"to","violation":"must not be blank"}],"resources":[]}"#,
                Fault {
                    id: "E400".into(),
                    text: "Bad request".into(),
                    violations,
                },
            ),
            ("", Fault::default()),
            ("<html>502 Bad Gateway</html>", Fault::default()),
            ("[]", Fault::default()),
            (
                r#"{"requestError":{"serviceException":{"validationErrors":["x"]}}}"#,
                Fault::default(),
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(Fault::read(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn whoever_sets_the_account_up_is_told_for_each_status_what_mends_it() {
        let cases = [
            (302, "a page for people"),
            (400, "after the colon"),
            (401, "disabled nor expired"),
            (403, "2fa:manage"),
            (404, "of the same account"),
            (429, "wait ten minutes"),
            (503, "run this again later"),
            (204, "not documented"),
            (418, "not documented"),
        ];
        for (status, words) in cases {
            assert!(mend(status).contains(words), "{status}: {}", mend(status));
        }
    }

    #[test]
    fn a_complaint_is_printed_with_what_is_wrong_with_each_property() {
        let cases = [
            (r#"{"errorCode":"E400"}"#, "E400: "),
            (r#"{"description":"Bad request"}"#, ": Bad request"),
            (
                r#"{"errorCode":"E400","description":"Bad request","violations":[{"property":"to","violation":"is blank"},
                {"property":"from","violation":"is short"},{"property":"to","violation":"is odd"}]}"#,
                "E400: Bad request; from: is short; to: is blank, is odd",
            ),
            ("<html>", "no words that can be read"),
        ];
        for (body, printed) in cases {
            assert_eq!(Fault::read(body.as_bytes()).to_string(), printed, "{body}");
        }
    }
}
