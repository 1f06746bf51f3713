//! Does the same code give the same bytes?
//!
//! What ships is built twice, here and from a copy in another folder, with a target folder of its own, and compared. Not here: other machines;
//! `short_paths` in `build` sees to it that none of their folders gets into the bytes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::build;
use crate::place::{cargo, command, files, root};
use crate::step::Progress;

/// Where the copy is.
const COPY: &str = "target/reproduce/a-folder-of-another-name";
/// What ships.
const SHIPPED: [&str; 2] = ["dist", "target/npm"];
const WORKER: [&str; 2] = ["edge/build/index.js", "edge/build/index_bg.wasm"];

/// Carries the command out.
pub(crate) fn run(progress: &Progress) -> Result<()> {
    build::make(progress)?;
    let mend = "read the reason above.";
    progress.step("copy the code", mend, |_| copy(&root(COPY)))?;
    progress.step("build the copy", mend, |step| {
        let mut again = cargo(&["run", "--locked", "--package", "xtask", "--", "build"]);
        again
            .current_dir(root(COPY))
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_MANIFEST_DIR");
        step.run(again)
    })?;
    let (same, other) = compare(&root(""), &root(COPY))?;
    if !other.is_empty() {
        let other: Vec<_> = other.iter().map(|it| it.display().to_string()).collect();
        bail!(
            "{} of {} files differ: {}",
            other.len(),
            same + other.len(),
            other.join(", ")
        );
    }
    progress.say(&format!("  all {same} files are the same, to the byte"));
    Ok(())
}

/// Every file that git knows, and the packages that are installed.
fn copy(to: &Path) -> Result<()> {
    let listed = command("git", &["-c", "safe.directory=*", "ls-files", "-z"]).output()?;
    let listed = String::from_utf8(listed.stdout)?;
    // With all that was compiled there: it is to be made anew.
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    for path in listed.split_terminator('\0') {
        let target = to.join(path);
        fs::create_dir_all(target.parent().context("a file is in a folder")?)?;
        fs::copy(root(path), target).with_context(|| format!("copying {path}"))?;
    }
    symlink(root("node_modules"), to.join("node_modules"))?;
    Ok(())
}

/// How many files are the same in both, and which are not or are in one only.
fn compare(here: &Path, there: &Path) -> Result<(usize, Vec<PathBuf>)> {
    let mut all: Vec<PathBuf> = WORKER.map(PathBuf::from).into();
    for folder in SHIPPED {
        for side in [here, there] {
            let found = files(&side.join(folder))?;
            all.extend(found.iter().map(|file| Path::new(folder).join(file)));
        }
    }
    all.sort();
    all.dedup();
    let differ = |file: &PathBuf| {
        let [here, there] = [here, there].map(|side| fs::read(side.join(file)));
        !matches!((here, there), (Ok(here), Ok(there)) if here == there)
    };
    let count = all.len();
    let other: Vec<_> = all.into_iter().filter(differ).collect();
    Ok((count - other.len(), other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r78_a_byte_more_and_a_file_more_are_seen() {
        let folder = std::env::temp_dir().join(format!("sms-login-compare-{}", std::process::id()));
        let [here, there] = ["here", "there"].map(|side| folder.join(side));
        for side in [&here, &there] {
            for file in [WORKER[0], WORKER[1], "dist/a/b.js", "target/npm/c.js"] {
                let path = side.join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, file).unwrap();
            }
        }
        assert_eq!(compare(&here, &there).unwrap(), (4, Vec::new()));
        fs::write(there.join(WORKER[1]), "another").unwrap();
        fs::write(here.join("dist/new.js"), "").unwrap();
        let (same, other) = compare(&here, &there).unwrap();
        assert_eq!((same, other.len()), (3, 2), "{other:?}");
        fs::remove_dir_all(folder).unwrap();
    }
}
