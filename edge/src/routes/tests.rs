//! What does every answer have in common, and what is refused before anything happens?
//!
//! The routes run natively here, in a world whose storage never answers and whose provider must never be asked. Whole logins
//! are told in `login` (rules) and in the end-to-end tests (the built worker).

use std::collections::BTreeSet;

use http_body_util::{BodyExt as _, Full};
use login::account::Living;
use login::account::UserRecord;
use login::attempt::DestinationRecord;
use login::budget::{Budget, BudgetRecord};
use login::index::DestinationName;
use login::journey::SignedIn;
use login::ledger::LedgerDown;
use login::metrics::{Metrics, Tally};
use login::passkey::Verifier;
use login::provider::{CheckFailure, Handle, SendFailure, Verdict};
use login::step::Step;
use login::switches::{Copy, Switches};
use protocol::{AttemptId, Code, Destination, PhoneNumber};

use std::rc::Rc;
use std::sync::{Arc, Mutex};

use login::ledger::Ledger;
use login::provider::CodeProvider;
use login::seal::{ChallengeSeal, ChangeSeal, seal};
use login::{ChallengeId, SessionId, Timestamp, UserId};
use protocol::messages::{Channel, VerifyRequest, path};

use super::*;
use crate::event::Event;
use crate::settings::Turnstile;
use crate::settings::tests::with;
use crate::trace::Trace;

mod account;
mod admin;
mod asks;
mod countries;
mod forged;
mod number;
mod outage;
mod pages;
mod passkeys;
mod proofs;
mod walk;

const OWN: &str = "https://login.example.com";
const SIBLING: &str = "https://shop.example.com";

/// Storage does not answer, and nobody may be texted.
#[derive(Clone)]
struct Down;

impl World for Down {
    type Ledger = Self;
    type Provider = Self;

    fn ledger(&self) -> Self {
        Self
    }

    fn provider_for(&self, _: Vec<String>) -> Self {
        Self
    }

    fn verifier(&self) -> impl Verifier {
        passkeys::Ring
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        [7; N]
    }

    async fn asset(&self, path: &str) -> Option<Vec<u8>> {
        let text = match path {
            "/index.html" => "<!doctype html>",
            "/countries/list.txt" => countries::LIST,
            "/countries/HR.json" => countries::CROATIA,
            _ => return None,
        };
        Some(text.as_bytes().to_vec())
    }

    fn switches(&self) -> &Mutex<Copy> {
        static NOTHING_KNOWN: Mutex<Copy> = Mutex::new(Copy::new());
        &NOTHING_KNOWN
    }

    async fn turnstile(&self, _: &Turnstile, _: &str, _: Option<&str>) -> Option<Vec<u8>> {
        None
    }

    fn report(&self, _: &str) {}

    fn record(&self, _: &Event<'_>) {}

    fn tally(&self) -> &Mutex<Tally> {
        static TALLY: Mutex<Tally> = Mutex::new(Tally::new());
        &TALLY
    }

    async fn metrics<S: Step<Record = Metrics>>(&self, _: S) -> Result<S::Reply, LedgerDown> {
        Err(LedgerDown)
    }

    fn clock(&self) -> Timestamp {
        Timestamp::from_secs(1_000_000)
    }
}

impl Ledger for Down {
    async fn destination<S: Step<Record = DestinationRecord>>(
        &self,
        _: &DestinationName,
        _: S,
    ) -> Result<S::Reply, LedgerDown> {
        Err(LedgerDown)
    }

    async fn user<S: Step<Record = UserRecord>>(
        &self,
        _: &UserId,
        _: S,
    ) -> Result<S::Reply, LedgerDown> {
        Err(LedgerDown)
    }

    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        _: &Budget,
        _: S,
    ) -> Result<S::Reply, LedgerDown> {
        Err(LedgerDown)
    }

    async fn switches<S: Step<Record = Switches>>(&self, _: S) -> Result<S::Reply, LedgerDown> {
        Err(LedgerDown)
    }
}

impl CodeProvider for Down {
    async fn send(&self, _: &Destination, _: Channel) -> Result<Handle, SendFailure> {
        unreachable!("a text was sent that nobody counted")
    }

    async fn resend(&self, _: &Handle, _: &Destination, _: Channel) -> Result<Handle, SendFailure> {
        unreachable!("a text was sent that nobody counted")
    }

    async fn check(&self, _: &Handle, _: &Destination, _: &Code) -> Result<Verdict, CheckFailure> {
        unreachable!("a code was tried that nobody counted")
    }
}

fn site() -> Site<Down> {
    let settings = Arc::new(with(&[]).unwrap());
    Site {
        world: Down,
        settings,
        trace: Rc::new(Trace::of(&HeaderMap::new(), [7; 16])),
        now: Timestamp::from_secs(1_000_000),
        told: Default::default(),
        busy: Default::default(),
    }
}

/// Cookies of somebody who is signed in, and in the middle of another login and of a change of number.
fn cookies() -> String {
    let site = site();
    let who = SignedIn {
        user: UserId::from_random([1; 16]),
        session: SessionId::from_random([2; 16]),
        new_account: false,
        living: Living {
            generation: 1,
            opened: site.now,
            ..Living::default()
        },
        browser: None,
    };
    let (token, _) = site
        .settings
        .tokens
        .sign(&who, site.now, &site.settings.policy);
    let content = ChallengeSeal {
        to: PhoneNumber::try_from("+385912345678").unwrap().into(),
        challenge: ChallengeId::from_random([3; 16]),
        expires: Timestamp::from_secs(1_000_300),
        sealed: Timestamp::from_secs(1_000_000),
    };
    let (keys, issuer) = (&site.settings.sealing_keys, site.settings.issuer.as_str());
    let challenge = seal(&content, keys, issuer, [4; 24]);
    let number = seal(&ChangeSeal(content), keys, issuer, [5; 24]);
    format!(
        "__Host-sms-login={token}; __Host-sms-login-challenge={challenge}; __Host-sms-login-number={number}"
    )
}

/// Names and values of a request's headers.
type Pairs<'a> = &'a [(&'a str, &'a str)];

struct Answered {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answered {
    fn code(&self) -> Option<ProblemCode> {
        serde_json::from_str::<protocol::Problem>(&self.body)
            .ok()
            .map(|problem| problem.code)
    }
}

async fn ask(method: &str, path: &str, headers: Pairs<'_>, body: &str) -> Answered {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{OWN}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::from(body.to_owned())).unwrap();
    answered(&site(), request).await
}

async fn answered(site: &Site<Down>, request: Request<Full<Bytes>>) -> Answered {
    let response = answer(site, request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answered {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

fn verify_body() -> String {
    let attempt_id = AttemptId::try_from("A".repeat(22)).unwrap();
    serde_json::to_string(&VerifyRequest {
        code: Code::try_from("123456").unwrap(),
        attempt_id,
    })
    .unwrap()
}

#[tokio::test]
async fn r02_every_answer_carries_the_headers_whoever_made_it() {
    let json = [("origin", OWN), ("content-type", "application/json")];
    let cases: [(&str, &str, Pairs, &str, u16); 12] = [
        ("GET", path::CONFIG, &[], "", 200),
        ("HEAD", path::CONFIG, &[], "", 200),
        ("GET", path::JWKS, &[], "", 200),
        ("GET", path::HEALTH, &[], "", 200),
        ("POST", path::LOGOUT, &json, r#"{"anti_forgery":""}"#, 204),
        ("DELETE", path::CHALLENGES, &json, "", 204),
        ("PUT", path::CONFIG, &json, "", 405),
        ("GET", path::VERIFY, &[], "", 405),
        ("POST", path::VERIFY, &json, "{", 400),
        ("POST", path::VERIFY, &[], "{}", 403),
        (
            "OPTIONS",
            path::VERIFY,
            &[("origin", "https://evil.example")],
            "",
            403,
        ),
        ("GET", "/v1/nothing", &[], "", 404),
    ];
    for (method, path, headers, body, status) in cases {
        let answered = ask(method, path, headers, body).await;
        assert_eq!(
            answered.status, status,
            "{method} {path}: {}",
            answered.body
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
        ] {
            assert_eq!(answered.headers[name], value, "{method} {path}: {name}");
        }
        let id = "07".repeat(16);
        assert_eq!(answered.headers["x-request-id"], id, "{method} {path}");
        let cached = answered.headers[header::CACHE_CONTROL].to_str().unwrap();
        let expected = if path == path::JWKS {
            "public, max-age=300"
        } else {
            "no-store"
        };
        assert_eq!(cached, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn r05_only_listed_origins_may_read_an_answer() {
    let cases = [
        (OWN, true),
        (SIBLING, true),
        ("https://shop.example.com.evil.example", false),
        ("https://evilshop.example.com", false),
        ("https://SHOP.example.com", false),
        ("https://shop.example.com:444", false),
        ("https://shop.example.com.", false),
        ("http://shop.example.com", false),
        ("null", false),
        ("*", false),
    ];
    for (origin, listed) in cases {
        for (method, status) in [("GET", 200), ("OPTIONS", if listed { 204 } else { 403 })] {
            let answered = ask(method, path::CONFIG, &[("origin", origin)], "").await;
            assert_eq!(answered.status, status, "{method} from {origin}");
            let allowed = answered.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
            assert_eq!(
                allowed.map(HeaderValue::as_bytes),
                listed.then_some(origin.as_bytes()),
                "{method} from {origin}"
            );
            let credentials = answered
                .headers
                .contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS);
            assert_eq!(credentials, listed, "{method} from {origin}");
            assert_eq!(
                answered.headers[header::VARY],
                "origin, sec-fetch-site",
                "{method} from {origin}"
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_ones_there_are() {
    let cases = [
        (path::ACCOUNT, "DELETE,GET,HEAD"),
        (path::CHALLENGES, "DELETE,POST"),
        (path::VERIFY, "POST"),
        (path::SESSION, "GET,HEAD"),
    ];
    for (path, expected) in cases {
        let answered = ask("PATCH", path, &[("origin", OWN)], "").await;
        assert_eq!(
            answered.code(),
            Some(ProblemCode::MethodNotAllowed),
            "{path}"
        );
        let allow: BTreeSet<_> = answered.headers[header::ALLOW]
            .to_str()
            .unwrap()
            .split(',')
            .map(str::trim)
            .collect();
        assert_eq!(allow, expected.split(',').collect(), "{path}");
    }
}

#[tokio::test]
async fn r38_a_code_without_its_browsers_cookie_is_refused_before_anything_is_counted() {
    // Storage is down: had it been asked, the answer would be another.
    let headers = [("origin", OWN), ("content-type", "application/json")];
    for (path, body) in [
        (path::VERIFY, verify_body()),
        (path::RESEND, "{}".to_owned()),
    ] {
        let answered = ask("POST", path, &headers, &body).await;
        assert_eq!(answered.code(), Some(ProblemCode::NoChallenge), "{path}");
    }
}

#[tokio::test]
async fn a_file_of_the_site_is_served_beside_the_api() {
    let answered = ask("GET", "/", &[], "").await;
    assert_eq!(
        (answered.status, answered.body.as_str()),
        (200, "<!doctype html>")
    );
    let policy = answered.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("localhost"),
        "{policy}"
    );
    assert_eq!(ask("POST", "/", &[("origin", OWN)], "").await.status, 404);
}
