//! How is a moment written down?
//!
//! Not here: a way to find out which moment it is. That is always an argument.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment, in milliseconds since 1970-01-01T00:00:00Z; by default, that one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// From milliseconds since 1970-01-01T00:00:00Z.
    pub fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// From seconds since 1970-01-01T00:00:00Z, as tokens carry them.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// The moment that much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// How long ago `earlier` was; nothing if it is yet to come.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// How long until `later`; nothing if it has come.
    pub fn until(self, later: Self) -> Duration {
        later.since(self)
    }
}

/// A wait as people and `Retry-After` want it: whole seconds, rounded up, so that whoever waits that long has waited enough.
pub fn whole_secs(wait: Duration) -> u32 {
    u32::try_from(millis(wait).div_ceil(1000)).unwrap_or(u32::MAX)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_so_that_it_is_never_too_short() {
        for (millis, secs) in [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2), (29_999, 30)] {
            assert_eq!(
                whole_secs(Duration::from_millis(millis)),
                secs,
                "{millis} ms"
            );
        }
    }

    #[test]
    fn a_clock_that_goes_backwards_never_makes_a_negative_wait() {
        let (early, late) = (Timestamp::from_secs(1), Timestamp::from_secs(2));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(late.until(early), Duration::ZERO);
        assert_eq!(early.until(late), Duration::from_secs(1));
    }

    #[test]
    fn a_moment_is_written_in_milliseconds_and_told_in_seconds_that_have_passed() {
        for (millis, secs) in [
            (0, 0),
            (999, 0),
            (1000, 1),
            (1_999, 1),
            (86_400_000, 86_400),
        ] {
            let moment = Timestamp::from_millis(millis);
            assert_eq!((moment.as_millis(), moment.as_secs()), (millis, secs));
        }
        let moment = Timestamp::from_secs(2).plus(Duration::from_millis(5));
        assert_eq!(moment.as_millis(), 2005);
        assert_eq!(
            Timestamp::from_secs(u64::MAX)
                .plus(Duration::MAX)
                .as_millis(),
            u64::MAX
        );
    }
}
