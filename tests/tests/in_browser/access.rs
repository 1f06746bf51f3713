//! Can everybody use it?
//!
//! As far as a program can tell: axe-core finds nothing to complain about. Not here: the keyboard, which every test uses.

use std::fs;
use std::path::Path;

use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::numbers;

use crate::line;
use crate::page::Page;
use crate::window::{Taste, in_window_of};

#[test]
fn r74_axe_finds_nothing_on_any_screen_in_the_light() {
    looks_at_every_screen(Taste::Plain);
}

#[test]
fn r74_axe_finds_nothing_on_any_screen_in_the_dark() {
    looks_at_every_screen(Taste::Dark);
}

fn looks_at_every_screen(scheme: Taste) {
    in_window_of(scheme, move |page| async move {
        for place in ["/", "/themed.html", "/depot.html"] {
            let phone = numbers::fresh();
            page.goes_to(&format!("{}{place}", line().origin())).await;
            let dark = page
                .value("matchMedia('(prefers-color-scheme: dark)').matches")
                .await;
            assert_eq!(dark, matches!(scheme, Taste::Dark));
            page.until("find('#number')").await;
            assert_nothing_found(&page, place, "number").await;
            page.tabs_to("[part=country]").await;
            page.enters().await;
            page.until("find('[role=option]')").await;
            assert_nothing_found(&page, place, "countries").await;
            page.types("atlantis").await;
            page.sees("#countries [role=status]", "No such country")
                .await;
            assert_nothing_found(&page, place, "no country").await;
            page.hits(Key::Escape).await;
            page.asks_for_a_code("+385 91 12").await;
            page.until("text('[role=alert]') !== ''").await;
            assert_nothing_found(&page, place, "number, refused").await;
            page.asks_for_a_code(&phone).await;
            page.sees("bdi", &phone).await;
            assert_nothing_found(&page, place, "code").await;
            let code = line().telephone().code(&phone);
            page.types_the_code(&numbers::wrong(&code)).await;
            page.until("text('[role=alert]') !== ''").await;
            assert_nothing_found(&page, place, "code, refused").await;
            page.types_the_code(&code).await;
            page.until("text('h2').startsWith('You are signed in')")
                .await;
            assert_nothing_found(&page, place, "done").await;
            page.clicks("Sign out").await;
            page.until("find('#number')").await;
        }
    });
}

#[test]
fn r74_axe_finds_nothing_on_the_plain_pages_in_the_light() {
    looks_at_every_plain_page(Taste::Plain);
}

#[test]
fn r74_axe_finds_nothing_on_the_plain_pages_in_the_dark() {
    looks_at_every_plain_page(Taste::Dark);
}

fn looks_at_every_plain_page(scheme: Taste) {
    in_window_of(scheme, |page| async move {
        let phone = numbers::fresh();
        page.goes_to(&format!("{}/login?return=/", line().origin()))
            .await;
        assert_no_violations(&page, "number").await;
        page.fills_in("#phone", "091 12").await;
        page.until("text('[role=alert]') !== ''").await;
        assert_no_violations(&page, "number, refused").await;
        page.fills_in("#phone", &phone).await;
        page.sees("h1", "Enter your code").await;
        assert_no_violations(&page, "code").await;
        let code = line().telephone().code(&phone);
        page.fills_in("#code", &numbers::wrong(&code)).await;
        page.until("text('[role=alert]') !== ''").await;
        assert_no_violations(&page, "code, refused").await;
        page.fills_in("#code", &code).await;
        page.until("location.pathname === '/'").await;
        page.goes_to(&format!("{}/login?return=/", line().origin()))
            .await;
        page.sees("h1", "You are signed in").await;
        assert_no_violations(&page, "signed in").await;
    });
}

async fn assert_no_violations(page: &Page, screen: &str) {
    let found = looked_at(page).await;
    assert_eq!(found["violations"], json!([]), "{screen}");
}

async fn assert_nothing_found(page: &Page, place: &str, screen: &str) {
    let found = looked_at(page).await;
    // It did look into the element.
    assert_eq!(
        found,
        json!({ "looked": true, "violations": [] }),
        "{place}, {screen}"
    );
}

/// What axe has to complain about, and whether it looked into the element.
async fn looked_at(page: &Page) -> Value {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(axe).expect("axe-core is one of the npm packages");
    // A colour on its way to another is neither.
    page.until(
        "[document, element?.shadowRoot].every((root) => !root?.getAnimations().some((it) => 'transitionProperty' in it))",
    )
    .await;
    page.runs(&axe).await;
    page.awaits(
        "axe.run().then(({ violations, passes }) => ({
            looked: passes.some((rule) => rule.nodes.some((node) => Array.isArray(node.target[0]))),
            violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`),
        }))",
    )
    .await
}
