//! What comes of many changes of number at once, and of many codes for one?
//!
//! Not here: one change after the other (`over_http`).

use tests::crowd::at_once;
use tests::numbers;

use crate::guessing::{counted, guess};
use crate::{ROUNDS, line, slow_down};

#[test]
fn r25_r30_r56_parallel_wrong_codes_of_a_change_never_pass_the_limit() {
    for delay_ms in ROUNDS {
        let (old, new) = (numbers::fresh(), numbers::fresh());
        let browser = line().browser();
        browser.sign_in(&old);
        assert_eq!(browser.change_number(&new).outcome(), "202");
        let code = line().telephone().code(&new);
        slow_down(&new, delay_ms);
        let tabs: Vec<_> = (0..60).map(|_| browser.clone()).collect();
        let outcomes = at_once(tabs.len(), |n| {
            tabs[n].verify_number(&guess(&code, n)).outcome()
        });
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
        for n in 0..5 {
            browser.clone().verify_number(&guess(&code, 200 + n));
        }
        let asked = line().telephone().asked("verify", &new);
        assert_eq!(asked, 5, "{delay_ms} ms: {outcomes:?}");
        let late = browser.verify_number(&code).outcome();
        assert_eq!(late, "410 challenge_exhausted");
        assert_eq!(line().telephone().asked("verify", &new), 5);
    }
}

#[test]
fn r26_r30_r56_parallel_right_codes_of_a_change_are_asked_once() {
    for delay_ms in ROUNDS {
        let (old, new) = (numbers::fresh(), numbers::fresh());
        let browser = line().browser();
        browser.sign_in(&old);
        assert_eq!(browser.change_number(&new).outcome(), "202");
        let code = line().telephone().code(&new);
        slow_down(&new, delay_ms);
        let tabs: Vec<_> = (0..30).map(|_| browser.clone()).collect();
        let outcomes = at_once(tabs.len(), |n| tabs[n].verify_number(&code).outcome());
        let outcomes = counted(outcomes);
        assert_eq!(outcomes.get("204"), Some(&1), "{outcomes:?}");
        assert!(
            outcomes.keys().all(
                |outcome| ["204", "409 check_in_progress", "410 no_challenge"]
                    .contains(&outcome.as_str())
            ),
            "{outcomes:?}"
        );
        assert_eq!(line().telephone().asked("verify", &new), 1);
    }
}

#[test]
fn r56_of_twenty_changes_at_once_five_are_begun_and_one_is_finished() {
    let browser = line().browser();
    let session = browser.sign_in(&numbers::fresh());
    let wanted: Vec<_> = (0..20).map(|_| numbers::fresh()).collect();
    let tabs: Vec<_> = wanted.iter().map(|_| browser.clone()).collect();
    let outcomes = at_once(tabs.len(), |n| tabs[n].change_number(&wanted[n]).outcome());
    let begun: Vec<_> = (0..20).filter(|n| outcomes[*n] == "202").collect();
    assert_eq!(begun.len(), 5, "{outcomes:?}");
    let others = counted(outcomes).remove("429 too_many_changes");
    assert_eq!(others, Some(15));
    for (n, phone) in wanted.iter().enumerate() {
        let sent = u64::from(begun.contains(&n));
        assert_eq!(line().telephone().asked("send", phone), sent, "{n}");
    }

    let outcomes = at_once(begun.len(), |n| {
        let place = begun[n];
        let code = line().telephone().code(&wanted[place]);
        tabs[place].verify_number(&code).outcome()
    });
    let won: Vec<_> = (0..5).filter(|n| outcomes[*n] == "204").collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    assert_eq!(counted(outcomes).get("410 no_challenge"), Some(&4));
    // One wait for all: they were texted at the same time.
    let first = line().browser();
    let winner = &wanted[begun[won[0]]];
    assert_eq!(first.patiently(|it| it.ask_code(winner)).outcome(), "202");
    let signed_in = first.verify(&line().telephone().code(winner)).json();
    assert_eq!(signed_in["subject"], session["subject"]);
    for n in begun {
        if wanted[n] != *winner {
            let other = line().browser().sign_in(&wanted[n]);
            assert_eq!(other["new_account"], true, "{other}");
            assert_ne!(other["subject"], session["subject"]);
        }
    }
}
