//! How does somebody sign in without any script?
//!
//! On plain pages. What their forms ask goes through the very handlers of the API, with the same refusals, limits, cookies and lines
//! in the log; only the answer is another page. Whatever was done is answered with the way to that page, so that to load it again
//! does nothing again. To look at a page changes nothing. The one address that is more than a page to look at is where a site's own
//! backend sends somebody whose token is past its time: it renews the session, if that is all it takes, and leads back.
//!
//! Not here: which page comes after what (`visit`), and how they look ([`crate::page`]).

mod visit;

use bytes::Bytes;
use http::Method;
use http::request::Parts;
use http_body::Body;
use login::press::attempt_of;
use protocol::messages::{Channel, ResendRequest, SendRequest, SessionRequest, VerifyRequest};
use protocol::{AttemptId, Code, Destination, EmailAddress, PhoneNumber, ProblemCode};

use self::visit::{No, Visit};
use super::{challenges, sessions};
use crate::event;
use crate::form::Form;
use crate::max_age::MaxAge;
use crate::page::{self, Notice, field, path, texts};
use crate::reply::{Denial, Response};
use crate::request::{guard_page, read_form};
use crate::site::{Site, World};
use crate::way_back::WayBack;

/// What somebody does on the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Tries a code, or looks at its field.
    Check,
    /// Wants another number.
    Forget,
    /// Stays signed in.
    Renew,
    /// Wants the same code once more.
    Resend,
    /// Wants a code, or looks at the fields that say where to, or at who is signed in.
    Send,
    /// Signs out.
    SignOut,
}

impl Step {
    pub(super) fn at(path: &str) -> Option<Self> {
        Some(match path {
            path::CODE => Self::Check,
            path::FORGET => Self::Forget,
            path::RENEW => Self::Renew,
            path::RESEND => Self::Resend,
            path::FRONT => Self::Send,
            path::SIGN_OUT => Self::SignOut,
            _ => return None,
        })
    }

    /// The name that the API's request of this kind has in the log.
    fn event(self) -> &'static str {
        match self {
            Self::Check => event::CHECK,
            Self::Forget => "forget",
            Self::Renew => "renew",
            Self::Resend => "resend",
            Self::Send => "send",
            Self::SignOut => "logout",
        }
    }

    /// What its form may hold.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Check => &[field::RETURN, field::MAX_AGE, field::CODE, field::ATTEMPT],
            Self::Forget => &[field::RETURN, field::MAX_AGE],
            Self::Resend => &[field::RETURN, field::MAX_AGE, field::CHANNEL],
            Self::Renew | Self::SignOut => &[field::RETURN, field::MAX_AGE, field::ANTI_FORGERY],
            Self::Send => &[field::RETURN, field::MAX_AGE, field::PHONE, field::EMAIL],
        }
    }

    /// How it may be asked for. Some have a page to look at, others are only a form's goal.
    fn methods(self) -> &'static str {
        match self {
            Self::Check | Self::Send => "GET, HEAD, POST",
            Self::Renew => "GET, POST",
            Self::Forget | Self::Resend | Self::SignOut => "POST",
        }
    }
}

/// Answers what is asked of a page.
///
/// 1. What is no request of ours is refused before anything happens.
/// 2. How the operator's switches stand is asked, if it is time to. Signing out is always possible.
/// 3. Every form that was sent is told to the log, and every renewal.
/// 4. Every page gets its headers.
pub(super) async fn answer<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    step: Step,
    head: &Parts,
    body: B,
) -> Response {
    let settings = &site.settings;
    let query = Form::of_query(head.uri.query().unwrap_or_default());
    let mut visit = Visit {
        site,
        headers: &head.headers,
        way_back: WayBack::read(query.get(field::RETURN), settings),
        max_age: MaxAge::read(query.get(field::MAX_AGE)),
        notice: Notice::read(query.get(field::NOTICE)),
    };
    let guarded = guard_page(&head.method, &head.uri, &head.headers, settings);
    if guarded.is_ok() && step != Step::SignOut {
        site.ask_switches().await;
    }
    let mut response = match (guarded, &head.method) {
        (Err(denial), _) => visit.number(Some(denial.into())),
        (Ok(()), &Method::GET | &Method::HEAD) if step == Step::Send => visit.front(None).await,
        (Ok(()), &Method::GET | &Method::HEAD) if step == Step::Check => visit.code(None),
        (Ok(()), &Method::GET) if step == Step::Renew => visit.comes_for_a_token().await,
        (Ok(()), &Method::POST) => visit.submit(step, body).await,
        (Ok(()), _) => visit.not_allowed(step),
    };
    if !head.method.is_safe() || step == Step::Renew {
        site.record(step.event(), &response);
    }
    page::harden(response.headers_mut(), settings);
    response
}

impl<W: World> Visit<'_, W> {
    /// A form was sent.
    async fn submit<B: Body<Data = Bytes>>(&mut self, step: Step, body: B) -> Response {
        let body = read_form(self.headers, body).await;
        let form = match body.and_then(|body| Form::read(&body, step.fields())) {
            Ok(form) => form,
            Err(denial) => return self.number(Some(denial.into())),
        };
        self.way_back = WayBack::read(form.get(field::RETURN), &self.site.settings);
        self.max_age = MaxAge::read(form.get(field::MAX_AGE));
        match self.act(step, &form).await {
            Ok(done) => self.onward(step, &done, form.get(field::CHANNEL) == page::CALL),
            Err(no) => self.refused(step, no, &form).await,
        }
    }

    /// What the API would do.
    async fn act(&self, step: Step, form: &Form) -> Result<Response, No> {
        let Self { site, headers, .. } = self;
        let for_session = || SessionRequest {
            anti_forgery: form.get(field::ANTI_FORGERY).to_owned(),
        };
        Ok(match step {
            Step::Check => challenges::verify(site, headers, self.typed_code(form)?).await?,
            Step::Forget => challenges::forget(site, headers).await?,
            Step::Renew if self.login_is_too_old() => return Err(ProblemCode::LoginTooOld.into()),
            Step::Renew => sessions::renew(site, headers, for_session()).await?,
            Step::Resend => {
                let (channel, proof) = (channel(form)?, None);
                challenges::resend(site, headers, ResendRequest { channel, proof }).await?
            }
            Step::Send => challenges::send(site, headers, self.typed(form)?).await?,
            Step::SignOut => sessions::logout(site, headers, for_session()).await?,
        })
    }

    /// Where the code is to go.
    fn typed(&self, form: &Form) -> Result<SendRequest, No> {
        let to = match (form.find(field::PHONE), form.find(field::EMAIL)) {
            (Some(_), Some(_)) => return Err(ProblemCode::InvalidRequest.into()),
            (None, Some(address)) => address_in(address)?.into(),
            (number, None) => self.number_in(number.unwrap_or_default())?.into(),
        };
        Ok(SendRequest {
            channel: Destination::channel(&to),
            to,
            proof: None,
        })
    }

    fn number_in(&self, typed: &str) -> Result<PhoneNumber, No> {
        if typed.trim().is_empty() {
            return Err(No::incomplete(ProblemCode::InvalidPhone, texts::NO_NUMBER));
        }
        Ok(self.site.settings.served.read(typed)?)
    }

    fn typed_code(&self, form: &Form) -> Result<VerifyRequest, No> {
        if self.site.challenge(self.headers).is_none() {
            return Err(ProblemCode::NoChallenge.into());
        }
        let digits: String = form
            .get(field::CODE)
            .chars()
            .filter(|c| !(c.is_whitespace() || *c == '-'))
            .collect();
        let length = usize::from(self.site.settings.policy.code_length);
        let code = Code::try_from(digits)
            .ok()
            .filter(|code| code.digits() == length)
            .ok_or_else(|| No::incomplete(ProblemCode::InvalidRequest, texts::NO_CODE))?;
        let page = AttemptId::try_from(form.get(field::ATTEMPT).to_owned())
            .map_err(|invalid| Denial::detail(ProblemCode::InvalidRequest, invalid.to_string()))?;
        let attempt_id = attempt_of(&page, &code, &self.site.settings.sealing_keys);
        Ok(VerifyRequest { code, attempt_id })
    }
}

fn address_in(typed: &str) -> Result<EmailAddress, No> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(No::incomplete(ProblemCode::InvalidEmail, texts::NO_ADDRESS));
    }
    EmailAddress::try_from(typed).map_err(|_| ProblemCode::InvalidEmail.into())
}

/// How the code is to travel, if not as it does of itself.
fn channel(form: &Form) -> Result<Option<Channel>, No> {
    match form.get(field::CHANNEL) {
        "" => Ok(None),
        page::CALL => Ok(Some(Channel::Voice)),
        _ => Err(ProblemCode::InvalidRequest.into()),
    }
}
