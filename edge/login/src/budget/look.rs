//! How much of a budget is used up?
//!
//! For the operator, who asks without spending anything. Not here: whether another text fits ([`super::Spend`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{BudgetRecord, slot_of, slots_in};
use crate::policy::{DAY, HOUR};
use crate::step::Step;
use crate::{Policy, Timestamp};

/// Asks how much of a budget is used up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Look {}

/// How much is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// Texts of the last hour.
    pub sent_hour: u32,
    /// Texts of the last day.
    pub sent_day: u32,
    /// Logins of the last hour.
    pub verified_hour: u32,
}

impl Step for Look {
    const NAME: &'static str = "look";
    type Record = BudgetRecord;
    type Reply = Used;

    fn apply(self, record: &mut BudgetRecord, now: Timestamp, _: &Policy) -> Used {
        let within = |window: Duration| {
            let first = slot_of(now).saturating_sub(slots_in(window));
            record.slots.range(first..).map(|(_, slot)| slot)
        };
        Used {
            sent_hour: within(HOUR).map(|slot| slot.sent).sum(),
            sent_day: within(DAY).map(|slot| slot.sent).sum(),
            verified_hour: within(HOUR).map(|slot| slot.verified).sum(),
        }
    }
}
