//! How are the tests run in one browser or another?
//!
//! Not here: which browsers there are (`browser`), and what is run besides (`test`).

use std::env;
use std::process::Command;

use anyhow::Result;

use crate::browser::Engine;
use crate::children::Running;
use crate::place::{self, cargo, command, root};
use crate::step::{Step, log_path};
use crate::versions::WASM_PACK;

/// The element's own tests.
pub(crate) fn widget_in(engine: Engine, step: &Step) -> Result<()> {
    let mut test = Command::new(place::tool(&WASM_PACK, "wasm-pack"));
    test.current_dir(root(""))
        .args(["test", "--mode", "no-install", "--headless"])
        .env("PATH", place::search_path())
        // Seconds. By itself the runner gives a page twenty, which on a busy machine are too few.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "180");
    let driver = engine.driver().unwrap_or_default();
    match engine {
        Engine::Chromium => test.arg("--chrome"),
        Engine::Firefox => test.args(["--firefox", "--geckodriver"]).arg(driver),
        Engine::Webkit => test.args(["--safari", "--safaridriver"]).arg(driver),
    };
    test.arg("widget");
    on_a_screen(engine, test, step)
}

/// The end-to-end tests that need a browser.
pub(crate) const BROWSER: &str = "in_browser";

/// The feature of `tests` by which they are among the tests at all.
pub(crate) const END_TO_END: &str = "tests/end-to-end";

/// What runs end-to-end tests: it lacks which.
pub(crate) fn end_to_end() -> Result<Command> {
    // The whole workspace, so that what was compiled for the checks before is used again: cargo settles features by what is asked for.
    let mut test = cargo(&["test", "--workspace", "--features", END_TO_END]);
    // They start `cargo xtask demo` as a person would, which is this program.
    test.env("SMS_LOGIN_XTASK", env::current_exe()?);
    // They wait more than they compute, some of them for the half minute between two texts.
    test.env("RUST_TEST_THREADS", "8");
    Ok(test)
}

/// Those of them that need a browser, in this one.
pub(crate) fn journeys_in(engine: Engine, step: &Step) -> Result<()> {
    let mut test = end_to_end()?;
    test.args(["--test", BROWSER]);
    match engine {
        Engine::Chromium => {}
        Engine::Firefox => {
            test.args(["--features", "tests/firefox"]);
        }
        Engine::Webkit => {
            test.args(["--features", "tests/webkit"]);
        }
    }
    if let Some(driver) = engine.driver() {
        test.env("SMS_LOGIN_DRIVER", driver);
    }
    on_a_screen(engine, test, step)
}

/// Runs it, with a screen for the engine that has no headless mode.
fn on_a_screen(engine: Engine, mut test: Command, step: &Step) -> Result<()> {
    let screen = match engine {
        Engine::Chromium | Engine::Firefox => None,
        Engine::Webkit => Some(Screen::start()?),
    };
    if let Some(screen) = &screen {
        screen.shows(&mut test);
    }
    step.run(test)
}

/// A screen that nobody looks at, for the engine that does not go without. It is there as long as this value.
struct Screen {
    name: String,
    _running: Running,
}

impl Screen {
    /// Starts one under a number that nobody has.
    fn start() -> Result<Self> {
        let mut xvfb = command("Xvfb", &["-displayfd", "1", "-nolisten", "tcp"]);
        xvfb.args(["-screen", "0", "1280x900x24"]);
        let (running, number) = Running::start_until_ready("Xvfb", &xvfb, "", &log_path("screen"))?;
        Ok(Self {
            name: format!(":{number}"),
            _running: running,
        })
    }

    /// Has this command show its windows there, and draw them without what a machine may not have.
    fn shows(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("LIBGL_ALWAYS_SOFTWARE", "1");
    }
}
