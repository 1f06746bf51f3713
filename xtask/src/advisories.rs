//! Is anything known against what is in our lock files?
//!
//! By two feeds at least, since each has its gaps: a feed is a folder of OSV records, as RustSec and OSV publish them. One that is older than
//! a week says nothing of what was found since, and a gate that does not see two old acquaintances is blind; both fail. Not here:
//! fetching them (`.github/workflows/ci.yml`, which has a network), and what may come in at all (`dependencies`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use semver::Version;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::place::{command, files, root};

/// How old the newest record of a feed may be.
const FRESH: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// What must be found whatever is in the lock files. The first is in one of the two usual feeds only.
const ACQUAINTANCES: [(&str, &str); 2] = [("jsonwebtoken", "10.2.0"), ("phonenumber", "0.3.5")];

const CRATES: &str = "crates.io";
const NPM: &str = "npm";

const EXAMPLES: &str = "\
Examples:
  git clone --depth 1 --branch osv https://github.com/rustsec/advisory-db rustsec
  curl --fail --remote-name https://osv-vulnerabilities.storage.googleapis.com/crates.io/all.zip
  unzip -q all.zip -d osv
  cargo xtask advisories --feed rustsec --feed osv";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// A folder of OSV records; two of them at least.
    #[arg(long = "feed", value_name = "DIR", required = true)]
    feeds: Vec<PathBuf>,
}

/// A record, as far as it matters here (OSV schema 1.x).
#[derive(Deserialize)]
struct Record {
    id: String,
    modified: String,
    withdrawn: Option<String>,
    /// What other feeds call it.
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    affected: Vec<Affected>,
}

#[derive(Deserialize)]
struct Affected {
    package: Option<Package>,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    versions: Vec<String>,
    database_specific: Option<serde_json::Value>,
}

/// A package, or one version of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct Range {
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
}

/// Carries the command out.
pub(crate) fn run(options: &Options) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let ignored = ignored(&fs::read_to_string(root("deny.toml"))?)?;
    println!("{}", look(&options.feeds, &locked()?, &ignored, now)?);
    Ok(())
}

/// What is known against these, a line for each; an error if anything is, or if the feeds are not to be relied on.
fn look(
    feeds: &[PathBuf],
    packages: &BTreeSet<Package>,
    ignored: &[String],
    now: Duration,
) -> Result<String> {
    if feeds.len() < 2 {
        bail!("one feed has gaps: name two with --feed");
    }
    let mut looked_for = packages.clone();
    let acquaintances = ACQUAINTANCES.map(|(name, version)| package(CRATES, name, version));
    looked_for.extend(acquaintances.clone());
    let (mut found, mut count) = (BTreeSet::new(), 0);
    for feed in feeds {
        let mut newest = Duration::ZERO;
        for file in files(feed).with_context(|| format!("reading {}", feed.display()))? {
            if file.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let text = fs::read(feed.join(&file))?;
            // A feed has other files, too; one without any record is stale.
            let Ok(record) = serde_json::from_slice::<Record>(&text) else {
                continue;
            };
            count += 1;
            newest = newest.max(moment(&record.modified).unwrap_or_default());
            let hits = looked_for
                .iter()
                .filter(|it| record.is_against(it) && !record.is_ignored(ignored));
            found.extend(hits.map(|it| (it.clone(), record.id.clone(), record.is_news())));
        }
        let age = now.saturating_sub(newest);
        if age > FRESH {
            let days = age.as_secs() / (24 * 60 * 60);
            bail!(
                "{}: its newest record is {days} days old, and 7 are the most: fetch it anew",
                feed.display()
            );
        }
    }
    for known in acquaintances {
        if !found.iter().any(|(package, ..)| *package == known) {
            bail!(
                "the feeds do not know {} {}, so they are not whole",
                known.name,
                known.version
            );
        }
    }
    let ours = found
        .into_iter()
        .filter(|(package, ..)| packages.contains(package));
    let (news, faults): (Vec<_>, Vec<_>) = ours.partition(|(.., is_news)| *is_news);
    let line = |(package, id, _): &(Package, String, bool)| {
        format!(
            "\n  {id}: {} {} ({})",
            package.name, package.version, package.ecosystem
        )
    };
    if !faults.is_empty() {
        let faults: String = faults.iter().map(line).collect();
        bail!(
            "known against what is used here:{faults}\n  what to do: update it, or say under [advisories] in deny.toml why it does not matter"
        );
    }
    let news: String = news.iter().map(line).collect();
    Ok(format!(
        "{} packages, {count} records, nothing against them{news}",
        packages.len()
    ))
}

impl Record {
    fn is_against(&self, package: &Package) -> bool {
        self.withdrawn.is_none() && self.affected.iter().any(|it| it.has(package))
    }

    fn is_ignored(&self, ignored: &[String]) -> bool {
        let mut names = self.aliases.iter().chain([&self.id]);
        names.any(|name| ignored.contains(name))
    }

    /// Whether it only says that nobody keeps the package any more, and the like.
    fn is_news(&self) -> bool {
        let informational = |it: &Affected| {
            let more = it.database_specific.as_ref();
            more.is_some_and(|more| more["informational"].is_string())
        };
        self.affected.iter().all(informational)
    }
}

impl Affected {
    fn has(&self, package: &Package) -> bool {
        let own = self.package.as_ref();
        if own.is_none_or(|own| own.name != package.name || own.ecosystem != package.ecosystem) {
            return false;
        }
        // What cannot be compared is taken to be affected.
        let Ok(version) = Version::parse(&package.version) else {
            return true;
        };
        self.versions.contains(&package.version)
            || self.ranges.iter().any(|range| range.has(&version))
    }
}

impl Range {
    /// The last event at or before the version decides.
    fn has(&self, version: &Version) -> bool {
        let mut events: Vec<(Version, u8)> = Vec::new();
        for event in &self.events {
            // At the same version: fixed before introduced, and the last affected one is affected itself.
            let kinds = [
                (&event.fixed, 0),
                (&event.introduced, 1),
                (&event.last_affected, 2),
            ];
            for (text, kind) in kinds {
                let Some(text) = text else { continue };
                match Version::parse(if text == "0" { "0.0.0-0" } else { text }) {
                    Ok(at) => events.push((at, kind)),
                    Err(_) => return true,
                }
            }
        }
        events.sort();
        let before = |(at, kind): &&(Version, u8)| at < version || (at == version && *kind < 2);
        events
            .iter()
            .rfind(before)
            .is_some_and(|(_, kind)| *kind == 1)
    }
}

fn package(ecosystem: &str, name: &str, version: &str) -> Package {
    Package {
        ecosystem: ecosystem.to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
    }
}

fn moment(text: &str) -> Option<Duration> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    u64::try_from(moment.unix_timestamp())
        .ok()
        .map(Duration::from_secs)
}

/// What deny.toml says does not matter here, and why.
fn ignored(deny: &str) -> Result<Vec<String>> {
    let deny: toml::Table = toml::from_str(deny)?;
    let list = deny.get("advisories").and_then(|it| it.get("ignore"));
    let list = list.and_then(toml::Value::as_array).into_iter().flatten();
    let id = |it: &toml::Value| {
        let id = it.get("id").unwrap_or(it);
        id.as_str().map(str::to_owned)
    };
    Ok(list.filter_map(id).collect())
}

/// Every package of every lock file that git knows.
fn locked() -> Result<BTreeSet<Package>> {
    let listed = command(
        "git",
        &[
            "-c",
            "safe.directory=*",
            "ls-files",
            "*.lock",
            "*package-lock.json",
        ],
    );
    let listed = String::from_utf8({ listed }.output()?.stdout)?;
    let mut packages = BTreeSet::new();
    for path in listed.lines() {
        let text = fs::read_to_string(root(path)).with_context(|| format!("reading {path}"))?;
        if Path::new(path)
            .extension()
            .is_some_and(|ending| ending == "lock")
        {
            packages.extend(of_cargo(&text)?);
        } else {
            packages.extend(of_npm(&text)?);
        }
    }
    Ok(packages)
}

fn of_cargo(lock: &str) -> Result<Vec<Package>> {
    let lock: toml::Table = toml::from_str(lock)?;
    let entries = lock.get("package").and_then(toml::Value::as_array);
    let foreign = entries
        .into_iter()
        .flatten()
        .filter(|it| it.get("source").is_some());
    let text = |it: &toml::Value, key| it.get(key)?.as_str().map(str::to_owned);
    let read = |it| Some(package(CRATES, &text(it, "name")?, &text(it, "version")?));
    Ok(foreign.filter_map(read).collect())
}

fn of_npm(lock: &str) -> Result<Vec<Package>> {
    let lock: serde_json::Value = serde_json::from_str(lock)?;
    let entries = lock["packages"].as_object().into_iter().flatten();
    let read = |(path, entry): (&String, &serde_json::Value)| {
        let name = path.rsplit_once("node_modules/")?.1;
        Some(package(
            NPM,
            entry["name"].as_str().unwrap_or(name),
            entry["version"].as_str()?,
        ))
    };
    Ok(entries.filter_map(read).collect())
}

#[cfg(test)]
mod tests;
