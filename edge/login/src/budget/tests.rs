//! How many texts fit, and when do more?

use std::time::Duration;

use super::*;
use crate::policy::Demand;
use slots::slots_in;

const START: u64 = 1_000_200_000;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(START + secs)
}

fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.budgets.network = crate::policy::Limits {
        per_hour: 3,
        per_day: 5,
    };
    policy.budgets.prefix = crate::policy::Limits {
        per_hour: 100,
        per_day: 1000,
    };
    policy.proofs.demand = Demand::Off;
    policy
}

fn spend(record: &mut BudgetRecord, scope: Scope, secs: u64) -> Result<(), Refusal> {
    spend_of(scope)
        .apply(record, at(secs), &policy())
        .map(|_| ())
}

fn spend_of(scope: Scope) -> Spend {
    Spend::of(scope, Going::to("HR"), 0)
}

fn give_back() -> GiveBack {
    GiveBack::of(Going::to("HR"))
}

/// Budgets of this form are on disk; one that could not be read would stop all texts of a country.
#[test]
fn the_stored_budget_is_pinned() {
    let stored = r#"{"slots":{"1667000":{"sent":3,"verified":1}}}"#;
    let record: BudgetRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
}

/// What the operator was told is on disk too; lost, it would be told anew with every text.
#[test]
fn the_stored_budget_of_a_site_with_a_cap_is_pinned() {
    let stored = r#"{"slots":{"1667000":{"sent":3,"verified":1,"cost":1350}},"watch":{"raised":[{"gauge":"cost_per_hour","stage":80,"slot":1667000}],"pause":{"slot":1667000,"over":false}}}"#;
    let record: BudgetRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
}

/// So is what became of the codes.
#[test]
fn the_stored_budget_of_a_site_under_attack_is_pinned() {
    let stored = r#"{"slots":{"1667000":{"sent":30,"verified":9,"wrong":51}},"watch":{"attack":{"slot":1667000,"over":false}}}"#;
    let record: BudgetRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
    let now = Timestamp::from_secs(1667000 * 600);
    assert!(record.under_attack(now, &policy()));
}

/// Found by fuzzing.
#[test]
fn a_record_that_speaks_of_the_end_of_time_is_a_long_wait() {
    let stored = r#"{"slots":{"18446744073709551615":{"sent":4294967295,"verified":1}}}"#;
    let mut record: BudgetRecord = serde_json::from_str(stored).unwrap();
    let refused = spend(&mut record, Scope::Network, 0);
    let Err(Refusal::NetworkSpent(wait)) = refused else {
        panic!("{refused:?}");
    };
    assert!(wait > Duration::from_secs(86_400), "{wait:?}");
}

/// A worker of the version before asks with nothing but the scope. A text to nowhere costs the most.
#[test]
fn a_step_without_a_country_is_read() {
    let spend: Spend = serde_json::from_str(r#"{"scope":"site"}"#).unwrap();
    assert_eq!(spend.country, "");
    let back: GiveBack = serde_json::from_str("{}").unwrap();
    assert_eq!(back.country, "");
}

#[test]
fn r20_a_network_gets_its_texts_of_the_hour_and_of_the_day() {
    let mut record = BudgetRecord::default();
    for secs in [0, 1, 2] {
        assert_eq!(spend(&mut record, Scope::Network, secs), Ok(()));
    }
    let wait = Duration::from_secs(7 * 600 - 3);
    assert_eq!(
        spend(&mut record, Scope::Network, 3),
        Err(Refusal::NetworkSpent(wait))
    );
    let later = 7 * 600;
    assert!(spend(&mut record, Scope::Network, later - 1).is_err());
    assert_eq!(spend(&mut record, Scope::Network, later), Ok(()));
    assert_eq!(spend(&mut record, Scope::Network, later), Ok(()));
    assert!(
        matches!(
            spend(&mut record, Scope::Network, 3 * later),
            Err(Refusal::NetworkSpent(_))
        ),
        "five a day"
    );
    assert_eq!(spend(&mut record, Scope::Network, 86_400 + 600), Ok(()));
}

#[test]
fn no_hour_ever_holds_more_than_the_limit_wherever_it_begins() {
    let mut record = BudgetRecord::default();
    let taken: Vec<u64> = (0..40_000)
        .step_by(97)
        .filter(|secs| spend(&mut record, Scope::Network, *secs).is_ok())
        .collect();
    for from in &taken {
        let hour = taken
            .iter()
            .filter(|secs| (*from..from + 3600).contains(secs))
            .count();
        assert!(hour <= 3, "{hour} in the hour from {from}");
    }
    assert_eq!(taken.len(), 5, "five a day");
}

#[test]
fn r18_a_prefix_whose_texts_lead_to_no_login_is_paused_for_the_hour_and_a_normal_one_is_not() {
    let (mut pumped, mut normal) = (BudgetRecord::default(), BudgetRecord::default());
    let mut sent = 0;
    for secs in 0..600 {
        sent += u32::from(spend(&mut pumped, Scope::Prefix, secs).is_ok());
        if spend(&mut normal, Scope::Prefix, secs).is_ok() && secs % 2 == 0 {
            let login = checked::Checked::new(1, 0);
            login.apply(&mut normal, at(secs), &policy());
        }
    }
    assert_eq!(
        sent,
        policy().pumping.prefix,
        "paused at the first moment that it can be told"
    );
    assert_eq!(
        normal.slots.sent().iter().sum::<u32>(),
        100,
        "a neighbour has its whole budget"
    );
    assert!(matches!(
        spend(&mut pumped, Scope::Prefix, 3600),
        Err(Refusal::SendsPaused(_))
    ));
    assert_eq!(
        spend(&mut pumped, Scope::Prefix, 7 * 600),
        Ok(()),
        "and gets another chance"
    );
}

#[test]
fn r18_the_guard_can_be_switched_off() {
    let mut policy = policy();
    policy.pumping.percent = 0;
    let mut record = BudgetRecord::default();
    let sent = (0..100)
        .filter(|_| {
            spend_of(Scope::Prefix)
                .apply(&mut record, at(0), &policy)
                .is_ok()
        })
        .count();
    assert_eq!(sent, 100);
}

#[test]
fn a_budget_of_nothing_lets_nothing_through() {
    let mut policy = policy();
    policy.budgets.site = crate::policy::Limits {
        per_hour: 0,
        per_day: 0,
    };
    let mut record = BudgetRecord::default();
    let answer = spend_of(Scope::Site).apply(&mut record, at(0), &policy);
    assert_eq!(answer, Err(Refusal::SendsPaused(DAY)));
}

#[test]
fn what_is_given_back_can_be_spent_again_even_when_the_slot_has_changed() {
    let mut record = BudgetRecord::default();
    for _ in 0..3 {
        assert_eq!(spend(&mut record, Scope::Network, 599), Ok(()));
    }
    give_back().apply(&mut record, at(600), &policy());
    assert_eq!(spend(&mut record, Scope::Network, 600), Ok(()));
    assert!(spend(&mut record, Scope::Network, 600).is_err());
}

#[test]
fn what_is_given_back_late_is_counted_for_longer_and_never_shorter() {
    let mut record = BudgetRecord::default();
    for secs in [599, 600, 601] {
        assert_eq!(spend(&mut record, Scope::Network, secs), Ok(()));
    }
    give_back().apply(&mut record, at(602), &policy());
    assert_eq!(
        record.slots.sent(),
        [0, 2],
        "two in the newer slot, whichever it was"
    );
}

#[test]
fn r64_a_budget_is_forgotten_after_a_day() {
    let mut record = BudgetRecord::default();
    spend(&mut record, Scope::Network, 0).unwrap();
    record.prune(at(86_400), &policy());
    assert!(!record.is_blank(), "still in the window");
    record.prune(at(86_400 + 600), &policy());
    assert!(record.is_blank());
}

#[test]
fn a_text_needs_every_budget_that_it_weighs_on() {
    let number = PhoneNumber::try_from("+385911234567").unwrap().into();
    let cases = [
        (Some("192.0.2.7"), vec![(Scope::Network, "192.0.2.7")]),
        (
            Some("2001:db8:1:2::3"),
            vec![
                (Scope::Network, "2001:db8:1:2::/64"),
                (Scope::WideNetwork, "2001:db8:1::/48"),
            ],
        ),
        (None, vec![(Scope::UnknownNetwork, "")]),
    ];
    for (address, networks) in cases {
        let mut expected = vec![
            (Scope::Prefix, "38591123"),
            (Scope::Country, "HR"),
            (Scope::Site, ""),
        ];
        expected.extend(networks);
        let budgets = of(&number, "HR", &Network::of(address));
        let named: Vec<_> = budgets
            .iter()
            .map(|budget| (budget.scope, budget.key.as_str()))
            .collect();
        assert_eq!(named, expected, "{address:?}");
    }
}

/// Alerts and metrics tell budgets apart by these; what reads them would see a scope end and another begin.
#[test]
fn the_names_of_budgets_are_pinned() {
    let names = [
        (Scope::Network, "network"),
        (Scope::WideNetwork, "wide_network"),
        (Scope::UnknownNetwork, "unknown_network"),
        (Scope::Prefix, "prefix"),
        (Scope::Country, "country"),
        (Scope::Site, "site"),
        (Scope::Email, "email"),
        (Scope::AdminTries, "admin_tries"),
    ];
    for (scope, name) in names {
        assert_eq!(scope.as_str(), name);
    }
}

#[test]
fn r64_a_budget_is_looked_at_again_until_its_texts_are_a_day_old_and_nothing_is_left() {
    let (policy, mut record) = (policy(), BudgetRecord::default());
    assert!(!record.has_something_to_forget());
    spend(&mut record, Scope::Country, 0).unwrap();
    record.prune(at(86_000), &policy);
    assert!(record.has_something_to_forget() && !record.is_blank());
    record.prune(at(87_000), &policy);
    assert!(!record.has_something_to_forget() && record.is_blank());
}

#[test]
fn r18_only_a_prefix_stands_out_and_only_by_many_texts_of_one_hour() {
    let policy = policy();
    for (scope, stands_out) in [(Scope::Prefix, true), (Scope::Country, false)] {
        let mut record = BudgetRecord::default();
        for text in 1..=STANDS_OUT {
            let spent = spend_of(scope).apply(&mut record, at(0), &policy).unwrap();
            let told = spent.busy.map(|busy| (busy.texts, busy.logins));
            let expected = (stands_out && text == STANDS_OUT).then_some((STANDS_OUT, 0));
            assert_eq!(told, expected, "{scope:?} {text}");
        }
    }
}

#[test]
fn what_lasts_is_told_once_and_again_after_an_hour_and_a_stage_once_for_its_window() {
    let (hour, mut watch) = (slots_in(HOUR), watch::Watch::default());
    let pauses = [(7, true), (8, false), (7 + hour, false), (8 + hour, true)];
    for (slot, news) in pauses {
        assert_eq!(watch.pauses(slot), news, "{slot}");
    }
    for (slot, blank) in [(8 + hour, false), (9 + hour, true)] {
        watch.forget_before(slot);
        assert_eq!(watch.is_blank(), blank, "{slot}");
    }
}

#[test]
fn an_attack_and_its_end_are_told_once_each() {
    let mut watch = watch::Watch::default();
    for (lasts, news) in [
        (false, None),
        (true, Some(What::UnderAttack)),
        (true, None),
        (false, Some(What::Calm)),
        (false, None),
    ] {
        assert_eq!(watch.attack(lasts, 7), news, "{lasts}");
    }
}
