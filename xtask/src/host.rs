//! Which programs do the tests of a machine of one's own, of its disk, and of a release take, and how do they get here?
//!
//! Not here: what the tests do with them (`tests/tests/machine`, `tests/tests/deployment`), and nginx, which an example needs as well (`examples`).

use std::path::Path;

use anyhow::Result;

use crate::apt;
use crate::place::on_path;
use crate::step::Step;

/// Debian's packages, and a program of each.
const PACKAGES: [(&str, &str); 8] = [
    ("buildah", "buildah"),
    ("caddy", "caddy"),
    ("curl", "curl"),
    ("minisign", "minisign"),
    ("openssl", "openssl"),
    ("sqlite3", "sqlite3"),
    ("strace", "strace"),
    ("systemd", "systemd-analyze"),
];

/// Whether all of them are on `$PATH`.
pub(crate) fn is_there() -> bool {
    missing().is_empty()
}

/// Installs what is missing.
pub(crate) fn install(step: &Step) -> Result<()> {
    apt::install(step, &missing())
}

fn missing() -> Vec<&'static str> {
    let is_missing = |program: &str| {
        on_path(program).is_none() && !Path::new("/usr/sbin").join(program).is_file()
    };
    let missing = PACKAGES.iter().filter(|(_, program)| is_missing(program));
    missing.map(|(package, _)| *package).collect()
}
