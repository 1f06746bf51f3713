//! Does a number open one account, and an account keep its number, whichever request goes next while numbers are changed?
//!
//! Whole journeys run at once over the real records. Before and after every step of every one another may go first, and each may die at
//! any of its steps, with what it had asked for done or not. Not here: what each of them is told (`changes`).

use std::cell::RefCell;
use std::collections::HashSet;
use std::pin::Pin;
use std::task::{Context, Waker};

use futures_util::FutureExt as _;
use login::journey::{Owner, Press, SignedIn};
use login::{ChallengeId, UserId};
use proptest::prelude::*;
use protocol::{AttemptId, Code, Destination};

use crate::world::{World, address, changes, number};

/// A press of the button that is about to happen.
struct Button {
    number: Destination,
    /// Who changes their number; none is a login.
    owner: Option<Owner>,
    challenge: ChallengeId,
    code: Code,
    attempt: AttemptId,
}

/// What came of it: who is signed in, or whose the number is now.
type Outcomes = RefCell<Vec<(Destination, UserId)>>;

/// A world in which no limit of a number is in the way.
fn world() -> World {
    let mut world = changes::world();
    world.policy.sends_per_hour = 100;
    world.policy.sends_per_day = 100;
    world.policy.open_challenges = 100;
    world
}

/// A login with nobody else about.
fn sign_in(world: &World, number: &Destination) -> SignedIn {
    changes::sign_in(world, number).now_or_never().unwrap()
}

impl Button {
    fn of_a_login(world: &World, number: &Destination) -> Self {
        let challenge = world.send(number).now_or_never().unwrap().unwrap();
        Self::of(world, number, None, challenge)
    }

    fn of_a_change(world: &World, who: &SignedIn, to: &Destination) -> Self {
        let begun = changes::begin(world, who, to).now_or_never().unwrap();
        Self::of(world, to, Some(changes::owner(who)), begun.unwrap())
    }

    fn of(
        world: &World,
        number: &Destination,
        owner: Option<Owner>,
        challenge: ChallengeId,
    ) -> Self {
        Self {
            number: number.clone(),
            owner,
            challenge,
            code: world.code(number),
            attempt: world.fresh_attempt(),
        }
    }

    async fn is_pressed(&self, world: &World, outcomes: &Outcomes) {
        let (login, fresh) = (world.login(), world.fresh_ids());
        let Self {
            number,
            owner,
            challenge,
            code,
            attempt,
        } = self;
        let (challenge, attempt) = (challenge.clone(), attempt.clone());
        let user = match owner {
            None => {
                let verified = login.verify(number, challenge, code, attempt, fresh).await;
                verified.map(|who| who.user)
            }
            Some(owner) => {
                let press = Press {
                    to: number,
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

/// Presses them all: whose request goes next, and after how many turns each dies.
fn press(world: &World, buttons: &[&Button], outcomes: &Outcomes, order: &[usize], deaths: &[u8]) {
    let mut requests: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = Vec::new();
    for button in buttons {
        requests.push(Box::pin(button.is_pressed(world, outcomes)));
    }
    world.takes_turns.set(true);
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
    world.takes_turns.set(false);
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
        let (world, outcomes) = (world(), Outcomes::default());
        if had_it_before {
            // And took the change back: the number's record still names the account.
            let change = Button::of_a_change(&world, &sign_in(&world, &old), &new);
            press(&world, &[&change], &Outcomes::default(), &[], &[]);
            world.wait(1);
        }
        let (ana, bob) = (sign_in(&world, &old), sign_in(&world, &bobs));
        world.wait(1);
        let to_new = Button::of_a_change(&world, &ana, &new);
        let contest = if two_want_it {
            Button::of_a_change(&world, &bob, &new)
        } else {
            Button::of_a_change(&world, &ana, &other)
        };
        let (with_new, again) = (Button::of_a_login(&world, &new), Button::of_a_login(&world, &new));
        let fifth = Button::of_a_login(&world, if way_back { &old } else { &new });
        let buttons = [&to_new, &to_new, &contest, &with_new, &again, &fifth];
        press(&world, &buttons, &outcomes, &order, &deaths);

        // Once there is no way back any more, each number opens one account, and no account is out of reach.
        let told = outcomes.take();
        world.wait(8 * 86_400);
        let numbers = [&old, &new, &other, &bobs];
        let users = numbers.map(|number| sign_in(&world, number).user);
        let again = numbers.map(|number| sign_in(&world, number).user);
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

    #[test]
    fn r55_r56_r58_a_number_and_an_address_open_one_account_and_no_account_is_lost(
        order in prop::collection::vec(0_usize..6, 0..120),
        deaths in prop::collection::vec(1_u8..40, 6),
        way_back: bool,
        two_want_it: bool,
        had_one_before: bool,
    ) {
        let (old, new, bobs) = (number(5_620_001), number(5_620_002), number(5_620_003));
        let (mail, mail_before) = (address(5_620_001), address(5_620_002));
        let (world, outcomes) = (world(), Outcomes::default());
        if had_one_before {
            let link = Button::of_a_change(&world, &sign_in(&world, &old), &mail_before);
            press(&world, &[&link], &Outcomes::default(), &[], &[]);
            world.wait(1);
        }
        let (ana, bob) = (sign_in(&world, &old), sign_in(&world, &bobs));
        world.wait(1);
        let to_mail = Button::of_a_change(&world, &ana, &mail);
        let contest = if two_want_it {
            Button::of_a_change(&world, &bob, &mail)
        } else {
            Button::of_a_change(&world, &ana, &new)
        };
        let (with_mail, again) = (Button::of_a_login(&world, &mail), Button::of_a_login(&world, &mail));
        let fifth = Button::of_a_login(&world, if way_back { &old } else { &mail });
        let buttons = [&to_mail, &to_mail, &contest, &with_mail, &again, &fifth];
        press(&world, &buttons, &outcomes, &order, &deaths);

        let told = outcomes.take();
        world.wait(8 * 86_400);
        let places = [&old, &new, &bobs, &mail, &mail_before];
        let users = places.map(|place| sign_in(&world, place).user);
        prop_assert_eq!(&users, &places.map(|place| sign_in(&world, place).user));
        let (of_numbers, of_addresses) = users.split_at(3);
        for users in [of_numbers, of_addresses] {
            let distinct: HashSet<_> = users.iter().map(UserId::as_str).collect();
            prop_assert_eq!(distinct.len(), users.len(), "two of a kind: {:?} {:?}", users, told);
        }
        for who in [&ana, &bob] {
            prop_assert!(users.contains(&who.user), "lost: {:?} {:?}", users, told);
        }
        if !way_back {
            for (to, user) in &told {
                let place = places.iter().position(|it| *it == to).unwrap();
                prop_assert_eq!(user, &users[place], "{:?} {:?}", users, told);
            }
        }
    }
}
