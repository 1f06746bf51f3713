//! How much is enough?

use std::time::Duration;

use login::Refusal;
use login::attempt::check::{CheckReserved, ReserveCheck, SettleCheck};
use login::journey::FreshIds;
use login::ledger::Ledger as _;
use login::provider::{CheckFailure, SendFailure, Verdict};
use protocol::PhoneNumber;
use protocol::messages::Channel;

use crate::world::{World, number, wrong};

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[tokio::test]
async fn wrong_codes_count_down_and_the_fifth_ends_the_challenge() {
    let (world, ana) = (World::new(), number(1_000_004));
    let challenge = world.send(&ana).await.unwrap();
    for left in [4, 3, 2, 1] {
        let answer = world.verify(&ana, &challenge, &wrong()).await;
        assert_eq!(answer, Err(Refusal::WrongCode(left)));
    }
    assert_eq!(
        world.verify(&ana, &challenge, &wrong()).await,
        Err(Refusal::ChallengeExhausted)
    );
    let right = world.code(&ana);
    assert_eq!(
        world.verify(&ana, &challenge, &right).await,
        Err(Refusal::ChallengeExhausted)
    );
    assert_eq!(
        world.checks.get(),
        5,
        "the sixth never reached the provider"
    );
}

#[tokio::test]
async fn r22_the_wait_for_another_text_grows_and_another_browser_does_not_shorten_it() {
    let (world, ana) = (World::new(), number(1_000_010));
    for wait in [30, 60, 120, 300] {
        world.send(&ana).await.unwrap();
        world.wait(wait - 1);
        assert_eq!(
            world.send(&ana).await,
            Err(Refusal::SendTooSoon(secs(1))),
            "{wait} s"
        );
        world.wait(1);
    }
    assert!(world.send(&ana).await.is_ok());
    assert_eq!(world.sends.get(), 5);
}

#[tokio::test]
async fn r16_a_number_gets_five_texts_an_hour_and_ten_a_day() {
    let (world, ana) = (World::new(), number(1_000_011));
    let mut sent = 0;
    for _minute in 0..24 * 60 {
        if world.send(&ana).await.is_ok() {
            sent += 1;
        }
        world.wait(60);
        assert!(sent <= 10);
    }
    assert_eq!(sent, 10);
    assert_eq!(world.sends.get(), 10);

    let bo = number(1_000_012);
    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(world.send(&bo).await.map(|_| ()));
        world.wait(300);
    }
    assert_eq!(answers[..5], [const { Ok(()) }; 5]);
    assert_eq!(answers[5], Err(Refusal::TooManySends(secs(3600 - 1500))));
}

#[tokio::test]
async fn r27_new_codes_do_not_give_new_guesses() {
    let (world, ana) = (World::new(), number(1_000_013));
    let mut refused = 0;
    for _ in 0..5 {
        let challenge = world.send(&ana).await.unwrap();
        for _ in 0..5 {
            let answer = world.verify(&ana, &challenge, &wrong()).await;
            refused += u32::from(matches!(answer, Err(Refusal::TooManyChecks(_))));
        }
        world.wait(300);
    }
    assert_eq!(world.checks.get(), 10, "ten an hour, over all challenges");
    assert_eq!(refused, 15);
}

#[tokio::test]
async fn r29_the_fourth_open_challenge_closes_the_oldest() {
    let (mut world, ana) = (World::new(), number(1_000_015));
    world.policy.cool_down = [secs(0); 4];
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push((world.send(&ana).await.unwrap(), world.code(&ana)));
    }
    let (oldest, code) = &open[0];
    assert_eq!(
        world.verify(&ana, oldest, code).await,
        Err(Refusal::NoChallenge)
    );
    for (challenge, code) in &open[1..] {
        assert!(world.verify(&ana, challenge, code).await.is_ok());
    }
}

#[tokio::test]
async fn r23_a_failed_send_gives_back_the_wait_but_never_the_text() {
    let cases = [
        (SendFailure::NotSent, Refusal::NotDelivered, true),
        (
            SendFailure::Throttled(Some(secs(7))),
            Refusal::ProviderUnavailable(Some(secs(7))),
            true,
        ),
        (SendFailure::Misconfigured, Refusal::Misconfigured, true),
        (
            SendFailure::Failed,
            Refusal::ProviderUnavailable(None),
            true,
        ),
        (
            SendFailure::Unknown,
            Refusal::ProviderUnavailable(None),
            false,
        ),
    ];
    for (case, (failure, refusal, at_once)) in (0..).zip(cases) {
        let (world, ana) = (World::new(), number(1_000_100 + case));
        world.send_fails.set(Some(failure));
        assert_eq!(world.send(&ana).await, Err(refusal), "{failure:?}");
        world.send_fails.set(None);
        assert_eq!(world.send(&ana).await.is_ok(), at_once, "{failure:?}");
        for _ in 0..4 {
            world.wait(300);
            let _ = world.send(&ana).await;
        }
        assert_eq!(
            world.sends.get(),
            5,
            "{failure:?}: five texts an hour, the failed one among them"
        );
    }
}

#[tokio::test]
async fn a_check_that_decided_nothing_costs_a_try_and_may_be_repeated_at_once() {
    let failures = [
        (
            CheckFailure::Throttled(Some(secs(3))),
            Refusal::ProviderUnavailable(Some(secs(3))),
        ),
        (CheckFailure::Misconfigured, Refusal::Misconfigured),
        (
            CheckFailure::Unavailable,
            Refusal::ProviderUnavailable(None),
        ),
    ];
    for (case, (failure, refusal)) in (0..).zip(failures) {
        let (world, ana) = (World::new(), number(1_000_300 + case));
        let challenge = world.send(&ana).await.unwrap();
        world.check_fails.set(Some(failure));
        assert_eq!(
            world.verify(&ana, &challenge, &world.code(&ana)).await,
            Err(refusal),
            "{failure:?}"
        );
        world.check_fails.set(None);
        assert_eq!(
            world.verify(&ana, &challenge, &wrong()).await,
            Err(Refusal::WrongCode(3)),
            "{failure:?}"
        );
        assert!(
            world
                .verify(&ana, &challenge, &world.code(&ana))
                .await
                .is_ok(),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn r17_a_number_that_is_not_served_costs_nothing() {
    let world = World::new();
    for (text, refusal) in [
        ("+4915123456789", Refusal::PhoneNotServed),
        ("+38511", Refusal::InvalidPhone),
    ] {
        let Ok(number) = PhoneNumber::try_from(text) else {
            continue;
        };
        assert_eq!(world.send(&number.into()).await, Err(refusal), "{text}");
    }
    assert_eq!(world.sends.get(), 0);
}

#[tokio::test]
async fn r25_tries_that_decided_nothing_are_tries_all_the_same() {
    let (world, ana) = (World::new(), number(1_000_020));
    let challenge = world.send(&ana).await.unwrap();
    world.check_fails.set(Some(CheckFailure::Unavailable));
    for _ in 0..5 {
        let answer = world.verify(&ana, &challenge, &wrong()).await;
        assert_eq!(answer, Err(Refusal::ProviderUnavailable(None)));
    }
    world.check_fails.set(None);
    let answer = world.verify(&ana, &challenge, &world.code(&ana)).await;
    assert_eq!(answer, Err(Refusal::ChallengeExhausted));
    assert_eq!(world.checks.get(), 5);
    world.wait(30);
    let resent = world
        .login()
        .resend(&ana, Channel::Sms, &world.network, challenge, None)
        .await;
    assert_eq!(
        resent,
        Err(Refusal::ChallengeExhausted),
        "a code that cannot be tried is not sent again"
    );
    assert_eq!(world.sends.get(), 1);
}

#[tokio::test]
async fn tries_that_decided_nothing_are_nobodys_wrong_guesses() {
    let (world, ana) = (World::new(), number(1_000_021));
    world.check_fails.set(Some(CheckFailure::Unavailable));
    for _ in 0..3 {
        let challenge = world.send(&ana).await.unwrap();
        for _ in 0..5 {
            let _ = world.verify(&ana, &challenge, &wrong()).await;
        }
        world.wait(120);
    }
    assert_eq!(world.checks.get(), 15);
    world.check_fails.set(None);
    let challenge = world.send(&ana).await.unwrap();
    assert!(
        world
            .verify(&ana, &challenge, &world.code(&ana))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn r29_a_challenge_that_dies_while_its_code_is_looked_at_opens_nothing() {
    let (mut world, ana) = (World::new(), number(1_000_022));
    world.policy.cool_down = [secs(0); 4];
    let challenge = world.send(&ana).await.unwrap();
    let attempt = world.fresh_attempt();
    let reserve = ReserveCheck {
        challenge: challenge.clone(),
        attempt: attempt.clone(),
        change: None,
        step_up: false,
    };
    let reserved = world
        .destination(&world.name(&ana), reserve)
        .await
        .unwrap()
        .unwrap();
    let CheckReserved::Ask { ticket, .. } = reserved else {
        panic!("{reserved:?}");
    };
    for _ in 0..3 {
        world.send(&ana).await.unwrap();
    }
    let FreshIds {
        user,
        session,
        browser,
        ..
    } = world.fresh_ids();
    let verdict = Some(Verdict::Approved);
    let settle = SettleCheck {
        challenge,
        attempt,
        ticket,
        verdict,
        user,
        session,
        browser,
    };
    assert_eq!(
        world.destination(&world.name(&ana), settle).await.unwrap(),
        Err(Refusal::NoChallenge)
    );
}
