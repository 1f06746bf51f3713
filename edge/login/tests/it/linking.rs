//! Does an account that has a number and an address stay its owner's?
//!
//! An address is given to an account as another number is (`changes`), and taken back in the same way (`way_back`). Here is what two of
//! them make possible.

use login::Refusal;
use login::journey::SignedIn;
use protocol::Destination;

use crate::world::changes::{begin, change, finish, lives, notices, sign_in, world};
use crate::world::{World, address, number};

/// Somebody signs in with each; whether it is to this account.
async fn opens(world: &World, who: &SignedIn, places: &[&Destination]) -> Vec<bool> {
    let mut opened = Vec::new();
    for place in places {
        world.wait(1);
        opened.push(sign_in(world, place).await.user == who.user);
    }
    opened
}

#[tokio::test]
async fn r56_r58_an_account_has_a_number_and_an_address_whichever_came_first() {
    for address_first in [false, true] {
        let (world, phone, mail) = (world(), number(9_100_001), address(101));
        let (first, second) = if address_first {
            (&mail, &phone)
        } else {
            (&phone, &mail)
        };
        let ana = sign_in(&world, first).await;
        let challenge = begin(&world, &ana, second).await.unwrap();
        assert_eq!(notices(&world), [""; 0], "nothing is attached yet");
        let code = world.code(second);
        finish(&world, &ana, second, &challenge, &code)
            .await
            .unwrap();
        let [notice] = &notices(&world)[..] else {
            panic!("one notice");
        };
        let expected = if address_first {
            r#""ends":"01""#
        } else {
            r#""event":"email_changed""#
        };
        assert!(notice.contains(expected), "{notice}");
        assert!(!notice.contains("example"), "{notice}");
        assert_eq!(opens(&world, &ana, &[&phone, &mail]).await, [true, true]);
        assert!(lives(&world, &ana).await, "nothing was undone");
        assert_eq!(notices(&world), [""; 0]);
    }
}

#[tokio::test]
async fn r34_r56_an_address_of_another_account_is_taken() {
    let (world, mail) = (world(), address(110));
    let bob = sign_in(&world, &mail).await;
    let ana = sign_in(&world, &number(9_100_010)).await;
    world.wait(1);
    let taken = change(&world, &ana, &mail).await;
    assert_eq!(taken, Err(Refusal::NumberTaken));
    assert_eq!(opens(&world, &bob, &[&mail]).await, [true]);
}

#[tokio::test]
async fn r58_a_number_whose_claim_was_never_finished_does_not_open_an_account_that_has_an_address()
{
    let (world, mail, phone) = (world(), address(120), number(9_100_020));
    let ana = sign_in(&world, &mail).await;
    let challenge = begin(&world, &ana, &phone).await.unwrap();
    world.user_steps_left.set(Some(1));
    let cut_off = finish(&world, &ana, &phone, &challenge, &world.code(&phone)).await;
    assert_eq!(cut_off, Err(Refusal::Unavailable));
    world.user_steps_left.set(None);
    world.wait(3600);
    assert_eq!(opens(&world, &ana, &[&phone, &mail]).await, [false, true]);
}

#[tokio::test]
async fn r56_the_address_before_takes_an_account_back_that_has_no_number() {
    let (world, old, new) = (world(), address(130), address(131));
    let ana = sign_in(&world, &old).await;
    change(&world, &ana, &new).await.unwrap();
    assert_eq!(opens(&world, &ana, &[&old]).await, [true]);
    assert!(!lives(&world, &ana).await);
    assert_eq!(opens(&world, &ana, &[&new, &old]).await, [false, true]);
}

/// They had both for long; somebody in their mailbox changes the number.
#[tokio::test]
async fn r56_the_number_before_takes_an_account_back_from_whoever_reads_its_mail() {
    let (world, old, mail, new) = (world(), number(9_100_040), address(140), number(9_100_041));
    let ana = sign_in(&world, &old).await;
    change(&world, &ana, &mail).await.unwrap();
    world.wait(8 * 86_400);
    let thief = sign_in(&world, &mail).await;
    assert_eq!(thief.user, ana.user);
    change(&world, &thief, &new).await.unwrap();
    assert_eq!(opens(&world, &ana, &[&old]).await, [true]);
    assert!(!lives(&world, &thief).await);
    // And their mailbox is worth nothing any more, once they say so, however often the thief comes.
    world.wait(1);
    let owner = sign_in(&world, &old).await;
    change(&world, &owner, &address(141)).await.unwrap();
    assert_eq!(opens(&world, &ana, &[&mail, &new]).await, [false, false]);
    assert!(lives(&world, &owner).await);
}

/// Whoever finds a browser open gives the account a number, or an address, of their own.
#[tokio::test]
async fn r56_what_a_thief_has_added_goes_for_good_when_its_owner_says_so() {
    let (mail, phone) = (address(150), number(9_100_050));
    let (others_mail, others_phone) = (address(151), number(9_100_051));
    let (new_mail, new_phone) = (address(152), number(9_100_052));
    let cases = [
        (&mail, &others_phone, &new_phone),
        (&phone, &others_mail, &new_mail),
    ];
    for (own, added, instead) in cases {
        let world = world();
        let ana = sign_in(&world, own).await;
        change(&world, &ana, added).await.unwrap();
        world.wait(86_400);
        let owner = sign_in(&world, own).await;
        change(&world, &owner, instead).await.unwrap();
        let opened = opens(&world, &ana, &[added, own, instead]).await;
        assert_eq!(opened, [false, true, true], "{own}");
        assert!(lives(&world, &owner).await, "{own}");
    }
}

#[tokio::test]
async fn r56_who_takes_an_account_back_finds_it_as_it_was_before() {
    let (world, old, new) = (world(), number(9_100_060), number(9_100_061));
    let (mail, others_mail) = (address(160), address(161));
    let ana = sign_in(&world, &old).await;
    change(&world, &ana, &mail).await.unwrap();
    world.wait(8 * 86_400);
    let thief = sign_in(&world, &old).await;
    change(&world, &thief, &new).await.unwrap();
    change(&world, &thief, &others_mail).await.unwrap();
    let opened = opens(&world, &ana, &[&old, &others_mail, &new, &mail]).await;
    assert_eq!(opened, [true, false, false, true]);
}

#[tokio::test]
async fn r65_an_erased_account_is_let_go_of_by_its_number_and_its_address() {
    let (world, phone, mail) = (world(), number(9_100_070), address(170));
    let ana = sign_in(&world, &phone).await;
    change(&world, &ana, &mail).await.unwrap();
    let erased = world.login().erase_owner(&mail).await;
    assert_eq!(erased, Ok(Some(ana.user.clone())));
    assert!(!lives(&world, &ana).await);
    for place in [&phone, &mail] {
        let name = world.name(place);
        assert!(!world.stored().contains(name.as_str()), "{place}");
    }
    assert!(!world.stored().contains(&ana.user.to_string()));
    assert_eq!(opens(&world, &ana, &[&phone, &mail]).await, [false, false]);
}
