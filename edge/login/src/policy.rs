//! Which numbers could anyone argue about?
//!
//! All of them are here, each with its reason; those about proofs in `proofs`, about a provider that fails in `breaking`. Not here: what happens when one is reached.

mod breaking;
mod proofs;

use std::time::Duration;

use crate::budget::Scope;
use crate::money::SpendCap;

pub use breaking::Breaking;
pub use proofs::{Demand, Proofs, Texts};

/// The limits and lifetimes of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Digits of a code. Six can be guessed once in 200,000 challenges at five tries each.
    pub code_length: u8,
    /// How long a code lives. NIST SP 800-63B-4, section 3.1.3.2, allows ten minutes at most.
    pub code_life: Duration,
    /// How many codes may be tried on one challenge, whatever becomes of the try.
    pub tries: u8,
    /// How many challenges of one number may be open at once: a person with a telephone and a laptop has two.
    pub open_challenges: usize,
    /// How long to wait after the first, second, third… text of the last hour. The last one repeats.
    pub cool_down: [Duration; 4],
    /// Texts per number and hour, for all strangers together and for each known browser.
    pub sends_per_hour: usize,
    /// Texts per number and day.
    pub sends_per_day: usize,
    /// Codes tried per number and hour over all its challenges, right ones excepted, by all strangers together and by each known
    /// browser. A new code does not reset it (NIST SP 800-63B-4, section 3.1.3.2).
    pub failures_per_hour: usize,
    /// The same per day.
    pub failures_per_day: usize,
    /// Codes tried for a number without a login in between, from which on strangers are refused until it is bound anew (NIST SP
    /// 800-63B-4, section 3.2.2: at most 100).
    pub longest_streak: u32,
    /// Whether the above holds for known browsers as well. Then a stranger can lock anybody out, until the operator helps.
    pub strict_nist: bool,
    /// How many browsers of a number are remembered.
    pub browsers: usize,
    /// How long a browser is remembered after its last login. Browsers keep a cookie for 400 days at most (RFC 6265bis, section
    /// 5.5).
    pub browser_life: Duration,
    /// How long nobody may have signed in with a number before it alone does not open the account any more: carriers give a
    /// number that was given up to somebody else.
    pub recycled_after: Duration,
    /// How long one check may take before another may begin. Longer than the provider's deadline, so that two are never
    /// under way at once.
    pub lease: Duration,
    /// How long an outcome is repeated to whoever sends the same attempt again.
    pub repeat: Duration,
    /// How long a token is good for without asking anybody.
    pub token_life: Duration,
    /// How long a ticket for a step-up is good.
    pub ticket_life: Duration,
    /// How long an assertion is good.
    pub assertion_life: Duration,
    /// How long a session lives however often it is renewed.
    pub session_life: Duration,
    /// How long a token that was renewed may still be presented for renewal: two tabs renew at once, a reply gets lost.
    pub renewal_grace: Duration,
    /// How long after a login the account itself may be changed or erased. A renewal proves nothing anew.
    pub recent_login: Duration,
    /// How many changes of its number one account may begin in a day. Asking for another text begins another.
    pub changes_per_day: usize,
    /// How long a change that was begun may be completed.
    pub change_life: Duration,
    /// How long the number that an account had before opens it still, and undoes the change. Carriers keep a number that was given
    /// up to themselves for longer.
    pub way_back: Duration,
    /// How many sessions one user may have; the oldest makes room.
    pub sessions: usize,
    /// How long an account remembers what happened to it.
    pub audit_life: Duration,
    /// Texts per network, prefix, country and site.
    pub budgets: Budgets,
    /// When texts that lead to no login are a pattern.
    pub pumping: Pumping,
    /// What a page must show for its text.
    pub proofs: Proofs,
    /// When wrong codes are a pattern.
    pub guessing: Guessing,
    /// When the provider is left alone.
    pub breaking: Breaking,
    /// How the budgets of the site and of a country are divided.
    pub sharding: Sharding,
    /// What the texts of the site may cost; only their number counts if there is none.
    pub spend_cap: Option<SpendCap>,
}

/// Texts of an hour and of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In any hour.
    pub per_hour: u32,
    /// In any day.
    pub per_day: u32,
}

/// The limits of each kind of budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// An IPv4 address or an IPv6 /64. Mobile carriers put many customers behind one address, so this is no limit for one
    /// person; the number's own budget is.
    pub network: Limits,
    /// An IPv6 /48.
    pub wide_network: Limits,
    /// All requests together whose address is not known. Large, or one broken proxy would lock everybody out.
    pub unknown_network: Limits,
    /// Ten thousand numbers that differ in their last four digits.
    pub prefix: Limits,
    /// The numbers of one country.
    pub country: Limits,
    /// All texts of the site: the most that a day can cost.
    pub site: Limits,
    /// All its e-mails. They cost little, but a mailbox that is flooded is a nuisance, and a sender who floods many loses its good name.
    pub email: Limits,
}

/// How pumping is told: many texts within an hour, and hardly any of them led to a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pumping {
    /// Fewer logins than this share of the texts, in percent, is a pattern. 0 switches the guard off.
    pub percent: u32,
    /// From how many texts on it is judged, for a prefix.
    pub prefix: u32,
    /// From how many texts on it is judged, for a country.
    pub country: u32,
}

/// How several objects hand out the texts of one budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharding {
    /// How many; one is the budget alone.
    pub shards: u32,
    /// How many texts each may be lent at once.
    pub lease: u32,
}

/// How guessing all over the site is told: enough wrong codes within an hour, and too large a share of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guessing {
    /// From how many wrong codes on it is judged.
    pub wrong: u32,
    /// From which share of wrong codes on, in percent, nobody believes that people typed them.
    pub percent: u32,
}

impl Policy {
    /// The longest that [`Policy::code_life`] may be set to (NIST SP 800-63B-4, section 3.1.3.2).
    pub const LONGEST_CODE_LIFE: Duration = minutes(10);

    /// The limits of that kind of budget.
    pub fn budget(&self, scope: Scope) -> Limits {
        match scope {
            Scope::Network => self.budgets.network,
            Scope::WideNetwork => self.budgets.wide_network,
            Scope::UnknownNetwork => self.budgets.unknown_network,
            Scope::Prefix => self.budgets.prefix,
            Scope::Country => self.budgets.country,
            Scope::Site => self.budgets.site,
            Scope::Email => self.budgets.email,
            Scope::AdminTries => ADMIN_TRIES,
        }
    }

    /// Whether so many texts and so few logins within an hour are a pattern.
    pub fn looks_pumped(&self, scope: Scope, sent: u32, verified: u32) -> bool {
        self.begins_to_look_pumped(scope, sent, verified, 100)
    }

    /// Whether so large a part of what makes a pattern has happened. Only where the numbers tell it: a network or the whole site
    /// mixes too many people.
    fn begins_to_look_pumped(&self, scope: Scope, sent: u32, verified: u32, percent: u32) -> bool {
        let enough = match scope {
            Scope::Prefix => self.pumping.prefix,
            Scope::Country => self.pumping.country,
            Scope::Network
            | Scope::WideNetwork
            | Scope::UnknownNetwork
            | Scope::Site
            | Scope::Email
            | Scope::AdminTries => {
                return false;
            }
        };
        reaches(sent, enough, percent) && !reaches(verified, sent, self.pumping.percent)
    }

    /// Whether so many wrong and so many right codes within an hour are a pattern.
    pub fn looks_guessed(&self, wrong: u32, right: u32) -> bool {
        let all = wrong.saturating_add(right);
        wrong >= self.guessing.wrong && reaches(wrong, all, self.guessing.percent)
    }
}

/// Whether it is at least that share of the whole.
fn reaches(part: u32, whole: u32, percent: u32) -> bool {
    u64::from(part) * 100 >= u64::from(whole) * u64::from(percent)
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            code_length: 6,
            code_life: minutes(5),
            tries: 5,
            open_challenges: 3,
            cool_down: [seconds(30), seconds(60), seconds(120), seconds(300)],
            sends_per_hour: 5,
            sends_per_day: 10,
            failures_per_hour: 10,
            failures_per_day: 30,
            longest_streak: 100,
            strict_nist: false,
            browsers: 10,
            browser_life: days(400),
            recycled_after: days(90),
            lease: seconds(10),
            repeat: seconds(60),
            token_life: minutes(15),
            ticket_life: minutes(15),
            assertion_life: minutes(2),
            session_life: days(30),
            renewal_grace: seconds(30),
            recent_login: minutes(10),
            changes_per_day: 5,
            change_life: HOUR,
            way_back: days(7),
            sessions: 50,
            audit_life: days(90),
            budgets: Budgets {
                network: Limits {
                    per_hour: 20,
                    per_day: 100,
                },
                wide_network: Limits {
                    per_hour: 60,
                    per_day: 300,
                },
                unknown_network: Limits {
                    per_hour: 200,
                    per_day: 1000,
                },
                prefix: Limits {
                    per_hour: 50,
                    per_day: 200,
                },
                country: Limits {
                    per_hour: 500,
                    per_day: 5000,
                },
                site: Limits {
                    per_hour: 1000,
                    per_day: 10_000,
                },
                email: Limits {
                    per_hour: 1000,
                    per_day: 10_000,
                },
            },
            // Where people log in, more than half of the texts lead to a login; where they are pumped, none.
            pumping: Pumping {
                percent: 10,
                prefix: 20,
                country: 100,
            },
            proofs: Proofs::default(),
            // People mistype one code in ten. A spray that has all of a site's texts, a thousand an hour with five tries each, has
            // fifty wrong codes after 36 seconds, and a chance of one in twenty thousand that one was right. One that hides among
            // a site's logins has at most three wrong codes for seven of them: of the ten thousand texts of a day not even a tenth,
            // and one account in 250 days.
            guessing: Guessing {
                wrong: 50,
                percent: 30,
            },
            breaking: Breaking::default(),
            // A lease of ten saves nine in ten questions; what may lie around unused is ten for each shard.
            sharding: Sharding {
                shards: 1,
                lease: 10,
            },
            spend_cap: None,
        }
    }
}

/// How much of a limit is used up, in percent, when the operator is told: time to look, time to act, too late.
pub(crate) const ALERT_STAGES: [u8; 3] = [50, 80, 100];

/// The window of the hourly limits.
pub const HOUR: Duration = minutes(60);
/// The window of the daily limits.
pub const DAY: Duration = days(1);

/// Wrong keys for the operator's, from one network. They cannot be guessed anyway; this keeps the noise down.
pub const ADMIN_TRIES: Limits = Limits {
    per_hour: 10,
    per_day: 50,
};

/// How long an instance of the worker goes by its copy of the switches without asking. One reading in this time costs nothing
/// that can be noticed.
pub const SWITCHES_FRESH: Duration = seconds(30);
/// How much longer it goes by the copy while one of its requests asks.
pub const SWITCHES_LATE: Duration = seconds(10);
/// After this long, an order is in force everywhere: the age that a copy may have, and a request that began just then.
pub const SWITCHES_IN_FORCE: Duration = seconds(60);
/// How old a copy may be for sessions to be believed while the record does not answer.
pub const SWITCHES_BLIND: Duration = minutes(5);
/// How long a client is told to wait while texts are stopped, which nobody knows.
pub const SWITCHES_RETRY: Duration = minutes(5);

/// How long after something was written a record is looked at for what can be forgotten. Longer than the longest window, so that one
/// look suffices for a number that does not come back.
pub const CLEAN_UP_AFTER: Duration = Duration::from_secs(26 * 3600);

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

const fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

const fn days(n: u64) -> Duration {
    Duration::from_secs(n * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_keep_what_the_standards_demand() {
        let policy = Policy::default();
        assert!(
            policy.code_length >= 6,
            "NIST SP 800-63B-4, 3.1.3.2: at least six digits"
        );
        assert!(policy.code_life <= Policy::LONGEST_CODE_LIFE);
        assert!(policy.token_life <= minutes(15), "R47");
        assert!(policy.session_life <= days(30), "R47");
        assert!(
            policy.session_life < policy.recycled_after,
            "R57: whoever is still signed in was here lately"
        );
        assert!(policy.longest_streak <= 100, "NIST SP 800-63B-4, 3.2.2");
        assert!(
            policy.way_back < policy.recycled_after,
            "R57: whoever has the number a week later is who had it"
        );
        assert!(policy.cool_down.is_sorted(), "R22: the wait grows");
    }

    #[test]
    fn r33_guessing_is_told_by_many_wrong_codes_that_are_a_large_share_of_all() {
        let policy = Policy::default();
        assert_eq!((policy.guessing.wrong, policy.guessing.percent), (50, 30));
        let cases = [
            (49, 0, false),
            (50, 0, true),
            (50, 116, true),
            (50, 117, false),
            (1000, 2333, true),
            (1000, 2334, false),
            (u32::MAX, u32::MAX, true),
        ];
        for (wrong, right, guessed) in cases {
            assert_eq!(
                policy.looks_guessed(wrong, right),
                guessed,
                "{wrong} {right}"
            );
        }
    }
}
