//! Under which address does the element stay as it is, and by which hash does a page know it?
//!
//! Beside `dist/sms-login.js`, which is replaced by the next build, its files lie in a folder that is named by what is in them.
//! Not here: what the element is made of (`build`), and that the script names the hash of its Wasm (`widget/shrink.mjs`).

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

use crate::place::root;

/// What the names of the element's files begin with.
const ELEMENT: &str = "sms-login.";
/// Where the worker serves files that never change. `edge/src/assets.rs` and `www/_headers` say so to browsers.
const FOLDER: &str = "element";
/// How much of the hash names the folder: as much as keeps two builds apart.
const NAME: usize = 16;

/// Copies the element to where it stays.
pub(crate) fn pin() -> Result<()> {
    let folder = root("dist").join(FOLDER).join(name()?);
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    for file in files()? {
        let name = file.file_name().context("a file has a name")?;
        fs::copy(&file, folder.join(name))
            .with_context(|| format!("copying {}", file.display()))?;
    }
    Ok(())
}

/// The lines for a page that takes this very build and no other.
pub(crate) fn how_to_embed() -> Result<String> {
    let name = name()?;
    let mut text = "\n  pinned, in a page:\n".to_owned();
    for (kind, file) in [
        (r#" type="module""#, "sms-login.js"),
        (" async", "sms-login.classic.js"),
    ] {
        let script = root("dist").join(file);
        let script = fs::read(&script).with_context(|| format!("reading {}", script.display()))?;
        let hash = integrity(&script);
        writeln!(
            text,
            r#"  <script{kind} src="https://login.example.com/{FOLDER}/{name}/{file}"
    integrity="{hash}" crossorigin></script>"#
        )?;
    }
    writeln!(
        text,
        r#"  and before it, to be there sooner:
  <link rel="preload" href="https://login.example.com/{FOLDER}/{name}/sms-login.wasm" as="fetch" crossorigin>"#
    )?;
    Ok(text)
}

/// As browsers want it (Subresource Integrity, section 3.1).
pub(crate) fn integrity(script: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(script)))
}

/// The beginning of a hash over all files.
fn name() -> Result<String> {
    let mut hash = Sha256::new();
    for file in files()? {
        hash.update(fs::read(&file).with_context(|| format!("reading {}", file.display()))?);
    }
    let mut name = String::new();
    for byte in hash.finalize().iter().take(NAME / 2) {
        write!(name, "{byte:02x}")?;
    }
    Ok(name)
}

/// The element's files, always in the same order.
fn files() -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(root("dist")).context("nothing is built yet: run `cargo xtask build`")?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with(ELEMENT)
    });
    files.sort();
    Ok(files)
}

/// The paths of the files of which a visitor loads one, by language.
pub(crate) fn languages() -> Result<Vec<String>> {
    let names = files()?.into_iter().filter_map(|file| {
        let name = file.file_name()?.to_str()?;
        name.ends_with(".json").then(|| format!("dist/{name}"))
    });
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r70_a_hash_is_written_as_browsers_read_it() {
        // The example of the recommendation itself, section 1.2.1 of which hashes this line.
        let script = b"alert('Hello, world.');";
        assert_eq!(
            integrity(script),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }
}
