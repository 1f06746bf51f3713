//! How much of the element's Wasm is whose?
//!
//! Counted in the very code that ships, whose functions still have their names in `target/sms-login.named.wasm` (`widget/shrink.mjs`
//! leaves it there). A function belongs to the crate that its name begins with; a trait's to the crate of the type, or if that is the
//! language's own, of the trait. What was inlined is its caller's. Not here: what files weigh (`sizes`).

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;

use anyhow::{Context, Result};
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};

use crate::place::root;

const NAMED: &str = "target/sms-login.named.wasm";
/// The number of the code section, whose functions are counted one by one.
const CODE: u8 = 10;
/// What has a line of its own, in thousandths.
const WORTH_A_LINE: u64 = 5;

/// A table of the crates, the largest first, in bytes before compression.
pub(crate) fn table() -> Result<String> {
    let bytes = fs::read(root(NAMED)).with_context(|| format!("reading {NAMED}"))?;
    let parts = parts(&bytes)?;
    let total: u64 = parts.values().sum();
    let mut sorted: Vec<(String, u64)> = parts.into_iter().collect();
    sorted.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let (shown, rest): (Vec<_>, Vec<_>) = sorted
        .into_iter()
        .partition(|(_, bytes)| bytes * 1000 >= total * WORTH_A_LINE);
    let rest_of_it = rest.iter().map(|(_, bytes)| bytes).sum();
    let rest = (format!("{} smaller ones", rest.len()), rest_of_it);
    let mut table = format!("\n  {:<26}{:>10}\n", "the element's Wasm", "raw");
    for (part, bytes) in shown.into_iter().chain([rest]) {
        let share = bytes as f64 * 100.0 / total as f64;
        writeln!(table, "  {part:<26}{bytes:>10}{share:>8.1} %")?;
    }
    writeln!(table, "  {:<26}{total:>10}", "all of it")?;
    Ok(table)
}

/// Bytes by crate, and by section what is no code.
fn parts(wasm: &[u8]) -> Result<BTreeMap<String, u64>> {
    let mut parts = BTreeMap::new();
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::CodeSectionEntry(body) = &payload {
            bodies.push(length(&body.range()));
        } else if let Payload::CustomSection(custom) = &payload {
            if let KnownCustom::Name(all) = custom.as_known() {
                read_names(all, &mut names)?;
            }
        } else if let Payload::DataSection(data) = &payload {
            parts.insert("(data)".to_owned(), length(&data.range()));
        } else if let Some((section, range)) = payload.as_section() {
            if section != CODE {
                *parts.entry("(imports, tables, …)".to_owned()).or_default() += length(&range);
            }
            if let Payload::ImportSection(imports) = payload {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
        }
    }
    for (index, bytes) in (imported..).zip(bodies) {
        let name = names.get(&index).copied().unwrap_or_default();
        *parts.entry(crate_of(name).to_owned()).or_default() += bytes;
    }
    Ok(parts)
}

fn read_names<'a>(all: NameSectionReader<'a>, names: &mut HashMap<u32, &'a str>) -> Result<()> {
    for part in all {
        if let Name::Function(functions) = part? {
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, naming.name);
            }
        }
    }
    Ok(())
}

fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

/// The crate that a function's name begins with: `<&mut a::B as c::D>::e` is `a`'s, `<[u8] as c::D>::e` is `c`'s.
fn crate_of(name: &str) -> &str {
    let path = |text: &str| -> Option<usize> {
        let word = text
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let rest = text.get(word..)?;
        // `core[c5930c85a12de822]::…` is core.
        let qualified = rest.starts_with("::") || (rest.starts_with('[') && rest.contains("]::"));
        (word > 0 && qualified).then_some(word)
    };
    let starts = name
        .char_indices()
        .filter(|(at, _)| {
            let before = name.get(..*at).unwrap_or_default();
            !before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
        })
        .map(|(at, _)| at);
    for start in starts {
        let text = name.get(start..).unwrap_or_default();
        if let Some(word) = path(text) {
            return text.get(..word).unwrap_or_default();
        }
    }
    "(without a path)"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_crate_that_its_name_begins_with() {
        let cases = [
            ("widget::element::Element::show::h3c8f", "widget"),
            ("core[c5930c85a12de822]::fmt::write", "core"),
            (
                "core::ptr::drop_in_place<protocol::messages::Session>",
                "core",
            ),
            (
                "<&mut serde_json::de::Deserializer<R> as serde_core::Deserializer>::x",
                "serde_json",
            ),
            ("<[u8] as sha2::Digest>::new", "sha2"),
            ("<alloc::vec::Vec<u8> as protocol::X>::y", "alloc"),
            ("__wbindgen_malloc", "(without a path)"),
            ("", "(without a path)"),
        ];
        for (name, expected) in cases {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }
}
