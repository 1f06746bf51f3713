//! What must be on the machine, and how does it get there?
//!
//! A tool that is there in its pinned version is left alone, so a second checkout finds everything. Not here: the versions
//! (`versions`).

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow, bail};

use crate::browser::Engine;
use crate::examples;
use crate::host;
use crate::place::{self, cargo, command, root};
use crate::step::{Progress, Step};
use crate::toolchain::{has_llvm_tools, has_wasm_target};
use crate::versions::{
    CARGO_CYCLONEDX, CARGO_DENY, CARGO_LLVM_COV, CARGO_MUTANTS, CargoTool, GECKODRIVER, MDBOOK,
    NODE_MAJOR, WASM_BINDGEN, WASM_PACK, WORKER_BUILD,
};

/// Where the frameworks are that only the tests need.
const FRAMEWORKS: &str = "tests/frameworks";
/// Where that is which only the bench needs: pages, and servers.
const PEERS: [&str; 2] = ["xtask/peers", "xtask/peers/servers"];

/// Where wrangler is, which only deployments need.
pub(crate) const WRANGLER: &str = "edge/deploy";

/// Something that must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// A browser, and for Chromium and WebKit the driver that comes with it.
    Browser(Engine),
    /// cargo-llvm-cov.
    Coverage,
    /// cargo-cyclonedx.
    Cyclonedx,
    /// cargo-deny.
    Deny,
    /// The backends of `examples/`.
    Examples,
    /// The packages of those for Node.
    ExamplesPackages,
    /// The driver of Firefox.
    Geckodriver,
    /// React, Vue, Svelte, Angular, htmx: what the tests put the element into.
    Frameworks,
    /// What the tests of a machine of one's own take: Caddy, curl, buildah and the like.
    Host,
    /// What reads the counts that a program of this compiler's leaves behind.
    LlvmTools,
    /// mdBook.
    MdBook,
    /// cargo-mutants.
    Mutants,
    /// What else signs people in, to be measured beside the element and the worker.
    Peers,
    /// workerd, esbuild, binaryen, axe-core.
    NodePackages,
    /// The wasm-bindgen command line and its test runner.
    WasmBindgen,
    /// wasm-pack.
    WasmPack,
    /// wrangler.
    Wrangler,
    /// Rust's standard library for Wasm.
    WasmTarget,
    /// worker-build.
    WorkerBuild,
}

impl Tool {
    /// What building takes.
    pub(crate) const BUILD: [Self; 5] = [
        Self::WasmTarget,
        Self::WasmBindgen,
        Self::WorkerBuild,
        Self::WasmPack,
        Self::NodePackages,
    ];

    /// What building and testing take.
    pub(crate) const ALL: [Self; 14] = [
        Self::WasmTarget,
        Self::WasmBindgen,
        Self::WorkerBuild,
        Self::WasmPack,
        Self::MdBook,
        Self::Deny,
        Self::Cyclonedx,
        Self::NodePackages,
        Self::Frameworks,
        Self::Wrangler,
        Self::Browser(Engine::Chromium),
        Self::ExamplesPackages,
        Self::Examples,
        Self::Host,
    ];

    /// What testing in the other engines takes.
    pub(crate) const ENGINES: [Self; 3] = [
        Self::Geckodriver,
        Self::Browser(Engine::Firefox),
        Self::Browser(Engine::Webkit),
    ];

    /// Tools that may be installed at the same time stand in different lanes: compiling waits for the processor, the others
    /// for the network.
    const LANES: [&[Self]; 3] = [
        &[
            Self::WasmBindgen,
            Self::WorkerBuild,
            Self::WasmPack,
            Self::MdBook,
            Self::Geckodriver,
            Self::Deny,
            Self::Cyclonedx,
            Self::Mutants,
            Self::Coverage,
        ],
        &[
            Self::NodePackages,
            Self::Frameworks,
            Self::ExamplesPackages,
            Self::Peers,
            Self::Wrangler,
        ],
        &[
            Self::WasmTarget,
            Self::LlvmTools,
            Self::Browser(Engine::Chromium),
            Self::Examples,
            Self::Browser(Engine::Firefox),
            Self::Browser(Engine::Webkit),
            Self::Host,
        ],
    ];

    fn name(self) -> String {
        match self {
            Self::Browser(engine) => engine.name().to_owned(),
            Self::Examples => "backends of the examples".to_owned(),
            Self::ExamplesPackages => "npm packages of the examples".to_owned(),
            Self::Frameworks => "frameworks for the tests".to_owned(),
            Self::Geckodriver => versioned(&GECKODRIVER),
            Self::Coverage => versioned(&CARGO_LLVM_COV),
            Self::Cyclonedx => versioned(&CARGO_CYCLONEDX),
            Self::Deny => versioned(&CARGO_DENY),
            Self::Host => "programs of a machine of one's own".to_owned(),
            Self::LlvmTools => "LLVM's tools of Rust".to_owned(),
            Self::MdBook => versioned(&MDBOOK),
            Self::Mutants => versioned(&CARGO_MUTANTS),
            Self::NodePackages => "npm packages".to_owned(),
            Self::Peers => "peers for the bench".to_owned(),
            Self::WasmTarget => "Wasm target of Rust".to_owned(),
            Self::WasmBindgen => versioned(&WASM_BINDGEN),
            Self::WasmPack => versioned(&WASM_PACK),
            Self::Wrangler => "wrangler".to_owned(),
            Self::WorkerBuild => versioned(&WORKER_BUILD),
        }
    }

    fn is_there(self) -> bool {
        match self {
            Self::Browser(engine) => engine.is_there(),
            Self::Examples => examples::are_there(),
            Self::ExamplesPackages => has_node_packages(examples::NODE),
            Self::Frameworks => has_node_packages(FRAMEWORKS),
            Self::Geckodriver => is_installed(&GECKODRIVER),
            Self::Coverage => is_installed(&CARGO_LLVM_COV),
            Self::Cyclonedx => is_installed(&CARGO_CYCLONEDX),
            Self::Deny => is_installed(&CARGO_DENY),
            Self::Host => host::is_there(),
            Self::LlvmTools => has_llvm_tools(),
            Self::MdBook => is_installed(&MDBOOK),
            Self::Mutants => is_installed(&CARGO_MUTANTS),
            Self::NodePackages => has_node_packages(""),
            Self::Peers => PEERS.into_iter().all(has_node_packages),
            Self::WasmTarget => has_wasm_target(),
            Self::WasmBindgen => is_installed(&WASM_BINDGEN),
            Self::WasmPack => is_installed(&WASM_PACK),
            Self::Wrangler => has_node_packages(WRANGLER),
            Self::WorkerBuild => is_installed(&WORKER_BUILD),
        }
    }

    fn install(self, step: &Step) -> Result<()> {
        match self {
            Self::Browser(engine) => engine.install(step),
            Self::Examples => examples::make(step),
            Self::ExamplesPackages => install_node_packages(step, examples::NODE),
            Self::Frameworks => install_node_packages(step, FRAMEWORKS),
            Self::Geckodriver => cargo_install_published(step, &GECKODRIVER),
            Self::Coverage => cargo_install_published(step, &CARGO_LLVM_COV),
            Self::Cyclonedx => cargo_install_published(step, &CARGO_CYCLONEDX),
            Self::Deny => cargo_install_published(step, &CARGO_DENY),
            Self::Host => host::install(step),
            Self::MdBook => cargo_install(
                step,
                &MDBOOK,
                &[
                    MDBOOK.package,
                    "--version",
                    MDBOOK.version,
                    "--no-default-features",
                ],
            ),
            Self::LlvmTools => step.run(command("rustup", &["component", "add", "llvm-tools"])),
            Self::Mutants => cargo_install_published(step, &CARGO_MUTANTS),
            Self::NodePackages => install_node_packages(step, ""),
            Self::Peers => PEERS
                .into_iter()
                .filter(|folder| !has_node_packages(folder))
                .try_for_each(|folder| install_node_packages(step, folder)),
            Self::WasmTarget => step.run(command(
                "rustup",
                &["target", "add", "wasm32-unknown-unknown"],
            )),
            Self::WasmBindgen => cargo_install(step, &WASM_BINDGEN, &["--path", "xtask/tools"]),
            Self::WasmPack => cargo_install_published(step, &WASM_PACK),
            Self::Wrangler => install_node_packages(step, WRANGLER),
            Self::WorkerBuild => cargo_install_published(step, &WORKER_BUILD),
        }
    }

    fn mend(self) -> &'static str {
        match self {
            Self::Browser(engine) => engine.mend(),
            Self::Examples => {
                "install Go with github.com/golang-jwt/jwt, nginx and Python 3 with venv; on Debian: apt-get install golang-go \
                 golang-github-golang-jwt-jwt-dev nginx-light python3-venv"
            }
            Self::Host => {
                "on Debian: apt-get install buildah caddy curl minisign openssl sqlite3 strace systemd; elsewhere, install what they are called there"
            }
            Self::ExamplesPackages
            | Self::Frameworks
            | Self::NodePackages
            | Self::Peers
            | Self::Wrangler => {
                "see that Node 20 or newer and npm are installed and that npm reaches its registry, then run this again; on \
                 Debian: apt-get install nodejs npm"
            }
            Self::WasmTarget => {
                "with rustup: rustup target add wasm32-unknown-unknown; with a Rust of your distribution, install its Wasm \
                 standard library (on Debian: libstd-rust-dev-wasm32)"
            }
            Self::LlvmTools => "rustup component add llvm-tools",
            Self::Coverage
            | Self::Cyclonedx
            | Self::Deny
            | Self::Geckodriver
            | Self::MdBook
            | Self::Mutants
            | Self::WasmBindgen
            | Self::WasmPack
            | Self::WorkerBuild => {
                "see that cargo reaches crates.io and that a C compiler is installed (on Debian: build-essential), then run \
                 this again: it continues where it stopped"
            }
        }
    }
}

/// Sees to it that these are there.
pub(crate) fn ensure(progress: &Progress, tools: &[Tool]) -> Result<()> {
    let (there, missing): (Vec<Tool>, Vec<Tool>) =
        tools.iter().copied().partition(|tool| tool.is_there());
    if !there.is_empty() {
        let names: Vec<String> = there.into_iter().map(Tool::name).collect();
        progress.say(&format!("  = already there: {}", names.join(", ")));
    }
    let lane = |lane: &'static [Tool]| -> Result<()> {
        for &tool in lane.iter().filter(|tool| missing.contains(tool)) {
            progress.step(&format!("install {}", tool.name()), tool.mend(), |step| {
                tool.install(step)?;
                if tool.is_there() {
                    Ok(())
                } else {
                    Err(anyhow!(
                        "it was installed, and yet it is not where it should be"
                    ))
                }
            })?;
        }
        Ok(())
    };
    let outcomes: Vec<Result<()>> = thread::scope(|scope| {
        let running = Tool::LANES.map(|tools| scope.spawn(move || lane(tools)));
        running
            .into_iter()
            .map(|lane| {
                lane.join()
                    .unwrap_or_else(|_| Err(anyhow!("setting up panicked")))
            })
            .collect()
    });
    let failures: Vec<String> = outcomes
        .into_iter()
        .filter_map(|outcome| outcome.err().map(|error| error.to_string()))
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(anyhow!(failures.join("\n\n")))
    }
}

fn versioned(tool: &CargoTool) -> String {
    format!("{} {}", tool.package, tool.version)
}

fn is_installed(tool: &CargoTool) -> bool {
    tool.programs
        .iter()
        .all(|program| place::tool(tool, program).is_file())
}

fn cargo_install_published(step: &Step, tool: &CargoTool) -> Result<()> {
    cargo_install(step, tool, &[tool.package, "--version", tool.version])
}

/// Unoptimised, because compiling them costs more than all that running them will; and in one target folder, because they
/// share most of their dependencies.
fn cargo_install(step: &Step, tool: &CargoTool, source: &[&str]) -> Result<()> {
    let mut install = cargo(&["install", "--locked", "--debug"]);
    install
        .args(source)
        .arg("--root")
        .arg(place::tool_dir(tool))
        .arg("--target-dir")
        .arg(root("target/xtask-tools"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    step.run(install)
}

/// npm empties the folder before it fills it: while the stamp is there, what the lock file names is there.
fn node_stamp(folder: &str) -> PathBuf {
    root(folder).join("node_modules/.installed-lock.json")
}

fn has_node_packages(folder: &str) -> bool {
    let lock = fs::read(root(folder).join("package-lock.json"));
    lock.is_ok_and(|lock| fs::read(node_stamp(folder)).is_ok_and(|stamp| stamp == lock))
}

fn install_node_packages(step: &Step, folder: &str) -> Result<()> {
    let node = Command::new("node").arg("--version").output();
    let node = node.context("Node is not installed")?;
    let version = String::from_utf8_lossy(&node.stdout).trim().to_owned();
    match node_major(&version) {
        Some(major) if major >= NODE_MAJOR => {}
        _ => bail!("Node {NODE_MAJOR} or newer is needed, and this is {version:?}"),
    }
    let mut install = command(
        "npm",
        &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    );
    install.current_dir(root(folder));
    step.run(install)?;
    fs::copy(root(folder).join("package-lock.json"), node_stamp(folder))?;
    Ok(())
}

fn node_major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_stands_in_exactly_one_lane() {
        let tools = Tool::ALL.into_iter().chain(Tool::ENGINES);
        for tool in tools.chain([Tool::Coverage, Tool::LlvmTools, Tool::Mutants, Tool::Peers]) {
            let lanes = Tool::LANES.iter().filter(|lane| lane.contains(&tool));
            assert_eq!(lanes.count(), 1, "{tool:?}");
        }
    }

    #[test]
    fn nodes_version_is_read_from_what_it_prints() {
        let cases = [
            ("v20.20.2", Some(20)),
            ("v9.0.0", Some(9)),
            ("20.1", None),
            ("", None),
            ("vx.1", None),
        ];
        for (printed, expected) in cases {
            assert_eq!(node_major(printed), expected, "{printed:?}");
        }
    }
}
