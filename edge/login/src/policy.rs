//! Which numbers could anyone argue about?
//!
//! All of them are here, each with its reason. Not here: what happens when one is reached.

use std::time::Duration;

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
    /// Texts per number and hour.
    pub sends_per_hour: usize,
    /// Texts per number and day.
    pub sends_per_day: usize,
    /// Codes tried per number and hour over all its challenges, right ones excepted. A new code does not reset it (NIST
    /// SP 800-63B-4, section 3.1.3.2).
    pub failures_per_hour: usize,
    /// The same per day.
    pub failures_per_day: usize,
    /// How long one check may take before another may begin. Longer than the provider's deadline, so that two are never
    /// under way at once.
    pub lease: Duration,
    /// How long an outcome is repeated to whoever sends the same attempt again.
    pub repeat: Duration,
    /// How long a token is good for without asking anybody.
    pub token_life: Duration,
    /// How long a session lives however often it is renewed.
    pub session_life: Duration,
    /// How long a token that was renewed may still be presented for renewal: two tabs renew at once, a reply gets lost.
    pub renewal_grace: Duration,
    /// How many sessions one user may have; the oldest makes room.
    pub sessions: usize,
}

impl Policy {
    /// The longest that [`Policy::code_life`] may be set to (NIST SP 800-63B-4, section 3.1.3.2).
    pub const LONGEST_CODE_LIFE: Duration = minutes(10);
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
            lease: seconds(10),
            repeat: seconds(60),
            token_life: minutes(15),
            session_life: days(30),
            renewal_grace: seconds(30),
            sessions: 50,
        }
    }
}

/// The window of the hourly limits.
pub const HOUR: Duration = minutes(60);
/// The window of the daily limits.
pub const DAY: Duration = days(1);

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
        assert!(policy.cool_down.is_sorted(), "R22: the wait grows");
    }
}
