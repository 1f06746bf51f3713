//! What do people achieve who do not keep to one request at a time?
//!
//! Everything here runs against the real worker on workerd, because the races are in its gates, which no fake has. Each race is
//! run several times, with a quick and with a slow provider. Not here: the rules themselves, whose interleavings are searched
//! natively (`edge/login/tests`).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

mod attack;
mod budgets;
mod changes;
mod guessing;
mod proofs;
mod repeats;
mod sending;
mod strangers;
mod turnstile;

use std::sync::LazyLock;

use serde_json::json;
use tests::line::Line;

static LINE: LazyLock<Line> = LazyLock::new(Line::start);

/// The worker that the tests share. Its budgets are wide open: what holds here holds with every coarse limiter set to allow
/// (R31).
fn line() -> &'static Line {
    &LINE
}

/// How long the provider takes for a check in each round, in milliseconds. The slow ones hold a lease for long enough to be met.
const ROUNDS: [u64; 4] = [0, 20, 200, 0];

/// From now on, the provider takes its time over checks for this number.
fn slow_down(phone: &str, delay_ms: u64) {
    let slow = json!({ "delay_ms": delay_ms, "answer": "normal" });
    line().telephone().breaks("verify", phone, &slow);
}
