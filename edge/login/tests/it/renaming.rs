//! Does a number keep its one account while the key is replaced that its record is named by?
//!
//! Every order in which three workers can take their steps is tried, two that know the new key and one that does not yet, with deaths at
//! every step. The steps are the real ones, the storage is two records, and a person logs in at each worker.

use std::collections::HashSet;
use std::time::Duration;

use login::attempt::DestinationRecord;
use login::attempt::check::{CheckReserved, ReserveCheck, SettleCheck};
use login::attempt::renaming::{Move, Moved};
use login::attempt::send::{ReserveSend, SendOutcome, SettleSend};
use login::index::DestinationName;
use login::keys::KeyRing;
use login::ledger::Ledger as _;
use login::provider::{Handle, Verdict};
use login::step::{Record as _, Step};
use login::{BrowserId, ChallengeId, Policy, Refusal, SessionId, Timestamp, UserId};
use protocol::messages::Channel;
use protocol::{AttemptId, PhoneNumber};

use crate::world::{World, number};

const OLD: &str = "i1:_cMuyQnbAD-yCSrKDycJmqEYQ83PHjEy2UmVVzpJGc4";
const NEW: &str = "i2:3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM";
const NEWER: &str = "i3:qvQOWKTubDiCzBZgqvQ-iNIcZrD6RI7YImy2AEqU3ig";

/// What a worker does next.
#[derive(Clone, Debug)]
enum Next {
    Begin,
    Adopt(String),
    End,
    Send,
    Sent,
    Check,
    Settle(u8),
    /// It is through, with this account.
    Through(UserId),
    /// It was refused, and its person goes away.
    Refused,
}

#[derive(Clone, Debug)]
struct Worker {
    knows_the_new_key: bool,
    /// Tells its ids from those of others, and those of a second life from those of the first.
    seed: u8,
    next: Next,
}

#[derive(Clone, Debug)]
struct State {
    old: DestinationRecord,
    new: DestinationRecord,
    workers: Vec<Worker>,
    deaths_left: u8,
}

fn name(key: &str) -> DestinationName {
    let number = PhoneNumber::try_from("+385911234567").unwrap().into();
    DestinationName::of(&number, KeyRing::parse(key).unwrap().current())
}

/// No limit of the number is in the way: this is about whose it is.
fn policy() -> Policy {
    Policy {
        cool_down: [Duration::ZERO; 4],
        sends_per_hour: 100,
        sends_per_day: 100,
        open_challenges: 100,
        ..Policy::default()
    }
}

/// A step, as an object takes it; none if the record does not take it any more, which the worker hears as "unavailable".
fn apply<S: Step<Record = DestinationRecord>>(
    record: &mut DestinationRecord,
    step: &S,
) -> Option<S::Reply> {
    let json = serde_json::to_string(step).unwrap();
    let now = Timestamp::from_secs(1_000_000);
    let reply = record.apply_json(S::NAME, &json, now, &policy()).ok()?;
    Some(serde_json::from_str(&reply).unwrap())
}

impl Next {
    fn account(&self) -> Option<&UserId> {
        if let Self::Through(user) = self {
            Some(user)
        } else {
            None
        }
    }
}

impl Worker {
    fn new(knows_the_new_key: bool, seed: u8) -> Self {
        let next = if knows_the_new_key {
            Next::Begin
        } else {
            Next::Send
        };
        Self {
            knows_the_new_key,
            seed,
            next,
        }
    }

    fn is_done(&self) -> bool {
        matches!(self.next, Next::Through(_) | Next::Refused)
    }

    /// Takes its next step. None if it is refused.
    fn step(&self, old: &mut DestinationRecord, new: &mut DestinationRecord) -> Option<Next> {
        let challenge = ChallengeId::from_random([self.seed; 16]);
        let attempt = AttemptId::try_from(format!("{:022}", self.seed)).unwrap();
        let to = name(NEW);
        let record = if self.knows_the_new_key {
            &mut *new
        } else {
            &mut *old
        };
        Some(match &self.next {
            Next::Begin => match apply(old, &Move::Begin { to })?.ok()? {
                Moved::Copy(copy) => Next::Adopt(copy),
                Moved::Gone(_) => Next::Send,
                Moved::Here(_) => return None,
            },
            Next::Adopt(copy) => {
                let (from, copy) = (name(OLD), copy.clone());
                apply(new, &Move::Adopt { from, copy })?.ok()?;
                Next::End
            }
            Next::End => {
                apply(old, &Move::End { to })?.ok()?;
                Next::Send
            }
            Next::Send => {
                let reserve = ReserveSend {
                    challenge,
                    browser: None,
                    proof: None,
                    change: None,
                    step_up: false,
                };
                apply(record, &reserve)?.ok()?;
                Next::Sent
            }
            Next::Sent => {
                let outcome = SendOutcome::Sent(Handle::new("PIN".to_owned()));
                let settle = SettleSend {
                    challenge,
                    channel: Channel::Sms,
                    outcome,
                    replaces: None,
                    proof: None,
                };
                apply(record, &settle)?.ok()?;
                Next::Check
            }
            Next::Check => match apply(
                record,
                &ReserveCheck {
                    challenge,
                    attempt,
                    change: None,
                    step_up: false,
                },
            )?
            .ok()?
            {
                CheckReserved::Ask { ticket, .. } => Next::Settle(ticket),
                CheckReserved::Repeat(_) => return None,
            },
            Next::Settle(ticket) => {
                let settle = SettleCheck {
                    challenge,
                    attempt,
                    ticket: *ticket,
                    verdict: Some(Verdict::Approved),
                    user: UserId::from_random([self.seed; 16]),
                    session: SessionId::from_random([self.seed; 16]),
                    browser: BrowserId::from_random([self.seed; 16]),
                };
                Next::Through(apply(record, &settle)?.ok()?.user)
            }
            Next::Through(_) | Next::Refused => return None,
        })
    }
}

impl State {
    /// Everything that can happen next: each worker's step, or its death, after which the person tries again.
    fn successors(&self) -> Vec<Self> {
        let mut all = Vec::new();
        for (n, worker) in self.workers.iter().enumerate() {
            if worker.is_done() {
                continue;
            }
            let mut stepped = self.clone();
            let next = worker.step(&mut stepped.old, &mut stepped.new);
            stepped.workers[n].next = next.unwrap_or(Next::Refused);
            all.push(stepped);
            if self.deaths_left > 0 {
                let mut died = self.clone();
                died.workers[n] = Worker::new(worker.knows_the_new_key, worker.seed + 10);
                died.deaths_left -= 1;
                all.push(died);
            }
        }
        all
    }

    fn accounts(&self) -> HashSet<UserId> {
        let through = |worker: &Worker| worker.next.account().cloned();
        self.workers.iter().filter_map(through).collect()
    }

    /// Whoever comes later, once everybody knows the new key, gets the account that there is.
    fn later(mut self) -> UserId {
        let mut worker = Worker::new(true, 99);
        while !worker.is_done() {
            worker.next = worker
                .step(&mut self.old, &mut self.new)
                .unwrap_or_else(|| panic!("nobody is let in: {worker:?} {:?}", self.new));
        }
        let account = worker.next.account().cloned();
        account.unwrap_or_else(|| panic!("refused: {:?}", self.new))
    }
}

/// Tries every order. How many states there are.
fn explore(
    old: &DestinationRecord,
    account: Option<&UserId>,
    workers: &[bool],
    deaths: u8,
) -> usize {
    let worker = |(n, knows): (usize, &bool)| Worker::new(*knows, u8::try_from(n).unwrap() + 1);
    let mut open = vec![State {
        old: old.clone(),
        new: DestinationRecord::default(),
        workers: workers.iter().enumerate().map(worker).collect(),
        deaths_left: deaths,
    }];
    let mut seen = HashSet::new();
    while let Some(state) = open.pop() {
        if !seen.insert(format!("{state:?}")) {
            continue;
        }
        let mut accounts = state.accounts();
        accounts.extend(account.cloned());
        assert!(
            accounts.len() <= 1,
            "two accounts for one number: {state:#?}"
        );
        if state.workers.iter().all(Worker::is_done) {
            accounts.insert(state.clone().later());
            assert_eq!(accounts.len(), 1, "a second account later: {state:#?}");
        }
        open.extend(state.successors());
    }
    seen.len()
}

#[test]
fn r53_in_no_order_and_with_no_death_does_a_number_get_two_accounts() {
    let mut known = DestinationRecord::default();
    let account = UserId::from_random([77; 16]);
    let mut owner = Worker::new(false, 77);
    while !owner.is_done() {
        owner.next = owner
            .step(&mut known, &mut DestinationRecord::default())
            .unwrap();
    }
    let blank = DestinationRecord::default();
    for (workers, deaths) in [
        (&[true, true, false][..], 1),
        (&[true, false], 2),
        (&[true, true], 2),
        (&[true], 3),
    ] {
        let states = explore(&known, Some(&account), workers, deaths);
        let of_nobody = explore(&blank, None, workers, deaths);
        assert!(states > 10 && of_nobody > 10);
    }
}

/// The explorer would find it: without the mark on a record that never was, a worker with the old key makes a second account.
#[test]
fn r53_a_worker_with_the_old_key_cannot_begin_where_a_record_has_left() {
    let (mut old, now) = (
        DestinationRecord::default(),
        Timestamp::from_secs(1_000_000),
    );
    let begun = apply(&mut old, &Move::Begin { to: name(NEW) }).unwrap();
    assert_eq!(begun, Ok(Moved::Gone(name(NEW))));
    let reserve = ReserveSend {
        challenge: ChallengeId::from_random([1; 16]),
        browser: None,
        proof: None,
        change: None,
        step_up: false,
    };
    assert!(apply(&mut old, &reserve).is_none());
    // The mark of a record without an account goes once every worker knows the new key.
    old.prune(now.plus(Duration::from_secs(86_399)), &policy());
    assert!(!old.is_blank() && old.has_something_to_forget());
    old.prune(now.plus(Duration::from_secs(86_400)), &policy());
    assert!(old.is_blank());
}

#[tokio::test]
async fn r53_a_login_goes_on_under_the_new_key_with_the_same_account_limits_and_code() {
    let mut world = World::new();
    let (known, waiting) = (number(5_300_001), number(5_300_002));
    let challenge = world.send(&known).await.unwrap();
    let code = world.code(&known);
    let before = world.verify(&known, &challenge, &code).await.unwrap();
    let halfway = world.send(&waiting).await.unwrap();

    let old_name = world.name(&known);
    for ring in [format!("{NEW},{OLD}"), format!("{NEWER},{NEW},{OLD}")] {
        world.index = KeyRing::parse(&ring).unwrap();
        let early = world.send(&known).await.unwrap_err();
        assert!(matches!(early, Refusal::SendTooSoon(_)), "{early:?}");
    }
    let code = world.code(&waiting);
    assert!(world.verify(&waiting, &halfway, &code).await.is_ok());
    world.wait(60);
    let challenge = world.send(&known).await.unwrap();
    let code = world.code(&known);
    let after = world.verify(&known, &challenge, &code).await.unwrap();
    assert_eq!((after.user, after.new_account), (before.user, false));

    // Back with the old key, and with a key between them missing: refused, and no second account.
    for ring in [
        OLD.to_owned(),
        format!("{NEW},{OLD}"),
        format!("{NEWER},{OLD}"),
    ] {
        world.index = KeyRing::parse(&ring).unwrap();
        world.wait(3600);
        assert_eq!(
            world.send(&known).await.unwrap_err(),
            Refusal::Unavailable,
            "{ring}"
        );
    }
    let step = Move::Begin { to: name(NEW) };
    let left = world.destination(&old_name, step).await.unwrap();
    assert!(matches!(left, Ok(Moved::Gone(_))), "{left:?}");
}
