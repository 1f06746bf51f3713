//! Where do the keys of a worker on this machine come from?
//!
//! From the operating system's random source, once; they are kept in a file that only its owner may read. Not here: what
//! the worker does with them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// The settings that hold keys.
const SETTINGS: [&str; 3] = ["SIGNING_KEYS", "SEALING_KEYS", "INDEX_KEYS"];

/// The keys kept in this file, as settings of the worker; made first when there is no such file.
pub(crate) fn kept_in(file: &Path) -> Result<Vec<(String, String)>> {
    if !file.exists() {
        make(file).with_context(|| format!("making keys in {}", file.display()))?;
    }
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// Thirty-two random bytes in base64url.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("drawing random bytes")?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn make(file: &Path) -> Result<()> {
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    for setting in SETTINGS {
        writeln!(out, "{setting}=k1:{}", random()?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_made_once_differ_and_are_for_their_owner_alone() {
        let file = std::env::temp_dir().join(format!("sms-login-keys-{}", std::process::id()));
        let made = kept_in(&file).unwrap();
        assert_eq!(kept_in(&file).unwrap(), made);
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let names: Vec<&str> = made.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, SETTINGS);
        for (name, value) in &made {
            let key = value.strip_prefix("k1:").unwrap();
            assert_eq!(
                BASE64_URL_SAFE_NO_PAD.decode(key).unwrap().len(),
                32,
                "{name}"
            );
            let same = made.iter().filter(|(_, other)| other == value);
            assert_eq!(same.count(), 1, "{name}");
        }
        fs::remove_file(file).unwrap();
    }
}
