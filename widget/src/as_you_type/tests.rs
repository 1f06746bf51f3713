//! Does it format as libphonenumber does, and is the caret where a person expects it?

#![allow(clippy::string_slice, reason = "the reference is ASCII")]

use std::collections::BTreeMap;

use super::*;
use crate::digits::ascii_digit;

/// What libphonenumber's own formatter shows, key by key.
const REFERENCE: &str = include_str!("../../tests/as_you_type.tsv");

/// Where we differ, all of it before the last key.
const DIFFERENCES: [(&str, &str); 11] = [
    // The reference gives up for one digit and goes on with the next; we go on.
    ("AR", "01115 2345 67-8"),
    // Nobody knows how these are grouped. The reference sets the calling code apart for two digits, and with the third no longer.
    ("AC", "+2474"),
    ("AC", "+24740"),
    ("FK", "+5005"),
    ("FK", "+50051"),
    ("KI", "+6867"),
    ("KI", "+68672"),
    ("SH", "+2905"),
    ("SH", "+29051"),
    ("TK", "+6907"),
    ("TK", "+69072"),
];

fn countries() -> BTreeMap<String, Numbering> {
    let all: Vec<Numbering> =
        serde_json::from_str(include_str!("../../../protocol/countries.json")).unwrap();
    all.into_iter().map(|it| (it.iso.clone(), it)).collect()
}

/// One number of the reference.
struct Line<'a> {
    iso: &'a str,
    number: &'a str,
    last: &'a str,
    odd: Vec<&'a str>,
}

impl<'a> Line<'a> {
    fn all() -> impl Iterator<Item = Self> {
        let lines = REFERENCE.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| {
            let mut cells = line.split('\t');
            let mut next = || cells.next().unwrap();
            let (iso, number, last) = (next(), next(), next());
            let odd = cells.collect();
            Line {
                iso,
                number,
                last,
                odd,
            }
        })
    }

    /// What is shown after so many keys.
    fn after(&self, keys: usize) -> &'a str {
        let odd = self.odd.iter().find(|it| count(it) == keys);
        odd.copied().unwrap_or_else(|| {
            let ends = |end: &usize| count(&self.last[..*end]) == keys;
            &self.last[..(0..=self.last.len()).find(ends).unwrap()]
        })
    }
}

fn count(text: &str) -> usize {
    text.chars().filter(|c| phone_input::counts(*c)).count()
}

/// The field after the text was typed, with the caret where `|` is.
fn field(text: &str, country: &Numbering) -> Option<String> {
    let (before, after) = text.split_once('|').unwrap();
    let text = [before, after].concat();
    let caret = before.encode_utf16().count();
    let Field { mut text, caret } = format(&Field { text, caret }, country)?;
    text.insert(caret, '|');
    Some(text)
}

#[test]
fn every_countrys_mobile_number_looks_as_in_libphonenumber_at_every_key() {
    let countries = countries();
    let (mut keys, mut differences) = (0, vec![]);
    for line in Line::all() {
        let digits: String = line
            .last
            .chars()
            .filter(|c| phone_input::counts(*c))
            .collect();
        for key in 1..=digits.len() {
            let typed = format!("{}|", &digits[..key]);
            let shown = field(&typed, &countries[line.iso]).unwrap_or(typed);
            let shown = shown.trim_end_matches('|');
            keys += 1;
            if shown != line.after(key) {
                differences.push((line.iso, shown.to_owned()));
            }
        }
    }
    assert!(keys > 5000, "only {keys}");
    differences.sort();
    let mut expected = DIFFERENCES.map(|(iso, shown)| (iso, shown.to_owned()));
    expected.sort();
    assert_eq!(differences, expected);
}

#[test]
fn every_countrys_mobile_number_is_read_however_it_is_shown() {
    let countries = countries();
    for line in Line::all() {
        let country = &countries[line.iso];
        let national = line.number.strip_prefix('+').unwrap();
        let national = national.strip_prefix(&country.calling_code).unwrap();
        let without_plus = &line.number[1..];
        // Where a number of that length could be a whole one, it is taken for that.
        let whole = |length: &u8| usize::from(*length) == without_plus.len();
        let ambiguous = country.mobile_lengths.iter().any(whole);
        let without_plus = if ambiguous { line.number } else { without_plus };
        for text in [line.last, line.number, national, without_plus] {
            let read = phone_input::read(text, country);
            let read = read.as_ref().map(|number| number.reveal());
            assert_eq!(read, Ok(line.number), "{} {text}", line.iso);
        }
    }
}

#[test]
fn the_caret_stays_between_the_same_digits() {
    let countries = countries();
    let cases = [
        ("HR", "|", "|"),
        ("HR", "0|", "0|"),
        ("HR", "0911|", "091 1|"),
        ("HR", "091 1234|", "091 123 4|"),
        // In the middle.
        ("HR", "0|91 123 4567", "0|91 123 4567"),
        ("HR", "09|1123 4567", "09|1 123 4567"),
        ("HR", "091| 123 4567", "091| 123 4567"),
        ("HR", "091 5|123 456", "091 5|12 3456"),
        ("HR", "|091 123 4567", "|091 123 4567"),
        // Before a bracket that was not there.
        ("US", "20|", "20|"),
        ("US", "20155501|", "(201) 555-01|"),
        ("US", "|20155501", "|(201) 555-01"),
        ("US", "2|0155501", "(2|01) 555-01"),
        // Past a separator, which is written with the digit that follows.
        ("HR", "091 |", "091|"),
        ("HR", "+385 |", "+385|"),
        // What counts is what the browser counts.
        ("HR", "\u{2068}０９１１|", "091 1|"),
        ("HR", "٠٩١١|٢", "091 1|2"),
    ];
    for (iso, typed, expected) in cases {
        let shown = field(typed, &countries[iso]);
        assert_eq!(shown.as_deref(), Some(expected), "{iso} {typed}");
    }
}

#[test]
fn what_is_no_number_is_left_alone() {
    let countries = countries();
    for typed in ["ana|", "091 CALL| ME", "091+|", "++|", "<|", "091,|"] {
        assert_eq!(field(typed, &countries["HR"]), None, "{typed}");
    }
    assert_eq!(field("091 123 |", &Numbering::default()), None);
    // A number of which nothing is known is shown as it is.
    for (iso, typed) in [("HR", "+49151|"), ("HR", "0911234567890123|"), ("DE", "+|")] {
        let shown = field(typed, &countries[iso]);
        assert_eq!(shown.as_deref(), Some(typed), "{iso} {typed}");
    }
}

#[test]
fn no_digit_is_ever_lost_or_added() {
    let countries = countries();
    let written = |it: &&Numbering| !it.formats.is_empty();
    for country in countries.values().filter(written) {
        for first in (0..1000_u32).step_by(211) {
            let mut typed = format!("{first:03}8412345678901");
            while !typed.is_empty() {
                let shown = field(&format!("{typed}|"), country).unwrap();
                let digits: String = shown.chars().filter_map(ascii_digit).collect();
                assert_eq!(digits, typed, "{}", country.iso);
                typed.pop();
            }
        }
    }
}
