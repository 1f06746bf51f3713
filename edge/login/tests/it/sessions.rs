//! How sessions live and end.

use login::account::{OpenSession, What};
use login::journey::{FreshIds, SignedIn};
use login::ledger::Ledger as _;
use login::switches::Throw;
use login::{Refusal, SessionId};
use protocol::messages::OpenSessions;

use crate::world::{World, changes, number};

async fn sign_in(world: &World, last: u32) -> SignedIn {
    changes::sign_in(world, &number(last)).await
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
        Err(Refusal::TokenReused)
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
        assert_eq!(answer, Err(Refusal::TokenReused), "{generation}");
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

#[tokio::test]
async fn r61_sessions_are_listed_with_what_tells_them_apart() {
    let world = World::new();
    let laptop = sign_in(&world, 2_000_009).await;
    world.wait(60);
    let telephone = sign_in(&world, 2_000_009).await;
    world.wait(5);
    let renewed = world
        .login()
        .renew(&laptop.user, laptop.session.clone(), 1)
        .await;
    assert!(renewed.is_ok());
    let listed = world
        .login()
        .manage(
            &laptop.user,
            Some((telephone.session.clone(), telephone.living.opened)),
            What::ShowSessions,
        )
        .await
        .unwrap();
    let listed: OpenSessions = serde_json::from_str(&listed).unwrap();
    let shown: Vec<_> = listed
        .sessions
        .iter()
        .map(|it| {
            (
                it.id.as_str(),
                it.renewed_at - it.authenticated_at,
                it.current,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (laptop.session.as_str(), 65, false),
            (telephone.session.as_str(), 0, true)
        ]
    );
    let labels = || listed.sessions.iter().map(|it| it.label.as_str());
    assert!(labels().all(|label| label == "Firefox on Android"));
}

#[tokio::test]
async fn r61_one_session_the_others_or_all_can_be_ended_by_one_that_lives() {
    let cases = [
        (What::EndOne(id(1)), [true, false, true]),
        (What::EndOne(id(9)), [true, true, true]),
        (What::EndOthers, [true, false, false]),
        (What::EndAll, [false, false, false]),
    ];
    for (which, expected) in cases {
        let world = World::new();
        let mut sessions = Vec::new();
        for n in 0..3 {
            sessions.push(sign_in_as(&world, 2_000_010, n).await);
            world.wait(300);
        }
        let user = &sessions[0].user;
        let end = async |by: u8| {
            let login = world.login();
            let by = Some((id(by), world.now.get()));
            login.manage(user, by, which.clone()).await.map(drop)
        };
        assert_eq!(end(7).await, Err(Refusal::SessionEnded), "a stranger's");
        assert_eq!(end(0).await, Ok(()));
        let mut alive = [false; 3];
        for (who, alive) in sessions.iter().zip(&mut alive) {
            let check = world.login().check(user, who.session.clone()).await;
            *alive = check.is_ok();
        }
        assert_eq!(alive, expected, "{which:?}");
        // And they stay so, whatever is renewed.
        for (who, alive) in sessions.iter().zip(alive) {
            let renewed = world.login().renew(user, who.session.clone(), 1).await;
            assert_eq!(renewed.is_ok(), alive, "{which:?}");
        }
    }
}

#[tokio::test]
async fn r61_a_login_that_was_under_way_when_all_sessions_were_ended_opens_none() {
    let world = World::new();
    let who = sign_in(&world, 2_000_011).await;
    world.wait(60);
    let number = number(2_000_011);
    let challenge = world.send(&number).await.unwrap();
    let (code, attempt) = (world.code(&number), world.fresh_attempt());
    // The code was right, but the user's record has not heard of it yet.
    world.users_are_down.set(true);
    let cut_off = world
        .verify_as(&attempt, &number, &challenge, &code)
        .await
        .unwrap_err();
    assert_eq!(cut_off, Refusal::Unavailable);
    world.users_are_down.set(false);
    world.wait(1);
    let by = Some((who.session.clone(), world.now.get()));
    let ended = world.login().manage(&who.user, by, What::EndAll).await;
    let ended = ended.map(drop);
    assert_eq!(ended, Ok(()));
    let repeated = world.verify_as(&attempt, &number, &challenge, &code).await;
    assert_eq!(repeated, Err(Refusal::SessionEnded));
}

fn id(n: u8) -> SessionId {
    SessionId::from_random([0x80 + n; 16])
}

async fn sign_in_as(world: &World, last: u32, n: u8) -> SignedIn {
    let number = number(last);
    let challenge = world.send(&number).await.unwrap();
    let fresh = FreshIds {
        session: id(n),
        ..world.fresh_ids()
    };
    let (code, attempt) = (world.code(&number), world.fresh_attempt());
    world
        .login()
        .verify(&number, challenge, &code, attempt, fresh)
        .await
        .unwrap()
}

#[tokio::test]
async fn r61_fifty_sessions_are_ended_between_fifty_renewals_and_none_survives() {
    for renewed_before in 0..=50 {
        let world = World::new();
        let who = sign_in(&world, 2_000_012).await;
        let end_all = async || {
            let login = world.login();
            login.manage(&who.user, None, What::EndAll).await.map(drop)
        };
        let sessions: Vec<_> = (0..50).map(id).collect();
        for session in &sessions {
            let open = OpenSession {
                session: session.clone(),
                at: world.now.get(),
                way: login::Way::Sms,
                number: None,
                claim: None,
                label: String::new(),
                passkey: None,
            };
            world.user(&who.user, open).await.unwrap().unwrap();
        }
        for (n, session) in sessions.iter().enumerate() {
            if n == renewed_before {
                end_all().await.unwrap();
            }
            let renewed = world.login().renew(&who.user, session.clone(), 1).await;
            assert_eq!(renewed.is_ok(), n < renewed_before, "session {n}");
        }
        if renewed_before == 50 {
            end_all().await.unwrap();
        }
        let living = world.login();
        let living = living
            .manage(&who.user, None, What::ShowSessions)
            .await
            .unwrap();
        assert_eq!(
            living, r#"{"sessions":[]}"#,
            "ended after {renewed_before} renewals"
        );
    }
}

#[tokio::test]
async fn r54_r61_once_all_sessions_were_ended_only_those_opened_since_manage_their_accounts() {
    let world = World::new();
    let show = async |who: &SignedIn| {
        let by = Some((who.session.clone(), who.living.opened));
        let login = world.login();
        let shown = login.manage(&who.user, by, What::ShowSessions).await;
        shown.map(drop)
    };
    let before = sign_in(&world, 4_000_091).await;
    assert_eq!(show(&before).await, Ok(()));
    world.switches(Throw::EndAllSessions).await.unwrap();
    assert_eq!(show(&before).await, Err(Refusal::SessionEnded));
    world.wait(60);
    let since = sign_in(&world, 4_000_092).await;
    assert_eq!(show(&since).await, Ok(()));
    assert_eq!(show(&before).await, Err(Refusal::SessionEnded));
}
