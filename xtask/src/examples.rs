//! What do the examples' backends need to run, and how are they built?
//!
//! They come to lie in `target/examples`, where the tests start them. Not here: what they do (`examples/`), and whether they do it
//! (`tests/tests/backends`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::apt;
use crate::place::{cargo, command, on_path, root};
use crate::step::Step;

/// Where the one for Node is, whose packages are installed as all of npm's are.
pub(crate) const NODE: &str = "examples/node";
/// What the tests themselves read with, beside what the example needs: OpenMetrics, as Prometheus's own people do, and the contract, as
/// Schemathesis does.
const PYTHON: [&str; 2] = ["examples/python/requirements.txt", "tests/requirements.txt"];
const GO: &str = "examples/go";
const RUST: &str = "examples/rust-axum";

/// What is built, and from what.
const BUILT: &str = "target/examples";
const SOURCES: [&str; 7] = [
    PYTHON[0],
    PYTHON[1],
    "examples/go/main.go",
    "examples/go/go.mod",
    "examples/rust-axum/src/main.rs",
    "examples/rust-axum/Cargo.toml",
    "examples/rust-axum/Cargo.lock",
];

/// Debian's packages, and a program of each.
const PACKAGES: [(&str, &str); 5] = [
    ("golang-go", "/usr/bin/go"),
    ("golang-github-golang-jwt-jwt-dev", JWT_FOR_GO),
    ("nginx-light", "/usr/sbin/nginx"),
    // For promtool, which reads examples/operations.
    ("prometheus", "/usr/bin/promtool"),
    ("python3-venv", "/usr/bin/python3"),
];
/// Go's own way to get a library is its proxy, which not every machine reaches; Debian has this one.
const JWT_FOR_GO: &str = "/usr/share/gocode/src/github.com/golang-jwt/jwt";

/// Whether they are built from what is there.
pub(crate) fn are_there() -> bool {
    fs::read(stamp()).is_ok_and(|stamp| sources().is_ok_and(|sources| stamp == sources))
}

/// Installs and builds.
pub(crate) fn make(step: &Step) -> Result<()> {
    fs::create_dir_all(root(BUILT))?;
    let missing = |(_, file): &&(&str, &str)| !Path::new(file).exists();
    let missing: Vec<_> = PACKAGES
        .iter()
        .filter(missing)
        .map(|(name, _)| *name)
        .collect();
    if !missing.is_empty() {
        apt::install(step, &missing)?;
    }
    python(step)?;
    go(step)?;
    let mut backend = cargo(&["build", "--locked"]);
    backend
        .current_dir(root(RUST))
        .env("CARGO_TARGET_DIR", root(BUILT).join("rust"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    step.run(backend)?;
    fs::write(stamp(), sources()?).context("noting what was built")
}

fn python(step: &Step) -> Result<()> {
    let folder = root(BUILT).join("python");
    let python = on_path("python3").context("Python 3 is not installed")?;
    let mut environment = command(python, &["-m", "venv", "--clear"]);
    environment.arg(&folder);
    step.run(environment)?;
    let mut install = command(
        folder.join("bin/python"),
        &["-m", "pip", "install", "--quiet"],
    );
    for requirements in PYTHON {
        install.arg("--requirement").arg(root(requirements));
    }
    step.run(install)
}

/// With Debian's library in place of the one that `go mod tidy` would fetch.
fn go(step: &Step) -> Result<()> {
    let built = root(BUILT).join("go");
    fs::create_dir_all(&built)?;
    let module = fs::read_to_string(root(GO).join("go.mod"))?;
    let module_file = built.join("go.mod");
    fs::write(
        &module_file,
        format!("{module}\nreplace github.com/golang-jwt/jwt/v4 => {JWT_FOR_GO}\n"),
    )?;
    let mut build = command("go", &["build", "-mod=mod", "-modfile"]);
    build
        .arg(module_file)
        .arg("-o")
        .arg(built.join("backend"))
        .arg(".")
        .current_dir(root(GO))
        .env("GOPROXY", "off")
        .env("GOFLAGS", "")
        .env("GOCACHE", built.join("cache"));
    step.run(build)
}

fn stamp() -> PathBuf {
    root(BUILT).join("stamp")
}

fn sources() -> Result<Vec<u8>> {
    let mut hash = Sha256::new();
    for source in SOURCES {
        hash.update(fs::read(root(source)).with_context(|| format!("reading {source}"))?);
    }
    Ok(hash.finalize().to_vec())
}
