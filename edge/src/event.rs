//! What does the log say of a request?
//!
//! One line of JSON for each thing that was done, tried or refused, written when the answer is known and nowhere else. It holds
//! words of ours, the number's country and the account's id: nothing that a request brought, so nothing that could pass for a
//! line of its own. Not here: which request is worth a line ([`crate::routes`]); where the log goes ([`crate::site::World`]).

use login::Timestamp;
use protocol::messages::Channel;
use protocol::{Destination, ProblemCode};
use serde::Serialize;

use crate::trace::Trace;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Event<'a> {
    event: &'static str,
    /// In seconds since 1970-01-01T00:00:00Z.
    at: u64,
    request: &'a str,
    /// The trace that the request belongs to, where whoever called the worker names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    /// How a code was to travel, where that does not go without saying.
    #[serde(skip_serializing_if = "Channel::is_sms")]
    channel: Channel,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// A code was looked at and was not the one.
    Wrong,
    /// Whoever asked must mend it.
    Refused,
    /// We or the provider must.
    Failed,
}

impl Outcome {
    pub(crate) fn of(refusal: Option<ProblemCode>) -> Self {
        match refusal {
            None => Self::Done,
            Some(ProblemCode::WrongCode) => Self::Wrong,
            Some(code) if code.status() >= 500 || code == ProblemCode::NotDelivered => Self::Failed,
            Some(_) => Self::Refused,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Wrong => "wrong",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What handlers found out about a request.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) country: Option<String>,
    pub(crate) channel: Channel,
    /// For whoever counts, not for the log.
    pub(crate) to: Option<Destination>,
    pub(crate) subject: Option<String>,
    /// The token was one that had been renewed before.
    pub(crate) token_reused: bool,
}

/// What there is to say of a request that is called `name` and was refused so, or not at all.
pub(crate) fn of<'a>(
    name: &'static str,
    refusal: Option<ProblemCode>,
    told: &'a Told,
    trace: &'a Trace,
    now: Timestamp,
) -> impl Iterator<Item = Event<'a>> {
    let asked = Event {
        event: name,
        at: now.as_secs(),
        request: trace.request(),
        trace: trace.trace(),
        outcome: Outcome::of(refusal),
        reason: refusal.map(ProblemCode::as_str),
        country: told.country.as_deref(),
        channel: told.channel,
        subject: told.subject.as_deref(),
    };
    // What came of it beyond the answer.
    let also = match name {
        CHECK if refusal.is_none() => Some("login"),
        _ if told.token_reused => Some("token_reused"),
        _ => None,
    };
    let also = also.map(|event| Event {
        event,
        outcome: Outcome::Done,
        reason: None,
        ..asked.clone()
    });
    std::iter::once(asked).chain(also)
}

/// Something is wrong with the deployment, or with somebody whom it asks.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault<'a> {
    event: &'static str,
    request: &'a str,
    what: &'a str,
}

impl<'a> Fault<'a> {
    pub(crate) fn of(what: &'a str, trace: &'a Trace) -> Self {
        Self {
            event: "fault",
            request: trace.request(),
            what,
        }
    }

    /// The line, without its end. Whatever the platform or a record said of it is a text in it.
    pub(crate) fn line(&self) -> String {
        serde_json::to_string(self).expect("a fault is text, which JSON can hold")
    }
}

/// A code was presented to sign in.
pub(crate) const CHECK: &str = "check";

impl Event<'_> {
    pub(crate) fn name(&self) -> &'static str {
        self.event
    }

    /// What of it is told to whoever draws statistics: all but the account and the moment, which they have from elsewhere or not at all.
    /// Their order is documented.
    pub(crate) fn blobs(&self) -> [&str; 5] {
        [
            self.event,
            self.outcome.as_str(),
            self.reason.unwrap_or_default(),
            self.country.unwrap_or_default(),
            self.request,
        ]
    }

    /// The line, without its end.
    pub(crate) fn line(&self) -> String {
        serde_json::to_string(self).expect("an event is text and a number, which JSON can hold")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[test]
    fn r89_a_fault_is_one_line_whatever_was_said_of_it() {
        let trace = Trace::of(&HeaderMap::new(), [0x1f; 16]);
        let fault = Fault::of("BUDGETS, step spend: \n\"}{\"event\":\"login\"", &trace);
        assert_eq!(
            fault.line(),
            r#"{"event":"fault","request":"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f","what":"BUDGETS, step spend: \n\"}{\"event\":\"login\""}"#
        );
    }

    /// Whoever watches the log matches on these.
    #[test]
    fn the_form_of_a_line_is_pinned() {
        let now = Timestamp::from_secs(1_000_000);
        let told = |token_reused| Told {
            country: Some("HR".to_owned()),
            subject: Some("usr_1".to_owned()),
            token_reused,
            ..Told::default()
        };
        let trace = Trace::of(&HeaderMap::new(), [0x1f; 16]);
        let lines = |name, refusal, token_reused| {
            let told = told(token_reused);
            let lines: Vec<_> = of(name, refusal, &told, &trace, now)
                .map(|event| event.line())
                .collect();
            lines
        };
        assert_eq!(
            lines("check", None, false),
            [
                r#"{"event":"check","at":1000000,"request":"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f","outcome":"done","country":"HR","subject":"usr_1"}"#,
                r#"{"event":"login","at":1000000,"request":"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f","outcome":"done","country":"HR","subject":"usr_1"}"#,
            ]
        );
        assert_eq!(
            lines("renew", Some(ProblemCode::SessionEnded), true),
            [
                r#"{"event":"renew","at":1000000,"request":"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f","outcome":"refused","reason":"session_ended","country":"HR","subject":"usr_1"}"#,
                r#"{"event":"token_reused","at":1000000,"request":"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f","outcome":"done","country":"HR","subject":"usr_1"}"#,
            ]
        );
        let called = Told {
            channel: Channel::Voice,
            ..told(false)
        };
        let lines: Vec<_> = of("send", None, &called, &trace, now)
            .map(|event| event.line())
            .collect();
        assert_eq!(
            lines,
            [
                r#"{"event":"send","at":1000000,"request":"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f","outcome":"done","country":"HR","channel":"voice","subject":"usr_1"}"#
            ]
        );
        let nobody = Told::default();
        let mut headers = HeaderMap::new();
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", parent.parse().unwrap());
        let traced = Trace::of(&headers, [0x1f; 16]);
        let cases = [
            (ProblemCode::WrongCode, "wrong"),
            (ProblemCode::CrossSite, "refused"),
            (ProblemCode::NotDelivered, "failed"),
            (ProblemCode::Unavailable, "failed"),
        ];
        for (code, outcome) in cases {
            let lines: Vec<_> = of("check", Some(code), &nobody, &traced, now)
                .map(|event| event.line())
                .collect();
            let expected = format!(
                r#"{{"event":"check","at":1000000,"request":"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f","trace":"4bf92f3577b34da6a3ce929d0e0e4736","outcome":"{outcome}","reason":"{}"}}"#,
                code.as_str()
            );
            assert_eq!(lines, [expected]);
        }
    }
}
