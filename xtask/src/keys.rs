//! Where do the worker's keys come from?
//!
//! From the operating system's random source. Those of a deployment are printed, to be put where secrets are kept; those of the
//! demo are kept in a file that only its owner may read. Not here: what the worker does with them; replacing them by others
//! ([`rotate`]).

pub(crate) mod age;
mod rotate;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::provider::read_settings;

/// The settings that hold keys.
const SETTINGS: [&str; 5] = [
    "SIGNING_KEYS",
    "SEALING_KEYS",
    "INDEX_KEYS",
    "ADMIN_KEYS",
    "STEP_UP_KEYS",
];

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Print a fresh key for each setting that holds keys, as lines `NAME=id:secret`.
    New {
        /// The keys' public name: 1 to 16 characters of a-z, 0-9 and -; by default the day, by which the doctor knows how old they are.
        #[arg(long, default_value_t = age::today(), value_parser = id)]
        id: String,
    },
    /// Print the settings of each step of a rotation, with the time to wait before the next.
    Rotate {
        /// Where the worker's settings are, as lines NAME=value; what the environment holds counts first.
        #[arg(long, value_name = "FILE")]
        settings: Option<PathBuf>,
        /// The new keys' public name, which no key has yet.
        #[arg(long, value_parser = id)]
        id: String,
        /// Only this setting, such as SIGNING_KEYS.
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
    },
    /// Say of each ring what is in it, what may be retired when, and what is wrong; fail if anything is.
    Check {
        /// Where the worker's settings are, as lines NAME=value; what the environment holds counts first.
        #[arg(long, value_name = "FILE")]
        settings: Option<PathBuf>,
    },
}

/// Carries one of the commands out.
pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::New { id } => {
            for line in fresh(id)? {
                println!("{line}");
            }
            eprintln!("\nKeep these as secrets: whoever has them can sign anybody in.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Rotate { settings, id, only } => {
            let settings = read_settings(settings.as_deref())?;
            print!("{}", rotate::plan(&settings, id, only.as_deref(), random)?);
            eprintln!("\nKeep these as secrets, the old ones too, until they are retired.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Check { settings } => {
            let findings = rotate::check(&read_settings(settings.as_deref())?);
            print!("{}", findings.text);
            Ok(if findings.faults == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}

/// What is to be said of each ring, a line for each thing; with `FAULT: ` in it where it is one.
pub(crate) fn findings(settings: &BTreeMap<String, String>) -> String {
    rotate::check(settings).text
}

fn id(text: &str) -> Result<String, String> {
    let allowed = text
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if allowed && (1..=16).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err("1 to 16 characters of a-z, 0-9 and - are expected".to_owned())
    }
}

fn fresh(id: &str) -> Result<Vec<String>> {
    SETTINGS
        .iter()
        .map(|setting| Ok(format!("{setting}={id}:{}", random()?)))
        .collect()
}

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
    for line in fresh("k1")? {
        writeln!(out, "{line}")?;
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
