//! How much does a visitor download, and how much is uploaded?
//!
//! Not here: what takes how much of a file (`crates`), making it smaller (`build`, and the profile in the root's Cargo.toml).

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use anyhow::{Context, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::crates;
use crate::pinned;
use crate::place::root;
use crate::step::Progress;

/// What every page that embeds the element loads.
const ELEMENT: [&str; 2] = ["dist/sms-login.js", "dist/sms-login.wasm"];
/// Where the numbering plans are.
const COUNTRIES: &str = "dist/countries";
/// What is uploaded to the network that runs the worker.
const WORKER: [&str; 2] = ["edge/build/index.js", "edge/build/index_bg.wasm"];

/// Above this, the element does not pass: brotli, as web servers send it.
const ELEMENT_LIMIT: usize = 48 * 1024;
/// What we would like the element to weigh.
const ELEMENT_GOAL: usize = 40 * 1024;
/// Above this, the worker does not pass: gzip, as the upload limit counts, which is 3 MB. Passkeys are 26 KB of it: reading what browsers say
/// of them, keeping them, and their six requests; e-mail is 7 KB.
const WORKER_LIMIT: usize = 540_000;

/// One file's weights in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints what was built with its weights, and what each crate takes of the element.
pub(crate) fn sizes(progress: &Progress) -> Result<()> {
    weigh(progress)?;
    progress.say(&crates::table()?);
    Ok(())
}

/// Prints what was built with its weights, and fails when it is too heavy.
pub(crate) fn weigh(progress: &Progress) -> Result<()> {
    let mut table = format!(
        "\n  {:<26}{:>10}{:>10}{:>10}\n",
        "", "raw", "gzip -9", "brotli"
    );
    let mut element = files(&ELEMENT)?;
    element.push(heaviest(&pinned::languages()?)?);
    element.push(middle(&countries()?)?);
    let element = add_up(&mut table, "a first login", &element);
    let worker = add_up(&mut table, "the worker", &files(&WORKER)?);
    progress.say(&table);
    progress.say(&format!(
        "  a first login: {} bytes brotli (goal {ELEMENT_GOAL}, limit {ELEMENT_LIMIT}); the worker: {} bytes gzip (limit {WORKER_LIMIT})",
        element.brotli, worker.gzip
    ));
    judge(element, worker)
}

fn files(paths: &[&str]) -> Result<Vec<(String, Weight)>> {
    let read = |path: &&str| {
        let bytes = fs::read(root(path)).with_context(|| format!("reading {path}"))?;
        Ok(((*path).to_owned(), Weight::of(&bytes)?))
    };
    paths.iter().map(read).collect()
}

/// The countries' numbering plans, of which a visitor loads the one of their number.
fn countries() -> Result<Vec<String>> {
    let plans = fs::read_dir(root(COUNTRIES)).with_context(|| format!("reading {COUNTRIES}"))?;
    let path = |plan: std::io::Result<fs::DirEntry>| {
        Ok(format!("{COUNTRIES}/{}", plan?.file_name().display()))
    };
    plans.map(path).collect()
}

/// The file that weighs the most, since nobody knows which one a visitor loads.
fn heaviest(paths: &[String]) -> Result<(String, Weight)> {
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let weighed = files(&paths)?.into_iter();
    weighed
        .max_by_key(|(_, weight)| weight.brotli)
        .context("there is not one file to choose from")
}

/// The file than which half of the others are lighter.
fn middle(paths: &[String]) -> Result<(String, Weight)> {
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut weighed = files(&paths)?;
    weighed.sort_by_key(|(_, weight)| weight.brotli);
    let middle = weighed.len() / 2;
    weighed
        .into_iter()
        .nth(middle)
        .context("there is no file in the middle of none")
}

fn add_up(table: &mut String, name: &str, files: &[(String, Weight)]) -> Weight {
    let mut total = Weight::default();
    for (file, weight) in files {
        row(table, file, *weight);
        total.raw += weight.raw;
        total.gzip += weight.gzip;
        total.brotli += weight.brotli;
    }
    row(table, name, total);
    total
}

fn row(table: &mut String, name: &str, weight: Weight) {
    let Weight { raw, gzip, brotli } = weight;
    writeln!(table, "  {name:<26}{raw:>10}{gzip:>10}{brotli:>10}")
        .expect("writing to a String does not fail");
}

fn judge(element: Weight, worker: Weight) -> Result<()> {
    let mut heavy = Vec::new();
    if element.brotli > ELEMENT_LIMIT {
        heavy.push(format!(
            "a first login is {} bytes over its limit of {ELEMENT_LIMIT}: every visitor downloads it",
            element.brotli - ELEMENT_LIMIT
        ));
    }
    if worker.gzip > WORKER_LIMIT {
        heavy.push(format!(
            "the worker is {} bytes over its limit of {WORKER_LIMIT}: every cold start loads it",
            worker.gzip - WORKER_LIMIT
        ));
    }
    if heavy.is_empty() {
        Ok(())
    } else {
        Err(anyhow!(heavy.join("; ")))
    }
}

/// As small as brotli makes it.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut small, &params)?;
    Ok(small)
}

impl Weight {
    fn of(bytes: &[u8]) -> Result<Self> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        Ok(Self {
            raw: bytes.len(),
            gzip: gzip.finish()?.len(),
            brotli: brotli(bytes)?.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_its_limit_by_one_byte_does_not_pass() {
        let cases = [
            (ELEMENT_LIMIT, WORKER_LIMIT, None),
            (
                ELEMENT_LIMIT + 1,
                WORKER_LIMIT,
                Some("a first login is 1 bytes over"),
            ),
            (
                ELEMENT_LIMIT,
                WORKER_LIMIT + 1,
                Some("the worker is 1 bytes over"),
            ),
        ];
        for (brotli, gzip, expected) in cases {
            // Only the weight that is limited counts.
            let element = Weight {
                raw: usize::MAX,
                gzip: usize::MAX,
                brotli,
            };
            let worker = Weight {
                raw: usize::MAX,
                gzip,
                brotli: usize::MAX,
            };
            let outcome = judge(element, worker).map_err(|error| error.to_string());
            match expected {
                None => assert_eq!(outcome, Ok(()), "{brotli} {gzip}"),
                Some(reason) => {
                    assert!(outcome.unwrap_err().starts_with(reason), "{brotli} {gzip}")
                }
            }
        }
    }

    #[test]
    fn a_file_is_weighed_as_it_is_and_compressed_both_ways() {
        let weight = Weight::of(&[b'a'; 10_000]).unwrap();
        assert_eq!(weight.raw, 10_000);
        assert!((1..200).contains(&weight.gzip), "{weight:?}");
        assert!((1..weight.gzip).contains(&weight.brotli), "{weight:?}");
    }
}
