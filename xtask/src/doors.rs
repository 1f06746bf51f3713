//! Which crate may import what?
//!
//! A crate can only `use` what its manifest names, so this reads the manifests: the rules of a login cannot even be
//! compiled against the worker's platform. Not here: what the crates are for (README.md).

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::place::{cargo, root};
use crate::step::Step;

/// A crate of ours, the crates of ours that it may import, and everybody else's that it must not.
struct Door {
    package: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
}

/// What would tie a crate to a platform, a clock, a network or luck.
const PLATFORM: &[&str] = &[
    "axum",
    "chrono",
    "getrandom",
    "gloo-net",
    "http",
    "js-sys",
    "rand",
    "tokio",
    "ureq",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "web-time",
    "worker",
];

const DOORS: [Door; 8] = [
    Door {
        package: "edge",
        may: &["infobip", "login", "protocol"],
        never: &["web-sys"],
    },
    Door {
        package: "infobip",
        may: &["protocol"],
        never: PLATFORM,
    },
    Door {
        package: "login",
        may: &["protocol"],
        never: PLATFORM,
    },
    Door {
        package: "protocol",
        may: &[],
        never: PLATFORM,
    },
    Door {
        package: "simulator",
        may: &[],
        never: &["worker"],
    },
    Door {
        package: "tests",
        may: &["protocol"],
        never: &["worker"],
    },
    Door {
        package: "widget",
        may: &["protocol"],
        never: &["worker", "serde_json"],
    },
    Door {
        package: "xtask",
        may: &["infobip", "protocol"],
        never: &["worker"],
    },
];

/// All that the words both sides use may depend on: every visitor downloads them. The last two are for the feature `openapi`,
/// which only native tools switch on.
const PROTOCOL: [&str; 3] = ["serde", "serde_json", "utoipa"];

/// Fails when a manifest opens a door that is not in the table.
pub(crate) fn check(step: &Step) -> Result<()> {
    let output = cargo(&["metadata", "--format-version=1", "--no-deps", "--locked"])
        .output()
        .context("running cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let broken = broken_doors(&metadata)?;
    for line in &broken {
        step.note(line)?;
    }
    if broken.is_empty() {
        Ok(())
    } else {
        bail!(
            "{} of {} does not keep to the table in {}",
            broken.len(),
            DOORS.len(),
            root("xtask/src/doors.rs").display()
        )
    }
}

fn broken_doors(metadata: &Value) -> Result<Vec<String>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    let ours: BTreeSet<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .collect();
    let mut broken = Vec::new();
    let known: BTreeSet<&str> = DOORS.iter().map(|door| door.package).collect();
    for name in ours.symmetric_difference(&known) {
        broken.push(format!(
            "{name}: the workspace and the table of doors do not both name it"
        ));
    }
    for package in packages {
        let Some(door) = DOORS.iter().find(|door| package["name"] == door.package) else {
            continue;
        };
        for name in imports(package) {
            let is_shut = if ours.contains(name) {
                !door.may.contains(&name)
            } else if door.package == "protocol" {
                !PROTOCOL.contains(&name)
            } else {
                door.never.contains(&name)
            };
            if is_shut {
                broken.push(format!("{} must not import {name}", door.package));
            }
        }
    }
    Ok(broken)
}

/// What the library and the programs of a package may import. Its tests may import more.
fn imports(package: &Value) -> impl Iterator<Item = &str> {
    package["dependencies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|dependency| dependency["kind"] != "dev")
        .filter_map(|dependency| dependency["name"].as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workspace(package: &str, imports: &str, kind: Value) -> Value {
        let packages: Vec<Value> = DOORS
            .iter()
            .map(|door| {
                let dependencies = if door.package == package {
                    vec![json!({ "name": imports, "kind": kind })]
                } else {
                    Vec::new()
                };
                json!({ "name": door.package, "dependencies": dependencies })
            })
            .collect();
        json!({ "packages": packages })
    }

    #[test]
    fn a_door_that_is_not_in_the_table_is_shut() {
        let normal = Value::Null;
        let cases = [
            ("login", "protocol", &normal, true),
            ("login", "worker", &normal, false),
            ("login", "getrandom", &normal, false),
            ("login", "web-sys", &json!("build"), false),
            ("login", "proptest", &json!("dev"), true),
            ("login", "sha2", &normal, true),
            ("protocol", "serde", &normal, true),
            ("protocol", "serde_json", &normal, false),
            ("protocol", "serde_json", &json!("dev"), true),
            ("widget", "login", &normal, false),
            ("edge", "login", &normal, true),
            ("edge", "simulator", &normal, false),
            ("tests", "simulator", &normal, false),
        ];
        for (package, imports, kind, is_open) in cases {
            let broken = broken_doors(&workspace(package, imports, kind.clone())).unwrap();
            assert_eq!(
                broken.is_empty(),
                is_open,
                "{package} → {imports} ({kind}): {broken:?}"
            );
        }
    }

    #[test]
    fn a_crate_that_the_table_does_not_know_is_noticed() {
        let mut metadata = workspace("login", "protocol", Value::Null);
        metadata["packages"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "name": "utils", "dependencies": [] }));
        assert_eq!(broken_doors(&metadata).unwrap().len(), 1);
    }
}
