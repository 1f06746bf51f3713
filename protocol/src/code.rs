//! What does a person type to prove the number is theirs, and which try was it?
//!
//! Not here: whether the code is right. Only the provider knows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A one-time code: six to eight ASCII digits, leading zeros kept.
///
/// ```
/// use protocol::Code;
///
/// assert!(Code::try_from("012345").is_ok());
/// assert!(Code::try_from("12 345").is_err());
/// assert_eq!(format!("{:?}", Code::try_from("012345").unwrap()), "••••••");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{6,8}$", example = "012345"))]
pub struct Code(String);

/// The text is not six to eight ASCII digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCode;

impl Code {
    /// The fewest digits a code may have. Fewer than six can be guessed (NIST SP 800-63B-4, section 3.1.3.2).
    pub const MIN_DIGITS: usize = 6;
    /// The most digits a code may have.
    pub const MAX_DIGITS: usize = 8;

    /// How many digits the code has.
    pub fn digits(&self) -> usize {
        self.0.len()
    }

    /// The code itself. It goes to the provider and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Code {
    type Error = InvalidCode;

    fn try_from(text: &str) -> Result<Self, InvalidCode> {
        let right_length = (Self::MIN_DIGITS..=Self::MAX_DIGITS).contains(&text.len());
        if right_length && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCode)
        }
    }
}

impl TryFrom<String> for Code {
    type Error = InvalidCode;

    fn try_from(text: String) -> Result<Self, InvalidCode> {
        Self::try_from(text.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••••")
    }
}

impl fmt::Display for InvalidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code is six to eight digits from 0 to 9, and nothing else")
    }
}

impl std::error::Error for InvalidCode {}

/// Names one press of the button, so that the same press sent twice (a lost reply, a retry) is answered twice and
/// carried out once.
///
/// 22 to 64 characters of `A-Z a-z 0-9 - _`; the element draws 128 random bits and writes them in base64url.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22,64}$", example = "pZ5q1Xw0S8mO3kT7bYd9Ug"))]
pub struct AttemptId(String);

/// The text is not 22 to 64 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidAttemptId;

impl AttemptId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AttemptId {
    type Error = InvalidAttemptId;

    fn try_from(text: String) -> Result<Self, InvalidAttemptId> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if (22..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(InvalidAttemptId)
        }
    }
}

impl fmt::Debug for AttemptId {
    /// Whoever holds the id and the challenge cookie can repeat the outcome, so it stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttemptId(…)")
    }
}

impl fmt::Display for InvalidAttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attempt id is 22 to 64 characters of A-Z, a-z, 0-9, - and _")
    }
}

impl std::error::Error for InvalidAttemptId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_a_code_is_six_to_eight_ascii_digits_and_nothing_else() {
        let cases = [
            ("012345", true),
            ("12345678", true),
            ("", false),
            ("12345", false),
            ("123456789", false),
            (" 12345", false),
            ("12345 ", false),
            ("12345a", false),
            ("٠١٢٣٤٥", false),
            ("+12345", false),
            ("1e3456", false),
        ];
        for (text, expected) in cases {
            let code = Code::try_from(text);
            assert_eq!(code.is_ok(), expected, "{text:?}");
            if let Ok(code) = code {
                assert_eq!(code.reveal(), text, "leading zeros are kept");
                assert_eq!(code.digits(), text.len());
            }
        }
        assert!(InvalidCode.to_string().contains("six to eight digits"));
    }

    #[test]
    fn r12_a_code_is_a_json_string() {
        for json in ["123456", "null", "[\"123456\"]", "{}", "123456.0", "true"] {
            assert!(serde_json::from_str::<Code>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn r63_a_code_never_prints() {
        assert_eq!(format!("{:?}", Code::try_from("987654").unwrap()), "••••••");
    }

    #[test]
    fn r13_an_attempt_is_named_by_22_to_64_characters_of_base64url_and_by_nothing_else() {
        let (shortest, longest) = ("a".repeat(22), "Z".repeat(64));
        let cases = [
            (shortest.as_str(), true),
            (longest.as_str(), true),
            ("pZ5q1Xw0S8mO3kT7bYd9Ug", true),
            ("-_-_-_-_-_-_-_-_-_-_-_", true),
            ("", false),
            ("pZ5q1Xw0S8mO3kT7bYd9U", false),
            (&"a".repeat(65), false),
            ("pZ5q1Xw0S8mO3kT7bYd9U=", false),
            ("pZ5q1Xw0S8mO3kT7bYd9U+", false),
            ("pZ5q1Xw0S8mO3kT7bYd9U/", false),
            ("pZ5q1Xw0S8mO3kT7bYd9U\n", false),
            ("pZ5q1Xw0S8mO3kT7bYd9é", false),
        ];
        for (text, expected) in cases {
            let id = AttemptId::try_from(text.to_owned());
            assert_eq!(id.is_ok(), expected, "{text:?}");
            if let Ok(id) = id {
                assert_eq!(id.as_str(), text);
            }
        }
        assert!(InvalidAttemptId.to_string().contains("22 to 64"));
    }

    #[test]
    fn r63_what_repeats_an_outcome_never_prints() {
        let id = AttemptId::try_from("pZ5q1Xw0S8mO3kT7bYd9Ug".to_owned()).unwrap();
        assert_eq!(format!("{id:?}"), "AttemptId(…)");
    }
}
