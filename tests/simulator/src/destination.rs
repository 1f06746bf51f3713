//! Where does a PIN go, and when do two texts name the same place?

use serde::Serialize;

use crate::switches::Switches;

/// The way a PIN travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    Sms,
    Voice,
    Email,
}

/// The destination as it is stored and echoed: digits without a plus, or an e-mail address. Else what is wrong with it.
pub(crate) fn parse(
    to: &str,
    channel: Channel,
    switches: &Switches,
) -> Result<String, &'static str> {
    match channel {
        Channel::Email => {
            let is_address = to
                .split_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
            if is_address {
                Ok(to.to_owned())
            } else {
                Err("must be a well-formed email address")
            }
        }
        Channel::Sms | Channel::Voice => {
            let digits = if switches.lenient_to {
                normalized(to)
            } else {
                to.to_owned()
            };
            if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                Ok(digits)
            } else {
                Err("must be a phone number in international format, digits only")
            }
        }
    }
}

/// The form in which destinations are compared: an address as it is, of a number the digits.
pub(crate) fn normalized(to: &str) -> String {
    if to.contains('@') {
        return to.to_owned();
    }
    to.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn a_number_is_digits_unless_the_switch_is_lenient() {
        let mut switches = Options::default().switches;
        let cases = [
            ("41793026727", Some("41793026727"), Some("41793026727")),
            ("+41 79 302-67-27", None, Some("41793026727")),
            ("someone", None, None),
        ];
        for (to, strict, lenient) in cases {
            switches.lenient_to = false;
            let parsed = parse(to, Channel::Sms, &switches).ok();
            assert_eq!(parsed.as_deref(), strict, "{to}");
            switches.lenient_to = true;
            let parsed = parse(to, Channel::Voice, &switches).ok();
            assert_eq!(parsed.as_deref(), lenient, "{to}");
        }
    }

    #[test]
    fn an_address_has_two_sides() {
        let switches = Options::default().switches;
        for (to, is_one) in [
            ("a+b@example.com", true),
            ("@example.com", false),
            ("a", false),
        ] {
            assert_eq!(parse(to, Channel::Email, &switches).is_ok(), is_one, "{to}");
        }
    }
}
