//! How does a number's record get another name, when the key is replaced that names are made with?
//!
//! Whoever knows the new key moves the record before doing anything else with the number. *Begin*: the record under the old name
//! hands out a copy of itself and takes no other step any more. *Adopt*: the record under the new name becomes that copy, once.
//! *End*: the old one keeps nothing but where it went. If the worker dies in between, whoever comes next begins again and finds it
//! half done. Even a record that never was is marked as gone, so that a worker that does not know the new key yet cannot begin one
//! there: two records of one number would be two accounts (R53).
//!
//! Not here: when it is done ([`crate::journey`]).

use serde::{Deserialize, Serialize};

use super::PhoneRecord;
use crate::index::PhoneName;
use crate::policy::DAY;
use crate::step::{Record as _, Step};
use crate::{Policy, Refusal, Timestamp, UserId};

/// Where a record goes, or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Leaving {
    to: PhoneName,
    at: Timestamp,
    /// Whether it is there.
    gone: bool,
    /// Whether it opened an account. Such a mark stays, for a worker that is set back to the old key; others go after a day.
    had_user: bool,
}

/// Where a record came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    from: PhoneName,
    at: Timestamp,
}

/// Begins to move the record, or finds it half moved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BeginMove {
    /// Its new name.
    pub to: PhoneName,
}

/// What there is to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begun {
    /// All of this.
    Copy(Box<PhoneRecord>),
    /// Nothing: it is there.
    Gone(PhoneName),
}

impl Step for BeginMove {
    const NAME: &'static str = "begin-move";
    type Record = PhoneRecord;
    type Reply = Result<Begun, Refusal>;

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        if let Some(leaving) = &record.leaving {
            return if leaving.gone {
                Ok(Begun::Gone(leaving.to.clone()))
            } else if leaving.to == self.to {
                Ok(Begun::Copy(Box::new(record.without_marks())))
            } else {
                Err(Refusal::Unavailable)
            };
        }
        let copy = record.without_marks();
        let gone = copy.is_blank();
        record.leaving = Some(Leaving {
            to: self.to.clone(),
            at: now,
            gone,
            had_user: record.user.is_some(),
        });
        Ok(if gone {
            Begun::Gone(self.to)
        } else {
            Begun::Copy(Box::new(copy))
        })
    }
}

/// Becomes the copy of the record under another name, if nobody has brought it here before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Adopt {
    /// The other name.
    pub from: PhoneName,
    /// The copy.
    pub copy: Box<PhoneRecord>,
}

impl Step for Adopt {
    const NAME: &'static str = "adopt";
    type Record = PhoneRecord;
    /// The account that the number opens now.
    type Reply = Result<Option<UserId>, Refusal>;

    fn apply(self, record: &mut PhoneRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        if record.leaving.is_some() {
            return Err(Refusal::Unavailable);
        }
        let brought = matches!(&record.origin, Some(origin) if origin.from == self.from);
        // An account that is here already came first, and the number is its own.
        if !brought && record.user.is_none() {
            *record = *self.copy;
            record.origin = Some(Origin {
                from: self.from,
                at: now,
            });
        }
        Ok(record.user.clone())
    }
}

/// Forgets all but where the record went, now that it is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndMove {
    /// Where.
    pub to: PhoneName,
}

impl Step for EndMove {
    const NAME: &'static str = "end-move";
    type Record = PhoneRecord;
    type Reply = ();

    fn apply(self, record: &mut PhoneRecord, _: Timestamp, _: &Policy) {
        if let Some(leaving) = record.leaving.take_if(|leaving| leaving.to == self.to) {
            *record = PhoneRecord {
                leaving: Some(Leaving {
                    gone: true,
                    ..leaving
                }),
                ..PhoneRecord::default()
            };
        }
    }
}

impl PhoneRecord {
    /// Whether the record takes no steps any more but those of its move.
    pub(super) fn has_left(&self, step: &str) -> bool {
        self.leaving.is_some() && ![BeginMove::NAME, EndMove::NAME].contains(&step)
    }

    /// Drops the marks that nobody can ask about any more: a day is longer than any deployment and any request takes.
    pub(super) fn prune_marks(&mut self, now: Timestamp) {
        let over = |at: Timestamp| now.since(at) >= DAY;
        self.origin.take_if(|origin| over(origin.at));
        self.leaving
            .take_if(|leaving| leaving.gone && !leaving.had_user && over(leaving.at));
    }

    /// Whether [`PhoneRecord::prune_marks`] will have something to do.
    pub(super) fn has_marks_to_forget(&self) -> bool {
        let fades = |leaving: &Leaving| leaving.gone && !leaving.had_user;
        self.origin.is_some() || self.leaving.as_ref().is_some_and(fades)
    }

    fn without_marks(&self) -> Self {
        Self {
            origin: None,
            leaving: None,
            ..self.clone()
        }
    }
}
