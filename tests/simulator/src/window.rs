//! Is there room for one more call?
//!
//! A sliding window over the moments of past calls. Not here: whose calls they are (`state.rs`).

use std::collections::VecDeque;

use crate::clock::Millis;
use crate::grammar::Limit;

/// The moments of the calls that were let through, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Window {
    calls: VecDeque<Millis>,
}

impl Window {
    /// Whether a call at `now` is within the limit; if not, how long until one would be.
    pub(crate) fn room(&mut self, limit: &Limit, now: Millis) -> Result<(), Millis> {
        let has_left = |call: &Millis| now.saturating_sub(*call) >= limit.window;
        while self.calls.front().is_some_and(has_left) {
            self.calls.pop_front();
        }
        let attempts = usize::try_from(limit.attempts).unwrap_or(usize::MAX);
        if self.calls.len() < attempts {
            return Ok(());
        }
        // The call whose going makes room. With a limit of none at all there is never any: a whole window, then.
        let leaving = self.calls.get(self.calls.len() - attempts);
        let leaves_at = leaving.copied().unwrap_or(now) + limit.window;
        Err(leaves_at.saturating_sub(now))
    }

    /// Counts a call that was let through.
    pub(crate) fn count(&mut self, now: Millis) {
        self.calls.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides_call_by_call() {
        let limit = Limit::parse("2/10s", 60_000).unwrap();
        let mut window = Window::default();
        // (now, whether there is room and else the wait); each call with room is counted.
        let cases = [
            (0, Ok(())),
            (4_000, Ok(())),
            (5_000, Err(5_000)),
            (9_999, Err(1)),
            (10_000, Ok(())),
            (13_999, Err(1)),
            (14_000, Ok(())),
        ];
        for (now, expected) in cases {
            let room = window.room(&limit, now);
            assert_eq!(room, expected, "at {now}");
            if room.is_ok() {
                window.count(now);
            }
        }
    }

    #[test]
    fn a_limit_of_none_never_has_room() {
        let limit = Limit::parse("0/3s", 60_000).unwrap();
        assert_eq!(Window::default().room(&limit, 7), Err(3_000));
    }
}
