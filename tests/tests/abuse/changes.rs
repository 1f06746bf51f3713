//! What comes of many changes of number at once?
//!
//! Not here: many codes for one (`guessing`); one change after the other (`over_http`).

use tests::crowd::in_a_crowd;
use tests::numbers;

use crate::guessing::counted;
use crate::line;

#[test]
fn r56_of_twenty_changes_at_once_five_are_begun_and_one_is_finished() {
    let browser = line().browser();
    let session = browser.sign_in(&numbers::fresh());
    let wanted: Vec<_> = (0..20).map(|_| numbers::fresh()).collect();
    let tabs: Vec<_> = wanted.iter().map(|_| browser.clone()).collect();
    let outcomes = in_a_crowd(tabs.len(), |n| tabs[n].change_number(&wanted[n]).outcome());
    let begun: Vec<_> = (0..20).filter(|n| outcomes[*n] == "202").collect();
    assert_eq!(begun.len(), 5, "{outcomes:?}");
    let others = counted(outcomes).remove("429 too_many_changes");
    assert_eq!(others, Some(15));
    for (n, phone) in wanted.iter().enumerate() {
        let sent = u64::from(begun.contains(&n));
        assert_eq!(line().telephone().asked("send", phone), sent, "{n}");
    }

    let outcomes = in_a_crowd(begun.len(), |n| {
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
