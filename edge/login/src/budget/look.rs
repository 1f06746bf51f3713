//! How much of a budget is used up?
//!
//! For the operator, who asks without spending anything. Not here: whether another text fits ([`super::Spend`]).

use serde::{Deserialize, Serialize};

use super::BudgetRecord;
use crate::money::Amount;
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
    /// Wrong codes of the last hour.
    #[serde(default)]
    pub wrong_hour: u32,
    /// What the texts of the last hour cost, where it is counted.
    #[serde(default)]
    pub cost_hour: Amount,
    /// What those of the last day cost.
    #[serde(default)]
    pub cost_day: Amount,
}

impl Step for Look {
    const NAME: &'static str = "look";
    type Record = BudgetRecord;
    type Reply = Used;

    fn apply(self, record: &mut BudgetRecord, now: Timestamp, _: &Policy) -> Used {
        let (hour, day) = (record.slots.sum(now, HOUR), record.slots.sum(now, DAY));
        Used {
            sent_hour: hour.sent,
            sent_day: day.sent,
            verified_hour: hour.verified,
            wrong_hour: hour.wrong,
            cost_hour: hour.cost,
            cost_day: day.cost,
        }
    }
}
