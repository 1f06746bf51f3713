//! What is a step, and how does it reach its record?
//!
//! A step is a value that knows how to apply itself ([`Step::apply`]), so a store has nothing to decide: it loads the record,
//! applies the step, saves the record, and lets nothing else happen to that record in between. [`Keeper`] does all of that but the
//! loading and saving. Not here: the records and their steps ([`crate::attempt`], [`crate::account`]).

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Policy, Timestamp};

/// One change to one record, or one look at it.
///
/// Steps and replies cross from the worker to the object that holds the record as JSON, so their form outlives a deploy: an
/// object may run yesterday's code when today's worker calls.
pub trait Step: Serialize + DeserializeOwned {
    /// How the step is called on the way to the record.
    const NAME: &'static str;
    /// What the step changes.
    type Record: Record;
    /// What the step answers.
    type Reply: Serialize + DeserializeOwned;

    /// Changes the record and answers. Pure: the moment and the limits are handed in.
    fn apply(self, record: &mut Self::Record, now: Timestamp, policy: &Policy) -> Self::Reply;
}

/// What is kept of one number or one user. Blank until the first step.
pub trait Record: Default + Serialize + DeserializeOwned {
    /// Applies the step of this name, both step and reply as JSON: what an object does with what a worker sends.
    ///
    /// # Errors
    ///
    /// When there is no step of that name, or the text is not one.
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep>;

    /// Forgets what no rule asks about any more. Judging never relies on it: time is compared at use.
    fn prune(&mut self, now: Timestamp, policy: &Policy);

    /// Whether [`Record::prune`] will have something to do, sooner or later.
    fn has_something_to_forget(&self) -> bool;

    /// Whether nothing is left to remember, so that the record can be deleted.
    fn is_blank(&self) -> bool;

    /// What the last step found that the operator should know, as it is logged and posted. It is told once: the record forgets it here.
    fn take_alerts(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Whether what the last step dropped must not linger in storage either: a row that was overwritten may be read there for long.
    fn take_scrub(&mut self) -> bool {
        false
    }
}

/// What became of a stored record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The record's new JSON, if it changed.
    pub changed: Option<String>,
    /// The step's reply.
    pub reply: String,
    /// Whether there is something to forget now and was not before: time to set an alarm.
    pub wake_later: bool,
    /// What the operator should know, once the record is saved.
    pub alerts: Vec<String>,
    /// Whether all that was ever stored of the record before is to be wiped, and an alarm with it.
    pub scrub: bool,
}

/// What a clean-up left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cleaned {
    /// Nothing: delete it all.
    Blank,
    /// A record, to be written if it changed, and looked at again if there is more to forget.
    Kept {
        /// The record's new JSON, if it changed.
        changed: Option<String>,
        /// Whether there is more to forget, later.
        wake_later: bool,
    },
}

/// The stored text is not a record, or a step is not one this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incompatible {
    /// Never to be taken for a blank record: a blank one would have all its budgets again.
    #[error("the stored record cannot be read")]
    Record,
    /// Two versions that do not fit together.
    #[error("there is no such step")]
    Step,
}

/// Applies a named step to a stored record: the record, the step's name, the step, the moment, the limits.
pub type Apply = fn(Option<&str>, &str, &str, Timestamp, &Policy) -> Result<Stored, Incompatible>;

/// Forgets what is over in a stored record.
pub type Clean = fn(&str, Timestamp, &Policy) -> Result<Cleaned, Incompatible>;

/// All an object has to do with one kind of record, which it sees as JSON only.
#[derive(Clone, Copy, Debug)]
pub struct Keeper {
    /// For each request.
    pub apply: Apply,
    /// For each alarm.
    pub clean: Clean,
}

impl Keeper {
    /// The keeper of that kind of record.
    pub const fn of<R: Record>() -> Self {
        Self {
            apply: apply_stored::<R>,
            clean: clean_stored::<R>,
        }
    }
}

fn apply_stored<R: Record>(
    stored: Option<&str>,
    name: &str,
    step: &str,
    now: Timestamp,
    policy: &Policy,
) -> Result<Stored, Incompatible> {
    let mut record: R = stored.map_or_else(|| Ok(R::default()), read)?;
    let woken_already = record.has_something_to_forget();
    let reply = record
        .apply_json(name, step, now, policy)
        .map_err(|UnknownStep| Incompatible::Step)?;
    let (alerts, scrub) = (record.take_alerts(), record.take_scrub());
    Ok(Stored {
        // After a wipe, nothing is stored.
        changed: changed(stored.filter(|_| !scrub), &record),
        reply,
        wake_later: record.has_something_to_forget() && (scrub || !woken_already),
        alerts,
        scrub,
    })
}

fn clean_stored<R: Record>(
    stored: &str,
    now: Timestamp,
    policy: &Policy,
) -> Result<Cleaned, Incompatible> {
    let mut record: R = read(stored)?;
    record.prune(now, policy);
    if record.is_blank() {
        return Ok(Cleaned::Blank);
    }
    let wake_later = record.has_something_to_forget();
    Ok(Cleaned::Kept {
        changed: changed(Some(stored), &record),
        wake_later,
    })
}

/// From bytes, as everywhere in the worker: a second kind of reader would double the code of every type.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Incompatible> {
    serde_json::from_slice(json.as_bytes()).map_err(|_| Incompatible::Record)
}

fn changed(stored: Option<&str>, record: &impl Record) -> Option<String> {
    // Whoever only looks at a record that never was leaves none behind.
    let nothing = stored.is_none() && record.is_blank();
    Some(write(record)).filter(|json| !nothing && Some(json.as_str()) != stored)
}

pub(crate) fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .expect("records and replies are text and numbers, which JSON can hold")
}

/// The table of a record's steps: what [`Record::apply_json`] does with a name.
macro_rules! apply_by_name {
    ($name:expr, $json:expr, $record:expr, $now:expr, $policy:expr; $($step:ty),+ $(,)?) => {
        match $name {
            $(<$step as $crate::step::Step>::NAME => {
                $crate::step::apply_json::<$step>($json, $record, $now, $policy)
            })+
            _ => Err($crate::step::UnknownStep),
        }
    };
}
pub(crate) use apply_by_name;

/// Applies a step of a known type to its record.
///
/// # Errors
///
/// When the text is not such a step.
pub(crate) fn apply_json<S: Step>(
    json: &str,
    record: &mut S::Record,
    now: Timestamp,
    policy: &Policy,
) -> Result<String, UnknownStep> {
    let step: S = read(json).map_err(|_| UnknownStep)?;
    Ok(write(&step.apply(record, now, policy)))
}

/// The worker speaks of a step that this object does not know, or does not take any more: two versions that do not fit together, or
/// a record that has another name by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such step here")]
pub struct UnknownStep;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::UserRecord;

    const KEEPER: Keeper = Keeper::of::<UserRecord>();
    const OPEN: &str = r#"{"session":"ses_AAAAAAAAAAAAAAAAAAAAAA","at":1000}"#;

    #[test]
    fn a_stored_record_that_cannot_be_read_is_an_error_and_never_a_blank_one() {
        for stored in ["", "null", r#"{"sessions":null}"#, r#"{"sessions":1}"#, "{"] {
            let applied = (KEEPER.apply)(
                Some(stored),
                "open-session",
                OPEN,
                Timestamp::from_secs(1),
                &Policy::default(),
            );
            assert_eq!(applied, Err(Incompatible::Record), "{stored}");
        }
    }

    #[test]
    fn a_step_of_another_version_changes_nothing() {
        for (name, step) in [
            ("no-such-step", OPEN),
            ("open-session", "{}"),
            ("", ""),
            ("reserve-send", OPEN),
        ] {
            let applied = (KEEPER.apply)(
                None,
                name,
                step,
                Timestamp::from_secs(1),
                &Policy::default(),
            );
            assert_eq!(applied, Err(Incompatible::Step), "{name} {step}");
        }
    }

    #[test]
    fn an_alarm_is_set_once_and_until_nothing_is_left() {
        let (now, policy) = (Timestamp::from_secs(1), Policy::default());
        let first = (KEEPER.apply)(None, "open-session", OPEN, now, &policy).unwrap();
        assert!(first.wake_later);
        let record = first.changed.unwrap();
        let second = (KEEPER.apply)(Some(&record), "open-session", OPEN, now, &policy).unwrap();
        assert_eq!(
            (second.changed, second.wake_later),
            (None, false),
            "the same again changes nothing"
        );
        assert_eq!(
            (KEEPER.clean)(&record, now, &policy),
            Ok(Cleaned::Kept {
                changed: None,
                wake_later: true
            })
        );
        let over = now.plus(policy.session_life).plus(policy.audit_life);
        // An account stays for as long as nobody erases it.
        let left = r#"{"first_login":1000,"last_login":1000,"sessions":[]}"#.to_owned();
        let cleaned = (KEEPER.clean)(&record, over, &policy);
        assert_eq!(
            cleaned,
            Ok(Cleaned::Kept {
                changed: Some(left),
                wake_later: false
            })
        );
    }
}
