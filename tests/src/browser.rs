//! How does somebody speak to the worker?
//!
//! As a browser does that shows a page of the worker's own origin, until a test says otherwise. Every answer, whatever the test
//! is about, is held against the contract ([`crate::contract`]), its headers against R02, and its cookies against R43
//! ([`crate::cookies`]); all of it is remembered, for those who search it for what must not be there.
//!
//! Not here: a browser with a page in it (`tests/in_browser`).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::messages::path;
use serde_json::{Value, json};
use ureq::http::{Method, Request};

use crate::answer::Answer;
use crate::cookies::{Jar, SESSION};
use crate::line::Line;
use crate::numbers::{fresh_address, fresh_attempt};

/// The longest that anybody waits for an answer: whatever takes longer has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// What R02 demands of every answer of the API.
const API_HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("x-frame-options", "DENY"),
];

/// Somebody's browser.
#[derive(Debug)]
pub struct Browser<'a> {
    line: &'a Line,
    door: String,
    address: String,
    agent: ureq::Agent,
    jar: Mutex<Jar>,
    heard: Mutex<String>,
}

impl Clone for Browser<'_> {
    /// Another browser with the same cookies: a second tab, or a thief.
    fn clone(&self) -> Self {
        self.line.browser_with(self.jar().clone())
    }
}

impl<'a> Browser<'a> {
    pub(crate) fn new(line: &'a Line) -> Self {
        Self {
            line,
            door: line.door().to_owned(),
            address: fresh_address(),
            agent: agent(),
            jar: Mutex::default(),
            heard: Mutex::default(),
        }
    }

    /// The same browser in another network. By itself, each has its own.
    #[must_use]
    pub fn at(self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self
        }
    }

    /// The same browser, for which somebody else's server stands in front of the worker.
    #[must_use]
    pub fn through(self, origin: &str) -> Self {
        Self {
            door: origin.to_owned(),
            ..self
        }
    }

    /// Its cookies.
    pub fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything it was ever told: headers and bodies.
    pub fn heard(&self) -> String {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Asks for a code.
    pub fn ask_code(&self, phone: &str) -> Answer {
        self.post(path::CHALLENGES, &json!({ "phone": phone }))
    }

    /// Asks for a code to an address.
    pub fn ask_code_to(&self, address: &str) -> Answer {
        self.post(path::CHALLENGES, &json!({ "email": address }))
    }

    /// Asks for the same code once more.
    pub fn resend(&self) -> Answer {
        self.post(path::RESEND, &json!({}))
    }

    /// Presents a code: one press of the button.
    pub fn verify(&self, code: &str) -> Answer {
        self.verify_as(&fresh_attempt(), code)
    }

    /// Presents a code: this press of the button, perhaps again.
    pub fn verify_as(&self, attempt: &str, code: &str) -> Answer {
        self.send(self.verify_request(attempt, code))
    }

    /// What presenting a code sends.
    pub fn verify_request(&self, attempt: &str, code: &str) -> Request<Vec<u8>> {
        let ask = json!({ "code": code, "attempt_id": attempt });
        self.request(Method::POST, path::VERIFY, Some(&ask))
    }

    /// Which session it is signed in with, over all its renewals.
    ///
    /// # Panics
    ///
    /// When it is not signed in, or its token cannot be read.
    pub fn session_id(&self) -> String {
        let jar = self.jar();
        let token = jar.get(SESSION).expect("it is signed in");
        claims(token)["sid"]
            .as_str()
            .expect("a session has an id")
            .to_owned()
    }

    /// Wants another number.
    pub fn forget(&self) -> Answer {
        self.send(self.request(Method::DELETE, path::CHALLENGES, None))
    }

    /// Asks who is signed in.
    pub fn session(&self) -> Answer {
        self.get(path::SESSION)
    }

    /// Renews the token.
    pub fn renew(&self) -> Answer {
        self.for_session(Method::POST, path::RENEW, json!({}))
    }

    /// Signs out.
    pub fn logout(&self) -> Answer {
        self.for_session(Method::POST, path::LOGOUT, json!({}))
    }

    /// Ends sessions of the account: `{"others": true}` and the like.
    pub fn end_sessions(&self, which: Value) -> Answer {
        self.for_session(Method::POST, path::END_SESSIONS, which)
    }

    /// All that is kept of the person.
    pub fn account(&self) -> Answer {
        self.get(path::ACCOUNT)
    }

    /// Has the account erased.
    pub fn erase(&self) -> Answer {
        self.for_session(Method::DELETE, path::ACCOUNT, json!({}))
    }

    /// Asks for a code to the number that the account is to have.
    pub fn change_number(&self, phone: &str) -> Answer {
        self.for_session(Method::POST, path::NUMBER, json!({ "phone": phone }))
    }

    /// Presents that code: one press of the button.
    pub fn verify_number(&self, code: &str) -> Answer {
        self.verify_number_as(&fresh_attempt(), code)
    }

    /// Presents that code: this press of the button, perhaps again.
    pub fn verify_number_as(&self, attempt: &str, code: &str) -> Answer {
        let ask = json!({ "code": code, "attempt_id": attempt });
        self.for_session(Method::POST, path::VERIFY_NUMBER, ask)
    }

    /// Asks for a code to the address that the account is to have.
    pub fn change_email(&self, address: &str) -> Answer {
        self.for_session(Method::POST, path::EMAIL, json!({ "email": address }))
    }

    /// Presents that code: one press of the button.
    pub fn verify_email(&self, code: &str) -> Answer {
        let ask = json!({ "code": code, "attempt_id": fresh_attempt() });
        self.for_session(Method::POST, path::VERIFY_EMAIL, ask)
    }

    /// Asks something of the session. Whoever does not know its anti-forgery value is told it with the refusal, as the element
    /// is.
    fn for_session(&self, method: Method, path: &str, mut body: Value) -> Answer {
        let ask = |body: &Value| self.send(self.request(method.clone(), path, Some(body)));
        body["anti_forgery"] = json!("");
        let told = ask(&body);
        match told
            .json()
            .get("anti_forgery")
            .filter(|_| told.status == 403)
        {
            Some(value) => {
                body["anti_forgery"] = value.clone();
                ask(&body)
            }
            None => told,
        }
    }

    /// A whole login: the number, the text, the code. The session that came of it.
    ///
    /// # Panics
    ///
    /// When it does not end in one.
    pub fn sign_in(&self, phone: &str) -> Value {
        let asked = self.ask_code(phone);
        assert_eq!(asked.status, 202, "{asked:?}");
        let signed_in = self.verify(&self.line.telephone().code(phone));
        assert_eq!(signed_in.status, 200, "{signed_in:?}");
        signed_in.json()
    }

    /// A whole login by e-mail.
    ///
    /// # Panics
    ///
    /// When it does not end in a session.
    pub fn sign_in_by_email(&self, address: &str) -> Value {
        let asked = self.ask_code_to(address);
        assert_eq!(asked.status, 202, "{asked:?}");
        let code = self.line.telephone().code(&address.to_ascii_lowercase());
        let signed_in = self.verify(&code);
        assert_eq!(signed_in.status, 200, "{signed_in:?}");
        signed_in.json()
    }

    /// Asks, waits for as long as the answer says, and asks again, as a person would who reads "in 0:30".
    ///
    /// # Panics
    ///
    /// When the first answer is no `send_too_soon`.
    pub fn patiently(&self, ask: impl Fn(&Self) -> Answer) -> Answer {
        let early = ask(self);
        assert_eq!(early.outcome(), "429 send_too_soon", "{early:?}");
        let wait = early.retry_after().expect("a 429 says how long to wait");
        assert!(wait <= Duration::from_secs(30), "the first wait is short");
        thread::sleep(wait);
        ask(self)
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, None))
    }

    /// `POST` with JSON.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path, Some(body)))
    }

    /// `POST` with JSON and this secret: no browser, but a backend.
    ///
    /// # Panics
    ///
    /// When the secret holds what no header does.
    pub fn post_as_backend(&self, path: &str, secret: &str, body: &Value) -> Answer {
        let mut request = self.request(Method::POST, path, Some(body));
        request.headers_mut().remove("origin");
        request.headers_mut().remove("sec-fetch-site");
        let bearer = format!("Bearer {secret}");
        let bearer = bearer.parse().expect("a secret is visible text");
        request.headers_mut().insert("authorization", bearer);
        self.send(request)
    }

    /// What a page of the worker's own origin would send.
    ///
    /// # Panics
    ///
    /// When the path is none.
    pub fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Request<Vec<u8>> {
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("{}{path}", self.door))
            .header("sec-fetch-site", "same-origin")
            .header("cf-connecting-ip", &self.address);
        if !method.is_safe() {
            request = request.header("origin", self.line.issuer());
        }
        if self.line.origin().starts_with("https:") {
            // As from whoever takes it off.
            request = request.header("x-forwarded-proto", "https");
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        request
            .body(body.map(Value::to_string).unwrap_or_default().into_bytes())
            .expect("paths and headers of tests are well-formed")
    }

    /// Sends anything, with this browser's cookies.
    ///
    /// # Panics
    ///
    /// When no answer comes, or one that was never promised.
    pub fn send(&self, request: Request<Vec<u8>>) -> Answer {
        let what = format!("{} {}", request.method(), request.uri().path());
        self.hear(request)
            .unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// The same, where it may be that no answer comes.
    ///
    /// # Errors
    ///
    /// Why none does.
    ///
    /// # Panics
    ///
    /// When it is one that was never promised.
    pub fn hear(&self, mut request: Request<Vec<u8>>) -> Result<Answer, ureq::Error> {
        let (method, path) = (
            request.method().to_string(),
            request.uri().path().to_owned(),
        );
        if let Some(cookies) = self.jar().header() {
            let cookies = cookies.parse().expect("cookies are visible text");
            request.headers_mut().append("cookie", cookies);
        }
        let since = Instant::now();
        let mut response = self.agent.run(request)?;
        let body = response.body_mut().read_to_vec()?;
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
            took: since.elapsed(),
        };
        // What the platform answers by itself, the worker never promised.
        if answer.header("x-broke").is_none() {
            self.look_at(&method, &path, &answer);
        }
        Ok(answer)
    }

    fn look_at(&self, method: &str, path: &str, answer: &Answer) {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_str(&answer.everything());
        let contract = self.line.contract();
        contract.hold(method, path, answer);
        if contract.has(path) || answer.problem_code().is_some() {
            for (name, value) in API_HEADERS {
                assert_eq!(
                    answer.header(name),
                    Some(value),
                    "R02: {method} {path} → {name}"
                );
            }
            let cached = answer.header("cache-control").unwrap_or_default();
            // What is the same for everybody.
            let public = path == path::JWKS || path.starts_with(path::COUNTRIES);
            let may_be = public && answer.status == 200;
            assert_eq!(cached == "no-store", !may_be, "R02: {method} {path}");
        }
        let mut jar = self.jar();
        for line in answer.headers.get_all("set-cookie") {
            jar.take_in(line.to_str().expect("cookies are visible text"));
        }
    }
}

/// The claims of a token, unverified.
///
/// # Panics
///
/// When it is none.
pub fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("a token has three parts");
    let json = URL_SAFE_NO_PAD.decode(claims).expect("of base64url");
    serde_json::from_slice(&json).expect("and the second is JSON")
}

/// A client that takes every status for an answer, follows nothing, keeps no cookies, and gives up.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .build()
        .into()
}
