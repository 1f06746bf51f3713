//! Is a passkey good that is chosen on a page that was open for long?
//!
//! Not here: pages that were opened a moment ago (`passkeys`).

use crate::flow::passkeys::Ceremony;

use super::passkeys::{OPTIONS, awaiting};
use super::*;

/// What the worker gave anew.
const NEWER: &str = "{newer}";

fn newer() -> Reply {
    Reply::Options(Ok(NEWER.into()))
}

#[test]
fn what_the_field_offers_them_with_is_replaced_before_the_worker_forgets_it() {
    let mut told = awaiting();
    assert_eq!(told.flow.wakes_in(told.now), Some(120_000));
    told = told.seconds_later(119);
    assert_eq!(
        (told.asked(), told.flow.wakes_in(told.now)),
        (None, Some(1000))
    );
    told = told.then(Event::Number("091".to_owned())).seconds_later(1);
    assert_eq!(told.asked(), Some(&Ask::UsePasskey));
    assert!(told.flow.notice.is_some(), "what was said still holds");
    assert_eq!(told.flow.at_work(), None, "nobody waits for it");
    let meanwhile = told.ceremony();
    assert_eq!(
        meanwhile,
        Some(Ceremony::Await(OPTIONS)),
        "who is about to choose goes on"
    );
    told = told.answered(newer());
    assert_eq!(told.ceremony(), Some(Ceremony::Await(NEWER)));
    assert_eq!(told.flow.wakes_in(told.now), Some(120_000), "and so on");
}

#[test]
fn nobody_asks_again_and_again_for_what_does_not_come() {
    let told = awaiting().seconds_later(120);
    let told = told.answered(Reply::Options(Err(Failure::NoAnswer)));
    assert_eq!(told.flow.wakes_in(told.now), Some(120_000));
    assert_eq!(told.ceremony(), Some(Ceremony::Await(OPTIONS)));
}

#[test]
fn a_page_that_nobody_sees_asks_once_it_is_seen() {
    for (goes, comes) in [
        (Event::Visible(false), Event::Visible(true)),
        (Event::Online(false), Event::Online(true)),
    ] {
        let mut told = awaiting().then(goes);
        assert_eq!(told.flow.wakes_in(told.now), None);
        told = told.seconds_later(3600);
        assert_eq!(told.asked(), None);
        told = told.then(comes);
        if told.asked().is_none() {
            assert_eq!(told.flow.wakes_in(told.now), Some(0));
            told = told.then(Event::Tick);
        }
        assert_eq!(told.asked(), Some(&Ask::UsePasskey));
    }
}

#[test]
fn whoever_asks_for_it_on_an_old_page_shows_their_finger_once() {
    let told = awaiting().then(Event::Visible(false)).seconds_later(3600);
    let mut told = told.then(Event::UsePasskey);
    assert_eq!(told.asked(), Some(&Ask::UsePasskey));
    assert_eq!(told.ceremony(), None, "not with what is forgotten");
    told = told.answered(newer());
    assert_eq!(told.ceremony(), Some(Ceremony::Use(NEWER)));
    // Also where something new was under way already, which nobody waited for.
    let told = awaiting().seconds_later(120).then(Event::UsePasskey);
    assert_eq!((told.asked(), told.ceremony()), (None, None));
    let told = told.answered(newer());
    assert_eq!(told.ceremony(), Some(Ceremony::Use(NEWER)));
}
