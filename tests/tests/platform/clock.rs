//! What holds when the machine's clock is set while people sign in?
//!
//! Not here: the rules, which are handed the time (`login`).

use protocol::messages::path;
use serde_json::Value;
use tests::line::Line;
use tests::matrix::Seen;
use tests::numbers;
use ureq::http::Method;

use crate::{Turn, worker};

/// The platform's clock shows another time from now on: so many seconds ahead, or back.
pub(crate) fn shows(line: &Line, seconds: i64) {
    let browser = line.browser();
    let mut request = browser.request(Method::GET, path::HEALTH, None);
    let millis = (seconds * 1000).to_string().parse().unwrap();
    request.headers_mut().insert("x-clock", millis);
    assert_eq!(browser.send(request).status, 200);
}

/// What time it is for the worker, by a session that it opens.
fn now(line: &Line) -> u64 {
    let session: Value = line.browser().sign_in(&numbers::fresh());
    session["authenticated_at"].as_u64().unwrap()
}

fn note(row: &str, column: &str, told: &str) {
    Seen {
        table: "The clock",
        row,
        column,
        told,
        texts: None,
    }
    .note();
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

#[test]
fn r31_r83_no_step_of_the_machine_s_clock_lets_anybody_in_or_locks_them_out_for_good() {
    let _turn = Turn::Alone.mine();
    let line = worker::line(&[]);
    let before = now(&line);
    let (inside, waiting, phone) = (line.browser(), line.browser(), numbers::fresh());
    inside.sign_in(&numbers::fresh());
    waiting.ask_code(&phone);
    let code = line.telephone().code(&phone);

    shows(&line, 24 * 3600);
    let ahead = now(&line);
    assert!(
        (DAY..DAY + HOUR).contains(&(ahead - before)),
        "{before}, {ahead}"
    );
    let late = waiting.verify(&code).outcome();
    note("verify", "a day ahead", &late);
    assert_eq!(late, "410 no_challenge", "R31");
    let session = inside.session().outcome();
    note("session", "a day ahead", &session);
    assert_eq!(session, "401 session_expired");
    assert_eq!(
        inside.renew().status,
        200,
        "a session lives for thirty days"
    );
    let (early, early_phone) = (line.browser(), numbers::fresh());
    assert_eq!(early.ask_code(&early_phone).status, 202);

    // The clock is set right. Nobody has to wait until tomorrow, and no text is given away.
    shows(&line, 0);
    assert!(now(&line) < before + HOUR);
    let again = early.ask_code(&early_phone);
    note("send again", "set right", &again.outcome());
    assert_eq!(again.outcome(), "429 send_too_soon");
    let wait = again.retry_after().unwrap().as_secs();
    assert!(wait <= HOUR, "locked out for {wait} s");
    let right = early.verify(&line.telephone().code(&early_phone)).outcome();
    note("verify", "set right", &right);

    // Back, while a code is under way.
    let (person, phone) = (line.browser(), numbers::fresh());
    person.ask_code(&phone);
    shows(&line, -3600);
    let more = person.ask_code(&phone);
    note("send again", "an hour back", &more.outcome());
    assert_eq!(more.outcome(), "429 send_too_soon", "no budget is refilled");
    assert!(more.retry_after().unwrap().as_secs() <= HOUR);
    let verified = person.verify(&line.telephone().code(&phone)).outcome();
    note("verify", "an hour back", &verified);
    line.browser().sign_in(&numbers::fresh());
}
