//! What becomes of a login when something else fails?
//!
//! The provider fails in every way that its wire allows. Each row of a table is a person with a number of their own, and all of
//! them try at once. Not here: people who mean harm (`abuse`); what is wrong before anybody comes (`deployment`), and a worker
//! without power (`power`), whose workers would take the processor from answers that have to come in time.

mod checking;
mod others;
mod outages;
mod person;
mod resting;
mod sending;
mod wire;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tests::answer::Answer;
use tests::crowd::{a_few_at_a_time, at_once};
use tests::line::Line;

use person::{Person, Way};

static LINE: LazyLock<Line> = LazyLock::new(Line::start);

/// The worker that the tests share.
fn line() -> &'static Line {
    &LINE
}

/// Whole crowds take turns: an answer that has to come in time must not wait for other crowds.
fn my_turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// People who are about to press a button, one for each fault.
fn crowd(way: Way, size: usize) -> Vec<Person> {
    let people = {
        let _turn = my_turn();
        a_few_at_a_time(size, |_| Person::about_to(way))
    };
    // Whoever came last waits for the longest.
    at_once(size, |n| people[n].waits());
    people
}

/// R80: a person has an answer by then, whatever happens.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

fn assert_in_time(answer: &Answer, what: &str) {
    assert!(
        answer.took < LONGEST_WAIT,
        "R80: {:?} for {what}",
        answer.took
    );
}
