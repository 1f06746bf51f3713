//! Which browser do the tests drive, and how does it get onto the machine?
//!
//! Not here: the tools that are the same on every machine (`setup`).

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::place::{command, on_path};
use crate::step::Step;

/// Both are on `$PATH`.
pub(crate) fn is_there() -> bool {
    driver().is_some() && browser().is_some()
}

/// The program that tests speak to.
pub(crate) fn driver() -> Option<PathBuf> {
    on_path("chromedriver")
}

fn browser() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .into_iter()
    .find_map(on_path)
}

/// Installs both as Debian packages, which is the one way that needs no download from elsewhere.
pub(crate) fn install(step: &Step) -> Result<()> {
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
    run(&[
        "install",
        "--yes",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ])
}
