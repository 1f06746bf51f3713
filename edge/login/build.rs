//! What does the worker carry along about the world's telephone numbers?
//!
//! The metadata that comes with rlibphonenumber, less what no question here depends on: how numbers are written, but for the
//! example that each country's people are shown; examples of other kinds; short numbers; dialling abroad. All that decides whether
//! a number is valid, where, and of which kind, stays as it is. Not here: the questions (`src/served.rs`), and the proof that the
//! answers stay the same (`src/numbers.rs`).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use prost::Message as _;
use regex_lite::Regex;
use rlibphonenumber::{NumberFormat, PhoneMetadata, PhoneMetadataCollection};

fn main() {
    let whole = library().join("src/generated/metadata/metadata.bin");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", whole.display());
    let whole = fs::read(&whole).expect("rlibphonenumber brings its metadata along");
    let mut numbers = PhoneMetadataCollection::decode(&*whole)
        .expect("rlibphonenumber can read its own metadata");
    let examples: Vec<_> = numbers.metadata.iter().filter_map(example).collect();
    for country in &mut numbers.metadata {
        trim(country, &examples);
    }
    let out = env::var_os("OUT_DIR").expect("cargo names the folder for what is built");
    fs::write(Path::new(&out).join("numbers.bin"), numbers.encode_to_vec())
        .expect("cargo's folder for what is built can be written to");
}

/// The folder of the library's source, wherever this build has it from. The library keeps the bytes to itself.
fn library() -> PathBuf {
    let cargo = env::var_os("CARGO").expect("cargo runs this");
    let target = env::var("TARGET").expect("cargo names the target");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--filter-platform"])
        .arg(target)
        .output()
        .expect("cargo starts");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "rlibphonenumber")
        .and_then(|package| Path::new(package["manifest_path"].as_str()?).parent())
        .expect("rlibphonenumber is a dependency of this crate")
        .to_owned()
}

/// The mobile number that stands for a country: its calling code and what follows.
fn example(country: &PhoneMetadata) -> Option<(i32, String)> {
    #[expect(
        deprecated,
        reason = "the library empties the field, but only in its own copy"
    )]
    let mobile = country.mobile.as_ref()?;
    Some((country.country_code?, mobile.example_number.clone()?))
}

#[expect(
    deprecated,
    reason = "the library empties the fields, but only in its own copy"
)]
fn trim(country: &mut PhoneMetadata, examples: &[(i32, String)]) {
    for kind in [
        &mut country.general_desc,
        &mut country.fixed_line,
        &mut country.toll_free,
        &mut country.premium_rate,
        &mut country.shared_cost,
        &mut country.personal_number,
        &mut country.voip,
        &mut country.pager,
        &mut country.uan,
        &mut country.voicemail,
    ]
    .into_iter()
    .flatten()
    {
        kind.example_number = None;
    }
    country.emergency = None;
    country.short_code = None;
    country.standard_rate = None;
    country.carrier_specific = None;
    country.sms_services = None;
    country.no_international_dialling = None;
    country.intl_number_format.clear();

    // Countries that share a calling code are written as the first of them is, so one country's formats may be for another's
    // example. Which one the library takes is the first that fits, so those in between can go.
    let formats = std::mem::take(&mut country.number_format);
    let mut chosen: Vec<usize> = examples
        .iter()
        .filter(|(code, _)| Some(*code) == country.country_code)
        .filter_map(|(_, number)| formats.iter().position(|format| fits(format, number)))
        .collect();
    chosen.sort_unstable();
    chosen.dedup();
    country.number_format = chosen
        .into_iter()
        .map(|index| formats[index].clone())
        .collect();
}

/// Whether numbers like this one are written in that form. Patterns come as `^(?:…)$`; the leading digits only begin a number.
#[expect(
    deprecated,
    reason = "the library empties the fields, but only in its own copy"
)]
fn fits(format: &NumberFormat, number: &str) -> bool {
    let matches = |pattern: &str| {
        Regex::new(pattern)
            .expect("the library's patterns are ones that it can read")
            .is_match(number)
    };
    let leading = format.leading_digits_pattern.last();
    leading.is_none_or(|pattern| matches(pattern.strip_suffix('$').unwrap_or(pattern)))
        && matches(&format.pattern)
}
