//! What does a person see of a login, from the first moment to the last?
//!
//! The end-to-end tests that go through every state also take its picture when they are told where to; here they are told, and the
//! pictures are laid out on one page. Not here: the states and how they come about (`tests/tests/in_browser/states.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Args;

use crate::browser::Engine;
use crate::engines::{BROWSER, end_to_end};
use crate::place::root;
use crate::setup::{Tool, ensure};
use crate::step::Progress;
use crate::{build, demo};

/// Where the pictures and the page go.
const FOLDER: &str = "target/states";

/// The tests that take pictures: in both schemes and directions, in forced colours, and with large letters.
const TESTS: [&str; 3] = [
    "in_any_state",
    "seen_in_colours_of_ones_own",
    "where_letters_are_twice_as_large",
];

/// How the pictures are taken.
#[derive(Args)]
pub(crate) struct Options {
    /// Take them of what was built before.
    #[arg(long)]
    no_build: bool,
}

/// Takes the pictures and lays them out, as many as there are when something is found to be wrong.
pub(crate) fn states(progress: &Progress, options: &Options) -> Result<()> {
    ensure(progress, &Tool::ALL)?;
    if !options.no_build {
        build::make(progress)?;
        demo::build_simulator(progress)?;
    }
    let folder = root(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).context("emptying target/states/")?;
    }
    fs::create_dir_all(&folder).context("making target/states/")?;
    let mend = "something is wrong with a state, besides its looks: see above which one.";
    let taken = progress.step("take the pictures", mend, |step| {
        let mut test = end_to_end()?;
        test.args(["--test", BROWSER, "--"])
            .args(TESTS)
            .env("SMS_LOGIN_STATES", &folder);
        if let Some(driver) = Engine::Chromium.driver() {
            test.env("SMS_LOGIN_DRIVER", driver);
        }
        step.run(test)
    });
    let page = folder.join("index.html");
    fs::write(&page, sheet(&pictures(&folder)?)).context("writing the page")?;
    progress.say(&format!("  {}", page.display()));
    taken
}

/// Where the pictures of each state are, by the state.
type Pictures = BTreeMap<String, BTreeSet<String>>;

fn pictures(folder: &Path) -> Result<Pictures> {
    let mut pictures = Pictures::new();
    for album in fs::read_dir(folder)? {
        let album = album?;
        for picture in fs::read_dir(album.path())? {
            let name = picture?.file_name().display().to_string();
            let state = name.split('.').next().unwrap_or_default().to_owned();
            let path = format!("{}/{name}", album.file_name().display());
            pictures.entry(state).or_default().insert(path);
        }
    }
    Ok(pictures)
}

/// One row for each state. The names are the tests' own, and hold nothing that is markup.
fn sheet(pictures: &Pictures) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme content='light dark'><title>States</title>
<style>
body { font: 1rem/1.4 system-ui, sans-serif; margin: 1rem }
section { align-items: start; display: flex; gap: 1rem; overflow-x: auto; padding-block-end: 1rem }
figure { flex: none; margin: 0 }
img { display: block; inline-size: 15rem }
img[src*=desk] { inline-size: 40rem }
</style>\n",
    );
    for (state, paths) in pictures {
        write!(html, "<h2>{state}</h2>\n<section>\n").expect("writing to a String does not fail");
        for path in paths {
            let name = path.trim_end_matches(".png");
            writeln!(
                html,
                "<figure><figcaption>{name}</figcaption><a href='{path}'><img src='{path}' alt='' loading=lazy></a></figure>"
            )
            .expect("writing to a String does not fail");
        }
        html.push_str("</section>\n");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_a_row_with_all_of_its_pictures() {
        let row = |state: &str, paths: &[&str]| {
            let paths = paths.iter().map(|path| (*path).to_owned()).collect();
            (state.to_owned(), paths)
        };
        let html = sheet(&Pictures::from([
            row(
                "01-Number",
                &["en/01-Number.desk.png", "ar/01-Number.desk.png"],
            ),
            row("00-Loading", &["en/00-Loading.desk.png"]),
        ]));
        let found = [
            "00-Loading</h2>",
            "en/00-Loading.desk.png'",
            "01-Number</h2>",
            "ar/01-",
            "en/01-",
        ]
        .map(|part| {
            html.find(part)
                .unwrap_or_else(|| panic!("{part} in {html}"))
        });
        assert!(found.is_sorted(), "{html}");
    }
}
