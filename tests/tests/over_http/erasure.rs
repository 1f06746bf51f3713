//! What is left of a person who has their account erased?
//!
//! On a worker of its own, whose disk is searched. Not here: crashes in the middle of it (`login`).

use protocol::messages::path;
use serde_json::json;
use tests::browser::Browser;
use tests::cookies::{BROWSER, CHALLENGE, SESSION};
use tests::line::Line;
use tests::numbers;
use ureq::http::Method;

use crate::disk::{Disk, forms_of};
use crate::line;

/// Nobody else's sessions are called so.
const LABEL: &str = "Samsung Internet on ChromeOS";

fn sign_in(line: &Line, browser: &Browser<'_>, phone: &str) -> String {
    let asked = browser.ask_code(phone);
    assert_eq!(asked.status, 202, "{asked:?}");
    let code = line.telephone().code(phone);
    let mut request = browser.verify_request(&numbers::fresh_attempt(), &code);
    let agent = "Mozilla/5.0 (X11; CrOS x86_64) SamsungBrowser/28.0".parse();
    request.headers_mut().insert("user-agent", agent.unwrap());
    let signed_in = browser.send(request);
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    let subject = signed_in.json()["subject"].clone();
    subject.as_str().unwrap().to_owned()
}

#[test]
fn r65_r89_nothing_of_an_erased_person_is_left_on_the_disk() {
    let line = Line::start();
    let (person, bystander) = (numbers::fresh(), numbers::fresh());
    let browser = line.browser();
    let other = line.browser().sign_in(&bystander)["subject"].clone();
    let subject = sign_in(&line, &browser, &person);
    let mut needles = vec![subject.clone(), LABEL.to_owned(), browser.session_id()];
    // Rows grow and shrink, so that SQLite has moved them about.
    for _ in 0..5 {
        assert_eq!(browser.renew().status, 200);
    }
    // The known browser need not wait for another text.
    assert_eq!(sign_in(&line, &browser, &person), subject);
    needles.push(browser.session_id());
    let account = browser.account();
    assert_eq!(account.json()["subject"], subject.as_str());
    assert_eq!(account.json()["known_browsers"], 1);
    for form in forms_of(&person) {
        let form = String::from_utf8_lossy(&form).into_owned();
        assert!(!account.text().contains(&form), "{form}");
    }
    let before = Disk::of(&line);
    for needle in &needles {
        assert!(!before.holding(needle).is_empty(), "{needle} is stored");
    }

    let erased = browser.erase();
    assert_eq!(erased.status, 204, "{erased:?}");
    for cookie in [SESSION, CHALLENGE, BROWSER] {
        assert_eq!(browser.jar().get(cookie), None, "{cookie}");
    }
    let disk = Disk::of(&line);
    for needle in &needles {
        let mut found = disk.holding(needle);
        // workerd's own list of the alarms that are due names each object, and so the account's id; nothing else is in it.
        found.retain(|file| !(file.contains("metadata.sqlite") && *needle == subject));
        assert_eq!(found, [""; 0], "{needle}");
    }
    for form in forms_of(&person) {
        assert_eq!(disk.holding(&form), [""; 0], "{form:?}");
    }
    assert!(!disk.holding(other.as_str().unwrap()).is_empty());
    let log = line.log();
    let events: Vec<_> = log
        .lines()
        .filter(|told| told.contains(r#""event":"erase""#))
        .collect();
    let told = format!(r#""outcome":"done","subject":"{subject}""#);
    // The first one did not know the anti-forgery value.
    assert_eq!(events.len(), 2, "{events:?}");
    assert!(events[1].contains(&told), "{events:?}");
}

#[test]
fn r65_an_erased_account_is_over_everywhere_at_once_and_no_text_is_given_back() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.sign_in(&phone);
    let (copy, waiting) = (browser.clone(), browser.clone());
    // A login is under way in the known browser, which need not wait for its text.
    assert_eq!(waiting.ask_code(&phone).status, 202);
    let code = line().telephone().code(&phone);
    assert_eq!(browser.erase().status, 204);
    assert_eq!(copy.session().outcome(), "401 session_ended");
    assert_eq!(waiting.verify(&code).outcome(), "410 no_challenge");
    // Two texts stay counted, so the third waits longer than a first one would.
    let early = line().browser().ask_code(&phone);
    assert_eq!(early.outcome(), "429 send_too_soon");
    let wait = early.retry_after().unwrap();
    assert!(wait.as_secs() > 30, "{wait:?}");
}

#[test]
fn r65_an_account_is_erased_by_whoever_knows_its_session_and_by_the_operator() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let subject = browser.sign_in(&phone)["subject"].clone();
    let forged = json!({ "anti_forgery": "AAAA" });
    let request = browser.request(Method::DELETE, path::ACCOUNT, Some(&forged));
    assert_eq!(browser.send(request).outcome(), "403 cross_site");
    let stranger = line().browser().erase();
    assert_eq!(stranger.outcome(), "401 not_signed_in");
    assert_eq!(browser.session().status, 200);
    assert_eq!(line().admin(&["erase", &phone]).unwrap(), "done\n");
    assert_eq!(browser.session().outcome(), "401 session_ended");
    let subject = subject.as_str().unwrap();
    assert_eq!(line().admin(&["erase", subject]).unwrap(), "done\n");
    let told = line().admin(&["--json", "look-up", &phone]).unwrap();
    assert!(told.contains(r#""user":null"#), "{told}");
    // Its one text stays counted, and then the number begins anew.
    let again = line().browser();
    let asked = again.patiently(|browser| browser.ask_code(&phone));
    assert_eq!(asked.status, 202, "{asked:?}");
    let session = again.verify(&line().telephone().code(&phone)).json();
    assert_eq!(session["new_account"], true);
    assert_ne!(session["subject"], subject);
    let log = line().log();
    let mut acts = log.lines().filter(|line| line.contains("admin_erase"));
    assert!(acts.any(|act| act.contains(subject)));
}
