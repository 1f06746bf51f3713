//! Is a number what libphonenumber says it is, and is every other spelling of it none?
//!
//! The numbers and their types are those of another port of the library than the one that the rules are built on, so that the two
//! are held against each other.

use std::collections::BTreeSet;

use login::Refusal;
use login::index::DestinationName;
use login::keys::KeyRing;
use login::served::{NumberTypes, RefusedPrefixes, Served};
use proptest::prelude::*;
use protocol::PhoneNumber;
use protocol::phone::InvalidPhone;

/// One example of libphonenumber.
struct Example {
    region: &'static str,
    kind: &'static str,
    e164: &'static str,
    /// How people at home, abroad, and in a certain country write or dial it.
    spellings: [&'static str; 3],
}

fn examples() -> Vec<Example> {
    let rows = include_str!("example_numbers.tsv").lines();
    rows.filter(|row| !row.starts_with('#'))
        .map(|row| {
            let mut columns = row.split('\t');
            let mut next = || columns.next().unwrap();
            Example {
                region: next(),
                kind: next(),
                e164: next(),
                spellings: [next(), next(), next()],
            }
        })
        .collect()
}

impl Example {
    /// None for service codes of fewer than seven digits, which no mobile network gives to a person.
    fn number(&self) -> Option<PhoneNumber> {
        PhoneNumber::try_from(self.e164)
            .inspect_err(|error| assert_eq!(*error, InvalidPhone::TooShort, "{}", self.e164))
            .ok()
    }
}

/// Every region that a site can name.
fn everywhere() -> Served {
    let all = examples();
    let regions: BTreeSet<_> = all
        .iter()
        .map(|example| example.region)
        .filter(|region| Served::parse(region, region).is_ok())
        .collect();
    let list: Vec<_> = regions.into_iter().collect();
    assert!(list.len() > 230, "{list:?}");
    Served::parse(&list.join(","), "HR").unwrap()
}

#[test]
fn r10_r17_the_example_numbers_of_every_region_and_type_are_told_apart_as_the_reference_does() {
    let settings = [
        ("mobile", &["mobile", "fixed_line_or_mobile"][..]),
        ("fixed_line", &["fixed_line", "fixed_line_or_mobile"]),
        ("voip", &["voip"]),
        ("personal", &["personal_number"]),
        ("mobile,voip", &["mobile", "fixed_line_or_mobile", "voip"]),
    ];
    let examples = examples();
    assert!(examples.len() > 900, "the file is whole");
    for (setting, kinds) in settings {
        let types = NumberTypes::parse(setting).unwrap();
        let served = everywhere().narrowed(types, RefusedPrefixes::default());
        for example in &examples {
            let Some(number) = example.number() else {
                assert_ne!(example.kind, "mobile", "{}", example.e164);
                continue;
            };
            let named = served.countries().any(|country| country == example.region);
            let expected = if named && kinds.contains(&example.kind) {
                Ok(example.region.to_owned())
            } else {
                Err(Refusal::PhoneNotServed)
            };
            assert_eq!(
                served.country_of(&number),
                expected,
                "{} {} {} with {setting}",
                example.region,
                example.kind,
                example.e164
            );
        }
    }
}

#[test]
fn r17_a_country_that_is_not_named_gets_nothing_whatever_the_number() {
    let types = NumberTypes::parse("mobile,fixed_line,voip,personal").unwrap();
    let served = Served::parse("HR", "HR")
        .unwrap()
        .narrowed(types, RefusedPrefixes::default());
    let examples = examples();
    let elsewhere = examples.iter().filter(|example| example.region != "HR");
    for (example, number) in elsewhere.filter_map(|example| Some((example, example.number()?))) {
        assert_eq!(
            served.country_of(&number),
            Err(Refusal::PhoneNotServed),
            "{} {}",
            example.region,
            example.e164
        );
    }
}

#[test]
fn r17_a_refused_prefix_is_refused_and_its_neighbour_is_not() {
    let refused = RefusedPrefixes::parse("+38598, +385911").unwrap();
    let served = Served::parse("HR", "HR")
        .unwrap()
        .narrowed(NumberTypes::default(), refused);
    for (number, expected) in [
        ("+385981234567", Err(Refusal::PhoneNotServed)),
        ("+385911234567", Err(Refusal::PhoneNotServed)),
        ("+385912345678", Ok("HR".to_owned())),
        ("+385951234567", Ok("HR".to_owned())),
    ] {
        let number = PhoneNumber::try_from(number).unwrap();
        assert_eq!(served.country_of(&number), expected, "{number}");
    }
}

/// All that a record hangs on is the canonical form: what is spelled otherwise never gets as far as a record.
#[test]
fn r10_a_number_has_one_spelling_and_every_other_is_refused() {
    let served = everywhere();
    let arabic = |text: &str| -> String {
        text.chars()
            .map(|c| match c.to_digit(10) {
                Some(digit) => char::from_u32(0x660 + digit).unwrap(),
                None => c,
            })
            .collect()
    };
    for example in examples() {
        let digits = example.e164.trim_start_matches('+');
        let Some(number) = example.number() else {
            continue;
        };
        assert_eq!(number.reveal(), example.e164, "canonical stays as it is");
        let mut spellings: Vec<String> = example.spellings.map(str::to_owned).to_vec();
        spellings.extend([
            digits.to_owned(),
            format!("00{digits}"),
            format!("++{digits}"),
            format!("\u{202a}+{digits}\u{202c}"),
            format!("\u{ff0b}{digits}"),
            format!(" +{digits}"),
            format!("+{digits} "),
            format!("+{digits};ext=1"),
            format!("+{digits};phone-context=example.com"),
            format!("tel:+{digits}"),
            arabic(example.e164),
        ]);
        for spelling in spellings {
            // A service code that is dialled abroad as it is at home is no other spelling.
            if spelling != example.e164 {
                let read = PhoneNumber::try_from(spelling.as_str());
                assert!(
                    read.is_err_and(|error| !format!("{error:?}").contains(digits)),
                    "{spelling}"
                );
            }
        }
        let calling_code = example.spellings[1]
            .trim_start_matches('+')
            .split([' ', '-'])
            .next()
            .unwrap();
        let rest = digits.strip_prefix(calling_code).unwrap();
        let with_trunk = format!("+{calling_code}0{rest}");
        if let Ok(spelled) = PhoneNumber::try_from(with_trunk) {
            let found = served.country_of(&spelled);
            assert!(
                found.is_err() || spelled.reveal() != example.e164,
                "{} with a zero is {found:?}",
                example.e164
            );
        }
    }
}

#[test]
fn r66_where_a_record_lives_follows_from_the_number_and_the_key_alone() {
    let ring = KeyRing::parse("i1:_cMuyQnbAD-yCSrKDycJmqEYQ83PHjEy2UmVVzpJGc4").unwrap();
    let mut names = BTreeSet::new();
    for number in examples().iter().filter_map(Example::number) {
        let name = DestinationName::of(&number.clone().into(), ring.current());
        assert_eq!(
            name,
            DestinationName::of(&number.clone().into(), ring.current())
        );
        assert!(names.insert(name.as_str().to_owned()), "{number}");
    }
}

/// Inputs that made another port of the library panic (RUSTSEC-2023-0082, RUSTSEC-2024-0369), and their kin.
const PANICKED: [&str; 8] = [
    "+dwPAA;phone-context=AA",
    ".;phone-context=",
    "+;phone-context=+1",
    "0;phone-context=+",
    "(.)1(",
    "+\u{664}\u{665}",
    "\u{0}",
    "+0",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 5000, ..ProptestConfig::default() })]

    #[test]
    fn r11_no_text_makes_the_parser_panic(text in "\\PC{0,40}|[+0-9;=.()a-z \\-]{0,60}|\\+[0-9]{0,20}") {
        let served = Served::parse("HR,US,IT,AR,DE", "HR").unwrap();
        for text in PANICKED.into_iter().chain([text.as_str()]) {
            if let Ok(number) = PhoneNumber::try_from(text) {
                // Canonical once is canonical for ever (R10).
                prop_assert_eq!(PhoneNumber::try_from(number.reveal()), Ok(number.clone()));
                let country = served.country_of(&number);
                prop_assert_eq!(&country, &served.country_of(&number));
            }
        }
    }

    #[test]
    fn r11_no_number_of_the_right_form_makes_the_metadata_panic(digits in "[1-9][0-9]{1,14}") {
        let served = Served::parse("HR,US,IT,AR,DE", "HR").unwrap();
        if let Ok(number) = PhoneNumber::try_from(format!("+{digits}")) {
            let country = served.country_of(&number);
            prop_assert!(country.is_ok_and(|country| country.len() == 2) || served.country_of(&number).is_err());
        }
    }
}
