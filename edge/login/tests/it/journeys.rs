//! Whole logins, told as sentences.

use std::time::Duration;

use login::Refusal;
use login::provider::{SendFailure, Verdict};
use protocol::messages::Channel;

use crate::world::{World, number, wrong};

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[tokio::test]
async fn the_first_right_code_creates_an_account_and_the_next_login_finds_it() {
    let (world, ana) = (World::new(), number(1_000_001));
    let challenge = world.send(&ana).await.unwrap();
    let first = world
        .verify(&ana, &challenge, &world.code(&ana))
        .await
        .unwrap();
    assert!(first.new_account);

    world.wait(60);
    let challenge = world.send(&ana).await.unwrap();
    let second = world
        .verify(&ana, &challenge, &world.code(&ana))
        .await
        .unwrap();
    assert!(!second.new_account);
    assert_eq!(second.user, first.user);
    assert_ne!(second.session, first.session);
}

#[tokio::test]
async fn r55_two_numbers_are_two_accounts_whose_ids_hold_nothing_of_the_number() {
    let world = World::new();
    let mut users = Vec::new();
    for number in [number(1_000_002), number(1_000_003)] {
        let challenge = world.send(&number).await.unwrap();
        let signed_in = world
            .verify(&number, &challenge, &world.code(&number))
            .await
            .unwrap();
        assert!(!signed_in.user.as_str().contains("1000"));
        users.push(signed_in.user);
    }
    assert_ne!(users[0], users[1]);
}

#[tokio::test]
async fn r29_a_code_dies_at_the_second_its_time_is_over() {
    for (waited, expected) in [
        (299, Ok(())),
        (300, Err(Refusal::ChallengeExpired)),
        (301, Err(Refusal::ChallengeExpired)),
    ] {
        let (world, ana) = (World::new(), number(1_000_005));
        let challenge = world.send(&ana).await.unwrap();
        world.wait(waited);
        let answer = world.verify(&ana, &challenge, &world.code(&ana)).await;
        assert_eq!(answer.map(|_| ()), expected, "after {waited} s");
        assert_eq!(
            world.checks.get(),
            u32::from(waited < 300),
            "after {waited} s"
        );
    }
}

#[tokio::test]
async fn r26_a_right_code_is_right_once() {
    let (world, ana) = (World::new(), number(1_000_006));
    let challenge = world.send(&ana).await.unwrap();
    let code = world.code(&ana);
    assert!(world.verify(&ana, &challenge, &code).await.is_ok());
    assert_eq!(
        world.verify(&ana, &challenge, &code).await,
        Err(Refusal::NoChallenge)
    );
    assert_eq!(world.checks.get(), 1);
}

#[tokio::test]
async fn r82_the_same_attempt_gets_the_same_session_for_a_minute_and_nobody_is_asked_again() {
    let (world, ana) = (World::new(), number(1_000_007));
    let challenge = world.send(&ana).await.unwrap();
    let (code, attempt) = (world.code(&ana), world.fresh_attempt());
    let verify = || world.verify_as(&attempt, &ana, &challenge, &code);
    let first = verify().await.unwrap();
    world.wait(59);
    assert_eq!(verify().await.unwrap(), first);
    world.wait(1);
    assert_eq!(verify().await, Err(Refusal::NoChallenge));
    assert_eq!(world.checks.get(), 1);
}

#[tokio::test]
async fn r82_a_wrong_attempt_sent_twice_costs_one_try() {
    let (world, ana) = (World::new(), number(1_000_008));
    let challenge = world.send(&ana).await.unwrap();
    let (code, attempt) = (wrong(), world.fresh_attempt());
    for _ in 0..3 {
        let answer = world.verify_as(&attempt, &ana, &challenge, &code).await;
        assert_eq!(answer, Err(Refusal::WrongCode(4)));
    }
    assert_eq!(world.checks.get(), 1);
}

#[tokio::test]
async fn a_repeated_login_does_not_bring_back_a_session_that_was_ended() {
    let (world, ana) = (World::new(), number(1_000_009));
    let challenge = world.send(&ana).await.unwrap();
    let (code, attempt) = (world.code(&ana), world.fresh_attempt());
    let verify = || world.verify_as(&attempt, &ana, &challenge, &code);
    let signed_in = verify().await.unwrap();
    let login = world.login();
    login.end(&signed_in.user, signed_in.session).await.unwrap();
    assert_eq!(verify().await, Err(Refusal::SessionEnded));
}

#[tokio::test]
async fn r29_a_newer_code_in_the_same_browser_replaces_the_older() {
    let (world, ana) = (World::new(), number(1_000_014));
    let old = world.send(&ana).await.unwrap();
    let old_code = world.code(&ana);
    world.wait(30);
    let new = world.fresh_challenge();
    world
        .login()
        .send(
            &ana,
            Channel::Sms,
            &world.asker(None),
            new.clone(),
            Some(old.clone()),
            None,
        )
        .await
        .unwrap();
    assert_eq!(
        world.verify(&ana, &old, &old_code).await,
        Err(Refusal::NoChallenge)
    );
    assert!(world.verify(&ana, &new, &world.code(&ana)).await.is_ok());
}

#[tokio::test]
async fn a_newer_code_that_could_not_be_sent_leaves_the_older_one_good() {
    let (world, ana) = (World::new(), number(1_000_023));
    let old = world.send(&ana).await.unwrap();
    let old_code = world.code(&ana);
    world.wait(30);
    world.send_fails.set(Some(SendFailure::Failed));
    let new = world.fresh_challenge();
    let login = world.login();
    let answer = login
        .send(
            &ana,
            Channel::Sms,
            &world.asker(None),
            new,
            Some(old.clone()),
            None,
        )
        .await;
    assert_eq!(answer, Err(Refusal::ProviderUnavailable(None)));
    assert!(world.verify(&ana, &old, &old_code).await.is_ok());
}

#[tokio::test]
async fn a_resend_sends_the_same_code_and_keeps_the_tries_that_were_used() {
    let (world, ana) = (World::new(), number(1_000_016));
    let challenge = world.send(&ana).await.unwrap();
    assert_eq!(
        world.verify(&ana, &challenge, &wrong()).await,
        Err(Refusal::WrongCode(4))
    );
    let login = world.login();
    let resend = || login.resend(&ana, Channel::Sms, &world.network, challenge.clone(), None);
    assert_eq!(resend().await, Err(Refusal::SendTooSoon(secs(30))));
    world.wait(30);
    let live = resend().await.unwrap();
    assert_eq!(
        (live.tries_left, live.resend_in, live.expires_in),
        (4, secs(60), secs(270))
    );
    assert!(
        world
            .verify(&ana, &challenge, &world.code(&ana))
            .await
            .is_ok()
    );
    world.wait(60);
    assert_eq!(
        resend().await,
        Err(Refusal::NoChallenge),
        "a used challenge sends nothing"
    );
}

#[tokio::test]
async fn a_forgotten_challenge_is_worth_nothing_but_its_text_stays_counted() {
    let (world, ana) = (World::new(), number(1_000_017));
    let challenge = world.send(&ana).await.unwrap();
    world.login().forget(&ana, challenge.clone()).await.unwrap();
    assert_eq!(
        world.verify(&ana, &challenge, &world.code(&ana)).await,
        Err(Refusal::NoChallenge)
    );
    assert_eq!(world.send(&ana).await, Err(Refusal::SendTooSoon(secs(30))));
}

#[tokio::test]
async fn r83_whatever_the_provider_says_instead_of_yes_signs_nobody_in() {
    let verdicts = [
        (Verdict::Wrong(None), Refusal::WrongCode(4)),
        (Verdict::Wrong(Some(2)), Refusal::WrongCode(2)),
        (Verdict::Wrong(Some(9)), Refusal::WrongCode(4)),
        (Verdict::Wrong(Some(0)), Refusal::ChallengeExhausted),
        (Verdict::Expired, Refusal::ChallengeExpired),
        (Verdict::Exhausted, Refusal::ChallengeExhausted),
        (Verdict::Unknown, Refusal::NoChallenge),
    ];
    for (case, (verdict, refusal)) in (0..).zip(verdicts) {
        let (world, ana) = (World::new(), number(1_000_200 + case));
        let challenge = world.send(&ana).await.unwrap();
        world.verdict.set(Some(verdict));
        assert_eq!(
            world.verify(&ana, &challenge, &world.code(&ana)).await,
            Err(refusal),
            "{verdict:?}"
        );
        world.verdict.set(None);
        let again = world.verify(&ana, &challenge, &world.code(&ana)).await;
        let alive = matches!(verdict, Verdict::Wrong(left) if left != Some(0));
        assert_eq!(again.is_ok(), alive, "{verdict:?}: dead is final");
    }
}

#[tokio::test]
async fn r83_when_storage_is_down_nobody_gets_a_text_or_a_session() {
    let (world, ana) = (World::new(), number(1_000_018));
    let challenge = world.send(&ana).await.unwrap();
    world.phones_are_down.set(true);
    assert_eq!(world.send(&ana).await, Err(Refusal::Unavailable));
    assert_eq!(
        world.verify(&ana, &challenge, &world.code(&ana)).await,
        Err(Refusal::Unavailable)
    );
    assert_eq!((world.sends.get(), world.checks.get()), (1, 0));
}

#[tokio::test]
async fn r82_when_the_session_could_not_be_opened_the_same_attempt_opens_it_later() {
    let (world, ana) = (World::new(), number(1_000_019));
    let challenge = world.send(&ana).await.unwrap();
    let (code, attempt) = (world.code(&ana), world.fresh_attempt());
    let verify = || world.verify_as(&attempt, &ana, &challenge, &code);
    world.users_are_down.set(true);
    assert_eq!(verify().await, Err(Refusal::Unavailable));
    world.users_are_down.set(false);
    assert!(verify().await.unwrap().new_account);
    assert_eq!(world.checks.get(), 1);
}
