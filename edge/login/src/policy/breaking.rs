//! From when on is a provider that fails left alone, and for how long?
//!
//! Not here: what that means ([`crate::breaker`]).

use std::time::Duration;

use super::{reaches, seconds};

/// How it is told that the provider is down, and for how long nobody asks it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaking {
    /// From which share on of what came to nothing, in percent. 0 switches it off.
    pub percent: u32,
    /// From how many requests on it is judged.
    pub least: u32,
    /// Over how long they are counted.
    pub window: Duration,
    /// How long it is left alone at first, and at most when it fails again.
    pub rest: Duration,
    /// See there.
    pub longest_rest: Duration,
    /// How long a probe is waited for. Longer than any request to the provider takes.
    pub patience: Duration,
}

impl Breaking {
    /// Whether so many failures among so many requests mean that it is down.
    pub(crate) fn is_down(&self, asked: u32, failed: u32) -> bool {
        self.percent > 0 && asked >= self.least && reaches(failed, asked, self.percent)
    }
}

impl Default for Breaking {
    /// Ten people who come to nothing within ten seconds are no coincidence, and more than a handful who wait five seconds for it.
    fn default() -> Self {
        Self {
            percent: 50,
            least: 10,
            window: seconds(10),
            rest: seconds(5),
            longest_rest: seconds(60),
            patience: seconds(8),
        }
    }
}
