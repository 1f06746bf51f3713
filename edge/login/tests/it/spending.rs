//! What can it cost at most, and who is told on the way there?

use std::time::Duration;

use login::Refusal;
use login::budget::{self, look::Look};
use login::ledger::Ledger as _;
use login::money::{Amount, Prices, SpendCap};
use login::network::Network;
use login::policy::Limits;
use login::provider::SendFailure;
use login::served::Served;
use protocol::messages::Channel;

use crate::world::{World, german, number};

/// A site where a text costs 0.045 to Croatia and 0.075 to Germany, and no budget but the site's is ever used up.
fn site(per_hour: &str, per_day: &str) -> World {
    let mut world = World::new();
    world.served = Served::parse("HR,DE", "HR").unwrap();
    let wide = Limits {
        per_hour: 5000,
        per_day: 100_000,
    };
    let budgets = &mut world.policy.budgets;
    budgets.network = wide;
    budgets.prefix = wide;
    budgets.country = wide;
    budgets.site = wide;
    world.policy.pumping.percent = 0;
    world.policy.spend_cap = Some(SpendCap {
        prices: Prices::parse("HR=0.045,DE=0.075", ["HR", "DE"].into_iter(), false).unwrap(),
        per_hour: Amount::parse(per_hour).unwrap(),
        per_day: Amount::parse(per_day).unwrap(),
        currency: "EUR".to_owned(),
    });
    world
}

fn told(world: &World) -> Vec<String> {
    world.alerts.take()
}

fn spend(unit: &str, limit: &str, window: &str, stage: u8) -> String {
    format!(
        r#"{{"event":"alert","what":"spend","scope":"site","window":"{window}","unit":"{unit}","limit":"{limit}","stage":{stage}}}"#
    )
}

#[tokio::test]
async fn r19_the_site_spends_what_it_may_to_the_last_ten_thousandth() {
    // Ten Croatian texts are 0.45 exactly; a binary fraction would have lost the tenth.
    let world = site("0.45", "10");
    for last in 0..10 {
        assert!(
            world.send(&number(6_000_000 + last)).await.is_ok(),
            "{last}"
        );
    }
    let answer = world.send(&number(6_000_010)).await;
    assert!(matches!(answer, Err(Refusal::SendsPaused(_))), "{answer:?}");
    // The operator is shown the same.
    let used = world.budget(&budget::SITE, Look {}).await.unwrap();
    assert_eq!(Some(used.cost_hour), Amount::parse("0.45"));
    assert_eq!(Some(used.cost_day), Amount::parse("0.45"));
    assert_eq!(world.sends.get(), 10);
    world.wait(70 * 60);
    assert!(
        world.send(&number(6_000_010)).await.is_ok(),
        "an hour later"
    );
}

#[tokio::test]
async fn r19_a_call_costs_what_a_call_costs_and_a_text_sent_again_what_a_text_does() {
    let mut world = site("0.40", "10");
    if let Some(cap) = &mut world.policy.spend_cap {
        let prices = "HR=0.045,HR/voice=0.15,DE=0.075,DE/voice=0.20";
        cap.prices = Prices::parse(prices, ["HR", "DE"].into_iter(), true).unwrap();
    }
    let ana = number(6_050_001);
    let challenge = world.send(&ana).await.unwrap();
    world.wait(60);
    world.again(&ana, &challenge, Channel::Voice).await.unwrap();
    world.wait(60);
    world.again(&ana, &challenge, Channel::Sms).await.unwrap();
    assert!(world.call(&number(6_050_002)).await.is_ok());
    let used = world.budget(&budget::SITE, Look {}).await.unwrap();
    assert_eq!(Some(used.cost_hour), Amount::parse("0.39"));
    let answer = world.send(&number(6_050_003)).await;
    assert!(matches!(answer, Err(Refusal::SendsPaused(_))), "{answer:?}");
    // What nobody was asked for is given back at its own price.
    world.policy.budgets.prefix = Limits {
        per_hour: 0,
        per_day: 0,
    };
    world.wait(70 * 60);
    assert!(world.call(&number(6_050_004)).await.is_err());
    let used = world.budget(&budget::SITE, Look {}).await.unwrap();
    assert_eq!(Some(used.cost_hour), Amount::parse("0"));
}

#[tokio::test]
async fn r19_a_dear_text_may_not_fit_where_a_cheap_one_still_does() {
    let world = site("0.20", "10");
    assert!(world.send(&german(6_100_001)).await.is_ok());
    assert!(world.send(&german(6_100_002)).await.is_ok());
    let answer = world.send(&german(6_100_003)).await;
    assert!(matches!(answer, Err(Refusal::SendsPaused(_))), "{answer:?}");
    assert!(world.send(&number(6_100_004)).await.is_ok());
}

#[tokio::test]
async fn r19_the_day_is_capped_too_and_its_wait_is_told() {
    let world = site("0.45", "0.50");
    for last in 0..10 {
        assert!(world.send(&number(6_200_000 + last)).await.is_ok());
    }
    world.wait(2 * 3600);
    assert!(world.send(&number(6_200_010)).await.is_ok());
    let Err(Refusal::SendsPaused(wait)) = world.send(&number(6_200_011)).await else {
        panic!("the eleventh text was the last");
    };
    assert!(wait > Duration::from_secs(21 * 3600), "{wait:?}");
    world.wait(wait.as_secs() + 1);
    assert!(world.send(&number(6_200_011)).await.is_ok());
}

#[tokio::test]
async fn r19_what_was_not_sent_costs_nothing_and_what_may_have_been_costs_all() {
    let mut world = site("0.45", "10");
    world.policy.budgets.country.per_hour = 0;
    for last in 0..20 {
        assert!(world.send(&number(6_300_000 + last)).await.is_err());
        world.wait(90);
    }
    world.policy.budgets.country.per_hour = 5000;
    world.send_fails.set(Some(SendFailure::Unknown));
    for last in 0..5 {
        let answer = world.send(&number(6_300_020 + last)).await;
        assert_eq!(answer, Err(Refusal::ProviderUnavailable(None)));
    }
    world.send_fails.set(None);
    let mut sent = 0;
    for last in 0..20 {
        sent += u32::from(world.send(&number(6_300_030 + last)).await.is_ok());
    }
    assert_eq!(sent, 5, "nobody asked: nothing; nobody knows: five");
}

#[tokio::test]
async fn r19_each_stage_of_each_limit_is_told_once() {
    let mut world = site("0.90", "100");
    world.policy.budgets.site.per_hour = 30;
    for last in 0..25 {
        world.network = Network::of(Some(&format!("198.51.100.{last}")));
        let _ = world.send(&number(6_400_000 + last)).await;
    }
    assert_eq!(
        told(&world),
        [
            spend("EUR", "0.9", "hour", 50),
            spend("texts", "30", "hour", 50),
            spend("EUR", "0.9", "hour", 80),
            spend("EUR", "0.9", "hour", 100),
        ]
    );
    // The next hour is news again, and so is the day once it is used up.
    world.wait(2 * 3600);
    for last in 0..25 {
        let _ = world.send(&number(6_400_100 + last)).await;
    }
    assert_eq!(told(&world).len(), 4);
}

#[tokio::test]
async fn r19_a_countrys_limit_is_told_with_its_country_and_a_networks_is_not_told() {
    let mut world = site("100", "100");
    world.policy.budgets.network.per_hour = 2;
    world.policy.budgets.country.per_hour = 4;
    for last in 0..3 {
        let _ = world.send(&german(6_500_000 + last)).await;
    }
    let line = r#"{"event":"alert","what":"spend","scope":"country","country":"DE","window":"hour","unit":"texts","limit":"4","stage":50}"#;
    assert_eq!(told(&world), [line]);
}

#[tokio::test]
async fn r18_a_prefix_that_is_paused_is_told_once_and_again_when_it_opens() {
    let mut world = site("100", "100");
    world.policy.pumping.percent = 10;
    for last in 0..40 {
        let _ = world.send(&number(6_600_000 + last)).await;
    }
    let line = |what: &str| {
        format!(r#"{{"event":"alert","what":"{what}","scope":"prefix","country":"HR"}}"#)
    };
    assert_eq!(told(&world), [line("paused")]);
    world.wait(70 * 60);
    assert!(world.send(&number(6_600_050)).await.is_ok());
    assert!(world.send(&number(6_600_051)).await.is_ok());
    assert_eq!(told(&world), [line("opened")]);
}
