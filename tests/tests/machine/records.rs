//! Do the records come back from a backup, and does nothing come back with them that was over?
//!
//! Not here: what the worker makes of the moment that it is told (`login`).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tests::numbers;

use crate::client::Client;
use crate::worker::{Machine, packed, runs};

const ISSUER: &str = "https://login.example.com";

fn backup(machine: &Machine, file: &Path) {
    let mut script = Command::new(packed().join("backup.sh"));
    script.arg(file).arg(machine.state().join("objects"));
    runs(script.arg(machine.pid().to_string()));
}

fn restore(machine: &Machine, file: &Path) -> Command {
    let mut script = Command::new(packed().join("restore.sh"));
    script
        .arg(file)
        .arg(machine.state())
        .arg(machine.settings());
    script
}

#[test]
fn r54_r85_after_a_restore_accounts_are_those_of_the_backup_and_nothing_that_was_over_lives_again()
{
    let mut machine = Machine::start(ISSUER, &[]);
    let phone = numbers::fresh();
    let (person, waiting) = (machine.client(), machine.client());
    let subject = person.sign_in(&phone, &machine.provider);
    let (stayed, stayed_phone) = (machine.client(), numbers::fresh());
    stayed.sign_in(&stayed_phone, &machine.provider);
    let waiting_phone = numbers::fresh();
    waiting.ask_code(&waiting_phone);
    let code = machine.provider.telephone().code(&waiting_phone);

    let file = machine.state().join("backup.tar");
    backup(&machine, &file);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // What the records of the backup know nothing of: a session is ended, a code is used, an account is made.
    let copies = [person.copy(), waiting.copy()];
    person.logout();
    assert_eq!(copies[0].copy().session().outcome(), "401 session_ended");
    assert_eq!(waiting.verify(&code).outcome(), "200");
    let (late, late_phone) = (machine.client(), numbers::fresh());
    let late_subject = late.sign_in(&late_phone, &machine.provider);

    let refused = restore(&machine, &file).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("somebody has the records open"));
    machine.stops();
    runs(&mut restore(&machine, &file));

    // Without the moment of the restore, the session that was ended would live, and so would the code that was used.
    let moment = machine.settings().join("restored.env");
    let aside = moment.with_extension("aside");
    fs::rename(&moment, &aside).unwrap();
    machine.starts();
    assert_eq!(copies[0].copy().session().outcome(), "200");
    machine.stops();
    fs::rename(&aside, &moment).unwrap();
    machine.starts();
    assert_eq!(copies[0].session().outcome(), "401 session_ended");
    assert_eq!(copies[1].verify(&code).outcome(), "410 no_challenge");
    assert_eq!(stayed.session().outcome(), "401 session_ended");
    assert_eq!(late.session().outcome(), "401 session_ended");

    // Accounts are there, but for those that were made since.
    let back = machine.client();
    assert_eq!(asks_when_allowed(&back, &phone), "202");
    let back = back
        .verify(&machine.provider.telephone().code(&phone))
        .json();
    assert_eq!(
        (&back["subject"], &back["new_account"]),
        (&json!(subject), &json!(false))
    );
    let new = machine.client().sign_in(&late_phone, &machine.provider);
    assert_ne!(new, late_subject);
}

/// The moment of the restore and the text of before the backup may hold the next one up.
fn asks_when_allowed(client: &Client, phone: &str) -> String {
    for _ in 0..3 {
        let asked = client.ask_code(phone);
        let Some(wait) = asked.json()["retry_after"].as_u64() else {
            return asked.outcome();
        };
        assert!(wait <= 30, "{asked:?}");
        thread::sleep(Duration::from_secs(wait));
    }
    client.ask_code(phone).outcome()
}

#[test]
fn r85_a_backup_that_is_made_while_people_sign_in_is_whole() {
    let mut machine = Machine::start(ISSUER, &[]);
    let file = machine.state().join("backup.tar");
    let done = AtomicBool::new(false);
    let (before, after) = thread::scope(|scope| {
        let (machine, done) = (&machine, &done);
        let people: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(move || {
                    let mut subjects = Vec::new();
                    while !done.load(Ordering::Relaxed) {
                        let (phone, client) = (numbers::fresh(), machine.client());
                        let subject = client.sign_in(&phone, &machine.provider);
                        subjects.push((phone, subject));
                    }
                    subjects
                })
            })
            .collect();
        let (phone, client) = (numbers::fresh(), machine.client());
        let before = (phone.clone(), client.sign_in(&phone, &machine.provider));
        backup(machine, &file);
        // Nobody was turned away, and the worker goes on.
        let (phone, client) = (numbers::fresh(), machine.client());
        client.sign_in(&phone, &machine.provider);
        done.store(true, Ordering::Relaxed);
        let after: Vec<_> = people
            .into_iter()
            .flat_map(|it| it.join().unwrap())
            .collect();
        (before, after)
    });
    assert!(after.len() >= 3, "{after:?}");
    machine.stops();
    runs(&mut restore(&machine, &file));
    let mut databases = 0;
    for kind in fs::read_dir(machine.state().join("objects")).unwrap() {
        for entry in fs::read_dir(kind.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "sqlite") {
                let check = runs(
                    Command::new("sqlite3")
                        .arg(path)
                        .arg("pragma integrity_check"),
                );
                assert_eq!(check.trim(), "ok");
                databases += 1;
            }
        }
    }
    assert!(databases > 3, "{databases}");
    machine.starts();
    let client = machine.client();
    assert_eq!(asks_when_allowed(&client, &before.0), "202");
    let code = machine.provider.telephone().code(&before.0);
    assert_eq!(client.verify(&code).json()["subject"], json!(before.1));
}
