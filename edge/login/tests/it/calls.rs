//! Does another channel give anybody more than the same codes, read out?

use std::time::Duration;

use login::Refusal;
use login::Way;
use login::provider::SendFailure;
use protocol::messages::Channel;

use Channel::{Email, Sms, Voice};

use crate::world::{World, number, wrong};

#[tokio::test]
async fn a_code_that_is_read_out_signs_in_and_the_session_says_so() {
    let (world, ana) = (World::new(), number(7_000_001));
    let challenge = world.call(&ana).await.unwrap();
    let code = world.code(&ana);
    let who = world.verify(&ana, &challenge, &code).await.unwrap();
    assert_eq!(who.living.way, Way::Voice);
    // However often it is renewed.
    let session = who.session.clone();
    let renewed = world.login().renew(&who.user, session, 1).await.unwrap();
    assert_eq!(renewed.way, Way::Voice);
}

#[tokio::test]
async fn the_session_tells_the_channel_that_the_code_last_took() {
    for (n, (channels, told)) in [
        (&[Sms, Sms][..], Sms),
        (&[Sms, Voice], Voice),
        (&[Voice, Sms], Sms),
    ]
    .into_iter()
    .enumerate()
    {
        let (world, ana) = (World::new(), number(7_000_010 + u32::try_from(n).unwrap()));
        let challenge = match channels[0] {
            Sms => world.send(&ana).await.unwrap(),
            Voice => world.call(&ana).await.unwrap(),
            Email => unreachable!("no number gets one"),
        };
        let code = world.code(&ana);
        world.wait(30);
        world.again(&ana, &challenge, channels[1]).await.unwrap();
        assert_eq!(*world.channels.borrow(), channels);
        let who = world.verify(&ana, &challenge, &code).await.unwrap();
        assert_eq!(who.living.way, told.into(), "{channels:?}");
    }
}

#[tokio::test]
async fn a_call_that_was_not_made_is_not_told() {
    let (world, ana) = (World::new(), number(7_000_020));
    let challenge = world.send(&ana).await.unwrap();
    let code = world.code(&ana);
    world.wait(30);
    world.send_fails.set(Some(SendFailure::NotSent));
    let answer = world.again(&ana, &challenge, Voice).await;
    assert_eq!(answer, Err(Refusal::NotDelivered));
    let who = world.verify(&ana, &challenge, &code).await.unwrap();
    assert_eq!(who.living.way, Way::Sms);
}

#[tokio::test]
async fn r16_r22_calls_and_texts_wait_for_each_other_and_are_five_an_hour_together() {
    let (world, ana) = (World::new(), number(7_000_030));
    world.send(&ana).await.unwrap();
    for (n, wait) in [30, 60, 120, 300].into_iter().enumerate() {
        world.wait(wait - 1);
        let early = Err(Refusal::SendTooSoon(Duration::from_secs(1)));
        assert_eq!(world.send(&ana).await, early);
        assert_eq!(world.call(&ana).await, early);
        world.wait(1);
        let sent = match n % 2 {
            0 => world.call(&ana).await,
            _ => world.send(&ana).await,
        };
        assert!(sent.is_ok(), "{sent:?}");
    }
    assert_eq!(*world.channels.borrow(), [Sms, Voice, Sms, Voice, Sms]);
    world.wait(300);
    for answer in [world.call(&ana).await, world.send(&ana).await] {
        assert!(
            matches!(answer, Err(Refusal::TooManySends(_))),
            "{answer:?}"
        );
    }
    assert_eq!(world.sends.get(), 5);
}

#[tokio::test]
async fn r27_a_call_gives_no_new_tries() {
    let (world, ana) = (World::new(), number(7_000_040));
    let challenge = world.send(&ana).await.unwrap();
    for _ in 0..4 {
        let _ = world.verify(&ana, &challenge, &wrong()).await;
    }
    world.wait(30);
    world.again(&ana, &challenge, Voice).await.unwrap();
    let answer = world.verify(&ana, &challenge, &wrong()).await;
    assert_eq!(answer, Err(Refusal::ChallengeExhausted));
    assert_eq!(world.checks.get(), 5);
    world.wait(60);
    let answer = world.again(&ana, &challenge, Voice).await;
    assert_eq!(answer, Err(Refusal::ChallengeExhausted));
}
