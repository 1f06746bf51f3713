//! What does a change of number look like from outside: its answers, its cookie, and its lines in the log?

use serde_json::{Value, json};

use super::walk::{Browser, RIGHT, Up};
use super::*;

#[tokio::test]
async fn r40_r56_an_account_gets_another_number_with_a_cookie_of_its_own() {
    let world = Up::default();
    let browser = Browser::new(&world);
    let session = browser.sign_in("+385912345680").await;
    let signed_out = Browser::new(&world);
    let answered = signed_out.try_code(path::VERIFY, RIGHT).await;
    assert_eq!(answered.code(), Some(ProblemCode::NoChallenge));

    let held = |name: &str| browser.cookies.borrow().get(name).cloned();
    let new = json!({ "phone": "+385912345681" });
    let begun = browser.post(path::NUMBER, new.clone()).await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    let of_change = held("__Host-sms-login-number").unwrap();
    let begun = browser
        .post(path::CHALLENGES, json!({ "phone": "+385912345682" }))
        .await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    let of_login = held("__Host-sms-login-challenge").unwrap();

    // Neither will do in the other's place; and what is refused clears the cookie that it is about.
    let put = |name: &str, value: &str| {
        let cookie = (name.to_owned(), value.to_owned());
        browser.cookies.borrow_mut().extend([cookie]);
    };
    put("__Host-sms-login-number", &of_login);
    put("__Host-sms-login-challenge", &of_change);
    for (path, cookie) in [
        (path::VERIFY, "__Host-sms-login-challenge"),
        (path::VERIFY_NUMBER, "__Host-sms-login-number"),
    ] {
        let before = browser.cookies.borrow().len();
        let answered = browser.try_code(path, RIGHT).await;
        assert_eq!(answered.code(), Some(ProblemCode::NoChallenge), "{path}");
        assert_eq!(held(cookie), None, "{path}");
        assert_eq!(browser.cookies.borrow().len(), before - 1, "{path}");
    }

    put("__Host-sms-login-number", &of_change);
    let wrong = browser.try_code(path::VERIFY_NUMBER, "654321").await;
    assert_eq!(wrong.code(), Some(ProblemCode::WrongCode));
    let known = held("__Host-sms-login-browser");
    let changed = browser.try_code(path::VERIFY_NUMBER, RIGHT).await;
    assert_eq!((changed.status, changed.body.as_str()), (204, ""));
    assert_eq!(held("__Host-sms-login-number"), None);
    assert_ne!(held("__Host-sms-login-browser"), known);
    let answered = browser.ask("GET", path::SESSION, &Value::Null).await;
    assert_eq!(answered.status, 200, "the session goes on");
    let other = Browser::new(&world);
    *world.now.borrow_mut() += 60;
    let with_new = other.sign_in("+385912345681").await;
    assert_eq!(with_new["subject"], session["subject"]);

    *world.now.borrow_mut() += 600;
    let late = browser.post(path::NUMBER, new).await;
    assert_eq!(
        (late.status, late.code()),
        (403, Some(ProblemCode::LoginTooOld))
    );
    let log = world.log.borrow();
    let subject = session["subject"].as_str().unwrap();
    for line in [
        json!({ "event": "change_number", "at": 1_000_000, "outcome": "done", "country": "HR", "subject": subject }),
        json!({ "event": "check_number", "at": 1_000_000, "outcome": "wrong", "reason": "wrong_code", "country": "HR", "subject": subject }),
        json!({ "event": "check_number", "at": 1_000_000, "outcome": "done", "country": "HR", "subject": subject }),
        json!({ "event": "change_number", "at": 1_000_660, "outcome": "refused", "reason": "login_too_old", "country": "HR", "subject": subject }),
    ] {
        let logged = log
            .iter()
            .any(|it| serde_json::from_str::<Value>(it).unwrap() == line);
        assert!(logged, "{line}: {log:#?}");
    }
}
