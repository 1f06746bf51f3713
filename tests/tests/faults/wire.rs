//! In which ways does the provider's wire fail, and what comes of each?
//!
//! One table for everything that the provider is asked: what a person is told, and what holds when it works again. Not here: who asks
//! (`sending`, `checking`).

use serde_json::{Value, json};

/// A way to fail.
pub(crate) struct Fault {
    /// What the tables call it.
    pub(crate) name: &'static str,
    /// What the simulator is told to do.
    pub(crate) plan: Value,
    /// What comes of asking for a code; none if it does not happen there.
    pub(crate) send: Option<(&'static str, Then)>,
    /// What comes of a right code, and of the same code when the provider works again.
    pub(crate) check: Option<(&'static str, Again)>,
}

/// What may be asked for right after a send that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Another text: the provider said itself that none left, and not because of the number.
    AnotherText,
    /// No text for a while: one may have left, or the number cannot be reached.
    Wait,
}

/// What the same code is worth after a check that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// The provider had not looked at it yet.
    Right,
    /// The provider has used it up already, and its word was lost.
    UsedUp,
    /// The provider does not know it.
    Gone,
}

use Again::{Gone, Right, UsedUp};
use Then::{AnotherText, Wait};

pub(crate) const UNAVAILABLE: &str = "503 provider_unavailable";
const MISCONFIGURED: &str = "503 misconfigured";
const NO_CHALLENGE: &str = "410 no_challenge";

/// All of them.
pub(crate) fn faults() -> Vec<Fault> {
    [everywhere(), of_a_send(), of_a_check()]
        .into_iter()
        .flatten()
        .collect()
}

/// Those that can happen to any call.
#[rustfmt::skip]
fn everywhere() -> Vec<Fault> {
    let lost = |then, again| ((UNAVAILABLE, then), (UNAVAILABLE, again));
    let refused = |then, again| ((MISCONFIGURED, then), (MISCONFIGURED, again));
    let unknown = ((MISCONFIGURED, AnotherText), (NO_CHALLENGE, Gone));
    [
        // Nothing comes, or too slowly, or too much.
        ("late", json!({ "delay_ms": 30_000, "answer": "normal" }), lost(Wait, UsedUp)),
        ("silent", json!({ "when": "before", "delay_ms": 30_000, "answer": "drop" }), lost(Wait, Right)),
        ("in drops", json!({ "answer": { "drip": { "bytes": 1, "every_ms": 200 } } }), lost(Wait, UsedUp)),
        ("64 MB", json!({ "answer": { "huge_mb": 64 } }), lost(Wait, UsedUp)),
        ("hung up before", json!({ "answer": "drop" }), lost(Wait, Right)),
        ("hung up after", json!({ "when": "after", "answer": "drop" }), lost(Wait, UsedUp)),
        // Somebody else answers.
        ("gateway's page", json!({ "answer": "html_502" }), lost(Wait, Right)),
        ("502", status(502), lost(Wait, Right)),
        ("504", status(504), lost(Wait, Right)),
        // The provider says that it failed.
        ("500", status(500), lost(AnotherText, Right)),
        ("503", status(503), lost(AnotherText, Right)),
        ("429", throttled(), lost(AnotherText, Right)),
        // It says something that it never says.
        ("201", status(201), lost(Wait, Right)),
        ("204", status(204), lost(Wait, Right)),
        // It does not like us.
        ("401", status(401), refused(AnotherText, Right)),
        ("403", status(403), refused(AnotherText, Right)),
        ("400", status(400), unknown),
        ("404", status(404), unknown),
        // It makes no sense.
        ("cut in half", json!({ "answer": "truncated" }), lost(Wait, UsedUp)),
        ("empty", json!({ "answer": "empty" }), lost(Wait, Right)),
        ("a list", instead(&json!([])), lost(Wait, Right)),
        ("a word", instead(&json!("MESSAGE_SENT")), lost(Wait, Right)),
        ("yes", instead(&json!(true)), lost(Wait, Right)),
        ("{}", instead(&json!({})), lost(Wait, Right)),
        ("yes to nobody", instead(&json!({ "verified": true })), lost(Wait, Right)),
        ("another pin", patch(&json!({ "pinId": "" })), lost(Wait, UsedUp)),
        ("no pin", patch(&json!({ "pinId": null })), lost(Wait, UsedUp)),
    ]
    .map(|(name, plan, (send, check))| Fault { name, plan, send: Some(send), check: Some(check) })
    .into()
}

fn of_a_send() -> Vec<Fault> {
    let not_sent = json!({ "smsStatus": "MESSAGE_NOT_SENT", "callStatus": "REJECTED_DESTINATION_NOT_REGISTERED" });
    [
        // It does not like the number: nobody was bothered.
        ("not sent", not_sent, ("422 not_delivered", AnotherText)),
        ("pin 7", json!({ "pinId": 7 }), (UNAVAILABLE, Wait)),
        (
            "to another",
            json!({ "to": "385910000000" }),
            (UNAVAILABLE, Wait),
        ),
    ]
    .map(|(name, fields, send)| Fault {
        name,
        plan: patch(&fields),
        send: Some(send),
        check: None,
    })
    .into()
}

/// It is nearly a yes.
fn of_a_check() -> Vec<Fault> {
    [
        ("verified: \"true\"", json!({ "verified": "true" })),
        ("verified: 1", json!({ "verified": 1 })),
        ("verified: [true]", json!({ "verified": [true] })),
        ("not verified", json!({ "verified": null })),
        ("Verified", json!({ "verified": null, "Verified": true })),
        ("of another", json!({ "msisdn": "385910000000" })),
        ("of nobody", json!({ "msisdn": null })),
        ("of a number", json!({ "msisdn": 385_910_000_000_u64 })),
        ("pin ANOTHER", json!({ "pinId": "ANOTHER" })),
        ("yes, WRONG_PIN", json!({ "pinError": "WRONG_PIN" })),
        ("yes, SOMETHING_NEW", json!({ "pinError": "SOMETHING_NEW" })),
    ]
    .map(|(name, fields)| Fault {
        name,
        plan: patch(&fields),
        send: None,
        check: Some((UNAVAILABLE, UsedUp)),
    })
    .into()
}

/// The provider answers with this status.
pub(crate) fn status(code: u16) -> Value {
    json!({ "answer": { "status": { "code": code } } })
}

/// The provider has had enough for now.
pub(crate) fn throttled() -> Value {
    json!({ "answer": { "status": { "code": 429, "retry_after_s": 7 } } })
}

/// The provider answers with these fields changed; null removes one.
pub(crate) fn patch(fields: &Value) -> Value {
    json!({ "answer": { "patch": fields } })
}

/// The provider answers with this instead.
fn instead(body: &Value) -> Value {
    json!({ "answer": { "json": body } })
}
