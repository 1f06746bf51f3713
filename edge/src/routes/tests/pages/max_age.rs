//! Does an old login lead back to where a young one is wanted?
//!
//! Not here: what counts as an age ([`crate::max_age`]).

use super::*;

const BACK: &str = "https://login.example.com/pay-out";
/// With a login of ten minutes at most.
const YOUNG: &str = "return=%2Fpay-out&max_age=600";
/// The same, as the pages hand it on.
const HANDED_ON: &str = "return=https%3A%2F%2Flogin%2Eexample%2Ecom%2Fpay%2Dout&max_age=600";
const AGAIN: &str = "<p role=\"status\">Sign in again to go on.</p>";

/// Somebody who signed in, and the seconds that have gone by since.
async fn signed_in(world: &Up, phone: &str, seconds: u64) -> Browser {
    let browser = Browser::new(world);
    browser.sign_in(phone).await;
    *world.now.borrow_mut() += seconds;
    browser
}

#[tokio::test]
async fn whoever_signed_in_too_long_ago_is_asked_for_a_code_and_led_back_with_a_fresh_login() {
    // With a token that is good, and with one that is to be renewed.
    for (phone, seconds) in [("+385912345691", 601), ("+385912345692", 16 * 60)] {
        let world = Up::default();
        let browser = signed_in(&world, phone, seconds).await;
        let cookies = browser.cookies.borrow().clone();
        let sent = browser.look(&format!("{RENEW}?{YOUNG}")).await;
        let front = format!("{FRONT}?{HANDED_ON}");
        assert_eq!(sent.place(), Some(front.as_str()), "{seconds}");
        assert_eq!(*browser.cookies.borrow(), cookies, "nothing is renewed");

        let page = browser.look(&front).await;
        assert_eq!((page.status, page.heading()), (200, "Sign in"), "{seconds}");
        assert!(page.body.contains(AGAIN), "{}", page.body);
        let max_age = page.field("max_age").unwrap();
        let number = [("phone", phone), ("return", BACK), ("max_age", &*max_age)];
        let sent = browser.submit(FRONT, &number).await;
        let code = format!("{CODE}?{HANDED_ON}");
        assert_eq!(sent.place(), Some(code.as_str()));

        // Who takes another number is asked for one, although the older session is open still.
        let way = [("return", BACK), ("max_age", "600")];
        let resent = browser.submit(RESEND, &way).await;
        assert!(resent.body.contains("value=\"600\""), "{}", resent.body);
        let forgot = browser.submit(FORGET, &way).await;
        assert_eq!(forgot.place(), Some(front.as_str()));
        *world.now.borrow_mut() += 30;
        assert_eq!(browser.submit(FRONT, &number).await.place(), Some(&*code));

        let page = browser.look(&code).await;
        let attempt = page.field("attempt_id").unwrap();
        let typed = [
            ("code", RIGHT),
            ("attempt_id", attempt.as_str()),
            ("return", BACK),
            ("max_age", "600"),
        ];
        assert_eq!(browser.submit(CODE, &typed).await.place(), Some(BACK));
        let sent = browser.look(&format!("{RENEW}?{YOUNG}")).await;
        assert_eq!(sent.place(), Some(BACK), "it is a fresh login");
    }
}

#[tokio::test]
async fn whoever_signed_in_lately_is_led_back_and_whoever_may_be_here_longer_stays() {
    let world = Up::default();
    let browser = signed_in(&world, "+385912345693", 600).await;
    let sent = browser.look(&format!("{RENEW}?{YOUNG}")).await;
    assert_eq!(sent.place(), Some(BACK));
    let front = browser.look(&format!("{FRONT}?{YOUNG}")).await;
    assert_eq!(front.heading(), "You are signed in");
    *world.now.borrow_mut() += 400;
    for max_age in ["", "&max_age=", "&max_age=1000", "&max_age=99999"] {
        let query = format!("return=%2Fpay-out{max_age}");
        let front = browser.look(&format!("{FRONT}?{query}")).await;
        assert_eq!(front.heading(), "Are you still there?", "{max_age}");
    }
    let sent = browser
        .look(&format!("{RENEW}?return=%2Fpay-out&max_age=1000"))
        .await;
    assert_eq!(sent.place(), Some(BACK));
}

#[tokio::test]
async fn what_is_no_age_lets_no_open_session_do() {
    let world = Up::default();
    let browser = signed_in(&world, "+385912345694", 1).await;
    for max_age in ["0", "soon", "-1", "1e9", "600%20", "99999999999999999999"] {
        let query = format!("return=%2Fpay-out&max_age={max_age}");
        let page = browser.look(&format!("{FRONT}?{query}")).await;
        assert_eq!(page.field("max_age").as_deref(), Some("0"), "{max_age}");
        assert!(page.body.contains(AGAIN), "{max_age}");
        let sent = browser.look(&format!("{RENEW}?{query}")).await;
        assert_ne!(sent.place(), Some(BACK), "{max_age}");
    }
}

/// A page can stand open until the login is too old.
#[tokio::test]
async fn the_button_to_stay_does_not_make_a_login_younger() {
    let world = Up::default();
    let browser = signed_in(&world, "+385912345695", 16 * 60).await;
    let page = browser.look(&format!("{FRONT}?max_age=1000")).await;
    assert_eq!(page.heading(), "Are you still there?");
    let anti_forgery = page.field("anti_forgery").unwrap();
    let stays = [("anti_forgery", anti_forgery.as_str()), ("max_age", "1000")];
    *world.now.borrow_mut() += 60;
    let refused = browser.submit(RENEW, &stays).await;
    let (status, code, _) = refused.complaint().unwrap();
    assert_eq!((status, code.as_str()), (403, "login_too_old"));
    assert!(!refused.body.contains(AGAIN), "it is said once");
    let stays = [("anti_forgery", anti_forgery.as_str()), ("max_age", "1020")];
    assert_eq!(browser.submit(RENEW, &stays).await.place(), Some(FRONT));
}

/// Else whoever signs in without a place to go back to would be asked again and again.
#[tokio::test]
async fn whoever_has_just_signed_in_is_not_asked_for_their_age_again() {
    let world = Up::default();
    let browser = Browser::new(&world);
    let number = [("phone", "+385912345696"), ("max_age", "0")];
    let sent = browser.submit(FRONT, &number).await;
    let page = browser.look(sent.place().unwrap()).await;
    let attempt = page.field("attempt_id").unwrap();
    let typed = [("code", RIGHT), ("attempt_id", &*attempt), ("max_age", "0")];
    assert_eq!(browser.submit(CODE, &typed).await.place(), Some(FRONT));
}
