//! What happened within the hour or the day, and when will there be room?
//!
//! Counted in slots of ten minutes: a day is 144 of them, however many texts it has. A slot counts until all of it has left the
//! window, so a window is never exceeded, and a wait may be up to ten minutes longer than it had to be.
//!
//! Not here: how much there is room for ([`super`]).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Going, Scope};
use crate::Timestamp;
use crate::money::{Amount, Prices};
use crate::policy::Policy;

const SLOT: Duration = Duration::from_secs(600);

/// What happened in one slot, or in several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slot {
    /// Texts.
    pub(super) sent: u32,
    /// Logins.
    pub(super) verified: u32,
    /// Wrong codes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) wrong: u32,
    /// What the texts cost; nothing where money is not capped.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub(super) cost: Amount,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Slot, counted from 1970 → what happened in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Slots(BTreeMap<u64, Slot>);

impl Slots {
    pub(super) fn add(&mut self, slot: u64, what: Slot) {
        let slot = self.0.entry(slot).or_default();
        *slot = slot.plus(what);
    }

    /// Takes something out of these slots again, out of the oldest that has it.
    pub(super) fn take_back(&mut self, slots: RangeInclusive<u64>, what: Slot) {
        let mut rest = what;
        for (_, slot) in self.0.range_mut(slots) {
            let part = slot.at_most(rest);
            *slot = slot.minus(part);
            rest = rest.minus(part);
        }
    }

    pub(super) fn add_all(&mut self, what: &Self) {
        for (slot, what) in &what.0 {
            self.add(*slot, *what);
        }
    }

    /// Takes all of that out again, each slot's out of that slot.
    pub(super) fn take_back_all(&mut self, what: &Self) {
        for (slot, what) in &what.0 {
            self.take_back(*slot..=*slot, *what);
        }
    }

    /// Takes all of this out of one slot that is no older, if one has it.
    pub(super) fn take(&mut self, oldest: u64, what: Slot) -> bool {
        let mut slots = self.0.range_mut(oldest..).map(|(_, slot)| slot);
        let slot = slots.find(|slot| slot.at_most(what) == what);
        slot.map(|slot| *slot = slot.minus(what)).is_some()
    }

    /// How long until `fits` holds of what the window holds, if nothing happens meanwhile; none if it does now.
    pub(super) fn wait(
        &self,
        now: Timestamp,
        window: Duration,
        fits: impl Fn(Slot) -> bool,
    ) -> Option<Duration> {
        let mut sum = self.sum(now, window);
        let mut wait = None;
        for (number, slot) in self.0.range(first_slot(now, window)..) {
            if fits(sum) {
                break;
            }
            sum = sum.minus(*slot);
            // A record may say anything: of a slot after the end of time, it is not over before then.
            let end = number.saturating_add(slots_in(window) + 1);
            let gone = Timestamp::from_secs(end.saturating_mul(SLOT.as_secs()));
            wait = Some(now.until(gone));
        }
        // Where not even nothing fits, no wait helps.
        if fits(sum) { wait } else { Some(window) }
    }

    /// What the window holds.
    pub(super) fn sum(&self, now: Timestamp, window: Duration) -> Slot {
        let inside = self.0.range(first_slot(now, window)..);
        inside.fold(Slot::default(), |sum, (_, slot)| sum.plus(*slot))
    }

    /// The texts of one slot.
    pub(super) fn sent_in(&self, slot: u64) -> u32 {
        self.0.get(&slot).map_or(0, |slot| slot.sent)
    }

    /// What a clock wrote down that was ahead for a while happened in this slot at the latest.
    pub(super) fn bring_back(&mut self, latest: u64) {
        let mut ahead = Slot::default();
        self.0.retain(|slot, what| {
            let is_over = *slot <= latest;
            if !is_over {
                ahead = ahead.plus(*what);
            }
            is_over
        });
        if ahead != Slot::default() {
            self.add(latest, ahead);
        }
    }

    pub(super) fn forget_before(&mut self, oldest: u64) {
        self.0.retain(|slot, _| *slot >= oldest);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(super) fn sent(&self) -> Vec<u32> {
        self.0.values().map(|slot| slot.sent).collect()
    }
}

impl Slot {
    /// One text. What it costs is the site's business only.
    pub(super) fn text(scope: Scope, going: Going<'_>, policy: &Policy) -> Self {
        Self::priced(scope, policy, |prices| prices.of(going))
    }

    /// One text to wherever it costs the most.
    pub(super) fn dearest(scope: Scope, policy: &Policy) -> Self {
        Self::priced(scope, policy, Prices::highest)
    }

    fn priced(scope: Scope, policy: &Policy, price: impl Fn(&Prices) -> Amount) -> Self {
        let cap = policy.spend_cap.as_ref();
        let cap = cap.filter(|_| scope == Scope::Site);
        Self {
            sent: 1,
            cost: cap.map_or(Amount::ZERO, |cap| price(&cap.prices)),
            ..Self::default()
        }
    }

    /// So many texts.
    pub(super) fn times(self, n: u32) -> Self {
        Self {
            sent: self.sent.saturating_mul(n),
            cost: self.cost.times(n),
            ..self
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_add(other.sent),
            verified: self.verified.saturating_add(other.verified),
            wrong: self.wrong.saturating_add(other.wrong),
            cost: self.cost.plus(other.cost),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_sub(other.sent),
            verified: self.verified.saturating_sub(other.verified),
            wrong: self.wrong.saturating_sub(other.wrong),
            cost: self.cost.minus(other.cost),
        }
    }

    /// The part of the other that is in this one.
    fn at_most(self, other: Self) -> Self {
        Self {
            sent: self.sent.min(other.sent),
            verified: self.verified.min(other.verified),
            wrong: self.wrong.min(other.wrong),
            cost: self.cost.min(other.cost),
        }
    }
}

pub(super) fn slot_of(now: Timestamp) -> u64 {
    now.as_secs() / SLOT.as_secs()
}

pub(super) fn slots_in(window: Duration) -> u64 {
    window.as_secs() / SLOT.as_secs()
}

/// The oldest slot of the window that ends now.
pub(super) fn first_slot(now: Timestamp, window: Duration) -> u64 {
    slot_of(now).saturating_sub(slots_in(window))
}
