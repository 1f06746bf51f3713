//! How does a session go on whose token is past its time?
//!
//! Not here: the API's own renewal (`walk`).

use super::*;

#[tokio::test]
async fn r48_to_look_at_a_page_renews_nothing_and_a_button_does() {
    let world = Up::default();
    let browser = Browser::new(&world);
    browser.sign_in("+385912345671").await;
    *world.now.borrow_mut() += 16 * 60;
    let (records, cookies) = (
        world.records.borrow().clone(),
        browser.cookies.borrow().clone(),
    );
    let front = browser.look(&format!("{FRONT}?return=/account")).await;
    assert_eq!(
        (front.status, front.heading()),
        (200, "Are you still there?")
    );
    assert_eq!(front.headers.get(header::SET_COOKIE), None);
    assert_eq!(*world.records.borrow(), records);

    let anti_forgery = front.field("anti_forgery").unwrap();
    let stays = [
        ("anti_forgery", anti_forgery.as_str()),
        ("return", "/account"),
    ];
    let renewed = browser.submit(RENEW, &stays).await;
    assert_eq!(renewed.place(), Some("https://login.example.com/account"));
    assert_ne!(*browser.cookies.borrow(), cookies);
    assert_eq!(browser.look(FRONT).await.heading(), "You are signed in");

    // Somebody ended the session elsewhere.
    let ended = Browser::new(&world);
    *ended.cookies.borrow_mut() = browser.cookies.borrow().clone();
    browser.post(path::LOGOUT, json!({})).await;
    assert_eq!(ended.look(FRONT).await.heading(), "Sign in");
    let refused = ended.submit(RENEW, &stays).await;
    assert_eq!(
        refused.complaint().unwrap().2,
        "Your session has ended. Sign in again."
    );
}

#[tokio::test]
async fn r48_a_backend_sends_somebody_for_a_fresh_token_who_comes_back_with_it() {
    let world = Up::default();
    let browser = Browser::new(&world);
    browser.sign_in("+385912345672").await;
    *world.now.borrow_mut() += 16 * 60;
    let to_backend = format!("{RENEW}?return=/account");
    let back = Some("https://login.example.com/account");
    let kept = browser.cookies.borrow().clone();
    for goal in ["iframe", "image", "empty"] {
        let framed = browser.goes(&to_backend, goal).await;
        assert_eq!(
            framed.place(),
            Some("/login?return=https%3A%2F%2Flogin%2Eexample%2Ecom%2Faccount")
        );
        assert_eq!(*browser.cookies.borrow(), kept, "{goal}");
    }
    assert_eq!(browser.goes(&to_backend, "document").await.place(), back);
    let fresh = browser.cookies.borrow().clone();
    assert_ne!(fresh, kept);
    // It is good: there is nothing to renew, and nothing is written.
    let records = world.records.borrow().clone();
    assert_eq!(browser.look(&to_backend).await.place(), back);
    assert_eq!(*browser.cookies.borrow(), fresh);
    assert_eq!(*world.records.borrow(), records);

    // Where there is nothing to renew, they sign in.
    let ended = Browser::new(&world);
    *ended.cookies.borrow_mut() = fresh;
    browser.post(path::LOGOUT, json!({})).await;
    for somebody in [&ended, &Browser::new(&world)] {
        let sent = somebody.look(&to_backend).await;
        let front = "/login?return=https%3A%2F%2Flogin%2Eexample%2Ecom%2Faccount";
        assert_eq!(sent.place(), Some(front));
        let elsewhere = format!("{RENEW}?return=https://evil.example/");
        assert_eq!(somebody.look(&elsewhere).await.place(), Some(FRONT));
    }
}
