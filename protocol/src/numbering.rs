//! How are the numbers of a country dialled and written?
//!
//! What the element needs to format a number while it is typed: one country's part of libphonenumber's metadata, served by the worker
//! for the country that is chosen, so that the element carries none of it. Not here: which numbers exist and are served. The edge
//! decides that with all of the metadata.
//!
//! # Patterns
//!
//! Patterns are regular expressions of one small kind: digits, `\d`, `[2-57]`, `|`, groups, `?`, `{2}` and `{2,3}`. They are held
//! against the beginning of a number and nothing more.

use serde::{Deserialize, Serialize};

use crate::messages::Country;

/// How numbers of a country are dialled and written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Numbering {
    /// ISO 3166-1 alpha-2, upper case.
    #[cfg_attr(feature = "openapi", schema(example = "HR"))]
    pub iso: String,
    /// The digits after the `+`.
    #[cfg_attr(feature = "openapi", schema(example = "385"))]
    pub calling_code: String,
    /// What people dial before a national number. May be empty.
    #[cfg_attr(feature = "openapi", schema(example = "0"))]
    pub trunk_prefix: String,
    /// A mobile number as people of that country write it.
    #[cfg_attr(feature = "openapi", schema(example = "092 123 4567"))]
    pub example: String,
    /// Which of the numbers with the calling code are this country's, where it is shared: a pattern. Empty: not told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub leading_digits: String,
    /// What is dialled before a calling code: a pattern.
    #[cfg_attr(feature = "openapi", schema(example = "00"))]
    pub exit_code: String,
    /// Whatever may stand before a national number that is not part of it, such as the trunk prefix: a pattern. Empty: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(example = "0"))]
    pub national_prefix: String,
    /// What people write between the area code and the rest of a mobile number, and must be dropped after the calling code: Argentina's
    /// `15`. Empty: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mobile_infix: String,
    /// What stands before the area code instead: Argentina's `9`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mobile_prefix: String,
    /// How many digits a mobile number can have, without calling code and trunk prefix.
    #[cfg_attr(feature = "openapi", schema(example = json!([8, 9])))]
    pub mobile_lengths: Vec<u8>,
    /// How numbers are grouped. The first that fits counts.
    pub formats: Vec<NumberFormat>,
}

/// One way of grouping digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NumberFormat {
    /// A number in this form: `#` for a digit, `0` for a digit that may be missing, all else as it is written.
    #[cfg_attr(feature = "openapi", schema(example = "## ### ###0"))]
    pub shape: String,
    /// How the numbers begin that are grouped like this: one pattern for the first three digits, one for the first four, and so on.
    /// None: however they begin.
    #[cfg_attr(feature = "openapi", schema(example = json!(["9"])))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leading_digits: Vec<String>,
    /// Whether it is used after a calling code.
    #[serde(default, skip_serializing_if = "no")]
    pub international: bool,
    /// Whether it is used after the trunk prefix.
    #[serde(default, skip_serializing_if = "no")]
    pub with_trunk_prefix: bool,
    /// Whether it is used within the country without the trunk prefix.
    #[serde(default, skip_serializing_if = "no")]
    pub without_trunk_prefix: bool,
    /// Whether the trunk prefix stands apart.
    #[serde(default, skip_serializing_if = "no")]
    pub trunk_prefix_apart: bool,
}

/// As much as can be told from the little that is known at first. It has no formats.
impl From<Country> for Numbering {
    fn from(country: Country) -> Self {
        let digits = country.example.bytes().filter(u8::is_ascii_digit).count();
        let length = digits.saturating_sub(country.trunk_prefix.len());
        Self {
            iso: country.iso,
            calling_code: country.calling_code,
            national_prefix: country.trunk_prefix.clone(),
            trunk_prefix: country.trunk_prefix,
            mobile_lengths: u8::try_from(length).into_iter().collect(),
            example: country.example,
            ..Self::default()
        }
    }
}

fn no(flag: &bool) -> bool {
    !flag
}
