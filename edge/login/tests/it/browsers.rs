//! What is a browser that has signed in before let do, when strangers have used up everything else?

use std::time::Duration;

use login::attempt::operator::Order;
use login::journey::SignedIn;
use login::ledger::Ledger as _;
use login::policy::DAY;
use login::{BrowserId, Refusal};
use protocol::Destination;

use crate::world::{World, number, wrong};

/// Somebody signs in in a browser that nobody knows, or that says it is this one.
async fn sign_in(
    world: &World,
    browser: Option<&BrowserId>,
    number: &Destination,
) -> Result<SignedIn, Refusal> {
    let challenge = world.send_from(browser, number).await?;
    let code = world.code(number);
    world.verify(number, &challenge, &code).await
}

/// Strangers ask for texts and guess until they are let do neither.
async fn strangers_use_up_everything(world: &World, number: &Destination) {
    for _ in 0..200 {
        match world.send(number).await {
            Ok(challenge) => {
                for _ in 0..5 {
                    let _ = world.verify(number, &challenge, &wrong()).await;
                }
            }
            Err(Refusal::TooManySends(_)) => return,
            Err(_) => {}
        }
        world.wait(100);
    }
    panic!("strangers got text after text");
}

#[tokio::test]
async fn r28_a_stranger_who_uses_up_everything_does_not_lock_out_a_browser_that_signed_in_before() {
    let (world, ana) = (World::new(), number(1_003_000));
    let before = sign_in(&world, None, &ana).await.unwrap();
    strangers_use_up_everything(&world, &ana).await;
    assert!(
        matches!(world.send(&ana).await, Err(Refusal::TooManySends(_))),
        "not from a browser that nobody knows"
    );
    let after = sign_in(&world, before.browser.as_ref(), &ana)
        .await
        .unwrap();
    assert_eq!(after.user, before.user);
}

#[tokio::test]
async fn r28_a_stranger_who_opens_challenges_does_not_close_that_of_a_known_browser() {
    let (world, ana) = (World::new(), number(1_003_001));
    let browser = sign_in(&world, None, &ana).await.unwrap().browser;
    let mine = world.send_from(browser.as_ref(), &ana).await.unwrap();
    let code = world.code(&ana);
    for wait in [30, 60, 120, 1] {
        world.wait(wait);
        let _ = world.send(&ana).await;
    }
    assert!(world.verify(&ana, &mine, &code).await.is_ok());
}

#[tokio::test]
async fn r28_what_a_known_browser_may_is_bounded_too() {
    let mut world = World::new();
    world.policy.sends_per_hour = 100;
    world.policy.sends_per_day = 100;
    world.policy.cool_down = [Duration::ZERO; 4];
    let ana = number(1_003_002);
    let browser = sign_in(&world, None, &ana).await.unwrap().browser;
    let checks = world.checks.get();
    let mut refused = 0;
    for _ in 0..10 {
        let challenge = world.send_from(browser.as_ref(), &ana).await.unwrap();
        for _ in 0..4 {
            let answer = world.verify(&ana, &challenge, &wrong()).await;
            refused += usize::from(matches!(answer, Err(Refusal::TooManyChecks(_))));
        }
    }
    assert_eq!(world.checks.get() - checks, 10);
    assert_eq!(refused, 30);
}

#[tokio::test]
async fn r28_a_browser_is_known_by_the_id_of_its_last_login_and_for_its_own_number_only() {
    let (world, ana, bo) = (World::new(), number(1_003_003), number(1_003_004));
    let first = sign_in(&world, None, &ana).await.unwrap().browser;
    let second = sign_in(&world, first.as_ref(), &ana).await.unwrap().browser;
    assert_ne!(first, second);
    strangers_use_up_everything(&world, &ana).await;
    let of_bo = sign_in(&world, None, &bo).await.unwrap().browser;
    let forged = BrowserId::from_random([0xab; 16]);
    for (who, browser) in [
        ("an id from before", first.as_ref()),
        ("somebody else's browser", of_bo.as_ref()),
        ("an invented id", Some(&forged)),
    ] {
        assert!(
            matches!(
                world.send_from(browser, &ana).await,
                Err(Refusal::TooManySends(_))
            ),
            "{who}"
        );
    }
    assert!(world.send_from(second.as_ref(), &ana).await.is_ok());
}

#[tokio::test]
async fn r28_ten_browsers_are_remembered_and_for_four_hundred_days() {
    let mut world = World::new();
    world.policy.sends_per_hour = 100;
    world.policy.sends_per_day = 100;
    world.policy.cool_down = [Duration::ZERO; 4];
    world.policy.recycled_after = DAY * 4000;
    let ana = number(1_003_005);
    let mut browsers = Vec::new();
    for _ in 0..11 {
        browsers.push(sign_in(&world, None, &ana).await.unwrap().browser);
    }
    world.policy.sends_per_hour = 11;
    assert!(matches!(
        world.send_from(browsers[0].as_ref(), &ana).await,
        Err(Refusal::TooManySends(_))
    ));
    assert!(world.send_from(browsers[1].as_ref(), &ana).await.is_ok());
    world.wait(400 * 86_400);
    world.policy.failures_per_hour = 1;
    let guess = world.send(&ana).await.unwrap();
    let _ = world.verify(&ana, &guess, &wrong()).await;
    let late = world.send_from(browsers[10].as_ref(), &ana).await.unwrap();
    assert!(
        matches!(
            world.verify(&ana, &late, &wrong()).await,
            Err(Refusal::TooManyChecks(_))
        ),
        "it counts among the strangers again"
    );
}

/// Days of guessing, as slow as the limits demand, until so many codes were tried.
async fn guess_for_days(world: &World, number: &Destination, codes: u32) {
    while world.checks.get() < codes {
        if let Ok(challenge) = world.send(number).await {
            for _ in 0..5 {
                if world.checks.get() < codes {
                    let _ = world.verify(number, &challenge, &wrong()).await;
                }
            }
        }
        world.wait(3600);
    }
    world.wait(2 * 86_400);
}

#[tokio::test]
async fn r27_after_a_hundred_wrong_codes_in_a_row_strangers_are_refused_and_known_browsers_are_not()
{
    for (codes, refused) in [(99, false), (100, true)] {
        let (world, ana) = (World::new(), number(1_003_006));
        let browser = sign_in(&world, None, &ana).await.unwrap().browser;
        guess_for_days(&world, &ana, 1 + codes).await;
        let stranger = sign_in(&world, None, &ana).await;
        assert_eq!(
            stranger.is_err(),
            refused,
            "the right code after {codes} wrong ones: {stranger:?}"
        );
        if refused {
            assert!(matches!(stranger, Err(Refusal::TooManyChecks(_))));
            assert!(sign_in(&world, browser.as_ref(), &ana).await.is_ok());
            world.wait(3600);
            assert!(
                sign_in(&world, None, &ana).await.is_ok(),
                "a login from a known browser has bound the number anew"
            );
        }
    }
}

#[tokio::test]
async fn r27_in_strict_mode_nobody_is_let_in_after_a_hundred_wrong_codes_until_the_operator_helps()
{
    let mut world = World::new();
    world.policy.strict_nist = true;
    let ana = number(1_003_007);
    let browser = sign_in(&world, None, &ana).await.unwrap().browser;
    guess_for_days(&world, &ana, 101).await;
    for browser in [None, browser.as_ref()] {
        assert!(matches!(
            sign_in(&world, browser, &ana).await,
            Err(Refusal::TooManyChecks(_))
        ));
    }
    world.wait(3600);
    let unblock = Order::Unblock;
    world.destination(&world.name(&ana), unblock).await.unwrap();
    assert!(sign_in(&world, None, &ana).await.is_ok());
}

#[tokio::test]
async fn r57_a_number_that_lay_idle_opens_the_old_account_only_where_its_owner_was_before() {
    for (days, from_known_browser, same_account) in [
        (89, false, true),
        (91, false, false),
        (91, true, true),
        (399, true, true),
    ] {
        let (world, ana) = (World::new(), number(1_003_008));
        let before = sign_in(&world, None, &ana).await.unwrap();
        world.wait(days * 86_400);
        let browser = before.browser.filter(|_| from_known_browser);
        let after = sign_in(&world, browser.as_ref(), &ana).await.unwrap();
        assert_eq!(
            (after.user == before.user, after.new_account),
            (same_account, !same_account),
            "after {days} days, known browser: {from_known_browser}"
        );
    }
}

#[tokio::test]
async fn r57_the_former_owners_browser_is_a_stranger_to_the_new_owners_account() {
    let (world, ana) = (World::new(), number(1_003_009));
    let former = sign_in(&world, None, &ana).await.unwrap();
    world.wait(91 * 86_400);
    let heir = sign_in(&world, None, &ana).await.unwrap();
    assert_ne!(heir.user, former.user);
    strangers_use_up_everything(&world, &ana).await;
    assert!(matches!(
        world.send_from(former.browser.as_ref(), &ana).await,
        Err(Refusal::TooManySends(_))
    ));
    assert!(world.send_from(heir.browser.as_ref(), &ana).await.is_ok());
}
