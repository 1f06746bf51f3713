//! What is a person shown of what is kept of them, and what is left when they are gone?
//!
//! Not here: what lingers on the disk (the end-to-end tests).

use std::time::Duration;

use login::account::{Manage, OpenSession, UserRecord, What};
use login::attempt::DestinationRecord;
use login::attempt::operator::Order;
use login::journey::SignedIn;
use login::keys::KeyRing;
use login::ledger::Ledger as _;
use login::step::{Keeper, Step};
use login::{Policy, Refusal, SessionId, Timestamp, UserId};
use protocol::Destination;
use protocol::messages::Account;

use crate::world::changes::sign_in;
use crate::world::{World, number, wrong};

/// What the person asks who has signed in so.
async fn erase(world: &World, who: &SignedIn) -> Result<(), Refusal> {
    let by = (who.session.clone(), who.living.opened);
    let erased = world.login().manage(&who.user, Some(by), What::Erase).await;
    erased.map(drop)
}

#[tokio::test]
async fn r65_a_person_is_shown_all_that_is_kept_of_them() {
    let (world, number) = (World::new(), number(8_000_001));
    let first = sign_in(&world, &number).await;
    world.wait(300);
    let second = sign_in(&world, &number).await;
    world.wait(300);
    let account = show(&world, &first.user, second.session.clone()).await;
    let account = account.unwrap();
    let account: Account = serde_json::from_str(&account).unwrap();
    let secs = |who: &SignedIn| Some(who.living.opened.as_secs());
    assert_eq!(account.first_login, secs(&first));
    assert_eq!(account.last_login, secs(&second));
    let sessions: Vec<_> = account.sessions.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(sessions, [first.session.as_str(), second.session.as_str()]);
    let events: Vec<_> = account.events.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(events, ["login", "login"]);
    assert_eq!(account.known_browsers, 2);
    let stranger = show(&world, &first.user, planted()).await;
    assert_eq!(stranger.unwrap_err(), Refusal::SessionEnded);
}

async fn show(world: &World, user: &UserId, by: SessionId) -> Result<String, Refusal> {
    let by = Some((by, world.now.get()));
    let everything = What::ShowAll;
    world.login().manage(user, by, everything).await
}

fn planted() -> SessionId {
    SessionId::from_random([0xee; 16])
}

#[tokio::test]
async fn r65_an_account_is_erased_and_the_next_login_makes_another() {
    let (world, number) = (World::new(), number(8_000_002));
    let other_browser = sign_in(&world, &number).await;
    world.wait(300);
    let who = sign_in(&world, &number).await;
    erase(&world, &who).await.unwrap();
    let left = world.stored();
    for id in [
        who.user.as_str(),
        who.session.as_str(),
        other_browser.session.as_str(),
        who.browser.as_ref().unwrap().as_str(),
        "Firefox",
    ] {
        assert!(!left.contains(id), "{id} in {left}");
    }
    for gone in [&who, &other_browser] {
        let (user, session) = (&gone.user, gone.session.clone());
        let login = world.login();
        let checked = login.check(user, session.clone()).await;
        assert_eq!(checked, Err(Refusal::SessionEnded));
        let renewed = login.renew(user, session, 1).await;
        assert_eq!(renewed, Err(Refusal::SessionEnded));
    }
    assert_eq!(erase(&world, &who).await, Ok(()), "again does no harm");
    world.wait(300);
    let again = sign_in(&world, &number).await;
    assert!(again.new_account);
    assert_ne!(again.user, who.user);
    assert_eq!(again.living.first_login, again.living.opened);
    assert_eq!(erase(&world, &who).await, Ok(()), "nor to the next account");
    let login = world.login();
    assert!(login.check(&again.user, again.session).await.is_ok());
}

#[tokio::test]
async fn r65_an_erasure_demands_a_login_of_the_last_ten_minutes() {
    for (secs, expected) in [
        (0, Ok(())),
        (599, Ok(())),
        (600, Err(Refusal::LoginTooOld)),
        (86_400, Err(Refusal::LoginTooOld)),
    ] {
        let (world, number) = (World::new(), number(8_000_003));
        let who = sign_in(&world, &number).await;
        world.wait(secs);
        let login = world.login();
        let renewed = login.renew(&who.user, who.session.clone(), 1).await;
        assert!(renewed.is_ok(), "a renewal proves nothing anew");
        assert_eq!(erase(&world, &who).await, expected, "after {secs} s");
        let lives = login.check(&who.user, who.session.clone()).await.is_ok();
        assert_eq!(lives, expected.is_err(), "after {secs} s");
    }
}

#[tokio::test]
async fn r65_a_session_that_ended_erases_nothing() {
    let (world, number) = (World::new(), number(8_000_004));
    let who = sign_in(&world, &number).await;
    let login = world.login();
    let (user, session) = (&who.user, who.session.clone());
    login.end(user, session.clone()).await.unwrap();
    assert_eq!(erase(&world, &who).await, Err(Refusal::SessionEnded));
    world.wait(60);
    let again = sign_in(&world, &number).await;
    assert_eq!(again.user, who.user);
    // The operator has ended all sessions, which no record has heard of.
    world.wait(1);
    world
        .switches(login::switches::Throw::EndAllSessions)
        .await
        .unwrap();
    assert_eq!(erase(&world, &again).await, Err(Refusal::SessionEnded));
    assert_eq!(world.look_up(&number).await.user, Some(again.user));
}

#[tokio::test]
async fn r65_erasing_an_account_gives_no_text_and_no_try_back() {
    let (world, number) = (World::new(), number(8_000_005));
    let policy = Policy::default();
    let first = sign_in(&world, &number).await;
    let known = first.browser.clone();
    // The known browser uses up texts and tries of its own.
    for pause in [30, 60] {
        world.wait(pause);
        let challenge = world.send_from(known.as_ref(), &number).await.unwrap();
        let mistyped = world.verify(&number, &challenge, &wrong()).await;
        assert_eq!(mistyped.unwrap_err(), Refusal::WrongCode(4));
    }
    let before = world.look_up(&number).await;
    assert_eq!(before.sends_left, policy.sends_per_hour - 1);
    erase(&world, &first).await.unwrap();
    let after = world.look_up(&number).await;
    assert_eq!((after.user, after.last_login), (None, None));
    assert_eq!((after.open_challenges, after.browsers), (0, 0));
    assert_eq!(after.sends_left, policy.sends_per_hour - 3);
    assert_eq!(after.checks_left, policy.failures_per_hour - 2);
    // Three texts within the hour: the wait after the third is two minutes.
    let early = world.send_from(known.as_ref(), &number).await.unwrap_err();
    assert_eq!(early, Refusal::SendTooSoon(Duration::from_secs(120)));

    let name = world.name(&number);
    world.destination(&name, Order::Block).await.unwrap();
    assert_eq!(world.login().erase_owner(&number).await, Ok(None));
    assert!(world.look_up(&number).await.blocked.is_some());
}

#[tokio::test]
async fn r65_a_login_under_way_never_opens_the_account_that_is_erased_meanwhile() {
    // The code was sent, and not tried yet.
    let (world, phone) = (World::new(), number(8_000_006));
    let who = sign_in(&world, &phone).await;
    world.wait(60);
    let challenge = world.send(&phone).await.unwrap();
    erase(&world, &who).await.unwrap();
    let code = world.code(&phone);
    let late = world.verify(&phone, &challenge, &code).await;
    assert_eq!(late.unwrap_err(), Refusal::NoChallenge);

    // The code was right, and the user's record has not heard of it yet.
    let (world, phone) = (World::new(), number(8_000_007));
    let who = sign_in(&world, &phone).await;
    world.wait(60);
    let challenge = world.send(&phone).await.unwrap();
    let (code, attempt) = (world.code(&phone), world.fresh_attempt());
    world.users_are_down.set(true);
    let cut_off = world.verify_as(&attempt, &phone, &challenge, &code).await;
    assert_eq!(cut_off.unwrap_err(), Refusal::Unavailable);
    world.users_are_down.set(false);
    erase(&world, &who).await.unwrap();
    let repeated = world.verify_as(&attempt, &phone, &challenge, &code).await;
    assert_eq!(repeated.unwrap_err(), Refusal::NoChallenge);
    // What was on its way to the user's record arrives at last.
    let open = OpenSession {
        session: planted(),
        at: world.now.get(),
        way: login::Way::Sms,
        number: Some(world.name(&phone)),
        claim: None,
        label: "Firefox".to_owned(),
        passkey: None,
    };
    let late = world.user(&who.user, open).await.unwrap();
    assert_eq!(late, Err(Refusal::Disowned));
    assert!(!world.stored().contains("Firefox"));
}

/// How far an erasure got when the worker died.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Died {
    BeforeTheNumberHeard,
    BeforeTheUserHeardOfIt,
}

async fn break_off(world: &World, who: &SignedIn, phone: &Destination, died: Died) {
    let erase = Manage {
        user: who.user.clone(),
        by: Some(who.session.clone()),
        what: What::Erase,
        browsers: 0,
    };
    let begun = world.user(&who.user, erase).await.unwrap().unwrap();
    assert_eq!(begun.numbers, [world.name(phone)]);
    if died == Died::BeforeTheUserHeardOfIt {
        let release = Order::Release(who.user.clone());
        world
            .destination(&world.name(phone), release)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn r65_an_erasure_that_broke_off_is_finished_by_asking_again_or_by_the_next_login() {
    const ALL: [Died; 2] = [Died::BeforeTheNumberHeard, Died::BeforeTheUserHeardOfIt];
    for (died, asks_again, later) in ALL.into_iter().flat_map(|died| {
        [
            (died, true, 60),
            (died, false, 60),
            (died, false, 4_000_000),
        ]
    }) {
        let what = format!("{died:?} {asks_again} {later}");
        let (world, phone) = (World::new(), number(8_000_008));
        let who = sign_in(&world, &phone).await;
        break_off(&world, &who, &phone, died).await;
        let login = world.login();
        let checked = login.check(&who.user, who.session.clone()).await;
        assert_eq!(checked, Err(Refusal::SessionEnded), "{what}");
        if asks_again {
            assert_eq!(erase(&world, &who).await, Ok(()), "{what}");
            assert!(!world.stored().contains(who.user.as_str()), "{what}");
        }
        world.wait(later);
        world.clean_up();
        let challenge = world.send(&phone).await.unwrap();
        let code = world.code(&phone);
        let attempt = world.fresh_attempt();
        let again = world.verify_as(&attempt, &phone, &challenge, &code).await;
        let again = again.unwrap();
        let repeated = world.verify_as(&attempt, &phone, &challenge, &code).await;
        assert_eq!(repeated, Ok(again.clone()), "{what}: one login");
        assert_ne!(again.user, who.user, "{what}");
        assert!(again.new_account, "{what}");
        assert!(!world.stored().contains(who.user.as_str()), "{what}");
        let standing = world.look_up(&phone).await;
        assert_eq!(standing.user, Some(again.user), "{what}");
        assert_eq!(standing.browsers, 1, "{what}: the old ones are forgotten");
        // Only where nobody told the user's record does a mark stay, for as long as a browser is known.
        let untold = died == Died::BeforeTheUserHeardOfIt && !asks_again;
        for (wait, kept) in [(3600, if untold { 2 } else { 1 }), (400 * 86_400, 1)] {
            world.wait(wait);
            world.clean_up();
            assert_eq!(world.users_kept(), kept, "{what} after {wait} s");
        }
    }
}

#[tokio::test]
async fn r65_a_number_that_opens_another_account_by_now_keeps_it() {
    let (world, phone) = (World::new(), number(8_000_010));
    let before = sign_in(&world, &phone).await;
    world.wait(90 * 86_400);
    // Carriers gave the number to somebody else.
    let now = sign_in(&world, &phone).await;
    assert_ne!(now.user, before.user);
    let login = world.login();
    login.manage(&before.user, None, What::Erase).await.unwrap();
    assert_eq!(world.look_up(&phone).await.user, Some(now.user.clone()));
    let login = world.login();
    assert!(login.check(&now.user, now.session).await.is_ok());
    assert!(!world.stored().contains(before.user.as_str()));
}

#[tokio::test]
async fn r65_the_operator_erases_by_number_or_by_account_however_old_the_login_is() {
    for by_number in [true, false] {
        let (world, phone) = (World::new(), number(8_000_011));
        let who = sign_in(&world, &phone).await;
        world.wait(20 * 86_400);
        let login = world.login();
        if by_number {
            let erased = login.erase_owner(&phone).await;
            assert_eq!(erased, Ok(Some(who.user.clone())));
        } else {
            assert!(login.manage(&who.user, None, What::Erase).await.is_ok());
        }
        assert!(!world.stored().contains(who.user.as_str()), "{by_number}");
        assert_eq!(world.look_up(&phone).await.user, None);
        let shown = login.manage(&who.user, None, What::ShowSessions).await;
        assert_eq!(shown.unwrap(), r#"{"sessions":[]}"#);
        assert_eq!(
            login.manage(&who.user, None, What::EndAll).await,
            Ok(String::new())
        );
        assert!(world.stored().len() < 400, "nothing is written down of it");
    }
}

#[tokio::test]
async fn r65_an_erasure_that_broke_off_is_finished_under_the_numbers_new_name() {
    let (mut world, phone) = (World::new(), number(8_000_012));
    let who = sign_in(&world, &phone).await;
    break_off(&world, &who, &phone, Died::BeforeTheNumberHeard).await;
    world.index = KeyRing::parse(
        "i2:3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM,i1:_cMuyQnbAD-yCSrKDycJmqEYQ83PHjEy2UmVVzpJGc4",
    )
    .unwrap();
    world.wait(60);
    let again = sign_in(&world, &phone).await;
    assert_ne!(again.user, who.user);
    world.wait(3600);
    world.clean_up();
    assert_eq!(world.users_kept(), 1);
}

/// What is dropped from a row lingers in the file that the row is in, so the file is made anew: but not as long as a power cut in that
/// moment could bring the account back.
#[test]
fn r65_what_is_erased_is_wiped_from_storage_as_well() {
    let now = Timestamp::from_secs(1000);
    let policy = Policy::default();
    let user = UserId::from_random([1; 16]);
    let name = "UIssnn_uCl9LXd_PkJEDgia0enCt_h1X7yXgQF6qz5Y";
    let stored = format!(
        r#"{{"number":"{name}","sessions":[{{"id":"{}","opened":1000000,"generation":1,"renewed":1000000,"ended":null}}]}}"#,
        planted()
    );
    let users = Keeper::of::<UserRecord>().apply;
    let erase = format!(r#"{{"user":"{user}","by":null,"what":"erase"}}"#);
    let begun = users(Some(&stored), Manage::NAME, &erase, now, &policy).unwrap();
    assert!(!begun.scrub);
    let heard = format!(r#"{{"user":"{user}","by":null,"what":{{"let_go":"{name}"}}}}"#);
    let hear = |stored: Option<String>| {
        users(stored.as_deref(), Manage::NAME, &heard, now, &policy).unwrap()
    };
    let ended = hear(begun.changed);
    assert!(ended.scrub && ended.wake_later);
    let again = hear(ended.changed.clone());
    assert_eq!(again.changed, ended.changed, "written anew after each wipe");

    let phones = Keeper::of::<DestinationRecord>().apply;
    let stored = format!(r#"{{"user":"{user}","blocked":900000}}"#);
    let release = format!(r#"{{"release":"{user}"}}"#);
    let released = phones(Some(&stored), Order::NAME, &release, now, &policy).unwrap();
    assert!(released.scrub);
    let left = released.changed.unwrap();
    assert!(left.contains("900000") && !left.contains(user.as_str()));
    let again = phones(Some(&left), Order::NAME, &release, now, &policy).unwrap();
    assert!(!again.scrub, "nothing was dropped");
}
