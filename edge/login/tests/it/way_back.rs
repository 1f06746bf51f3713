//! Which number opens an account whose number was changed, or was about to be?
//!
//! Not here: how it is changed (`changes`).

use login::Refusal;
use login::attempt::operator::Order;
use login::journey::SignedIn;
use login::keys::KeyRing;
use login::ledger::Ledger as _;
use protocol::Destination;

use crate::world::changes::{
    begin, change, finish, lives, notice, notices, owner, press, sign_in, world,
};
use crate::world::{World, number};

const WEEK: u64 = 7 * 86_400;

/// The code is right and the number's record knows, but the user's record does not.
async fn change_half(world: &World, who: &SignedIn, to: &Destination) {
    let challenge = begin(world, who, to).await.unwrap();
    world.user_steps_left.set(Some(1));
    let cut_off = finish(world, who, to, &challenge, &world.code(to)).await;
    assert_eq!(cut_off, Err(Refusal::Unavailable));
    world.user_steps_left.set(None);
}

#[tokio::test]
async fn r56_the_number_before_takes_the_account_back_within_a_week() {
    for (after, undone) in [(1, true), (WEEK - 1, true), (WEEK, false)] {
        let (world, old, new) = (world(), number(5_600_007), number(5_600_008));
        let ana = sign_in(&world, &old).await;
        change(&world, &ana, &new).await.unwrap();
        let with_new = sign_in(&world, &new).await;
        assert_eq!(with_new.user, ana.user);
        notices(&world);
        world.wait(after);
        let back = sign_in(&world, &old).await;
        assert_eq!(back.user == ana.user, undone, "after {after} s");
        assert_eq!(back.new_account, !undone, "after {after} s");
        assert!(lives(&world, &back).await);
        for before in [&ana, &with_new] {
            assert_eq!(lives(&world, before).await, !undone, "after {after} s");
        }
        let expected = undone.then(|| notice(&ana.user, "08", 1_000_000 + after, true));
        assert_eq!(notices(&world), expected.into_iter().collect::<Vec<_>>());
        let (of_old, of_new) = (
            sign_in(&world, &old).await.user,
            sign_in(&world, &new).await.user,
        );
        assert_eq!(of_old, back.user, "and it stays so");
        assert_ne!(of_new, of_old, "one number, one account");
        assert_eq!(of_new == ana.user, !undone);
    }
}

#[tokio::test]
async fn r56_no_chain_of_changes_cuts_the_way_back() {
    let (world, old) = (world(), number(5_600_010));
    let ana = sign_in(&world, &old).await;
    let chain: Vec<_> = (11..15).map(|last| number(5_600_000 + last)).collect();
    for next in &chain {
        change(&world, &ana, next).await.unwrap();
    }
    world.wait(WEEK - 60);
    let back = sign_in(&world, &old).await;
    assert_eq!(back.user, ana.user);
    for lost in &chain {
        assert_ne!(sign_in(&world, lost).await.user, ana.user, "{lost}");
    }
}

#[tokio::test]
async fn r56_a_number_that_its_account_has_given_up_can_be_taken() {
    let (world, first, second) = (world(), number(5_600_030), number(5_600_031));
    let ana = sign_in(&world, &first).await;
    change(&world, &ana, &second).await.unwrap();
    let bob = sign_in(&world, &number(5_600_032)).await;
    let early = change(&world, &bob, &first).await;
    assert_eq!(early, Err(Refusal::NumberTaken), "there is a way back");
    world.wait(WEEK);
    let bob = sign_in(&world, &number(5_600_032)).await;
    change(&world, &bob, &first).await.unwrap();
    assert_eq!(sign_in(&world, &first).await.user, bob.user);
    assert_eq!(sign_in(&world, &second).await.user, ana.user);
}

#[tokio::test]
async fn r56_r61_a_change_ends_with_the_session_that_began_it() {
    let (world, old, new) = (world(), number(5_600_080), number(5_600_081));
    let thief = sign_in(&world, &old).await;
    change_half(&world, &thief, &new).await;
    world
        .login()
        .end(&thief.user, thief.session.clone())
        .await
        .unwrap();
    let with_new = sign_in(&world, &new).await;
    assert!(with_new.new_account);
    assert_eq!(sign_in(&world, &old).await.user, thief.user);
    assert_eq!(notices(&world), [""; 0]);
}

#[tokio::test]
async fn r56_a_claim_that_nobody_finished_is_worth_nothing_after_an_hour() {
    for (after, finished) in [(3599, true), (3600, false)] {
        let (world, old, new) = (world(), number(5_600_090), number(5_600_091));
        let ana = sign_in(&world, &old).await;
        let elsewhere = sign_in(&world, &old).await;
        change_half(&world, &ana, &new).await;
        world.wait(after);
        let with_new = sign_in(&world, &new).await;
        assert_eq!(with_new.user == ana.user, finished, "after {after} s");
        assert_eq!(notices(&world).len(), usize::from(finished));
        assert_eq!(
            lives(&world, &elsewhere).await,
            !finished,
            "whether the others were to end is not known any more"
        );
    }
}

#[tokio::test]
async fn r56_a_login_that_was_decided_before_the_change_undoes_nothing() {
    for end_others in [false, true] {
        let (world, old, new) = (world(), number(5_600_100), number(5_600_101));
        let ana = sign_in(&world, &old).await;
        let challenge = world.send(&old).await.unwrap();
        let (code, attempt) = (world.code(&old), world.fresh_attempt());
        world.users_are_down.set(true);
        let cut_off = world.verify_as(&attempt, &old, &challenge, &code).await;
        assert_eq!(cut_off, Err(Refusal::Unavailable));
        world.users_are_down.set(false);
        world.wait(1);
        let challenge_of_change = begin(&world, &ana, &new).await.unwrap();
        let fresh = world.fresh_ids();
        let done = world
            .login()
            .finish_change(
                &owner(&ana),
                &press(
                    &new,
                    &challenge_of_change,
                    &world.code(&new),
                    &world.fresh_attempt(),
                ),
                &fresh,
                end_others,
            )
            .await;
        assert!(done.is_ok());
        let late = world.verify_as(&attempt, &old, &challenge, &code).await;
        if end_others {
            assert_eq!(late, Err(Refusal::SessionEnded));
        } else {
            assert_eq!(late.unwrap().user, ana.user);
        }
        assert!(lives(&world, &ana).await, "nothing was undone");
        world.wait(1);
        assert_eq!(sign_in(&world, &new).await.user, ana.user);
    }
}

#[tokio::test]
async fn r53_r56_a_change_and_its_way_back_outlive_the_key_that_numbers_are_named_by() {
    const RINGS: [&str; 2] = [
        "i2:3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM,i1:_cMuyQnbAD-yCSrKDycJmqEYQ83PHjEy2UmVVzpJGc4",
        "i3:qvQOWKTubDiCzBZgqvQ-iNIcZrD6RI7YImy2AEqU3ig,i2:3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM,i1:_cMuyQnbAD-yCSrKDycJmqEYQ83PHjEy2UmVVzpJGc4",
    ];
    for undo in [false, true] {
        let (mut world, old, new) = (world(), number(5_600_110), number(5_600_111));
        let ana = sign_in(&world, &old).await;
        let challenge = begin(&world, &ana, &new).await.unwrap();
        world.index = KeyRing::parse(RINGS[0]).unwrap();
        let code = world.code(&new);
        assert!(finish(&world, &ana, &new, &challenge, &code).await.is_ok());
        world.index = KeyRing::parse(RINGS[1]).unwrap();
        world.wait(1);
        let numbers = if undo { [&old, &new] } else { [&new, &old] };
        if !undo {
            world.wait(WEEK);
        }
        assert_eq!(sign_in(&world, numbers[0]).await.user, ana.user);
        assert_ne!(sign_in(&world, numbers[1]).await.user, ana.user);
    }
}

#[tokio::test]
async fn r56_the_operator_is_told_whose_a_number_is_and_not_whose_it_was() {
    let (world, old, new) = (world(), number(5_600_120), number(5_600_121));
    let ana = sign_in(&world, &old).await;
    let owner = async |number: &Destination| {
        let name = world.name(number);
        let named = world.destination(&name, Order::Look).await.unwrap().user;
        world.login().owner(name, named).await.unwrap()
    };
    assert_eq!(owner(&new).await, None);
    change(&world, &ana, &new).await.unwrap();
    for number in [&old, &new] {
        assert_eq!(owner(number).await.as_ref(), Some(&ana.user), "{number}");
    }
    world.wait(WEEK);
    assert_eq!(owner(&old).await, None);
    assert_eq!(owner(&new).await, Some(ana.user));
}

#[tokio::test]
async fn r56_r65_an_account_is_not_erased_with_a_number_that_it_had_before() {
    let (world, old, new) = (world(), number(5_600_130), number(5_600_131));
    let ana = sign_in(&world, &old).await;
    change(&world, &ana, &new).await.unwrap();
    world.wait(WEEK);
    assert_eq!(world.login().erase_owner(&old).await, Ok(None));
    assert!(lives(&world, &ana).await);
    assert_eq!(sign_in(&world, &new).await.user, ana.user);
    let erased = world.login().erase_owner(&new).await;
    assert_eq!(erased, Ok(Some(ana.user.clone())));
    assert!(!lives(&world, &ana).await);
}
