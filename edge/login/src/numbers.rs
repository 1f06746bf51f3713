//! What is known about the world's telephone numbers?
//!
//! libphonenumber, with its metadata cut down to what is asked here (`build.rs`): whether a number is valid, where and of which
//! kind, and how the example of a country's mobile numbers is written. No other number is written in its national form. Not here:
//! which numbers are served ([`crate::served`]).

use std::sync::LazyLock;

use prost::Message as _;
use rlibphonenumber::{PhoneMetadataCollection, PhoneNumberUtil};

/// The library, made ready at its first use.
pub(crate) static NUMBERS: LazyLock<PhoneNumberUtil> = LazyLock::new(|| {
    let metadata = PhoneMetadataCollection::decode(
        &include_bytes!(concat!(env!("OUT_DIR"), "/numbers.bin"))[..],
    )
    .expect("the build wrote what the library reads");
    PhoneNumberUtil::new_for_metadata(metadata).expect("every region in it is one of the library's")
});

#[cfg(test)]
mod tests {
    use rlibphonenumber::{PhoneNumber, PhoneNumberFormat, PhoneNumberType};

    use super::*;

    const KINDS: [PhoneNumberType; 11] = [
        PhoneNumberType::FixedLine,
        PhoneNumberType::Mobile,
        PhoneNumberType::FixedLineOrMobile,
        PhoneNumberType::TollFree,
        PhoneNumberType::PremiumRate,
        PhoneNumberType::SharedCost,
        PhoneNumberType::VoIP,
        PhoneNumberType::PersonalNumber,
        PhoneNumberType::Pager,
        PhoneNumberType::UAN,
        PhoneNumberType::VoiceMail,
    ];

    /// What one side makes of a text.
    fn judged(util: &PhoneNumberUtil, text: &str) -> String {
        match util.parse(text, None) {
            Ok(number) => format!(
                "{} {} {:?} {:?}",
                util.format(&number, PhoneNumberFormat::E164),
                util.is_valid_number(&number),
                util.get_region_for_number(&number),
                util.get_number_type(&number),
            ),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn r17_what_was_left_out_of_the_metadata_decides_nothing() {
        let whole = PhoneNumberUtil::new().unwrap();
        let mut numbers: Vec<PhoneNumber> = whole
            .get_supported_global_network_calling_codes()
            .filter_map(|code| whole.get_example_number_for_non_geo_entity(code).ok())
            .collect();
        for region in whole.get_supported_regions() {
            let example = |kind| {
                whole
                    .get_example_number_for_type_and_region(region, kind)
                    .ok()
            };
            numbers.extend(KINDS.into_iter().filter_map(example));
            let mobile = |util: &PhoneNumberUtil| {
                let example =
                    util.get_example_number_for_type_and_region(region, PhoneNumberType::Mobile);
                example.ok().map(|number| {
                    util.format(&number, PhoneNumberFormat::National)
                        .into_owned()
                })
            };
            assert_eq!(mobile(&NUMBERS), mobile(&whole), "{region:?}");
        }
        assert!(numbers.len() > 1000, "only {}", numbers.len());
        for number in numbers {
            let text = whole.format(&number, PhoneNumberFormat::E164).into_owned();
            let (code, national) = (number.country_code, number.national_number);
            let shorter = text.get(..text.len() - 1).unwrap().to_owned();
            let variants = [
                shorter,
                format!("{text}7"),
                format!("+{code}0{national}"),
                text,
            ];
            for text in variants {
                assert_eq!(judged(&NUMBERS, &text), judged(&whole, &text), "{text}");
            }
        }
    }
}
