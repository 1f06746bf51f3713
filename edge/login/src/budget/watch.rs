//! When is the operator to be told about a budget?
//!
//! Once each time that half of a limit, four fifths or all of it is used up; once when pumping closes a prefix or country and
//! when it opens again; and the same of codes being guessed all over the site. What was told is remembered for as long as the window is, so that a budget that stays near its limit
//! says so once an hour or once a day, and not with every text. Not here: the words ([`crate::alert`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::slots::{Slot, slot_of, slots_in};
use super::{BudgetRecord, Scope};
use crate::Timestamp;
use crate::alert::{Alert, Used, What};
use crate::policy::{ALERT_STAGES, DAY, HOUR, Policy};

/// What a limit is a limit of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Gauge {
    TextsPerHour,
    TextsPerDay,
    CostPerHour,
    CostPerDay,
}

impl Gauge {
    /// All limits of a budget.
    pub(super) fn limits(scope: Scope, policy: &Policy) -> Vec<(Self, u64)> {
        let texts = policy.budget(scope);
        let mut limits = vec![
            (Self::TextsPerHour, texts.per_hour.into()),
            (Self::TextsPerDay, texts.per_day.into()),
        ];
        if let (Scope::Site, Some(cap)) = (scope, &policy.spend_cap) {
            limits.push((Self::CostPerHour, cap.per_hour.ten_thousandths()));
            limits.push((Self::CostPerDay, cap.per_day.ten_thousandths()));
        }
        limits
    }

    pub(super) fn window(self) -> Duration {
        match self {
            Self::TextsPerHour | Self::CostPerHour => HOUR,
            Self::TextsPerDay | Self::CostPerDay => DAY,
        }
    }

    pub(super) fn read(self, sum: Slot) -> u64 {
        match self {
            Self::TextsPerHour | Self::TextsPerDay => sum.sent.into(),
            Self::CostPerHour | Self::CostPerDay => sum.cost.ten_thousandths(),
        }
    }

    fn used(self, stage: u8, scope: Scope, policy: &Policy) -> Used {
        let window = match self {
            Self::TextsPerHour | Self::CostPerHour => "hour",
            Self::TextsPerDay | Self::CostPerDay => "day",
        };
        let texts = policy.budget(scope);
        let (unit, limit) = match (self, &policy.spend_cap) {
            (Self::TextsPerDay, _) => ("texts", texts.per_day.to_string()),
            (Self::CostPerHour, Some(cap)) => (cap.currency.as_str(), cap.per_hour.to_string()),
            (Self::CostPerDay, Some(cap)) => (cap.currency.as_str(), cap.per_day.to_string()),
            (Self::TextsPerHour, _) | (_, None) => ("texts", texts.per_hour.to_string()),
        };
        Used {
            window,
            unit: unit.to_owned(),
            limit,
            stage,
        }
    }
}

/// What the operator was told of one budget, and in which slot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Watch {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    raised: Vec<Raised>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pause: Option<Spell>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attack: Option<Spell>,
}

/// The highest stage that was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Raised {
    gauge: Gauge,
    stage: u8,
    slot: u64,
}

/// Something that began in that slot and ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Spell {
    slot: u64,
    over: bool,
}

impl Spell {
    /// Whether it is news that it lasts.
    fn lasts(spell: &mut Option<Self>, now: u64) -> bool {
        let told = |spell: &Self| now <= spell.slot + slots_in(HOUR);
        if spell.as_ref().is_some_and(told) {
            return false;
        }
        *spell = Some(Self {
            slot: now,
            over: false,
        });
        true
    }

    /// Whether it is news that it is over.
    fn ends(spell: &mut Option<Self>) -> bool {
        let lasting = spell.as_mut().filter(|spell| !spell.over);
        lasting.map(|spell| spell.over = true).is_some()
    }
}

impl Watch {
    /// Whether it is news that this much is used up.
    fn reaches(&mut self, gauge: Gauge, stage: u8, now: u64) -> bool {
        let told = |raised: &Raised| {
            raised.gauge == gauge
                && raised.stage >= stage
                && now <= raised.slot + slots_in(gauge.window())
        };
        if self.raised.iter().any(told) {
            return false;
        }
        self.raised.retain(|raised| raised.gauge != gauge);
        self.raised.push(Raised {
            gauge,
            stage,
            slot: now,
        });
        true
    }

    /// Whether it is news that there are no texts.
    pub(super) fn pauses(&mut self, now: u64) -> bool {
        Spell::lasts(&mut self.pause, now)
    }

    /// Whether it is news that there are texts.
    pub(super) fn opens(&mut self) -> bool {
        Spell::ends(&mut self.pause)
    }

    /// What is news about an attack that lasts or does not.
    pub(super) fn attack(&mut self, lasts: bool, now: u64) -> Option<What> {
        if lasts {
            Spell::lasts(&mut self.attack, now).then_some(What::UnderAttack)
        } else {
            Spell::ends(&mut self.attack).then_some(What::Calm)
        }
    }

    pub(super) fn forget_before(&mut self, slot: u64) {
        self.raised.retain(|raised| raised.slot >= slot);
        for spell in [&mut self.pause, &mut self.attack] {
            spell.take_if(|spell| spell.slot < slot);
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        *self == Self::default()
    }
}

impl BudgetRecord {
    /// After a text: tells of each limit that it has brought to another stage.
    pub(super) fn watch_stages(
        &mut self,
        scope: Scope,
        country: &str,
        now: Timestamp,
        policy: &Policy,
    ) {
        for (gauge, most) in Gauge::limits(scope, policy) {
            let used = gauge.read(self.slots.sum(now, gauge.window()));
            let reached =
                |stage: &u8| used.saturating_mul(100) >= most.saturating_mul((*stage).into());
            if let Some(stage) = ALERT_STAGES.into_iter().rev().find(reached) {
                self.watch_stage(gauge, stage, scope, country, now, policy);
            }
        }
    }

    /// Tells that the limit is at that stage, if that is news. A text that did not fit brings it to the last one, even where a
    /// cheaper one would still fit.
    pub(super) fn watch_stage(
        &mut self,
        gauge: Gauge,
        stage: u8,
        scope: Scope,
        country: &str,
        now: Timestamp,
        policy: &Policy,
    ) {
        // Networks and prefixes use theirs up all the time; that is what they are for.
        if matches!(scope, Scope::Country | Scope::Site | Scope::Email)
            && self.watch.reaches(gauge, stage, slot_of(now))
        {
            self.due.push(Alert {
                used: Some(gauge.used(stage, scope, policy)),
                ..Alert::of(What::Spend, scope, country)
            });
        }
    }
}
