//! Can everybody use it?
//!
//! As far as a program can tell: axe-core finds nothing to complain about. Not here: the keyboard, which every test uses.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tests::numbers;

use crate::languages::languages;
use crate::line;
use crate::page::Page;
use crate::pictures::Album;
use crate::states::{PLACES, State, Walk};
use crate::window::{Taste, in_window, in_window_of};

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools stop the clock of a page and take its network away"
)]
fn r74_axe_finds_nothing_in_any_state_in_the_light() {
    looks_at_every_state(Taste::Plain, ["en", "ar", "en"]);
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools stop the clock of a page and take its network away"
)]
fn r74_axe_finds_nothing_in_any_state_in_the_dark() {
    looks_at_every_state(Taste::Dark, ["ar", "en", "ar"]);
}

/// In one language on each page, so that every page meets both schemes and both directions, and every scheme both directions. Where
/// somebody wants pictures of it, in the other one as well: a person sees more than axe does.
fn looks_at_every_state(scheme: Taste, languages: [&'static str; 3]) {
    for (place, language) in PLACES.into_iter().zip(languages) {
        goes_through_every_state(scheme, place, language);
        if Album::is_wanted() {
            let other = if language == "en" { "ar" } else { "en" };
            goes_through_every_state(scheme, place, other);
        }
    }
}

fn goes_through_every_state(scheme: Taste, place: &'static str, language: &'static str) {
    in_window_of(scheme, move |page| async move {
        let album = Album::of(place, &format!("{language} {scheme:?}"));
        let mut walk = Walk::begins(&page, place, language).await;
        let dark = "matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(page.value(dark).await, matches!(scheme, Taste::Dark));
        for state in State::ALL {
            walk.goes_on_to(state).await;
            album.keeps(&page, state).await;
            let screen = format!("{place} {language} {state:?}");
            // The page around it changes with who is signed in alone.
            if matches!(state, State::Number | State::SignedIn) {
                assert_nothing_found(&page, &screen).await;
            } else {
                assert_nothing_found_in_the_element(&page, &screen).await;
            }
        }
    });
}

#[test]
fn r74_axe_finds_nothing_in_any_language() {
    in_window(|page| async move {
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        let looks = async |screen: &str| {
            for language in languages() {
                page.speaks(&language).await;
                assert_nothing_found_in_the_element(&page, &format!("{language} {screen}")).await;
            }
        };
        looks("number").await;
        let phone = numbers::fresh();
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        looks("code").await;
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

#[test]
fn r74_axe_finds_nothing_on_the_operators_page_in_the_light() {
    looks_at_the_operators_page(Taste::Plain);
}

#[test]
fn r74_axe_finds_nothing_on_the_operators_page_in_the_dark() {
    looks_at_the_operators_page(Taste::Dark);
}

fn looks_at_the_operators_page(scheme: Taste) {
    in_window_of(scheme, |page| async move {
        // So that there is something to show.
        line().browser().sign_in(&numbers::fresh());
        page.goes_to(&format!("{}/admin", line().origin())).await;
        assert_no_violations(&page, "key").await;
        page.fills_in("#key", "wrong").await;
        page.until("text('[role=alert]') !== ''").await;
        assert_no_violations(&page, "key, refused").await;
        page.fills_in("#key", &line().secret("ADMIN_KEYS")).await;
        page.until("document.querySelector('figure')").await;
        page.runs("document.querySelectorAll('details').forEach((it) => { it.open = true; });")
            .await;
        assert_no_violations(&page, "numbers").await;
    });
}

pub(crate) async fn assert_no_violations(page: &Page, screen: &str) {
    let found = looked_at(page, "document").await;
    assert_eq!(found["violations"], json!([]), "{screen}");
}

pub(crate) async fn assert_nothing_found(page: &Page, screen: &str) {
    assert_eq!(looked_at(page, "document").await, nothing(), "{screen}");
}

/// The same of the element alone: of the page around it, which is most of the work, somebody else has asked.
async fn assert_nothing_found_in_the_element(page: &Page, screen: &str) {
    assert_eq!(looked_at(page, "element").await, nothing(), "{screen}");
}

/// It did look into the element.
fn nothing() -> Value {
    json!({ "looked": true, "violations": [] })
}

/// What axe has to complain about in this part of the page, and whether it looked into the element.
async fn looked_at(page: &Page, part: &str) -> Value {
    // A colour on its way to another is neither.
    page.until(
        "[document, element?.shadowRoot].every((root) => !root?.getAnimations().some((it) => 'transitionProperty' in it))",
    )
    .await;
    if page.value("!window.axe").await == json!(true) {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(axe).expect("axe-core is one of the npm packages");
        page.runs(&axe).await;
    }
    page.awaits(&format!(
        "axe.run({part}, {{ resultTypes: ['violations'] }}).then(({{ violations, passes }}) => ({{
            looked: passes.some((rule) => rule.nodes.some((node) => Array.isArray(node.target[0]))),
            violations: violations.map(({{ id, nodes }}) => `${{id}}: ${{nodes.map((node) => node.html)}}`),
        }}))"
    ))
    .await
}
