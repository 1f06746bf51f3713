//! Which types of numbers get codes, and which beginnings of numbers never?
//!
//! Not here: the countries ([`super`]).

use protocol::PhoneNumber;
use rlibphonenumber::PhoneNumberType;

/// The types of numbers that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberTypes {
    mobile: bool,
    fixed_line: bool,
    voip: bool,
    personal: bool,
}

/// A name that stands for no type which a code could be sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no type that gets codes; name some of mobile, fixed_line, voip and personal")]
pub struct InvalidType(String);

/// Beginnings of numbers that are refused, whatever else holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedPrefixes(Vec<String>);

/// A text that no number begins with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no beginning of a number; write each as + and digits, such as +38598")]
pub struct InvalidPrefix(String);

impl Default for NumberTypes {
    /// Mobile numbers, which texts reach everywhere.
    fn default() -> Self {
        Self {
            mobile: true,
            ..Self::NONE
        }
    }
}

impl NumberTypes {
    const NONE: Self = Self {
        mobile: false,
        fixed_line: false,
        voip: false,
        personal: false,
    };

    /// Reads a list such as `mobile,voip`.
    ///
    /// # Errors
    ///
    /// When a type is unknown, cannot be texted, or is one that earns from texts; or when there is none.
    pub fn parse(text: &str) -> Result<Self, InvalidType> {
        let mut types = Self::NONE;
        for name in text.split(',').map(str::trim) {
            let named = match name {
                "mobile" => &mut types.mobile,
                "fixed_line" => &mut types.fixed_line,
                "voip" => &mut types.voip,
                "personal" => &mut types.personal,
                _ => return Err(InvalidType(name.to_owned())),
            };
            *named = true;
        }
        Ok(types)
    }

    pub(super) fn include(self, kind: PhoneNumberType) -> bool {
        match kind {
            PhoneNumberType::Mobile => self.mobile,
            PhoneNumberType::FixedLine => self.fixed_line,
            // In North America mobile and fixed numbers share their ranges.
            PhoneNumberType::FixedLineOrMobile => self.mobile || self.fixed_line,
            PhoneNumberType::VoIP => self.voip,
            PhoneNumberType::PersonalNumber => self.personal,
            PhoneNumberType::PremiumRate
            | PhoneNumberType::SharedCost
            | PhoneNumberType::TollFree
            | PhoneNumberType::Pager
            | PhoneNumberType::UAN
            | PhoneNumberType::VoiceMail
            | PhoneNumberType::Unknown => false,
        }
    }
}

impl RefusedPrefixes {
    /// Reads a list such as `+38598,+4477`.
    ///
    /// # Errors
    ///
    /// When one is not `+` and digits.
    pub fn parse(text: &str) -> Result<Self, InvalidPrefix> {
        let prefixes = text
            .split(',')
            .map(str::trim)
            .filter(|prefix| !prefix.is_empty());
        prefixes
            .map(|prefix| match prefix.strip_prefix('+') {
                Some(digits)
                    if (1..=15).contains(&digits.len())
                        && digits.bytes().all(|b| b.is_ascii_digit()) =>
                {
                    Ok(prefix.to_owned())
                }
                _ => Err(InvalidPrefix(prefix.to_owned())),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn hold(&self, number: &PhoneNumber) -> bool {
        self.0
            .iter()
            .any(|prefix| number.reveal().starts_with(prefix.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_and_none_that_earns_from_texts_can_be() {
        let accepted = |text| NumberTypes::parse(text).is_ok();
        for text in [
            "mobile",
            "mobile, voip",
            "fixed_line,voip,personal",
            "mobile,mobile",
        ] {
            assert!(accepted(text), "{text}");
        }
        for text in [
            "",
            "mobile,",
            "Mobile",
            "premium_rate",
            "mobile,shared_cost",
            "toll_free",
            "pager",
            "*",
        ] {
            assert!(!accepted(text), "{text}");
        }
        assert_eq!(NumberTypes::parse("mobile"), Ok(NumberTypes::default()));
    }

    #[test]
    fn a_prefix_is_a_plus_and_digits() {
        for text in ["", "+1", "+38598, +4477 ,", "+123456789012345"] {
            assert!(RefusedPrefixes::parse(text).is_ok(), "{text}");
        }
        for text in [
            "38598",
            "+",
            "+38 598",
            "+385x",
            "0038598",
            "+1234567890123456",
        ] {
            assert!(RefusedPrefixes::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn r18_a_prefix_holds_the_numbers_that_begin_with_it_and_no_others() {
        let refused = RefusedPrefixes::parse("+38591, +4915").unwrap();
        let cases = [
            ("+385912345678", true),
            ("+385922345678", false),
            ("+4915123456789", true),
            ("+4916012345678", false),
            ("+538591234567", false),
        ];
        for (number, held) in cases {
            let number = PhoneNumber::try_from(number).unwrap();
            assert_eq!(refused.hold(&number), held, "{number}");
        }
        let number = PhoneNumber::try_from("+385912345678").unwrap();
        assert!(!RefusedPrefixes::default().hold(&number));
    }
}
