//! May this network, prefix, country or site be sent another text now, or the site another e-mail?
//!
//! A budget counts the texts of the hour and of the day, and the site's counts what they cost as well, if that is capped (R19).
//! Texts that were paid for by a login count for it, and where hardly any is, somebody is pumping: they earn from texts to numbers
//! of theirs and never type a code. Such a prefix or country is paused until the hour has passed (R18).
//!
//! Not here: the number's own budget ([`crate::attempt`]); which budgets a text needs ([`crate::journey`]); what became of the codes
//! ([`checked`]); how several objects share one budget (`shards`); which alerts are due (`watch`); when a window has room (`slots`).

pub mod checked;
pub mod look;
pub(crate) mod shards;
mod slots;
mod watch;

use protocol::messages::Channel;
use protocol::{Destination, PhoneNumber};
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, What};
use crate::metrics::{Busy, STANDS_OUT};
use crate::network::Network;
use crate::policy::{DAY, HOUR, Policy, Texts};
use crate::step::{Record, Step, UnknownStep, apply_by_name};
use crate::{Refusal, Timestamp};
use shards::Shard;
use slots::{Slot, Slots, first_slot, slot_of};
use watch::{Gauge, Watch};

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
    /// All its e-mails, which cost next to nothing: they use up no text, and no text uses up one of them.
    Email,
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
            Self::Email => "email",
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

/// The budget of all texts of the site.
pub const SITE: Budget = Budget {
    scope: Scope::Site,
    key: String::new(),
};

/// The budget of all its e-mails. A domain has none: half of the world has its mail with one.
pub const EMAILS: Budget = Budget {
    scope: Scope::Email,
    key: String::new(),
};

/// All budgets that a code which goes there, asked for from this network, must fit into.
pub fn of(to: &Destination, country: &str, network: &Network) -> Vec<Budget> {
    let mut budgets = match to {
        Destination::Phone(number) => vec![
            prefix_of(number),
            Budget {
                scope: Scope::Country,
                key: country.to_owned(),
            },
            SITE,
        ],
        Destination::Email(_) => vec![EMAILS],
    };
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

/// The memory of one budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetRecord {
    /// Slot, counted from 1970 → what happened in it.
    #[serde(default)]
    slots: Slots,
    /// What the operator was told.
    #[serde(default, skip_serializing_if = "Watch::is_blank")]
    watch: Watch,
    /// What it knows as a shard of another.
    #[serde(default, skip_serializing_if = "Shard::is_blank")]
    shard: Shard,
    /// What the operator is to be told now.
    #[serde(skip)]
    due: Vec<Alert>,
}

impl Record for BudgetRecord {
    fn apply_json(
        &mut self,
        name: &str,
        json: &str,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, UnknownStep> {
        apply_by_name! {
            name, json, self, now, policy;
            Spend,
            GiveBack,
            look::Look,
            checked::Checked,
        }
    }

    fn prune(&mut self, now: Timestamp, _: &Policy) {
        let oldest = first_slot(now, DAY);
        // What was lent for the slot that is about to begin is not ahead.
        self.slots.bring_back(slot_of(now.plus(shards::MARGIN)));
        self.slots.forget_before(oldest);
        self.watch.forget_before(oldest);
        self.shard.forget_before(oldest, now);
    }

    fn has_something_to_forget(&self) -> bool {
        !self.is_blank()
    }

    fn is_blank(&self) -> bool {
        self.slots.is_empty() && self.watch.is_blank() && self.shard.is_blank()
    }

    fn take_alerts(&mut self) -> Vec<String> {
        let due = std::mem::take(&mut self.due);
        due.iter().map(Alert::to_json).collect()
    }
}

/// What a text costs depends on this. What goes nowhere costs the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Going<'a> {
    /// The number's country.
    pub country: &'a str,
    /// A call is counted as a text is, but has a price of its own.
    pub channel: Channel,
}

impl<'a> Going<'a> {
    /// By text message.
    pub fn to(country: &'a str) -> Self {
        Self {
            country,
            channel: Channel::Sms,
        }
    }
}

/// Takes one text from a budget.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spend {
    /// What the budget is for.
    pub scope: Scope,
    /// Where the text goes to, which says what it costs. A text to nowhere costs the most.
    #[serde(default)]
    pub country: String,
    /// How it travels.
    #[serde(default, skip_serializing_if = "Channel::is_sms")]
    pub channel: Channel,
    /// How much work the proof is worth that was shown for the text.
    #[serde(default)]
    pub work: u32,
    /// Whether the text is to come out of what the budget has lent.
    #[serde(default)]
    pub(crate) shard: bool,
    /// Whether the budget may lend the shard that asks for it some more.
    #[serde(default)]
    pub(crate) wants_lease: bool,
    /// What the shard was lent and does not need.
    #[serde(default, skip_serializing_if = "Slots::is_empty")]
    pub(crate) back: Slots,
}

impl Spend {
    /// One text that goes there, for which this much work was shown.
    pub fn of(scope: Scope, going: Going<'_>, work: u32) -> Self {
        Self {
            scope,
            country: going.country.to_owned(),
            channel: going.channel,
            work,
            shard: false,
            wants_lease: false,
            back: Slots::default(),
        }
    }
}

/// What a budget says to a text that fits, and a shard of one to any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Whether the shard had none, so that its budget must be asked.
    #[serde(default)]
    pub(crate) ask: bool,
    /// Whether the shard takes a lease.
    #[serde(default)]
    pub(crate) wants_lease: bool,
    /// What the budget lends the shard besides; or what the shard gives back.
    #[serde(default, skip_serializing_if = "Slots::is_empty")]
    pub(crate) texts: Slots,
    /// How many texts the prefix has had, where those are so many that it stands out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) busy: Option<Busy>,
}

impl Step for Spend {
    const NAME: &'static str = "spend";
    type Record = BudgetRecord;
    type Reply = Result<Spent, Refusal>;

    fn apply(self, record: &mut BudgetRecord, now: Timestamp, policy: &Policy) -> Self::Reply {
        record.prune(now, policy);
        let Self {
            scope,
            country,
            channel,
            work,
            shard,
            wants_lease,
            back,
        } = self;
        let going = Going {
            country: &country,
            channel,
        };
        let text = Slot::text(scope, going, policy);
        if shard {
            return Ok(record.shard.draw(text, now));
        }
        record.slots.take_back_all(&back);
        record.watch_attack(scope, now, policy);
        let mut wait = None;
        for (gauge, most) in Gauge::limits(scope, policy) {
            let full = record.slots.wait(now, gauge.window(), |sum| {
                gauge.read(sum.plus(text)) <= most
            });
            if full.is_some() {
                record.watch_stage(gauge, 100, scope, &country, now, policy);
            }
            wait = wait.max(full);
        }
        let pumped = record.slots.wait(now, HOUR, |sum| {
            !policy.looks_pumped(scope, sum.sent, sum.verified)
        });
        if pumped.is_some() && record.watch.pauses(slot_of(now)) {
            record.due.push(Alert::of(What::Paused, scope, &country));
        }
        if let Some(wait) = wait.max(pumped) {
            return Err(match scope {
                Scope::Network | Scope::WideNetwork | Scope::UnknownNetwork | Scope::AdminTries => {
                    Refusal::NetworkSpent(wait)
                }
                Scope::Prefix | Scope::Country | Scope::Site | Scope::Email => {
                    Refusal::SendsPaused(wait)
                }
            });
        }
        let demanded = record.work_for(scope, Slot::default(), now, policy);
        if work < demanded {
            return Err(Refusal::ProofRequired(demanded));
        }
        record.slots.add(slot_of(now), text);
        if record.watch.opens() {
            record.due.push(Alert::of(What::Opened, scope, &country));
        }
        let mut spent = Spent::default();
        if wants_lease {
            spent.texts = record.lend(scope, now, policy);
        }
        record.watch_stages(scope, &country, now, policy);
        let hour = record.slots.sum(now, HOUR);
        if scope == Scope::Prefix && hour.sent >= STANDS_OUT {
            spent.busy = Some(Busy {
                texts: hour.sent,
                logins: hour.verified,
            });
        }
        Ok(spent)
    }
}

/// Puts one text back: another budget refused it, and nobody was asked to send it. Or puts texts into a shard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GiveBack {
    /// Where the text would have gone to.
    #[serde(default)]
    pub country: String,
    /// How it would have travelled.
    #[serde(default, skip_serializing_if = "Channel::is_sms")]
    pub channel: Channel,
    /// What its budget lends a shard, instead.
    #[serde(default, skip_serializing_if = "Slots::is_empty")]
    pub(crate) lease: Slots,
}

impl GiveBack {
    /// One text that would have gone there.
    pub fn of(going: Going<'_>) -> Self {
        Self {
            country: going.country.to_owned(),
            channel: going.channel,
            lease: Slots::default(),
        }
    }
}

impl Step for GiveBack {
    const NAME: &'static str = "give-back";
    type Record = BudgetRecord;
    type Reply = ();

    /// The text may have been taken just before the slot changed. Taken out of the older slot, what stays counted stays for
    /// longer, and never shorter, than it has to.
    fn apply(self, record: &mut BudgetRecord, now: Timestamp, policy: &Policy) {
        if !self.lease.is_empty() {
            return record.shard.keep(&self.lease);
        }
        // A budget that counts no money has none to give back.
        let going = Going {
            country: &self.country,
            channel: self.channel,
        };
        let text = Slot::text(Scope::Site, going, policy);
        let now = slot_of(now);
        record.slots.take_back(now.saturating_sub(1)..=now, text);
    }
}

impl BudgetRecord {
    /// How much work the next text must show for itself, after these.
    fn work_for(&self, scope: Scope, more: Slot, now: Timestamp, policy: &Policy) -> u32 {
        let sum = |window| {
            let sum = self.slots.sum(now, window).plus(more);
            Texts {
                sent: sum.sent,
                verified: sum.verified,
            }
        };
        let attacked = self.under_attack(now, policy);
        policy.work_for(scope, sum(HOUR), sum(DAY), attacked)
    }
}

#[cfg(test)]
mod tests;
