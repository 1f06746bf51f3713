//! How many codes can be tried, and how many sessions come of one?
//!
//! Not here: the same press of the button more than once (`repeats`); codes of a change of number (`changes`).

use std::collections::{BTreeMap, BTreeSet};

use tests::browser::Browser;
use tests::crowd::in_a_crowd;
use tests::numbers;

use crate::{ROUNDS, line, slow_down};

/// A place where codes are tried (R30). Whatever holds of one holds of all.
struct Door {
    /// Somebody to whose new number or address a code was sent.
    asks: fn() -> (Browser<'static>, String),
    /// What is answered to a code.
    tries: fn(&Browser<'_>, &str) -> String,
    /// What a right code gets.
    opens: &'static str,
}

const DOORS: [Door; 6] = [
    Door {
        asks: || {
            let (browser, phone) = (line().browser(), numbers::fresh());
            assert_eq!(browser.ask_code(&phone).outcome(), "202");
            (browser, phone)
        },
        tries: |browser, code| browser.verify(code).outcome(),
        opens: "200",
    },
    Door {
        asks: || {
            let (browser, phone) = (line().browser(), numbers::fresh());
            browser.sign_in(&numbers::fresh());
            assert_eq!(browser.change_number(&phone).outcome(), "202");
            (browser, phone)
        },
        tries: |browser, code| browser.verify_number(code).outcome(),
        opens: "204",
    },
    // Both again, by e-mail.
    Door {
        asks: || {
            let (browser, address) = (line().browser(), numbers::fresh_email());
            assert_eq!(browser.ask_code_to(&address).outcome(), "202");
            (browser, address)
        },
        tries: |browser, code| browser.verify(code).outcome(),
        opens: "200",
    },
    Door {
        asks: || {
            let (browser, address) = (line().browser(), numbers::fresh_email());
            browser.sign_in(&numbers::fresh());
            assert_eq!(browser.change_email(&address).outcome(), "202");
            (browser, address)
        },
        tries: |browser, code| browser.verify_email(code).outcome(),
        opens: "204",
    },
    // The page for those who have no script.
    Door {
        asks: || {
            let (browser, phone) = (line().browser(), numbers::fresh());
            let sent = browser.fills_in("/login", &[("phone", &phone)]);
            assert_eq!(sent.place(), Some("/login/code"));
            (browser, phone)
        },
        tries: |browser, code| browser.types_code(code).page_outcome(),
        opens: "303",
    },
    // Whoever has the ticket, which stands here beside the cookies.
    Door {
        asks: || {
            let (browser, phone) = (line().browser(), numbers::fresh());
            let ticket = line().ticket(&phone);
            assert_eq!(browser.sends_for(&ticket).outcome(), "202");
            browser.jar().put(TICKET, &ticket);
            (browser, phone)
        },
        tries: |browser, code| {
            let ticket = browser.jar().get(TICKET).map(str::to_owned);
            browser.verifies_for(&ticket.unwrap(), code).outcome()
        },
        opens: "200",
    },
];

const TICKET: &str = "ticket";

#[test]
fn r25_r30_r31_parallel_wrong_codes_never_pass_the_limit() {
    for Door { asks, tries, .. } in DOORS {
        for delay_ms in ROUNDS {
            let (browser, phone) = asks();
            let code = line().telephone().code(&phone);
            slow_down(&phone, delay_ms);
            let thieves: Vec<_> = (0..200).map(|_| browser.clone()).collect();
            let outcomes = in_a_crowd(thieves.len(), |n| tries(&thieves[n], &guess(&code, n)));
            let outcomes = counted(outcomes);
            assert!(
                outcomes.keys().all(|outcome| [
                    "422 wrong_code",
                    "409 check_in_progress",
                    "410 challenge_exhausted"
                ]
                .contains(&outcome.as_str())),
                "{outcomes:?}"
            );
            // Whoever was turned away because of the lease comes back.
            for n in 0..5 {
                tries(&browser.clone(), &guess(&code, 200 + n));
            }
            let asked = line().telephone().asked("verify", &phone);
            assert_eq!(asked, 5, "{delay_ms} ms: {outcomes:?}");
            assert_eq!(
                tries(&browser, &code),
                "410 challenge_exhausted",
                "the right code is one too many"
            );
            assert_eq!(line().telephone().asked("verify", &phone), 5);
        }
    }
}

#[test]
fn r26_r30_r31_parallel_right_codes_are_right_exactly_once() {
    for Door { asks, tries, opens } in DOORS {
        for delay_ms in ROUNDS {
            let (browser, phone) = asks();
            let code = line().telephone().code(&phone);
            slow_down(&phone, delay_ms);
            let tabs: Vec<_> = (0..50).map(|_| browser.clone()).collect();
            let outcomes = in_a_crowd(tabs.len(), |n| tries(&tabs[n], &code));
            let outcomes = counted(outcomes);
            assert_eq!(outcomes.get(opens), Some(&1), "{outcomes:?}");
            assert!(
                outcomes.keys().all(
                    |outcome| [opens, "409 check_in_progress", "410 no_challenge"]
                        .contains(&outcome.as_str())
                ),
                "{outcomes:?}"
            );
            // Those who were turned away come back, and it is used up.
            let again = in_a_crowd(tabs.len(), |_| tries(&browser.clone(), &code));
            assert_eq!(counted(again), [("410 no_challenge".to_owned(), 50)].into());
            assert_eq!(line().telephone().asked("verify", &phone), 1);
        }
    }
}

#[test]
fn r55_parallel_first_logins_of_one_number_create_one_account() {
    let phone = numbers::fresh();
    let (laptop, telephone) = (line().browser(), line().browser());
    laptop.ask_code(&phone);
    let first = line().telephone().code(&phone);
    let asked = telephone.patiently(|browser| browser.ask_code(&phone));
    assert_eq!(asked.status, 202);
    let second = line().telephone().code(&phone);
    slow_down(&phone, 50);

    let tabs: Vec<_> = (0..100)
        .map(|n| if n % 2 == 0 { &laptop } else { &telephone })
        .map(Browser::clone)
        .collect();
    let answers = in_a_crowd(tabs.len(), |n| {
        let code = if n % 2 == 0 { &first } else { &second };
        tabs[n].verify(code)
    });
    let sessions: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(tests::answer::Answer::json)
        .collect();
    assert_eq!(sessions.len(), 2, "one for each code: {answers:?}");
    let subjects: BTreeSet<_> = sessions
        .iter()
        .map(|session| session["subject"].to_string())
        .collect();
    assert_eq!(subjects.len(), 1);
    let created = sessions
        .iter()
        .filter(|session| session["new_account"] == true);
    assert_eq!(created.count(), 1);
}

/// The nth wrong code of the same length.
fn guess(code: &str, n: usize) -> String {
    let code: usize = code.parse().unwrap();
    format!("{:06}", (code + 1 + n) % 1_000_000)
}

pub(crate) fn counted(outcomes: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for outcome in outcomes {
        *counts.entry(outcome).or_default() += 1;
    }
    counts
}
