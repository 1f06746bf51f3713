//! How do several objects hand out the texts of one budget?
//!
//! An object takes some hundred steps a second, and every text of a site is a step of its budget. So the budgets of the site, of its
//! e-mails and of a country may have shards. A shard is lent a few texts at once and hands them out by itself. The budget counts them when it lends
//! them, in the slot of that moment, and the lease ends with the slot: so what all shards hand out is never more than was counted,
//! and is never counted for a shorter time than it has to be. What a shard has left then goes back with its next question. In the last
//! moment of a slot it lends texts of the next one, or all shards would ask for each text at the same time.
//!
//! Not here: whether there is a text ([`super::Spend`]); which shard is asked ([`crate::journey`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::checked::Checked;
use super::slots::{Slot, Slots, slot_of};
use super::watch::Gauge;
use super::{Budget, BudgetRecord, Scope, Spent};
use crate::policy::{DAY, HOUR};
use crate::{ChallengeId, Policy, Timestamp};

/// By how much sooner a lease ends than its slot, and the next one's begins: the clocks of two objects may differ.
pub(super) const MARGIN: Duration = Duration::from_secs(2);
/// How long a lease may be on its way. Meanwhile the shard's texts are asked for one by one.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a shard tells what became of codes.
const TELL_EVERY: Duration = Duration::from_secs(1);

impl Budget {
    /// The shard that hands out the texts of this challenge, if there are any.
    pub(crate) fn shard(&self, challenge: &ChallengeId, policy: &Policy) -> Option<Self> {
        let shared = matches!(self.scope, Scope::Country | Scope::Site | Scope::Email);
        let shards = policy.sharding.shards;
        // Ids are random, and so are their sums.
        let sum: u32 = challenge.as_str().bytes().map(u32::from).sum();
        (shared && shards > 1).then(|| Self {
            scope: self.scope,
            key: format!("{}/{}", self.key, sum % shards),
        })
    }
}

/// What a shard knows. A budget without shards, and one that has them, knows nothing of the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shard {
    /// The slot in which the budget has counted them → the texts that are left, and what they may cost.
    #[serde(default, skip_serializing_if = "Slots::is_empty")]
    left: Slots,
    /// Since when a lease is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Timestamp>,
    /// What the budget does not know yet.
    #[serde(default)]
    untold: Checked,
    /// When the budget was last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Timestamp>,
}

impl Shard {
    pub(super) fn forget_before(&mut self, oldest: u64, now: Timestamp) {
        self.left.forget_before(oldest);
        let old = |at: &mut Timestamp| now.since(*at) >= DAY;
        self.asked.take_if(old);
        if self.told.take_if(old).is_some() {
            self.untold = Checked::default();
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// Hands out a text, if one is left; else gives back what is of no use any more, and asks.
    pub(super) fn draw(&mut self, text: Slot, now: Timestamp) -> Spent {
        if self.left.take(slot_of(now.plus(MARGIN)), text) {
            return Spent::default();
        }
        let wants_lease = due(self.asked, PATIENCE, now);
        if wants_lease {
            self.asked = Some(now);
        }
        Spent {
            ask: true,
            wants_lease,
            texts: std::mem::take(&mut self.left),
            busy: None,
        }
    }

    /// The lease has come.
    pub(super) fn keep(&mut self, lease: &Slots) {
        self.asked = None;
        self.left.add_all(lease);
    }

    /// What the budget is to be told, if it is time to.
    pub(super) fn gather(&mut self, checked: Checked, now: Timestamp) -> Option<Checked> {
        self.untold = self.untold.plus(checked);
        due(self.told, TELL_EVERY, now).then(|| {
            self.told = Some(now);
            std::mem::take(&mut self.untold)
        })
    }
}

fn due(last: Option<Timestamp>, wait: Duration, now: Timestamp) -> bool {
    last.is_none_or(|last| now.since(last) >= wait)
}

impl BudgetRecord {
    /// Lends a shard as many texts as each has had lately: in this slot, or in the one before, of which this may be the beginning.
    ///
    /// None where each text must be judged by itself, so that a limit can be used up to its last one and nothing is decided by what
    /// shards may never hand out: where the texts would not fit, would look pumped or would need a proof if all shards had as many.
    pub(super) fn lend(&mut self, scope: Scope, now: Timestamp, policy: &Policy) -> Slots {
        let mut lease = Slots::default();
        // A text that is handed out before its slot begins is counted for longer than it has to be, and never shorter.
        let slot = slot_of(now.plus(MARGIN));
        let sharding = policy.sharding;
        let lately = slot.saturating_sub(1)..=slot;
        let lately = lately.map(|slot| self.slots.sent_in(slot)).max();
        let texts = lately.unwrap_or_default() / sharding.shards.max(1);
        let texts = texts.min(sharding.lease);
        let dearest = Slot::dearest(scope, policy);
        let all = dearest.times(texts.saturating_mul(sharding.shards));
        let fits = |(gauge, most): (Gauge, u64)| {
            gauge.read(self.slots.sum(now, gauge.window()).plus(all)) <= most
        };
        let hour = self.slots.sum(now, HOUR).plus(all);
        let lends = texts > 0
            && Gauge::limits(scope, policy).into_iter().all(fits)
            && !policy.looks_pumped(scope, hour.sent, hour.verified)
            && self.work_for(scope, all, now, policy) <= policy.work_of_everybody();
        if lends {
            lease.add(slot, dearest.times(texts));
            self.slots.add_all(&lease);
        }
        lease
    }
}

#[cfg(test)]
mod game;
#[cfg(test)]
mod tests;
