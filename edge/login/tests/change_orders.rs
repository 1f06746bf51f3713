//! Does a number open one account, and an account keep its number, whichever request goes next while numbers are changed?
//!
//! Whole journeys run at once over the real records. Before and after every step of every one another may go first, and each may die at
//! any of its steps, with what it had asked for done or not. Not here: what each of them is told (`changes`).
#![allow(clippy::unwrap_used)]

mod world;

use std::cell::RefCell;
use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt as _;
use login::account::UserRecord;
use login::attempt::PhoneRecord;
use login::budget::{Budget, BudgetRecord};
use login::index::PhoneName;
use login::journey::{Asker, Owner, Press, SignedIn};
use login::ledger::{Ledger, LedgerDown};
use login::provider::{CheckFailure, CodeProvider, Handle, SendFailure, Verdict};
use login::step::Step;
use login::switches::Switches;
use login::{ChallengeId, Login, UserId};
use proptest::prelude::*;
use protocol::messages::Channel;
use protocol::{AttemptId, Code, PhoneNumber};
use world::{World, number};

/// The world, in which every step takes its time.
struct Stage(World);

/// Lets others go first, once.
async fn turn() {
    let mut waited = false;
    poll_fn(|_| {
        if std::mem::replace(&mut waited, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

impl Ledger for Stage {
    async fn phone<S: Step<Record = PhoneRecord>>(
        &self,
        number: &PhoneName,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        turn().await;
        let reply = self.0.phone(number, step).await;
        turn().await;
        reply
    }

    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        budget: &Budget,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.0.budget(budget, step).await
    }

    async fn user<S: Step<Record = UserRecord>>(
        &self,
        user: &UserId,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        turn().await;
        let reply = self.0.user(user, step).await;
        turn().await;
        reply
    }

    async fn switches<S: Step<Record = Switches>>(&self, step: S) -> Result<S::Reply, LedgerDown> {
        self.0.switches(step).await
    }
}

impl CodeProvider for Stage {
    async fn send(&self, to: &PhoneNumber, channel: Channel) -> Result<Handle, SendFailure> {
        CodeProvider::send(&self.0, to, channel).await
    }

    async fn resend(
        &self,
        handle: &Handle,
        to: &PhoneNumber,
        channel: Channel,
    ) -> Result<Handle, SendFailure> {
        self.0.resend(handle, to, channel).await
    }

    async fn check(
        &self,
        handle: &Handle,
        to: &PhoneNumber,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        turn().await;
        self.0.check(handle, to, code).await
    }
}

/// A press of the button that is about to happen.
struct Button {
    number: PhoneNumber,
    /// Who changes their number; none is a login.
    owner: Option<Owner>,
    challenge: ChallengeId,
    code: Code,
    attempt: AttemptId,
}

/// What came of it: who is signed in, or whose the number is now.
type Outcomes = RefCell<Vec<(PhoneNumber, UserId)>>;

impl Stage {
    fn new() -> Self {
        let mut world = World::new();
        world.policy.cool_down = [Duration::ZERO; 4];
        world.policy.sends_per_hour = 100;
        world.policy.sends_per_day = 100;
        world.policy.open_challenges = 100;
        Self(world)
    }

    fn login(&self) -> Login<'_, Self, Self> {
        let Login {
            served,
            index,
            orders,
            policy,
            ..
        } = self.0.login();
        Login {
            ledger: self,
            provider: self,
            served,
            index,
            orders,
            policy,
        }
    }

    /// A login with nobody else about.
    fn sign_in(&self, number: &PhoneNumber) -> SignedIn {
        let press = self.login_with(number);
        let world = &self.0;
        let verified = world.verify_as(&press.attempt, number, &press.challenge, &press.code);
        verified.now_or_never().unwrap().unwrap()
    }

    fn login_with(&self, number: &PhoneNumber) -> Button {
        let challenge = self.0.send(number).now_or_never().unwrap().unwrap();
        self.press(number, None, challenge)
    }

    fn change(&self, who: &SignedIn, to: &PhoneNumber) -> Button {
        let world = &self.0;
        let owner = Owner {
            user: who.user.clone(),
            session: who.session.clone(),
        };
        let asker = Asker {
            change: Some(owner.clone()),
            ..world.asker(None)
        };
        let (challenge, login) = (world.fresh_challenge(), world.login());
        let sent = login.send(to, Channel::Sms, &asker, challenge.clone(), None, None);
        sent.now_or_never().unwrap().unwrap();
        self.press(to, Some(owner), challenge)
    }

    fn press(&self, number: &PhoneNumber, owner: Option<Owner>, challenge: ChallengeId) -> Button {
        Button {
            number: number.clone(),
            owner,
            challenge,
            code: self.0.code(number),
            attempt: self.0.fresh_attempt(),
        }
    }

    async fn act(&self, press: &Button, outcomes: &Outcomes) {
        let (login, fresh) = (self.login(), self.0.fresh_ids());
        let Button {
            number,
            owner,
            challenge,
            code,
            attempt,
        } = press;
        let (challenge, attempt) = (challenge.clone(), attempt.clone());
        let user = match owner {
            None => {
                let verified = login.verify(number, challenge, code, attempt, fresh).await;
                verified.map(|who| who.user)
            }
            Some(owner) => {
                let press = Press {
                    number,
                    challenge,
                    code,
                    attempt,
                };
                let done = login.finish_change(owner, &press, &fresh, true);
                done.await.map(|_| owner.user.clone())
            }
        };
        outcomes
            .borrow_mut()
            .extend(user.map(|user| (number.clone(), user)));
    }
}

/// Runs them all: who goes next, and after how many turns each dies.
fn run(mut requests: Vec<Pin<Box<dyn Future<Output = ()> + '_>>>, order: &[usize], deaths: &[u8]) {
    let mut context = Context::from_waker(Waker::noop());
    let mut turns = vec![0; requests.len()];
    let mut waiting: Vec<_> = requests.iter_mut().map(Some).collect();
    let count = waiting.len();
    let to_the_end = (0..1000).map(|n| n % count);
    for n in order.iter().copied().chain(to_the_end) {
        turns[n] = u8::saturating_add(turns[n], 1);
        let dead = deaths.get(n) == Some(&turns[n]);
        if let Some(request) = &mut waiting[n]
            && (dead || request.as_mut().poll(&mut context).is_ready())
        {
            waiting[n] = None;
        }
    }
    assert!(
        waiting.iter().all(Option::is_none),
        "somebody waits for ever"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn r55_r56_a_number_opens_one_account_and_no_account_is_lost(
        order in prop::collection::vec(0_usize..6, 0..120),
        // Of the first ones; at 40 turns, they are through.
        deaths in prop::collection::vec(1_u8..40, 6),
        way_back: bool,
        two_want_it: bool,
        had_it_before: bool,
    ) {
        let (old, new, other) = (number(5_610_001), number(5_610_002), number(5_610_003));
        let bobs = number(5_610_004);
        let (stage, outcomes) = (Stage::new(), Outcomes::default());
        if had_it_before {
            // And took the change back: the number's record still names the account.
            let change = stage.change(&stage.sign_in(&old), &new);
            let nobody_asks = Outcomes::default();
            run(vec![Box::pin(stage.act(&change, &nobody_asks))], &[], &[]);
            stage.0.wait(1);
        }
        let (ana, bob) = (stage.sign_in(&old), stage.sign_in(&bobs));
        stage.0.wait(1);
        let to_new = stage.change(&ana, &new);
        let contest = if two_want_it {
            stage.change(&bob, &new)
        } else {
            stage.change(&ana, &other)
        };
        let (with_new, again) = (stage.login_with(&new), stage.login_with(&new));
        let fifth = stage.login_with(if way_back { &old } else { &new });
        let presses = [&to_new, &to_new, &contest, &with_new, &again, &fifth];
        let requests = presses.map(|press| Box::pin(stage.act(press, &outcomes)) as Pin<Box<dyn Future<Output = ()>>>);
        run(requests.into(), &order, &deaths);

        // Once there is no way back any more, each number opens one account, and no account is out of reach.
        let told = outcomes.take();
        stage.0.wait(8 * 86_400);
        let numbers = [&old, &new, &other, &bobs];
        let users = numbers.map(|number| stage.sign_in(number).user);
        let again = numbers.map(|number| stage.sign_in(number).user);
        prop_assert_eq!(&users, &again);
        let distinct: HashSet<_> = users.iter().map(UserId::as_str).collect();
        prop_assert_eq!(distinct.len(), 4, "one account, two numbers: {:?} {:?}", users, told);
        prop_assert!(distinct.contains(ana.user.as_str()), "lost: {:?} {:?}", users, told);
        prop_assert!(distinct.contains(bob.user.as_str()), "lost: {:?} {:?}", users, told);
        if !way_back {
            // What anybody was told of a number holds.
            for (number, user) in &told {
                let place = numbers.iter().position(|it| *it == number).unwrap();
                prop_assert_eq!(user, &users[place], "{:?} {:?}", users, told);
            }
        }
    }
}
