//! Which objects does each request of a login ask, how often, and in which order?
//!
//! What a login costs and how many of them fit on Cloudflare is made of these numbers (docs/scale.md): whoever makes a request ask one
//! object more changes that page. Not here: how often one object is asked when many sign in at once (`cargo xtask scale`).

use serde_json::{Value, json};

use super::walk::{Browser, RIGHT, Up};
use super::*;

/// What a request is to be answered, and which kinds of objects it is to ask.
type Case<'a> = (&'a str, &'a str, Value, u16, &'a str);

const SEND: &str = "number prefix country site network number";

/// Makes the requests of one browser, one after the other. The switches are left out: an instance asks for those twice a minute,
/// whatever comes in.
async fn check(world: &Up, cases: &[Case<'_>]) {
    let browser = Browser::new(world);
    for (n, (method, path, body, status, expected)) in cases.iter().enumerate() {
        // Longer than the first cool-down.
        *world.now.borrow_mut() += 31;
        world.asked.take();
        let answered = match (*method, body["code"].as_str()) {
            ("POST", Some(code)) => browser.try_code(path, code).await,
            ("POST", None) => browser.post(path, body.clone()).await,
            _ => browser.ask(method, path, &Value::Null).await,
        };
        assert_eq!(
            answered.status, *status,
            "request {n}, {path}: {}",
            answered.body
        );
        let asked = world.asked.take();
        let kinds = asked.into_iter().filter(|kind| *kind != "switches");
        assert_eq!(
            kinds.collect::<Vec<_>>().join(" "),
            *expected,
            "request {n}, {path}"
        );
    }
}

#[tokio::test]
async fn each_request_of_a_login_asks_these_objects_and_no_others() {
    let phone = json!({ "phone": "+385912345901" });
    let again = json!({ "phone": "+385912345902" });
    let code = |code| json!({ "code": code });
    let cases = [
        ("GET", path::CONFIG, Value::Null, 200, ""),
        ("POST", path::CHALLENGES, phone, 202, SEND),
        ("POST", path::RESEND, json!({}), 202, SEND),
        (
            "POST",
            path::VERIFY,
            code("654321"),
            422,
            "number number site",
        ),
        (
            "POST",
            path::VERIFY,
            code(RIGHT),
            200,
            "number number prefix country site user",
        ),
        ("GET", path::SESSION, Value::Null, 200, "user"),
        ("POST", path::RENEW, json!({}), 200, "user"),
        ("GET", path::JWKS, Value::Null, 200, ""),
        // Somebody else signs in in the same browser, and whoever was there before is signed out.
        ("POST", path::CHALLENGES, again, 202, SEND),
        (
            "POST",
            path::VERIFY,
            code(RIGHT),
            200,
            "number number prefix country site user user",
        ),
        ("POST", path::LOGOUT, json!({}), 204, "user"),
    ];
    check(&Up::default(), &cases).await;
}

/// No prefix and no country: what became of its code is told to the site and to the budget of e-mails.
#[tokio::test]
async fn a_login_by_e_mail_asks_these_objects_and_no_others() {
    let world = Up::with(&[("INFOBIP_EMAIL_MESSAGE_ID", "7654322")]);
    let email = json!({ "email": "ana@example.com" });
    let sent = "number email network number";
    let cases = [
        ("POST", path::CHALLENGES, email, 202, sent),
        ("POST", path::RESEND, json!({}), 202, sent),
        (
            "POST",
            path::VERIFY,
            json!({ "code": RIGHT }),
            200,
            "number number email site user",
        ),
    ];
    check(&world, &cases).await;
}

/// A shard that has no text left asks its budget, and is lent some once there were enough of them lately.
#[tokio::test]
async fn with_shards_a_request_asks_the_same_objects_and_the_shards_of_two_of_them() {
    let world = Up::with(&[("BUDGET_SHARDS", "8")]);
    let phone = json!({ "phone": "+385912345903" });
    let sent = "number prefix shard country shard site network number";
    let right = json!({ "code": RIGHT });
    let cases = [
        ("POST", path::CHALLENGES, phone, 202, sent),
        (
            "POST",
            path::VERIFY,
            right,
            200,
            "number number prefix shard country shard site user",
        ),
    ];
    check(&world, &cases).await;
}

#[tokio::test]
async fn a_text_that_the_number_refuses_asks_nobody_else() {
    let world = Up::default();
    let browser = Browser::new(&world);
    let phone = json!({ "phone": "+385912345904" });
    browser.post(path::CHALLENGES, phone.clone()).await;
    world.asked.take();
    let answered = browser.post(path::CHALLENGES, phone).await;
    assert_eq!(answered.status, 429, "{}", answered.body);
    assert_eq!(*world.asked.borrow(), ["number"]);
}
