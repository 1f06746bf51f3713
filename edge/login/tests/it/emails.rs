//! Does an address do what a number does, and nothing more?
//!
//! Not here: an account that has both (`linking`); what is the same for both by its code (`journeys` and the like).

use login::Refusal;
use login::attempt::operator::Order;
use login::keys::KeyRing;
use login::ledger::Ledger as _;
use login::money::{Amount, Prices, SpendCap};
use login::policy::{Demand, Limits};
use login::way::Way;
use protocol::messages::Channel;

use crate::world::changes::sign_in;
use crate::world::{World, address, number, wrong};

fn few(per_hour: u32) -> Limits {
    Limits {
        per_hour,
        per_day: per_hour * 10,
    }
}

#[tokio::test]
async fn r55_r59_one_address_is_one_account_and_the_session_says_how_it_was_proved() {
    let (world, ana) = (World::new(), address(1));
    let first = sign_in(&world, &ana).await;
    world.wait(60);
    let second = sign_in(&world, &ana).await;
    assert_eq!((&second.user, second.new_account), (&first.user, false));
    assert_eq!(second.living.way, Way::Email);
    assert_ne!(sign_in(&world, &address(2)).await.user, first.user);
    assert_eq!(*world.channels.borrow(), [Channel::Email; 3]);
}

#[tokio::test]
async fn r16_r19_an_e_mail_uses_up_no_text_and_no_money_and_a_text_no_e_mail() {
    let mut world = World::new();
    world.policy.budgets.site = few(2);
    world.policy.budgets.prefix = few(2);
    world.policy.budgets.country = few(2);
    world.policy.budgets.email = few(3);
    world.policy.spend_cap = Some(SpendCap {
        prices: Prices::parse("HR=0.05", ["HR"].into_iter(), false).unwrap(),
        per_hour: Amount::parse("0.1").unwrap(),
        per_day: Amount::parse("1").unwrap(),
        currency: "EUR".to_owned(),
    });
    for n in 0..3 {
        assert!(world.send(&address(10 + n)).await.is_ok(), "{n}");
    }
    for n in 0..2 {
        assert!(world.send(&number(9_000_010 + n)).await.is_ok(), "{n}");
    }
    for spent in [address(13), number(9_000_012)] {
        let refused = world.send(&spent).await.unwrap_err();
        assert!(matches!(refused, Refusal::SendsPaused(_)), "{refused:?}");
    }
    assert_eq!(world.sends.get(), 5);
}

#[tokio::test]
async fn r20_e_mails_and_texts_come_out_of_one_budget_of_a_network() {
    let mut world = World::new();
    world.policy.budgets.network = few(2);
    assert!(world.send(&address(20)).await.is_ok());
    assert!(world.send(&number(9_000_020)).await.is_ok());
    for spent in [address(21), number(9_000_021)] {
        let refused = world.send(&spent).await.unwrap_err();
        assert!(matches!(refused, Refusal::NetworkSpent(_)), "{refused:?}");
    }
}

#[tokio::test]
async fn r21_e_mails_near_their_limit_want_a_proof() {
    let mut world = World::new();
    world.policy.proofs.demand = Demand::Risk;
    world.policy.budgets.email = few(4);
    let mut answers = Vec::new();
    for n in 0..4 {
        answers.push(world.send(&address(30 + n)).await.is_ok());
    }
    assert_eq!(answers, [true, true, false, false], "half of it is free");
    let refused = world.send(&address(34)).await.unwrap_err();
    assert_eq!(refused, Refusal::ProofRequired(world.policy.proofs.work));
    assert!(world.send(&number(9_000_030)).await.is_ok());
}

#[tokio::test]
async fn r33_codes_that_are_guessed_by_e_mail_are_guessed_at_the_site() {
    let mut world = World::new();
    world.policy.proofs.demand = Demand::Risk;
    world.policy.budgets.email = few(1000);
    world.policy.budgets.network = few(1000);
    for n in 0..10 {
        let challenge = world.send(&address(40 + n)).await.unwrap();
        for _ in 0..5 {
            let _ = world.verify(&address(40 + n), &challenge, &wrong()).await;
        }
    }
    let attacked = Refusal::ProofRequired(world.policy.proofs.work_under_attack);
    for anybody in [address(60), number(9_000_040)] {
        assert_eq!(world.send(&anybody).await, Err(attacked.clone()));
    }
    let told = world.alerts.take();
    for scope in ["site", "email"] {
        let alert = format!(r#"{{"event":"alert","what":"under_attack","scope":"{scope}"}}"#);
        assert_eq!(
            told.iter().filter(|it| **it == alert).count(),
            1,
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn r57_an_address_that_nobody_signed_in_with_for_long_opens_a_new_account() {
    for (days, same) in [(89, true), (90, false)] {
        let (world, ana) = (World::new(), address(70));
        let before = sign_in(&world, &ana).await;
        world.wait(days * 86_400);
        let after = sign_in(&world, &ana).await;
        assert_eq!(after.user == before.user, same, "after {days} days");
    }
}

#[tokio::test]
async fn r53_an_address_is_found_under_the_next_key_and_its_account_with_it() {
    let (mut world, ana) = (World::new(), address(80));
    let before = sign_in(&world, &ana).await;
    world.index = KeyRing::parse(
        "i2:3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM,i1:_cMuyQnbAD-yCSrKDycJmqEYQ83PHjEy2UmVVzpJGc4",
    )
    .unwrap();
    world.wait(60);
    assert_eq!(sign_in(&world, &ana).await.user, before.user);
    assert!(world.name(&ana).is_of_an_address());
}

#[tokio::test]
async fn r61_the_operator_blocks_an_address_and_erases_whose_it_is() {
    let (world, ana) = (World::new(), address(90));
    let before = sign_in(&world, &ana).await;
    let name = world.name(&ana);
    world.destination(&name, Order::Block).await.unwrap();
    world.wait(60);
    let blocked = world.send(&ana).await.unwrap_err();
    assert!(matches!(blocked, Refusal::TooManySends(_)), "{blocked:?}");
    world.destination(&name, Order::Unblock).await.unwrap();
    let erased = world.login().erase_owner(&ana).await;
    assert_eq!(erased, Ok(Some(before.user.clone())));
    assert!(!world.stored().contains("@"), "its name is forgotten");
    assert_ne!(sign_in(&world, &ana).await.user, before.user);
}
