//! Who can run up a bill?
//!
//! The budgets beyond the number's own: of a network, a prefix, a country and the site, with everybody asking at once. Not here:
//! how a budget counts (`edge/login`).

use serde_json::{Value, json};
use tests::crowd::in_a_crowd;
use tests::line::Line;
use tests::numbers;
use tests::site::Site;

/// The outcomes of so many people asking for a code at once: person `n` has this number and this address.
fn asked(
    line: &Line,
    people: usize,
    phone: impl Fn(usize) -> String + Sync,
    address: impl Fn(usize) -> String + Sync,
) -> Vec<String> {
    in_a_crowd(people, |n| {
        line.browser().at(&address(n)).ask_code(&phone(n)).outcome()
    })
}

/// So many were let through to the provider, and all others were told this. Whoever was let through may still have met a
/// provider that did not answer in time, with so many at once; the text stays counted.
fn let_through(outcomes: &[String], expected: usize, others: &str) {
    let refused = count(outcomes, others);
    assert_eq!(outcomes.len() - refused, expected, "{outcomes:?}");
    let met = count(outcomes, "202") + count(outcomes, "503 provider_unavailable");
    assert_eq!(met, expected, "{outcomes:?}");
}

fn count(outcomes: &[String], outcome: &str) -> usize {
    outcomes.iter().filter(|it| *it == outcome).count()
}

/// A number of the block that begins so.
fn in_block(block: u32, n: usize) -> String {
    format!("+38591{block:03}{n:04}")
}

/// An address that nobody else in this file has.
fn anywhere(n: usize) -> String {
    format!("198.18.{}.{}", n / 250, n % 250 + 1)
}

fn sends(line: &Line, phones: impl Iterator<Item = String>) -> u64 {
    phones
        .map(|phone| line.telephone().asked("send", &phone))
        .sum()
}

#[test]
fn r20_a_network_gets_exactly_its_texts_out_however_many_ask_at_once() {
    let line = Line::with(&[("SENDS_PER_NETWORK", "7/50")]);
    let phones: Vec<_> = (0..60).map(|_| numbers::fresh()).collect();
    let outcomes = asked(&line, 60, |n| phones[n].clone(), |_| "192.0.2.7".to_owned());
    let_through(&outcomes, 7, "429 too_many_from_network");
    assert!(sends(&line, phones.into_iter()) <= 7);
    assert_eq!(
        line.browser().ask_code(&numbers::fresh()).outcome(),
        "202",
        "another network"
    );
}

#[test]
fn r08_all_hosts_of_an_ipv6_64_are_one_network() {
    let line = Line::with(&[("SENDS_PER_NETWORK", "5/50")]);
    let phones: Vec<_> = (0..30).map(|_| numbers::fresh()).collect();
    let outcomes = asked(
        &line,
        30,
        |n| phones[n].clone(),
        |n| format!("2001:db8:7:1::{:x}", n + 1),
    );
    let_through(&outcomes, 5, "429 too_many_from_network");
    let neighbour = line
        .browser()
        .at("2001:db8:7:2::1")
        .ask_code(&numbers::fresh());
    assert_eq!(neighbour.outcome(), "202");
}

#[test]
fn r18_pumping_a_prefix_from_everywhere_stops_and_its_neighbour_does_not_notice() {
    let line = Line::with(&[
        ("PUMPING_FLOOR_PERCENT", "10"),
        ("SENDS_PER_PREFIX", "200/1000"),
    ]);
    let outcomes = asked(&line, 100, |n| in_block(211, n), anywhere);
    let_through(&outcomes, 20, "503 sends_paused");
    assert!(sends(&line, (0..100).map(|n| in_block(211, n))) <= 20);
    let neighbour = in_block(212, 1);
    let browser = line.browser();
    assert_eq!(browser.ask_code(&neighbour).outcome(), "202");
    assert_eq!(
        browser.verify(&line.telephone().code(&neighbour)).outcome(),
        "200"
    );
}

#[test]
fn r19_the_site_stops_at_its_budget_and_sessions_live_on() {
    let line = Line::with(&[("SENDS_PER_SITE", "10/20")]);
    let ana = line.browser();
    let phone = numbers::fresh();
    ana.ask_code(&phone);
    assert_eq!(ana.verify(&line.telephone().code(&phone)).outcome(), "200");
    let phones: Vec<_> = (0..50).map(|_| numbers::fresh()).collect();
    let outcomes = asked(&line, 50, |n| phones[n].clone(), anywhere);
    let_through(&outcomes, 9, "503 sends_paused");
    assert!(sends(&line, phones.into_iter()) <= 9);
    assert_eq!(ana.get("/v1/session").outcome(), "200");
}

#[test]
fn r19_the_site_stops_at_its_cap_in_money_and_the_operator_is_told_on_the_way_there() {
    let operator = Site::showing("");
    let webhook = format!("{}/alerts", operator.foreign_origin());
    let line = Line::with(&[
        ("PRICES", "HR=0.05,*=0.2,*/voice=0.3"),
        ("SPEND_CAP", "0.5/5"),
        ("ALERT_WEBHOOK", &webhook),
    ]);
    let phones: Vec<_> = (0..30).map(|_| numbers::fresh()).collect();
    let outcomes = asked(&line, 30, |n| phones[n].clone(), anywhere);
    let_through(&outcomes, 10, "503 sends_paused");
    assert!(sends(&line, phones.into_iter()) <= 10);

    // In whatever order the network brings them.
    let mut stages: Vec<_> = (0..3)
        .map(|_| {
            let alert: Value = serde_json::from_str(&operator.next_body()).unwrap();
            assert_eq!(alert["scope"], "site", "{alert}");
            assert_eq!(
                (&alert["window"], &alert["unit"]),
                (&json!("hour"), &json!("EUR"))
            );
            alert["stage"].as_u64().unwrap()
        })
        .collect();
    stages.sort_unstable();
    assert_eq!(stages, [50, 80, 100]);
    let logged = line.log();
    let logged = logged
        .lines()
        .filter(|line| line.contains(r#""event":"alert""#));
    assert_eq!(logged.count(), 3, "each is told once");
    assert_eq!(operator.visits(), 3);
    let shown = line.admin(&["budgets"]).unwrap();
    assert!(shown.contains("EUR"), "{shown}");
    assert!(shown.contains("0.5 of 0.5"), "{shown}");
}

#[test]
fn r88_shards_of_the_sites_budget_hand_out_all_of_it_and_no_more() {
    let line = Line::with(&[("BUDGET_SHARDS", "8"), ("SENDS_PER_SITE", "200/1000")]);
    let mut sent = 0;
    for round in 0..10 {
        let outcomes = asked(
            &line,
            100,
            |_| numbers::fresh(),
            |n| anywhere(round * 100 + n),
        );
        let refused = count(&outcomes, "503 sends_paused");
        let met = count(&outcomes, "202") + count(&outcomes, "503 provider_unavailable");
        assert_eq!(met + refused, 100, "{outcomes:?}");
        sent += met;
        assert!(sent <= 200, "{sent} in round {round}");
    }
    // What lay in the shards was found by those who came later.
    assert_eq!(sent, 200);
    assert!(line.telephone().asked_by_anybody("send") <= 200);
}

#[test]
fn r16_one_number_from_five_hundred_networks_gets_what_one_number_gets() {
    let line = Line::start();
    let phone = numbers::fresh();
    let outcomes = asked(&line, 500, |_| phone.clone(), anywhere);
    let_through(&outcomes, 1, "429 send_too_soon");
    assert!(line.telephone().asked("send", &phone) <= 1);
}
