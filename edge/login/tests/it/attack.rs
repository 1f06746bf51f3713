//! How soon is a spray noticed that tries a few codes on each of very many numbers, and what is it worth until then?

use std::time::Duration;

use login::budget::checked::Checked;
use login::budget::{BudgetRecord, Going, Scope, Spend};
use login::network::Network;
use login::policy::{Demand, Limits};
use login::step::{Record as _, Step};
use login::{Policy, Timestamp};

use crate::world::{World, number, wrong};

const BEGIN: &str = r#"{"event":"alert","what":"under_attack","scope":"site"}"#;
const END: &str = r#"{"event":"alert","what":"calm","scope":"site"}"#;

/// The site's budget while it is sprayed.
struct Sprayed {
    record: BudgetRecord,
    policy: Policy,
    now: Timestamp,
    /// How much work whoever guesses shows for each text.
    work: u32,
    wrong: u32,
}

impl Sprayed {
    fn new() -> Self {
        Self {
            record: BudgetRecord::default(),
            policy: Policy::default(),
            now: Timestamp::from_secs(1_000_200_000),
            work: 0,
            wrong: 0,
        }
    }

    fn wait(&mut self, time: Duration) {
        self.now = self.now.plus(time);
    }

    fn apply<S: Step<Record = BudgetRecord>>(&mut self, step: S) -> S::Reply {
        step.apply(&mut self.record, self.now, &self.policy)
    }

    /// A text, and what comes of its code. Whether there was one.
    fn text(&mut self, checked: Checked) -> bool {
        let spend = Spend::of(Scope::Site, Going::to("HR"), self.work);
        let sent = self.apply(spend).is_ok();
        if sent {
            self.apply(checked);
            self.wrong += checked.wrong;
        }
        sent
    }

    /// Five wrong codes for a number that nobody tried before.
    fn guess(&mut self) -> bool {
        let wrong = self.policy.tries.into();
        self.text(Checked::new(0, wrong))
    }

    /// Somebody signs in, after so many wrong codes.
    fn login(&mut self, wrong: u32) -> bool {
        self.text(Checked::new(1, wrong))
    }

    fn told(&mut self) -> Vec<String> {
        let mut told = self.record.take_alerts();
        told.retain(|alert| [BEGIN, END].contains(&alert.as_str()));
        told
    }
}

#[test]
fn r33_a_spray_that_has_all_texts_of_the_site_is_told_within_a_minute() {
    let mut site = Sprayed::new();
    let between = Duration::from_secs(3600) / site.policy.budgets.site.per_hour;
    let start = site.now;
    while site.told().is_empty() {
        assert!(site.guess());
        site.wait(between);
    }
    let took = site.now.since(start);
    assert!(took < Duration::from_secs(60), "{took:?}");
    assert!(site.wrong <= 55, "{} codes were guessed", site.wrong);
}

#[test]
fn r33_a_spray_among_the_logins_of_a_busy_site_is_told_within_a_minute() {
    let mut site = Sprayed::new();
    site.policy.budgets.site = Limits {
        per_hour: 100_000,
        per_day: 1_000_000,
    };
    // An hour of two logins a second, every tenth with a wrong code first.
    for n in 0..7200 {
        assert!(site.login(u32::from(n % 10 == 0)));
        site.wait(Duration::from_millis(500));
    }
    assert_eq!(site.told(), [""; 0]);
    // A hundred thousand numbers within the hour.
    let start = site.now;
    for n in 0..100_000 {
        site.guess();
        if n % 14 == 0 {
            site.login(u32::from(n % 140 == 0));
        }
        if site.told() == [BEGIN] {
            break;
        }
        site.wait(Duration::from_millis(36));
    }
    let took = site.now.since(start);
    assert!(took < Duration::from_secs(60), "{took:?}");
}

/// What five codes on each of a hundred thousand numbers win within a day, if each is shown this much work for.
fn won(work: impl Fn(&Policy) -> u32) -> f64 {
    let mut site = Sprayed::new();
    site.policy.proofs.demand = Demand::Risk;
    site.work = work(&site.policy);
    for _ in 0..100_000 {
        site.guess();
        site.wait(Duration::from_millis(864));
    }
    f64::from(site.wrong) / 1e6
}

#[test]
fn r33_a_spray_of_a_hundred_thousand_numbers_wins_next_to_nothing() {
    let idle = won(|_| 0);
    let usual = won(|policy| policy.proofs.work);
    let full = won(|policy| policy.proofs.work_under_attack);
    assert!(idle < 0.002, "an account in five hundred days: {idle}");
    assert!(usual < 0.002, "nor for the usual price: {usual}");
    assert!(full <= 0.05, "the site's texts, for two billion: {full}");
}

#[test]
fn r33_under_attack_everybody_shows_more_and_is_let_in() {
    let mut site = Sprayed::new();
    site.policy.proofs.demand = Demand::Risk;
    for _ in 0..10 {
        assert!(site.guess());
    }
    site.work = site.policy.proofs.work;
    assert!(!site.login(0));
    site.work = site.policy.proofs.work_under_attack;
    assert!(site.login(0));
    site.work = 0;
    site.wait(Duration::from_secs(70 * 60));
    assert!(site.login(0), "and nothing when it is over");
}

#[test]
fn r33_people_are_no_attack_however_often_they_mistype() {
    let mut site = Sprayed::new();
    site.policy.proofs.demand = Demand::Off;
    for n in 0..1000 {
        assert!(site.login(u32::from(n % 3 == 0)));
        site.wait(Duration::from_secs(4));
    }
    assert_eq!(site.told(), [""; 0]);
    // Nobody signs in at night, and somebody plays with it.
    site.wait(Duration::from_secs(2 * 3600));
    for _ in 0..9 {
        assert!(site.guess());
    }
    assert_eq!(site.told(), [""; 0]);
}

#[test]
fn r33_an_attack_is_told_once_and_again_when_it_is_over() {
    let mut site = Sprayed::new();
    site.policy.proofs.demand = Demand::Off;
    for _ in 0..100 {
        assert!(site.guess());
        site.wait(Duration::from_secs(5));
    }
    assert_eq!(site.told(), [BEGIN]);
    assert!(site.record.under_attack(site.now, &site.policy));
    site.wait(Duration::from_secs(70 * 60));
    assert!(site.login(0));
    assert!(site.login(0));
    assert_eq!(site.told(), [END]);
    assert!(!site.record.under_attack(site.now, &site.policy));
}

#[tokio::test]
async fn r33_r88_the_site_learns_from_its_shards() {
    let mut world = World::new();
    world.policy.sharding.shards = 8;
    world.policy.guessing.wrong = 100;
    world.policy.pumping.percent = 0;
    for last in 0..24 {
        world.network = Network::of(Some(&format!("198.51.100.{last}")));
        let number = number(6_900_000 + last * 10_000);
        let challenge = world.send(&number).await.unwrap();
        for _ in 0..5 {
            assert!(world.verify(&number, &challenge, &wrong()).await.is_err());
            world.wait(1);
        }
    }
    assert_eq!(world.alerts.take(), [BEGIN]);
}

#[tokio::test]
async fn r33_the_site_learns_of_each_code_that_the_provider_has_looked_at() {
    let mut world = World::new();
    world.policy.guessing.wrong = 10;
    world.policy.pumping.percent = 0;
    for last in 0..2 {
        world.network = Network::of(Some(&format!("198.51.100.{last}")));
        let number = number(6_700_000 + last);
        let challenge = world.send(&number).await.unwrap();
        for _ in 0..4 {
            assert!(world.verify(&number, &challenge, &wrong()).await.is_err());
        }
        let code = world.code(&number);
        assert!(world.verify(&number, &challenge, &code).await.is_ok());
    }
    assert_eq!(world.alerts.take(), [""; 0], "eight of ten");
    let number = number(6_700_010);
    let challenge = world.send(&number).await.unwrap();
    for _ in 0..20 {
        assert!(world.verify(&number, &challenge, &wrong()).await.is_err());
    }
    assert_eq!(world.alerts.take(), [BEGIN], "thirteen of fifteen");
}

#[tokio::test]
async fn r33_a_login_is_not_lost_over_the_count_of_its_codes() {
    let world = World::new();
    let number = number(6_800_000);
    let challenge = world.send(&number).await.unwrap();
    world.budgets_are_down.set(true);
    let answer = world.verify(&number, &challenge, &wrong()).await;
    assert_eq!(answer, Err(login::Refusal::WrongCode(4)));
    let code = world.code(&number);
    assert!(world.verify(&number, &challenge, &code).await.is_ok());
}
