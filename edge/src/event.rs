//! What does the log say of a request?
//!
//! One line of JSON for each thing that was done, tried or refused, written when the answer is known and nowhere else. It holds
//! words of ours, the number's country and the account's id: nothing that a request brought, so nothing that could pass for a
//! line of its own. Not here: which request is worth a line ([`crate::routes`]); where the log goes ([`crate::site::World`]).

use login::Timestamp;
use protocol::ProblemCode;
use protocol::messages::Channel;
use serde::Serialize;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Event<'a> {
    event: &'static str,
    /// In seconds since 1970-01-01T00:00:00Z.
    at: u64,
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
enum Outcome {
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
    fn of(refusal: Option<ProblemCode>) -> Self {
        match refusal {
            None => Self::Done,
            Some(ProblemCode::WrongCode) => Self::Wrong,
            Some(code) if code.status() >= 500 || code == ProblemCode::NotDelivered => Self::Failed,
            Some(_) => Self::Refused,
        }
    }
}

/// What handlers found out about a request.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) country: Option<String>,
    pub(crate) channel: Channel,
    pub(crate) subject: Option<String>,
    /// The token was one that had been renewed before.
    pub(crate) token_reused: bool,
}

/// What there is to say of a request that is called `name` and was refused so, or not at all.
pub(crate) fn of<'a>(
    name: &'static str,
    refusal: Option<ProblemCode>,
    told: &'a Told,
    now: Timestamp,
) -> impl Iterator<Item = Event<'a>> {
    let asked = Event {
        event: name,
        at: now.as_secs(),
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

/// A code was presented to sign in.
pub(crate) const CHECK: &str = "check";

impl Event<'_> {
    /// The line, without its end.
    pub(crate) fn line(&self) -> String {
        serde_json::to_string(self).expect("an event is text and a number, which JSON can hold")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let lines = |name, refusal, token_reused| {
            let told = told(token_reused);
            let lines: Vec<_> = of(name, refusal, &told, now)
                .map(|event| event.line())
                .collect();
            lines
        };
        assert_eq!(
            lines("check", None, false),
            [
                r#"{"event":"check","at":1000000,"outcome":"done","country":"HR","subject":"usr_1"}"#,
                r#"{"event":"login","at":1000000,"outcome":"done","country":"HR","subject":"usr_1"}"#,
            ]
        );
        assert_eq!(
            lines("renew", Some(ProblemCode::SessionEnded), true),
            [
                r#"{"event":"renew","at":1000000,"outcome":"refused","reason":"session_ended","country":"HR","subject":"usr_1"}"#,
                r#"{"event":"token_reused","at":1000000,"outcome":"done","country":"HR","subject":"usr_1"}"#,
            ]
        );
        let called = Told {
            channel: Channel::Voice,
            ..told(false)
        };
        let lines: Vec<_> = of("send", None, &called, now)
            .map(|event| event.line())
            .collect();
        assert_eq!(
            lines,
            [
                r#"{"event":"send","at":1000000,"outcome":"done","country":"HR","channel":"voice","subject":"usr_1"}"#
            ]
        );
        let nobody = Told::default();
        let cases = [
            (ProblemCode::WrongCode, "wrong"),
            (ProblemCode::CrossSite, "refused"),
            (ProblemCode::NotDelivered, "failed"),
            (ProblemCode::Unavailable, "failed"),
        ];
        for (code, outcome) in cases {
            let lines: Vec<_> = of("check", Some(code), &nobody, now)
                .map(|event| event.line())
                .collect();
            let expected = format!(
                r#"{{"event":"check","at":1000000,"outcome":"{outcome}","reason":"{}"}}"#,
                code.as_str()
            );
            assert_eq!(lines, [expected]);
        }
    }
}
