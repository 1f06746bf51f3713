//! What becomes of a login when something else fails?
//!
//! The provider fails in every way that its wire allows. Each row of a table is a person with a number of their own, and all of
//! them try at once. Not here: people who mean harm (`abuse`); what is wrong before anybody comes (`deployment`), and a worker
//! without power (`power`), whose workers would take the processor from answers that have to come in time.

mod checking;
mod outages;
mod resting;
mod sending;

use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use tests::answer::Answer;
use tests::line::Line;

static LINE: LazyLock<Line> = LazyLock::new(Line::start);

/// The worker that the tests share.
fn line() -> &'static Line {
    &LINE
}

/// R80: a person has an answer by then, whatever happens.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

fn assert_in_time(answer: &Answer, what: &Value) {
    assert!(
        answer.took < LONGEST_WAIT,
        "R80: {:?} for {what}",
        answer.took
    );
}

/// The provider answers with this status.
fn status(code: u16) -> Value {
    json!({ "answer": { "status": { "code": code } } })
}

/// The provider answers with these fields changed; null removes one.
fn patch(fields: &Value) -> Value {
    json!({ "answer": { "patch": fields } })
}

/// The provider answers with this instead.
fn instead(body: &Value) -> Value {
    json!({ "answer": { "json": body } })
}
