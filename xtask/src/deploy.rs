//! How does the worker come to Cloudflare?
//!
//! With wrangler, from a configuration that is written anew each time: what is the same everywhere (`edge/wrangler.toml`), and what an
//! environment adds (`sms-login.toml`). The very worker that is about to be uploaded reads the settings here first, so a
//! wrong one stops the deployment and not the site. Secrets travel with the code, as one version. Not here: building (`build`).

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::build;
use crate::config::messages::Message;
use crate::config::{Choice, Deployment, SECRETS};
use crate::instance;
use crate::keys;
use crate::place::{command, root};
use crate::provider;
use crate::setup::{self, Tool, WRANGLER};
use crate::step::Progress;

const EXAMPLES: &str = "\
Examples:
  cargo xtask deploy --environment staging --dry-run
  CLOUDFLARE_API_TOKEN=… cargo xtask deploy --environment production
  CLOUDFLARE_API_TOKEN=… cargo xtask deploy --environment production --rollback";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    choice: Choice,
    /// Do everything but upload it. Needs no network.
    #[arg(long)]
    dry_run: bool,
    /// Upload what was built before.
    #[arg(long)]
    no_build: bool,
    /// Go back to the version before, with its settings and secrets.
    #[arg(long, conflicts_with_all = ["dry_run", "no_build"])]
    rollback: bool,
}

/// Carries the command out:
///
/// 1. Build it.
/// 2. See that the settings are whole, by the worker itself.
/// 3. Write wrangler's configuration, and upload it with the secrets.
pub(crate) fn run(progress: &Progress, options: &Options) -> Result<()> {
    let deployment = options.choice.read()?;
    let name = format!("sms-login-{}", deployment.name);
    if options.rollback {
        setup::ensure(progress, &[Tool::Wrangler])?;
        return carry(wrangler().args(["rollback", "--name", &name]));
    }
    let secrets = secrets(&deployment)?;

    // (1)
    if !options.no_build {
        build::make(progress)?;
    }
    setup::ensure(progress, &[Tool::NodePackages, Tool::Wrangler])?;
    if !root("edge/build/index.js").is_file() {
        bail!("nothing is built yet: leave --no-build out");
    }

    // (2)
    let dir = root("target/deploy").join(&deployment.name);
    fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    let mut settings = deployment.settings();
    settings.extend(secrets.clone());
    instance::rehearse(&settings, &dir.join("rehearsal"))
        .context("the worker does not take these settings; nothing was deployed")?;
    progress.say("  the worker takes these settings");

    // (3)
    let base = fs::read_to_string(root("edge/wrangler.toml"))?;
    let file = dir.join("wrangler.json");
    let configuration = configuration(&base, &name, &deployment.settings())?;
    fs::write(&file, serde_json::to_string_pretty(&configuration)?)?;
    let uploaded = Handed::over(dir.join("secrets.json"), &secrets)?;
    let mut upload = wrangler();
    upload.args(["deploy", "--experimental-autoconfig=false", "--config"]);
    upload.arg(&file).arg("--secrets-file").arg(&uploaded.0);
    if options.dry_run {
        upload
            .args(["--dry-run", "--outdir"])
            .arg(dir.join("upload"));
    }
    carry(&mut upload)?;
    let issuer = &settings["ISSUER"];
    progress.say(&if options.dry_run {
        format!(
            "  nothing was uploaded; what would be is in {}",
            dir.display()
        )
    } else {
        format!(
            "  {issuer} is deployed. Next: cargo xtask doctor --environment {}",
            deployment.name
        )
    });
    Ok(())
}

/// Everything that is uploaded as a secret, if it is fit to be.
fn secrets(deployment: &Deployment) -> Result<BTreeMap<String, String>> {
    let file = &deployment.environment.secrets;
    let path = file.display();
    let text = fs::read_to_string(file).with_context(|| {
        format!("reading {path}: cargo xtask keys new > {path}, and add INFOBIP_API_KEY")
    })?;
    let mut secrets = provider::pairs(&text);
    // Whatever else stands there stays here (R51).
    secrets.retain(|name, _| SECRETS.contains(&name.as_str()));
    let findings = keys::findings(&secrets);
    let faults = findings.lines().filter(|line| line.contains("FAULT: "));
    let mut faults: Vec<String> = faults
        .map(|line| line.trim().replace("FAULT: ", ""))
        .collect();
    if !secrets.contains_key("INFOBIP_API_KEY") {
        faults.push(
            "INFOBIP_API_KEY: it is not set; make a key with the scope 2fa:pin:send".to_owned(),
        );
    }
    if !faults.is_empty() {
        bail!(
            "{path} is not fit to be deployed:\n  {}",
            faults.join("\n  ")
        );
    }
    let known = |message: &Message| message.id.is_some();
    if deployment.application_id().is_none() || !deployment.messages().iter().all(known) {
        bail!(
            "the account is not set up for this environment: cargo xtask provision --environment {}",
            deployment.name
        );
    }
    Ok(secrets)
}

/// What wrangler reads. Its one route is a custom domain: the worker itself is the origin of that host, so when the platform's limits
/// are used up there is nothing behind it that a request could fall through to (R09).
fn configuration(base: &str, name: &str, settings: &BTreeMap<String, String>) -> Result<Value> {
    let mut all: Value = toml::from_str(base).context("edge/wrangler.toml")?;
    let host = settings
        .get("ISSUER")
        .and_then(|issuer| provider::host(issuer));
    let host = host.context("ISSUER is not set")?;
    if settings
        .get("ISSUER")
        .is_some_and(|issuer| issuer.starts_with("http:"))
    {
        bail!("ISSUER is http, and Cloudflare serves https: write https://{host}");
    }
    all["name"] = json!(name);
    all["main"] = json!(root("edge/build/index.js"));
    all["assets"]["directory"] = json!(root("dist"));
    all["routes"] = json!([{ "pattern": host, "custom_domain": true }]);
    all["vars"] = json!(settings);
    Ok(all)
}

/// A file of secrets that only its owner may read, and that is gone when this value is.
struct Handed(PathBuf);

impl Handed {
    fn over(path: PathBuf, secrets: &BTreeMap<String, String>) -> Result<Self> {
        remove(&path)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        let handed = Self(path);
        file.write_all(serde_json::to_string(secrets)?.as_bytes())?;
        Ok(handed)
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        if let Err(why) = remove(&self.0) {
            eprintln!(
                "remove {} by hand, it holds secrets: {why}",
                self.0.display()
            );
        }
    }
}

/// One that was left behind by a power cut is removed, too.
fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

fn wrangler() -> Command {
    let script = root(WRANGLER).join("node_modules/wrangler/bin/wrangler.js");
    let mut wrangler = command("node", &[]);
    wrangler
        .arg(script)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_SEND_ERROR_REPORTS", "false")
        .env("WRANGLER_HIDE_BANNER", "true");
    wrangler
}

fn carry(command: &mut Command) -> Result<()> {
    let status = command.status().context("starting wrangler")?;
    if !status.success() {
        bail!(
            "wrangler did not succeed: its words are above. It needs CLOUDFLARE_API_TOKEN (made from the template Edit Cloudflare Workers) or a login, and the zone of ISSUER in that account"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_the_only_way_to_the_worker_has_nothing_behind_it() {
        let base = include_str!("../../edge/wrangler.toml");
        let settings = BTreeMap::from([
            ("ISSUER".to_owned(), "https://login.example.com".to_owned()),
            ("COUNTRIES".to_owned(), "HR".to_owned()),
        ]);
        let all = configuration(base, "sms-login-staging", &settings).unwrap();
        assert_eq!(
            all["routes"],
            json!([{ "pattern": "login.example.com", "custom_domain": true }])
        );
        assert_eq!(all["workers_dev"], false);
        assert_eq!(all["preview_urls"], false);
        assert_eq!(all["name"], "sms-login-staging");
        assert_eq!(all["vars"], json!(settings));
        let plain = BTreeMap::from([("ISSUER".to_owned(), "http://localhost".to_owned())]);
        assert!(configuration(base, "sms-login-staging", &plain).is_err());
        assert!(configuration(base, "sms-login-staging", &BTreeMap::new()).is_err());
    }

    #[test]
    fn every_object_that_the_worker_uses_has_its_migration() {
        let all: Value = toml::from_str(include_str!("../../edge/wrangler.toml")).unwrap();
        let names = |value: &Value| {
            let names = value.as_array().into_iter().flatten();
            names
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let migrations = all["migrations"].as_array().unwrap();
        let made: Vec<_> = migrations
            .iter()
            .flat_map(|it| names(&it["new_sqlite_classes"]))
            .collect();
        let bindings = all["durable_objects"]["bindings"].as_array().unwrap();
        let used: Vec<_> = bindings
            .iter()
            .filter_map(|it| it["class_name"].as_str())
            .collect();
        assert_eq!(made, used);
        let here = include_str!("../../edge/workerd.capnp");
        for name in used {
            assert!(here.contains(&format!("className = \"{name}\"")), "{name}");
        }
    }
}
