//! Which version of which tool?
//!
//! The one table. npm's packages are pinned by `package.json` and its lock file, Rust by `rust-toolchain.toml`. Not here:
//! how they are installed (`setup`).

/// A tool that cargo installs.
pub(crate) struct CargoTool {
    /// The package's name.
    pub(crate) package: &'static str,
    /// Exactly this one.
    pub(crate) version: &'static str,
    /// What must be there afterwards.
    pub(crate) programs: &'static [&'static str],
}

/// Must be the very version of the wasm-bindgen crate in Cargo.lock: what the two say to each other is not stable.
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen",
    version: "0.2.130",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
};

/// Builds the element and runs its tests in a browser.
pub(crate) const WASM_PACK: CargoTool = CargoTool {
    package: "wasm-pack",
    version: "0.15.1",
    programs: &["wasm-pack"],
};

/// Builds the worker; released together with the worker crate.
pub(crate) const WORKER_BUILD: CargoTool = CargoTool {
    package: "worker-build",
    version: "0.8.7",
    programs: &["worker-build"],
};

/// Makes the documentation. Without what serves, watches and searches, which is more than half of it.
pub(crate) const MDBOOK: CargoTool = CargoTool {
    package: "mdbook",
    version: "0.5.4",
    programs: &["mdbook"],
};

/// Speaks WebDriver to Firefox.
pub(crate) const GECKODRIVER: CargoTool = CargoTool {
    package: "geckodriver",
    version: "0.37.1",
    programs: &["geckodriver"],
};

/// Looks at licences, sources and build scripts. Its advisories are fetched by git.
pub(crate) const CARGO_DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    version: "0.20.2",
    programs: &["cargo-deny"],
};

/// Lists what is in a build.
pub(crate) const CARGO_CYCLONEDX: CargoTool = CargoTool {
    package: "cargo-cyclonedx",
    version: "0.5.9",
    programs: &["cargo-cyclonedx"],
};

/// Changes the code and looks whether a test notices.
pub(crate) const CARGO_MUTANTS: CargoTool = CargoTool {
    package: "cargo-mutants",
    version: "27.1.0",
    programs: &["cargo-mutants"],
};

/// Tells which lines ran.
pub(crate) const CARGO_LLVM_COV: CargoTool = CargoTool {
    package: "cargo-llvm-cov",
    version: "0.9.1",
    programs: &["cargo-llvm-cov"],
};

/// The oldest Node that npm's tools accept.
pub(crate) const NODE_MAJOR: u32 = 20;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::place::root;

    /// The version of a package in a lock file of cargo's.
    fn locked(lock: &str, package: &str) -> Option<String> {
        let (_, entry) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
        Some(entry.split_once('"')?.0.to_owned())
    }

    #[test]
    fn every_tool_has_the_version_of_the_crate_it_speaks_to() {
        let ours = fs::read_to_string(root("Cargo.lock")).unwrap();
        let tools = fs::read_to_string(root("xtask/tools/Cargo.lock")).unwrap();
        let cases = [
            (&ours, "wasm-bindgen", &WASM_BINDGEN),
            (&tools, "wasm-bindgen-cli", &WASM_BINDGEN),
            (&tools, "tools", &WASM_BINDGEN),
            (&ours, "worker", &WORKER_BUILD),
        ];
        for (lock, package, tool) in cases {
            assert_eq!(
                locked(lock, package).as_deref(),
                Some(tool.version),
                "{package}"
            );
        }
    }

    #[test]
    fn package_json_and_its_lock_file_name_the_same_versions_and_no_host() {
        for folder in [
            "",
            "tests/frameworks",
            "edge/deploy",
            "xtask/peers",
            "xtask/peers/servers",
        ] {
            let read = |file| -> serde_json::Value {
                let path = root(folder).join(file);
                serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
            };
            let (wanted, lock) = (read("package.json"), read("package-lock.json"));
            assert!(!wanted["devDependencies"].as_object().unwrap().is_empty());
            let kinds = ["devDependencies", "optionalDependencies"];
            let wanted = kinds.map(|kind| wanted[kind].as_object());
            for (package, version) in wanted.into_iter().flatten().flatten() {
                let entry = &lock["packages"][format!("node_modules/{package}")];
                assert_eq!(&entry["version"], version, "{package}");
            }
            for (package, entry) in lock["packages"].as_object().unwrap() {
                assert!(entry.get("resolved").is_none(), "{package}");
            }
        }
    }
}
