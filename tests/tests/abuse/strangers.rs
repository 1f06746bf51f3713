//! What can somebody do to another who knows nothing but their number?
//!
//! Not here: how much strangers get before they are refused (`edge/login/tests/it/browsers.rs`).

use protocol::messages::path;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::cookies::{BROWSER, CHALLENGE, SESSION};
use tests::crowd::in_a_crowd;
use tests::numbers::{self, wrong};

use crate::{ROUNDS, line};

#[test]
fn r28_a_stranger_is_made_to_wait_and_a_browser_that_signed_in_before_is_not() {
    let (ana, bo) = (numbers::fresh(), numbers::fresh());
    let mine = line().browser();
    let account = mine.sign_in(&ana);
    let of_bo = line().browser();
    of_bo.sign_in(&bo);

    let known = mine.jar().get(BROWSER).unwrap().to_owned();
    let of_another_number = of_bo.jar().get(BROWSER).unwrap().to_owned();
    let mut touched = known.clone();
    let last = touched.pop().unwrap();
    touched.push(if last == 'A' { 'B' } else { 'A' });
    let session = mine.jar().get(SESSION).unwrap().to_owned();
    for (who, cookie) in [
        ("nobody", None),
        ("the browser of another number", Some(of_another_number)),
        ("a cookie that was touched", Some(touched)),
        ("a token in its place", Some(session)),
        ("an invention", Some("v1.k1.AAAA".to_owned())),
    ] {
        let stranger = line().browser();
        if let Some(cookie) = cookie {
            stranger.jar().put(BROWSER, &cookie);
        }
        let asked = stranger.ask_code(&ana);
        assert_eq!(asked.outcome(), "429 send_too_soon", "{who}");
    }

    let again = line().browser();
    again.jar().put(BROWSER, &known);
    let signed_in = again.sign_in(&ana);
    assert_eq!(signed_in["subject"], account["subject"]);
    let fresh = again.jar().get(BROWSER).unwrap().to_owned();
    assert_ne!(fresh, known, "each login gives another");
    let old = line().browser();
    old.jar().put(BROWSER, &known);
    assert_eq!(old.ask_code(&ana).outcome(), "429 send_too_soon");
}

#[test]
fn r58_what_a_stranger_began_with_a_number_is_no_part_of_its_owners_account() {
    let ana = numbers::fresh();
    let stranger = line().browser();
    assert_eq!(stranger.ask_code(&ana).status, 202);
    let theirs = line().telephone().code(&ana);
    assert_eq!(stranger.verify(&wrong(&theirs)).outcome(), "422 wrong_code");

    let owner = line().browser();
    assert_eq!(owner.patiently(|owner| owner.ask_code(&ana)).status, 202);
    let session = owner.verify(&line().telephone().code(&ana));
    assert_eq!(session.status, 200, "{session:?}");
    assert_eq!(session.json()["new_account"], true);
    let sessions = owner.get(path::SESSIONS).json();
    assert_eq!(sessions["sessions"].as_array().map(Vec::len), Some(1));

    for cookie in [SESSION, BROWSER] {
        assert_eq!(stranger.jar().get(cookie), None);
    }
    assert!(stranger.jar().get(CHALLENGE).is_some());
    let guess = stranger.verify(&wrong(&wrong(&theirs)));
    assert_eq!(guess.outcome(), "422 wrong_code");
    assert_eq!(stranger.session().outcome(), "401 not_signed_in");
}

/// Codes that people would put into a program for themselves, or forget there.
const FIXED: [&str; 10] = [
    "000000", "111111", "123456", "654321", "999999", "112233", "121212", "123123", "777777",
    "424242",
];

#[test]
fn r37_no_code_is_right_but_the_one_that_was_sent() {
    for codes in FIXED.chunks(5) {
        let (browser, phone) = (line().browser(), numbers::fresh());
        browser.ask_code(&phone);
        let sent = line().telephone().code(&phone);
        for code in codes.iter().filter(|code| ***code != *sent) {
            let answer = browser.verify(code);
            assert!(
                matches!(
                    &*answer.outcome(),
                    "422 wrong_code" | "410 challenge_exhausted"
                ),
                "{code}: {answer:?}"
            );
        }
        assert_eq!(browser.jar().get(SESSION), None);
    }
}

/// A name and a value of every header but the cookie's secret part.
fn shape(answer: &Answer) -> Vec<(String, String)> {
    let shown = answer.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let value = match (name.as_str(), value.split_once('=')) {
            ("set-cookie", Some((name, rest))) => {
                let (secret, attributes) = rest.split_once(';').unwrap();
                format!("{name} of {} bytes;{attributes}", secret.len())
            }
            // Drawn for each request.
            ("x-request-id", _) => format!("{} letters", value.len()),
            _ => value,
        };
        (name.to_string(), value)
    });
    shown.filter(|(name, _)| name != "date").collect()
}

#[test]
fn r34_a_number_with_an_account_and_one_without_get_the_same_answers() {
    let with_account = numbers::fresh();
    line().browser().sign_in(&with_account);
    let mut told = Vec::new();
    for phone in [with_account, numbers::fresh()] {
        let browser = line().browser();
        // The login was a moment ago, so both wait for their turn: the one by asking twice.
        let sent = match browser.ask_code(&phone) {
            first if first.status == 202 => first,
            _ => browser.patiently(|browser| browser.ask_code(&phone)),
        };
        let guess = browser.verify(&wrong(&line().telephone().code(&phone)));
        let mut body: Value = sent.json();
        // How long to wait grows with the texts of the hour, whoever they were for.
        body["resend_in"] = json!(0);
        told.push((
            sent.status,
            body,
            shape(&sent),
            guess.status,
            guess.text(),
            shape(&guess),
        ));
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn r61_ending_all_other_sessions_beats_renewals_under_way() {
    for _ in ROUNDS {
        let phone = numbers::fresh();
        let mine = line().browser();
        mine.sign_in(&phone);
        let other = line().browser_with(mine.jar().clone());
        other.jar().take(SESSION);
        other.sign_in(&phone);
        let listed = mine.get(path::SESSIONS).json();
        assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(2));

        let tabs: Vec<_> = (0..49).map(|_| other.clone()).collect();
        let outcomes = in_a_crowd(tabs.len() + 1, |n| match tabs.get(n) {
            Some(tab) => tab.renew().outcome(),
            None => mine.end_sessions(json!({ "others": true })).outcome(),
        });
        assert_eq!(outcomes[tabs.len()], "204", "{outcomes:?}");
        for tab in tabs.iter().chain([&other]) {
            assert!(matches!(
                &*tab.renew().outcome(),
                "401 session_ended" | "401 not_signed_in"
            ));
            assert_ne!(tab.session().status, 200);
        }
        assert_eq!(mine.session().status, 200, "but not the one that asked");
    }
}
