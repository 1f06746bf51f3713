//! What would whoever installs the element from npm get?
//!
//! Not here: whether it works in a bundle (`in_browser/frameworks`), and whether what it says of the element is so
//! (`in_browser/published`).

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/npm")
}

#[test]
fn a_server_that_draws_a_page_imports_it_and_nothing_happens() {
    let script = "import('sms-login').then((module) => console.log(Object.keys(module).length))";
    let ran = Command::new("node")
        .args(["--eval", script])
        .current_dir(package())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "0\n", "{words}");
}

#[test]
fn the_package_holds_the_element_and_what_is_said_of_it_and_nothing_else() {
    let packed = Command::new("npm")
        .args(["pack", "--dry-run", "--json", "--ignore-scripts"])
        .current_dir(package())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&packed.stderr);
    assert!(packed.status.success(), "{words}");
    let packages: Value = serde_json::from_slice(&packed.stdout).unwrap();
    // Newer npm names the packages, older npm lists them.
    let package = packages.get("sms-login").unwrap_or(&packages[0]);
    assert_eq!(package["name"], "sms-login");
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    let files = package["files"].as_array().unwrap();
    let mut names: Vec<_> = files
        .iter()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    let language = |name: &&str| name.starts_with("sms-login.") && name.ends_with(".json");
    let (languages, names): (Vec<&str>, Vec<&str>) = names.into_iter().partition(language);
    assert!(languages.contains(&"sms-login.en.json"), "{languages:?}");
    assert_eq!(
        names,
        [
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "README.md",
            "custom-elements.json",
            "package.json",
            "react.d.ts",
            "server.js",
            "sms-login.classic.js",
            "sms-login.d.ts",
            "sms-login.js",
            "sms-login.wasm",
        ]
    );
}
