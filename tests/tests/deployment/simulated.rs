//! How does a test of the set-up get a provider of its own?
//!
//! Not here: the one that a worker sends through (`tests::line`).

use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use tests::guard::{Guarded, fresh_folder};

/// A simulated provider that knows these keys, written `KEY` or `KEY=SCOPE`, and where it answers.
pub(crate) fn simulated(keys: &[&str]) -> (Guarded, String) {
    let (program, mut arguments): (OsString, Vec<OsString>) = match env::var_os("SMS_LOGIN_XTASK") {
        Some(xtask) => (
            Path::new(&xtask).with_file_name("simulator").into(),
            Vec::new(),
        ),
        None => (
            env!("CARGO").into(),
            ["run", "--quiet", "--package=simulator", "--"]
                .map(OsString::from)
                .into(),
        ),
    };
    arguments.push("--quiet".into());
    arguments.extend(keys.iter().map(|key| format!("--api-key={key}").into()));
    let (simulator, stdout) = Guarded::start(&program, arguments, fresh_folder());
    let ready = BufReader::new(stdout).lines().next().unwrap().unwrap();
    let origin = ready.strip_prefix("ready ").unwrap().to_owned();
    (simulator, origin)
}
