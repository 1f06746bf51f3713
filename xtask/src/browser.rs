//! Which browser do the tests drive, and how does it get onto the machine?
//!
//! Not here: the tools that are the same on every machine (`setup`).

use std::path::PathBuf;

use anyhow::Result;

use crate::apt;
use crate::place::on_path;
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

/// Installs both.
pub(crate) fn install(step: &Step) -> Result<()> {
    apt::install(step, &["chromium", "chromium-driver"])
}
