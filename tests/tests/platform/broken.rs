//! Does a request that breaks the worker's WebAssembly break anybody else's?
//!
//! Without randomness the worker panics; without room on the stack it is stopped in the middle of anything; without memory it aborts.
//! What it does then belongs to no request that could be told apart, so nothing else happens meanwhile. Not here: failures that it
//! handles (`main`).

use serde_json::json;
use tests::line::Line;
use tests::matrix::Seen;
use tests::numbers;

use crate::deed::{Deed, Person, TEXTS};
use crate::{Turn, met, no_text_is_uncounted, worker};

/// How many points of a request are tried at most. It comes to fewer.
const MOST: usize = 200;

fn each_breaks(place: &str, kind: &str, rooms: &[usize]) {
    let _turn = Turn::Alone.mine();
    let network = format!("{TEXTS}/100");
    let line = worker::line(&[("SENDS_PER_NETWORK", &network)]);
    let mut broken = 0;
    for deed in [Deed::Send, Deed::Check, Deed::Renew, Deed::SignOut] {
        for room in rooms {
            for n in 0..MOST {
                let what = format!("{deed:?}, {place} {n} {kind} with room for {room}");
                let person = Person::about_to(deed, &line);
                let plan =
                    json!({ "place": place, "kind": kind, "n": n, "room": room, "alone": true });
                let told = person.does(&plan);
                let told = told.unwrap_or_else(|| panic!("R80: {what}: no answer"));
                if kind == "memory" {
                    // If there was enough for the rest of this request, there is none for the next one.
                    line.browser().ask_code(&numbers::fresh());
                }
                person.goes_on(&told, &what);
                if met(&told).is_none() {
                    break;
                }
                // The worker itself names every answer of its.
                broken += usize::from(told.header("x-request-id").is_none());
                Seen {
                    table: "The worker itself",
                    row: deed.name(),
                    column: kind,
                    told: &told.outcome(),
                    texts: deed.sends().then(|| person.texts()),
                }
                .note();
            }
        }
    }
    assert!(broken > 0, "nothing broke");
    goes_on_as_ever(&line);
    no_text_is_uncounted(&line);
}

/// A hundred ordinary logins, and all who were there before.
fn goes_on_as_ever(line: &Line) {
    for _ in 0..100 {
        let (phone, browser) = (numbers::fresh(), line.browser());
        let subject = browser.sign_in(&phone)["subject"].clone();
        assert_eq!(browser.session().json()["subject"], subject);
    }
}

#[test]
fn r83_r87_a_panic_at_any_draw_of_a_random_number_is_over_with_its_request() {
    each_breaks("random", "panic", &[0]);
}

#[test]
fn r83_r87_a_full_stack_at_any_poll_is_over_with_its_request() {
    each_breaks("poll", "stack", &[5, 40]);
}

#[test]
fn r83_r87_memory_that_is_used_up_at_any_poll_is_over_with_its_request() {
    each_breaks("poll", "memory", &[0]);
}

#[test]
fn r83_r87_a_row_that_throws_when_it_is_read_is_over_with_its_request() {
    each_breaks("row", "unreadable", &[0]);
}
