//! Which page is shown after what, and where does a form lead?
//!
//! Not here: what the forms do ([`super`]); how the pages look ([`crate::page`]).

use http::{HeaderMap, HeaderValue, header};
use login::time::whole_secs;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::{AttemptId, ProblemCode};

use super::Step;
use crate::form::Form;
use crate::max_age::MaxAge;
use crate::page::{self, Html, Notice, Page, Typed, field, path, texts};
use crate::reply::{Denial, Response, with_cookies};
use crate::routes::sessions;
use crate::site::{Site, World};
use crate::way_back::WayBack;

/// A refusal on its way to a page.
pub(super) struct No {
    pub(super) denial: Denial,
    /// What the person reads, if it is not what is read for all refusals of the kind.
    pub(super) sentence: Option<&'static str>,
}

impl<T: Into<Denial>> From<T> for No {
    fn from(denial: T) -> Self {
        Self {
            denial: denial.into(),
            sentence: None,
        }
    }
}

impl No {
    /// Something was left out that only the person knows.
    pub(super) fn incomplete(code: ProblemCode, sentence: &'static str) -> Self {
        Self {
            denial: code.into(),
            sentence: Some(sentence),
        }
    }
}

/// Somebody at the pages: the request, and what is to be remembered from one to the next.
pub(super) struct Visit<'a, W> {
    pub(super) site: &'a Site<W>,
    pub(super) headers: &'a HeaderMap,
    pub(super) way_back: Option<WayBack>,
    pub(super) max_age: Option<MaxAge>,
    pub(super) notice: Option<Notice>,
}

impl<W: World> Visit<'_, W> {
    /// It was done: the way on, with the cookies that the API would have set.
    pub(super) fn onward(&self, step: Step, done: &Response, called: bool) -> Response {
        let cookies = done.headers().get_all(header::SET_COOKIE).iter().cloned();
        // Whoever signs out loses the cookie even if the session could not be ended.
        if let Some(code) = done.extensions().get::<ProblemCode>() {
            return with_cookies(self.number(Some((*code).into())), cookies);
        }
        let place = match (step, &self.way_back) {
            (Step::Check | Step::Renew, Some(way_back)) => way_back.as_str().to_owned(),
            // They are in, by a login that is young enough: its age is not asked about any more.
            (Step::Check | Step::Renew, None) => path::FRONT.to_owned(),
            (Step::Forget, _) => self.address(path::FRONT, None),
            (Step::Resend, _) if called => self.address(path::CODE, Some(Notice::Calling)),
            (Step::Resend, _) => self.address(path::CODE, Some(Notice::SentAgain)),
            (Step::Send, _) => self.address(path::CODE, None),
            (Step::SignOut, _) => self.address(path::FRONT, Some(Notice::SignedOut)),
        };
        page::see_other(&place, cookies)
    }

    /// A backend sends somebody here whose token is past its time. They go back with a fresh one, or to where they sign in.
    ///
    /// Only when the whole window goes there, and not what a page has in it. A link of another site can lead here as well: what it
    /// brings about is what the element does every fifteen minutes while its page is in view.
    pub(super) async fn comes_for_a_token(&self) -> Response {
        let goal = self.headers.get("sec-fetch-dest");
        let session = if goal.is_some_and(|goal| goal != "document") {
            Err(ProblemCode::CrossSite.into())
        } else if self.login_is_too_old() {
            Err(ProblemCode::LoginTooOld.into())
        } else {
            match sessions::session(self.site, self.headers).await {
                Err(denial) if denial.code == ProblemCode::SessionExpired => {
                    sessions::prolong(self.site, self.headers).await
                }
                session => session,
            }
        };
        match session {
            Ok(done) => self.onward(Step::Renew, &done, false),
            Err(denial) => {
                let mut response = page::see_other(&self.address(path::FRONT, None), []);
                response.extensions_mut().insert(denial.code);
                response
            }
        }
    }

    /// It was not done: the page on which the person can mend it.
    pub(super) async fn refused(&mut self, step: Step, no: No, form: &Form) -> Response {
        match step {
            // The second press of the button comes after the first has signed the person in.
            Step::Check
                if no.denial.code == ProblemCode::NoChallenge
                    && self.site.claims(self.headers).is_ok() =>
            {
                let mut response = page::see_other(&self.address(path::FRONT, None), []);
                response.extensions_mut().insert(no.denial.code);
                response
            }
            Step::Check | Step::Forget | Step::Resend => self.code(Some(no)),
            Step::Renew | Step::SignOut => self.front(Some(no)).await,
            Step::Send => {
                let typed = match form.find(field::EMAIL) {
                    Some(typed) => Typed::Address(typed),
                    None => Typed::Number(form.get(field::PHONE)),
                };
                self.asks_where(Some(no), typed)
            }
        }
    }

    /// Whether whoever is signed in has to sign in again to be led back.
    pub(super) fn login_is_too_old(&self) -> bool {
        let claims = self.site.claims_even_expired(self.headers);
        let is_over = |it: MaxAge, login| it.is_over(login, self.site.now);
        matches!((self.max_age, claims), (Some(it), Ok(claims)) if is_over(it, claims.auth_time))
    }

    /// Who is signed in, or the field of the number.
    pub(super) async fn front(&mut self, no: Option<No>) -> Response {
        if self.login_is_too_old() {
            self.notice = no.is_none().then_some(Notice::SignInAgain);
            return self.number(no);
        }
        let session = match sessions::session(self.site, self.headers).await {
            Ok(_) => self.site.claims(self.headers),
            Err(denial) => Err(denial),
        };
        let denial = match session {
            Ok(claims) => {
                let session = self.site.session_reply(&claims, None);
                return self.show(no, |page| page.signed_in(&session));
            }
            Err(denial) => denial,
        };
        let claims = self.site.claims_even_expired(self.headers);
        if let (ProblemCode::SessionExpired, Ok(claims)) = (denial.code, claims) {
            let session = self.site.session_reply(&claims, None);
            return self.show(no, |page| page.still_there(&session));
        }
        // That nobody is signed in is why they are here.
        let nobody = [ProblemCode::NotSignedIn, ProblemCode::SessionEnded].contains(&denial.code);
        let no = no.or((!nobody).then(|| denial.into()));
        self.number(no)
    }

    /// The fields of the number and of the address, with nothing in them.
    pub(super) fn number(&self, no: Option<No>) -> Response {
        self.asks_where(no, Typed::Number(""))
    }

    fn asks_where(&self, no: Option<No>, typed: Typed<'_>) -> Response {
        let home = self.site.settings.served.default_country();
        self.show(no, |page| page.number(&home, typed))
    }

    /// The field of the code, as long as there is one to type; then that of the number.
    pub(super) fn code(&self, no: Option<No>) -> Response {
        let over = no.as_ref().is_some_and(|no| {
            [
                ProblemCode::NoChallenge,
                ProblemCode::ChallengeExpired,
                ProblemCode::ChallengeExhausted,
            ]
            .contains(&no.denial.code)
        });
        let policy = &self.site.settings.policy;
        match (self.site.challenge(self.headers), no) {
            (Some(held), no) if !over => {
                let attempt = attempt_id(self.site.world.random());
                let seconds = whole_secs(policy.code_life);
                self.show(no, |page| {
                    page.code(&held.to, policy.code_length, seconds, &attempt)
                })
            }
            (_, Some(no)) => self.number(Some(no)),
            (_, None) => page::see_other(&self.address(path::FRONT, None), []),
        }
    }

    pub(super) fn not_allowed(&self, step: Step) -> Response {
        let mut response = self.number(Some(ProblemCode::MethodNotAllowed.into()));
        let allow = HeaderValue::from_static(step.methods());
        response.headers_mut().insert(header::ALLOW, allow);
        response
    }

    fn show(&self, no: Option<No>, draw: impl FnOnce(Page<'_>) -> Html) -> Response {
        let told = no.as_ref().map(|no| {
            let sentence = no.sentence.map(str::to_owned);
            (
                no.denial.code,
                sentence.unwrap_or_else(|| texts::refusal(&no.denial)),
            )
        });
        let html = draw(Page {
            host: self.site.settings.issuer.host(),
            way_back: self.way_back.as_ref(),
            max_age: self.max_age,
            notice: self.notice,
            calls: self.site.settings.infobip.calls.is_some(),
            emails: self.site.settings.infobip.emails.is_some(),
            complaint: told
                .as_ref()
                .map(|(code, sentence)| (*code, sentence.as_str())),
        });
        match no {
            Some(no) => page::refused(no.denial, html),
            None => page::shown(html),
        }
    }

    /// The address of a page, with what is to be remembered there.
    fn address(&self, path: &str, notice: Option<Notice>) -> String {
        let mut address = path.to_owned();
        let way_back = self.way_back.as_ref().map(WayBack::as_str);
        let way_back = way_back.map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
        let notice = notice.map(|notice| notice.as_str().to_owned());
        let pairs = [
            (field::RETURN, way_back),
            (field::MAX_AGE, self.max_age.map(MaxAge::as_text)),
            (field::NOTICE, notice),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                let between = if address.contains('?') { "&" } else { "?" };
                address.extend([between, name, "=", &value]);
            }
        }
        address
    }
}

/// Which form a code is typed into.
fn attempt_id(random: [u8; 16]) -> AttemptId {
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    AttemptId::try_from(text).expect("32 hexadecimal digits are an attempt id")
}
