//! Who signs in with a passkey, and who gets one?
//!
//! Not here: what browsers and devices may say wrongly (`ceremonies`).

use authenticator::{Algorithm, Passkey, Says};
use login::account::What;
use login::keys::KeyRing;
use login::session::Tokens;
use login::step::Step as _;
use login::switches::Throw;
use login::{Refusal, Way};
use protocol::messages::Account;

use crate::world::changes::{change, lives, notices, sign_in as by_text, world};
use crate::world::number;
use crate::world::passkeys::{
    PAGE, add, has_passkey, listed, manage, offered, request, show, sign_in,
};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256];
const DAY: u64 = 86_400;

fn added(who: &login::UserId, at: u64, added: bool) -> String {
    format!(r#"{{"event":"passkeys_changed","subject":"{who}","at":{at},"added":{added}}}"#)
}

#[tokio::test]
async fn r59_whoever_has_a_passkey_signs_in_with_it_and_without_a_text() {
    for algorithm in ALGORITHMS {
        let (world, ana) = (world(), number(5_910_001));
        let who = by_text(&world, &ana).await;
        let passkey = has_passkey(&world, &who, algorithm).await;
        assert_eq!(notices(&world), [added(&who.user, 1_000_000, true)]);
        world.wait(DAY);
        let sends = world.sends.get();
        let back = sign_in(&world, &passkey).await.unwrap();
        assert_eq!((&back.user, back.new_account), (&who.user, false));
        assert_eq!(back.living.opened, world.now.get());
        assert_eq!((back.living.passkeys, &back.browser), (1, &None));
        assert!(lives(&world, &back).await && lives(&world, &who).await);
        assert_eq!(world.sends.get(), sends, "{algorithm:?}");
        let [shown] = &listed(&world, &back).await[..] else {
            panic!("there is one");
        };
        assert_eq!(shown.id, passkey.name());
        assert_eq!(
            (shown.created, shown.last_used),
            (1_000_000, Some(1_086_400))
        );
        assert_eq!(
            (shown.label.as_str(), shown.synced),
            ("Firefox on Android", true)
        );
    }
}

#[tokio::test]
async fn r59_a_token_says_that_it_was_a_passkey_and_whether_it_may_be_elsewhere_too() {
    let tokens = Tokens::new(
        KeyRing::parse("t1:W3wRKs_ghV5zFCnC57hddgsswZq_UHUOI8SZsldoDSY").unwrap(),
        "https://login.example.com".to_owned(),
        "https://www.example.com".to_owned(),
    );
    let synced = authenticator::MAY_SYNC | authenticator::SYNCED;
    for (place, flags, way, amr) in [
        (2, synced, Way::SyncedPasskey, "swk"),
        (3, authenticator::MAY_SYNC, Way::SyncedPasskey, "swk"),
        (4, 0, Way::BoundPasskey, "hwk"),
    ] {
        let world = world();
        let who = by_text(&world, &number(5_910_000 + place)).await;
        let options = offered(&world, &who).await.unwrap();
        let passkey = Passkey::of(Algorithm::Es256, &options);
        let mut says = Says::of_creation(&options, PAGE);
        says.flags = says.flags & !synced | flags;
        add(&world, &who, &passkey, &says).await.unwrap();
        let options = request(&world);
        let mut says = Says::of_request(&options, PAGE);
        says.flags = says.flags & !synced | flags;
        let shown = passkey.asserts(&says);
        let back = show(&world, &shown, &options.challenge).await.unwrap();
        assert_eq!(back.living.way, way);
        let (_, claims) = tokens.sign(&back, world.now.get(), &world.policy);
        assert_eq!(
            (claims.acr.as_str(), &claims.amr[..]),
            ("aal2/passkey", &[amr.to_owned(), "mfa".to_owned()][..])
        );
        assert_eq!(claims.auth_time, world.now.get().as_secs());
        let renewed = world
            .login()
            .renew(&back.user, back.session.clone(), 1)
            .await;
        assert_eq!(renewed.unwrap().way, way, "and so it stays");
    }
}

#[tokio::test]
async fn a_device_that_holds_one_of_the_accounts_is_told_to_make_no_other() {
    let (world, ana) = (world(), number(5_910_005));
    let who = by_text(&world, &ana).await;
    let options = offered(&world, &who).await.unwrap();
    assert_eq!(options.exclude_credentials, []);
    let passkey = has_passkey(&world, &who, Algorithm::Es256).await;
    let options = offered(&world, &who).await.unwrap();
    let excluded: Vec<_> = options
        .exclude_credentials
        .iter()
        .map(|it| &it.id)
        .collect();
    assert_eq!(excluded, [&passkey.name()]);
}

#[tokio::test]
async fn an_account_has_ten_passkeys_and_no_more() {
    let (world, ana) = (world(), number(5_910_006));
    let who = by_text(&world, &ana).await;
    for _ in 0..9 {
        has_passkey(&world, &who, Algorithm::Es256).await;
    }
    let early = offered(&world, &who).await.unwrap();
    let tenth = has_passkey(&world, &who, Algorithm::Es256).await;
    assert_eq!(offered(&world, &who).await, Err(Refusal::TooManyPasskeys));
    let passkey = Passkey::of(Algorithm::Es256, &early);
    let says = Says::of_creation(&early, PAGE);
    let eleventh = add(&world, &who, &passkey, &says).await;
    assert_eq!(eleventh, Err(Refusal::TooManyPasskeys));
    manage(&world, &who, What::RemovePasskey(tenth.name()))
        .await
        .unwrap();
    add(&world, &who, &passkey, &says).await.unwrap();
    assert_eq!(listed(&world, &who).await.len(), 10);
}

#[tokio::test]
async fn r56_only_whoever_signed_in_lately_adds_or_removes_a_passkey() {
    for (after, expected) in [(599, Ok(())), (600, Err(Refusal::LoginTooOld))] {
        let (world, ana) = (world(), number(5_910_007));
        let who = by_text(&world, &ana).await;
        let passkey = has_passkey(&world, &who, Algorithm::Es256).await;
        let early = offered(&world, &who).await.unwrap();
        world.wait(after);
        let another = Passkey::of(Algorithm::Es256, &early);
        let says = Says::of_creation(&early, PAGE);
        let outcomes = [
            offered(&world, &who).await.map(drop),
            add(&world, &who, &another, &says).await.map(drop),
            manage(&world, &who, What::RemovePasskey(passkey.name()))
                .await
                .map(drop),
        ];
        assert_eq!(
            outcomes,
            [expected.clone(), expected.clone(), expected.clone()]
        );
        let again = sign_in(&world, if expected.is_ok() { &another } else { &passkey })
            .await
            .unwrap();
        assert!(
            offered(&world, &again).await.is_ok(),
            "a passkey is a login, too"
        );
    }
}

#[tokio::test]
async fn r58_a_session_that_is_over_gets_no_passkey() {
    let (world, ana) = (world(), number(5_910_008));
    let who = by_text(&world, &ana).await;
    let early = offered(&world, &who).await.unwrap();
    manage(&world, &who, What::EndAll).await.unwrap();
    let passkey = Passkey::of(Algorithm::Es256, &early);
    let says = Says::of_creation(&early, PAGE);
    let late = add(&world, &who, &passkey, &says).await;
    assert_eq!(late, Err(Refusal::SessionEnded));
    assert_eq!(offered(&world, &who).await, Err(Refusal::SessionEnded));
    assert_eq!(
        sign_in(&world, &passkey).await,
        Err(Refusal::PasskeyRefused)
    );
}

#[tokio::test]
async fn a_passkey_that_was_removed_signs_nobody_in_and_does_not_come_back() {
    let (world, ana) = (world(), number(5_910_009));
    let who = by_text(&world, &ana).await;
    let options = offered(&world, &who).await.unwrap();
    let passkey = Passkey::of(Algorithm::Es256, &options);
    let says = Says::of_creation(&options, PAGE);
    let first = add(&world, &who, &passkey, &says).await.unwrap();
    let repeated = add(&world, &who, &passkey, &says).await.unwrap();
    assert_eq!(first, repeated, "its reply was lost");
    notices(&world);
    for _ in 0..2 {
        manage(&world, &who, What::RemovePasskey(passkey.name()))
            .await
            .unwrap();
    }
    assert_eq!(
        notices(&world),
        [added(&who.user, 1_000_000, false)],
        "once"
    );
    assert_eq!(
        sign_in(&world, &passkey).await,
        Err(Refusal::PasskeyRefused)
    );
    let replayed = add(&world, &who, &passkey, &says).await;
    assert_eq!(
        replayed,
        Err(Refusal::PasskeyRefused),
        "its challenge is used up"
    );
}

#[tokio::test]
async fn of_one_id_in_two_accounts_each_opens_its_own() {
    let world = world();
    let (ana, eve) = (
        by_text(&world, &number(5_910_010)).await,
        by_text(&world, &number(5_910_011)).await,
    );
    let passkey = has_passkey(&world, &ana, Algorithm::Es256).await;
    // Eve has seen Ana's key somewhere, and gives it out for hers.
    let options = offered(&world, &eve).await.unwrap();
    add(&world, &eve, &passkey, &Says::of_creation(&options, PAGE))
        .await
        .unwrap();
    assert_eq!(sign_in(&world, &passkey).await.unwrap().user, ana.user);
    // And with hers, she does not get into Ana's account.
    let mut own = has_passkey(&world, &eve, Algorithm::Es256).await;
    own.user_handle.clone_from(&passkey.user_handle);
    assert_eq!(sign_in(&world, &own).await, Err(Refusal::PasskeyRefused));
}

#[tokio::test]
async fn r34_whoever_is_unknown_whatever_is_unknown_and_a_wrong_signature_are_refused_alike_and_leave_nothing()
 {
    let (world, ana) = (world(), number(5_910_012));
    let who = by_text(&world, &ana).await;
    let known = has_passkey(&world, &who, Algorithm::Es256).await;
    let options = offered(&world, &who).await.unwrap();
    let mut stranger = Passkey::of(Algorithm::Es256, &options);
    let mut other_key = Passkey::of(Algorithm::Es256, &options);
    other_key.id.clone_from(&known.id);
    let records = world.user_records();
    for passkey in [&stranger, &other_key] {
        assert_eq!(sign_in(&world, passkey).await, Err(Refusal::PasskeyRefused));
    }
    stranger.user_handle = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    assert_eq!(
        sign_in(&world, &stranger).await,
        Err(Refusal::PasskeyRefused)
    );
    assert_eq!(world.user_records(), records);
}

#[tokio::test]
async fn r54_an_end_to_all_sessions_ends_those_of_passkeys_and_keeps_nobody_out_for_good() {
    let (world, ana) = (world(), number(5_910_013));
    let who = by_text(&world, &ana).await;
    let passkey = has_passkey(&world, &who, Algorithm::Es256).await;
    let by_passkey = sign_in(&world, &passkey).await.unwrap();
    let policy = world.policy.clone();
    Throw::EndAllSessions.apply(&mut world.switches.borrow_mut(), world.now.get(), &policy);
    assert!(!lives(&world, &by_passkey).await);
    assert_eq!(sign_in(&world, &passkey).await, Err(Refusal::SessionEnded));
    world.wait(60);
    assert!(!lives(&world, &by_passkey).await);
    assert!(sign_in(&world, &passkey).await.is_ok());
}

#[tokio::test]
async fn r61_the_operator_who_ends_all_sessions_of_an_account_takes_its_passkeys_and_the_person_who_does_keeps_them()
 {
    for (place, by_operator) in [(14, true), (15, false)] {
        let (world, ana) = (world(), number(5_910_000 + place));
        let who = by_text(&world, &ana).await;
        let passkey = has_passkey(&world, &who, Algorithm::Es256).await;
        if by_operator {
            world
                .login()
                .manage(&who.user, None, What::EndAll)
                .await
                .unwrap();
        } else {
            manage(&world, &who, What::EndAll).await.unwrap();
        }
        world.wait(1);
        let back = sign_in(&world, &passkey).await;
        assert_eq!(back.is_err(), by_operator, "{back:?}");
        assert_eq!(by_text(&world, &ana).await.user, who.user);
    }
}

#[tokio::test]
async fn r57_a_number_that_was_not_used_opens_a_new_account_and_the_passkey_still_the_old_one() {
    let (mut world, ana, next) = (world(), number(5_910_016), number(5_910_017));
    world.policy.audit_life = std::time::Duration::from_secs(400 * DAY);
    let who = by_text(&world, &ana).await;
    let passkey = has_passkey(&world, &who, Algorithm::Es256).await;
    world.wait(60 * DAY);
    assert_eq!(sign_in(&world, &passkey).await.unwrap().user, who.user);
    world.wait(40 * DAY);
    let heir = by_text(&world, &ana).await;
    assert_ne!(
        heir.user, who.user,
        "the login by passkey did not prove the number"
    );
    let back = sign_in(&world, &passkey).await.unwrap();
    assert_eq!(back.user, who.user);
    change(&world, &back, &next).await.unwrap();
    assert_eq!(
        by_text(&world, &next).await.user,
        who.user,
        "and it has a number again"
    );
    assert_eq!(by_text(&world, &ana).await.user, heir.user);
}

#[tokio::test]
async fn r56_a_change_of_number_leaves_passkeys_and_the_way_back_takes_them_all() {
    let (world, old, new) = (world(), number(5_910_018), number(5_910_019));
    let ana = by_text(&world, &old).await;
    let hers = has_passkey(&world, &ana, Algorithm::Es256).await;
    // Somebody finds her browser open. They add a passkey, change the number, come back by the passkey and add another.
    let before = has_passkey(&world, &ana, Algorithm::Es256).await;
    change(&world, &ana, &new).await.unwrap();
    let thief = sign_in(&world, &before).await.unwrap();
    let after = has_passkey(&world, &thief, Algorithm::Es256).await;
    assert_eq!(sign_in(&world, &hers).await.unwrap().user, ana.user);
    let early = offered(&world, &thief).await.unwrap();
    let late = Passkey::of(Algorithm::Es256, &early);
    world.wait(60);
    let back = by_text(&world, &old).await;
    assert_eq!((&back.user, back.living.passkeys), (&ana.user, 0));
    let too_late = add(&world, &thief, &late, &Says::of_creation(&early, PAGE)).await;
    assert_eq!(too_late, Err(Refusal::SessionEnded));
    for passkey in [&before, &after, &late, &hers] {
        assert_eq!(sign_in(&world, passkey).await, Err(Refusal::PasskeyRefused));
    }
    let again = has_passkey(&world, &back, Algorithm::Es256).await;
    assert_eq!(sign_in(&world, &again).await.unwrap().user, ana.user);
}

#[tokio::test]
async fn r65_an_account_gives_its_passkeys_out_and_takes_them_along_when_it_goes() {
    let (world, ana) = (world(), number(5_910_020));
    let who = by_text(&world, &ana).await;
    let passkey = has_passkey(&world, &who, Algorithm::Es256).await;
    sign_in(&world, &passkey).await.unwrap();
    let all = manage(&world, &who, What::ShowAll).await.unwrap();
    let account: Account = serde_json::from_str(&all).unwrap();
    assert_eq!(account.passkeys, listed(&world, &who).await);
    let acts: Vec<_> = account.events.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(acts, ["login", "passkey_added", "login"]);
    manage(&world, &who, What::Erase).await.unwrap();
    assert_eq!(
        sign_in(&world, &passkey).await,
        Err(Refusal::PasskeyRefused)
    );
    assert!(!world.user_records().contains(&passkey.name()));
}

/// Fifty logins in five minutes are no person's.
#[tokio::test]
async fn an_account_remembers_so_many_challenges_and_none_is_ever_good_twice() {
    let (world, ana) = (world(), number(5_910_021));
    let who = by_text(&world, &ana).await;
    let passkey = has_passkey(&world, &who, Algorithm::EdDsa).await;
    for _ in 1..world.policy.passkey_logins {
        sign_in(&world, &passkey).await.unwrap();
    }
    assert_eq!(
        sign_in(&world, &passkey).await,
        Err(Refusal::PasskeyRefused)
    );
    world.wait(300);
    assert!(sign_in(&world, &passkey).await.is_ok());
}

#[tokio::test]
async fn nothing_is_opened_while_a_record_does_not_answer() {
    for steps in [0, 1] {
        let (world, ana) = (world(), number(5_910_022));
        let who = by_text(&world, &ana).await;
        let passkey = has_passkey(&world, &who, Algorithm::Es256).await;
        world.user_steps_left.set(Some(steps));
        assert_eq!(sign_in(&world, &passkey).await, Err(Refusal::Unavailable));
        world.user_steps_left.set(None);
        assert!(sign_in(&world, &passkey).await.is_ok());
    }
}
