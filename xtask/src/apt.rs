//! How do Debian's packages get onto the machine?
//!
//! Not here: which ones, and for what (`setup`).

use std::process::Command;

use anyhow::{Result, bail};

use crate::place::{command, on_path};
use crate::step::Step;

/// Installs these, which is the one way that needs no download from elsewhere.
pub(crate) fn install(step: &Step, packages: &[&str]) -> Result<()> {
    if on_path("apt-get").is_none() {
        bail!("this is not Debian or one of its kin, so you install it your way");
    }
    let apt: &[&str] = if rustix::process::geteuid().is_root() {
        &["apt-get"]
    } else if Command::new("sudo")
        .args(["-n", "true"])
        .output()
        .is_ok_and(|output| output.status.success())
    {
        &["sudo", "-n", "apt-get"]
    } else {
        bail!("apt-get needs root, and sudo asks for a password");
    };
    let run = |args: &[&str]| {
        let words: Vec<&str> = apt.iter().chain(args).copied().collect();
        let mut install = command(words[0], &words[1..]);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        step.run(install)
    };
    run(&["update"])?;
    let install = ["install", "--yes", "--no-install-recommends"];
    run(&[&install, packages].concat())
}
