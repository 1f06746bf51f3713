//! Which browsers do the tests drive, and how do they get onto the machine?
//!
//! Not here: the tools that are the same on every machine (`setup`), and how tests run in one (`engines`).

use std::path::PathBuf;

use anyhow::Result;

use crate::apt;
use crate::place::{self, on_path};
use crate::step::Step;
use crate::versions::GECKODRIVER;

/// What makes a page out of what a server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Chromium or Chrome.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK: Safari's engine, as it is built for Linux.
    Webkit,
}

impl Engine {
    /// What a person calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium and its driver",
            Self::Firefox => "Firefox",
            Self::Webkit => "WebKitGTK, its driver and Xvfb",
        }
    }

    /// The program that tests speak to.
    pub(crate) fn driver(self) -> Option<PathBuf> {
        match self {
            Self::Chromium => on_path("chromedriver"),
            Self::Firefox => Some(place::tool(&GECKODRIVER, "geckodriver")),
            Self::Webkit => on_path("WebKitWebDriver"),
        }
    }

    /// What comes from the system is on `$PATH`.
    pub(crate) fn is_there(self) -> bool {
        let any = |programs: &[&str]| programs.iter().any(|program| on_path(program).is_some());
        match self {
            Self::Chromium => {
                let names = [
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                ];
                any(&["chromedriver"]) && any(&names)
            }
            Self::Firefox => any(&["firefox"]),
            Self::Webkit => any(&["WebKitWebDriver"]) && any(&["Xvfb"]),
        }
    }

    /// Installs what comes from the system.
    pub(crate) fn install(self, step: &Step) -> Result<()> {
        let packages: &[&str] = match self {
            Self::Chromium => &["chromium", "chromium-driver"],
            Self::Firefox => &["firefox-esr"],
            Self::Webkit => &["webkit2gtk-driver", "xvfb"],
        };
        apt::install(step, packages)
    }

    /// What a person can do where it cannot be installed.
    pub(crate) fn mend(self) -> &'static str {
        match self {
            Self::Chromium => {
                "install Chromium (or Chrome) and the chromedriver of the same version, so that both are on PATH; on Debian: \
                 apt-get install chromium chromium-driver"
            }
            Self::Firefox => {
                "install Firefox, so that it is on PATH; on Debian: apt-get install firefox-esr. Without --engines all, Chromium \
                 is enough"
            }
            Self::Webkit => {
                "install WebKitGTK with its WebKitWebDriver and MiniBrowser, and Xvfb, so that both are on PATH; on Debian: \
                 apt-get install webkit2gtk-driver xvfb. Without --engines all, Chromium is enough"
            }
        }
    }
}
