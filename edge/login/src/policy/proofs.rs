//! When must a text be paid for with a proof, and with how much work?
//!
//! A send is allowed, or allowed with a proof, or refused (R21). At the step in the middle a person loses a moment, and a crowd of
//! bots what it hoped to earn. Not here: where it is refused ([`super`]); what a proof is ([`crate::proof`]).

use std::time::Duration;

use super::{Limits, Policy, minutes, reaches};
use crate::budget::Scope;
use crate::network::Network;

/// What a page must show for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// Of whom a proof is asked.
    pub demand: Demand,
    /// How near a budget may come to its limit before one is asked for, in percent: of its texts of the hour and the day, and of
    /// those from which on pumping is judged. At half, most people never meet it, and an attack meets it long before it is
    /// stopped.
    pub from_percent: u32,
    /// From how many texts of a day on a country is new that nobody has signed in from in it. Three people may be slow.
    pub new_country: u32,
    /// How many hashes it takes at most; half of it on average. A third of a second in a browser.
    pub work: u32,
    /// The same while the site is under attack, and for whoever has no other way where there is one.
    pub work_under_attack: u32,
    /// How long a proof may take and lie around. Turnstile's own are good for as long.
    pub life: Duration,
}

/// Of whom a proof is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Of nobody.
    Off,
    /// Of whom there is reason to ask.
    Risk,
    /// Of everybody.
    Always,
}

/// What became of a budget's texts within a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// How many there were.
    pub sent: u32,
    /// How many logins.
    pub verified: u32,
}

impl Default for Proofs {
    fn default() -> Self {
        Self {
            demand: Demand::Risk,
            from_percent: 50,
            new_country: 3,
            work: 100_000,
            work_under_attack: 400_000,
            life: minutes(5),
        }
    }
}

impl Policy {
    /// How much work a proof must be worth for the next text of a budget; 0 if none is needed. While the site is under attack,
    /// everybody's must be worth more (R33).
    pub fn work_for(&self, scope: Scope, hour: Texts, day: Texts, attacked: bool) -> u32 {
        match self.proofs.demand {
            // Wrong keys are no texts.
            _ if scope == Scope::AdminTries => 0,
            Demand::Risk | Demand::Always if attacked => self.proofs.work_under_attack,
            Demand::Always => self.proofs.work,
            Demand::Risk if self.is_risky(scope, hour, day) => self.proofs.work,
            Demand::Risk | Demand::Off => 0,
        }
    }

    /// How much work a proof must be worth whatever any budget says. Whoever has none need not be counted to be refused.
    pub fn work_in_any_case(&self, network: &Network) -> u32 {
        match (self.proofs.demand, network) {
            (Demand::Always, _) | (Demand::Risk, Network::Unknown) => self.proofs.work,
            (Demand::Risk, Network::Known { .. }) | (Demand::Off, _) => 0,
        }
    }

    /// How much work every text has shown already that asks a budget.
    pub fn work_of_everybody(&self) -> u32 {
        match self.proofs.demand {
            Demand::Always => self.proofs.work,
            Demand::Risk | Demand::Off => 0,
        }
    }

    fn is_risky(&self, scope: Scope, hour: Texts, day: Texts) -> bool {
        let Limits { per_hour, per_day } = self.budget(scope);
        let from = self.proofs.from_percent;
        let new = day.verified == 0 && day.sent >= self.proofs.new_country;
        scope == Scope::UnknownNetwork
            || (scope == Scope::Country && new)
            || reaches(hour.sent, per_hour, from)
            || reaches(day.sent, per_day, from)
            || self.begins_to_look_pumped(scope, hour.sent, hour.verified, from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Texts = Texts {
        sent: 0,
        verified: 0,
    };

    #[test]
    fn r21_r33_a_wrong_key_of_the_operator_asks_for_no_proof_whatever_texts_ask_for() {
        for demand in [Demand::Off, Demand::Risk, Demand::Always] {
            for attacked in [false, true] {
                let mut policy = Policy::default();
                policy.proofs.demand = demand;
                let work = policy.work_for(Scope::AdminTries, NONE, NONE, attacked);
                assert_eq!(work, 0, "{demand:?} {attacked}");
            }
        }
    }

    #[test]
    fn r21_whoever_must_show_a_proof_in_any_case_is_told_before_anything_is_counted() {
        let known = Network::of(Some("192.0.2.7"));
        let (usual, none) = (Policy::default().proofs.work, 0);
        let cases = [
            (Demand::Always, &known, usual),
            (Demand::Always, &Network::Unknown, usual),
            (Demand::Risk, &known, none),
            (Demand::Risk, &Network::Unknown, usual),
            (Demand::Off, &known, none),
            (Demand::Off, &Network::Unknown, none),
        ];
        for (demand, network, work) in cases {
            let mut policy = Policy::default();
            policy.proofs.demand = demand;
            assert_eq!(
                policy.work_in_any_case(network),
                work,
                "{demand:?} {network:?}"
            );
        }
    }
}
