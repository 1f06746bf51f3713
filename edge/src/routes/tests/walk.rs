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

use super::*;

pub(super) const RIGHT: &str = "123456";

/// A world that works.
#[derive(Clone, Default)]
pub(super) struct Up {
    /// JSON by the name of the record.
    records: Rc<RefCell<HashMap<String, String>>>,
    pub(super) log: Rc<RefCell<Vec<String>>>,
    drawn: Rc<RefCell<u64>>,
    pub(super) now: Rc<RefCell<u64>>,
    switches: Arc<Mutex<Copy>>,
    /// What is set beside what must be.
    settings: Vec<(&'static str, &'static str)>,
    /// What Turnstile answers, if it does.
    pub(super) turnstile: Rc<RefCell<Option<Value>>>,
    /// Texts.
    pub(super) sent: Rc<RefCell<u32>>,
    pub(super) reported: Rc<RefCell<Vec<String>>>,
}

impl World for Up {
    type Ledger = Self;
    type Provider = Self;

    fn ledger(&self) -> Self {
        self.clone()
    }

    fn provider(&self) -> Self {
        self.clone()
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
        self.log.borrow_mut().push(event.line());
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
            now: Timestamp::from_secs(1_000_000 + *self.now.borrow()),
            told: Default::default(),
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
    async fn phone<S: Step<Record = PhoneRecord>>(
        &self,
        name: &PhoneName,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        Ok(self.apply(name.as_str(), &step))
    }

    async fn user<S: Step<Record = UserRecord>>(
        &self,
        user: &UserId,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        Ok(self.apply(user.as_str(), &step))
    }

    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        budget: &Budget,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        let site = self.site();
        let name = name_of_budget(budget, site.settings.index_keys.current());
        Ok(self.apply(&name, &step))
    }

    async fn switches<S: Step<Record = Switches>>(&self, step: S) -> Result<S::Reply, LedgerDown> {
        Ok(self.apply("switches", &step))
    }
}

impl CodeProvider for Up {
    async fn send(&self, _: &PhoneNumber, _: Channel) -> Result<Handle, SendFailure> {
        *self.sent.borrow_mut() += 1;
        Ok(Handle::new("handle".to_owned()))
    }

    async fn resend(&self, _: &Handle, _: &PhoneNumber, _: Channel) -> Result<Handle, SendFailure> {
        Ok(Handle::new("handle".to_owned()))
    }

    async fn check(
        &self,
        _: &Handle,
        _: &PhoneNumber,
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
        let cookies = self.cookies.borrow().clone();
        let cookies: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{OWN}{path}"))
            .header("origin", OWN)
            .header("cf-connecting-ip", "192.0.2.7")
            .header("content-type", "application/json")
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
    fn anti_forgery(&self) -> String {
        let ring = &self.world.site().settings.sealing_keys;
        login::forgery::value_of(&self.session_id().into(), ring)
    }

    fn session_id(&self) -> String {
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
