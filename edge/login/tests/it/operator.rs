//! What can the operator see and do, and what do others notice of it?

use std::time::Duration;

use login::attempt::operator::Order;
use login::budget::{self, look::Look};
use login::ledger::Ledger as _;
use login::switches::Throw;
use login::{Policy, Refusal, Timestamp};
use protocol::Destination;

use crate::world::{World, number, wrong};

async fn block(world: &World, number: &Destination, blocked: bool) {
    let step = if blocked {
        Order::Block
    } else {
        Order::Unblock
    };
    world.destination(&world.name(number), step).await.unwrap();
}

#[tokio::test]
async fn r29_r34_a_blocked_number_is_refused_as_one_whose_texts_are_used_up_and_its_codes_die() {
    let (world, number) = (World::new(), number(7_000_001));
    let challenge = world.send(&number).await.unwrap();
    block(&world, &number, true).await;
    let right = world.code(&number);
    let tried = world.verify(&number, &challenge, &right).await;
    assert_eq!(tried.unwrap_err(), Refusal::NoChallenge);
    assert_eq!(world.checks.get(), 0, "the provider is not asked");
    let hours = |n: u64| Duration::from_secs(n * 3600);
    for (wait, left) in [(0, 24), (5, 19), (18, 1), (1, 24), (24, 24)] {
        world.wait(wait * 3600);
        let refused = world.send(&number).await.unwrap_err();
        assert_eq!(refused, Refusal::TooManySends(hours(left)), "{wait} later");
    }
    assert_eq!(world.sends.get(), 1);
    block(&world, &number, false).await;
    assert!(world.send(&number).await.is_ok());
}

#[tokio::test]
async fn a_number_is_looked_up() {
    let (world, number) = (World::new(), number(7_000_002));
    let policy = Policy::default();
    let blank = world.look_up(&number).await;
    assert_eq!(
        (blank.user, blank.blocked, blank.last_login),
        (None, None, None)
    );
    assert_eq!(blank.sends_left, policy.sends_per_hour);
    assert_eq!(blank.checks_left, policy.failures_per_hour);

    let challenge = world.send(&number).await.unwrap();
    let mistyped = world.verify(&number, &challenge, &wrong()).await;
    assert_eq!(mistyped.unwrap_err(), Refusal::WrongCode(4));
    let waiting = world.look_up(&number).await;
    assert_eq!(waiting.open_challenges, 1);
    assert_eq!(waiting.sends_left, policy.sends_per_hour - 1);
    assert_eq!(waiting.checks_left, policy.failures_per_hour - 1);

    let code = world.code(&number);
    let who = world.verify(&number, &challenge, &code).await.unwrap();
    let known = world.look_up(&number).await;
    assert_eq!(known.user, Some(who.user));
    assert_eq!(known.last_login, Some(world.now.get()));
    assert_eq!(known.open_challenges, 0);
}

#[tokio::test]
async fn budgets_are_looked_at_without_spending() {
    let (world, number) = (World::new(), number(7_000_003));
    world.send(&number).await.unwrap();
    for (now, expected) in [
        (1_000_000, (1, 1)),
        (1_007_200, (0, 1)),
        (1_100_000, (0, 0)),
    ] {
        world.now.set(Timestamp::from_secs(now));
        for budget in budget::of(&number, "HR", &world.network) {
            let used = world.budget(&budget, Look {}).await.unwrap();
            assert_eq!((used.sent_hour, used.sent_day), expected, "{budget:?}");
        }
    }
}

#[tokio::test]
async fn r54_orders_stop_texts_and_end_sessions_and_logins_of_before() {
    let world = World::new();
    let (signed_in, waiting) = (number(7_000_004), number(7_000_005));
    let challenge = world.send(&signed_in).await.unwrap();
    let code = world.code(&signed_in);
    let who = world.verify(&signed_in, &challenge, &code).await.unwrap();
    let check = async || {
        let login = world.login();
        login.check(&who.user, who.session.clone()).await
    };

    world.switches(Throw::StopSends).await.unwrap();
    let refused = world.send(&waiting).await.unwrap_err();
    assert!(matches!(refused, Refusal::SendsPaused(_)), "{refused:?}");
    assert_eq!(world.sends.get(), 1, "nobody is asked");
    assert!(check().await.is_ok(), "sessions live on");
    world.switches(Throw::ResumeSends).await.unwrap();

    world.switches(Throw::EndAllSessions).await.unwrap();
    assert_eq!(check().await.unwrap_err(), Refusal::SessionEnded);
    let renewed = world.login().renew(&who.user, who.session.clone(), 1).await;
    assert_eq!(renewed.unwrap_err(), Refusal::SessionEnded);
    assert!(world.send(&waiting).await.is_err(), "nobody can begin yet");
    world.wait(60);
    let challenge = world.send(&waiting).await.unwrap();
    let code = world.code(&waiting);
    let later = world.verify(&waiting, &challenge, &code).await.unwrap();
    let login = world.login();
    assert!(login.check(&later.user, later.session).await.is_ok());
    assert_eq!(check().await.unwrap_err(), Refusal::SessionEnded);
}
