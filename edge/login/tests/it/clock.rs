//! What holds when the clock is wrong, and when it is set right?
//!
//! A machine that starts with yesterday's or tomorrow's time, and is told better while people sign in. Not here: time that passes as it
//! does (`limits`); that a jump is noticed (`metrics`).

use std::time::Duration;

use login::attempt::check::ReserveCheck;
use login::ledger::Ledger as _;
use login::{Refusal, Timestamp};

use crate::world::{World, number, wrong};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The clock is set: by so many seconds, ahead or back.
fn step(world: &World, ahead: u64, back: u64) {
    let millis = world.now.get().as_millis() + ahead * 1000 - back * 1000;
    world.now.set(Timestamp::from_millis(millis));
}

#[tokio::test]
async fn r31_no_step_of_the_clock_makes_a_code_good_that_is_over() {
    // How long the code was out, by how much the clock is set, and whether it is good then.
    let cases = [
        (0, (0, 0), true),
        (0, (DAY, 0), false),
        (0, (0, HOUR), true),
        // It has been wrong for a while, and the code was sent meanwhile.
        (4 * MINUTE, (0, HOUR), true),
    ];
    for (out, (ahead, back), good) in cases {
        let (world, ana) = (World::new(), number(1_900_001));
        let challenge = world.send(&ana).await.unwrap();
        let code = world.code(&ana);
        world.wait(out);
        step(&world, ahead, back);
        let verified = world.verify(&ana, &challenge, &code).await;
        assert_eq!(
            verified.is_ok(),
            good,
            "{out}, {ahead}, {back}: {verified:?}"
        );
    }
}

#[tokio::test]
async fn r31_a_code_that_was_sent_while_the_clock_was_ahead_lives_no_longer_than_others() {
    let (world, ana) = (World::new(), number(1_900_002));
    step(&world, DAY, 0);
    let challenge = world.send(&ana).await.unwrap();
    let code = world.code(&ana);
    step(&world, 0, DAY);
    // Somebody looks at it as soon as the clock is right.
    let tried = world.verify(&ana, &challenge, &wrong()).await;
    assert_eq!(tried, Err(Refusal::WrongCode(4)));
    world.wait(5 * MINUTE);
    let late = world.verify(&ana, &challenge, &code).await;
    assert_eq!(late, Err(Refusal::ChallengeExpired));
}

#[tokio::test]
async fn setting_the_clock_back_refills_no_budget() {
    let (mut world, ana) = (World::new(), number(1_900_003));
    world.policy.cool_down = [Duration::ZERO; 4];
    for _ in 0..5 {
        world.send(&ana).await.unwrap();
    }
    for back in [1, HOUR, HOUR, DAY] {
        step(&world, 0, back);
        let more = world.send(&ana).await;
        assert!(
            matches!(more, Err(Refusal::TooManySends(_))),
            "{back}: {more:?}"
        );
    }
    world.policy.budgets.network.per_hour = 5;
    let other = world.send(&number(1_900_004)).await;
    assert!(matches!(other, Err(Refusal::NetworkSpent(_))), "{other:?}");
}

#[tokio::test]
async fn nobody_waits_for_a_clock_that_was_ahead_to_be_right_again() {
    // A year is what a clock is off that has lost its battery.
    for ahead in [HOUR, DAY, 365 * DAY] {
        let (mut world, ana) = (World::new(), number(1_900_005));
        world.policy.budgets.network.per_hour = 5;
        step(&world, ahead, 0);
        for wait in [30, 60, 120, 300, 0] {
            world.send(&ana).await.unwrap();
            world.wait(wait);
        }
        let locked = world.send(&ana).await;
        assert!(
            matches!(locked, Err(Refusal::TooManySends(_))),
            "{locked:?}"
        );
        step(&world, 0, ahead);
        let waits = [world.send(&ana).await, world.send(&number(1_900_006)).await];
        for wait in waits {
            let (Err(Refusal::TooManySends(wait)) | Err(Refusal::NetworkSpent(wait))) = wait else {
                panic!("{ahead}: {wait:?}");
            };
            assert!(
                wait <= Duration::from_secs(HOUR + 10 * MINUTE),
                "{ahead}: {wait:?}"
            );
        }
        world.wait(HOUR + 10 * MINUTE);
        let challenge = world.send(&ana).await.unwrap();
        let code = world.code(&ana);
        assert!(
            world.verify(&ana, &challenge, &code).await.is_ok(),
            "{ahead}"
        );
    }
}

#[tokio::test]
async fn a_check_that_was_under_way_when_the_clock_was_set_back_holds_the_next_up_for_no_longer() {
    let (world, ana) = (World::new(), number(1_900_007));
    step(&world, DAY, 0);
    let challenge = world.send(&ana).await.unwrap();
    let code = world.code(&ana);
    // It began and never came back.
    let reserve = ReserveCheck {
        challenge: challenge.clone(),
        attempt: world.fresh_attempt(),
        change: None,
        step_up: false,
    };
    let reserved = world.destination(&world.name(&ana), reserve).await;
    assert!(reserved.unwrap().is_ok());
    step(&world, 0, DAY);
    let busy = world.verify(&ana, &challenge, &code).await;
    assert_eq!(busy, Err(Refusal::CheckInProgress(Duration::from_secs(10))));
    world.wait(10);
    assert!(world.verify(&ana, &challenge, &code).await.is_ok());
}
