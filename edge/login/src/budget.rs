//! May this network, prefix, country or site be sent another text now?
//!
//! A budget is two counts: texts of the hour and texts of the day. Texts that were paid for by a login count for it, and where
//! hardly any is, somebody is pumping: they earn from texts to numbers of theirs and never type a code. Such a prefix or country
//! is paused until the hour has passed (R18).
//!
//! Not here: the number's own budget ([`crate::attempt`]); which budgets a text needs ([`crate::journey`]).

pub mod look;

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::PhoneNumber;
use serde::{Deserialize, Serialize};

use crate::network::Network;
use crate::policy::{DAY, HOUR, Policy};
use crate::step::{Record, Step, UnknownStep, apply_json};
use crate::{Refusal, Timestamp};

/// What a budget is for. Each has limits of its own in [`Policy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// An IPv4 address or an IPv6 /64.
    Network,
    /// An IPv6 /48.
    WideNetwork,
    /// All requests whose address is not known.
    UnknownNetwork,
    /// Ten thousand numbers that differ in their last four digits.
    Prefix,
    /// The numbers of one calling code and region.
    Country,
    /// All texts of the site.
    Site,
    /// Wrong keys that one network has presented for the operator's. No texts, but counted as they are.
    AdminTries,
}

impl Scope {
    /// The scope as the operator is told it, and as names of budgets begin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::WideNetwork => "wide_network",
            Self::UnknownNetwork => "unknown_network",
            Self::Prefix => "prefix",
            Self::Country => "country",
            Self::Site => "site",
            Self::AdminTries => "admin_tries",
        }
    }
}

/// Names one budget. Where a key tells something about a person, it is hashed before it names anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What it is for.
    pub scope: Scope,
    /// Which network, prefix or country.
    pub key: String,
}

/// All budgets that a text to this number, asked for from this network, must fit into.
pub fn of(number: &PhoneNumber, country: &str, network: &Network) -> Vec<Budget> {
    let mut budgets = vec![
        prefix_of(number),
        Budget {
            scope: Scope::Country,
            key: country.to_owned(),
        },
        Budget {
            scope: Scope::Site,
            key: String::new(),
        },
    ];
    budgets.extend(of_network(network));
    budgets
}

/// The budget of the number and its neighbours.
pub fn prefix_of(number: &PhoneNumber) -> Budget {
    let digits = number.reveal_digits();
    let prefix = digits
        .get(..digits.len().saturating_sub(4))
        .unwrap_or_default();
    Budget {
        scope: Scope::Prefix,
        key: prefix.to_owned(),
    }
}

/// Those of them that are the network's.
pub fn of_network(network: &Network) -> Vec<Budget> {
    match network {
        Network::Known { narrow, wide } => {
            let mut budgets = vec![Budget {
                scope: Scope::Network,
                key: narrow.clone(),
            }];
            budgets.extend(wide.clone().map(|key| Budget {
                scope: Scope::WideNetwork,
                key,
            }));
            budgets
        }
        Network::Unknown => vec![Budget {
            scope: Scope::UnknownNetwork,
            key: String::new(),
        }],
    }
}

/// Texts are counted in slots of ten minutes: a day is 144 numbers, however many texts it has.
const SLOT: Duration = Duration::from_secs(600);

/// The memory of one budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetRecord {
    /// Slot, counted from 1970 → what happened in it.
    #[serde(default)]
    slots: BTreeMap<u64, Slot>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Slot {
    /// Texts.
    sent: u32,
    /// Logins.
    verified: u32,
}

impl Record for BudgetRecord {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        match name {
            Spend::NAME => apply_json::<Spend>(json, self, now, policy),
            GiveBack::NAME => apply_json::<GiveBack>(json, self, now, policy),
            look::Look::NAME => apply_json::<look::Look>(json, self, now, policy),
            Verified::NAME => apply_json::<Verified>(json, self, now, policy),
            _ => Err(UnknownStep),
        }
    }

    fn prune(&mut self, now: Timestamp, _: &Policy) {
        let oldest = slot_of(now).saturating_sub(slots_in(DAY));
        self.slots.retain(|slot, _| *slot >= oldest);
    }

    fn has_something_to_forget(&self) -> bool {
        !self.slots.is_empty()
    }

    fn is_blank(&self) -> bool {
        self.slots.is_empty()
    }
}

/// Takes one text from a budget.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spend {
    /// What the budget is for.
    pub scope: Scope,
}

impl Step for Spend {
    const NAME: &'static str = "spend";
    type Record = BudgetRecord;
    type Reply = Result<(), Refusal>;

    fn apply(self, record: &mut BudgetRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let limits = policy.budget(self.scope);
        let waits = [
            record.wait(now, HOUR, |sum| sum.sent < limits.per_hour),
            record.wait(now, DAY, |sum| sum.sent < limits.per_day),
            record.wait(now, HOUR, |sum| {
                !policy.looks_pumped(self.scope, sum.sent, sum.verified)
            }),
        ];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(match self.scope {
                Scope::Network | Scope::WideNetwork | Scope::UnknownNetwork | Scope::AdminTries => {
                    Refusal::NetworkSpent(wait)
                }
                Scope::Prefix | Scope::Country | Scope::Site => Refusal::SendsPaused(wait),
            });
        }
        record.slots.entry(slot_of(now)).or_default().sent += 1;
        Ok(())
    }
}

/// Puts one text back: another budget refused it, and nobody was asked to send it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GiveBack {}

impl Step for GiveBack {
    const NAME: &'static str = "give-back";
    type Record = BudgetRecord;
    type Reply = ();

    fn apply(self, record: &mut BudgetRecord, now: Timestamp, _: &Policy) {
        // The text may have been taken just before the slot changed.
        let now = slot_of(now);
        if let Some((_, slot)) = record
            .slots
            .range_mut(..=now)
            .rev()
            .find(|(_, slot)| slot.sent > 0)
        {
            slot.sent -= 1;
        }
    }
}

/// Writes down that a text was worth it: somebody signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verified {}

impl Step for Verified {
    const NAME: &'static str = "verified";
    type Record = BudgetRecord;
    type Reply = ();

    fn apply(self, record: &mut BudgetRecord, now: Timestamp, policy: &Policy) {
        record.prune(now, policy);
        record.slots.entry(slot_of(now)).or_default().verified += 1;
    }
}

impl BudgetRecord {
    /// How long until `fits` holds of what the window holds, if nothing happens meanwhile; none if it does now.
    ///
    /// A slot counts until all of it has left the window, so a window is never exceeded, and a wait may be up to ten minutes
    /// longer than it had to be.
    fn wait(
        &self,
        now: Timestamp,
        window: Duration,
        fits: impl Fn(Slot) -> bool,
    ) -> Option<Duration> {
        let first = slot_of(now).saturating_sub(slots_in(window));
        let inside = || self.slots.range(first..);
        let mut sum = inside().fold(Slot::default(), |sum, (_, slot)| Slot {
            sent: sum.sent.saturating_add(slot.sent),
            verified: sum.verified.saturating_add(slot.verified),
        });
        let mut wait = None;
        for (number, slot) in inside() {
            if fits(sum) {
                break;
            }
            sum.sent -= slot.sent;
            sum.verified -= slot.verified;
            let gone = Timestamp::from_secs((number + slots_in(window) + 1) * SLOT.as_secs());
            wait = Some(now.until(gone));
        }
        wait
    }
}

fn slot_of(now: Timestamp) -> u64 {
    now.as_secs() / SLOT.as_secs()
}

fn slots_in(window: Duration) -> u64 {
    window.as_secs() / SLOT.as_secs()
}

#[cfg(test)]
mod tests;
