//! What holds whichever request goes next, and whichever never comes back?
//!
//! Whole journeys run at once, and before and after every step of every one of them another may go first: shuttle decides, in
//! thousands of orders, and prints the one that fails. Some requests die on the way, with what they had asked for done or not.
//!
//! Not here: single steps in any order, with time passing (`invariants`); records that move (`renaming`).

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use login::journey::SignedIn;
use login::{ChallengeId, Refusal};
use protocol::{AttemptId, Code, Destination};
use shuttle::future::{JoinHandle, block_on, spawn_local};
use shuttle::rand::Rng as _;
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

use crate::world::{World, number, wrong};

/// How many orders are tried: at random, and with few switches between requests (PCT), which finds what needs a long sleep at one point.
const ORDERS: usize = 250;

type Outcome = Result<SignedIn, Refusal>;

fn in_any_order(
    prepare: fn(&mut World),
    story: impl AsyncFn(Rc<World>) + Copy + Send + Sync + 'static,
) {
    let once = move || {
        let mut world = World::new();
        prepare(&mut world);
        world.takes_turns.set(true);
        block_on(story(Rc::new(world)));
    };
    let mut config = Config::new();
    // A journey is deeper than what shuttle gives a task by itself.
    config.stack_size = 1 << 19;
    Runner::new(RandomScheduler::new(ORDERS), config.clone()).run(once);
    Runner::new(PctScheduler::new(3, ORDERS), config).run(once);
}

/// The number's own limits are not in the way.
fn roomy(world: &mut World) {
    world.policy.cool_down = [Duration::ZERO; 4];
    world.policy.sends_per_hour = 100;
    world.policy.sends_per_day = 100;
    world.policy.open_challenges = 100;
}

fn as_it_comes(_: &mut World) {}

struct Person {
    world: Rc<World>,
    number: Destination,
    challenge: ChallengeId,
}

impl Person {
    async fn who_waits_for_a_code(world: &Rc<World>, number: &Destination) -> (Self, Code) {
        let challenge = world.send(number).await.unwrap();
        let code = world.code(number);
        let person = Self {
            world: world.clone(),
            number: number.clone(),
            challenge,
        };
        (person, code)
    }

    /// Presses the button, and does not wait.
    fn tries(&self, attempt: AttemptId, code: &Code) -> JoinHandle<Outcome> {
        let (world, number) = (self.world.clone(), self.number.clone());
        let (challenge, code) = (self.challenge.clone(), code.clone());
        spawn_local(async move { world.verify_as(&attempt, &number, &challenge, &code).await })
    }
}

/// What came of them, but for those that died.
async fn all(requests: Vec<JoinHandle<Outcome>>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for request in requests {
        outcomes.extend(request.await);
    }
    outcomes
}

fn accounts(outcomes: &[Outcome]) -> HashSet<String> {
    let users = outcomes.iter().flatten();
    users.map(|somebody| somebody.user.to_string()).collect()
}

fn sessions(outcomes: &[Outcome]) -> HashSet<String> {
    let sessions = outcomes.iter().flatten();
    sessions
        .map(|somebody| somebody.session.to_string())
        .collect()
}

/// Any of the requests may die, at any of its steps.
fn let_some_die(requests: &[JoinHandle<Outcome>]) {
    for request in requests {
        let (handle, steps) = (
            request.abort_handle(),
            shuttle::rand::thread_rng().gen_range(0..24),
        );
        spawn_local(async move {
            for _ in 0..steps {
                shuttle::future::yield_now().await;
            }
            handle.abort();
        });
    }
}

#[test]
fn r55_first_logins_at_once_are_one_account() {
    in_any_order(roomy, async |world| {
        let ana = number(7_000_001);
        let mut logins = Vec::new();
        for _ in 0..4 {
            let (person, code) = Person::who_waits_for_a_code(&world, &ana).await;
            logins.push(person.tries(world.fresh_attempt(), &code));
        }
        let outcomes = all(logins).await;
        assert_eq!(accounts(&outcomes).len(), 1, "{outcomes:?}");
        assert_eq!(sessions(&outcomes).len(), 4, "{outcomes:?}");
        let created = outcomes.iter().flatten().filter(|who| who.new_account);
        assert_eq!(created.count(), 1, "{outcomes:?}");
    });
}

#[test]
fn r25_guesses_at_once_are_no_more_guesses_and_a_right_code_lets_one_in() {
    in_any_order(as_it_comes, async |world| {
        let ana = number(7_000_002);
        let (person, code) = Person::who_waits_for_a_code(&world, &ana).await;
        let mut tries = vec![person.tries(world.fresh_attempt(), &code)];
        for _ in 0..7 {
            tries.push(person.tries(world.fresh_attempt(), &wrong()));
            tries.push(person.tries(world.fresh_attempt(), &code));
        }
        let outcomes = all(tries).await;
        assert!(
            world.checks.get() <= u32::from(world.policy.tries),
            "{outcomes:?}"
        );
        assert!(sessions(&outcomes).len() <= 1, "{outcomes:?}");
    });
}

#[test]
fn r82_one_press_of_the_button_is_one_session_however_often_it_arrives() {
    in_any_order(as_it_comes, async |world| {
        let ana = number(7_000_003);
        let (person, code) = Person::who_waits_for_a_code(&world, &ana).await;
        let attempt = world.fresh_attempt();
        let tries = (0..4).map(|_| person.tries(attempt.clone(), &code));
        let outcomes = all(tries.collect()).await;
        assert_eq!(sessions(&outcomes).len(), 1, "{outcomes:?}");
        assert_eq!(world.checks.get(), 1);
        let again = person.tries(attempt, &code).await.unwrap();
        assert_eq!(sessions(&[again]), sessions(&outcomes));
    });
}

#[test]
fn r16_r17_texts_asked_for_at_once_are_no_more_texts() {
    const SITE: u32 = 5;
    let prepare = |world: &mut World| {
        roomy(world);
        world.policy.sends_per_hour = 3;
        world.policy.budgets.site.per_hour = SITE;
    };
    in_any_order(prepare, async |world| {
        let sent = Rc::new(Cell::new(0));
        let mut requests = Vec::new();
        for (last, asked) in [(7_000_004, 5), (7_004_005, 5)] {
            for _ in 0..asked {
                let (world, sent) = (world.clone(), sent.clone());
                requests.push(spawn_local(async move {
                    if world.send(&number(last)).await.is_ok() {
                        sent.set(sent.get() + 1);
                    }
                }));
            }
        }
        for request in requests {
            request.await.unwrap();
        }
        // What a budget refuses is given back a moment later, so as many as fit are sent, and perhaps a few less.
        assert_eq!(world.sends.get(), sent.get());
        assert!(sent.get() <= SITE, "{} texts", sent.get());
        assert!(sent.get() >= 3, "{} texts", sent.get());
    });
}

#[test]
fn r48_r61_a_session_that_was_ended_stays_ended_whoever_renews_it_meanwhile() {
    in_any_order(as_it_comes, async |world| {
        let ana = number(7_000_006);
        let (person, code) = Person::who_waits_for_a_code(&world, &ana).await;
        let who = person
            .tries(world.fresh_attempt(), &code)
            .await
            .unwrap()
            .unwrap();
        let mut requests = Vec::new();
        for _ in 0..3 {
            let (world, who) = (world.clone(), who.clone());
            requests.push(spawn_local(async move {
                let login = world.login();
                let renewed = login.renew(&who.user, who.session, who.living.generation);
                renewed.await.map(|living| living.generation)
            }));
        }
        world
            .login()
            .end(&who.user, who.session.clone())
            .await
            .unwrap();
        let login = world.login();
        assert_eq!(
            login.check(&who.user, who.session.clone()).await,
            Err(Refusal::SessionEnded)
        );
        for request in requests {
            // Renewals at once are one renewal.
            let next = who.living.generation + 1;
            let renewed = request.await.unwrap();
            assert!(
                renewed == Ok(next) || renewed == Err(Refusal::SessionEnded),
                "{renewed:?}"
            );
        }
        assert_eq!(
            login.check(&who.user, who.session).await,
            Err(Refusal::SessionEnded)
        );
    });
}

#[test]
fn r85_requests_that_die_anywhere_open_nothing_twice_and_lock_nobody_out() {
    in_any_order(roomy, async |world| {
        let ana = number(7_000_007);
        let mut tries = Vec::new();
        for _ in 0..3 {
            let (person, code) = Person::who_waits_for_a_code(&world, &ana).await;
            let attempt = world.fresh_attempt();
            tries.push(person.tries(world.fresh_attempt(), &wrong()));
            tries.push(person.tries(attempt.clone(), &code));
            tries.push(person.tries(attempt, &code));
        }
        let_some_die(&tries);
        let outcomes = all(tries).await;
        assert!(accounts(&outcomes).len() <= 1, "{outcomes:?}");
        assert!(sessions(&outcomes).len() <= 3, "{outcomes:?}");

        // Somebody who died between asking and settling holds up their own challenge, for as long as a lease takes, and no other.
        let (person, code) = Person::who_waits_for_a_code(&world, &ana).await;
        let login = person.tries(world.fresh_attempt(), &code).await.unwrap();
        let known = accounts(&outcomes);
        assert!(
            known.is_empty() || known == accounts(std::slice::from_ref(&login)),
            "{login:?} after {outcomes:?}"
        );
        assert!(login.is_ok(), "{login:?}");
    });
}
