//! What do people notice of a restart?
//!
//! Not here: what the worker still knows after it (`over_http`, `power`).

use std::thread;

use serde_json::json;
use tests::crowd::at_once;
use tests::numbers;

use crate::worker::Machine;

const ISSUER: &str = "https://login.example.com";

#[test]
fn r85_after_kill_9_it_starts_again_with_everybody_signed_in() {
    let mut machine = Machine::start(ISSUER, &[]);
    let (phone, person) = (numbers::fresh(), machine.client());
    let subject = person.sign_in(&phone, &machine.provider);
    let waiting = machine.client();
    let waiting_phone = numbers::fresh();
    waiting.ask_code(&waiting_phone);

    machine.signals("-KILL");
    assert!(!machine.ends().success());
    machine.starts();
    assert_eq!(person.session().json()["subject"], json!(subject));
    let code = machine.provider.telephone().code(&waiting_phone);
    assert_eq!(waiting.verify(&code).outcome(), "200");
}

#[test]
fn at_sigterm_a_request_under_way_is_answered_and_then_the_worker_ends_well() {
    let mut machine = Machine::start(ISSUER, &[]);
    let phone = numbers::fresh();
    let slow = json!({ "delay_ms": 2_000, "answer": "normal" });
    machine.provider.telephone().breaks("send", &phone, &slow);
    let client = machine.client();
    let asked = thread::scope(|scope| {
        let asked = scope.spawn(|| client.ask_code(&phone));
        machine
            .provider
            .telephone()
            .waits_until_asked("send", &phone);
        machine.signals("-TERM");
        asked.join().unwrap()
    });
    assert_eq!(asked.outcome(), "202");
    assert!(machine.ends().success(), "{}", machine.log());
    machine.starts();
    let code = machine.provider.telephone().code(&phone);
    assert_eq!(client.verify(&code).outcome(), "200");
}

#[test]
fn nobody_is_turned_away_while_it_is_restarted() {
    let mut machine = Machine::start(ISSUER, &[]);
    let clients: Vec<_> = (0..4).map(|_| machine.client()).collect();
    machine.stops();
    // The socket is open all the while, so they wait.
    let answers = thread::scope(|scope| {
        let clients = &clients;
        let asked =
            scope.spawn(move || at_once(clients.len(), |n| clients[n].ask_code(&numbers::fresh())));
        machine.begins_to_start();
        asked.join().unwrap()
    });
    for answer in answers {
        assert_eq!(answer.outcome(), "202", "{}", machine.log());
    }
}
