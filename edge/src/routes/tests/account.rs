//! What can somebody do with their own account?
//!
//! Not here: that a request must come from their own page (`forged`).

use serde_json::{Value, json};

use super::walk::{Browser, Up};
use super::*;

#[tokio::test]
async fn r61_a_person_sees_their_sessions_and_ends_them() {
    let world = Up::default();
    let (laptop, telephone) = (Browser::new(&world), Browser::new(&world));
    laptop.sign_in("+385912345679").await;
    *world.now.borrow_mut() += 60;
    telephone.sign_in("+385912345679").await;
    let listed = async |browser: &Browser| -> Value {
        let answered = browser.ask("GET", path::SESSIONS, &Value::Null).await;
        serde_json::from_str(&answered.body).unwrap()
    };
    let both = listed(&laptop).await;
    let both = both["sessions"].as_array().unwrap();
    let shown = |n: usize, field: &str| both[n][field].clone();
    assert_eq!(both.len(), 2);
    assert_eq!(
        (shown(0, "current"), shown(1, "current")),
        (json!(true), json!(false))
    );
    assert_eq!(shown(0, "label"), "Firefox on Android");
    assert_eq!(shown(1, "authenticated_at"), 1_000_060);

    // A session's id opens nothing.
    let thief = Browser::new(&world);
    let id = shown(1, "id").as_str().unwrap().to_owned();
    let cookie = ("__Host-sms-login".to_owned(), id.clone());
    thief.cookies.borrow_mut().extend([cookie]);
    let answered = thief.ask("GET", path::SESSION, &Value::Null).await;
    assert_eq!(answered.code(), Some(ProblemCode::NotSignedIn));

    let nonsense = [
        json!({}),
        json!({ "all": false }),
        json!({ "all": true, "others": true }),
        json!({ "session": id, "all": true }),
    ];
    for ask in nonsense {
        let answered = laptop.post(path::END_SESSIONS, ask).await;
        assert_eq!(answered.code(), Some(ProblemCode::InvalidRequest));
    }
    let ended = laptop
        .post(path::END_SESSIONS, json!({ "session": id }))
        .await;
    assert_eq!((ended.status, ended.body.as_str()), (204, ""));
    let answered = telephone.ask("GET", path::SESSION, &Value::Null).await;
    assert_eq!(answered.code(), Some(ProblemCode::SessionEnded));
    assert_eq!(
        laptop.ask("GET", path::SESSION, &Value::Null).await.status,
        200
    );
    let ended = laptop
        .post(path::END_SESSIONS, json!({ "all": true }))
        .await;
    assert_eq!(ended.status, 204);
    let kept = laptop.cookies.borrow().contains_key("__Host-sms-login");
    assert!(!kept, "the cookie goes too");
}

#[tokio::test]
async fn r65_a_person_takes_what_is_kept_of_them_and_is_forgotten() {
    let world = Up::default();
    let browser = Browser::new(&world);
    browser.sign_in("+385912345677").await;
    *world.now.borrow_mut() += 60;
    let session = browser.sign_in("+385912345677").await;
    let (subject, sid) = (session["subject"].clone(), browser.session_id());
    let shown = browser.ask("GET", path::ACCOUNT, &Value::Null).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let account: Value = serde_json::from_str(&shown.body).unwrap();
    assert_eq!(account["subject"], subject);
    assert_eq!(account["first_login"], 1_000_000);
    assert_eq!(account["known_browsers"], 1);
    let session = &account["sessions"][0];
    assert_eq!(session["label"], "Firefox on Android", "{account}");
    let event = json!({ "at": 1_000_060, "what": "login", "outcome": "done", "session": sid });
    assert_eq!(account["events"][1], event);
    for secret in ["12345677", "brw_", "handle"] {
        assert!(!shown.body.contains(secret), "{secret} in {}", shown.body);
    }
    let names: Vec<_> = world.records.borrow().keys().cloned().collect();
    for name in names.iter().filter(|name| !name.starts_with("usr_")) {
        assert!(!shown.body.contains(name), "{name} in {}", shown.body);
    }

    *world.now.borrow_mut() += 600;
    let ask = json!({ "anti_forgery": browser.anti_forgery() });
    let old = browser.ask("DELETE", path::ACCOUNT, &ask).await;
    assert_eq!(old.code(), Some(ProblemCode::LoginTooOld));
    assert_eq!(old.status, 403);
    browser.sign_in("+385912345677").await;
    let ask = json!({ "anti_forgery": browser.anti_forgery() });
    let erased = browser.ask("DELETE", path::ACCOUNT, &ask).await;
    assert_eq!((erased.status, erased.body.as_str()), (204, ""));
    assert!(browser.cookies.borrow().is_empty(), "all cookies go");
    let line = world.log.borrow().last().unwrap().clone();
    let line: Value = serde_json::from_str(&line).unwrap();
    let expected =
        json!({ "event": "erase", "at": 1_000_660, "outcome": "done", "subject": subject });
    assert_eq!(line, expected);
    let records: Vec<_> = world.records.borrow().values().cloned().collect();
    let whose = subject.as_str().unwrap();
    assert!(records.iter().all(|json| !json.contains(whose)));

    *world.now.borrow_mut() += 600;
    let again = browser.sign_in("+385912345677").await;
    assert_eq!(again["new_account"], true);
    assert_ne!(again["subject"], subject);
}
