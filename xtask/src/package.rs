//! What does the element's npm package consist of?
//!
//! A folder that `npm pack` makes a package of: what was built, and what `widget/npm` says about it. Not here: publishing it, and
//! whether the two fit (`tests/tests/in_browser/published.rs`).

use std::fs;

use anyhow::{Context, Result};

use crate::build::copy_dir;
use crate::pinned;
use crate::place::root;

/// Where the package is laid out.
pub(crate) const FOLDER: &str = "target/npm";
/// What is in it besides what `widget/npm` has: where it is from, and its name there.
const FILES: [(&str, &str); 6] = [
    ("dist/sms-login.js", "sms-login.js"),
    ("dist/sms-login.classic.js", "sms-login.classic.js"),
    ("dist/sms-login.wasm", "sms-login.wasm"),
    ("widget/README.md", "README.md"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
];

/// Lays the package out, with the version of everything.
pub(crate) fn lay_out() -> Result<()> {
    let folder = root(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    copy_dir(&root("widget/npm"), &folder)?;
    for (from, to) in FILES {
        fs::copy(root(from), folder.join(to)).with_context(|| format!("copying {from}"))?;
    }
    for language in pinned::languages()? {
        let name = language.trim_start_matches("dist/");
        fs::copy(root(&language), folder.join(name))
            .with_context(|| format!("copying {language}"))?;
    }
    let manifest = folder.join("package.json");
    let text = fs::read_to_string(&manifest)?;
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    fs::write(manifest, text.replace("\"version\": \"0.0.0\"", version))?;
    Ok(())
}
