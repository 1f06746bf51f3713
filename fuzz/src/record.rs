//! What must hold of a stored record and a step, whatever is in them?
//!
//! An input is four lines: the moment in milliseconds, the name of a step, the step, and the record that it finds; a blank one if there
//! is none. Not here: what steps do to records that the rules have made, which the tests of `login` play through.

use std::fmt::Debug;

use login::account::UserRecord;
use login::attempt::DestinationRecord;
use login::budget::BudgetRecord;
use login::metrics::Metrics;
use login::step::{Cleaned, Keeper, Record};
use login::switches::Switches;
use login::{Policy, Timestamp};
use serde_json::Value;

/// A record that was read is written so that it reads the same. A step leaves a record that can be read, and answers JSON; one that is
/// refused leaves no trace. What is over is forgotten once, and nothing is left to forget at the same moment. What cannot be read is
/// never taken for a blank record.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = text.splitn(4, '\n');
    let mut line = || lines.next();
    let (Some(now), Some(name), Some(step)) = (line(), line(), line()) else {
        return;
    };
    let Ok(now) = now.parse().map(Timestamp::from_millis) else {
        return;
    };
    let stored = line().filter(|stored| !stored.is_empty());
    let input = Input {
        now,
        name,
        step,
        stored,
    };
    of::<BudgetRecord>(&input);
    of::<Metrics>(&input);
    of::<DestinationRecord>(&input);
    of::<Switches>(&input);
    of::<UserRecord>(&input);
}

struct Input<'a> {
    now: Timestamp,
    name: &'a str,
    step: &'a str,
    stored: Option<&'a str>,
}

fn of<R: Record + PartialEq + Debug>(input: &Input<'_>) {
    let policy = Policy::default();
    let keeper = Keeper::of::<R>();
    let applied = (keeper.apply)(input.stored, input.name, input.step, input.now, &policy);
    if let Some(stored) = input.stored {
        let Ok(record) = serde_json::from_str::<R>(stored) else {
            assert!(applied.is_err(), "it is no record");
            assert!((keeper.clean)(stored, input.now, &policy).is_err());
            return;
        };
        assert_eq!(read::<R>(&write(&record)), record);
        clean(&keeper, stored, input.now, &policy);
    }
    let Ok(applied) = applied else {
        return;
    };
    assert!(serde_json::from_str::<Value>(&applied.reply).is_ok());
    for alert in &applied.alerts {
        assert!(serde_json::from_str::<Value>(alert).is_ok_and(|alert| alert.is_object()));
    }
    if let Some(changed) = applied.changed {
        assert_eq!(write(&read::<R>(&changed)), changed);
        clean(&keeper, &changed, input.now, &policy);
    }
}

fn clean(keeper: &Keeper, stored: &str, now: Timestamp, policy: &Policy) {
    let cleaned = (keeper.clean)(stored, now, policy).expect("it is a record");
    if let Cleaned::Kept {
        changed: Some(changed),
        ..
    } = cleaned
    {
        let again = (keeper.clean)(&changed, now, policy).expect("it was written");
        assert!(
            !matches!(
                again,
                Cleaned::Kept {
                    changed: Some(_),
                    ..
                }
            ),
            "it was clean"
        );
    }
}

fn read<R: Record>(json: &str) -> R {
    serde_json::from_str(json).expect("what was written can be read")
}

fn write<R: Record>(record: &R) -> String {
    serde_json::to_string(record).expect("a record is JSON")
}
