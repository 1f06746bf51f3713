//! Which number and which address open an account, and how does it get others?
//!
//! The user's record has the last word. *Begin*: it counts the change and remembers its challenge. Then the new number is proved, and
//! its record claims the account ([`crate::attempt::check`]). *Finish*: the user's record takes the new number, and remembers the one
//! before for as long as there is a way back. An address is changed in the same way, beside the number; where there was none before,
//! there is nothing to go back to.
//! If the worker dies in between, the same request again finishes it, and so does a login
//! with the new number, which comes with the claim. Of changes under way, the first that is finished ends the others.
//!
//! *The way back*: somebody signs in with the number before. It opens the account again, whatever was changed since is as it was, all
//! sessions end, and the passkeys go: nobody can tell which of them are the other's. Whoever steals a session may give the account a
//! number or an address of their own, so there is no way back to one that has not been there for long, nor to an address from a change by
//! whoever proved the number (`UserRecord::leaves_no_way_back`).
//!
//! Not here: that an account is named by no more than one number's record at a time: it may be, but only one of them opens it, or two
//! while there is a way back.

use serde::{Deserialize, Serialize};

use super::UserRecord;
use super::audit::{Act, Outcome};
use crate::alert::Changed;
use crate::index::DestinationName;
use crate::policy::DAY;
use crate::step::{Record as _, Step, write};
use crate::{ChallengeId, Policy, Refusal, SessionId, Timestamp, UserId, Way};

/// How many numbers are remembered that an account had before; the oldest makes room. More than fit into the way back.
const FORMER: usize = 50;

/// A change of number or of address, for as long as it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    /// The challenge that proves the new number.
    challenge: ChallengeId,
    /// The session that began it. With the session, it ends.
    session: SessionId,
    begun: Timestamp,
    /// Whose notice it is.
    subject: UserId,
    /// The last two digits of the new number, which the notice tells. A change without them is one of address, of which it tells nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    /// Whether nothing comes of it any more: another was finished, or it was undone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    over: bool,
    /// When it was finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    done: Option<Timestamp>,
    /// What was there before, for as long as the change counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<DestinationName>,
    /// Whether that is no way back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    one_way: bool,
}

/// What a number is to an account, when its record names the account.
enum Bond {
    /// It opens it.
    Opens,
    /// It opens an account that nothing opens yet.
    First,
    /// It has claimed it by the change at this place, which can be finished.
    Claims(usize),
    /// It opened it until the change at this place.
    WayBack(usize),
}

/// One step of a change of number or address. One type for all of them: each costs its code on both sides of the way to the record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeDestination {
    /// Begins a change of this account by a session that was opened lately: the challenge that will prove what is new, and if that is a
    /// number, its last two digits.
    Begin(SessionId, ChallengeId, UserId, Option<String>),
    /// Nobody was asked to send the text of this challenge: its change was none.
    Drop(ChallengeId),
    /// Finishes a change by a session, now that the number's record has claimed the account: the challenge that proved the new number, the
    /// number, and whether all other sessions end. Doing it again changes nothing.
    Finish(SessionId, ChallengeId, DestinationName, bool),
    /// Asks whether a number, whose record names the account by this claim, opens it or may come to. A no is final for that claim.
    Owns(DestinationName, Option<ChallengeId>),
}

impl Step for ChangeDestination {
    const NAME: &'static str = "change-number";
    type Record = UserRecord;
    type Reply = Result<(), Refusal>;

    fn apply(self, record: &mut UserRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        match self {
            Self::Begin(by, challenge, subject, ends) => {
                let opened = record.living(&by, now, policy)?.opened;
                if now.since(opened) >= policy.recent_login {
                    return Err(Refusal::LoginTooOld);
                }
                record.may_begin_a_change(now, policy)?;
                record.changes.push(Change {
                    challenge,
                    session: by,
                    begun: now,
                    subject,
                    ends,
                    over: false,
                    done: None,
                    from: None,
                    one_way: false,
                });
                Ok(())
            }
            Self::Drop(challenge) => {
                let begun = |it: &Change| it.challenge == challenge && it.under_way();
                record.changes.retain(|change| !begun(change));
                Ok(())
            }
            Self::Finish(by, challenge, number, end_others) => {
                record.living(&by, now, policy)?;
                match record.change_under_way(&challenge, now, policy) {
                    Some(place) => {
                        record.finish(place, number, Some(&by), now, policy);
                        if end_others {
                            record.end_all_but(Some(&by), now);
                        }
                        Ok(())
                    }
                    None if record.slot(&number).as_ref() == Some(&number) => Ok(()),
                    None => Err(Refusal::NoChallenge),
                }
            }
            Self::Owns(number, claim) => {
                record.bond(&number, claim.as_ref(), now, policy).map(drop)
            }
        }
    }
}

impl UserRecord {
    /// Lets a login in, with a number whose record names the account, which was decided at that moment.
    pub(super) fn admit(
        &mut self,
        name: DestinationName,
        claim: Option<&ChallengeId>,
        at: Timestamp,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<(), Refusal> {
        match self.bond(&name, claim, now, policy)? {
            Bond::Opens => {}
            Bond::First => {
                let slot = self.slot(&name);
                *slot = Some(name);
            }
            Bond::Claims(place) => {
                self.finish(place, name, None, now, policy);
                // Whether they were to end was asked in a request that died.
                self.end_where(|_| true, now);
            }
            Bond::WayBack(place) => self.undo(place, at, now),
        }
        Ok(())
    }

    fn bond(
        &self,
        name: &DestinationName,
        claim: Option<&ChallengeId>,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Bond, Refusal> {
        let left =
            |change: &Change| change.from.as_ref() == Some(name) && change.leads_back(now, policy);
        if self.number.as_ref() == Some(name) || self.email.as_ref() == Some(name) {
            Ok(Bond::Opens)
        } else if self.gone.is_some() {
            Err(Refusal::Disowned)
        } else if let Some(place) = self.changes.iter().rposition(left) {
            Ok(Bond::WayBack(place))
        } else if let Some(claim) = claim {
            self.change_under_way(claim, now, policy)
                .map(Bond::Claims)
                .ok_or(Refusal::Disowned)
        } else if self.number.is_none() && self.email.is_none() {
            Ok(Bond::First)
        } else {
            Err(Refusal::Disowned)
        }
    }

    /// The place of the number, or of the address, if that is what is named.
    fn slot(&mut self, name: &DestinationName) -> &mut Option<DestinationName> {
        self.slot_of(name.is_of_an_address())
    }

    fn slot_of(&mut self, address: bool) -> &mut Option<DestinationName> {
        if address {
            &mut self.email
        } else {
            &mut self.number
        }
    }

    fn may_begin_a_change(&self, now: Timestamp, policy: &Policy) -> Result<(), Refusal> {
        let today = self.changes.iter().rev().map(|change| change.begun);
        let mut today = today.filter(|begun| now.since(*begun) < DAY);
        match today.nth(policy.changes_per_day.saturating_sub(1)) {
            Some(oldest) => Err(Refusal::TooManyChanges(now.until(oldest.plus(DAY)))),
            None => Ok(()),
        }
    }

    fn change_under_way(
        &self,
        challenge: &ChallengeId,
        now: Timestamp,
        policy: &Policy,
    ) -> Option<usize> {
        let lives = |id: &SessionId| {
            let mut sessions = self.sessions.iter();
            sessions.any(|session| session.id == *id && session.lives(now, policy))
        };
        self.changes.iter().position(|change| {
            change.challenge == *challenge
                && change.under_way()
                && now.since(change.begun) < policy.change_life
                && lives(&change.session)
        })
    }

    /// The number or address opens the account from now on. That it does already is no change.
    fn finish(
        &mut self,
        place: usize,
        name: DestinationName,
        session: Option<&SessionId>,
        now: Timestamp,
        policy: &Policy,
    ) {
        self.end_changes_under_way();
        let one_way = self.leaves_no_way_back(place, now, policy);
        let slot = self.slot(&name);
        if slot.as_ref() == Some(&name) {
            return;
        }
        let before = slot.replace(name);
        if let Some(change) = self.changes.get_mut(place) {
            change.over = false;
            change.done = Some(now);
            change.one_way = one_way && before.is_some();
            change.from = before;
            self.notices.push(change.notice(now, false));
            let act = if change.is_of_an_address() {
                Act::EmailChanged
            } else {
                Act::NumberChanged
            };
            self.note(act, Outcome::Done, session, now);
        }
    }

    /// Whether whoever makes the change at that place has proved something else that opens the account, and that is worth more than what
    /// the change takes away: a number is worth more than an address, and an address more than a number that was brought here lately.
    /// Or else a thief who once added a number of theirs could undo for a week whatever its owner does about it.
    fn leaves_no_way_back(&self, place: usize, now: Timestamp, policy: &Policy) -> bool {
        let Some(change) = self.changes.get(place) else {
            return false;
        };
        let mut sessions = self.sessions.iter();
        let session = sessions.find(|session| session.id == change.session);
        let proved_an_address = session.is_some_and(|it| it.way == Way::Email);
        let brings_a_number = |it: &Change| !it.is_of_an_address() && it.is_recent(now, policy);
        match (change.is_of_an_address(), proved_an_address) {
            (true, false) => true,
            (false, true) => self.changes.iter().any(brings_a_number),
            (true, true) | (false, false) => false,
        }
    }

    /// The number before the change at that place opens the account again, unless the login with it is from before the change. What was
    /// changed after it goes back as well: the latest first.
    fn undo(&mut self, place: usize, at: Timestamp, now: Timestamp) {
        let Some(change) = self.changes.get(place) else {
            return;
        };
        if change.done.is_none_or(|done| at <= done) {
            return;
        }
        let act = if change.is_of_an_address() {
            Act::EmailChangeUndone
        } else {
            Act::NumberChangeUndone
        };
        self.notices.push(change.notice(now, true));
        self.end_changes_under_way();
        let mut undone = self.changes.split_off(place);
        for change in undone.iter_mut().rev() {
            if change.done.is_some() && !change.over {
                let slot = self.slot_of(change.is_of_an_address());
                let left = std::mem::replace(slot, change.from.take());
                self.former.extend(left);
            }
            change.over = true;
        }
        self.changes.append(&mut undone);
        self.end_where(|_| true, now);
        self.passkeys.clear();
        self.note(act, Outcome::Done, None, now);
    }

    fn end_changes_under_way(&mut self) {
        for change in &mut self.changes {
            change.over |= change.under_way();
        }
    }

    /// Forgets changes that count for nothing any more, but not what the account had: the records of that may still name it.
    pub(super) fn prune_changes(&mut self, now: Timestamp, policy: &Policy) {
        let counts =
            |change: &Change| now.since(change.begun) < DAY || change.is_recent(now, policy);
        let forgotten = self.changes.extract_if(.., |change| !counts(change));
        self.former
            .extend(forgotten.filter_map(|change| change.from));
        let surplus = self.former.len().saturating_sub(FORMER);
        self.former.drain(..surplus);
    }

    /// The places where the name of a number's record is kept.
    pub(super) fn numbers_mut(&mut self) -> impl Iterator<Item = &mut DestinationName> {
        let left = self.changes.iter_mut().filter_map(|it| it.from.as_mut());
        let waiting = self.gone.iter_mut().flat_map(|gone| &mut gone.numbers);
        let own = self.number.iter_mut().chain(&mut self.email).chain(left);
        own.chain(&mut self.former).chain(waiting)
    }
}

impl Change {
    fn under_way(&self) -> bool {
        !self.over && self.done.is_none()
    }

    fn is_of_an_address(&self) -> bool {
        self.ends.is_none()
    }

    /// Whether it was finished so lately that it may be undone.
    fn is_recent(&self, now: Timestamp, policy: &Policy) -> bool {
        let lately = |done: Timestamp| now.since(done) < policy.way_back;
        !self.over && self.done.is_some_and(lately)
    }

    /// Whether what was there before still opens the account.
    fn leads_back(&self, now: Timestamp, policy: &Policy) -> bool {
        self.from.is_some() && !self.one_way && self.is_recent(now, policy)
    }

    /// What is told of it, as it is logged and posted.
    fn notice(&self, now: Timestamp, undone: bool) -> String {
        write(&Changed {
            event: if self.is_of_an_address() {
                "email_changed"
            } else {
                "number_changed"
            },
            subject: &self.subject,
            ends: self.ends.as_deref(),
            at: now.as_secs(),
            undone,
        })
    }
}

#[cfg(test)]
mod tests;
