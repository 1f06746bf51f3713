//! Which number opens an account that is erased in the middle of a change?
//!
//! None. Not here: what else is left of it (`erasure`).

use login::Refusal;
use login::account::What;
use login::attempt::check::{CheckReserved, ReserveCheck, SettleCheck};
use login::journey::SignedIn;
use login::ledger::Ledger as _;
use login::provider::Verdict;
use protocol::Destination;

use crate::world::{World, changes, number};

async fn erase(world: &World, who: &SignedIn) {
    let by = Some((who.session.clone(), who.living.opened));
    let erased = world.login().manage(&who.user, by, What::Erase).await;
    assert!(erased.is_ok(), "{erased:?}");
}

/// Erases in the middle of a change of number, and with a way back from one.
#[tokio::test]
async fn r65_r56_an_account_that_is_erased_in_the_middle_of_a_change_is_opened_by_neither_number() {
    // The new number is proved after the account is gone.
    let (world, old, new) = (changes::world(), number(8_000_020), number(8_000_021));
    let who = changes::sign_in(&world, &old).await;
    let challenge = changes::begin(&world, &who, &new).await.unwrap();
    erase(&world, &who).await;
    let code = world.code(&new);
    let late = changes::finish(&world, &who, &new, &challenge, &code).await;
    assert_eq!(late, Err(Refusal::SessionEnded));
    opened_by_neither(&world, &who, [&old, &new]).await;

    // It is proved, and the user's record has not heard of it when it goes.
    let (world, old, new) = (changes::world(), number(8_000_022), number(8_000_023));
    let who = changes::sign_in(&world, &old).await;
    let challenge = changes::begin(&world, &who, &new).await.unwrap();
    let (code, attempt, fresh) = (world.code(&new), world.fresh_attempt(), world.fresh_ids());
    let press = changes::press(&new, &challenge, &code, &attempt);
    let owner = changes::owner(&who);
    let reserve = ReserveCheck {
        challenge: challenge.clone(),
        attempt: attempt.clone(),
        change: Some(who.user.clone()),
        step_up: false,
    };
    let reserved = world.destination(&world.name(&new), reserve).await.unwrap();
    let Ok(CheckReserved::Ask { ticket, .. }) = reserved else {
        panic!("{reserved:?}");
    };
    let settle = SettleCheck {
        challenge: challenge.clone(),
        attempt: attempt.clone(),
        ticket,
        verdict: Some(Verdict::Approved),
        user: fresh.user.clone(),
        session: fresh.session.clone(),
        browser: fresh.browser.clone(),
    };
    let settled = world.destination(&world.name(&new), settle).await.unwrap();
    assert_eq!(settled.unwrap().user, who.user, "the number claims it");
    erase(&world, &who).await;
    let finished = world
        .login()
        .finish_change(&owner, &press, &fresh, false)
        .await;
    assert_eq!(finished, Err(Refusal::SessionEnded));
    opened_by_neither(&world, &who, [&old, &new]).await;

    // The change is done, and the number before could take it back.
    let (world, old, new) = (changes::world(), number(8_000_024), number(8_000_025));
    let who = changes::sign_in(&world, &old).await;
    changes::change(&world, &who, &new).await.unwrap();
    erase(&world, &who).await;
    assert!(!world.stored().contains(who.user.as_str()));
    opened_by_neither(&world, &who, [&old, &new]).await;
}

async fn opened_by_neither(world: &World, who: &SignedIn, numbers: [&Destination; 2]) {
    world.wait(60);
    for number in numbers {
        let again = changes::sign_in(world, number).await;
        assert!(again.new_account);
        assert_ne!(again.user, who.user);
    }
    // A code of the change is remembered for an hour after its time.
    world.wait(4000);
    world.clean_up();
    assert!(!world.stored().contains(who.user.as_str()));
    assert_eq!(world.users_kept(), 2, "no trace is left");
}
