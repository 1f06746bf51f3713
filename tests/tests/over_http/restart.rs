//! What does the worker still know after it was ended and started again?
//!
//! Not here: what it knows meanwhile.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::messages::path;
use sha2::{Digest as _, Sha256};
use tests::cookies::SESSION;
use tests::crowd::at_once;
use tests::line::Line;
use tests::numbers;

use crate::tokens::verify_elsewhere;

#[test]
fn r85_accounts_sessions_and_what_was_used_up_survive_a_restart() {
    let line = Line::start();
    let (signed_in, signed_out) = (line.browser(), line.browser());
    let session = signed_in.sign_in(&numbers::fresh());
    signed_out.sign_in(&numbers::fresh());
    let copy = signed_out.clone();
    signed_out.logout();

    let exhausted_phone = numbers::fresh();
    let exhausted = line.browser();
    exhausted.ask_code(&exhausted_phone);
    let code = line.telephone().code(&exhausted_phone);
    for _ in 0..5 {
        exhausted.clone().verify(&numbers::wrong(&code));
    }
    let waiting_phone = numbers::fresh();
    let waiting = line.browser();
    waiting.ask_code(&waiting_phone);
    waiting.verify(&numbers::wrong(&line.telephone().code(&waiting_phone)));

    let [signed_in, copy, exhausted, waiting] =
        [&signed_in, &copy, &exhausted, &waiting].map(|browser| browser.jar().clone());
    let line = line.restarted(&[]);
    let [signed_in, copy, exhausted, waiting] =
        [signed_in, copy, exhausted, waiting].map(|cookies| line.browser_with(cookies));
    assert_eq!(signed_in.session().json(), session);
    assert_eq!(signed_in.renew().json()["subject"], session["subject"]);
    assert_eq!(copy.session().outcome(), "401 session_ended");
    assert_eq!(exhausted.verify(&code).outcome(), "410 challenge_exhausted");
    // The text of before still holds the next one up, and the try of before is used up.
    let again = line.browser().ask_code(&waiting_phone);
    assert_eq!(again.outcome(), "429 send_too_soon");
    assert_eq!(waiting.resend().outcome(), "429 send_too_soon");
    assert_eq!(line.telephone().asked_by_anybody("send"), 0);
}

#[test]
fn r52_keys_are_changed_without_signing_anybody_out() {
    let (old, new) = (key("k1", "old"), key("k2", "new"));
    let both = format!("{new},{old}");
    let line = Line::with(&[("SIGNING_KEYS", &old), ("SEALING_KEYS", &key("s1", "old"))]);
    let person = line.browser();
    person.sign_in(&numbers::fresh());
    let old_token = person.jar().get(SESSION).unwrap().to_owned();
    let cookies = person.jar().clone();

    // Both are published, the new one signs.
    let sealing = format!("{},{}", key("s2", "sealing"), key("s1", "old"));
    let line = line.restarted(&[("SIGNING_KEYS", &both), ("SEALING_KEYS", &sealing)]);
    let person = line.browser_with(cookies.clone());
    assert_eq!(person.session().status, 200);
    assert!(verify_elsewhere(&line, &old_token).is_ok());
    assert_eq!(person.renew().status, 200);
    let new_token = person.jar().get(SESSION).unwrap().to_owned();
    let verified = verify_elsewhere(&line, &new_token).unwrap();
    assert_eq!(verified["header"]["kid"], "k2");
    let renewed = person.jar().clone();

    // The old one is withdrawn.
    let line = line.restarted(&[
        ("SIGNING_KEYS", &new),
        ("SEALING_KEYS", &key("s2", "sealing")),
    ]);
    assert_eq!(line.browser_with(renewed).session().status, 200);
    let late = line.browser_with(cookies);
    assert_eq!(late.session().outcome(), "401 not_signed_in");
    assert!(verify_elsewhere(&line, &old_token).is_err());
}

#[test]
fn r52_no_token_is_refused_while_keys_are_announced_used_and_retired_and_none_of_a_retired_key_after()
 {
    const PEOPLE: usize = 12;
    let (old, new) = (key("k1", "before"), key("k2", "after"));
    let (sealed, sealing) = (key("s1", "before"), key("s2", "after"));
    let rings = [
        (old.clone(), sealed.clone()),
        (format!("{old},+{new}"), format!("{sealed},+{sealing}")),
        (format!("{new},{old}"), format!("{sealing},{sealed}")),
        (new, sealing),
    ];
    let set = |(signing, sealing): &(String, String)| {
        [
            ("SIGNING_KEYS", signing.clone()),
            ("SEALING_KEYS", sealing.clone()),
        ]
    };
    let start = set(&rings[0]);
    let mut line = Line::with(&start.each_ref().map(|(name, ring)| (*name, ring.as_str())));
    let mut jars: Vec<_> = at_once(PEOPLE, |_| {
        let person = line.browser();
        person.sign_in(&numbers::fresh());
        person.jar().clone()
    });
    // Stays away while the others renew.
    let sleeper = jars[0].clone();
    for (step, ring) in rings.iter().enumerate().skip(1) {
        let ring = set(ring);
        line = line.restarted(&ring.each_ref().map(|(name, ring)| (*name, ring.as_str())));
        let keys = line.browser().get(path::JWKS).json();
        let published = keys["keys"].as_array().unwrap().len();
        assert_eq!(published, if step == 3 { 1 } else { 2 }, "step {step}");
        jars = at_once(PEOPLE, |n| {
            let person = line.browser_with(jars[n].clone());
            for _ in 0..5 {
                assert_eq!(person.session().status, 200, "step {step}");
                assert_eq!(person.renew().status, 200, "step {step}");
            }
            let login = line.browser();
            let phone = numbers::fresh();
            assert_eq!(login.ask_code(&phone).status, 202, "step {step}");
            let code = line.telephone().code(&phone);
            assert_eq!(login.verify(&code).status, 200, "step {step}");
            person.jar().clone()
        });
    }
    let late = line.browser_with(sleeper);
    assert_eq!(late.clone().session().outcome(), "401 not_signed_in");
    assert_eq!(late.renew().outcome(), "401 not_signed_in");
}

#[test]
fn r53_a_number_keeps_its_account_and_its_login_under_way_when_the_index_key_is_replaced() {
    let old = key("i1", "before");
    let line = Line::with(&[("INDEX_KEYS", &old)]);
    let phone = numbers::fresh();
    let before = line.browser().sign_in(&phone);
    let (waiting_phone, waiting) = (numbers::fresh(), line.browser());
    waiting.ask_code(&waiting_phone);
    let code = line.telephone().code(&waiting_phone);
    let cookies = waiting.jar().clone();

    let both = format!("{},{old}", key("i2", "after"));
    let line = line.restarted(&[("INDEX_KEYS", &both)]);
    let again = line.browser();
    let early = again.ask_code(&phone);
    assert_eq!(early.outcome(), "429 send_too_soon", "its limits moved too");
    // The simulated provider is another one by now and does not know the code, but the worker knows the challenge.
    let waiting = line.browser_with(cookies);
    assert_eq!(waiting.verify(&code).outcome(), "410 no_challenge");
    assert_eq!(line.telephone().asked_by_anybody("verify"), 1);
    let renewed = again.patiently(|browser| browser.ask_code(&phone));
    assert_eq!(renewed.status, 202, "{renewed:?}");
    let after = again.verify(&line.telephone().code(&phone)).json();
    assert_eq!(after["subject"], before["subject"]);
    assert_eq!(after["new_account"], false);

    // Whoever goes back to the old key alone gets nobody a second account.
    let line = line.restarted(&[("INDEX_KEYS", &old)]);
    assert_eq!(line.browser().ask_code(&phone).outcome(), "503 unavailable");
}

/// A key of that id. Any 32 bytes are one.
fn key(id: &str, seed: &str) -> String {
    let bytes = Sha256::digest(format!("{id} {seed}"));
    format!("{id}:{}", URL_SAFE_NO_PAD.encode(bytes))
}
