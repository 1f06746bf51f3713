//! Which browser is it that the tests drive, and how is it asked for?
//!
//! Chromium; with `--features firefox` Firefox, with `--features webkit` WebKitGTK. A test that another engine cannot run says so
//! where it stands, with the reason. Not here: how a window opens and closes (`window`).

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use fantoccini::wd::Capabilities;
use serde_json::{Value, json};
use tests::guard::{Guarded, fresh_folder};
use tests::line::fresh_port;

use crate::window::Taste;

/// What makes a page out of what a server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

/// The one of this run.
pub(crate) const ENGINE: Engine = if cfg!(feature = "webkit") {
    Engine::Webkit
} else if cfg!(feature = "firefox") {
    Engine::Firefox
} else {
    Engine::Chromium
};

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

/// How a program is started after which the worker comes first. A server that gets no turn answers as one that is down, and four
/// browsers are always at work. Chromium takes a turn before everybody else where it may, as for root, so it may not.
static IN_THE_BACKGROUND: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let nice = ["nice", "-n", "10"];
    let modest = ["setpriv", "--bounding-set=-sys_nice"];
    let tried = Command::new(modest[0])
        .args([modest[1], "true"])
        .stderr(Stdio::null())
        .status();
    // Whoever may not give that up does not have it either.
    if tried.is_ok_and(|status| status.success()) {
        [&modest[..], &nice].concat()
    } else {
        nice.to_vec()
    }
});

impl Engine {
    /// Whether it keeps the worker's cookies, which are `Secure`, of a page that came over plain HTTP from this machine.
    pub(crate) fn trusts_this_machine(self) -> bool {
        matches!(self, Self::Chromium | Self::Firefox)
    }

    /// Whether a problem document and a key set are offered for download, frame or no frame, instead of being shown.
    pub(crate) fn downloads_what_it_does_not_know(self) -> bool {
        matches!(self, Self::Firefox)
    }

    /// Starts the program that opens windows of it for somebody who has set this, and says where that listens. It ends with its value,
    /// and so do the windows.
    pub(crate) fn driver(self, taste: Taste) -> (Guarded, u16) {
        let name = match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::Webkit => "WebKitWebDriver",
        };
        let driver = env::var_os("SMS_LOGIN_DRIVER").unwrap_or_else(|| name.into());
        let folder = short_folder();
        let mut temporary = OsString::from("TMPDIR=");
        temporary.push(&folder);
        let port = fresh_port();
        let mut command = vec![temporary];
        command.extend(IN_THE_BACKGROUND.iter().map(OsString::from));
        command.extend([driver, format!("--port={port}").into()]);
        match (self, taste) {
            // By itself, it takes the same one for this whenever it starts.
            (Self::Firefox, _) => {
                command.push(format!("--websocket-port={}", fresh_port()).into());
            }
            // It is as dark as the desktop.
            (Self::Webkit, Taste::Dark) => command.insert(0, "GTK_THEME=Adwaita:dark".into()),
            (Self::Chromium | Self::Webkit, _) => {}
        }
        let (running, mut stdout) = Guarded::start(OsStr::new("env"), command, folder);
        // Whoever is not listened to may end, or wait.
        thread::spawn(move || io::copy(&mut stdout, &mut io::sink()));
        (running, port)
    }

    /// What is asked of the driver for a window of somebody who has set this, and of a browser that may leave files in this folder.
    pub(crate) fn capabilities(self, taste: Taste, folder: &Path) -> Capabilities {
        let wishes = match self {
            Self::Chromium => json!({
                "goog:chromeOptions": chromium(taste),
                "goog:loggingPrefs": { "browser": "ALL" },
            }),
            Self::Firefox => json!({ "moz:firefoxOptions": firefox(taste, folder) }),
            Self::Webkit => json!({
                "acceptInsecureCerts": true,
                "webkitgtk:browserOptions": webkit(taste),
            }),
        };
        let wishes = wishes.as_object().expect("it is one");
        wishes.clone().into_iter().collect()
    }
}

fn chromium(taste: Taste) -> Value {
    let mut flags = FLAGS.to_vec();
    let mut prefs = json!({});
    match taste {
        Taste::Plain => {}
        Taste::Dark => flags.push("--blink-settings=preferredColorScheme=0"),
        Taste::NoThirdPartyCookies => prefs["profile.cookie_controls_mode"] = json!(1),
        Taste::NoScripts => {
            prefs["profile.managed_default_content_settings.javascript"] = json!(2);
        }
    }
    json!({ "args": flags, "prefs": prefs })
}

fn firefox(taste: Taste, folder: &Path) -> Value {
    let mut prefs = json!({
        "intl.accept_languages": "en",
        // Nobody's own folder is the place for what a test downloads.
        "browser.download.folderList": 2,
        "browser.download.dir": folder,
        // Passkeys are made by the driver's own device alone. Else Firefox waits for a key to be plugged in.
        "security.webauth.webauthn_enable_softtoken": true,
        "security.webauth.webauthn_enable_usbtoken": false,
    });
    match taste {
        Taste::Plain => {}
        Taste::Dark => prefs["layout.css.prefers-color-scheme.content-override"] = json!(0),
        // As it comes, which keeps those of each site apart. Whoever has it keep none has it keep no partitioned ones either.
        Taste::NoThirdPartyCookies => prefs["network.cookie.cookieBehavior"] = json!(5),
        Taste::NoScripts => prefs["javascript.enabled"] = json!(false),
    }
    let args = ["-headless", "--width=1280", "--height=900"];
    json!({ "args": args, "prefs": prefs })
}

/// Of WebKitGTK's own small browser, which its driver finds.
fn webkit(taste: Taste) -> Value {
    let mut flags = vec!["--automation"];
    if matches!(taste, Taste::NoScripts) {
        flags.push("--enable-javascript=false");
    }
    json!({ "args": flags })
}

/// Chromium makes a socket up to 60 bytes below its temporary folder, and a socket's path has at most 107 of them (`unix(7)`): with
/// a longer `$TMPDIR` it ends at once.
fn short_folder() -> PathBuf {
    let folder = fresh_folder();
    match folder.file_name() {
        Some(name) if folder.as_os_str().len() > 107 - 60 => Path::new("/tmp").join(name),
        _ => folder,
    }
}
