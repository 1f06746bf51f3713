//! What does a shard ask for, and what does its budget lend it?
//!
//! Not here: what holds in whatever order things happen (`game`).

use super::*;
use crate::budget::{GiveBack, Going, SITE, Spend};
use crate::money::{Amount, Prices, SpendCap};
use crate::policy::{Demand, Limits, Sharding};
use crate::step::{Record as _, Step as _};

pub(super) const START: Timestamp = Timestamp::from_secs(1_000_200_000);

/// Sixty texts an hour and 150 a day, or what they cost: five to Croatia and eight to Germany.
pub(super) fn policy() -> Policy {
    let mut policy = Policy {
        sharding: Sharding {
            shards: 3,
            lease: 5,
        },
        ..Policy::default()
    };
    policy.budgets.site = Limits {
        per_hour: 60,
        per_day: 150,
    };
    policy.proofs.demand = Demand::Off;
    policy.spend_cap = Some(SpendCap {
        prices: Prices::parse("HR=0.0005,DE=0.0008", ["HR", "DE"].into_iter(), false).unwrap(),
        per_hour: Amount::parse("0.03").unwrap(),
        per_day: Amount::parse("0.1").unwrap(),
        currency: "EUR".to_owned(),
    });
    policy
}

/// A busy site: the budget, one shard and the moment.
fn busy() -> (Policy, BudgetRecord, BudgetRecord) {
    let mut policy = policy();
    policy.spend_cap = None;
    policy.budgets.site = Limits {
        per_hour: 10_000,
        per_day: 100_000,
    };
    let mut budget = BudgetRecord::default();
    for _ in 0..100 {
        let spend = Spend::of(Scope::Site, Going::to("HR"), 0);
        assert!(spend.apply(&mut budget, START, &policy).is_ok());
    }
    (policy, budget, BudgetRecord::default())
}

/// What the shard gives back when it is asked for a text and has none left.
fn draw(shard: &mut BudgetRecord, now: Timestamp, policy: &Policy) -> Option<Spent> {
    let mut spend = Spend::of(Scope::Site, Going::to("HR"), 0);
    spend.shard = true;
    let spent = spend.apply(shard, now, policy).unwrap();
    spent.ask.then_some(spent)
}

fn keep(shard: &mut BudgetRecord, lease: Slots, policy: &Policy) {
    let mut given = GiveBack::of(Going::default());
    given.lease = lease;
    given.apply(shard, START, policy);
}

/// What the budget lends the shard that said so.
fn lent(budget: &mut BudgetRecord, drawn: Spent, now: Timestamp, policy: &Policy) -> Option<Slots> {
    let mut spend = Spend::of(
        Scope::Site,
        Going::to("HR"),
        policy.proofs.work_under_attack,
    );
    spend.wants_lease = drawn.wants_lease;
    spend.back = drawn.texts;
    let lease = spend.apply(budget, now, policy).unwrap().texts;
    (!lease.is_empty()).then_some(lease)
}

#[test]
fn r88_a_busy_shard_asks_its_budget_for_one_text_in_six() {
    let (policy, mut budget, mut shard) = busy();
    let mut asked = 0;
    for _ in 0..60 {
        if let Some(report) = draw(&mut shard, START, &policy) {
            asked += 1;
            let lease = lent(&mut budget, report, START, &policy).unwrap();
            keep(&mut shard, lease, &policy);
        }
    }
    assert_eq!(asked, 10, "each brings one text and five to keep");
    assert_eq!(budget.slots.sent(), [160], "and nothing is counted twice");
}

#[test]
fn r88_while_a_lease_is_on_its_way_texts_are_asked_for_one_by_one() {
    let (policy, _, mut shard) = busy();
    let mut wants = |secs| {
        let now = START.plus(Duration::from_secs(secs));
        let report = draw(&mut shard, now, &policy);
        report.map(|report| report.wants_lease)
    };
    let wanted = [0, 0, 4, 5, 6].map(&mut wants);
    assert_eq!(
        wanted.map(Option::unwrap),
        [true, false, false, true, false]
    );
}

#[test]
fn r88_what_a_shard_has_left_goes_back_to_the_slot_it_came_from() {
    let (policy, mut budget, mut shard) = busy();
    let report = draw(&mut shard, START, &policy).unwrap();
    let lease = lent(&mut budget, report, START, &policy).unwrap();
    keep(&mut shard, lease, &policy);
    assert_eq!(draw(&mut shard, START, &policy), None);
    assert_eq!(budget.slots.sent(), [106]);
    // Two seconds before the slot ends, as the shard sees it.
    let late = START.plus(Duration::from_secs(598));
    let report = draw(&mut shard, late, &policy).unwrap();
    assert!(lent(&mut budget, report, late, &policy).is_some());
    let sent = budget.slots.sent();
    assert_eq!(
        sent,
        [103, 5],
        "four came back, one went, and the next slot's were lent"
    );
}

/// They would be over ten minutes too early if whoever asks next took them for the work of a clock that was ahead.
#[test]
fn r88_texts_of_the_next_slot_stay_counted_there_whoever_asks_before_it_begins() {
    let (policy, mut budget, mut shard) = busy();
    let late = START.plus(Duration::from_secs(598));
    let report = draw(&mut shard, late, &policy).unwrap();
    assert!(lent(&mut budget, report, late, &policy).is_some());
    assert_eq!(budget.slots.sent(), [101, 5]);
    let spend = Spend::of(Scope::Site, Going::to("HR"), 0);
    let later = START.plus(Duration::from_secs(599));
    assert!(spend.apply(&mut budget, later, &policy).is_ok());
    assert_eq!(budget.slots.sent(), [102, 5]);
}

/// Or every ten minutes all shards would ask for each text at the same time, for as long as they wait for a lease.
#[test]
fn r88_from_one_slot_to_the_next_a_busy_shard_does_not_ask_more_often() {
    let (policy, mut budget, mut shard) = busy();
    let mut asked = 0;
    for second in 590..610 {
        let now = START.plus(Duration::from_secs(second));
        for _ in 0..6 {
            if let Some(report) = draw(&mut shard, now, &policy) {
                asked += 1;
                let lease = lent(&mut budget, report, now, &policy).unwrap();
                keep(&mut shard, lease, &policy);
            }
        }
    }
    assert_eq!(asked, 20, "one text in six");
}

#[test]
fn r88_money_is_lent_at_the_highest_price_and_the_difference_comes_back() {
    let mut policy = policy();
    policy.spend_cap.as_mut().unwrap().per_hour = Amount::parse("10").unwrap();
    policy.spend_cap.as_mut().unwrap().per_day = Amount::parse("10").unwrap();
    policy.budgets.site.per_hour = 150;
    let (_, mut budget, mut shard) = busy();
    let cost = |budget: &BudgetRecord| budget.slots.sum(START, HOUR).cost.ten_thousandths();
    let report = draw(&mut shard, START, &policy).unwrap();
    let lease = lent(&mut budget, report, START, &policy).unwrap();
    assert_eq!(cost(&budget), 5 + 5 * 8);
    keep(&mut shard, lease, &policy);
    for _ in 0..5 {
        assert_eq!(draw(&mut shard, START, &policy), None);
    }
    let report = draw(&mut shard, START, &policy).unwrap();
    budget.slots.take_back_all(&report.texts);
    assert_eq!(cost(&budget), 6 * 5);
}

#[test]
fn r88_nothing_is_lent_where_each_text_must_be_judged_by_itself() {
    type Change = fn(&mut Policy, &mut BudgetRecord);
    let lends = |change: Change| {
        let (mut policy, mut budget, mut shard) = busy();
        change(&mut policy, &mut budget);
        let report = draw(&mut shard, START, &policy).unwrap();
        lent(&mut budget, report, START, &policy).is_some()
    };
    fn attacked(budget: &mut BudgetRecord) {
        Checked::new(0, 50).apply(budget, START, &Policy::default());
    }
    let cases: [(&str, bool, Change); 7] = [
        ("room for all", true, |_, _| {}),
        ("room for 15", true, |policy, _| {
            policy.budgets.site.per_hour = 116
        }),
        ("room for 14", false, |policy, _| {
            policy.budgets.site.per_hour = 115
        }),
        ("near half of the hour", false, |policy, _| {
            policy.proofs.demand = Demand::Risk;
            policy.budgets.site.per_hour = 230;
        }),
        ("everybody shows a proof", true, |policy, _| {
            policy.proofs.demand = Demand::Always;
        }),
        ("under attack", false, |policy, budget| {
            policy.proofs.demand = Demand::Always;
            attacked(budget);
        }),
        (
            "under attack, and nobody shows a proof",
            true,
            |_, budget| attacked(budget),
        ),
    ];
    for (name, expected, change) in cases {
        assert_eq!(lends(change), expected, "{name}");
    }
}

#[test]
fn r88_codes_are_told_at_once_and_then_at_most_once_a_second() {
    let (policy, _, mut shard) = busy();
    let mut told = |millis| {
        let now = START.plus(Duration::from_millis(millis));
        let mut checked = Checked::new(1, 2);
        checked.shard = true;
        checked.apply(&mut shard, now, &policy)
    };
    let expected = [Some((1, 2)), None, None, Some((3, 6)), None];
    let expected = expected.map(|checked| checked.map(|(right, wrong)| Checked::new(right, wrong)));
    assert_eq!([0, 1, 999, 1000, 1001].map(&mut told), expected);
}

#[test]
fn r64_a_shard_is_forgotten_after_a_day() {
    let (policy, mut budget, mut shard) = busy();
    let report = draw(&mut shard, START, &policy).unwrap();
    let lease = lent(&mut budget, report, START, &policy).unwrap();
    keep(&mut shard, lease, &policy);
    let mut checked = Checked::new(1, 0);
    checked.shard = true;
    checked.apply(&mut shard, START, &policy);
    shard.prune(START.plus(DAY).plus(Duration::from_secs(600)), &policy);
    assert!(shard.is_blank(), "{shard:?}");
}

/// Leases of this form are on disk.
#[test]
fn the_stored_shard_is_pinned() {
    let stored = r#"{"slots":{},"shard":{"left":{"1667000":{"sent":3,"verified":0,"cost":24}},"asked":1000200000000,"untold":{"right":1,"wrong":2},"told":1000200000000}}"#;
    let record: BudgetRecord = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
}

#[test]
fn a_challenge_has_its_shard_for_life_and_only_large_budgets_have_any() {
    let mut policy = policy();
    policy.sharding.shards = 8;
    let mut seen = std::collections::BTreeMap::new();
    for n in 0..800u32 {
        let challenge = ChallengeId::from_random(u128::from(n).pow(7).to_be_bytes());
        let shard = SITE.shard(&challenge, &policy).unwrap();
        assert_eq!(Some(&shard), SITE.shard(&challenge, &policy).as_ref());
        *seen.entry(shard.key).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 8);
    assert!(seen.values().all(|count| *count > 50), "{seen:?}");
    let challenge = ChallengeId::from_random([7; 16]);
    for scope in [Scope::Network, Scope::Prefix] {
        let key = String::new();
        assert_eq!(Budget { scope, key }.shard(&challenge, &policy), None);
    }
    policy.sharding.shards = 1;
    assert_eq!(SITE.shard(&challenge, &policy), None);
}

#[test]
fn r88_a_shard_is_lent_as_many_texts_as_each_has_had_of_this_slot_and_no_more_than_a_lease() {
    let (policy, ..) = busy();
    for (sent, lent) in [
        (0, None),
        (2, None),
        (3, Some(1)),
        (8, Some(2)),
        (15, Some(5)),
        (100, Some(5)),
    ] {
        let mut budget = BudgetRecord::default();
        for _ in 0..sent {
            let spend = Spend::of(Scope::Site, Going::to("HR"), 0);
            assert!(spend.apply(&mut budget, START, &policy).is_ok());
        }
        let lease = budget.lend(Scope::Site, START, &policy);
        assert_eq!(lease.is_empty(), lent.is_none(), "{sent}");
        assert_eq!(lease.sent(), Vec::from_iter(lent), "{sent}");
    }
}
