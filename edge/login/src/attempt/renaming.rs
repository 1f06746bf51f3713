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

use super::DestinationRecord;
use crate::index::DestinationName;
use crate::policy::DAY;
use crate::step::{Record as _, Step, read, write};
use crate::{Policy, Refusal, Timestamp, UserId};

/// That a record has moved, or is about to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    what: What,
    /// The other name.
    name: DestinationName,
    at: Timestamp,
}

/// What became of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// It came from there.
    Came,
    /// It is being moved there.
    Leaving,
    /// It is there.
    Gone,
    /// It is there, and opens an account. Such a mark stays, for a worker that is set back to the old key.
    GoneWithAccount,
}

impl What {
    /// Whether the mark goes after a day, which is longer than any deployment and any request takes.
    fn fades(self) -> bool {
        matches!(self, Self::Came | Self::Gone)
    }
}

/// One step of a move. One type for all three of them: each costs its code on both sides of the way to the record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Begins to move the record, or finds it half moved.
    Begin {
        /// Its new name.
        to: DestinationName,
    },
    /// Becomes the copy of the record under another name, if nobody has brought it here before.
    Adopt {
        /// The other name.
        from: DestinationName,
        /// The copy, from [`Moved::Copy`].
        copy: String,
    },
    /// Forgets all but where the record went, now that it is there.
    End {
        /// Where.
        to: DestinationName,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// All of this is to be moved: the record as it is stored, which the worker only carries.
    Copy(String),
    /// Nothing is left here: it is there.
    Gone(DestinationName),
    /// It is here, and opens this account.
    Here(Option<UserId>),
}

impl Step for Move {
    const NAME: &'static str = "move";
    type Record = DestinationRecord;
    type Reply = Result<Moved, Refusal>;

    fn apply(self, record: &mut DestinationRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        match self {
            Self::Begin { to } => record.begin(to, now),
            Self::Adopt { from, copy } => record.adopt(from, &copy, now),
            Self::End { to } => record.end(to),
        }
    }
}

impl DestinationRecord {
    fn begin(&mut self, to: DestinationName, now: Timestamp) -> Result<Moved, Refusal> {
        if let Some(mark) = &self.mark {
            match mark.what {
                What::Gone | What::GoneWithAccount => return Ok(Moved::Gone(mark.name.clone())),
                What::Leaving if mark.name == to => return Ok(Moved::Copy(self.copy())),
                What::Leaving => return Err(Refusal::Unavailable),
                What::Came => {}
            }
        }
        self.mark = None;
        let gone = self.is_blank();
        self.mark = Some(Mark {
            what: if gone { What::Gone } else { What::Leaving },
            name: to.clone(),
            at: now,
        });
        Ok(if gone {
            Moved::Gone(to)
        } else {
            Moved::Copy(self.copy())
        })
    }

    fn adopt(
        &mut self,
        from: DestinationName,
        copy: &str,
        now: Timestamp,
    ) -> Result<Moved, Refusal> {
        if self.has_left() {
            return Err(Refusal::Unavailable);
        }
        let brought = matches!(&self.mark, Some(mark) if mark.name == from);
        // An account that is here already came first, and the number is its own.
        if !brought && self.user.is_none() {
            // What cannot be read is of another version: never to be taken for a blank record.
            *self = read(copy).map_err(|_| Refusal::Unavailable)?;
            self.mark = Some(Mark {
                what: What::Came,
                name: from,
                at: now,
            });
        }
        Ok(Moved::Here(self.user.clone()))
    }

    fn end(&mut self, to: DestinationName) -> Result<Moved, Refusal> {
        match &self.mark {
            Some(mark) if mark.name == to => match mark.what {
                What::Leaving => {}
                What::Gone | What::GoneWithAccount => return Ok(Moved::Gone(to)),
                What::Came => return Err(Refusal::Unavailable),
            },
            _ => return Err(Refusal::Unavailable),
        }
        let what = if self.user.is_some() {
            What::GoneWithAccount
        } else {
            What::Gone
        };
        let mark = self.mark.take().map(|mark| Mark { what, ..mark });
        *self = Self {
            mark,
            ..Self::default()
        };
        Ok(Moved::Gone(to))
    }

    /// Whether the record takes no steps any more but those of a move.
    pub(super) fn has_left(&self) -> bool {
        matches!(&self.mark, Some(mark) if mark.what != What::Came)
    }

    /// Drops a mark that nobody can ask about any more.
    pub(super) fn prune_mark(&mut self, now: Timestamp) {
        self.mark
            .take_if(|mark| mark.what.fades() && now.since(mark.at) >= DAY);
    }

    /// Whether [`DestinationRecord::prune_mark`] will have something to do.
    pub(super) fn has_mark_to_forget(&self) -> bool {
        matches!(&self.mark, Some(mark) if mark.what.fades())
    }

    /// The record as it is stored, without its mark.
    fn copy(&mut self) -> String {
        let mark = self.mark.take();
        let copy = write(self);
        self.mark = mark;
        copy
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1000);

    fn name(text: &str) -> DestinationName {
        serde_json::from_str(&format!("{text:?}")).unwrap()
    }

    fn user(letter: char) -> UserId {
        UserId::from(format!("usr_{letter}"))
    }

    fn of(letter: char) -> DestinationRecord {
        DestinationRecord {
            user: Some(user(letter)),
            ..DestinationRecord::default()
        }
    }

    #[test]
    fn r53_a_record_that_is_leaving_goes_to_one_name_and_ends_nowhere_else() {
        let mut record = of('a');
        let copy = Ok(Moved::Copy(write(&of('a'))));
        assert!(!record.has_left());
        assert_eq!(record.begin(name("new"), NOW), copy);
        assert!(record.has_left());
        assert_eq!(record.begin(name("other"), NOW), Err(Refusal::Unavailable));
        assert_eq!(record.end(name("other")), Err(Refusal::Unavailable));
        assert_eq!(record.begin(name("new"), NOW), copy, "nothing is lost yet");
        let gone = Ok(Moved::Gone(name("new")));
        assert_eq!(record.end(name("new")), gone);
        assert_eq!(record.user, None);
        assert_eq!(record.end(name("new")), gone, "and again");
        assert_eq!(record.begin(name("other"), NOW), gone);
        assert!(record.has_left());
    }

    #[test]
    fn r53_a_copy_is_adopted_once_and_never_over_an_account() {
        let mut fresh = DestinationRecord::default();
        for copy in [of('a'), of('b')] {
            let adopted = fresh.adopt(name("old"), &write(&copy), NOW);
            assert_eq!(adopted, Ok(Moved::Here(Some(user('a')))), "the first stays");
        }
        assert!(!fresh.has_left());
        let adopted = of('c').adopt(name("old"), &write(&of('a')), NOW);
        assert_eq!(adopted, Ok(Moved::Here(Some(user('c')))), "it came first");
        let mut nobodys = DestinationRecord::default();
        for copy in [DestinationRecord::default(), of('a')] {
            let adopted = nobodys.adopt(name("old"), &write(&copy), NOW);
            assert_eq!(adopted, Ok(Moved::Here(None)), "it has been brought");
        }
        let mut leaving = of('a');
        leaving.begin(name("new"), NOW).unwrap();
        let adopted = leaving.adopt(name("old"), &write(&of('b')), NOW);
        assert_eq!(adopted, Err(Refusal::Unavailable));
    }

    #[test]
    fn r53_r64_a_mark_fades_after_a_day_unless_an_account_has_gone_that_way_or_is_about_to() {
        let cases = [
            (What::Came, true),
            (What::Gone, true),
            (What::Leaving, false),
            (What::GoneWithAccount, false),
        ];
        let last = Timestamp::from_millis(NOW.plus(DAY).as_millis() - 1);
        let long = NOW.plus(Duration::from_secs(1_000_000_000));
        for (what, fades) in cases {
            for (now, over) in [(last, false), (NOW.plus(DAY), fades), (long, fades)] {
                let mut record = DestinationRecord {
                    mark: Some(Mark {
                        what,
                        name: name("other"),
                        at: NOW,
                    }),
                    ..DestinationRecord::default()
                };
                assert_eq!(record.has_mark_to_forget(), fades, "{what:?}");
                record.prune_mark(now);
                assert_eq!(record.mark.is_none(), over, "{what:?} {now:?}");
            }
        }
    }
}
