//! Can it be used with large letters, in a narrow window, without motion, in colours of one's own, by a shaky hand?
//!
//! In every state, by the numbers of WCAG 2.2. Not here: what axe sees (`access`), and what is heard (`heard`).

use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::numbers;

use crate::engine::{ENGINE, Engine};
use crate::languages::languages;
use crate::line;
use crate::page::Page;
use crate::pictures::Album;
use crate::states::{PLACES, State, Walk};
use crate::window::in_window;

/// What sticks out of the window or of its own box, is smaller than a fingertip, or has the focus and is covered.
const FAULTS: &str = r##"(() => {
    const root = element.shadowRoot;
    const width = document.documentElement.clientWidth;
    const faults = [];
    const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.matches("[data-heard], :empty:not(input)");
    const within = (what, rect, { left, right }) => {
        if (rect.left < left - 1 || rect.right > right + 1) faults.push(`${what} sticks out: ${rect.left} to ${rect.right} of ${left} to ${right}`);
    };
    const page = { left: 0, right: width };
    if (document.scrollingElement.scrollWidth > width) faults.push(`the page is ${document.scrollingElement.scrollWidth} of ${width} wide`);

    // No letter outside of the window, nor of what holds it (1.4.4, 1.4.10).
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
        const holder = text.parentElement;
        if (!seen(holder)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const rect of range.getClientRects()) {
            within(text.data, rect, page);
            within(text.data, rect, holder.getBoundingClientRect());
        }
    }
    const host = element.getBoundingClientRect();
    for (const node of root.querySelectorAll("form *")) {
        if (seen(node) && node.id !== "code") within(node.outerHTML, node.getBoundingClientRect(), host);
    }
    const code = root.querySelector("#code");
    if (seen(code)) {
        const box = root.querySelector(".boxes > *").getBoundingClientRect();
        const letters = document.createElement("canvas").getContext("2d");
        letters.font = getComputedStyle(code).font;
        const digit = letters.measureText("0").width;
        if (digit > box.width - 4) faults.push(`a digit is ${digit} wide, and its box ${box.width}`);
        const last = root.querySelector(".boxes > :last-child").getBoundingClientRect();
        within("the last box", last, root.querySelector(".code").getBoundingClientRect());
    }

    // 2.5.8: 24 pixels either way.
    for (const node of root.querySelectorAll("button, input, a, [role=option]")) {
        const { width, height } = node.getBoundingClientRect();
        if (seen(node) && Math.min(width, height) < 24) faults.push(`${node.outerHTML} is ${width} by ${height}`);
    }

    // 2.4.11: whoever tabs somewhere sees where.
    const target = root.activeElement;
    if (target) {
        // The list goes where its button goes.
        (target.id === "search" ? root.querySelector("#country") : target).scrollIntoView({ block: "center" });
        const { left, top, width, height } = target.getBoundingClientRect();
        const there = root.elementFromPoint(left + width / 3, top + height / 2);
        if (!target.contains(there)) faults.push(`${target.outerHTML} is under ${there?.outerHTML}`);
    }
    return faults;
})()"##;

async fn nothing_is_wrong(page: &Page, what: &str) {
    assert_eq!(page.value(FAULTS).await, json!([]), "{what}");
}

/// WCAG 2.2, 1.4.10: a window of 1280 pixels, four times as large.
#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools set what a person has set and how large the window is"
)]
fn r74_nothing_sticks_out_of_a_window_of_320_pixels() {
    for place in PLACES {
        in_window(move |page| async move {
            page.is_on_a_screen(320, 640, 1).await;
            let mut walk = Walk::begins(&page, place, "en").await;
            for state in State::ALL {
                walk.goes_on_to(state).await;
                nothing_is_wrong(&page, &format!("{place} {state:?}")).await;
            }
        });
    }
}

/// WCAG 2.2, 1.4.4, on a telephone.
#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools set what a person has set and how large the window is"
)]
fn r74_nothing_is_cut_off_where_letters_are_twice_as_large() {
    for place in PLACES {
        in_window(move |page| async move {
            page.is_on_a_screen(360, 740, 1).await;
            let album = Album::of(place, "en large");
            let mut walk = Walk::begins(&page, place, "en").await;
            page.until("document.documentElement").await;
            page.runs("document.documentElement.style.fontSize = '200%';")
                .await;
            for state in State::ALL {
                walk.goes_on_to(state).await;
                // In the window that it was reached in: a list goes to the side of its button where there was room.
                nothing_is_wrong(&page, &format!("{place} {state:?}")).await;
                album.keeps(&page, state).await;
                page.is_on_a_screen(360, 740, 1).await;
            }
        });
    }
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools set what a person has set and how large the window is"
)]
fn r74_every_language_has_room_in_a_window_of_320_pixels() {
    in_window(|page| async move {
        page.is_on_a_screen(320, 640, 1).await;
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        let looks = async |screen: &str| {
            for language in languages() {
                page.speaks(&language).await;
                nothing_is_wrong(&page, &format!("{language} {screen}")).await;
            }
        };
        looks("number").await;
        let phone = numbers::fresh();
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        looks("code").await;
    });
}

/// What moves: in the element, and in the page around it but for the form that is a while in coming.
const MOVES: &str = "[...document.getAnimations(), ...element.shadowRoot.getAnimations()]
    .map((animation) => animation.animationName ?? animation.transitionProperty).filter((name) => name !== 'late')";

const STILL: [(&str, &str); 1] = [("prefers-reduced-motion", "reduce")];

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools set what a person has set and how large the window is"
)]
fn r74_nothing_moves_for_those_who_want_nothing_to_move() {
    in_window(|page| async move {
        page.is_seen_with(&STILL).await;
        let mut walk = Walk::begins(&page, "/", "en").await;
        for state in State::ALL {
            walk.goes_on_to(state).await;
            assert_eq!(page.value(MOVES).await, json!([]), "{state:?}");
            if state.waits() {
                // For the others, something does.
                page.is_seen_with(&[]).await;
                let moves = page.value(MOVES).await;
                page.is_seen_with(&STILL).await;
                if state != State::SigningOut {
                    assert!(
                        moves.as_array().unwrap().contains(&json!("waiting")),
                        "{state:?}: {moves}"
                    );
                }
            }
        }
    });
}

/// Which animations the styles of the page have, and for how many seconds each.
const ANIMATIONS: &str = "(() => {
    const all = (rules) => [...rules].flatMap((rule) => [rule, ...all(rule.cssRules ?? [])]);
    return [...document.styleSheets].flatMap((sheet) => all(sheet.cssRules)).map((rule) => rule.style ?? {})
        .filter(({ animationName: name }) => name && name !== 'none')
        .map(({ animationName: name, animationDuration: takes, animationIterationCount: times }) =>
            ({ name, seconds: parseFloat(takes) * (times === 'infinite' ? 1e9 : times) }));
})()";

/// WCAG 2.2, 2.2.2: what moves for longer needs a way to stop it.
#[test]
fn r74_nothing_around_the_element_moves_for_longer_than_five_seconds() {
    in_window(|page| async move {
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        let animations = page.value(ANIMATIONS).await;
        for name in ["sway", "ring"] {
            let mut named = animations.as_array().unwrap().iter();
            let animation = named.find(|it| it["name"] == name);
            assert!(animation.is_some(), "{name} of {animations}");
        }
        for animation in animations.as_array().unwrap() {
            let seconds = animation["seconds"].as_f64();
            assert!(seconds.is_some_and(|it| it <= 5.0), "{animation}");
        }
    });
}

/// What has no edge, no ring or no letters of its own where the browser has taken all colours away.
const UNSEEN: &str = r##"(() => {
    const root = element.shadowRoot;
    const faults = [];
    const style = (node) => getComputedStyle(node);
    const seen = (node) => node.checkVisibility();
    const ground = "rgb(0, 0, 0)";
    const stands_out = (colour) => colour !== ground && !/, 0\)$/.test(colour);
    for (const node of root.querySelectorAll("button[part=button], [part=country], input:not(#code), [part~=box]")) {
        const { borderBottomColor, borderBottomWidth } = style(node);
        if (seen(node) && !(stands_out(borderBottomColor) && parseFloat(borderBottomWidth) > 0)) faults.push(`no edge: ${node.outerHTML}`);
    }
    for (const node of root.querySelectorAll("h2, p, label, button, input, bdi, [role=option]")) {
        if (seen(node) && !stands_out(style(node).color)) faults.push(`no letters: ${node.outerHTML}`);
    }
    const has_ring = (node) => {
        const { outlineStyle, outlineColor, outlineWidth } = style(node);
        return outlineStyle !== "none" && stands_out(outlineColor) && parseFloat(outlineWidth) >= 2;
    };
    const target = root.activeElement;
    const ring = target?.id === "code" ? root.querySelector("[part~=box-next]") : target;
    if (ring && ring.matches(":not(h2)") && !has_ring(ring)) faults.push(`no ring: ${ring.outerHTML}`);
    for (const option of root.querySelectorAll("[role=option]")) {
        if (has_ring(option) !== (option.ariaSelected === "true")) faults.push(`selected or not: ${option.outerHTML}`);
    }
    return faults;
})()"##;

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools set what a person has set and how large the window is"
)]
fn r74_everything_is_seen_in_colours_of_ones_own() {
    for place in PLACES {
        in_window(move |page| async move {
            // White on black, as Chromium has it for those who have set nothing else.
            page.is_seen_with(&[
                ("forced-colors", "active"),
                ("prefers-color-scheme", "dark"),
            ])
            .await;
            let album = Album::of(place, "en forced");
            let mut walk = Walk::begins(&page, place, "en").await;
            for state in State::ALL {
                walk.goes_on_to(state).await;
                album.keeps(&page, state).await;
                assert_eq!(
                    page.value("matchMedia('(forced-colors: active)').matches")
                        .await,
                    Value::Bool(true)
                );
                assert_eq!(page.value(UNSEEN).await, json!([]), "{place} {state:?}");
            }
        });
    }
}

/// WCAG 2.2, 3.3.8: nothing is to be remembered or copied by hand. Browsers fill both fields in, and what was copied can be pasted.
#[test]
fn r74_a_whole_message_is_pasted_and_the_browser_may_fill_in_both_fields() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        page.runs(
            "document.querySelector('main').prepend(Object.assign(document.createElement('input'), { id: 'notes' }));",
        )
        .await;
        let filled_in = "['number', 'code'].map((id) => element.shadowRoot.getElementById(id).getAttribute('autocomplete'))";
        let number = match ENGINE {
            Engine::Chromium | Engine::Firefox => "tel webauthn",
            Engine::Webkit => "tel",
        };
        assert_eq!(
            page.value(filled_in).await,
            json!([number, "one-time-code"])
        );
        let copies = async |text: &str| {
            page.runs(&format!(
                "find('#notes').value = {}; find('#notes').focus();",
                json!(text)
            ))
            .await;
            page.presses_with(Key::Control, &['a', 'c']).await;
        };
        copies(&format!("Call me: {phone}!")).await;
        page.runs("find('#number').focus();").await;
        page.presses_with(Key::Control, &['v']).await;
        page.until(&format!(
            "find('#number').value.replaceAll(' ', '') === {}",
            json!(phone)
        ))
        .await;
        page.enters().await;
        page.sees("bdi", &phone).await;
        copies(&line().telephone().texts(&phone)[0].text).await;
        page.runs("find('#code').focus();").await;
        page.presses_with(Key::Control, &['v']).await;
        page.until("element.state === 'signed-in'").await;
    });
}
