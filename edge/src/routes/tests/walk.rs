//! What does a whole login look like from outside: its answers, and its lines in the log?
//!
//! The real rules over records in memory, and a provider that takes one code for the right one. Not here: what happens in races
//! and crashes (`login`), and on workerd (the end-to-end tests).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use login::index::name_of_budget;
use login::step::Record;
use serde_json::{Value, json};

use protocol::messages::Channel;

use super::*;

pub(super) const RIGHT: &str = "123456";

const REQUEST: &str = r#""request":"07070707070707070707070707070707","#;

/// A world that works.
#[derive(Clone, Default)]
pub(super) struct Up {
    /// JSON by the name of the record.
    pub(super) records: Rc<RefCell<HashMap<String, String>>>,
    pub(super) log: Rc<RefCell<Vec<String>>>,
    drawn: Rc<RefCell<u64>>,
    pub(super) now: Rc<RefCell<u64>>,
    switches: Arc<Mutex<Copy>>,
    tally: Arc<Mutex<Tally>>,
    /// What is set beside what must be.
    settings: Vec<(&'static str, &'static str)>,
    /// What Turnstile answers, if it does.
    pub(super) turnstile: Rc<RefCell<Option<Value>>>,
    /// Texts.
    pub(super) sent: Rc<RefCell<u32>>,
    pub(super) reported: Rc<RefCell<Vec<String>>>,
    /// The kind of each object that was asked.
    pub(super) asked: Rc<RefCell<Vec<&'static str>>>,
}

impl World for Up {
    type Ledger = Self;
    type Provider = Self;

    fn ledger(&self) -> Self {
        self.clone()
    }

    fn provider_for(&self, _: Vec<String>) -> Self {
        self.clone()
    }

    fn verifier(&self) -> impl Verifier {
        passkeys::Ring
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        *self.drawn.borrow_mut() += 1;
        let drawn = self.drawn.borrow().to_be_bytes();
        std::array::from_fn(|i| drawn[i % 8])
    }

    async fn asset(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn switches(&self) -> &Mutex<Copy> {
        &self.switches
    }

    async fn turnstile(&self, _: &Turnstile, _: &str, _: Option<&str>) -> Option<Vec<u8>> {
        let answer = self.turnstile.borrow();
        answer.as_ref().map(|json| json.to_string().into_bytes())
    }

    fn report(&self, what: &str) {
        self.reported.borrow_mut().push(what.to_owned());
    }

    fn record(&self, event: &Event<'_>) {
        // Every line says which request it is of; the tests are about the rest.
        let line = event.line();
        let (before, after) = line.split_once(REQUEST).expect("a line names its request");
        self.log.borrow_mut().push([before, after].concat());
    }

    fn tally(&self) -> &Mutex<Tally> {
        &self.tally
    }

    async fn metrics<S: Step<Record = Metrics>>(&self, step: S) -> Result<S::Reply, LedgerDown> {
        Ok(self.apply("metrics", &step))
    }

    fn clock(&self) -> Timestamp {
        self.site().now
    }
}

impl Up {
    pub(super) fn with(settings: &[(&'static str, &'static str)]) -> Self {
        Self {
            settings: settings.to_vec(),
            ..Self::default()
        }
    }

    fn site(&self) -> Site<Self> {
        Site {
            world: self.clone(),
            settings: Arc::new(with(&self.settings).unwrap()),
            trace: Rc::new(Trace::of(&HeaderMap::new(), [7; 16])),
            now: Timestamp::from_secs(1_000_000 + *self.now.borrow()),
            told: Default::default(),
            busy: Default::default(),
        }
    }

    fn apply<S: Step>(&self, name: &str, step: &S) -> S::Reply {
        let mut records = self.records.borrow_mut();
        let mut record: S::Record = records
            .get(name)
            .map(|json| serde_json::from_str(json).unwrap())
            .unwrap_or_default();
        let site = self.site();
        let step = serde_json::to_string(step).unwrap();
        let reply = record
            .apply_json(S::NAME, &step, site.now, &site.settings.policy)
            .unwrap();
        records.insert(name.to_owned(), serde_json::to_string(&record).unwrap());
        serde_json::from_str(&reply).unwrap()
    }
}

impl Ledger for Up {
    async fn destination<S: Step<Record = DestinationRecord>>(
        &self,
        name: &DestinationName,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.asked.borrow_mut().push("number");
        Ok(self.apply(name.as_str(), &step))
    }

    async fn user<S: Step<Record = UserRecord>>(
        &self,
        user: &UserId,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.asked.borrow_mut().push("user");
        Ok(self.apply(user.as_str(), &step))
    }

    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        budget: &Budget,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        let kind = match budget.key.contains('/') {
            true => "shard",
            false => budget.scope.as_str(),
        };
        self.asked.borrow_mut().push(kind);
        let site = self.site();
        let name = name_of_budget(budget, site.settings.index_keys.current());
        Ok(self.apply(&name, &step))
    }

    async fn switches<S: Step<Record = Switches>>(&self, step: S) -> Result<S::Reply, LedgerDown> {
        self.asked.borrow_mut().push("switches");
        Ok(self.apply("switches", &step))
    }
}

impl CodeProvider for Up {
    async fn send(&self, _: &Destination, _: Channel) -> Result<Handle, SendFailure> {
        *self.sent.borrow_mut() += 1;
        Ok(Handle::new("handle".to_owned()))
    }

    async fn resend(&self, _: &Handle, _: &Destination, _: Channel) -> Result<Handle, SendFailure> {
        Ok(Handle::new("handle".to_owned()))
    }

    async fn check(
        &self,
        _: &Handle,
        _: &Destination,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        let right = code.reveal() == RIGHT;
        Ok(if right {
            Verdict::Approved
        } else {
            Verdict::Wrong(None)
        })
    }
}

/// What is asked of a session, with its anti-forgery value.
const FOR_A_SESSION: [&str; 5] = [
    path::RENEW,
    path::LOGOUT,
    path::END_SESSIONS,
    path::NUMBER,
    path::VERIFY_NUMBER,
];

/// A browser, which keeps its cookies.
pub(super) struct Browser {
    world: Up,
    pub(super) cookies: RefCell<HashMap<String, String>>,
    presses: RefCell<u32>,
}

impl Browser {
    pub(super) fn new(world: &Up) -> Self {
        Self {
            world: world.clone(),
            cookies: RefCell::default(),
            presses: RefCell::default(),
        }
    }

    pub(super) async fn ask(&self, method: &str, path: &str, body: &Value) -> Answered {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, path, "application/json", body).await
    }

    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: String,
    ) -> Answered {
        let content_type = ("content-type", content_type);
        self.send_with(method, path, content_type, body).await
    }

    /// Sends a request with one more header.
    pub(super) async fn send_with(
        &self,
        method: &str,
        path: &str,
        header: (&str, &str),
        body: String,
    ) -> Answered {
        let cookies = self.cookies.borrow().clone();
        let cookies: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(format!("{OWN}{path}"))
            .header("origin", OWN)
            .header("cf-connecting-ip", "192.0.2.7")
            .header(header.0, header.1)
            .header("user-agent", "\tFirefox/145 \"}{ Android")
            .header("cookie", cookies.join("; "))
            .body(Full::from(body))
            .unwrap();
        let response = answer(&self.world.site(), request).await;
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.borrow_mut();
            match value {
                "" => cookies.remove(name),
                value => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let body = body.collect().await.unwrap().to_bytes();
        Answered {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(super) async fn post(&self, path: &str, mut body: Value) -> Answered {
        if FOR_A_SESSION.contains(&path) {
            body["anti_forgery"] = self.anti_forgery().into();
        }
        self.ask("POST", path, &body).await
    }

    /// What the session's answers say of it.
    pub(super) fn anti_forgery(&self) -> String {
        let ring = &self.world.site().settings.sealing_keys;
        login::forgery::value_of(&self.session_id().into(), ring)
    }

    pub(super) fn session_id(&self) -> String {
        let site = self.world.site();
        let cookies = self.cookies.borrow();
        let token = cookies.get("__Host-sms-login").unwrap();
        let claims = site.settings.tokens.open_expired(token, site.now);
        claims.unwrap().sid
    }

    pub(super) async fn try_code(&self, path: &str, code: &str) -> Answered {
        *self.presses.borrow_mut() += 1;
        let attempt = format!("attempt-{:014}", self.presses.borrow());
        let ask = json!({ "code": code, "attempt_id": attempt });
        self.post(path, ask).await
    }

    pub(super) async fn sign_in(&self, phone: &str) -> Value {
        let sent = self.post(path::CHALLENGES, json!({ "phone": phone })).await;
        assert_eq!(sent.status, 202, "{}", sent.body);
        let answered = self.try_code(path::VERIFY, RIGHT).await;
        assert_eq!(answered.status, 200, "{}", answered.body);
        serde_json::from_str(&answered.body).unwrap()
    }
}

#[tokio::test]
async fn r89_each_transition_of_a_login_is_one_line_of_the_log() {
    let world = Up::default();
    let browser = Browser::new(&world);
    let phone = json!({ "phone": "+385912345678" });
    browser.post(path::CHALLENGES, phone.clone()).await;
    browser.post(path::CHALLENGES, phone).await;
    browser.try_code(path::VERIFY, "654321").await;
    let session = browser.try_code(path::VERIFY, RIGHT).await;
    let session: Value = serde_json::from_str(&session.body).unwrap();
    let subject = session["subject"].as_str().unwrap();
    browser.try_code(path::VERIFY, RIGHT).await;
    browser.ask("GET", path::SESSION, &Value::Null).await;
    let copy = Browser::new(&world);
    *copy.cookies.borrow_mut() = browser.cookies.borrow().clone();
    browser.post(path::RENEW, json!({})).await;
    *world.now.borrow_mut() += 60;
    copy.post(path::RENEW, json!({})).await;
    browser.post(path::LOGOUT, json!({})).await;

    let lines = [
        json!({ "event": "send", "outcome": "done", "country": "HR" }),
        json!({ "event": "send", "outcome": "refused", "reason": "send_too_soon", "country": "HR" }),
        json!({ "event": "check", "outcome": "wrong", "reason": "wrong_code", "country": "HR" }),
        json!({ "event": "check", "outcome": "done", "country": "HR", "subject": subject }),
        json!({ "event": "login", "outcome": "done", "country": "HR", "subject": subject }),
        json!({ "event": "check", "outcome": "refused", "reason": "no_challenge" }),
        json!({ "event": "renew", "outcome": "done", "subject": subject }),
        json!({ "event": "renew", "outcome": "refused", "reason": "session_ended", "subject": subject }),
        json!({ "event": "token_reused", "outcome": "done", "subject": subject }),
        json!({ "event": "logout", "outcome": "done", "subject": subject }),
    ];
    let log = world.log.borrow();
    for (n, line) in log.iter().enumerate() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let at = line.as_object_mut().unwrap().remove("at");
        let expected = if n < 7 { 1_000_000 } else { 1_000_060 };
        assert_eq!(at, Some(json!(expected)), "line {n}");
        assert_eq!(Some(&line), lines.get(n), "line {n}");
    }
    assert_eq!(log.len(), lines.len(), "{log:#?}");
}
