//! What holds of shards in whatever order things happen?
//!
//! Shards, the budget, what is under way between them, crashes and time are shuffled. The steps are the real ones; only the order
//! is drawn.

use proptest::prelude::*;

use super::tests::{START, policy};
use super::*;
use crate::budget::{GiveBack, Going, Spend};
use crate::policy::Sharding;
use crate::step::Step as _;

const SHARDS: u32 = 4;
const LEASE: u32 = 2;

/// One thing that happens. What is under way is numbered as it began.
#[derive(Clone, Debug)]
enum Event {
    Wait {
        secs: u64,
    },
    /// Somebody asks a shard for a text.
    Draw {
        shard: usize,
        german: bool,
    },
    /// What a shard reported arrives at the budget, or is lost on the way.
    Report {
        n: usize,
        lost: bool,
    },
    /// A lease arrives at its shard, or is lost on the way.
    Keep {
        n: usize,
        lost: bool,
    },
    /// Another budget refused the last text: it is not sent.
    GiveBack,
}

fn event() -> impl Strategy<Value = Event> {
    let lost = || prop::bool::weighted(0.01);
    prop_oneof![
        6 => prop_oneof![16 => 0..5u64, 12 => 300..700u64, 1 => 3000..90_000u64].prop_map(|secs| Event::Wait { secs }),
        20 => (0..SHARDS as usize, any::<bool>()).prop_map(|(shard, german)| Event::Draw { shard, german }),
        16 => (0..4usize, lost()).prop_map(|(n, lost)| Event::Report { n, lost }),
        10 => (0..4usize, lost()).prop_map(|(n, lost)| Event::Keep { n, lost }),
        1 => Just(Event::GiveBack),
    ]
}

/// Which shard had none left for which country, and when.
#[derive(Clone, Copy)]
struct Asked {
    shard: usize,
    country: &'static str,
    at: Timestamp,
}

/// The budget, its shards, what is under way between them, and the books that the invariants are about.
struct Game {
    policy: Policy,
    now: Timestamp,
    budget: BudgetRecord,
    shards: [BudgetRecord; SHARDS as usize],
    reports: Vec<(Asked, Spent)>,
    leases: Vec<(Asked, Slots)>,
    /// Every text that was handed out: when, and at which price.
    texts: Vec<(Timestamp, Slot)>,
    /// Leases that are nowhere any more, or came after their shard had stopped waiting for them.
    losses: Vec<Timestamp>,
    /// Texts that were given back. What stays counted may be counted in a newer slot than theirs.
    given_back: Vec<Timestamp>,
}

impl Game {
    fn new() -> Self {
        Self {
            policy: Policy {
                sharding: Sharding {
                    shards: SHARDS,
                    lease: LEASE,
                },
                ..policy()
            },
            now: START,
            budget: BudgetRecord::default(),
            shards: Default::default(),
            reports: Vec::new(),
            leases: Vec::new(),
            texts: Vec::new(),
            losses: Vec::new(),
            given_back: Vec::new(),
        }
    }

    fn play(&mut self, event: &Event) {
        match *event {
            Event::Wait { secs } => {
                // Nothing is under way for minutes.
                if secs >= 300 {
                    while !self.reports.is_empty() {
                        self.play(&Event::Report { n: 0, lost: false });
                    }
                    while !self.leases.is_empty() {
                        self.play(&Event::Keep { n: 0, lost: false });
                    }
                }
                self.now = self.now.plus(Duration::from_secs(secs));
            }
            Event::Draw { shard, german } => {
                let country = if german { "DE" } else { "HR" };
                let mut draw = Spend::of(Scope::Site, Going::to(country), 0);
                draw.shard = true;
                let drawn = draw.apply(&mut self.shards[shard], self.now, &self.policy);
                let drawn = drawn.unwrap();
                if drawn.ask {
                    let at = self.now;
                    self.reports.push((Asked { shard, country, at }, drawn));
                } else {
                    self.hand_out(country);
                }
            }
            Event::Report { n, lost } if n < self.reports.len() => {
                let (asked, report) = self.reports.remove(n);
                if lost {
                    self.losses
                        .extend((!report.texts.is_empty()).then_some(self.now));
                } else {
                    self.report(asked, report);
                }
            }
            Event::Keep { n, lost } if n < self.leases.len() => {
                let (asked, lease) = self.leases.remove(n);
                let late = self.now.since(asked.at) >= PATIENCE;
                self.losses.extend((lost || late).then_some(self.now));
                if !lost {
                    let mut given = GiveBack::of(Going::default());
                    given.lease = lease;
                    given.apply(&mut self.shards[asked.shard], self.now, &self.policy);
                }
            }
            Event::Report { .. } | Event::Keep { .. } => {}
            Event::GiveBack => {
                let last = self
                    .texts
                    .pop_if(|(at, _)| self.now.since(*at) < Duration::from_secs(600));
                if let Some((at, text)) = last {
                    let german = text == Slot::text(Scope::Site, Going::to("DE"), &self.policy);
                    let country = if german { "DE" } else { "HR" };
                    GiveBack::of(Going::to(country)).apply(
                        &mut self.budget,
                        self.now,
                        &self.policy,
                    );
                    let older = self.budget.slots.sent_in(slot_of(at) - 1) > 0;
                    self.given_back.extend(older.then_some(self.now));
                }
            }
        }
    }

    fn report(&mut self, asked: Asked, report: Spent) {
        let mut spend = Spend::of(Scope::Site, Going::to(asked.country), 0);
        spend.wants_lease = report.wants_lease;
        spend.back = report.texts;
        match spend.apply(&mut self.budget, self.now, &self.policy) {
            Ok(spent) => {
                self.hand_out(asked.country);
                let lease = (!spent.texts.is_empty()).then_some(spent.texts);
                self.leases.extend(lease.map(|lease| (asked, lease)));
            }
            Err(_) => self.check_that_little_was_left(asked.country),
        }
    }

    /// No hour and no day ever holds more than it may, to the millisecond.
    fn hand_out(&mut self, country: &str) {
        let text = Slot::text(Scope::Site, Going::to(country), &self.policy);
        self.texts.push((self.now, text));
        for (gauge, most) in Gauge::limits(Scope::Site, &self.policy) {
            let inside = self.texts.iter();
            let inside = inside.filter(|(at, _)| self.now.since(*at) < gauge.window());
            let sum = inside.fold(Slot::default(), |sum, (_, text)| sum.plus(*text));
            assert!(gauge.read(sum) <= most, "{gauge:?}: {sum:?}");
        }
    }

    /// A text that was refused would not have fitted either if all that was lent, and all that was lost, had been handed out.
    fn check_that_little_was_left(&self, country: &str) {
        let reports = self.reports.iter();
        let reports = reports.filter(|(_, report)| !report.texts.is_empty());
        let under_way = reports.count() + self.leases.len();
        let hidden = |window: Duration| {
            // What is counted is counted for as long as its slot is in the window, and in a newer slot than it had to be.
            let remembered = window + Duration::from_secs(1200);
            let recent = |all: &Vec<Timestamp>| {
                let recent = all.iter().filter(|at| self.now.since(**at) < remembered);
                u32::try_from(recent.count()).unwrap()
            };
            let leases = SHARDS + u32::try_from(under_way).unwrap() + recent(&self.losses);
            let texts = leases * LEASE + recent(&self.given_back);
            Slot::dearest(Scope::Site, &self.policy).times(texts)
        };
        let text = Slot::text(Scope::Site, Going::to(country), &self.policy);
        let mut exact = Slots::default();
        for (at, text) in &self.texts {
            exact.add(slot_of(*at), *text);
        }
        let refused = Gauge::limits(Scope::Site, &self.policy);
        let rightly = refused.into_iter().any(|(gauge, most)| {
            let sum = exact.sum(self.now, gauge.window());
            gauge.read(sum.plus(text).plus(hidden(gauge.window()))) > most
        });
        assert!(rightly, "{exact:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r88_shards_never_hand_out_more_than_the_limit_and_leave_little(events in prop::collection::vec(event(), 1..600)) {
        let mut game = Game::new();
        for event in &events {
            game.play(event);
        }
    }
}
