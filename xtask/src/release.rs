//! What does a release consist of?
//!
//! A folder: the worker for one machine, the element's npm package, a list of what is in each (CycloneDX), how they were
//! built, the lines for pages, and the hashes of all of it, signed. Not here: publishing it (docs/releases.md has the steps),
//! and that it can be built again to the byte (`reproduce`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::build;
use crate::pack;
use crate::pinned;
use crate::place::{self, command, root};
use crate::setup::{self, Tool};
use crate::step::Progress;
use crate::versions::{CARGO_CYCLONEDX, WASM_BINDGEN, WASM_PACK, WORKER_BUILD};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What ships as Wasm, and what its list is called.
const LISTED: [(&str, &str); 2] = [("edge", "worker"), ("widget", "element")];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where it is put [default: target/release-VERSION].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The secret key that the hashes are signed with, as `minisign -G` makes it.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Also from code that is not committed, or that the changelog has no section for, and without a signature.
    #[arg(long)]
    draft: bool,
    /// Take what was built before.
    #[arg(long)]
    no_build: bool,
}

/// Carries the command out:
///
/// 1. See that it is a release: all is committed, and the changelog says what is new in this version.
/// 2. Build it.
/// 3. Lay it out.
/// 4. Write the hashes down, and sign them.
pub(crate) fn run(progress: &Progress, options: &Options) -> Result<()> {
    // (1)
    if !options.draft {
        let changed = said(command("git", &["status", "--porcelain"]))?;
        ensure!(changed.is_empty(), "not all is committed:\n{changed}");
        let changelog = fs::read_to_string(root("CHANGELOG.md"))?;
        ensure!(
            has_section(&changelog, VERSION),
            "CHANGELOG.md has no section `## [{VERSION}] - YYYY-MM-DD`"
        );
        ensure!(
            options.key.is_some(),
            "name the key to sign with: --key FILE"
        );
    }

    // (2)
    setup::ensure(progress, &[Tool::Cyclonedx])?;
    if !options.no_build {
        build::build(progress)?;
    }

    // (3)
    let out = options.out.clone();
    let out = out.unwrap_or_else(|| root("target").join(format!("release-{VERSION}")));
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("emptying {}", out.display()))?;
    }
    fs::create_dir_all(&out)?;
    pack::archive(&out, None)?;
    fs::remove_dir_all(out.join(format!("sms-login-{VERSION}")))?;
    let mut npm = command(
        "npm",
        &["pack", "--silent", "./target/npm", "--pack-destination"],
    );
    said({
        npm.arg(&out);
        npm
    })?;
    fs::write(out.join("embed.html"), pinned::how_to_embed()?)?;
    for (package, name) in LISTED {
        fs::write(out.join(format!("{name}.cdx.json")), contents(package)?)?;
    }
    fs::write(out.join("build.json"), record()?)?;

    // (4)
    fs::write(out.join("SHA256SUMS"), pack::sums(&out)?)?;
    if let Some(key) = &options.key {
        sign(&out.join("SHA256SUMS"), key)?;
    }
    progress.say(&format!("  {}", out.display()));
    Ok(())
}

/// What is in a crate that ships, all the way down, as CycloneDX. It is written beside each crate of the workspace, and taken away
/// from there.
fn contents(package: &str) -> Result<String> {
    let name = "sms-login-release";
    let time = said(command("git", &["log", "-1", "--format=%ct"]))?;
    let mut list = command(
        place::tool(&CARGO_CYCLONEDX, "cargo-cyclonedx"),
        &["cyclonedx"],
    );
    list.args([
        "--format=json",
        "--spec-version=1.5",
        "--target=wasm32-unknown-unknown",
    ])
    .args(["--no-build-deps", "--quiet", "--override-filename", name])
    .arg("--manifest-path")
    .arg(root(package).join("Cargo.toml"))
    .env("SOURCE_DATE_EPOCH", time.trim());
    said(list)?;
    let written = fs::read_to_string(root(package).join(name).with_extension("json"));
    for manifest in said(command("git", &["ls-files", "*Cargo.toml"]))?.lines() {
        let beside = root(manifest).with_file_name(name).with_extension("json");
        fs::remove_file(beside).ok();
    }
    // Where it was built is nobody's business.
    let here = root("").display().to_string();
    Ok(written?.replace(here.trim_end_matches('/'), "/sms-login"))
}

/// With what it was built.
fn record() -> Result<String> {
    let tools = [&WASM_BINDGEN, &WASM_PACK, &WORKER_BUILD];
    let tools: serde_json::Map<_, _> = tools
        .iter()
        .map(|tool| (tool.package.to_owned(), json!(tool.version)))
        .collect();
    let packages: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root("package.json"))?)?;
    let record = json!({
        "version": VERSION,
        "commit": said(command("git", &["rev-parse", "HEAD"]))?.trim(),
        "rustc": said(command("rustc", &["--version"]))?.trim(),
        "node": said(command("node", &["--version"]))?.trim(),
        "tools": tools,
        "npm": packages["devDependencies"],
        "build": "cargo xtask build",
    });
    Ok(serde_json::to_string_pretty(&record)? + "\n")
}

/// It asks for the key's password, if that has one.
fn sign(file: &Path, key: &Path) -> Result<()> {
    let mut minisign = Command::new("minisign");
    minisign.arg("-S").arg("-s").arg(key).arg("-m").arg(file);
    minisign.args(["-t", &format!("sms-login {VERSION}")]);
    let status = minisign
        .status()
        .context("starting minisign; on Debian: apt-get install minisign")?;
    ensure!(
        status.success(),
        "minisign did not sign: its words are above"
    );
    Ok(())
}

fn said(mut command: Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("starting {:?}", command.get_program()))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("{:?} did not succeed: {why}", command.get_program());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn has_section(changelog: &str, version: &str) -> bool {
    let head = format!("## [{version}] - ");
    changelog.lines().any(|line| line.starts_with(&head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_a_section_of_its_own() {
        let changelog = "## [Unreleased]\n\n## [0.2.0] - 2027-01-01\n- Old: [0.1.0]\n";
        for (version, has) in [("0.2.0", true), ("0.1.0", false), ("Unreleased", false)] {
            assert_eq!(has_section(changelog, version), has, "{version}");
        }
    }
}
