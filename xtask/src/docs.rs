//! How does the documentation come to be?
//!
//! A page of `docs/` is prose of its own, sections of the READMEs, and tables made from what the programs themselves are made from:
//! nothing is written twice, so nothing can be out of date. All of it goes into `target/docs-source/`, of which mdBook
//! makes a site in `target/docs/`. Not here: how pages are put together (`pages`), where links lead (`links`).

mod api;
mod element;
mod links;
mod pages;
mod plots;
mod problems;
pub(crate) mod results;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::place::{self, command, root};
use crate::setup::{Tool, ensure};
use crate::step::{Progress, Step};
use crate::versions::MDBOOK;

/// Where the pages are put together.
const SOURCE: &str = "target/docs-source";
/// Where the site is then.
const SITE: &str = "target/docs";

/// How the documentation is made.
#[derive(Args)]
pub(crate) struct Options {
    /// Show it in the browser.
    #[arg(long)]
    open: bool,
}

/// Makes it.
pub(crate) fn docs(progress: &Progress, options: &Options) -> Result<()> {
    ensure(progress, &[Tool::MdBook])?;
    progress.step("make the documentation", "mend what is named above.", make)?;
    let page = root(SITE).join("index.html");
    println!("{}", page.display());
    if options.open {
        let opener = if cfg!(target_os = "macos") {
            "open"
        } else {
            "xdg-open"
        };
        let opened = Command::new(opener).arg(&page).status();
        opened.with_context(|| format!("starting {opener}"))?;
    }
    Ok(())
}

/// Puts the pages together, looks where their links lead, and has mdBook make a site of them.
pub(crate) fn make(step: &Step) -> Result<()> {
    let documents = Documents::read()?;
    let mut broken = links::broken(&documents)?;
    let pages = pages::assemble(&documents)?;
    broken.extend(links::broken_in_book(&pages));
    for link in &broken {
        step.note(link)?;
    }
    if !broken.is_empty() {
        bail!(
            "{} links lead nowhere:\n  {}",
            broken.len(),
            broken.join("\n  ")
        );
    }
    let source = root(SOURCE);
    for folder in [&source, &root(SITE)] {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
        }
    }
    let folder = source.join("src");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    fs::copy(root("docs/book.toml"), source.join("book.toml")).context("copying book.toml")?;
    for page in &pages {
        fs::write(folder.join(&page.name), &page.text)
            .with_context(|| format!("writing {}", page.name))?;
    }
    let mut build = Command::new(place::tool(&MDBOOK, "mdbook"));
    build
        .arg("build")
        .arg(&source)
        .arg("--dest-dir")
        .arg(root(SITE));
    step.run(build)
}

/// What people wrote: every Markdown file of the checkout, by its path from the root.
pub(crate) struct Documents(Vec<(String, String)>);

impl Documents {
    fn read() -> Result<Self> {
        // Whoever owns the files of a checkout, only their names are asked for. New files are not yet known to git.
        let list = [
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "*.md",
        ];
        let listed = command("git", &list).output()?;
        if !listed.status.success() {
            bail!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
        }
        let listed = String::from_utf8(listed.stdout)?;
        let mut paths: Vec<&str> = listed.split_terminator('\0').collect();
        paths.sort_unstable();
        paths.dedup();
        // A file that is deleted and not yet committed is still listed.
        let texts = paths.into_iter().filter_map(|path| {
            let text = fs::read_to_string(root(path)).ok()?;
            Some((path.to_owned(), text))
        });
        Ok(Self(texts.collect()))
    }

    fn get(&self, path: &str) -> Option<&str> {
        let (_, text) = self.0.iter().find(|(it, _)| it == path)?;
        Some(text)
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (&**path, &**text))
    }
}

/// Where a link leads that stands in this file: a path from the root, and a heading there.
fn resolve(file: &str, link: &str) -> Option<(String, String)> {
    let is_elsewhere = link.contains("://") || link.starts_with("mailto:") || link.starts_with('/');
    if is_elsewhere {
        return None;
    }
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    if path.is_empty() {
        return Some((file.to_owned(), heading.to_owned()));
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    Some((parts.join("/"), heading.to_owned()))
}

/// One cell of a table: what would end it or be taken for markup is not.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A file of the checkout, as JSON.
fn json(path: impl AsRef<Path>) -> Result<serde_json::Value> {
    let path: PathBuf = root("").join(path);
    let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("reading {}", path.display()))
}
