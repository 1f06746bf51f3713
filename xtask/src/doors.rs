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

const DOORS: [Door; 11] = [
    Door {
        package: "authenticator",
        may: &["protocol"],
        never: &["worker"],
    },
    Door {
        package: "edge",
        may: &["infobip", "login", "protocol"],
        never: &["web-sys"],
    },
    Door {
        package: "edge-to-fuzz",
        may: &["infobip", "login", "protocol"],
        never: &["web-sys"],
    },
    Door {
        package: "fuzz",
        may: &["edge-to-fuzz", "infobip", "login", "protocol"],
        never: PLATFORM,
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
        may: &["authenticator", "protocol"],
        never: &["worker"],
    },
    Door {
        package: "widget",
        may: &["protocol"],
        never: &["worker", "serde_json"],
    },
    Door {
        package: "xtask",
        may: &["infobip", "login", "protocol"],
        never: &["worker"],
    },
];

/// All that the words both sides use may depend on: every visitor downloads them.
const PROTOCOL: &str = "serde";

/// What the feature `openapi` adds to them, which only native tools switch on.
const PROTOCOL_OPTIONAL: [&str; 2] = ["serde_json", "utoipa"];

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
        for (name, is_optional) in imports(package) {
            let is_shut = if ours.contains(name) {
                !door.may.contains(&name)
            } else if door.package == "protocol" {
                name != PROTOCOL && !(is_optional && PROTOCOL_OPTIONAL.contains(&name))
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

/// What the library and the programs of a package may import, and whether only with a feature. Its tests may import more.
fn imports(package: &Value) -> impl Iterator<Item = (&str, bool)> {
    package["dependencies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|dependency| dependency["kind"] != "dev")
        .filter_map(|dependency| {
            Some((dependency["name"].as_str()?, dependency["optional"] == true))
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The workspace, with one import of one package. The import's line is as cargo's metadata have it.
    fn workspace(package: &str, import: Value) -> Value {
        let packages: Vec<Value> = DOORS
            .iter()
            .map(|door| {
                let dependencies = if door.package == package {
                    vec![import.clone()]
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
        let import = |name: &str| json!({ "name": name, "kind": null, "optional": false });
        let optional = |name: &str| json!({ "name": name, "kind": null, "optional": true });
        let testing = |name: &str| json!({ "name": name, "kind": "dev", "optional": false });
        let building = |name: &str| json!({ "name": name, "kind": "build", "optional": false });
        let cases = [
            ("login", import("protocol"), true),
            ("login", import("worker"), false),
            ("login", import("getrandom"), false),
            ("login", optional("getrandom"), false),
            ("login", building("web-sys"), false),
            ("login", testing("proptest"), true),
            ("login", import("sha2"), true),
            ("protocol", import("serde"), true),
            ("protocol", import("serde_json"), false),
            ("protocol", optional("serde_json"), true),
            ("protocol", optional("regex"), false),
            ("protocol", testing("serde_json"), true),
            ("widget", import("login"), false),
            ("edge", import("login"), true),
            ("edge", import("simulator"), false),
            ("tests", import("simulator"), false),
            ("login", import("authenticator"), false),
            ("login", testing("authenticator"), true),
        ];
        for (package, import, is_open) in cases {
            let broken = broken_doors(&workspace(package, import.clone())).unwrap();
            assert_eq!(
                broken.is_empty(),
                is_open,
                "{package} → {import}: {broken:?}"
            );
        }
    }

    #[test]
    fn a_crate_that_the_table_does_not_know_is_noticed() {
        let mut metadata = workspace("login", json!({ "name": "protocol" }));
        metadata["packages"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "name": "utils", "dependencies": [] }));
        assert_eq!(broken_doors(&metadata).unwrap().len(), 1);
    }
}
