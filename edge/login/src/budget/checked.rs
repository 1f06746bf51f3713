//! What became of the codes, and is somebody guessing them?
//!
//! No number's own limits stop somebody who tries five codes on each of a hundred thousand numbers. But people get their codes
//! right, and whoever guesses gets all but one in a million wrong, so the share of wrong codes among all that the site has checked
//! within the hour tells the two apart (R33).
//!
//! Not here: how many of one number's codes may be tried ([`crate::attempt`]).

use serde::{Deserialize, Serialize};

use super::slots::{Slot, slot_of};
use super::{BudgetRecord, Scope};
use crate::alert::Alert;
use crate::policy::HOUR;
use crate::step::{Record as _, Step};
use crate::{Policy, Timestamp};

/// Writes down what became of codes that the provider has looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// So many signed somebody in: their texts were worth it.
    pub right: u32,
    /// So many were not the ones. Only the site's budget is told.
    pub wrong: u32,
    /// Whether they went by e-mail, and it is the budget of those that is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) email: bool,
    /// Whether a shard is to gather them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) shard: bool,
}

impl Step for Checked {
    const NAME: &'static str = "checked";
    type Record = BudgetRecord;
    /// What a shard has gathered, if it is time to tell its budget.
    type Reply = Option<Self>;

    fn apply(self, record: &mut BudgetRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        if self.shard {
            return record.shard.gather(self, now);
        }
        let checked = Slot {
            verified: self.right,
            wrong: self.wrong,
            ..Slot::default()
        };
        record.slots.add(slot_of(now), checked);
        let scope = if self.email {
            Scope::Email
        } else {
            Scope::Site
        };
        record.watch_attack(scope, now, policy);
        None
    }
}

impl Checked {
    /// So many that were right and wrong.
    pub fn new(right: u32, wrong: u32) -> Self {
        Self {
            right,
            wrong,
            email: false,
            shard: false,
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            shard: false,
            email: self.email || other.email,
            right: self.right.saturating_add(other.right),
            wrong: self.wrong.saturating_add(other.wrong),
        }
    }
}

impl BudgetRecord {
    /// Whether codes are being guessed all over the site.
    pub fn under_attack(&self, now: Timestamp, policy: &Policy) -> bool {
        let hour = self.slots.sum(now, HOUR);
        policy.looks_guessed(hour.wrong, hour.verified)
    }

    /// Tells of an attack on the codes of a budget that begins, and of one that is over once something else happens.
    pub(super) fn watch_attack(&mut self, scope: Scope, now: Timestamp, policy: &Policy) {
        let attacked = self.under_attack(now, policy);
        let news = self.watch.attack(attacked, slot_of(now));
        self.due.extend(news.map(|what| Alert::of(what, scope, "")));
    }
}
