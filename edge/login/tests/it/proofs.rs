//! Who must show a proof for a text, and what is it good for?

use std::time::Duration;

use login::network::Network;
use login::policy::{Demand, Limits};
use login::proof::{Proven, Purpose};
use login::{Refusal, keys::KeyRing};
use protocol::Destination;
use sha2::{Digest as _, Sha256};

use crate::world::{World, number};

const USUAL: u32 = 100;

/// A world in which proofs are asked for, and quickly found.
fn wary() -> World {
    let mut world = World::new();
    world.policy.proofs.demand = Demand::Risk;
    world.policy.proofs.work = USUAL;
    // Few sign in in tests.
    world.policy.proofs.new_country = u32::MAX;
    world
}

/// Asks the world for a challenge, as a browser would be given one, and solves it.
fn solved(world: &World, number: &Destination, work: u32) -> Proven {
    let ring = KeyRing::parse("s1:qvQOWKTubDiCzBZgqvQ-iNIcZrD6RI7YImy2AEqU3ig").unwrap();
    let purpose = Purpose {
        issuer: "https://login.example.com",
        to: number,
    };
    let [.., last] = world.fresh_bytes();
    let (now, proofs) = (world.now.get(), &world.policy.proofs);
    let asked = purpose.challenge(work, proofs, &ring, now, [last; 20]);
    let found = (0..=asked.max_number)
        .find(|found| {
            let hash = Sha256::digest(format!("{}{found}", asked.salt));
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            hex == asked.challenge
        })
        .unwrap();
    purpose
        .check(&asked.salt, found, &asked.signature, &ring, now)
        .unwrap()
}

fn demanded() -> Refusal {
    Refusal::ProofRequired(USUAL)
}

#[tokio::test]
async fn r21_a_network_shows_a_proof_from_half_of_its_hour_on_and_is_refused_at_the_whole() {
    let mut world = wary();
    world.policy.budgets.network = Limits {
        per_hour: 6,
        per_day: 60,
    };
    for last in 0..3 {
        assert!(world.send(&number(6_000_001 + last)).await.is_ok(), "allow");
    }
    for last in 3..6 {
        let number = number(6_000_001 + last);
        assert_eq!(world.send(&number).await, Err(demanded()), "prove");
        let proof = solved(&world, &number, USUAL);
        assert!(world.send_with(Some(&proof), &number).await.is_ok());
    }
    let number = number(6_000_008);
    let proof = solved(&world, &number, USUAL);
    for proof in [None, Some(&proof)] {
        let refused = world.send_with(proof, &number).await;
        assert!(matches!(refused, Err(Refusal::NetworkSpent(_))), "refuse");
    }
    assert_eq!(world.sends.get(), 6);
}

#[tokio::test]
async fn r21_a_prefix_half_way_to_looking_pumped_shows_a_proof_and_one_where_people_log_in_does_not()
 {
    let mut world = wary();
    let half = world.policy.pumping.prefix / 2;
    for (block, log_in) in [(6_010_000, false), (6_020_000, true)] {
        for i in 0..half {
            world.network = Network::of(Some(&format!("198.51.100.{}", i + 1)));
            let number = number(block + i);
            let challenge = world.send(&number).await.unwrap();
            if log_in {
                let code = world.code(&number);
                world.verify(&number, &challenge, &code).await.unwrap();
            }
        }
        world.network = Network::of(Some("198.51.100.99"));
        let next = world.send(&number(block + half)).await;
        assert_eq!(next.is_ok(), log_in, "{next:?}");
    }
}

#[tokio::test]
async fn r21_a_country_is_new_until_somebody_there_has_signed_in() {
    let mut world = wary();
    world.policy.proofs.new_country = 3;
    let challenge = world.send(&number(6_030_000)).await.unwrap();
    for block in 1..3 {
        world
            .send(&number(6_030_000 + 10_000 * block))
            .await
            .unwrap();
    }
    let late = number(6_090_000);
    assert_eq!(world.send(&late).await, Err(demanded()));
    let code = world.code(&number(6_030_000));
    world
        .verify(&number(6_030_000), &challenge, &code)
        .await
        .unwrap();
    assert!(world.send(&late).await.is_ok());
}

#[tokio::test]
async fn r21_whoever_has_no_address_shows_a_proof_from_the_first_text_on() {
    let mut world = wary();
    world.network = Network::Unknown;
    let ana = number(6_000_011);
    assert_eq!(world.send(&ana).await, Err(demanded()));
    let proof = solved(&world, &ana, USUAL);
    assert!(world.send_with(Some(&proof), &ana).await.is_ok());
}

#[tokio::test]
async fn r21_proofs_can_be_asked_of_everybody_or_of_nobody() {
    for (demand, asked) in [(Demand::Always, true), (Demand::Off, false)] {
        let mut world = wary();
        world.policy.proofs.demand = demand;
        if !asked {
            world.network = Network::Unknown;
        }
        let sent = world.send(&number(6_000_021)).await;
        assert_eq!(sent == Err(demanded()), asked, "{demand:?}: {sent:?}");
    }
}

#[tokio::test]
async fn r21_whoever_has_no_proof_uses_nothing_up() {
    let mut world = wary();
    world.policy.budgets.network = Limits {
        per_hour: 4,
        per_day: 4,
    };
    world.policy.budgets.site = Limits {
        per_hour: 5,
        per_day: 5,
    };
    for last in 0..2 {
        world.send(&number(6_000_031 + last)).await.unwrap();
    }
    let ana = number(6_000_033);
    for _ in 0..50 {
        assert_eq!(world.send(&ana).await, Err(demanded()));
    }
    let proof = solved(&world, &ana, USUAL);
    assert!(
        world.send_with(Some(&proof), &ana).await.is_ok(),
        "neither the number nor a budget has paid"
    );
}

#[tokio::test]
async fn r21_a_proof_is_good_for_one_text() {
    let mut world = wary();
    world.policy.proofs.demand = Demand::Always;
    let ana = number(6_000_041);
    let proof = solved(&world, &ana, USUAL);
    assert!(world.send_with(Some(&proof), &ana).await.is_ok());
    for wait in [0, 31, 60] {
        world.wait(wait);
        let again = world.send_with(Some(&proof), &ana).await;
        assert_eq!(again, Err(demanded()), "{wait} s later");
    }
    assert_eq!(world.sends.get(), 1);
    let fresh = solved(&world, &ana, USUAL);
    assert!(world.send_with(Some(&fresh), &ana).await.is_ok());
}

#[tokio::test]
async fn r21_a_proof_is_not_lost_on_a_text_that_nobody_was_asked_to_send() {
    let mut world = wary();
    world.policy.proofs.demand = Demand::Always;
    let ana = number(6_000_051);
    let proof = solved(&world, &ana, USUAL);
    world.budgets_are_down.set(true);
    let refused = world.send_with(Some(&proof), &ana).await;
    assert_eq!(refused, Err(Refusal::Unavailable));
    world.budgets_are_down.set(false);
    assert!(world.send_with(Some(&proof), &ana).await.is_ok());
    world.wait(31);
    assert_eq!(world.send_with(Some(&proof), &ana).await, Err(demanded()));
}

#[tokio::test]
async fn r21_a_proof_of_less_work_than_is_demanded_now_is_none() {
    let mut world = wary();
    world.policy.proofs.demand = Demand::Always;
    let ana = number(6_000_061);
    let cheap = solved(&world, &ana, USUAL - 1);
    assert_eq!(world.send_with(Some(&cheap), &ana).await, Err(demanded()));
    assert_eq!(world.sends.get(), 0);
}

#[tokio::test]
async fn r21_the_same_text_once_more_needs_a_proof_of_its_own() {
    let mut world = wary();
    world.policy.proofs.demand = Demand::Always;
    let ana = number(6_000_071);
    let proof = solved(&world, &ana, USUAL);
    let challenge = world.send_with(Some(&proof), &ana).await.unwrap();
    world.wait(31);
    let fresh = solved(&world, &ana, USUAL);
    for (shown, good) in [(None, false), (Some(proof), false), (Some(fresh), true)] {
        let (channel, challenge) = (Default::default(), challenge.clone());
        let login = world.login();
        let resent = login.resend(&ana, channel, &world.network, challenge, shown);
        let resent = resent.await;
        assert_eq!(resent.is_ok(), good, "{resent:?}");
    }
    assert_eq!(world.sends.get(), 2);
}

#[tokio::test]
async fn a_wait_is_told_to_whoever_has_a_proof_and_a_budget_that_is_used_up_to_everybody() {
    let mut world = wary();
    world.policy.proofs.demand = Demand::Always;
    let ana = number(6_000_081);
    let (first, second) = (solved(&world, &ana, USUAL), solved(&world, &ana, USUAL));
    world.send_with(Some(&first), &ana).await.unwrap();
    let early = world.send_with(Some(&second), &ana).await;
    assert_eq!(early, Err(Refusal::SendTooSoon(Duration::from_secs(30))));
    world.wait(30);
    assert!(
        world.send_with(Some(&second), &ana).await.is_ok(),
        "the proof was not lost on the wait"
    );
}

/// So a flood without proofs reads and writes no records at all.
#[tokio::test]
async fn r21_where_everybody_shows_a_proof_whoever_has_none_is_refused_before_anything_is_counted()
{
    let mut world = wary();
    world.policy.proofs.demand = Demand::Always;
    world.phones_are_down.set(true);
    world.budgets_are_down.set(true);
    let number = number(6_000_090);
    assert_eq!(world.send(&number).await, Err(demanded()));
    let weak = solved(&world, &number, USUAL - 1);
    assert_eq!(world.send_with(Some(&weak), &number).await, Err(demanded()));
    let proof = solved(&world, &number, USUAL);
    let counted = world.send_with(Some(&proof), &number).await;
    assert_eq!(counted, Err(Refusal::Unavailable));
}
