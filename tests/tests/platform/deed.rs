//! What does somebody do when the platform fails, and what holds afterwards?
//!
//! Not here: where and how it fails (`main`).

use std::thread;
use std::time::{Duration, Instant};

use protocol::messages::path;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::browser::Browser;
use tests::cookies::{Jar, SESSION};
use tests::line::Line;
use tests::numbers;
use ureq::http::Method;

/// One request of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Send,
    Resend,
    Check,
    CheckWrong,
    Look,
    Renew,
    SignOut,
}

impl Deed {
    /// All of them. The one that has to wait for its turn comes last: the others are done meanwhile.
    pub(crate) const ALL: [Self; 7] = [
        Self::Send,
        Self::Check,
        Self::CheckWrong,
        Self::Look,
        Self::Renew,
        Self::SignOut,
        Self::Resend,
    ];

    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Resend => "resend",
            Self::Check => "verify",
            Self::CheckWrong => "verify, wrong",
            Self::Look => "session",
            Self::Renew => "renew",
            Self::SignOut => "logout",
        }
    }

    /// Whether a text comes of it.
    pub(crate) fn sends(self) -> bool {
        matches!(self, Self::Send | Self::Resend)
    }
}

/// How many texts one network may ask for in an hour, one of which everybody here has asked for already.
pub(crate) const TEXTS: usize = 2;

/// Somebody who is about to do it.
pub(crate) struct Person<'a> {
    line: &'a Line,
    deed: Deed,
    address: String,
    browser: Browser<'a>,
    phone: String,
    attempt: String,
    code: String,
    resend_at: Instant,
    /// What their session is, and what it is proved with.
    session: Value,
    /// Their cookies, as they were.
    before: Jar,
}

impl<'a> Person<'a> {
    /// Somebody who has done all that comes before.
    pub(crate) fn about_to(deed: Deed, line: &'a Line) -> Self {
        let address = numbers::fresh_address();
        let browser = line.browser().at(&address);
        let phone = numbers::fresh();
        let mut resend_at = Instant::now();
        let mut session = Value::Null;
        let mut code = String::new();
        match deed {
            Deed::Send => {
                let other = line.browser().at(&address);
                assert_eq!(other.ask_code(&numbers::fresh()).status, 202);
            }
            Deed::Resend | Deed::Check | Deed::CheckWrong => {
                let asked = browser.ask_code(&phone);
                assert_eq!(asked.status, 202);
                let wait = asked.json()["resend_in"].as_u64();
                resend_at =
                    Instant::now() + Duration::from_secs(wait.expect("it says how long to wait"));
                code = line.telephone().code(&phone);
            }
            Deed::Look | Deed::Renew | Deed::SignOut => {
                browser.sign_in(&phone);
                session = browser.session().json();
            }
        }
        let before = browser.jar().clone();
        Self {
            line,
            deed,
            address,
            browser,
            phone,
            attempt: numbers::fresh_attempt(),
            code,
            resend_at,
            session,
            before,
        }
    }

    /// Waits for as long as they were told when they got their code, if they want it again.
    pub(crate) fn waits(&self) {
        if self.deed == Deed::Resend {
            thread::sleep(self.resend_at.saturating_duration_since(Instant::now()));
        }
    }

    /// Does it, while this fails. None if nobody answers.
    pub(crate) fn does(&self, fault: &Value) -> Option<Answer> {
        let proof = json!({ "anti_forgery": self.session["anti_forgery"] });
        let browser = &self.browser;
        let post = |path, body: &Value| browser.request(Method::POST, path, Some(body));
        let mut request = match self.deed {
            Deed::Send => post(path::CHALLENGES, &json!({ "phone": self.phone })),
            Deed::Resend => post(path::RESEND, &json!({})),
            Deed::Check => browser.verify_request(&self.attempt, &self.code),
            Deed::CheckWrong => browser.verify_request(&self.attempt, &numbers::wrong(&self.code)),
            Deed::Look => browser.request(Method::GET, path::SESSION, None),
            Deed::Renew => post(path::RENEW, &proof),
            Deed::SignOut => post(path::LOGOUT, &proof),
        };
        let fault = fault.to_string().parse().expect("JSON of words is visible");
        request.headers_mut().insert("x-fault", fault);
        browser.hear(request).ok()
    }

    /// How many texts came of it.
    pub(crate) fn texts(&self) -> usize {
        let before = match self.deed {
            Deed::Send => 0,
            Deed::Resend
            | Deed::Check
            | Deed::CheckWrong
            | Deed::Look
            | Deed::Renew
            | Deed::SignOut => 1,
        };
        self.line.telephone().texts(&self.phone).len() - before
    }

    /// What must hold when all is well again, whatever failed, and however it was answered.
    pub(crate) fn goes_on(&self, told: &Answer, what: &str) {
        let texts = self.texts();
        assert!(texts <= usize::from(self.deed.sends()), "R81: {what}");
        let signed_in = self.browser.jar().get(SESSION).is_some();
        match self.deed {
            Deed::Send => self.has_asked(told, texts, what),
            Deed::Resend => {
                assert!(told.status != 202 || texts == 1, "{what}: no text");
                self.cannot_have_more(texts, what);
                // The first code is as good as it was.
                assert_eq!(self.browser.verify(&self.code).status, 200, "{what}");
            }
            Deed::Check => {
                assert_eq!(signed_in, told.status == 200, "R83: {what}: {told:?}");
                self.has_checked(told, what);
            }
            Deed::CheckWrong => {
                assert!(!signed_in && told.status != 200, "R83: {what}: {told:?}");
                let session = self.browser.session();
                assert_eq!(session.outcome(), "401 not_signed_in", "{what}");
            }
            Deed::Look => self.is_still_in(what),
            Deed::Renew => {
                self.is_still_in(what);
                assert_eq!(self.browser.renew().status, 200, "{what}");
                self.is_still_in(what);
            }
            Deed::SignOut => self.has_signed_out(told, what),
        }
    }

    fn has_asked(&self, told: &Answer, texts: usize, what: &str) {
        self.cannot_have_more(texts, what);
        if told.status == 202 {
            assert_eq!(texts, 1, "{what}");
            let code = self.line.telephone().code(&self.phone);
            assert_eq!(self.browser.verify(&code).status, 200, "{what}");
            return;
        }
        // A text that left is counted, and so may be one that did not.
        let again = self.line.browser().ask_code(&self.phone).outcome();
        let fine = again == "429 send_too_soon" || (texts == 0 && again == "202");
        assert!(fine, "R83: {what}: {texts} texts, and then {again}");
    }

    /// The text of this press was counted, if there was one: their network can ask for no other.
    fn cannot_have_more(&self, texts: usize, what: &str) {
        if texts == 1 {
            let neighbour = self.line.browser().at(&self.address);
            let asked = neighbour.ask_code(&numbers::fresh()).outcome();
            assert_eq!(
                asked, "429 too_many_from_network",
                "R83: {what}: an uncounted text"
            );
        }
    }

    fn has_checked(&self, told: &Answer, what: &str) {
        // With the cookies of before, as if the answer had been lost.
        let lost = self.line.browser_with(self.before.clone());
        let again = lost.verify_as(&self.attempt, &self.code);
        if told.status == 200 {
            assert_eq!(again.status, 200, "R82: {what}: {again:?}");
            assert_eq!(again.json()["subject"], told.json()["subject"], "{what}");
        } else {
            // It was through; or it may be under way; or it was used up, and its word was lost.
            let fine = [
                "200",
                "409 check_in_progress",
                "410 challenge_exhausted",
                "410 no_challenge",
            ];
            assert!(fine.contains(&&*again.outcome()), "{what}: {again:?}");
        }
        if again.status == 200 {
            let known = self.line.admin(&["look-up", &self.phone]);
            let known = known.expect("it is known");
            let subject = again.json()["subject"].clone();
            let subject = subject.as_str().expect("an account has an id");
            assert!(known.contains(subject), "R55: {what}: {known}");
        }
    }

    fn is_still_in(&self, what: &str) {
        let session = self.browser.session().json();
        assert_eq!(session["subject"], self.session["subject"], "{what}");
    }

    fn has_signed_out(&self, told: &Answer, what: &str) {
        // At somebody else's computer the cookie must go, whatever storage says; unless there was no worker left to say so, or what was
        // asked could not be read, which might be anybody's.
        let unread = told.outcome() == "400 invalid_request";
        if told.header("x-request-id").is_some() && !unread {
            let jar = self.browser.jar();
            let kept = jar.get(SESSION);
            assert_eq!(kept, None, "R60: {what}: {}", told.outcome());
        }
        let copy = self.line.browser_with(self.before.clone());
        if told.status == 204 {
            let session = copy.session();
            assert_eq!(session.outcome(), "401 session_ended", "R51: {what}");
        } else {
            assert_eq!(copy.logout().status, 204, "{what}");
            let copy = self.line.browser_with(self.before.clone());
            assert_eq!(copy.session().outcome(), "401 session_ended", "{what}");
        }
    }
}
