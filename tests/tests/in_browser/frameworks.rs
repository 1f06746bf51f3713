//! Does the element work in pages that are made with what pages are made with?
//!
//! Each page (`tests/frameworks`) binds attributes and properties, listens to events, and takes the element out and puts it back, all
//! in its framework's own way. Not here: pages without one (`elements`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::json;
use tests::guard::fresh_folder;
use tests::numbers;

use crate::devtools::NOTES;
use crate::page::Page;
use crate::window::in_window;
use crate::{SHOP, line};

/// Where the pages' scripts are held.
static SCRIPTS: LazyLock<String> = LazyLock::new(|| {
    let folder = built_by("build.mjs");
    for entry in fs::read_dir(&folder).expect("it was just made") {
        let path = entry.expect("it can be read").path();
        let name = path.file_name().expect("a file has a name");
        let file = fs::read(&path).expect("it was just built");
        SHOP.holds(&format!("/frameworks/{}", name.display()), file);
    }
    fs::remove_dir_all(folder).expect("it is ours");
    "/frameworks".to_owned()
});

/// A fresh folder with what a script of `tests/frameworks` builds into it.
pub(crate) fn built_by(script: &str) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("frameworks")
        .join(script);
    let folder = fresh_folder();
    fs::create_dir_all(&folder).expect("a folder can be made");
    let built = Command::new("node").arg(script).arg(&folder).output();
    let built = built.expect("Node is installed");
    let words = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{words}");
    folder
}

/// Opens the page that a framework makes.
async fn opens(page: &Page, framework: &str, head: &str, main: &str) {
    let path = format!("/{framework}");
    SHOP.holds(
        &path,
        format!(
            r#"<!doctype html><html lang="en" data-worker="{}"><meta charset="utf-8"><title>{framework}</title>
            <script>{NOTES}</script>{head}<main>{main}</main>"#,
            line().origin()
        ),
    );
    page.goes_to(&format!("{}{path}", SHOP.sibling_origin()))
        .await;
}

/// Signs in, is renamed, leaves, comes back and signs out. `somebody` is what the page then shows of whoever is in.
async fn lives_a_life(page: &Page, somebody: &str) {
    let phone = numbers::fresh();
    page.sees("h2", "Sign in to One").await;
    page.asks_for_a_code(&phone).await;
    page.sees("bdi", &phone).await;
    page.types_the_code(&line().telephone().code(&phone)).await;
    page.sees("h2", "You are signed in to One").await;
    // Where the browser has passkeys, one is offered.
    page.runs("[...element.shadowRoot.querySelectorAll('button')].find((it) => it.textContent === 'Not now')?.click();")
        .await;
    page.until(&format!("text('#who') === {somebody}")).await;
    assert_ne!(page.value("text('#who')").await, "");

    page.until(
        "[...element.shadowRoot.querySelectorAll('button')].some((it) => it.checkVisibility())",
    )
    .await;
    page.runs("find('#rename').click();").await;
    page.sees("h2", "You are signed in to Two").await;
    page.until(
        "![...element.shadowRoot.querySelectorAll('button')].some((it) => it.checkVisibility())",
    )
    .await;

    page.runs("find('#leave').click();").await;
    page.until("element === null").await;
    page.runs("find('#come').click();").await;
    page.sees("h2", "You are signed in to Two").await;
    page.until(&format!("text('#who') === {somebody}")).await;
    page.runs("element.signOut();").await;
    page.sees("h2", "Sign in to Two").await;
    page.sees("#who", "").await;
    assert_eq!(page.complaints().await, Vec::<String>::new());
}

/// In a page that is made by a script.
fn lives_in(framework: &'static str) {
    in_window(move |page| async move {
        let script = format!(
            r#"<script type="module" src="{}/{framework}.js"></script>"#,
            *SCRIPTS
        );
        opens(&page, framework, &script, "").await;
        lives_a_life(&page, "element.session?.subject").await;
    });
}

#[test]
fn it_lives_in_a_page_made_with_react() {
    lives_in("react");
}

#[test]
fn it_lives_in_a_page_made_with_vue() {
    lives_in("vue");
}

#[test]
fn it_lives_in_a_page_made_with_svelte() {
    lives_in("svelte");
}

#[test]
fn it_lives_in_a_page_made_with_angular() {
    lives_in("angular");
}

#[test]
fn it_lives_in_a_page_made_with_htmx() {
    in_window(|page| async move {
        let element = |name: &str| {
            let worker = line().origin();
            format!(r#"<sms-login endpoint="{worker}" {name}></sms-login>"#)
        };
        SHOP.holds("/htmx/two", element(r#"name="Two" no-sign-out"#));
        SHOP.holds("/htmx/none", " ");
        SHOP.holds("/htmx/somebody", "somebody");
        let head = format!(
            r#"<script src="{0}/htmx.js"></script><script type="module" src="{0}/sms-login.js"></script>"#,
            *SCRIPTS
        );
        let main = format!(
            r##"<div id="place">{}</div>
            <button id="rename" hx-get="/htmx/two" hx-target="#place">Rename</button>
            <button id="leave" hx-get="/htmx/none" hx-target="#place">Leave</button>
            <button id="come" hx-get="/htmx/two" hx-target="#place">Come</button>
            <output id="who">
                <span hx-get="/htmx/somebody" hx-trigger="sms-login:signed-in from:body" hx-target="#name"></span>
                <span hx-get="/htmx/none" hx-trigger="sms-login:signed-out from:body" hx-target="#name"></span>
                <span id="name"></span>
            </output>"##,
            element(r#"name="One""#)
        );
        opens(&page, "htmx", &head, &main).await;
        lives_a_life(&page, &json!("somebody").to_string()).await;
    });
}
