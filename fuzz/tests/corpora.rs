//! Does what must hold, hold of every input that is kept?
//!
//! Not here: looking for new ones (`cargo xtask fuzz`).
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fuzz::TARGETS;

/// A checkout carries them for good.
const MOST_BYTES: usize = 300_000;
const MOST_FILES: usize = 100;

fn of(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let name = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    files.map(|file| name(file.unwrap().path())).collect()
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets = TARGETS.map(|target| target.name.to_owned());
    let targets = BTreeSet::from(targets);
    assert_eq!(names(&of("corpus")), targets);
    assert_eq!(names(&of("targets/fuzz_targets")), targets);
    let manifest = fs::read_to_string(of("targets/Cargo.toml")).unwrap();
    for name in targets {
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name}");
    }
}

#[test]
fn corpora_are_small() {
    let mut bytes = 0;
    for target in TARGETS {
        let folder = of("corpus").join(target.name);
        let files: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        assert!(
            (1..=MOST_FILES).contains(&files.len()),
            "{folder:?}: {} files",
            files.len()
        );
        bytes += files
            .iter()
            .map(|file| fs::read(file).unwrap().len())
            .sum::<usize>();
    }
    assert!(bytes <= MOST_BYTES, "{bytes} bytes");
}

/// One test for each target, so that a report says which of them failed.
macro_rules! replayed {
    ($($test:ident: $target:literal;)+) => {
        $(#[test]
        fn $test() {
            replay($target);
        })+

        #[test]
        fn every_corpus_is_replayed() {
            let replayed = BTreeSet::from([$($target),+]);
            assert_eq!(replayed, TARGETS.iter().map(|target| target.name).collect());
        }
    };
}

replayed! {
    an_account_is_read_to_the_letter_and_its_key_never_prints: "account";
    a_body_is_written_as_it_was_read_and_shows_no_secret: "body";
    a_code_is_six_to_eight_digits_and_never_prints: "code";
    only_a_cookie_that_was_sealed_here_for_this_opens: "cookie";
    a_form_has_no_strange_field_and_leads_back_to_the_site: "form";
    a_ring_of_keys_is_whole_and_never_prints: "keys";
    a_number_is_one_to_the_letter_and_prints_masked: "number";
    what_a_device_says_is_written_in_one_way: "passkey";
    an_answer_is_a_yes_only_if_it_says_so_of_this_pin_and_number: "provider";
    a_record_is_written_as_it_was_read_whatever_step_finds_it: "record";
    a_request_gets_in_from_pages_of_the_site_alone: "request";
    settings_are_whole_or_name_their_fault_and_show_no_secret: "settings";
    what_is_served_has_a_country_and_a_price: "served";
    only_a_token_that_was_signed_here_for_this_site_opens: "token";
}

fn replay(target: &str) {
    let folder = of("corpus").join(target);
    let holds = fuzz::of(target);
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let data = fs::read(&path).unwrap();
        // The panic itself says what did not hold.
        let held = std::panic::catch_unwind(|| holds(&data));
        assert!(held.is_ok(), "it does not hold of {path:?}");
    }
}
