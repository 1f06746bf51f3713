//! Where does everything lie: the checkout, the tools, what is built?
//!
//! Not here: how a tool gets to its place (`setup`).

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::versions::{CargoTool, WASM_BINDGEN};

/// A path inside the checkout this program was built from.
pub(crate) fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies one level below the root")
        .join(path)
}

/// The tools of this user, shared by every checkout: `$XDG_CACHE_HOME/sms-login`.
pub(crate) fn cache() -> PathBuf {
    env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(|| root("target"))
        .join("sms-login")
}

/// Where one version of a tool is installed.
pub(crate) fn tool_dir(tool: &CargoTool) -> PathBuf {
    cache().join(format!("{}-{}", tool.package, tool.version))
}

/// A program of an installed tool.
pub(crate) fn tool(tool: &CargoTool, program: &str) -> PathBuf {
    tool_dir(tool).join("bin").join(program)
}

/// The native program inside an npm package. The packages' own scripts are Node programs that start it as a child, whose
/// process id nobody would know.
pub(crate) fn native(program: &str) -> PathBuf {
    let arm = cfg!(target_arch = "aarch64");
    let mac = cfg!(target_os = "macos");
    let package = match program {
        "workerd" => match (mac, arm) {
            (false, false) => "@cloudflare/workerd-linux-64",
            (false, true) => "@cloudflare/workerd-linux-arm64",
            (true, false) => "@cloudflare/workerd-darwin-64",
            (true, true) => "@cloudflare/workerd-darwin-arm64",
        },
        _ => match (mac, arm) {
            (false, false) => "@esbuild/linux-x64",
            (false, true) => "@esbuild/linux-arm64",
            (true, false) => "@esbuild/darwin-x64",
            (true, true) => "@esbuild/darwin-arm64",
        },
    };
    root("node_modules").join(package).join("bin").join(program)
}

/// The newest wasm-opt: distributions carry ones that cannot read what today's rustc writes.
pub(crate) fn wasm_opt() -> PathBuf {
    root("node_modules/binaryen/bin/wasm-opt")
}

/// `$PATH` with wasm-bindgen's pinned programs before all else: that is where wasm-pack looks for them.
pub(crate) fn search_path() -> OsString {
    let pinned = tool_dir(&WASM_BINDGEN).join("bin");
    let inherited = env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(pinned).chain(env::split_paths(&inherited));
    env::join_paths(dirs).expect("a directory that came out of PATH can go back into it")
}

/// The first program of that name on `$PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|dir| dir.join(program))
        .find(|path| path.is_file())
}

/// Every file below a folder, in order.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(folder.join(&at))? {
            let entry = entry?;
            let path = at.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A command that runs in the root of the checkout.
pub(crate) fn command(program: impl Into<OsString>, args: &[&str]) -> Command {
    let mut command = Command::new(program.into());
    command.args(args).current_dir(root(""));
    command
}

/// The same cargo that runs this program.
pub(crate) fn cargo(args: &[&str]) -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args)
}
