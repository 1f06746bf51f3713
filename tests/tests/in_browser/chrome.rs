//! How does a window of Chromium open, and how does it close?
//!
//! Not here: what is done in it (`page`).

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tests::guard::{Guarded, fresh_folder};
use tokio::sync::Semaphore;

use crate::page::Page;

/// Works for root and in a container, opens nothing on a screen, and speaks to nobody but us.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    "--lang=en",
];

/// How many windows are open at once. Each is a Chromium of its own, some hundred threads and as many megabytes: a small machine, or
/// one that counts threads, has no room for as many as there are tests.
static ROOM: Semaphore = Semaphore::const_new(4);

/// How often a window is asked for. On a busy machine Chromium may take longer to start than its driver waits.
const TRIES: u8 = 3;

/// What the person has set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taste {
    /// Nothing: light colours.
    Plain,
    /// Dark colours.
    Dark,
    /// No cookies for any site but the one that the page is of.
    NoThirdPartyCookies,
    /// No scripts on any page. What the tests themselves ask of a page is not the page's.
    NoScripts,
}

/// The program that opens windows. It ends with this process, and so do they.
struct Driver {
    address: String,
    _running: Guarded,
}

static DRIVER: LazyLock<Driver> = LazyLock::new(|| {
    let driver = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let folder = short_folder();
    let mut temporary = OsString::from("TMPDIR=");
    temporary.push(&folder);
    let (running, stdout) = Guarded::start(
        OsStr::new("env"),
        [temporary, driver, "--port=0".into()],
        folder,
    );
    let port = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        })
        .unwrap_or_else(|| panic!("chromedriver does not start: {}", running.errors()));
    Driver {
        address: format!("http://127.0.0.1:{port}"),
        _running: running,
    }
});

/// Chromium makes a socket up to 60 bytes below its temporary folder, and a socket's path has at most 107 of them (`unix(7)`): with
/// a longer `$TMPDIR` it ends at once.
fn short_folder() -> PathBuf {
    let folder = fresh_folder();
    match folder.file_name() {
        Some(name) if folder.as_os_str().len() > 107 - 60 => Path::new("/tmp").join(name),
        _ => folder,
    }
}

/// Runs a test in a window of its own, which is closed whatever becomes of the test.
pub(crate) fn in_chrome<F>(test: impl FnOnce(Page) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    in_chrome_of(Taste::Plain, test);
}

/// The same, for somebody who has set this.
pub(crate) fn in_chrome_of<F>(taste: Taste, test: impl FnOnce(Page) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs no more than this thread");
    runtime.block_on(async {
        let _room = ROOM.acquire().await.expect("it is never closed");
        let window = open(taste).await;
        let outcome = tokio::spawn(test(Page::in_window(window.clone()))).await;
        let closed = window.close().await;
        if let Err(failed) = outcome {
            resume_unwind(failed.into_panic());
        }
        closed.expect("the window closes");
    });
}

async fn open(taste: Taste) -> Client {
    let mut options = json!({ "args": FLAGS });
    match taste {
        Taste::Plain => {}
        Taste::Dark => {
            let mut flags = FLAGS.to_vec();
            flags.push("--blink-settings=preferredColorScheme=0");
            options["args"] = json!(flags);
        }
        Taste::NoThirdPartyCookies => {
            options["prefs"] = json!({ "profile.cookie_controls_mode": 1 });
        }
        Taste::NoScripts => {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
    }
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
    let mut tried = 1;
    loop {
        let opened = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.clone())
            .connect(&DRIVER.address)
            .await;
        match opened {
            Ok(window) => return window,
            Err(reason) if tried == TRIES => panic!("Chromium opens no window: {reason}"),
            Err(_) => tried += 1,
        }
    }
}
