//! What is read of an answer?
//!
//! By hand: each reader that serde derives is 200 bytes of brotli, which every visitor would download. What is missing, or of another
//! kind, makes an answer unreadable; what is there besides is left alone. `tests/in_browser/contract.rs` holds the names against
//! those of the worker. Not here: what it means (`flow`).

use std::rc::Rc;

use js_sys::{Array, Reflect};
use protocol::ProofOffer;
use protocol::messages::{Challenge, Country, Session};
use protocol::proof::{PowChallenge, TurnstileOffer};
use wasm_bindgen::JsValue;

use crate::flow::replies::{Refusal, Settings, known_code};

pub(super) fn settings(answer: &JsValue) -> Option<Settings> {
    let home = member(answer, "default_country")?;
    let list = |name| member(answer, name).map(|it| Array::from(&it));
    let channels = list("channels");
    let travels = |name: &str| {
        let name = name.into();
        channels
            .as_ref()
            .is_some_and(|it| it.index_of(&name, 0) >= 0)
    };
    let emails = travels("email");
    Some(Settings {
        default_country: Country {
            iso: text(&home, "iso")?,
            calling_code: text(&home, "calling_code")?,
            trunk_prefix: text(&home, "trunk_prefix")?,
            example: text(&home, "example")?,
        },
        chooses_country: list("countries").is_some_and(|it| it.length() > 1),
        calls: travels("voice"),
        phones: travels("sms") || !emails,
        emails,
        passkeys: member(answer, "passkeys").is_some_and(|it| it.is_truthy()),
        has_session: member(answer, "has_session")?.as_bool()?,
    })
}

pub(super) fn challenge(answer: &JsValue) -> Option<Challenge> {
    Some(Challenge {
        code_length: number(answer, "code_length")? as u8,
        expires_in: number(answer, "expires_in")?,
        resend_in: number(answer, "resend_in")?,
        tries_left: number(answer, "tries_left")? as u8,
    })
}

pub(super) fn assertion(answer: &JsValue) -> Option<String> {
    text(answer, "assertion")
}

/// Without its anti-forgery value: no screen needs it, and the page's events do not tell it.
pub(super) fn session(answer: &JsValue) -> Option<Session> {
    // Of a worker that does not say it yet.
    let seconds = |name| seconds(answer, name).unwrap_or_default();
    Some(Session {
        subject: text(answer, "subject")?,
        new_account: member(answer, "new_account")?.as_bool()?,
        authenticated_at: seconds("authenticated_at"),
        auth_level: text(answer, "auth_level").unwrap_or_default(),
        first_seen: seconds("first_seen"),
        last_login: seconds("last_login"),
        passkeys: number(answer, "passkeys"),
        renew_by: seconds("renew_by"),
        ends_at: seconds("ends_at"),
        anti_forgery: String::new(),
    })
}

pub(super) fn refusal(problem: &JsValue) -> Option<Refusal> {
    Some(Refusal {
        code: known_code(&text(problem, "code")?)?,
        retry_after: number(problem, "retry_after"),
        tries_left: number(problem, "tries_left").map(|it| it as u8),
        proof: offer(problem).map(Rc::new),
    })
}

fn offer(problem: &JsValue) -> Option<ProofOffer> {
    let proof = member(problem, "proof")?;
    let pow = member(&proof, "pow");
    let turnstile = member(&proof, "turnstile");
    Some(ProofOffer {
        pow: pow.and_then(|pow| {
            Some(PowChallenge {
                algorithm: text(&pow, "algorithm")?,
                challenge: text(&pow, "challenge")?,
                salt: text(&pow, "salt")?,
                max_number: number(&pow, "max_number")?,
                signature: text(&pow, "signature")?,
            })
        }),
        turnstile: turnstile.and_then(|turnstile| {
            Some(TurnstileOffer {
                site_key: text(&turnstile, "site_key")?,
                action: text(&turnstile, "action")?,
            })
        }),
    })
}

pub(super) fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name)?.as_string()
}

/// Whole, and not below nothing.
fn number(object: &JsValue, name: &str) -> Option<u32> {
    seconds(object, name).map(|it| it as u32)
}

fn seconds(object: &JsValue, name: &str) -> Option<u64> {
    Some(member(object, name)?.as_f64()? as u64)
}

/// Nothing, where it is no object or has no such member.
fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    let member = Reflect::get(object, &name.into()).ok()?;
    (!member.is_undefined()).then_some(member)
}
