//! What time is it, and what is random?
//!
//! The only place that asks the browser; everybody else is handed the answer.

use protocol::AttemptId;
use web_sys::Window;

use crate::flow::{Millis, Seconds};

/// The page's own clock, which only goes forward.
pub(crate) fn now(window: &Window) -> Millis {
    window.performance().map_or(0.0, |clock| clock.now()) as Millis
}

/// What the visitor's clock shows.
#[expect(
    clippy::disallowed_methods,
    reason = "a session's own times are seconds since 1970; the flow compares them with this"
)]
pub(crate) fn clock() -> Seconds {
    (js_sys::Date::now() / 1000.0) as Seconds
}

/// 132 random bits as 22 characters of base64url: every byte names a character by its low six bits.
pub(crate) fn attempt_id(window: &Window) -> Option<AttemptId> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut luck = [0; 22];
    let crypto = window.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut luck).ok()?;
    let text: String = luck
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 63)]))
        .collect();
    AttemptId::try_from(text).ok()
}
