//! Does anything come in from outside that nobody decided on?
//!
//! Licences, sources, banned crates and build scripts by `deny.toml` and cargo-deny, for each lock file of cargo's; for each of npm's,
//! that every package has its hash, and runs nothing when it is installed that is not on a list. Not here: what was found out
//! about them since (`advisories`).

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::place::{self, command, root};
use crate::step::Step;
use crate::versions::CARGO_DENY;

/// Where cargo's other lock files are.
const CARGO: [&str; 3] = ["xtask/tools", "examples/rust-axum", "fuzz/targets"];
/// Where those of npm's are.
const NPM: [&str; 6] = [
    "",
    "tests/frameworks",
    "xtask/peers",
    "xtask/peers/servers",
    "edge/deploy",
    "examples/node",
];
/// npm packages with programs of their own to run after they were installed. They are not run (`npm ci --ignore-scripts`); somebody
/// who installs them without that should know which.
const INSTALL_SCRIPTS: [&str; 5] = [
    "@firebase/util",
    "esbuild",
    "protobufjs",
    "sharp",
    "workerd",
];

/// Looks at all of them.
pub(crate) fn check(step: &Step) -> Result<()> {
    step.run(deny(&root(""), &["licenses", "bans", "sources"]))?;
    for folder in CARGO {
        // Their licences are the business of whoever ships them, and these do not ship.
        step.run(deny(&root(folder), &["bans", "sources"]))?;
    }
    let mut faults = 0;
    for folder in NPM {
        let lock = fs::read_to_string(root(folder).join("package-lock.json"))?;
        for fault in faults_of(&serde_json::from_str(&lock)?) {
            step.note(&format!("{folder}/package-lock.json: {fault}"))?;
            faults += 1;
        }
    }
    if faults > 0 {
        bail!("{faults} to look at");
    }
    Ok(())
}

/// `--locked`, so a lock file that does not fit its manifest is an error too (R76).
fn deny(folder: &Path, checks: &[&str]) -> Command {
    let program = place::tool(&CARGO_DENY, "cargo-deny");
    let mut deny = command(program, &["--locked", "--config"]);
    deny.arg(root("deny.toml"))
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        .args(["--color=never", "--log-level=error", "check"])
        .arg("--hide-inclusion-graph")
        .args(checks);
    deny
}

fn faults_of(lock: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let packages = lock["packages"].as_object().into_iter().flatten();
    // The first one is the project itself.
    for (path, entry) in packages.filter(|(path, _)| !path.is_empty()) {
        let name = path.rsplit("node_modules/").next().unwrap_or_default();
        if entry["integrity"].as_str().is_none_or(str::is_empty) && entry["link"] != true {
            faults.push(format!("{name} has no hash"));
        }
        if entry["hasInstallScript"] == true && !INSTALL_SCRIPTS.contains(&name) {
            faults.push(format!(
                "{name} runs a script of its own when it is installed"
            ));
        }
        if entry.get("resolved").is_some() {
            faults.push(format!(
                "{name} names where it is from, which is to be the registry"
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::*;

    /// A folder that goes with this value.
    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("sms-login-{name}-{}", std::process::id());
            let folder = Self(std::env::temp_dir().join(name));
            fs::create_dir_all(&folder.0).unwrap();
            folder
        }

        fn write(&self, file: &str, text: &str) {
            let path = self.0.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn runs(&self, words: &[&str]) {
            let at = self.0.to_str().unwrap();
            let words: Vec<_> = words.iter().map(|word| word.replace("HERE", at)).collect();
            let output = Command::new(&words[0])
                .args(&words[1..])
                .current_dir(&self.0)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{words:?}: {said}");
        }
    }

    #[test]
    fn r76_a_crate_from_elsewhere_with_a_script_and_a_licence_of_its_own_is_refused_for_each_and_so_is_a_stale_lock()
     {
        let folder = Folder::new("planted");
        let manifest = |name: &str, more: &str| {
            format!(
                "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n{more}\n"
            )
        };
        folder.write(
            "bad/Cargo.toml",
            &manifest("serde-jsom", "license = \"GPL-3.0-only\""),
        );
        folder.write("bad/src/lib.rs", "");
        folder.write("bad/build.rs", "fn main() {}");
        let git = "git -C HERE/bad -c user.name=a -c user.email=a@example.com";
        let git: Vec<&str> = git.split(' ').collect();
        for words in [
            &["init", "-q"][..],
            &["add", "."],
            &["commit", "-qm", "It is bad."],
        ] {
            folder.runs(&[&git[..], words].concat());
        }
        let dependency = format!(
            "license = \"MIT\"\n[workspace]\n[dependencies]\nserde-jsom = {{ git = \"file://{}/bad\" }}",
            folder.0.display()
        );
        folder.write("good/Cargo.toml", &manifest("good", &dependency));
        folder.write("good/src/lib.rs", "");
        folder.runs(&[
            "cargo",
            "generate-lockfile",
            "--manifest-path",
            "HERE/good/Cargo.toml",
        ]);

        let said = |folder: &Path| {
            let output = deny(folder, &["licenses", "bans", "sources"])
                .output()
                .unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(!output.status.success(), "{said}");
            said
        };
        let refused = said(&folder.0.join("good"));
        for fault in ["source-not-allowed", "build-script-not-allowed", "rejected"] {
            assert!(refused.contains(fault), "{fault}: {refused}");
        }
        folder.write(
            "good/Cargo.toml",
            &manifest(
                "good",
                &format!(
                    "license = \"MIT\"\n{}",
                    "[workspace]\n[dependencies]\nlibc = \"0.2\""
                ),
            ),
        );
        let refused = said(&folder.0.join("good"));
        assert!(refused.contains("--locked"), "{refused}");
    }

    #[test]
    fn r76_a_package_of_npms_without_a_hash_from_elsewhere_or_with_a_script_is_a_fault() {
        let lock = json!({ "packages": {
            "": { "name": "ours" },
            "node_modules/a": { "version": "1.0.0", "integrity": "sha512-x" },
            "node_modules/b": { "version": "1.0.0" },
            "node_modules/a/node_modules/c": { "integrity": "sha512-x", "hasInstallScript": true },
            "node_modules/d": { "integrity": "sha512-x", "resolved": "git+ssh://git@example.com/d.git" },
        } });
        let faults = faults_of(&lock);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(
            faults
                .iter()
                .any(|fault| fault.starts_with("b has no hash"))
        );
        assert!(
            faults
                .iter()
                .any(|fault| fault.starts_with("c runs a script"))
        );
        assert!(
            faults
                .iter()
                .any(|fault| fault.starts_with("d names where"))
        );
    }
}
