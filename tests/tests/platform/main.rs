//! What becomes of a login when the platform under the worker fails?
//!
//! The worker that was built runs on workerd as it does elsewhere, between modules of these tests that make one point of one request
//! fail: every call of an object, every statement, every outside call, every poll of its futures. A point is tried after the other until
//! a request comes to no further one. Not here: a provider that fails (`faults`), a worker without power (`power`), a disk (`disk`).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

mod broken;
mod clock;
mod deed;
mod switches;
mod worker;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tests::answer::Answer;
use tests::crowd::a_few_at_a_time;
use tests::line::Line;
use tests::matrix::Seen;

use deed::{Deed, Person, TEXTS};

/// The worker that the tests share.
static LINE: LazyLock<Line> = LazyLock::new(|| {
    let network = format!("{TEXTS}/100");
    worker::line(&[("SENDS_PER_NETWORK", &network)])
});

/// Who takes turns with whom: an answer that has to come in time must not wait for other crowds.
enum Turn {
    /// Many people on the worker that the tests share.
    Crowd,
    /// One person at a time on a worker of their own, who can go on beside a crowd.
    Alone,
}

impl Turn {
    fn mine(self) -> MutexGuard<'static, ()> {
        static CROWD: Mutex<()> = Mutex::new(());
        static ALONE: Mutex<()> = Mutex::new(());
        let turn = match self {
            Self::Crowd => &CROWD,
            Self::Alone => &ALONE,
        };
        turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In which places of a request something fails.
const PLACES: [&str; 5] = ["object", "statement", "row", "storage", "outside"];

/// How many points each request comes to in each of them, as is seen where nothing happens.
static POINTS: LazyLock<Vec<(&str, Deed, usize)>> = LazyLock::new(|| {
    let requests: Vec<_> = PLACES
        .iter()
        .flat_map(|place| Deed::ALL.map(|deed| (*place, deed)))
        .collect();
    a_few_at_a_time(requests.len(), |n| {
        let (place, deed) = requests[n];
        let person = Person::about_to(deed, &LINE);
        person.waits();
        let nothing = json!({ "place": place, "kind": "nothing happens", "n": usize::MAX >> 12 });
        let told = person.does(&nothing).expect("nothing happens");
        (place, deed, points(&told))
    })
});

/// R80: a person has an answer by then, whatever happens.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// Somebody else's failure, at one point of a request.
struct Trouble {
    deed: Deed,
    place: &'static str,
    kind: &'static str,
    n: usize,
    /// Whether nobody tries the points after it.
    is_last: bool,
}

impl Trouble {
    fn plan(&self) -> Value {
        json!({ "place": self.place, "kind": self.kind, "n": self.n })
    }
}

/// The points of this kind that a request comes to, by name.
fn points(answer: &Answer) -> usize {
    let points = answer.header("x-points").unwrap_or_default();
    points.split(',').filter(|point| !point.is_empty()).count()
}

/// Which point failed.
fn met(answer: &Answer) -> Option<&str> {
    answer.header("x-met")
}

/// Lets each point of this place fail in each of these ways, whatever somebody does.
fn each_fails(place: &'static str, kinds: &[&'static str]) {
    let _turn = Turn::Crowd.mine();
    let line = &*LINE;
    let mut troubles = Vec::new();
    for &(_, deed, count) in POINTS.iter().filter(|(here, ..)| *here == place) {
        for kind in kinds {
            let each = (0..=count).map(|n| Trouble {
                deed,
                place,
                kind,
                n,
                is_last: n == count,
            });
            troubles.extend(each);
        }
    }
    let people = a_few_at_a_time(troubles.len(), |n| Person::about_to(troubles[n].deed, line));
    a_few_at_a_time(troubles.len(), |n| meets(&troubles[n], &people[n]));
    no_text_is_uncounted(line);
}

/// Somebody meets their trouble, and goes on afterwards.
fn meets(trouble: &Trouble, person: &Person<'_>) {
    let Trouble {
        deed,
        place,
        kind,
        n,
        is_last,
    } = trouble;
    let what = format!("{deed:?}, {place} {n} {kind}");
    person.waits();
    let told = person.does(&trouble.plan());
    let told = told.unwrap_or_else(|| panic!("R80: {what}: no answer"));
    let met = met(&told);
    let what = format!("{what}, at {met:?}");
    assert!(told.took < LONGEST_WAIT, "R80: {what}: {:?}", told.took);
    if let Some(met) = met {
        Seen {
            table: &format!("The platform, {place}"),
            row: &format!("{}: {met}", deed.name()),
            column: kind,
            told: &told.outcome(),
            texts: deed.sends().then(|| person.texts()),
        }
        .note();
    } else {
        assert!(n >= &points(&told), "{what}: {told:?}");
        let expected = match deed {
            Deed::CheckWrong => 422,
            Deed::SignOut => 204,
            Deed::Send | Deed::Resend => 202,
            Deed::Check | Deed::Look | Deed::Renew => 200,
        };
        assert_eq!(told.status, expected, "nothing failed: {what}: {told:?}");
    }
    person.goes_on(&told, &what);
    if *is_last && met.is_some() {
        // There are more than somebody met to whom nothing happened.
        let next = Trouble {
            n: n + 1,
            ..*trouble
        };
        meets(&next, &Person::about_to(*deed, &LINE));
    }
}

/// What the site's budget has counted is no less than what was sent.
fn no_text_is_uncounted(line: &Line) {
    let sent: u64 = ["send", "resend"]
        .map(|operation| line.telephone().asked_by_anybody(operation))
        .iter()
        .sum();
    for budget in ["site", "country"] {
        let counted = counted(line, budget);
        assert!(
            counted >= sent,
            "R83: {sent} texts, and {budget} has {counted}"
        );
    }
}

fn counted(line: &Line, scope: &str) -> u64 {
    let shown = line.admin(&["--json", "budgets", "--country", "HR"]);
    let shown: Value = serde_json::from_str(&shown.expect("they can be seen")).unwrap();
    let budgets = shown["budgets"].as_array().unwrap();
    let budget = budgets.iter().find(|budget| budget["scope"] == scope);
    budget.unwrap()["sent_hour"].as_u64().unwrap()
}

/// In which ways a call of an object fails.
const CALLS: [&str; 12] = [
    "unreached",
    "overloaded",
    "retryable",
    "lost",
    "hangs",
    "hangs after",
    "500",
    "500 after",
    "garbage",
    "half",
    "null",
    "nothing",
];

#[test]
fn r80_r83_r85_whichever_call_of_an_object_fails_nobody_is_in_and_every_text_is_counted() {
    each_fails("object", &CALLS);
}

#[test]
fn r80_r83_whichever_statement_of_an_object_fails_nobody_is_in_and_every_text_is_counted() {
    each_fails("statement", &["throws", "throws after"]);
}

#[test]
fn r80_r83_whichever_row_cannot_be_read_nobody_is_in_and_every_text_is_counted() {
    each_fails("row", &["cut off", "a number"]);
}

#[test]
fn r80_r83_whichever_alarm_cannot_be_set_nobody_is_in_and_every_text_is_counted() {
    each_fails("storage", &["throws", "rejects", "rejects after"]);
}

#[test]
fn r80_r81_r83_whichever_outside_call_the_platform_refuses_nobody_is_in() {
    each_fails("outside", &["throws", "refused", "lost", "hangs"]);
}
