//! What comes of a login when Turnstile or the operator's webhook fails?
//!
//! Each is asked by a worker of its own. Not here: the provider (`sending`, `checking`); what a token is good for (`abuse`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use protocol::messages::path;
use serde_json::{Value, json};
use tests::broken::{self, Failing};
use tests::crowd::a_few_at_a_time;
use tests::line::Line;
use tests::matrix::Seen;
use tests::numbers;
use tests::site::Site;
use tests::siteverify::{SECRET, SITE_KEY};
use tests::work::solved;

use crate::{assert_in_time, my_turn};

/// Who fails how, by a word that stands in what is asked for them.
#[derive(Clone, Debug, Default)]
struct Fates(Arc<Mutex<HashMap<String, Failing>>>);

impl Fates {
    fn set(&self, word: &str, failing: &Failing) {
        let mut fates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        fates.insert(word.to_owned(), failing.clone());
    }

    /// A server whose fate is that of whom it is asked about. Others get no answer. Where it is.
    fn serve(&self) -> String {
        let fates = self.0.clone();
        let port = broken::serve(move |asked| {
            let fates = fates.lock().unwrap_or_else(PoisonError::into_inner);
            let fate = fates.iter().find(|(word, _)| asked.contains(*word));
            fate.map_or(Failing::HungUp, |(_, failing)| failing.clone())
        });
        format!("http://127.0.0.1:{port}/it")
    }
}

#[test]
fn r79_r80_r86_a_token_that_turnstile_does_not_vouch_for_sends_nothing_and_work_does() {
    let _turn = my_turn();
    let (fates, sink) = (Fates::default(), Site::showing("never"));
    let line = Line::with(&[
        ("BOT_CHECK", "always"),
        ("TURNSTILE_SITE_KEY", SITE_KEY),
        ("TURNSTILE_SECRET", SECRET),
        ("TURNSTILE_URL", &fates.serve()),
    ]);
    let all = Failing::all(&sink.sibling_origin());
    a_few_at_a_time(all.len(), |n| {
        let (failing, phone, browser) = (&all[n], numbers::fresh(), line.browser());
        let what = failing.name();
        let token = format!("token-{}.", numbers::fresh_attempt());
        fates.set(&token, failing);
        let ask = |proof: Value| {
            browser.post(path::CHALLENGES, &json!({ "phone": phone, "proof": proof }))
        };
        let demand = ask(json!({ "kind": "turnstile", "token": token }));
        assert_eq!(demand.outcome(), "428 proof_required", "{what}");
        assert_in_time(&demand, &what);
        assert_eq!(line.telephone().asked("send", &phone), 0, "{what}");
        Seen {
            table: "Others",
            row: &what,
            column: "Turnstile",
            told: &demand.outcome(),
            texts: Some(0),
        }
        .note();
        let answer = ask(solved(&demand));
        assert_eq!(answer.outcome(), "202", "{what}");
        let code = line.telephone().code(&phone);
        assert_eq!(browser.verify(&code).status, 200, "{what}");
    });
    assert_eq!(sink.visits(), 0, "R79");
}

#[test]
fn r79_r80_a_notice_that_nobody_takes_holds_nobody_up_and_the_log_has_it() {
    let _turn = my_turn();
    let (fates, sink) = (Fates::default(), Site::showing("never"));
    let line = Line::with(&[("ALERT_WEBHOOK", &fates.serve())]);
    let all = Failing::all(&sink.sibling_origin());
    a_few_at_a_time(all.len(), |n| {
        let (failing, browser) = (&all[n], line.browser());
        let what = failing.name();
        let subject = browser.sign_in(&numbers::fresh())["subject"].clone();
        let subject = subject.as_str().expect("an account has an id");
        fates.set(subject, failing);
        let new = numbers::fresh();
        assert_eq!(browser.change_number(&new).status, 202, "{what}");
        let changed = browser.verify_number(&line.telephone().code(&new));
        assert_eq!(changed.outcome(), "204", "{what}");
        assert_in_time(&changed, &what);
        assert_eq!(browser.session().status, 200, "{what}");
        Seen {
            table: "Others",
            row: &what,
            column: "webhook",
            told: &changed.outcome(),
            texts: None,
        }
        .note();
    });
    // What was not taken is in the log, as is what was.
    let lost = all.iter().filter(|failing| !failing.looks_well()).count();
    let since = Instant::now();
    let count = |words| line.log().matches(words).count();
    while count("ALERT_WEBHOOK did not take an alert") < lost {
        assert!(since.elapsed() < Duration::from_secs(15), "{}", line.log());
    }
    assert_eq!(count("ALERT_WEBHOOK did not take an alert"), lost);
    assert_eq!(count(r#""event":"number_changed""#), all.len());
    assert_eq!(sink.visits(), 0, "R79");
}
