//! Which parts of Rust are on the machine?
//!
//! Rust itself is pinned by `rust-toolchain.toml`. Not here: how a missing part gets there (`setup`).

use std::path::PathBuf;
use std::process::Command;

use crate::place::root;

/// Whether Wasm can be built.
pub(crate) fn has_wasm_target() -> bool {
    target_libdir(&["--target", "wasm32-unknown-unknown"]).is_some_and(|dir| dir.is_dir())
}

/// Whether what a program counts of itself can be read.
pub(crate) fn has_llvm_tools() -> bool {
    target_libdir(&[]).is_some_and(|dir| dir.with_file_name("bin").join("llvm-cov").is_file())
}

/// Where the compiler looks for the standard library of a target.
fn target_libdir(target: &[&str]) -> Option<PathBuf> {
    let mut rustc = Command::new("rustc");
    rustc
        .current_dir(root(""))
        .args(["--print", "target-libdir"]);
    let output = rustc.args(target).output().ok()?;
    let dir = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| PathBuf::from(dir.trim()))
}
