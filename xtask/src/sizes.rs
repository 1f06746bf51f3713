//! How much does a visitor download, and how much is uploaded?
//!
//! Not here: making it smaller (`build`, and the profile in the root's Cargo.toml).

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use anyhow::{Context, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::place::root;
use crate::step::Progress;

/// What a page that embeds the element loads.
const ELEMENT: [&str; 2] = ["dist/sms-login.js", "dist/sms-login.wasm"];
/// What is uploaded to the network that runs the worker.
const WORKER: [&str; 2] = ["edge/build/index.js", "edge/build/index_bg.wasm"];

/// Above this, the element does not pass: brotli, as web servers send it.
const ELEMENT_LIMIT: usize = 48 * 1024;
/// What we would like the element to weigh.
const ELEMENT_GOAL: usize = 40 * 1024;
/// Above this, the worker does not pass: gzip, as the upload limit counts.
const WORKER_LIMIT: usize = 450 * 1024;

/// One file's weights in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints what was built with its weights, and fails when it is too heavy.
pub(crate) fn weigh(progress: &Progress) -> Result<()> {
    let mut table = format!(
        "\n  {:<26}{:>10}{:>10}{:>10}\n",
        "", "raw", "gzip -9", "brotli"
    );
    let mut totals = [Weight::default(); 2];
    for (total, (name, files)) in totals
        .iter_mut()
        .zip([("the element", ELEMENT), ("the worker", WORKER)])
    {
        for file in files {
            let weight =
                Weight::of(&fs::read(root(file)).with_context(|| format!("reading {file}"))?)?;
            row(&mut table, file, weight);
            total.raw += weight.raw;
            total.gzip += weight.gzip;
            total.brotli += weight.brotli;
        }
        row(&mut table, name, *total);
    }
    progress.say(&table);
    let [element, worker] = totals;
    progress.say(&format!(
        "  the element: {} bytes brotli (goal {ELEMENT_GOAL}, limit {ELEMENT_LIMIT}); the worker: {} bytes gzip (limit {WORKER_LIMIT})",
        element.brotli, worker.gzip
    ));
    judge(element, worker)
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
            "the element is {} bytes over its limit of {ELEMENT_LIMIT}: every visitor downloads it",
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

impl Weight {
    fn of(bytes: &[u8]) -> Result<Self> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        let mut brotli = Vec::new();
        let params = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            size_hint: bytes.len(),
            ..Default::default()
        };
        brotli::BrotliCompress(&mut &*bytes, &mut brotli, &params)?;
        Ok(Self {
            raw: bytes.len(),
            gzip: gzip.finish()?.len(),
            brotli: brotli.len(),
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
                Some("the element is 1 bytes over"),
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
