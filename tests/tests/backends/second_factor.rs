//! Does the bank of `examples/node/second-factor` let nobody in by half of a login, and pay nobody out without a proof?
//!
//! Not here: the worker's side of it (`over_http/step_ups`), and what the person sees (`in_browser/second_factor`).

use std::cell::RefCell;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tests::answer::Answer;
use tests::browser::{Browser, claims};
use tests::numbers;

use super::{Answered, Backend, LINE, OTHER, example, key_of, signed};

const PASSWORD: &str = "a kite in the wind";
const COOKIE: &str = "__Host-bank";

#[test]
fn whoever_has_the_password_and_proves_the_telephone_is_in_and_nobody_else() {
    let bank = Bank::opens();
    let person = Person::new(&bank);
    for (name, password) in [
        ("ana", "a kite in the wine"),
        ("ana", ""),
        ("bruno", PASSWORD),
        ("", ""),
    ] {
        let refused = person.posts("/login", &[("name", name), ("password", password)]);
        assert_eq!(refused.status, 401, "{name}");
        assert!(person.is_outside(), "{name}");
    }

    person.knows_the_password();
    // Half of a login is none.
    assert_eq!(person.gets("/").place, "/proof");
    assert_eq!(person.posts("/pay-out", &[("amount", "1")]).place, "/");
    let before = person.cookie.borrow().clone();
    let assertion = person.proves();
    let all_but_one = claims(&assertion);
    for (what, forged) in forgeries(&all_but_one) {
        let refused = person.posts("/proof", &[("proof", &forged)]);
        assert_eq!(refused.status, 403, "{what}");
        assert_eq!(person.gets("/").place, "/proof", "{what}");
    }
    let done = person.posts("/proof", &[("proof", &assertion)]);
    assert_eq!((done.status, &*done.place), (303, "/"));
    assert_eq!(person.balance(), 1000);

    // The cookie of before is worth nothing, and the proof is no longer wanted.
    let after = person.cookie.replace(before);
    assert!(person.is_outside());
    person.cookie.replace(after);
    person.posts("/proof", &[("proof", &assertion)]);
    assert_eq!(person.balance(), 1000);

    // It does for no other login.
    person.posts("/sign-out", &[]);
    assert!(person.is_outside());
    person.knows_the_password();
    let replayed = person.posts("/proof", &[("proof", &assertion)]);
    assert_eq!(replayed.status, 403);
    assert_eq!(person.gets("/").place, "/proof");
}

#[test]
fn a_proof_is_good_for_the_order_that_it_was_given_for_and_for_no_other() {
    let bank = Bank::opens();
    let person = Person::new(&bank);
    let first = person.signs_in();
    for amount in ["1001", "0", "-5", "1.5", "x", ""] {
        let refused = person.posts("/pay-out", &[("amount", amount)]);
        assert_eq!(refused.status, 422, "{amount}");
    }
    person.orders(300);
    assert_eq!(person.balance(), 1000);
    assert_eq!(person.posts("/proof", &[("proof", &first)]).status, 403);
    let second = person.proves_again();
    // They think better of it.
    person.orders(500);
    assert_eq!(person.posts("/proof", &[("proof", &second)]).status, 403);
    assert_eq!(person.balance(), 1000);
}

#[test]
fn a_proof_that_comes_many_times_at_once_pays_out_once() {
    let bank = Bank::opens();
    let person = Person::new(&bank);
    person.signs_in();
    person.orders(300);
    let proof = person.proves_again();
    // Each is read before any has been taken.
    let (address, cookie) = (&bank.address, person.cookie.borrow().clone());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let fields = [("proof", proof.as_str())];
                post(address, "/proof", &cookie, Some(address), &fields)
            });
        }
    });
    assert_eq!(person.balance(), 700);
}

#[test]
fn a_form_of_another_site_does_nothing_at_the_bank() {
    let bank = Bank::opens();
    let person = Person::new(&bank);
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let fields = [("name", "ana"), ("password", PASSWORD)];
        let refused = post(&bank.address, "/login", "", origin, &fields);
        assert_eq!(refused.answered.status, 403, "{origin:?}");
        assert_eq!(refused.cookie, None, "{origin:?}");
    }
    person.knows_the_password();
}

/// What the worker said, each time with one fault.
fn forgeries(proof: &Value) -> Vec<(&'static str, String)> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is later")
        .as_secs();
    let header = |kind: &str| json!({ "typ": kind, "alg": "EdDSA", "kid": key_of(&LINE).0 });
    let with = |name: &str, value: Value| {
        let mut claims = proof.clone();
        claims["jti"] = json!(format!("forged-{name}"));
        claims[name] = value;
        signed(&header("step-up+jwt"), &claims, &LINE)
    };
    vec![
        ("nothing", String::new()),
        ("no token", "e30.e30.e30".to_owned()),
        ("for another subject", with("sub", json!("customer-4712"))),
        ("for no subject", with("sub", Value::Null)),
        ("for another purpose", with("nonce", json!("n-1"))),
        ("for no purpose", with("nonce", Value::Null)),
        (
            "for another site",
            with("aud", json!("https://shop.example")),
        ),
        (
            "by another worker",
            with("iss", json!("https://evil.example")),
        ),
        ("past its time", with("exp", json!(now - 1))),
        ("without an end", with("exp", Value::Null)),
        ("made long ago", with("iat", json!(now - 600))),
        ("proved long ago", with("auth_time", json!(now - 600))),
        ("proved whenever", with("auth_time", json!("lately"))),
        ("proved at no time", with("auth_time", Value::Null)),
        ("without a name", with("jti", Value::Null)),
        ("a session", signed(&header("session+jwt"), proof, &LINE)),
        (
            "signed by somebody else",
            signed(&header("step-up+jwt"), proof, &OTHER),
        ),
    ]
}

/// The running example, with one customer.
struct Bank {
    address: String,
    phone: String,
    _backend: Backend,
}

impl Bank {
    fn opens() -> Self {
        let phone = numbers::fresh();
        let key = LINE.secret("STEP_UP_KEYS");
        let own = [("STEP_UP_KEY", key.as_str()), ("PHONE", &phone)];
        let script = example("node/second-factor/server.mjs");
        let backend = Backend::start_with("node".as_ref(), &script, &LINE, &own);
        Self {
            address: backend.address.clone(),
            phone,
            _backend: backend,
        }
    }
}

/// Somebody with a browser, and Ana's telephone at hand.
struct Person<'a> {
    bank: &'a Bank,
    cookie: RefCell<String>,
}

impl<'a> Person<'a> {
    fn new(bank: &'a Bank) -> Self {
        Self {
            bank,
            cookie: RefCell::default(),
        }
    }

    fn gets(&self, path: &str) -> Answered {
        let mut request = agent().get(format!("{}{path}", self.bank.address));
        request = request.header("cookie", &*self.cookie.borrow());
        answered(request.call().expect("it answers")).answered
    }

    fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let address = &self.bank.address;
        let cookie = self.cookie.borrow().clone();
        let posted = post(address, path, &cookie, Some(address), fields);
        if let Some(cookie) = posted.cookie {
            self.cookie.replace(cookie);
        }
        posted.answered
    }

    fn knows_the_password(&self) {
        let half = self.posts("/login", &[("name", "ana"), ("password", PASSWORD)]);
        assert_eq!((half.status, &*half.place), (303, "/proof"));
    }

    /// The proof that they are signed in by.
    fn signs_in(&self) -> String {
        self.knows_the_password();
        let proof = self.proves();
        let done = self.posts("/proof", &[("proof", &proof)]);
        assert_eq!((done.status, &*done.place), (303, "/"));
        proof
    }

    fn orders(&self, amount: u32) {
        let ordered = self.posts("/pay-out", &[("amount", &amount.to_string())]);
        assert_eq!((ordered.status, &*ordered.place), (303, "/proof"));
    }

    /// What comes of the page's ticket.
    fn proves(&self) -> String {
        self.proves_by(|browser, ticket| browser.sends_for(ticket))
    }

    /// The same, after the wait for another text.
    fn proves_again(&self) -> String {
        self.proves_by(|browser, ticket| browser.patiently(|it| it.sends_for(ticket)))
    }

    fn proves_by(&self, send: impl FnOnce(&Browser<'_>, &str) -> Answer) -> String {
        let page = self.gets("/proof").body;
        let (_, rest) = page.split_once("ticket=\"").expect("it has one");
        let (ticket, _) = rest.split_once('"').expect("it ends");
        let browser = LINE.browser();
        let sent = send(&browser, ticket);
        assert_eq!(sent.status, 202, "{sent:?}");
        let code = LINE.telephone().code(&self.bank.phone);
        let proved = browser.verifies_for(ticket, &code).json();
        let assertion = proved["assertion"].as_str();
        assertion.expect("the code is right").to_owned()
    }

    fn is_outside(&self) -> bool {
        self.gets("/").body.contains("name=\"password\"")
    }

    fn balance(&self) -> u32 {
        let page = self.gets("/").body;
        let amount = page
            .split_once("<strong>")
            .and_then(|(_, rest)| rest.split_once(" €"));
        let amount = amount.map(|(amount, _)| amount.parse());
        amount.expect("they are in").expect("it is a number")
    }
}

struct Posted {
    answered: Answered,
    cookie: Option<String>,
}

fn post(
    address: &str,
    path: &str,
    cookie: &str,
    origin: Option<&str>,
    fields: &[(&str, &str)],
) -> Posted {
    let mut request = agent().post(format!("{address}{path}"));
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request = request.header("cookie", cookie);
    answered(
        request
            .send_form(fields.iter().copied())
            .expect("it answers"),
    )
}

fn answered(mut answer: ureq::http::Response<ureq::Body>) -> Posted {
    let header = |name: &str| {
        let value = answer.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let cookie = header("set-cookie").map(|cookie| {
        for word in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(word), "{cookie}");
        }
        let (pair, _) = cookie.split_once(';').expect("it has attributes");
        assert!(pair.starts_with(COOKIE), "{pair}");
        pair.to_owned()
    });
    let place = header("location").unwrap_or_default();
    Posted {
        cookie,
        answered: Answered {
            status: answer.status().as_u16(),
            place,
            body: answer.body_mut().read_to_string().expect("it is text"),
        },
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into()
}
