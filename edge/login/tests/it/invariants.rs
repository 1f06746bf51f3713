//! What holds in whatever order things happen?
//!
//! Browsers, provider answers, crashes and time are shuffled. Each browser is somewhere between reserving and settling, any of
//! them may go next, and any of them may never come back. The steps are the real ones; only the order is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use login::attempt::DestinationRecord;
use login::attempt::check::{CheckReserved, Forget, ReserveCheck, SettleCheck};
use login::attempt::send::{ReserveResend, ReserveSend, SendOutcome, SettleSend};
use login::provider::{Handle, Verdict};
use login::step::{Record as _, Step};
use login::{BrowserId, ChallengeId, Policy, SessionId, Timestamp, UserId};
use proptest::prelude::*;
use protocol::AttemptId;
use protocol::messages::Channel;

/// One thing that happens. Browsers are numbered 0 to 3.
#[derive(Clone, Debug)]
enum Event {
    Wait {
        secs: u64,
    },
    Send {
        browser: usize,
        outcome: Outcome,
    },
    Resend {
        browser: usize,
        outcome: Outcome,
    },
    /// A press of the button, perhaps the same press again.
    Reserve {
        browser: usize,
        same_press: bool,
    },
    /// The provider's answer arrives and is settled.
    Settle {
        browser: usize,
        answer: Answer,
    },
    /// The worker dies between asking and settling.
    Crash {
        browser: usize,
    },
    Forget {
        browser: usize,
    },
}

#[derive(Clone, Copy, Debug)]
enum Outcome {
    Sent,
    Failed,
    Spent,
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Right,
    Wrong,
    Expired,
    Nothing,
}

fn event() -> impl Strategy<Value = Event> {
    let browser = 0..4usize;
    let outcome = prop_oneof![4 => Just(Outcome::Sent), 1 => Just(Outcome::Failed), 1 => Just(Outcome::Spent)];
    let answer = prop_oneof![
        2 => Just(Answer::Right),
        5 => Just(Answer::Wrong),
        1 => Just(Answer::Expired),
        2 => Just(Answer::Nothing),
    ];
    prop_oneof![
        3 => prop_oneof![0..12u64, 25..400u64, 3000..4000u64].prop_map(|secs| Event::Wait { secs }),
        3 => (browser.clone(), outcome.clone()).prop_map(|(browser, outcome)| Event::Send { browser, outcome }),
        1 => (browser.clone(), outcome).prop_map(|(browser, outcome)| Event::Resend { browser, outcome }),
        8 => (browser.clone(), any::<bool>()).prop_map(|(browser, same_press)| Event::Reserve { browser, same_press }),
        8 => (browser.clone(), answer).prop_map(|(browser, answer)| Event::Settle { browser, answer }),
        1 => browser.clone().prop_map(|browser| Event::Crash { browser }),
        1 => browser.prop_map(|browser| Event::Forget { browser }),
    ]
}

/// A browser, its challenge, and the checks it has under way. Two tabs of one browser share a challenge, so there may be
/// several.
#[derive(Default)]
struct Browser {
    /// By which id it is known, once it has signed in.
    known: Option<BrowserId>,
    challenge: Option<ChallengeId>,
    press: Option<AttemptId>,
    asking: Vec<Asking>,
}

struct Asking {
    challenge: ChallengeId,
    attempt: AttemptId,
    ticket: u8,
    since: Timestamp,
}

/// Plays the events and keeps the books that the invariants are about.
struct Game {
    record: DestinationRecord,
    policy: Policy,
    now: Timestamp,
    browsers: [Browser; 4],
    ids: u128,
    asked: BTreeMap<ChallengeId, u8>,
    ask_times: Vec<Timestamp>,
    /// The texts that each known browser asked for, and those that all strangers did.
    texts: BTreeMap<Option<usize>, Vec<Timestamp>>,
    /// Who asked for a challenge.
    askers: BTreeMap<ChallengeId, Option<usize>>,
    sessions: BTreeMap<ChallengeId, BTreeSet<SessionId>>,
    users: BTreeSet<UserId>,
}

impl Game {
    fn new() -> Self {
        Self {
            record: DestinationRecord::default(),
            policy: Policy::default(),
            now: Timestamp::from_secs(1_000_000),
            browsers: Default::default(),
            ids: 0,
            asked: BTreeMap::new(),
            ask_times: Vec::new(),
            texts: BTreeMap::new(),
            askers: BTreeMap::new(),
            sessions: BTreeMap::new(),
            users: BTreeSet::new(),
        }
    }

    fn id(&mut self) -> [u8; 16] {
        self.ids += 1;
        self.ids.to_be_bytes()
    }

    fn apply<S: Step<Record = DestinationRecord>>(&mut self, step: S) -> S::Reply {
        step.apply(&mut self.record, self.now, &self.policy)
    }

    fn play(&mut self, event: &Event) {
        match *event {
            Event::Wait { secs } => self.now = self.now.plus(Duration::from_secs(secs)),
            Event::Send { browser, outcome } => self.send(browser, outcome),
            Event::Resend { browser, outcome } => {
                let Some(challenge) = self.browsers[browser].challenge.clone() else {
                    return;
                };
                if self
                    .apply(ReserveResend {
                        challenge: challenge.clone(),
                        proof: None,
                    })
                    .is_ok()
                {
                    let asker = self.askers.get(&challenge).copied().flatten();
                    self.settle_send(asker, challenge, None, outcome);
                }
            }
            Event::Reserve {
                browser,
                same_press,
            } => self.reserve(browser, same_press),
            Event::Settle { browser, answer } => self.settle(browser, answer),
            Event::Crash { browser } => drop(self.browsers[browser].asking.pop()),
            Event::Forget { browser } => {
                if let Some(challenge) = self.browsers[browser].challenge.take() {
                    self.apply(Forget { challenge });
                }
            }
        }
    }

    fn send(&mut self, browser: usize, outcome: Outcome) {
        let challenge = ChallengeId::from_random(self.id());
        let replaces = self.browsers[browser].challenge.clone();
        let known = self.browsers[browser].known.clone();
        let asker = known.is_some().then_some(browser);
        if self
            .apply(ReserveSend {
                challenge: challenge.clone(),
                browser: known,
                proof: None,
                change: None,
                step_up: false,
            })
            .is_ok()
        {
            self.askers.insert(challenge.clone(), asker);
            self.settle_send(asker, challenge.clone(), replaces, outcome);
            self.browsers[browser].challenge = Some(challenge);
        }
    }

    fn settle_send(
        &mut self,
        asker: Option<usize>,
        challenge: ChallengeId,
        replaces: Option<ChallengeId>,
        outcome: Outcome,
    ) {
        self.texts.entry(asker).or_default().push(self.now);
        let outcome = match outcome {
            Outcome::Sent => SendOutcome::Sent(Handle::new(challenge.to_string())),
            Outcome::Failed => SendOutcome::Failed,
            Outcome::Spent => SendOutcome::Spent,
        };
        let _ = self.apply(SettleSend {
            challenge,
            channel: Channel::Sms,
            outcome,
            replaces,
            proof: None,
        });
    }

    fn reserve(&mut self, browser: usize, same_press: bool) {
        let Some(challenge) = self.browsers[browser].challenge.clone() else {
            return;
        };
        let fresh = AttemptId::try_from(format!("{:022}", u128::from_be_bytes(self.id()))).unwrap();
        let attempt = self.browsers[browser]
            .press
            .clone()
            .filter(|_| same_press)
            .unwrap_or(fresh);
        self.browsers[browser].press = Some(attempt.clone());
        match self.apply(ReserveCheck {
            challenge: challenge.clone(),
            attempt: attempt.clone(),
            change: None,
            step_up: false,
        }) {
            Ok(CheckReserved::Ask { ticket, .. }) => {
                *self.asked.entry(challenge.clone()).or_default() += 1;
                self.ask_times.push(self.now);
                self.browsers[browser].asking.push(Asking {
                    challenge,
                    attempt,
                    ticket,
                    since: self.now,
                });
            }
            Ok(CheckReserved::Repeat(Ok(approved))) => {
                self.signed_in(challenge, approved.session, approved.user)
            }
            Ok(CheckReserved::Repeat(Err(_))) | Err(_) => {}
        }
    }

    fn settle(&mut self, browser: usize, answer: Answer) {
        if self.browsers[browser].asking.is_empty() {
            return;
        }
        let asking = self.browsers[browser].asking.remove(0);
        let verdict = match answer {
            Answer::Right => Some(Verdict::Approved),
            Answer::Wrong => Some(Verdict::Wrong(None)),
            Answer::Expired => Some(Verdict::Expired),
            Answer::Nothing => None,
        };
        let settle = SettleCheck {
            challenge: asking.challenge.clone(),
            attempt: asking.attempt,
            ticket: asking.ticket,
            verdict,
            user: UserId::from_random(self.id()),
            session: SessionId::from_random(self.id()),
            browser: BrowserId::from_random(self.id()),
        };
        if let Ok(approved) = self.apply(settle) {
            assert!(
                matches!(answer, Answer::Right),
                "no session without a yes of the provider"
            );
            self.browsers[browser].known = Some(approved.browser);
            self.signed_in(asking.challenge, approved.session, approved.user);
        }
    }

    fn signed_in(&mut self, challenge: ChallengeId, session: SessionId, user: UserId) {
        self.sessions.entry(challenge).or_default().insert(session);
        self.users.insert(user);
    }

    fn check(&self) {
        for (challenge, asked) in &self.asked {
            assert!(
                *asked <= self.policy.tries,
                "{challenge}: the provider saw {asked} codes"
            );
        }
        for (challenge, sessions) in &self.sessions {
            assert_eq!(
                sessions.len(),
                1,
                "{challenge}: one code, {} sessions",
                sessions.len()
            );
        }
        assert!(
            self.users.len() <= 1,
            "one number, {} users",
            self.users.len()
        );
        let within = |events: &[Timestamp], secs| {
            let window = Duration::from_secs(secs);
            let counts = events.iter().map(|from| {
                events
                    .iter()
                    .filter(|at| *at >= from && at.since(*from) < window)
                    .count()
            });
            counts.max().unwrap_or_default()
        };
        for (asker, texts) in &self.texts {
            assert!(
                within(texts, 3600) <= self.policy.sends_per_hour,
                "too many texts in an hour for {asker:?}"
            );
            assert!(
                within(texts, 86_400) <= self.policy.sends_per_day,
                "too many texts in a day for {asker:?}"
            );
        }
        let mut under_way = BTreeSet::new();
        for asking in self.browsers.iter().flat_map(|browser| &browser.asking) {
            if self.now.since(asking.since) < self.policy.lease {
                assert!(
                    under_way.insert(&asking.challenge),
                    "two checks of one challenge under way"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// What must hold after every single event:
    ///
    /// - at most N codes of a challenge reach the provider, N being [`Policy::tries`], and no two of them at once (R25);
    /// - a code opens one session at most, however often the press is repeated (R26);
    /// - nobody is let in without the provider's yes to the very code that is settled (R32);
    /// - texts never exceed the hour's and the day's budget, neither those of strangers nor those of any known browser (R16);
    /// - a number is one user's, whoever proves it first (R55).
    #[test]
    fn r16_r25_r26_r32_r55_in_every_order_tries_texts_sessions_and_users_keep_to_their_number(events in prop::collection::vec(event(), 1..120)) {
        let mut game = Game::new();
        for event in &events {
            game.play(event);
            game.check();
        }
    }

    #[test]
    fn a_record_survives_being_written_and_read_at_any_point(events in prop::collection::vec(event(), 1..60)) {
        let (mut kept, mut reread) = (Game::new(), Game::new());
        for event in &events {
            kept.play(event);
            reread.play(event);
            let json = serde_json::to_string(&reread.record).unwrap();
            reread.record = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&kept.record, &reread.record);
        }
    }

    #[test]
    fn r64_what_is_over_is_forgotten_after_a_day_but_for_whose_and_where_the_number_is(events in prop::collection::vec(event(), 1..60)) {
        let mut game = Game::new();
        for event in &events {
            game.play(event);
        }
        game.record.prune(game.now.plus(Duration::from_secs(86_400 + 3600)), &game.policy);
        let left = serde_json::to_string(&game.record).unwrap();
        prop_assert_eq!(game.record.is_blank(), game.users.is_empty(), "{}", left);
        prop_assert!(!game.record.has_something_to_forget(), "{}", left);
        prop_assert!(left.len() < 200 + 4 * 100, "{}", left);
    }
}
