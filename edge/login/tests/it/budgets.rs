//! Who pays for a text, and who is told that there are none left?

use std::time::Duration;

use login::Refusal;
use login::network::Network;
use login::policy::Limits;
use login::provider::SendFailure;

use crate::world::{World, number};

fn from(host: u32) -> Network {
    Network::of(Some(&format!("198.51.{}.{}", host / 250, host % 250 + 1)))
}

fn few(per_hour: u32) -> Limits {
    Limits {
        per_hour,
        per_day: per_hour * 10,
    }
}

#[tokio::test]
async fn r20_one_network_cannot_text_the_whole_town() {
    let mut world = World::new();
    world.policy.budgets.network = few(3);
    let mut answers = Vec::new();
    for last in 0..5 {
        answers.push(world.send(&number(3_000_001 + last)).await.map(|_| ()));
    }
    assert_eq!(answers[..3], [const { Ok(()) }; 3]);
    assert!(
        answers[3..]
            .iter()
            .all(|answer| matches!(answer, Err(Refusal::NetworkSpent(_)))),
        "{answers:?}"
    );
    assert_eq!(world.sends.get(), 3);
    world.network = from(1);
    assert!(
        world.send(&number(3_000_006)).await.is_ok(),
        "another network is not touched"
    );
}

#[tokio::test]
async fn r62_a_prefix_is_told_to_whoever_counts_only_once_ten_texts_went_there_within_the_hour() {
    let world = World::new();
    for last in 0..12 {
        assert!(world.send(&number(3_100_001 + last)).await.is_ok());
        let busy = world.busy.take().map(|busy| (busy.texts, busy.logins));
        let stands_out = (last >= 9).then_some((last + 1, 0));
        assert_eq!(busy, stands_out, "{last}");
    }
    world.wait(2 * 3600);
    assert!(world.send(&number(3_100_020)).await.is_ok());
    assert_eq!(world.busy.take(), None);
}

#[tokio::test]
async fn r07_requests_without_an_address_share_one_budget_of_their_own() {
    let mut world = World::new();
    world.policy.budgets.network = few(1);
    world.policy.budgets.unknown_network = few(3);
    world.network = Network::Unknown;
    for last in 0..3 {
        assert!(world.send(&number(3_000_011 + last)).await.is_ok());
    }
    assert!(matches!(
        world.send(&number(3_000_014)).await,
        Err(Refusal::NetworkSpent(_))
    ));
    world.network = from(2);
    assert!(
        world.send(&number(3_000_015)).await.is_ok(),
        "whoever has an address still logs in"
    );
}

#[tokio::test]
async fn r18_pumping_one_prefix_from_everywhere_stops_and_its_neighbour_does_not_notice() {
    let mut world = World::new();
    let mut sent = 0;
    for i in 0..500 {
        world.network = from(i);
        sent += u32::from(world.send(&number(4_000_000 + i)).await.is_ok());
    }
    assert_eq!(sent, world.policy.pumping.prefix);
    assert_eq!(world.sends.get(), sent);
    world.network = from(500);
    let neighbour = number(4_010_000);
    let challenge = world.send(&neighbour).await.unwrap();
    assert!(
        world
            .verify(&neighbour, &challenge, &world.code(&neighbour))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn r18_people_who_log_in_keep_their_prefix_open() {
    let mut world = World::new();
    for i in 0..40 {
        world.network = from(i);
        let number = number(4_020_000 + i);
        let challenge = world.send(&number).await.unwrap();
        world
            .verify(&number, &challenge, &world.code(&number))
            .await
            .unwrap();
    }
    assert_eq!(
        world.sends.get(),
        40,
        "twice what would pause it without a login"
    );
}

#[tokio::test]
async fn r19_the_sites_budget_is_a_hard_stop_and_sessions_live_on() {
    let mut world = World::new();
    world.policy.budgets.site = few(4);
    let ana = number(3_000_021);
    let challenge = world.send(&ana).await.unwrap();
    let who = world
        .verify(&ana, &challenge, &world.code(&ana))
        .await
        .unwrap();
    for i in 0..10 {
        world.network = from(i);
        let _ = world.send(&number(5_000_000 + i * 10_000)).await;
    }
    assert_eq!(world.sends.get(), 4);
    assert!(world.login().check(&who.user, who.session).await.is_ok());
}

#[tokio::test]
async fn r88_with_shards_a_budget_ends_where_it_ends_without() {
    for shards in [1, 2, 8] {
        let mut world = World::new();
        world.policy.sharding.shards = shards;
        world.policy.pumping.percent = 0;
        world.policy.budgets.site = few(60);
        for i in 0..300 {
            world.network = from(i);
            let _ = world.send(&number(5_000_000 + i * 10_000)).await;
        }
        assert_eq!(world.sends.get(), 60, "{shards} shards");
        world.wait(70 * 60);
        assert!(world.send(&number(8_000_000)).await.is_ok());
    }
}

#[tokio::test]
async fn r88_with_shards_what_another_budget_refuses_is_given_back() {
    let mut world = World::new();
    world.policy.sharding.shards = 8;
    world.policy.pumping.percent = 0;
    world.policy.budgets.network = few(50);
    world.policy.budgets.prefix = few(100);
    world.policy.budgets.site = few(100);
    for i in 0..300 {
        let _ = world.send(&number(3_200_000 + i)).await;
    }
    assert_eq!(world.sends.get(), 50, "one network");
    for i in 300..600 {
        world.network = from(i);
        let _ = world.send(&number(3_200_000 + i)).await;
    }
    assert_eq!(world.sends.get(), 100, "the site has lost none to it");
}

#[tokio::test]
async fn what_one_budget_refuses_is_given_back_by_all_others_and_by_the_number() {
    let mut world = World::new();
    world.policy.budgets.network = few(2);
    world.policy.budgets.site = few(100);
    world.policy.budgets.country = few(1);
    let ana = number(3_000_031);
    assert!(world.send(&ana).await.is_ok());
    for _ in 0..10 {
        let answer = world.send(&number(3_000_032)).await;
        assert!(matches!(answer, Err(Refusal::SendsPaused(_))), "{answer:?}");
    }
    world.policy.budgets.country = few(100);
    assert!(
        world.send(&number(3_000_032)).await.is_ok(),
        "neither the number nor the network paid for nothing"
    );
    assert_eq!(world.sends.get(), 2);
}

#[tokio::test]
async fn a_number_that_must_wait_uses_up_nobody_elses_budget() {
    let mut world = World::new();
    world.policy.budgets.site = few(2);
    let ana = number(3_000_041);
    assert!(world.send(&ana).await.is_ok());
    for _ in 0..50 {
        assert_eq!(
            world.send(&ana).await,
            Err(Refusal::SendTooSoon(Duration::from_secs(30)))
        );
    }
    assert!(world.send(&number(3_000_042)).await.is_ok());
}

#[tokio::test]
async fn r23_a_text_that_failed_at_the_provider_stays_spent_everywhere() {
    let mut world = World::new();
    world.policy.budgets.site = few(3);
    world.send_fails.set(Some(SendFailure::Failed));
    for last in 0..3 {
        let answer = world.send(&number(3_000_051 + last)).await;
        assert_eq!(answer, Err(Refusal::ProviderUnavailable(None)));
    }
    world.send_fails.set(None);
    assert!(matches!(
        world.send(&number(3_000_054)).await,
        Err(Refusal::SendsPaused(_))
    ));
}

#[tokio::test]
async fn r83_without_the_exact_counter_nothing_is_sent_but_a_login_is_not_lost_over_it() {
    let world = World::new();
    let ana = number(3_000_061);
    let challenge = world.send(&ana).await.unwrap();
    world.budgets_are_down.set(true);
    assert_eq!(
        world.send(&number(3_000_062)).await,
        Err(Refusal::Unavailable)
    );
    assert_eq!(world.sends.get(), 1);
    assert!(
        world
            .verify(&ana, &challenge, &world.code(&ana))
            .await
            .is_ok()
    );
}
