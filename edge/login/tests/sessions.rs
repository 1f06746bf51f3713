//! How sessions live and end.
#![allow(clippy::unwrap_used)]

mod world;

use login::journey::SignedIn;
use login::{Refusal, SessionId};
use world::{World, number};

async fn sign_in(world: &World, last: u32) -> SignedIn {
    let number = number(last);
    let challenge = world.send(&number).await.unwrap();
    world
        .verify(&number, &challenge, &world.code(&number))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_session_is_renewed_for_thirty_days_and_not_longer() {
    let world = World::new();
    let who = sign_in(&world, 2_000_001).await;
    let mut generation = 1;
    for _day in 0..29 {
        world.wait(86_400);
        let living = world
            .login()
            .renew(&who.user, who.session.clone(), generation)
            .await
            .unwrap();
        assert_eq!(living.generation, generation + 1);
        assert_eq!(
            living.opened, who.living.opened,
            "renewing proves nothing anew"
        );
        generation = living.generation;
    }
    world.wait(86_400);
    let answer = world
        .login()
        .renew(&who.user, who.session.clone(), generation)
        .await;
    assert_eq!(answer, Err(Refusal::SessionEnded));
    assert_eq!(
        world.login().check(&who.user, who.session).await,
        Err(Refusal::SessionEnded)
    );
}

#[tokio::test]
async fn r48_renewing_twice_at_once_is_one_lineage() {
    let world = World::new();
    let who = sign_in(&world, 2_000_002).await;
    for _ in 0..100 {
        let living = world
            .login()
            .renew(&who.user, who.session.clone(), 1)
            .await
            .unwrap();
        assert_eq!(living.generation, 2);
    }
}

#[tokio::test]
async fn r48_a_token_that_was_renewed_long_ago_ends_the_session_for_both_who_hold_it() {
    let world = World::new();
    let who = sign_in(&world, 2_000_003).await;
    world
        .login()
        .renew(&who.user, who.session.clone(), 1)
        .await
        .unwrap();
    world.wait(30);
    assert_eq!(
        world.login().renew(&who.user, who.session.clone(), 1).await,
        Err(Refusal::SessionEnded)
    );
    assert_eq!(
        world.login().renew(&who.user, who.session.clone(), 2).await,
        Err(Refusal::SessionEnded)
    );
    assert_eq!(
        world.login().check(&who.user, who.session.clone()).await,
        Err(Refusal::SessionEnded)
    );
}

#[tokio::test]
async fn r48_a_generation_that_never_was_ends_the_session() {
    for generation in [0, 3, u32::MAX] {
        let world = World::new();
        let who = sign_in(&world, 2_000_004).await;
        world
            .login()
            .renew(&who.user, who.session.clone(), 1)
            .await
            .unwrap();
        world.wait(31);
        let answer = world
            .login()
            .renew(&who.user, who.session.clone(), generation)
            .await;
        assert_eq!(answer, Err(Refusal::SessionEnded), "{generation}");
    }
}

#[tokio::test]
async fn r60_a_session_that_was_ended_is_refused_everywhere_and_others_live_on() {
    let world = World::new();
    let first = sign_in(&world, 2_000_005).await;
    world.wait(60);
    let second = sign_in(&world, 2_000_005).await;
    world
        .login()
        .end(&first.user, first.session.clone())
        .await
        .unwrap();
    world
        .login()
        .end(&first.user, first.session.clone())
        .await
        .unwrap();
    assert_eq!(
        world
            .login()
            .check(&first.user, first.session.clone())
            .await,
        Err(Refusal::SessionEnded)
    );
    assert_eq!(
        world.login().renew(&first.user, first.session, 1).await,
        Err(Refusal::SessionEnded)
    );
    assert!(
        world
            .login()
            .check(&second.user, second.session)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_session_nobody_opened_does_not_live() {
    let world = World::new();
    let who = sign_in(&world, 2_000_006).await;
    let planted = SessionId::from_random([0xee; 16]);
    assert_eq!(
        world.login().check(&who.user, planted).await,
        Err(Refusal::SessionEnded)
    );
}

#[tokio::test]
async fn r47_a_session_ends_by_its_age_without_anybody_looking_after_it() {
    let world = World::new();
    let who = sign_in(&world, 2_000_007).await;
    let check = async || {
        let session = who.session.clone();
        world.login().check(&who.user, session).await.map(|_| ())
    };
    world.wait(30 * 86_400 - 1);
    assert_eq!(check().await, Ok(()));
    world.wait(1);
    assert_eq!(check().await, Err(Refusal::SessionEnded));
}

#[tokio::test]
async fn the_oldest_session_makes_room_for_one_too_many() {
    let mut world = World::new();
    world.policy.sessions = 3;
    let mut sessions = Vec::new();
    for _ in 0..4 {
        sessions.push(sign_in(&world, 2_000_008).await);
        world.wait(300);
    }
    for (age, who) in sessions.into_iter().enumerate() {
        let lives = world.login().check(&who.user, who.session).await.is_ok();
        assert_eq!(lives, age > 0, "session {age}");
    }
}
