//! What time is it in the simulator?
//!
//! The only file that reads the machine's clock. Every rule takes `now` as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds: since the Unix epoch where it is a moment, else a length.
pub(crate) type Millis = u64;

/// The machine's clock, or a moment that stands still, plus whatever tests have advanced it by.
#[derive(Debug)]
pub(crate) struct Clock {
    frozen_at: Option<Millis>,
    advanced: Millis,
}

impl Clock {
    pub(crate) fn new(frozen_at: Option<Millis>) -> Self {
        Self {
            frozen_at,
            advanced: 0,
        }
    }

    pub(crate) fn now(&self) -> Millis {
        let base = self.frozen_at.unwrap_or_else(|| {
            let since_epoch = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .expect("the machine's clock is past 1970");
            u64::try_from(since_epoch.as_millis()).expect("milliseconds fit for 500 million years")
        });
        base.saturating_add(self.advanced)
    }

    pub(crate) fn advance_s(&mut self, seconds: u64) {
        self.advanced = self.advanced.saturating_add(seconds.saturating_mul(1000));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_advanced() {
        let mut clock = Clock::new(Some(5_000));
        assert_eq!(clock.now(), 5_000);
        clock.advance_s(2);
        assert_eq!(clock.now(), 7_000);
    }

    #[test]
    fn a_running_clock_can_be_ahead_of_the_machine() {
        let (mut ahead, machine) = (Clock::new(None), Clock::new(None));
        ahead.advance_s(3_600);
        assert!(ahead.now() >= machine.now() + 3_590_000);
    }
}
