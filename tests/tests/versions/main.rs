//! Do two versions of the worker share their records?
//!
//! A deploy is followed by a roll-back, and while either spreads, both are at work on one state. Not here: that the form of each record
//! is pinned (`login`); a restart of one version (`over_http`, `power`).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

#[expect(dead_code, reason = "it is made for power cuts, too")]
#[path = "../power/provider.rs"]
mod provider;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tests::cookies::Jar;
use tests::line::Line;
use tests::matrix::Seen;
use tests::numbers;

use provider::Provider;

/// People at every stage of a login, with what they have in hand.
struct People {
    waiting: (Jar, String),
    inside: (Jar, Value),
    /// Whose account has had another number.
    changed: (String, Value),
    /// Who has been sent a code to the number that their account is to have.
    changing: (Jar, String),
    /// Who has been sent a code for a site's ticket.
    proving: (String, String),
    /// Who has just been sent a text, and may have no other yet.
    texted: String,
}

impl People {
    fn at_every_stage(line: &Line, provider: &Provider) -> Self {
        let code = |phone: &str| provider.telephone().code(phone);
        let sign_in = |phone: &str| {
            let browser = line.browser();
            assert_eq!(browser.ask_code(phone).status, 202);
            let session = browser.verify(&code(phone));
            assert_eq!(session.status, 200, "{session:?}");
            (browser, session.json()["subject"].clone())
        };
        let fresh = numbers::fresh;
        let (waiting, waiting_phone) = (line.browser(), fresh());
        assert_eq!(waiting.ask_code(&waiting_phone).status, 202);
        let (inside, subject) = sign_in(&fresh());
        let (changed, changed_subject) = sign_in(&fresh());
        let changed_phone = fresh();
        assert_eq!(changed.change_number(&changed_phone).status, 202);
        let taken = changed.verify_number(&code(&changed_phone));
        assert_eq!(taken.status, 204, "{taken:?}");
        let (changing, _) = sign_in(&fresh());
        let changing_phone = fresh();
        assert_eq!(changing.change_number(&changing_phone).status, 202);
        let proving_phone = fresh();
        let ticket = line.ticket(&proving_phone);
        assert_eq!(line.browser().sends_for(&ticket).status, 202);
        let texted = fresh();
        assert_eq!(line.browser().ask_code(&texted).status, 202);
        let jar = |browser: tests::browser::Browser<'_>| browser.jar().clone();
        Self {
            waiting: (jar(waiting), waiting_phone),
            inside: (jar(inside), subject),
            changed: (changed_phone, changed_subject),
            changing: (jar(changing), changing_phone),
            proving: (ticket, proving_phone),
            texted,
        }
    }

    /// Each of them goes on with the other version.
    fn go_on(&self, line: &Line, provider: &Provider, column: &str) {
        let code = |phone: &str| provider.telephone().code(phone);
        let note = |row, outcome: &str| {
            Seen {
                table: "Two versions",
                row,
                column,
                told: outcome,
                texts: None,
            }
            .note();
            outcome.to_owned()
        };
        let early = line.browser().ask_code(&self.texted).outcome();
        assert_eq!(note("send again", &early), "429 send_too_soon", "{column}");
        let (jar, phone) = &self.waiting;
        let verified = line.browser_with(jar.clone()).verify(&code(phone));
        assert_eq!(note("verify", &verified.outcome()), "200", "{column}");
        let (jar, subject) = &self.inside;
        let inside = line.browser_with(jar.clone());
        let session = inside.session();
        assert_eq!(note("session", &session.outcome()), "200", "{column}");
        assert_eq!(&session.json()["subject"], subject, "{column}");
        assert_eq!(note("renew", &inside.renew().outcome()), "200", "{column}");
        let copy = inside.clone();
        assert_eq!(
            note("logout", &inside.logout().outcome()),
            "204",
            "{column}"
        );
        assert_eq!(copy.session().outcome(), "401 session_ended", "{column}");
        let (phone, subject) = &self.changed;
        let known = line.admin(&["look-up", phone]).unwrap();
        assert!(
            known.contains(subject.as_str().unwrap()),
            "R56: {column}: {known}"
        );
        let (jar, phone) = &self.changing;
        let changing = line.browser_with(jar.clone());
        let taken = changing.verify_number(&code(phone)).outcome();
        assert_eq!(note("number/verify", &taken), "204", "{column}");
        let (ticket, phone) = &self.proving;
        let proved = line.browser().verifies_for(ticket, &code(phone)).outcome();
        assert_eq!(note("step-up/verify", &proved), "200", "{column}");
    }
}

/// One version, and then the other on the same state.
fn hand_over(
    first: Option<PathBuf>,
    meanwhile: impl FnOnce(&Path),
    second: Option<PathBuf>,
    column: &str,
) {
    let provider = Provider::start();
    let settings = provider.settings();
    let line = match first {
        Some(worker) => Line::of_worker(&worker, &settings),
        None => Line::with(&settings),
    };
    let people = People::at_every_stage(&line, &provider);
    let line = line.restarted_after(meanwhile, second, &settings);
    people.go_on(&line, &provider, column);
}

/// Changes every record in this folder, as JSON in SQL.
fn edit(folder: &Path, change: &str) {
    let mut edited = 0;
    for kind in fs::read_dir(folder.join("objects")).unwrap() {
        for file in fs::read_dir(kind.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|it| it == "sqlite") {
                let update = format!("UPDATE record SET json = {change}; SELECT changes();");
                let edit = Command::new("sqlite3").arg(&path).arg(update).output();
                let edit = edit.expect("sqlite3 is there (on Debian: sqlite3)");
                let rows = String::from_utf8_lossy(&edit.stdout)
                    .trim()
                    .parse::<usize>();
                edited += rows.unwrap_or_default();
            }
        }
    }
    assert!(edited > 10, "{edited} records");
}

#[test]
fn r85_records_of_a_newer_version_hold_more_than_this_one_knows_and_are_read() {
    let more = "json_set(json, '$.newer', json('{\"a\":[1,null]}'), '$.challenges[0].newer', 7, \
                '$.strangers.newer', true, '$.sessions[0].newer', 'x')";
    hand_over(None, |folder| edit(folder, more), None, "more fields");
}

#[test]
fn r85_records_of_an_older_version_lack_what_this_one_added_and_are_read() {
    let less = "json_remove(json, '$.last_login', '$.streak', '$.browsers', '$.proofs', '$.watch', '$.shard')";
    hand_over(None, |folder| edit(folder, less), None, "fewer fields");
}

#[test]
#[ignore = "it takes the worker of another revision: cargo xtask faults --before REV"]
fn r85_two_versions_of_the_worker_take_over_from_each_other() {
    let before = env::var_os("SMS_LOGIN_BEFORE").expect("cargo xtask faults --before REV names it");
    let before = PathBuf::from(before);
    hand_over(Some(before.clone()), |_| {}, None, "before, then now");
    hand_over(None, |_| {}, Some(before), "now, then before");
}
