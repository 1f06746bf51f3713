//! How does an outcome become HTTP?
//!
//! The one list of headers. Not here: what the outcome is; which status a problem has (`protocol::problem`).

use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{StatusCode, header::SET_COOKIE};
use http_body_util::Full;
use login::Refusal;
use login::time::whole_secs;
use protocol::{Problem, ProblemCode, ProofOffer};
use serde::Serialize;

use crate::cookie::Kind;

/// What goes out.
pub(crate) type Response = http::Response<Full<Bytes>>;

/// A no, on its way to becoming a problem document (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    pub(crate) code: ProblemCode,
    detail: Option<String>,
    pub(crate) retry_after: Option<u32>,
    pub(crate) tries_left: Option<u8>,
    anti_forgery: Option<String>,
    proof: Option<Box<ProofOffer>>,
    /// Whose challenge it is about.
    challenge: Kind,
}

impl From<ProblemCode> for Denial {
    fn from(code: ProblemCode) -> Self {
        Self {
            code,
            detail: None,
            retry_after: None,
            tries_left: None,
            anti_forgery: None,
            proof: None,
            challenge: Kind::Challenge,
        }
    }
}

impl Denial {
    /// About the challenge that this cookie holds.
    pub(crate) fn about(self, challenge: Kind) -> Self {
        Self { challenge, ..self }
    }

    /// With what was wrong about this very request.
    pub(crate) fn detail(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..code.into()
        }
    }

    /// With the value that pages of the site must send along. Only they can read the refusal.
    pub(crate) fn with_anti_forgery(code: ProblemCode, value: String) -> Self {
        Self {
            anti_forgery: Some(value),
            ..code.into()
        }
    }

    /// With what would do for a proof.
    pub(crate) fn proof(offer: ProofOffer) -> Self {
        Self {
            proof: Some(Box::new(offer)),
            ..ProblemCode::ProofRequired.into()
        }
    }

    fn wait(code: ProblemCode, wait: Duration) -> Self {
        // "Try again in no time" would be an invitation to hammer.
        Self {
            retry_after: Some(whole_secs(wait).max(1)),
            ..code.into()
        }
    }
}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::InvalidPhone => ProblemCode::InvalidPhone.into(),
            Refusal::PhoneNotServed => ProblemCode::PhoneNotServed.into(),
            Refusal::NotDelivered => ProblemCode::NotDelivered.into(),
            Refusal::ProofRequired(_) => ProblemCode::ProofRequired.into(),
            Refusal::SendTooSoon(wait) => Self::wait(ProblemCode::SendTooSoon, wait),
            Refusal::TooManySends(wait) => Self::wait(ProblemCode::TooManySends, wait),
            Refusal::TooManyChanges(wait) => Self::wait(ProblemCode::TooManyChanges, wait),
            Refusal::NetworkSpent(wait) => Self::wait(ProblemCode::TooManyFromNetwork, wait),
            Refusal::SendsPaused(wait) => Self::wait(ProblemCode::SendsPaused, wait),
            Refusal::TooManyChecks(wait) => Self::wait(ProblemCode::TooManyChecks, wait),
            Refusal::CheckInProgress(wait) => Self::wait(ProblemCode::CheckInProgress, wait),
            Refusal::WrongCode(left) => Self {
                tries_left: Some(left),
                ..ProblemCode::WrongCode.into()
            },
            Refusal::NoChallenge => ProblemCode::NoChallenge.into(),
            Refusal::ChallengeExpired => ProblemCode::ChallengeExpired.into(),
            Refusal::ChallengeExhausted => ProblemCode::ChallengeExhausted.into(),
            Refusal::PasskeyRefused => ProblemCode::PasskeyRefused.into(),
            Refusal::TooManyPasskeys => ProblemCode::TooManyPasskeys.into(),
            Refusal::NotSignedIn => ProblemCode::NotSignedIn.into(),
            Refusal::SessionExpired => ProblemCode::SessionExpired.into(),
            Refusal::SessionEnded | Refusal::TokenReused => ProblemCode::SessionEnded.into(),
            Refusal::LoginTooOld => ProblemCode::LoginTooOld.into(),
            Refusal::NumberTaken => ProblemCode::NumberTaken.into(),
            Refusal::ProviderUnavailable(wait) => Self::wait(
                ProblemCode::ProviderUnavailable,
                wait.unwrap_or(Duration::from_secs(5)),
            ),
            // That an account disowned its number stays among the records; if they cannot settle it, nothing was decided.
            Refusal::Unavailable | Refusal::Disowned => {
                Self::wait(ProblemCode::Unavailable, Duration::from_secs(5))
            }
            Refusal::Misconfigured => ProblemCode::Misconfigured.into(),
        }
    }
}

/// The cookie that a no makes worthless, so that the browser need not bring it again. `challenge` is the one that holds the challenge.
fn spent_cookie(code: ProblemCode, challenge: Kind) -> Option<Kind> {
    match code {
        ProblemCode::NoChallenge
        | ProblemCode::ChallengeExpired
        | ProblemCode::ChallengeExhausted => Some(challenge),
        ProblemCode::NotSignedIn | ProblemCode::SessionEnded => Some(Kind::Session),
        ProblemCode::InvalidRequest
        | ProblemCode::UnsupportedMediaType
        | ProblemCode::PayloadTooLarge
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed
        | ProblemCode::CrossSite
        | ProblemCode::HttpsRequired
        | ProblemCode::InvalidPhone
        | ProblemCode::PhoneNotServed
        | ProblemCode::NotDelivered
        | ProblemCode::InvalidEmail
        | ProblemCode::PasskeyRefused
        | ProblemCode::TooManyPasskeys
        | ProblemCode::ProofRequired
        | ProblemCode::SendTooSoon
        | ProblemCode::TooManySends
        | ProblemCode::TooManyChecks
        | ProblemCode::TooManyChanges
        | ProblemCode::TooManyFromNetwork
        | ProblemCode::SendsPaused
        | ProblemCode::CheckInProgress
        | ProblemCode::WrongCode
        | ProblemCode::SessionExpired
        | ProblemCode::LoginTooOld
        | ProblemCode::NumberTaken
        | ProblemCode::ProviderUnavailable
        | ProblemCode::Unavailable
        | ProblemCode::Misconfigured => None,
    }
}

impl Denial {
    /// The problem document, with the wait in a header and without the cookie that is worth nothing any more.
    pub(crate) fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status())
            .expect("the table of problems holds statuses only");
        let problem = Problem {
            kind: format!("/problems/{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: status.as_u16(),
            code: self.code,
            detail: self.detail,
            retry_after: self.retry_after,
            tries_left: self.tries_left,
            anti_forgery: self.anti_forgery,
            proof: self.proof.map(|offer| *offer),
        };
        let mut response = json(status, &problem);
        // For the log, which is told from the answer alone.
        response.extensions_mut().insert(self.code);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(cookie) = spent_cookie(self.code, self.challenge) {
            headers.append(SET_COOKIE, cookie.clear());
        }
        response
    }
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_string(body)
        .expect("replies are structs of text and numbers, which JSON can hold");
    text(status, "application/json", body)
}

/// An answer of that type.
pub(crate) fn text(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// An answer with cookies to set.
pub(crate) fn with_cookies(
    mut response: Response,
    cookies: impl IntoIterator<Item = HeaderValue>,
) -> Response {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Nothing to say.
fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// Nothing to say, and cookies to set.
pub(crate) fn no_content(cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    with_cookies(empty(StatusCode::NO_CONTENT), cookies)
}

/// What every request gets while the settings are not whole. Which one is wrong is in the log, not in the answer.
pub(crate) fn misconfigured() -> Response {
    let mut response = Denial::from(ProblemCode::Misconfigured).into_response();
    harden_api(response.headers_mut(), false);
    response
}

/// Lets a page of a listed origin read the answer, with cookies. The origin was compared whole with the list; nothing else is
/// ever named here, and never `*` (R05).
pub(crate) fn share_with(headers: &mut HeaderMap, allowed: Option<HeaderValue>) {
    headers.append(
        header::VARY,
        HeaderValue::from_static("origin, sec-fetch-site"),
    );
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("retry-after"),
        );
    }
}

/// What a page of a listed origin may send (Fetch standard, CORS-preflight).
pub(crate) fn preflight() -> Response {
    const PREFLIGHT: [(HeaderName, &str); 3] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    let mut response = empty(StatusCode::NO_CONTENT);
    for (name, value) in PREFLIGHT {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The headers that every answer of the API carries, refusals among them (R02).
pub(crate) fn harden_api(headers: &mut HeaderMap, over_https: bool) {
    const API: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in API {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if over_https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    /// Programs match on the code and people read the title; neither is ever anything else, whatever happened inside.
    #[tokio::test]
    async fn r14_every_refusal_has_one_shape_that_says_nothing_of_the_inside() {
        for code in ProblemCode::ALL.iter().copied() {
            let (status, title) = (code.status(), code.title());
            let expected = format!(
                r#"{{"type":"/problems/{0}","title":"{title}","status":{status},"code":"{0}"}}"#,
                code.as_str()
            );
            let bare = Denial::from(code).into_response();
            assert_eq!(bare.status(), status);
            let body = bare.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, expected.as_bytes(), "{expected}");
        }
        let secs = Duration::from_secs(7);
        for (refusal, more) in [
            (Refusal::SendTooSoon(secs), r#","retry_after":7}"#),
            (
                Refusal::ProviderUnavailable(Some(secs)),
                r#","retry_after":7}"#,
            ),
            (Refusal::Unavailable, r#","retry_after":5}"#),
            (Refusal::WrongCode(4), r#","tries_left":4}"#),
            (Refusal::TokenReused, r#""code":"session_ended"}"#),
            (Refusal::Misconfigured, r#""code":"misconfigured"}"#),
        ] {
            let response = Denial::from(refusal.clone()).into_response();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8_lossy(&body);
            assert!(body.ends_with(more), "{refusal:?}: {body}");
            assert!(!body.contains("detail"), "{refusal:?}: {body}");
        }
    }

    #[test]
    fn a_wait_is_told_in_the_body_and_in_the_header() {
        for (wait, seconds) in [(0, 1), (1, 1), (1500, 2), (30_000, 30)] {
            let denial = Denial::from(Refusal::SendTooSoon(Duration::from_millis(wait)));
            assert_eq!(denial.retry_after, Some(seconds));
            let response = denial.into_response();
            assert_eq!(response.headers()[header::RETRY_AFTER], seconds.to_string());
        }
    }
}
