//! What does a machine of one's own need to run the worker?
//!
//! A folder and an archive of it: workerd, the worker, the site's files, and what `edge/machine` has around them: units of systemd, a
//! Containerfile, a reverse proxy, backup and restore. It holds no secret. Not here: Cloudflare (`deploy`), and whether all of
//! it works (`tests/tests/machine`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::build::{self, copy_dir};
use crate::config::{Choice, SECRETS};
use crate::instance;
use crate::place::{command, files, native, root};
use crate::provider;
use crate::step::Progress;

/// What stands around the worker.
const AROUND: &str = "edge/machine";

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    choice: Choice,
    /// Where the folder and the archive are put [default: target/machine].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Pack what was built before.
    #[arg(long)]
    no_build: bool,
}

/// Carries the command out:
///
/// 1. Build it.
/// 2. Pack it, with the settings of an environment if one is named.
pub(crate) fn run(progress: &Progress, options: &Options) -> Result<()> {
    // (1)
    if !options.no_build {
        build::make(progress)?;
    }

    // (2)
    let settings = if options.choice.names_an_environment() {
        Some(settings(progress, options)?)
    } else {
        None
    };
    let out = options.out.clone();
    let out = out.unwrap_or_else(|| root("target/machine"));
    let archive = archive(&out, settings.as_deref())?;
    progress.say(&format!("  {}", archive.display()));
    Ok(())
}

/// Lays out what was built, in a folder there, and makes an archive of it beside it: the same bytes for the same content.
pub(crate) fn archive(out: &Path, settings: Option<&str>) -> Result<PathBuf> {
    let name = concat!("sms-login-", env!("CARGO_PKG_VERSION"));
    let folder = out.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    lay_out(&folder).context("nothing is built yet: leave --no-build out")?;
    if let Some(settings) = settings {
        fs::write(folder.join("worker.env"), settings)?;
    }
    fs::write(folder.join("SHA256SUMS"), sums(&folder)?)?;
    let archive = format!("{name}.tar.gz");
    let mut tar = command("tar", &["--create", "--gzip", "--sort=name", "--mtime=@0"]);
    tar.args(["--owner=0", "--group=0", "--numeric-owner", "--file"])
        .args([&archive, name])
        .current_dir(out);
    let status = tar.status().context("starting tar")?;
    anyhow::ensure!(status.success(), "tar did not succeed: its words are above");
    Ok(out.join(archive))
}

fn lay_out(folder: &Path) -> Result<()> {
    copy_dir(&root(AROUND), folder)?;
    // Podman has no other way to make a folder that belongs to somebody.
    fs::create_dir_all(folder.join("objects"))?;
    let file = |from: &Path, to: &str| {
        fs::copy(from, folder.join(to)).with_context(|| format!("copying {}", from.display()))
    };
    file(&native("workerd"), "workerd")?;
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        file(&root(license), license)?;
    }
    file(&root("edge/workerd.capnp"), "workerd.capnp")?;
    fs::create_dir_all(folder.join("build"))?;
    for part in ["build/index.js", "build/index_bg.wasm"] {
        file(&root("edge").join(part), part)?;
    }
    copy_dir(&root("dist"), &folder.join("site"))?;
    let (plain, secret) = templates(include_str!("../../edge/settings.tsv"));
    fs::write(folder.join("worker.env.example"), plain)?;
    fs::write(folder.join("secrets.env.example"), secret)?;
    Ok(())
}

/// The settings of the environment, which the worker that is packed has read.
fn settings(progress: &Progress, options: &Options) -> Result<String> {
    let deployment = options.choice.read()?;
    let mut settings = deployment.settings();
    settings
        .entry("CLIENT_ADDRESS_HEADER".to_owned())
        .or_insert_with(|| "x-real-ip".to_owned());
    let secrets = fs::read_to_string(&deployment.environment.secrets);
    if let Ok(secrets) = secrets {
        let mut whole = settings.clone();
        let secrets = provider::pairs(&secrets);
        let own = |(name, _): &(String, String)| SECRETS.contains(&name.as_str());
        whole.extend(secrets.into_iter().filter(own));
        let dir = root("target/machine/rehearsal").join(&deployment.name);
        let rehearsal = instance::rehearse(&whole, &dir);
        fs::remove_dir_all(&dir).ok();
        rehearsal.context("the worker does not take these settings")?;
        progress.say("  the worker takes these settings");
    } else {
        let secrets = deployment.environment.secrets.display();
        progress.say(&format!(
            "  {secrets} is not here, so the worker has not read these settings yet"
        ));
    }
    Ok(lines(&settings))
}

fn lines(settings: &BTreeMap<String, String>) -> String {
    let lines = settings
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"));
    lines.collect()
}

/// Two files to fill in, from the list of all settings: those that must be set, and behind a `#` those that need not be.
fn templates(list: &str) -> (String, String) {
    let mut plain = "# The worker's settings; README.md says what they hold.\n".to_owned();
    let mut secret =
        "# For root alone: chmod 600. `cargo xtask keys new` prints the keys.\n".to_owned();
    for line in list.lines() {
        let mut columns = line.split('\t');
        let (name, need, kind) = (columns.next(), columns.next(), columns.next());
        let (Some(name), Some(need), Some(kind)) = (name, need, kind) else {
            continue;
        };
        let value = match name {
            "CLIENT_ADDRESS_HEADER" => "CLIENT_ADDRESS_HEADER=x-real-ip".to_owned(),
            // Of restore.sh, in a file of its own.
            "RESTORED_AT" => continue,
            _ if need == "needed" => format!("{name}="),
            _ => format!("#{name}="),
        };
        let file = if kind == "secret" {
            &mut secret
        } else {
            &mut plain
        };
        file.push_str(&value);
        file.push('\n');
    }
    (plain, secret)
}

/// A line for each file, as `sha256sum --check` reads it.
pub(crate) fn sums(folder: &Path) -> Result<String> {
    let mut sums = String::new();
    for path in files(folder)? {
        let bytes = fs::read(folder.join(&path))?;
        for byte in Sha256::digest(bytes) {
            write!(sums, "{byte:02x}")?;
        }
        writeln!(sums, "  {}", path.display())?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_have_every_setting_once_and_secrets_apart() {
        let list = include_str!("../../edge/settings.tsv");
        let (plain, secret) = templates(list);
        let mut count = 0;
        for name in list.lines().filter_map(|line| line.split('\t').next()) {
            let asked = format!("{name}=");
            let stands = |text: &str| {
                text.lines()
                    .filter(|line| line.trim_start_matches('#').starts_with(&asked))
                    .count()
            };
            let expected = match name {
                "RESTORED_AT" => (0, 0),
                name if SECRETS.contains(&name) => (0, 1),
                _ => (1, 0),
            };
            assert_eq!((stands(&plain), stands(&secret)), expected, "{name}");
            count += 1;
        }
        assert!(count > 30, "{count}");
        assert!(secret.contains("\nSIGNING_KEYS=\n") && secret.contains("\n#ADMIN_KEYS=\n"));
        assert!(plain.contains("\nISSUER=\n") && plain.contains("\n#AUDIENCE=\n"));
    }
}
