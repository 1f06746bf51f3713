//! What does the worker do when it is spoken to?
//!
//! One worker is shared; each test has numbers and browsers of its own. Not here: what the worker does under attack (`abuse`)
//! or when others fail (`faults`), and what a page shows (`in_browser`).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

mod calls;
mod challenges;
mod countries;
mod disk;
mod emails;
mod erasure;
mod errors;
mod files;
mod log_lines;
mod logins;
mod malformed;
mod metrics;
mod number;
mod operator;
mod origins;
mod plain;
mod privacy;
mod restart;
mod sessions;
mod step_ups;
mod strangers;
mod tokens;

use std::sync::LazyLock;

use tests::line::Line;

static LINE: LazyLock<Line> = LazyLock::new(Line::start);

/// The worker that the tests share.
fn line() -> &'static Line {
    &LINE
}
