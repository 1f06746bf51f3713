//! How are the numbers of a country dialled and written?
//!
//! What the element needs to format a number while it is typed: one country's part of libphonenumber's metadata, served by the worker
//! for the country that is chosen, so that the element carries none of it. Not here: which numbers exist and are served. The edge
//! decides that with all of the metadata.
//!
//! # On the wire
//!
//! A country is a list of texts, because that is less to read than an object with names: `iso`, `calling_code`, `example`,
//! `exit_code`, `national_prefix`, `mobile_infix`, `mobile_prefix`, `mobile_lengths` with spaces between them, and then a text for each
//! format: its shape, what it is used for in letters (`i`nternational, with `t`runk prefix, with `n`one, `a`part), and its patterns,
//! with tabs between them.
//!
//! # Patterns
//!
//! Patterns are regular expressions of one small kind: digits, `\d`, `[2-57]`, `|`, groups, `?`, `{2}` and `{2,3}`. They are held
//! against the beginning of a number and nothing more.

use serde::{Deserialize, Serialize};

use crate::messages::Country;

/// How numbers of a country are dialled and written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    /// ISO 3166-1 alpha-2, upper case.
    pub iso: String,
    /// The digits after the `+`.
    pub calling_code: String,
    /// What people dial before a national number. May be empty.
    pub trunk_prefix: String,
    /// A mobile number as people of that country write it.
    pub example: String,
    /// Which of the numbers with the calling code are this country's, where it is shared: a pattern. Empty: not told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub leading_digits: String,
    /// What is dialled before a calling code: a pattern.
    pub exit_code: String,
    /// Whatever may stand before a national number that is not part of it, such as the trunk prefix: a pattern. Empty: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub national_prefix: String,
    /// What people write between the area code and the rest of a mobile number, and must be dropped after the calling code: Argentina's
    /// `15`. Empty: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mobile_infix: String,
    /// What stands before the area code instead: Argentina's `9`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mobile_prefix: String,
    /// How many digits a mobile number can have, without calling code and trunk prefix.
    pub mobile_lengths: Vec<u8>,
    /// How numbers are grouped. The first that fits counts.
    pub formats: Vec<NumberFormat>,
}

/// One way of grouping digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFormat {
    /// A number in this form: `#` for a digit, `0` for a digit that may be missing, all else as it is written.
    pub shape: String,
    /// How the numbers begin that are grouped like this: one pattern for the first three digits, one for the first four, and so on.
    /// None: however they begin.
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

impl Numbering {
    /// The texts on the wire.
    pub fn texts(&self) -> Vec<String> {
        let lengths: Vec<_> = self.mobile_lengths.iter().map(u8::to_string).collect();
        let mut texts = vec![
            self.iso.clone(),
            self.calling_code.clone(),
            self.example.clone(),
            self.exit_code.clone(),
            self.national_prefix.clone(),
            self.mobile_infix.clone(),
            self.mobile_prefix.clone(),
            lengths.join(" "),
        ];
        texts.extend(self.formats.iter().map(NumberFormat::text));
        texts
    }

    /// Reads them, a line each.
    pub fn read(lines: &str) -> Self {
        let rest = &mut &*lines;
        let mut next = || cut(rest, b'\n').to_owned();
        let mut country = Self {
            iso: next(),
            calling_code: next(),
            example: next(),
            exit_code: next(),
            national_prefix: next(),
            mobile_infix: next(),
            mobile_prefix: next(),
            ..Self::default()
        };
        let mut lengths = cut(rest, b'\n');
        while !lengths.is_empty() {
            let digits = cut(&mut lengths, b' ').bytes();
            let length = digits.fold(0_u8, |it, digit| {
                it.wrapping_mul(10).wrapping_add(digit & 15)
            });
            country.mobile_lengths.push(length);
        }
        while !rest.is_empty() {
            country.formats.push(NumberFormat::read(cut(rest, b'\n')));
        }
        country
    }
}

impl NumberFormat {
    const USES: [u8; 4] = *b"itna";

    fn text(&self) -> String {
        let uses = [
            self.international,
            self.with_trunk_prefix,
            self.without_trunk_prefix,
            self.trunk_prefix_apart,
        ];
        let uses = Self::USES.iter().zip(uses).filter(|(_, used)| *used);
        let uses = uses.map(|(letter, _)| char::from(*letter)).collect();
        let parts = [self.shape.clone(), uses];
        let parts: Vec<_> = parts
            .into_iter()
            .chain(self.leading_digits.clone())
            .collect();
        parts.join("\t")
    }

    fn read(mut line: &str) -> Self {
        let (shape, uses) = (cut(&mut line, b'\t'), cut(&mut line, b'\t'));
        let used = |letter| uses.bytes().any(|it| it == letter);
        let [i, t, n, a] = Self::USES;
        let mut format = Self {
            shape: shape.to_owned(),
            international: used(i),
            with_trunk_prefix: used(t),
            without_trunk_prefix: used(n),
            trunk_prefix_apart: used(a),
            leading_digits: vec![],
        };
        while !line.is_empty() {
            format.leading_digits.push(cut(&mut line, b'\t').to_owned());
        }
        format
    }
}

/// What stands before the separator; the rest is what stands after it. By hand, because it is in what every visitor downloads.
fn cut<'a>(rest: &mut &'a str, separator: u8) -> &'a str {
    let end = rest.bytes().position(|byte| byte == separator);
    let end = end.unwrap_or(rest.len());
    let text = rest.get(..end).unwrap_or_default();
    *rest = rest.get(end + 1..).unwrap_or_default();
    text
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The element of a page that is open reads what the worker of tomorrow writes.
    #[test]
    fn a_country_on_the_wire_is_pinned() {
        let country = Numbering {
            iso: "HR".to_owned(),
            calling_code: "385".to_owned(),
            example: "092 123 4567".to_owned(),
            exit_code: "00".to_owned(),
            national_prefix: "0".to_owned(),
            mobile_lengths: vec![8, 12],
            formats: vec![
                NumberFormat {
                    shape: "## ### ###0".to_owned(),
                    leading_digits: vec!["9".to_owned(), "9[1-9]".to_owned()],
                    international: true,
                    with_trunk_prefix: true,
                    ..NumberFormat::default()
                },
                NumberFormat {
                    shape: "###".to_owned(),
                    without_trunk_prefix: true,
                    trunk_prefix_apart: true,
                    ..NumberFormat::default()
                },
            ],
            ..Numbering::default()
        };
        let lines = "HR\n385\n092 123 4567\n00\n0\n\n\n8 12\n## ### ###0\tit\t9\t9[1-9]\n###\tna";
        assert_eq!(country.texts().join("\n"), lines);
        assert_eq!(Numbering::read(lines), country);
        assert_eq!(Numbering::read(""), Numbering::default());
    }

    /// Until the worker has said more, the element formats by what its page came with.
    #[test]
    fn what_little_is_known_of_a_country_at_first_says_how_long_its_numbers_are() {
        let country = |trunk_prefix: &str, example: &str| Country {
            iso: "HR".to_owned(),
            calling_code: "385".to_owned(),
            trunk_prefix: trunk_prefix.to_owned(),
            example: example.to_owned(),
        };
        let cases = [
            ("0", "092 123 4567", vec![9]),
            ("", "5123-4567", vec![8]),
            ("06", "06 20 123 4567", vec![9]),
        ];
        for (trunk_prefix, example, mobile_lengths) in cases {
            let expected = Numbering {
                iso: "HR".to_owned(),
                calling_code: "385".to_owned(),
                trunk_prefix: trunk_prefix.to_owned(),
                national_prefix: trunk_prefix.to_owned(),
                example: example.to_owned(),
                mobile_lengths,
                ..Numbering::default()
            };
            let known = Numbering::from(country(trunk_prefix, example));
            assert_eq!(known, expected, "{example}");
        }
    }

    /// `countries.json` has hundreds of these.
    #[test]
    fn of_a_format_only_what_is_true_is_written_and_all_of_it_is_read_again() {
        let plain = NumberFormat {
            shape: "###".to_owned(),
            ..NumberFormat::default()
        };
        let full = NumberFormat {
            leading_digits: vec!["9".to_owned()],
            international: true,
            with_trunk_prefix: true,
            without_trunk_prefix: true,
            trunk_prefix_apart: true,
            ..plain.clone()
        };
        assert_eq!(
            serde_json::to_string(&plain).unwrap(),
            r####"{"shape":"###"}"####
        );
        for format in [plain, full] {
            let json = serde_json::to_string(&format).unwrap();
            let read: NumberFormat = serde_json::from_str(&json).unwrap();
            assert_eq!(read, format, "{json}");
        }
    }
}
