//! What do passkeys look like from outside: their answers, their cookie, the records they ask, and their lines in the log?
//!
//! Not here: which are accepted (`login`); the platform's own cryptography (the end-to-end tests).

use authenticator::{Algorithm, Passkey, Says};
use login::passkey::key::PublicKey;
use protocol::passkey::path as at;
use protocol::passkey::{Creation, CreationOptions, Request as Asked, RequestOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::walk::{Browser, Up};
use super::*;

const COOKIE: &str = "__Host-sms-login-passkey";

/// Real cryptography, of another make than the platform's.
pub(super) struct Ring;

impl Verifier for Ring {
    async fn verifies(&self, key: &PublicKey<'_>, message: &[u8], signature: &[u8]) -> bool {
        match key {
            PublicKey::Es256 { x, y } => authenticator::es256(x, y, message, signature),
            PublicKey::EdDsa(x) => authenticator::ed25519(x, message, signature),
            PublicKey::Rs256(n) => {
                authenticator::rs256(n, &PublicKey::EXPONENT, message, signature)
            }
        }
    }
}

/// A body of that form to the letter: the worker writes some by hand.
fn whole<T: Serialize + DeserializeOwned>(body: &str) -> T {
    let read: T = serde_json::from_str(body).unwrap();
    let value: Value = serde_json::from_str(body).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value);
    read
}

fn world() -> Up {
    Up::with(&[("PASSKEYS", "example.com")])
}

impl Browser {
    /// Asks for something in the session's name.
    async fn for_session(&self, method: &str, path: &str, mut body: Value) -> Answered {
        body["anti_forgery"] = self.anti_forgery().into();
        self.ask(method, path, &body).await
    }

    async fn offered(&self) -> CreationOptions {
        let offered = self.for_session("POST", at::CREATION, json!({})).await;
        assert_eq!(offered.status, 200, "{}", offered.body);
        let Creation { public_key } = whole(&offered.body);
        public_key
    }

    async fn requested(&self) -> RequestOptions {
        let requested = self.ask("POST", at::REQUEST, &json!({})).await;
        assert_eq!(requested.status, 200, "{}", requested.body);
        let Asked { public_key } = whole(&requested.body);
        public_key
    }

    async fn adds(&self, passkey: &Passkey, options: &CreationOptions) -> Answered {
        let credential = passkey.registers(&Says::of_creation(options, OWN));
        self.for_session("POST", at::PASSKEYS, json!({ "credential": credential }))
            .await
    }

    async fn has_passkey(&self) -> Passkey {
        let options = self.offered().await;
        let passkey = Passkey::of(Algorithm::Es256, &options);
        let added = self.adds(&passkey, &options).await;
        assert_eq!(added.status, 201, "{}", added.body);
        passkey
    }

    async fn shows(&self, passkey: &Passkey, options: &RequestOptions) -> Answered {
        let credential = passkey.asserts(&Says::of_request(options, OWN));
        self.ask("POST", at::LOGIN, &json!({ "credential": credential }))
            .await
    }

    async fn counts_passkeys(&self) -> Value {
        let answered = self.ask("GET", path::SESSION, &Value::Null).await;
        let session: Value = serde_json::from_str(&answered.body).unwrap();
        session["passkeys"].clone()
    }

    fn cookie(&self) -> Option<String> {
        self.cookies.borrow().get(COOKIE).cloned()
    }

    fn put(&self, cookie: Option<String>) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.extend(cookie.map(|value| (COOKIE.to_owned(), value)));
    }
}

#[tokio::test]
async fn where_there_are_no_passkeys_nothing_is_known_of_them() {
    let world = Up::default();
    let browser = Browser::new(&world);
    browser.sign_in("+385912346001").await;
    for path in [at::CREATION, at::PASSKEYS, at::REQUEST, at::LOGIN] {
        for method in ["GET", "POST", "DELETE"] {
            let answered = browser.ask(method, path, &json!({})).await;
            assert_eq!(
                answered.code(),
                Some(ProblemCode::NotFound),
                "{method} {path}"
            );
        }
    }
    assert_eq!(browser.counts_passkeys().await, Value::Null);
    let config = browser.ask("GET", path::CONFIG, &Value::Null).await;
    assert!(!config.body.contains("passkeys"), "{}", config.body);
}

#[tokio::test]
async fn r59_a_passkey_is_made_listed_used_elsewhere_and_removed() {
    let world = world();
    let browser = Browser::new(&world);
    let config = browser.ask("GET", path::CONFIG, &Value::Null).await;
    assert!(
        config.body.contains(r#""passkeys":true"#),
        "{}",
        config.body
    );
    let session = browser.sign_in("+385912346002").await;
    assert_eq!(session["passkeys"], 0);
    let passkey = browser.has_passkey().await;
    assert_eq!(browser.cookie(), None, "it is used up");
    assert_eq!(browser.counts_passkeys().await, 1);
    let listed = browser.ask("GET", at::PASSKEYS, &Value::Null).await;
    let expected = json!({ "passkeys": [{ "id": passkey.name(), "label": "Firefox on Android", "created": 1_000_000, "synced": true }] });
    assert_eq!(
        serde_json::from_str::<Value>(&listed.body).unwrap(),
        expected
    );

    *world.now.borrow_mut() += 86_400;
    let other = Browser::new(&world);
    let options = other.requested().await;
    let shown = other.shows(&passkey, &options).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let opened: Value = serde_json::from_str(&shown.body).unwrap();
    assert_eq!(opened["subject"], session["subject"]);
    assert_eq!(opened["auth_level"], "aal2/passkey");
    assert_eq!(opened["passkeys"], 1);
    let mut cookies: Vec<_> = other.cookies.borrow().keys().cloned().collect();
    cookies.sort_unstable();
    assert_eq!(
        cookies,
        ["__Host-sms-login"],
        "the number does not know this browser"
    );

    let removal = json!({ "id": passkey.name() });
    let removed = other.for_session("DELETE", at::PASSKEYS, removal).await;
    assert_eq!((removed.status, removed.body.as_str()), (204, ""));
    assert_eq!(other.counts_passkeys().await, 0);
    *world.now.borrow_mut() += 600;
    let late = other.for_session("POST", at::CREATION, json!({})).await;
    assert_eq!(late.code(), Some(ProblemCode::LoginTooOld));

    let subject = session["subject"].as_str().unwrap();
    let log = world.log.borrow();
    for line in [
        json!({ "event": "add_passkey", "at": 1_000_000, "outcome": "done", "subject": subject }),
        json!({ "event": "check_passkey", "at": 1_086_400, "outcome": "done", "subject": subject }),
        json!({ "event": "login", "at": 1_086_400, "outcome": "done", "subject": subject }),
        json!({ "event": "remove_passkey", "at": 1_086_400, "outcome": "done", "subject": subject }),
    ] {
        let is_it = |it: &String| serde_json::from_str::<Value>(it).unwrap() == line;
        assert!(log.iter().any(is_it), "{line}: {log:#?}");
    }
    assert!(log.iter().all(|line| !line.contains(&passkey.name())));
}

#[tokio::test]
async fn what_a_browser_needs_to_make_a_passkey_is_whole() {
    let world = world();
    let browser = Browser::new(&world);
    let session = browser.sign_in("+385912346009").await;
    let first = browser.has_passkey().await;
    let second = browser.has_passkey().await;
    let options = browser.offered().await;
    let subject = format!("usr_{}", options.user.id);
    assert_eq!(Some(&*subject), session["subject"].as_str());
    assert_eq!((&*options.rp.id, options.timeout), ("example.com", 300_000));
    assert_eq!(options.challenge.len(), 43);
    let algorithms: Vec<_> = options
        .pub_key_cred_params
        .iter()
        .map(|it| it.alg)
        .collect();
    assert_eq!(algorithms, [-7, -8, -257]);
    let excluded: Vec<_> = options
        .exclude_credentials
        .iter()
        .map(|it| &it.id)
        .collect();
    assert_eq!(excluded, [&first.name(), &second.name()]);
    let selection = options.authenticator_selection;
    let demanded = [selection.resident_key, selection.user_verification];
    assert_eq!(demanded, ["required", "required"]);
    assert_eq!(
        (selection.require_resident_key, &*options.attestation),
        (true, "none")
    );
    let kinds = options.exclude_credentials.iter().map(|it| &it.kind);
    let kinds = kinds.chain(options.pub_key_cred_params.iter().map(|it| &it.kind));
    assert!(kinds.into_iter().all(|kind| kind == "public-key"));
}

#[tokio::test]
async fn what_is_not_what_a_route_takes_is_refused_as_no_request_of_it() {
    let world = world();
    let browser = Browser::new(&world);
    browser.sign_in("+385912346010").await;
    let passkey = browser.has_passkey().await;
    let options = browser.requested().await;
    let forgery = browser.anti_forgery();
    let used = passkey.asserts(&Says::of_request(&options, OWN));
    let all = json!({ "anti_forgery": forgery, "id": "AAAA", "credential": used });
    for (method, path, takes) in [
        ("POST", at::CREATION, &["anti_forgery"][..]),
        ("POST", at::PASSKEYS, &["anti_forgery", "credential"]),
        ("DELETE", at::PASSKEYS, &["anti_forgery", "id"]),
        ("POST", at::REQUEST, &[]),
        ("POST", at::LOGIN, &["credential"]),
    ] {
        for bits in 0..8 {
            let mut body = all.clone();
            let body = body.as_object_mut().unwrap();
            let mut bit = 1;
            body.retain(|_, _| {
                bit *= 2;
                bits & (bit / 2) != 0
            });
            let fits = body.len() == takes.len() && takes.iter().all(|it| body.contains_key(*it));
            let answered = browser.ask(method, path, &json!(body)).await;
            let refused = answered.code() == Some(ProblemCode::InvalidRequest);
            assert_eq!(
                refused, !fits,
                "{method} {path} {body:?}: {}",
                answered.body
            );
        }
    }
}

#[tokio::test]
async fn r40_the_cookie_of_a_passkey_is_good_for_what_it_was_given_for_and_for_five_minutes() {
    let world = world();
    let (ana, eve) = (Browser::new(&world), Browser::new(&world));
    ana.sign_in("+385912346003").await;
    eve.sign_in("+385912346004").await;
    let passkey = ana.has_passkey().await;
    let to_add = ana.offered().await;
    let for_ana = ana.cookie();
    let another = Passkey::of(Algorithm::Es256, &to_add);
    // Of another session.
    eve.put(for_ana.clone());
    let refused = eve.adds(&another, &to_add).await;
    assert_eq!(refused.code(), Some(ProblemCode::NoChallenge));
    assert_eq!(eve.cookie(), None, "it is worth nothing");
    // Of a registration, for a login; and the other way round.
    let as_request = RequestOptions {
        challenge: to_add.challenge.clone(),
        rp_id: "example.com".to_owned(),
        timeout: 0,
        user_verification: String::new(),
    };
    let refused = ana.shows(&passkey, &as_request).await;
    assert_eq!(refused.code(), Some(ProblemCode::NoChallenge));
    let to_use = ana.requested().await;
    let as_creation = CreationOptions {
        challenge: to_use.challenge.clone(),
        ..to_add.clone()
    };
    let refused = ana.adds(&another, &as_creation).await;
    assert_eq!(refused.code(), Some(ProblemCode::NoChallenge));
    // Without any.
    let stranger = Browser::new(&world);
    let refused = stranger.shows(&passkey, &to_use).await;
    assert_eq!(refused.code(), Some(ProblemCode::NoChallenge));
    for (after, expected) in [(299, None), (300, Some(ProblemCode::NoChallenge))] {
        let late = Browser::new(&world);
        let options = late.requested().await;
        *world.now.borrow_mut() += after;
        let shown = late.shows(&passkey, &options).await;
        assert_eq!(shown.code(), expected, "after {after} s");
    }
}

#[tokio::test]
async fn two_pages_of_a_browser_wait_for_a_passkey_with_one_challenge() {
    let world = world();
    let browser = Browser::new(&world);
    let first = browser.requested().await;
    for (after, is_same, timeout) in [(149, true, 151_000), (1, false, 300_000)] {
        *world.now.borrow_mut() += after;
        let next = browser.requested().await;
        assert_eq!(next.challenge == first.challenge, is_same, "{after}");
        assert_eq!(next.timeout, timeout, "{after}");
    }
    assert_eq!(first.timeout, 300_000);
}

#[tokio::test]
async fn r45_whoever_was_signed_in_in_the_browser_no_longer_is() {
    let world = world();
    let (ana, eve) = (Browser::new(&world), Browser::new(&world));
    ana.sign_in("+385912346005").await;
    let passkey = ana.has_passkey().await;
    eve.sign_in("+385912346006").await;
    let before = Browser::new(&world);
    *before.cookies.borrow_mut() = eve.cookies.borrow().clone();
    let options = eve.requested().await;
    assert_eq!(eve.shows(&passkey, &options).await.status, 200);
    let answered = before.ask("GET", path::SESSION, &Value::Null).await;
    assert_eq!(answered.code(), Some(ProblemCode::SessionEnded));
}

#[tokio::test]
async fn r04_no_page_adds_or_removes_a_passkey_that_does_not_know_the_session() {
    let world = world();
    let browser = Browser::new(&world);
    browser.sign_in("+385912346007").await;
    let passkey = browser.has_passkey().await;
    let options = browser.offered().await;
    let credential = passkey.registers(&Says::of_creation(&options, OWN));
    let forged = "A".repeat(43);
    for (method, path, body) in [
        ("POST", at::CREATION, json!({ "anti_forgery": forged })),
        (
            "POST",
            at::PASSKEYS,
            json!({ "anti_forgery": forged, "credential": credential }),
        ),
        (
            "DELETE",
            at::PASSKEYS,
            json!({ "anti_forgery": forged, "id": passkey.name() }),
        ),
    ] {
        let answered = browser.ask(method, path, &body).await;
        assert_eq!(
            answered.code(),
            Some(ProblemCode::CrossSite),
            "{method} {path}"
        );
    }
    assert_eq!(browser.counts_passkeys().await, 1);
}

/// What a login costs is made of these (docs/scale.md).
#[tokio::test]
async fn a_login_with_a_passkey_asks_the_users_record_twice_and_nobody_else() {
    let world = world();
    let browser = Browser::new(&world);
    browser.sign_in("+385912346008").await;
    let asked = || {
        let asked = world.asked.take();
        let kinds = asked.into_iter().filter(|kind| *kind != "switches");
        kinds.collect::<Vec<_>>().join(" ")
    };
    asked();
    let options = browser.offered().await;
    assert_eq!(asked(), "user");
    let passkey = Passkey::of(Algorithm::Es256, &options);
    browser.adds(&passkey, &options).await;
    assert_eq!(asked(), "user");
    let other = Browser::new(&world);
    let options = other.requested().await;
    assert_eq!(asked(), "");
    other.shows(&passkey, &options).await;
    assert_eq!(asked(), "user user");
    let mut stranger = passkey;
    stranger.user_handle = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let options = other.requested().await;
    let refused = other.shows(&stranger, &options).await;
    assert_eq!(refused.code(), Some(ProblemCode::PasskeyRefused));
    assert_eq!(asked(), "user");
}
