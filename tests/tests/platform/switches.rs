//! What becomes of a login when nobody says how the operator's switches stand?
//!
//! An instance asks once in thirty seconds, so the clock is set ahead before each request that is to ask. Not here: what the rules make of
//! an answer, and of none (`login`).

use serde_json::json;
use tests::matrix::Seen;

use crate::clock::shows;
use crate::deed::{Deed, Person, TEXTS};
use crate::{CALLS, LONGEST_WAIT, Turn, met, no_text_is_uncounted, worker};

#[test]
fn r80_r83_r86_while_the_switches_cannot_be_read_no_text_is_sent_and_sessions_are_believed() {
    let _turn = Turn::Alone.mine();
    let network = format!("{TEXTS}/100");
    let line = worker::line(&[("SENDS_PER_NETWORK", &network)]);
    let mut ahead = 0;
    for deed in [Deed::Send, Deed::Check, Deed::Look, Deed::Renew] {
        for kind in CALLS {
            let what = format!("{deed:?}, switches {kind}");
            let person = Person::about_to(deed, &line);
            ahead += 60;
            shows(&line, ahead);
            let told = person.does(&json!({ "place": "switches", "kind": kind, "n": 0 }));
            let told = told.unwrap_or_else(|| panic!("R80: {what}: no answer"));
            assert_eq!(met(&told), Some("SITE read-switches"), "{what}");
            assert!(told.took < LONGEST_WAIT, "R80: {what}: {:?}", told.took);
            // A record of which nothing was ever switched is `{}`, too.
            let expected = match kind {
                _ if !deed.sends() => 200,
                "nothing" => 202,
                _ => 503,
            };
            assert_eq!(told.status, expected, "{what}: {told:?}");
            Seen {
                table: "The platform, switches",
                row: deed.name(),
                column: kind,
                told: &told.outcome(),
                texts: deed.sends().then(|| person.texts()),
            }
            .note();
            person.goes_on(&told, &what);
        }
    }
    no_text_is_uncounted(&line);
}
