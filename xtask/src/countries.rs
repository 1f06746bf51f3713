//! How are the numbers of each country dialled and written?
//!
//! `protocol/countries.json`, one country a line: what the element needs to format numbers of that country. It is made of the metadata
//! of the very rlibphonenumber that judges numbers on the edge, so that the two never disagree, and a test says when it is no longer
//! that. The build gives each country a file of its own. Not here: who serves them (`edge`), how a number is formatted (`widget`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use login::served::Served;
use prost::Message as _;
use protocol::{NumberFormat, Numbering};
use rlibphonenumber::{NumberFormat as Rule, PhoneMetadata, PhoneMetadataCollection};

use crate::place::{cargo, root};

/// Where the countries are kept. The calling codes in their order; where several countries share one, the main one first.
const FILE: &str = "protocol/countries.json";

/// Writes the file anew.
pub(crate) fn update() -> Result<()> {
    fs::write(root(FILE), generate()?).with_context(|| format!("writing {FILE}"))
}

/// Gives each country a file in `folder`, and all of them together one that lists them, an entry a line.
pub(crate) fn spread(folder: &Path) -> Result<()> {
    let text = fs::read(root(FILE)).with_context(|| format!("reading {FILE}"))?;
    let countries: Vec<Numbering> =
        serde_json::from_slice(&text).with_context(|| format!("reading {FILE}"))?;
    fs::create_dir_all(folder)?;
    let mut list = String::new();
    for country in countries {
        let file = folder.join(format!("{}.json", country.iso));
        fs::write(file, serde_json::to_string(&country.texts())?)?;
        let mut entry = vec![&country.iso, &country.calling_code];
        if !country.leading_digits.is_empty() {
            entry.push(&country.leading_digits);
        }
        list += &serde_json::to_string(&entry)?;
        list.push('\n');
    }
    fs::write(folder.join("list.txt"), list).context("writing the list of countries")
}

/// The text of the file.
fn generate() -> Result<String> {
    let metadata = library()?.join("src/generated/metadata/metadata.bin");
    let bytes = fs::read(&metadata).with_context(|| format!("reading {}", metadata.display()))?;
    let mut all = PhoneMetadataCollection::decode(&*bytes)?.metadata;
    all.sort_by_key(|country| {
        let main = country.main_country_for_code();
        (country.country_code(), !main, country.id.clone())
    });
    let mut lines = Vec::new();
    for country in &all {
        // What nobody can be texted in is no country here.
        let Ok(served) = Served::parse(&country.id, &country.id) else {
            continue;
        };
        // Countries that share a calling code are written as the main one of them is.
        let main = all
            .iter()
            .find(|it| it.country_code() == country.country_code() && it.main_country_for_code())
            .unwrap_or(country);
        lines.push(serde_json::to_string(&numbering(&served, country, main)?)?);
    }
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

#[expect(
    deprecated,
    reason = "the library empties the fields, but only in its own copy"
)]
fn numbering(served: &Served, country: &PhoneMetadata, main: &PhoneMetadata) -> Result<Numbering> {
    let basics = served.default_country();
    let mobile = country.mobile.as_ref().map(|it| &it.possible_length);
    let general = country.general_desc.as_ref().map(|it| &it.possible_length);
    let lengths = mobile.filter(|it| !it.is_empty()).or(general);
    let formats = if main.intl_number_format.is_empty() {
        let both = |rule| format(rule, true, true);
        main.number_format.iter().filter_map(both).collect()
    } else {
        let national = main
            .number_format
            .iter()
            .filter_map(|it| format(it, true, false));
        let abroad = main
            .intl_number_format
            .iter()
            .filter_map(|it| format(it, false, true));
        national.chain(abroad).collect()
    };
    let (mobile_prefix, mobile_infix) = mobile_marks(country).unwrap_or_default();
    Ok(Numbering {
        iso: basics.iso,
        calling_code: basics.calling_code,
        trunk_prefix: basics.trunk_prefix,
        example: basics.example,
        leading_digits: bare(country.leading_digits()).to_owned(),
        exit_code: bare(country.international_prefix()).to_owned(),
        national_prefix: before(bare(main.national_prefix_for_parsing())),
        mobile_infix: mobile_infix.to_owned(),
        mobile_prefix: mobile_prefix.to_owned(),
        mobile_lengths: lengths
            .into_iter()
            .flatten()
            .map(|length| u8::try_from(*length))
            .collect::<Result<_, _>>()?,
        formats,
    })
}

/// The library keeps patterns as `^(?:…)$` or `^(?:…)`.
fn bare(pattern: &str) -> &str {
    let inner = pattern.strip_prefix("^(?:");
    inner.map_or(pattern, |it| {
        it.trim_end_matches('$').strip_suffix(')').unwrap_or(it)
    })
}

/// Less the alternatives that complete a local number (`([2-9]\d{6})$`): those are not dialled before anything.
fn before(pattern: &str) -> String {
    let mut depth = 0;
    let alternatives = pattern.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == '|' && depth == 0
    });
    let kept: Vec<_> = alternatives.filter(|it| !it.ends_with('$')).collect();
    kept.join("|")
}

/// What goes before the area code and what is left out after it, where the prefix is `0?(?:(area code)15)?` and becomes `9$1`.
fn mobile_marks(country: &PhoneMetadata) -> Option<(&str, &str)> {
    let number = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let before = country.national_prefix_transform_rule().strip_suffix("$1");
    let pattern = bare(country.national_prefix_for_parsing());
    let after = pattern.strip_suffix(")?")?.rsplit(')').next();
    Some((before.filter(number)?, after.filter(number)?))
}

/// None, where digits would be left out or added: a number is formatted as it is typed.
#[expect(
    deprecated,
    reason = "the library empties the fields, but only in its own copy"
)]
fn format(rule: &Rule, national: bool, international: bool) -> Option<NumberFormat> {
    let prefix_rule = rule.national_prefix_formatting_rule();
    let alone = matches!(prefix_rule, "" | "$1" | "($1)");
    let optional = rule.national_prefix_optional_when_formatting();
    let carrier = rule.domestic_carrier_code_formatting_rule.is_some();
    Some(NumberFormat {
        shape: shape(bare(&rule.pattern), &rule.format)?,
        leading_digits: rule
            .leading_digits_pattern
            .iter()
            .map(|pattern| bare(pattern).to_owned())
            .collect(),
        international,
        with_trunk_prefix: national && (!alone || optional || carrier),
        without_trunk_prefix: national && (alone || optional),
        trunk_prefix_apart: national && prefix_rule.contains([' ', '-']),
    })
}

/// `(\d{2})(\d{3})(\d{3,4})` written as `$1 $2-$3` is `## ###-###0`.
fn shape(pattern: &str, format: &str) -> Option<String> {
    let mut groups = pattern.split_inclusive(')').map(group);
    let mut shape = String::new();
    let mut parts = format.split('$');
    shape += parts.next()?;
    for (place, part) in (1_u32..).zip(parts) {
        let mut rest = part.chars();
        if rest.next()?.to_digit(10)? != place {
            return None;
        }
        let (least, most) = groups.next()??;
        shape += &"#".repeat(least);
        shape += &"0".repeat(most - least);
        shape += rest.as_str();
    }
    let plain = |c: char| matches!(c, '#' | '0' | ' ' | '-' | '/' | '.' | '(' | ')');
    (groups.next().is_none() && shape.chars().all(plain)).then_some(shape)
}

/// The least and the most digits of `(\d{2,3})`.
fn group(group: &str) -> Option<(usize, usize)> {
    let times = group.strip_prefix(r"(\d")?.strip_suffix(')')?;
    if times.is_empty() {
        return Some((1, 1));
    }
    let times = times.strip_prefix('{')?.strip_suffix('}')?;
    let (least, most) = times.split_once(',').unwrap_or((times, times));
    Some((least.parse().ok()?, most.parse().ok()?))
}

/// The folder of the library's source. The library keeps the bytes to itself.
fn library() -> Result<PathBuf> {
    let output = cargo(&["metadata", "--format-version=1"])
        .output()
        .context("starting cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "rlibphonenumber")
        .and_then(|package| Path::new(package["manifest_path"].as_str()?).parent())
        .map(Path::to_owned)
        .context("rlibphonenumber is no dependency any more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countries_are_those_of_the_library_that_the_worker_links() {
        let kept = fs::read_to_string(root(FILE)).unwrap();
        assert!(
            generate().unwrap() == kept,
            "{FILE} is stale: run `cargo xtask countries`"
        );
    }

    #[test]
    fn every_country_is_read_as_it_was_written() {
        let text = fs::read(root(FILE)).unwrap();
        let countries: Vec<Numbering> = serde_json::from_slice(&text).unwrap();
        for country in countries {
            let read = Numbering::read(&country.texts().join("\n"));
            // What the list says is not said again.
            let expected = Numbering {
                trunk_prefix: String::new(),
                leading_digits: String::new(),
                ..country
            };
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn a_pattern_and_a_format_are_one_shape() {
        let cases = [
            (r"(\d{2})(\d{3})(\d{3,4})", "$1 $2-$3", Some("## ###-###0")),
            (r"(\d)(\d{2,3})", "($1) $2", Some("(#) ##0")),
            // Swapped, left out, added, or no plain groups.
            (r"(\d)(\d{2})", "$2 $1", None),
            (r"(\d)(\d{2})", "$1", None),
            (r"(\d)(\d{2})", "$1 15-$2", None),
            (r"(9)(\d{2})", "$1 $2", None),
            (r"(\d)(\d{2})", "$1*$2", None),
        ];
        for (pattern, format, expected) in cases {
            assert_eq!(
                shape(pattern, format).as_deref(),
                expected,
                "{pattern} {format}"
            );
        }
    }

    #[test]
    fn what_completes_a_local_number_is_not_dialled_before_it() {
        for (pattern, expected) in [
            ("0", "0"),
            (r"([457]\d{6})$|1", "1"),
            (
                r"(000[2569]\d{4,6})$|(?:(?:003768)0?)|0",
                "(?:(?:003768)0?)|0",
            ),
            (r"([0-258]\d{4})$", ""),
            ("", ""),
        ] {
            assert_eq!(before(pattern), expected, "{pattern}");
        }
    }
}
