//! What does the element offer to a page, as its manifest says?
//!
//! Not here: whether it is so (`tests/tests/in_browser/published.rs`).

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{cell, json};

/// A part of the manifest, as a table.
struct Part {
    title: &'static str,
    key: &'static str,
    /// What is taken of `members`, which holds two kinds.
    kind: Option<&'static str>,
    /// What stands around a name.
    before: &'static str,
    after: &'static str,
}

impl Part {
    const fn new(title: &'static str, key: &'static str) -> Self {
        Self {
            title,
            key,
            kind: None,
            before: "",
            after: "",
        }
    }
}

const PARTS: [Part; 8] = [
    Part::new("Attributes", "attributes"),
    Part {
        kind: Some("field"),
        ..Part::new("Properties", "members")
    },
    Part {
        kind: Some("method"),
        after: "()",
        ..Part::new("Methods", "members")
    },
    Part::new("Events", "events"),
    Part::new("Slots", "slots"),
    Part::new("Custom properties", "cssProperties"),
    Part {
        before: "::part(",
        after: ")",
        ..Part::new("Parts", "cssParts")
    },
    Part {
        before: ":state(",
        after: ")",
        ..Part::new("States", "cssStates")
    },
];

/// The reference.
pub(super) fn reference() -> Result<String> {
    let manifest = json("widget/npm/custom-elements.json")?;
    let element = &manifest["modules"][0]["declarations"][0];
    let mut text = String::new();
    for part in PARTS {
        let entries = element[part.key].as_array();
        let entries = entries.with_context(|| format!("the manifest has no {}", part.key))?;
        let entries = entries
            .iter()
            .filter(|entry| part.kind.is_none_or(|kind| entry["kind"] == kind));
        let typed = part.kind != Some("method") && entries.clone().any(|it| it["type"].is_object());
        let (head, rule) = if typed { (" type |", "---|") } else { ("", "") };
        write!(
            text,
            "\n## {}\n\n| name |{head} is |\n|---|{rule}---|\n",
            part.title
        )?;
        for entry in entries {
            writeln!(text, "{}", row(&part, entry, typed))?;
        }
    }
    Ok(text)
}

fn row(part: &Part, entry: &Value, typed: bool) -> String {
    let word = |key: &str| entry[key].as_str().unwrap_or_default();
    let name = match word("name") {
        "" => "(default)".to_owned(),
        name => format!("`{}{name}{}`", part.before, part.after),
    };
    let kind = entry["type"]["text"].as_str().unwrap_or_default();
    let kind = match (typed, kind) {
        (false, _) => String::new(),
        (true, "") => " |".to_owned(),
        (true, kind) => format!(" `{}` |", cell(kind)),
    };
    let only_read = if entry["readonly"] == true {
        " Only to be read."
    } else {
        ""
    };
    format!(
        "| {name} |{kind} {}{only_read} |",
        cell(word("description"))
    )
}
