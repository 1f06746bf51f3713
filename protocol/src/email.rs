//! What is an e-mail address, and how may it be shown?
//!
//! One address is one spelling: upper-case ASCII letters become lower-case ones, and nothing else is folded. No provider's habit (dots that
//! are ignored, what follows a `+`) is guessed at: elsewhere those are mailboxes of different people. What is kept, compared and written to is
//! the spelling that came of it, so whoever reads the mail of that spelling is who signs in.
//!
//! Not here: whether the address exists. Only a code that was read there says so.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An e-mail address as the HTML standard has it (a *valid e-mail address*), with a domain of two labels at least and within the lengths
/// of RFC 5321, section 4.5.3.1.
///
/// It is personal data. `Debug` and `Display` mask it; [`EmailAddress::reveal`] is the only way to read it.
///
/// ```
/// use protocol::EmailAddress;
///
/// let address = EmailAddress::try_from("Ana.Kos@Example.COM").unwrap();
/// assert_eq!(address.to_string(), "a…@example.com");
/// assert_eq!(address.reveal(), "ana.kos@example.com");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$", max_length = 254, example = "ana@example.com"))]
pub struct EmailAddress(String);

/// The text is no e-mail address of that form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEmail;

impl EmailAddress {
    /// The most bytes of an address (RFC 5321, section 4.5.3.1.3, without the angle brackets).
    pub const LONGEST: usize = 254;
    /// The most bytes before the `@` (section 4.5.3.1.1).
    pub const LONGEST_LOCAL: usize = 64;

    /// The address itself. Whoever calls this is responsible for where it goes next.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidEmail;

    fn try_from(mut text: String) -> Result<Self, InvalidEmail> {
        text.make_ascii_lowercase();
        let mut parts = text.split(is_at);
        let (Some(local), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(InvalidEmail);
        };
        let well_formed = text.len() <= Self::LONGEST
            && (1..=Self::LONGEST_LOCAL).contains(&local.len())
            && local.bytes().all(is_local)
            && domain.split(is_dot).nth(1).is_some()
            && domain.split(is_dot).all(is_label);
        if well_formed {
            Ok(Self(text))
        } else {
            Err(InvalidEmail)
        }
    }
}

impl TryFrom<&str> for EmailAddress {
    type Error = InvalidEmail;

    fn try_from(text: &str) -> Result<Self, InvalidEmail> {
        Self::try_from(text.to_owned())
    }
}

fn is_at(letter: char) -> bool {
    letter == '@'
}

fn is_dot(letter: char) -> bool {
    letter == '.'
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_label(label: &str) -> bool {
    let hyphen = |byte: Option<&u8>| byte == Some(&b'-');
    let bytes = label.as_bytes();
    (1..=63).contains(&bytes.len())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && !hyphen(bytes.first())
        && !hyphen(bytes.last())
}

impl fmt::Display for EmailAddress {
    /// The first letter and the domain: enough for its owner to recognise, too little to write to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.split(is_at).nth(1).unwrap_or_default();
        write!(f, "{}…@{domain}", self.0.get(..1).unwrap_or_default())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for InvalidEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the e-mail address is not one")
    }
}

impl std::error::Error for InvalidEmail {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r10_an_address_has_one_spelling_and_no_habit_of_a_provider_is_guessed_at() {
        let (long, longer) = ("a".repeat(64), "a".repeat(65));
        let label = "b".repeat(63);
        let cases = [
            ("ana@example.com", Some("ana@example.com")),
            ("Ana@Example.COM", Some("ana@example.com")),
            ("a.na+kite@gmail.com", Some("a.na+kite@gmail.com")),
            ("o'neil@ex-ample.co.uk", Some("o'neil@ex-ample.co.uk")),
            (
                "ana@xn--mller-kva.example",
                Some("ana@xn--mller-kva.example"),
            ),
            ("", None),
            ("ana", None),
            ("@example.com", None),
            ("ana@", None),
            ("ana@localhost", None),
            ("ana@example..com", None),
            ("ana@.example.com", None),
            ("ana@example.com.", None),
            ("ana@-example.com", None),
            ("ana@example-.com", None),
            ("ana@kos@example.com", None),
            ("ana kos@example.com", None),
            (" ana@example.com", None),
            ("ana@example.com\n", None),
            ("ana\r\nbcc:b@example.com", None),
            ("\"ana\"@example.com", None),
            ("ana@[127.0.0.1]", None),
            ("ána@example.com", None),
            ("ana@müller.example", None),
            (
                &format!("{long}@example.com"),
                Some(format!("{long}@example.com").as_str()),
            ),
            (&format!("{longer}@example.com"), None),
            (
                &format!("ana@{label}.com"),
                Some(format!("ana@{label}.com").as_str()),
            ),
            (&format!("ana@{label}b.com"), None),
            (&format!("ana@{label}.{label}.{label}.{label}.com"), None),
        ]
        .map(|(text, expected)| (text.to_owned(), expected.map(str::to_owned)));
        for (text, expected) in cases {
            let read = EmailAddress::try_from(text.as_str()).ok();
            assert_eq!(read.map(|it| it.0), expected, "{text:?}");
        }
    }

    #[test]
    fn r63_an_address_never_prints() {
        let address = EmailAddress::try_from("ana.kos@example.com").unwrap();
        for printed in [format!("{address}"), format!("{address:?}")] {
            assert_eq!(printed, "a…@example.com");
        }
    }
}
