//! How an account gets another number.
//!
//! Not here: the way back (`way_back`); what happens in any order of steps, with deaths between them (`change_orders`).

use std::time::Duration;

use login::journey::SignedIn;
use login::{Refusal, UserId};
use protocol::{Destination, PhoneNumber};

use crate::world::changes::{
    begin, change, finish, lives, notice, notices, owner, press, sign_in, world,
};
use crate::world::{World, number, wrong};

#[tokio::test]
async fn r56_an_account_gets_another_number_and_keeps_all_else() {
    let (world, old, new) = (world(), number(5_600_001), number(5_600_002));
    let ana = sign_in(&world, &old).await;
    let elsewhere = sign_in(&world, &old).await;
    let browser = change(&world, &ana, &new).await.unwrap();
    assert_eq!(notices(&world), [notice(&ana.user, "02", 1_000_000, false)]);
    assert!(lives(&world, &ana).await && lives(&world, &elsewhere).await);
    // The browser is known to the new number: it has texts of its own.
    world.wait(1);
    let challenge = world.send_from(Some(&browser), &new).await.unwrap();
    let code = world.code(&new);
    let again = world.verify(&new, &challenge, &code).await.unwrap();
    assert_eq!((again.user, again.new_account), (ana.user, false));
    assert_eq!(notices(&world), [""; 0]);
}

#[tokio::test]
async fn r56_sessions_elsewhere_end_if_that_is_asked() {
    let (world, old, new) = (world(), number(5_600_003), number(5_600_004));
    let ana = sign_in(&world, &old).await;
    let elsewhere = sign_in(&world, &old).await;
    let challenge = begin(&world, &ana, &new).await.unwrap();
    let (attempt, fresh) = (world.fresh_attempt(), world.fresh_ids());
    let code = world.code(&new);
    let done = world
        .login()
        .finish_change(
            &owner(&ana),
            &press(&new, &challenge, &code, &attempt),
            &fresh,
            true,
        )
        .await;
    assert!(done.is_ok());
    assert!(lives(&world, &ana).await);
    assert!(!lives(&world, &elsewhere).await);
}

#[tokio::test]
async fn r56_only_a_login_of_the_last_ten_minutes_changes_the_number() {
    let (world, old, new) = (world(), number(5_600_005), number(5_600_006));
    let ana = sign_in(&world, &old).await;
    let login = world.login();
    world.wait(599);
    assert!(login.renew(&ana.user, ana.session.clone(), 1).await.is_ok());
    assert!(begin(&world, &ana, &new).await.is_ok());
    world.wait(1);
    let refused = begin(&world, &ana, &new).await;
    assert_eq!(refused, Err(Refusal::LoginTooOld), "renewed or not");
    assert_eq!(world.sends.get(), 2, "no text");
    let stranger = SignedIn {
        user: UserId::from_random([0xee; 16]),
        ..ana
    };
    assert_eq!(
        begin(&world, &stranger, &new).await,
        Err(Refusal::SessionEnded),
        "the session is of the account"
    );
}

#[tokio::test]
async fn r56_a_number_that_opens_another_account_stays_its_own_and_only_its_holder_learns_that() {
    let (world, taken, free) = (world(), number(5_600_020), number(5_600_021));
    let bob = sign_in(&world, &taken).await;
    let ana = sign_in(&world, &number(5_600_022)).await;
    let known = begin(&world, &ana, &taken).await.unwrap();
    let unknown = begin(&world, &ana, &free).await.unwrap();
    for (number, challenge) in [(&taken, &known), (&free, &unknown)] {
        let guessed = finish(&world, &ana, number, challenge, &wrong()).await;
        assert_eq!(guessed, Err(Refusal::WrongCode(4)), "{number}");
    }
    let (code, attempt) = (world.code(&taken), world.fresh_attempt());
    for _ in 0..2 {
        let login = world.login();
        let fresh = world.fresh_ids();
        let right = login
            .finish_change(
                &owner(&ana),
                &press(&taken, &known, &code, &attempt),
                &fresh,
                false,
            )
            .await;
        assert_eq!(right, Err(Refusal::NumberTaken), "and again");
    }
    assert_eq!(sign_in(&world, &taken).await.user, bob.user);
    assert_eq!(notices(&world), [""; 0]);
}

#[tokio::test]
async fn r56_of_two_changes_at_once_one_wins_and_the_other_is_told() {
    let (world, one, two) = (world(), number(5_600_040), number(5_600_041));
    let ana = sign_in(&world, &number(5_600_042)).await;
    let first = begin(&world, &ana, &one).await.unwrap();
    let second = begin(&world, &ana, &two).await.unwrap();
    let won = finish(&world, &ana, &two, &second, &world.code(&two)).await;
    assert!(won.is_ok());
    let lost = finish(&world, &ana, &one, &first, &world.code(&one)).await;
    assert_eq!(lost, Err(Refusal::NoChallenge));
    assert_eq!(sign_in(&world, &two).await.user, ana.user);
    assert!(sign_in(&world, &one).await.new_account);
}

#[tokio::test]
async fn r56_a_change_is_counted_for_the_account_and_its_texts_as_those_of_logins() {
    let mut world = World::new();
    let (mine, wanted) = (number(5_600_050), number(5_600_051));
    let ana = sign_in(&world, &mine).await;
    world.send(&wanted).await.unwrap();
    let early = begin(&world, &ana, &wanted).await.unwrap_err();
    assert!(matches!(early, Refusal::SendTooSoon(_)), "{early:?}");
    world.policy.budgets.network.per_hour = world.sends.get();
    let spent = begin(&world, &ana, &number(5_600_052)).await.unwrap_err();
    assert!(matches!(spent, Refusal::NetworkSpent(_)), "{spent:?}");
    world.policy.budgets.network.per_hour = 100;
    // Where nobody was asked, nothing was begun.
    let late = number(5_600_057);
    world.send(&late).await.unwrap();
    for _ in 0..10 {
        let early = begin(&world, &ana, &late).await.unwrap_err();
        assert!(matches!(early, Refusal::SendTooSoon(_)), "{early:?}");
    }
    for last in 52..57 {
        assert!(begin(&world, &ana, &number(5_600_000 + last)).await.is_ok());
    }
    let sends = world.sends.get();
    let many = begin(&world, &ana, &number(5_600_058)).await.unwrap_err();
    assert_eq!(many, Refusal::TooManyChanges(Duration::from_secs(86_400)));
    let foreign = begin(
        &world,
        &ana,
        &Destination::from(PhoneNumber::try_from("+442071838750").unwrap()),
    )
    .await;
    assert_eq!(foreign, Err(Refusal::PhoneNotServed));
    assert_eq!(world.sends.get(), sends);
    world.wait(86_400);
    let ana = sign_in(&world, &mine).await;
    assert!(begin(&world, &ana, &wanted).await.is_ok());
}

#[tokio::test]
async fn r27_r30_r56_wrong_codes_of_a_change_are_wrong_codes_of_the_number() {
    let (world, new) = (world(), number(5_600_060));
    let ana = sign_in(&world, &number(5_600_061)).await;
    let mut asked = world.checks.get();
    for _ in 0..2 {
        let challenge = begin(&world, &ana, &new).await.unwrap();
        for _ in 0..5 {
            let guessed = finish(&world, &ana, &new, &challenge, &wrong()).await;
            assert!(guessed.is_err());
        }
        asked += 5;
        let late = finish(&world, &ana, &new, &challenge, &world.code(&new)).await;
        assert_eq!(late, Err(Refusal::ChallengeExhausted));
        assert_eq!(world.checks.get(), asked);
    }
    let challenge = world.send(&new).await.unwrap();
    let refused = world.verify(&new, &challenge, &world.code(&new)).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused, Refusal::TooManyChecks(_)), "{refused:?}");
}

#[tokio::test]
async fn r39_r56_a_code_is_good_for_what_it_was_asked_for_and_for_whom() {
    let (world, new) = (world(), number(5_600_070));
    let ana = sign_in(&world, &number(5_600_071)).await;
    let bob = sign_in(&world, &number(5_600_072)).await;
    let of_change = begin(&world, &ana, &new).await.unwrap();
    let code = world.code(&new);
    let asked = world.checks.get();
    let as_login = world.verify(&new, &of_change, &code).await;
    assert_eq!(as_login, Err(Refusal::NoChallenge));
    let as_bob = finish(&world, &bob, &new, &of_change, &code).await;
    assert_eq!(as_bob, Err(Refusal::NoChallenge));
    let of_login = world.send(&new).await.unwrap();
    let as_change = finish(&world, &ana, &new, &of_login, &world.code(&new)).await;
    assert_eq!(as_change, Err(Refusal::NoChallenge));
    assert_eq!(world.checks.get(), asked, "no try is used up");
    assert!(finish(&world, &ana, &new, &of_change, &code).await.is_ok());
}
