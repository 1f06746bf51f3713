//! Does somebody sign in on a page whose bundler took the element from npm?
//!
//! Each page (`tests/frameworks/bundlers.mjs`) imports the packed package and is bundled with its bundler's own settings. Not here:
//! frameworks (`frameworks`), and what is in the package (`deployment`).

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use tests::numbers;

use crate::devtools::NOTES;
use crate::frameworks::built_by;
use crate::window::in_window;
use crate::{SHOP, line};

/// The bundlers' pages are held once they are made.
static HELD: LazyLock<()> = LazyLock::new(|| {
    let folder = built_by("bundlers.mjs");
    for bundler in ["vite", "webpack"] {
        holds(&folder.join(bundler), &format!("/{bundler}"));
    }
    fs::remove_dir_all(folder).expect("it is ours");
});

fn holds(folder: &Path, path: &str) {
    for entry in fs::read_dir(folder).expect("it was just built") {
        let entry = entry.expect("it can be read").path();
        let name = entry.file_name().expect("a file has a name").display();
        let path = format!("{path}/{name}");
        if entry.is_dir() {
            holds(&entry, &path);
        } else {
            let file = fs::read(&entry).expect("it was just built");
            SHOP.holds(&path, with_notes(&path, file));
        }
    }
}

/// A page that keeps notes of what is held against it.
fn with_notes(path: &str, file: Vec<u8>) -> Vec<u8> {
    if !path.ends_with(".html") {
        return file;
    }
    let page = String::from_utf8(file).expect("a page is text");
    let noted = page.replacen("<title>", &format!("<script>{NOTES}</script><title>"), 1);
    assert_ne!(noted, page, "a page has a title");
    noted.into_bytes()
}

fn signs_in_at(path: &'static str) {
    in_window(move |page| async move {
        LazyLock::force(&HELD);
        let phone = numbers::fresh();
        let (shop, worker) = (SHOP.sibling_origin(), line().origin());
        page.goes_to(&format!("{shop}{path}#{worker}")).await;
        page.sees("h2", "Sign in to Shop").await;
        page.runs("element.lang = 'de';").await;
        page.sees("h2", "Bei Shop anmelden").await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.until("element.state === 'signed-in'").await;
        // Nothing is asked for that is not there.
        assert_eq!(page.complaints().await, Vec::<String>::new());
    });
}

#[test]
fn somebody_signs_in_on_a_page_bundled_by_vite() {
    signs_in_at("/vite/index.html");
}

#[test]
fn somebody_signs_in_on_a_page_bundled_by_webpack() {
    let page = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><main></main><script src="main.js"></script>"#;
    let path = "/webpack/index.html";
    SHOP.holds(path, with_notes(path, page.into()));
    signs_in_at("/webpack/index.html");
}
