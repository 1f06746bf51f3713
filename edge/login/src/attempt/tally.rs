//! What have these browsers used up of a number?
//!
//! All browsers that never signed in with the number share one tally, and each that did has one of its own. So a stranger may use
//! up what strangers get, texts and guesses both, and the owner is still let in from where they were before (R28).
//!
//! Not here: which browser is known ([`super::browser`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::policy::{DAY, HOUR};
use crate::{Policy, Refusal, Timestamp};

/// Texts and wrong codes of the last day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    /// Oldest first.
    #[serde(default)]
    sends: Vec<Text>,
    /// When codes that were not right were tried, oldest first.
    #[serde(default)]
    failures: Vec<Timestamp>,
}

/// One text that was asked for, whether or not it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Text {
    at: Timestamp,
    /// Whether the next one must wait for this one. Not if the provider failed: the person saw an error and may press again.
    cools: bool,
}

impl Tally {
    /// Forgets what is over. What a clock wrote down that was ahead for a while happened now at the latest: it counts for as long as
    /// anything does, and no longer.
    pub(super) fn prune(&mut self, now: Timestamp) {
        for text in &mut self.sends {
            text.at = text.at.min(now);
        }
        for failure in &mut self.failures {
            *failure = (*failure).min(now);
        }
        self.sends.retain(|text| now.since(text.at) < DAY);
        self.failures.retain(|at| now.since(*at) < DAY);
    }

    pub(super) fn is_blank(&self) -> bool {
        self.sends.is_empty() && self.failures.is_empty()
    }

    pub(super) fn take_text(&mut self, now: Timestamp, policy: &Policy) -> Result<(), Refusal> {
        if let Some(wait) = self.spent_wait(now, policy) {
            return Err(Refusal::TooManySends(wait));
        }
        if let Some(wait) = self.cool_down_wait(now, policy) {
            return Err(Refusal::SendTooSoon(wait));
        }
        self.sends.push(Text {
            at: now,
            cools: true,
        });
        Ok(())
    }

    /// The last text failed, and not because of the number: nobody need wait for it.
    pub(super) fn stop_cooling(&mut self) {
        if let Some(text) = self.sends.last_mut() {
            text.cools = false;
        }
    }

    /// Nobody was asked to send the last text.
    pub(super) fn give_text_back(&mut self) {
        self.sends.pop();
    }

    /// How long until another text may be sent; nothing if it may be now.
    pub(super) fn send_wait(&self, now: Timestamp, policy: &Policy) -> Duration {
        let waits = [
            self.spent_wait(now, policy),
            self.cool_down_wait(now, policy),
        ];
        waits.into_iter().flatten().max().unwrap_or_default()
    }

    fn spent_wait(&self, now: Timestamp, policy: &Policy) -> Option<Duration> {
        let texts = || self.sends.iter().map(|text| text.at);
        let hour = window_wait(texts(), now, HOUR, policy.sends_per_hour);
        let day = window_wait(texts(), now, DAY, policy.sends_per_day);
        hour.max(day)
    }

    /// The wait grows with the texts of the last hour (R22). It hangs on the number, so a reload, another browser or another
    /// challenge does not shorten it.
    fn cool_down_wait(&self, now: Timestamp, policy: &Policy) -> Option<Duration> {
        let recent = || {
            self.sends
                .iter()
                .filter(|text| text.cools && now.since(text.at) < HOUR)
        };
        let last = recent().next_back()?;
        let step = recent().count().min(policy.cool_down.len()) - 1;
        let ready = last.at.plus(*policy.cool_down.get(step)?);
        (now < ready).then(|| now.until(ready))
    }

    /// Counts what was counted elsewhere.
    pub(super) fn absorb(&mut self, other: Self) {
        // By hand: there are few, and the library's sort would be a tenth of all that is ours.
        for text in other.sends {
            let place = self.sends.partition_point(|it| it.at <= text.at);
            self.sends.insert(place, text);
        }
        for failure in other.failures {
            let place = self.failures.partition_point(|it| *it <= failure);
            self.failures.insert(place, failure);
        }
    }

    /// How many more texts may be asked for, and codes tried: of the hour or the day, whichever are fewer.
    pub(super) fn left(&self, now: Timestamp, policy: &Policy) -> (usize, usize) {
        let texts = || self.sends.iter().map(|text| text.at);
        let tries = || self.failures.iter().copied();
        let within = |events: &mut dyn Iterator<Item = Timestamp>, window: Duration| {
            events.filter(|at| now.since(*at) < window).count()
        };
        let left = |hour: usize, day: usize, used_hour, used_day| {
            let hour = hour.saturating_sub(used_hour);
            hour.min(day.saturating_sub(used_day))
        };
        (
            left(
                policy.sends_per_hour,
                policy.sends_per_day,
                within(&mut texts(), HOUR),
                within(&mut texts(), DAY),
            ),
            left(
                policy.failures_per_hour,
                policy.failures_per_day,
                within(&mut tries(), HOUR),
                within(&mut tries(), DAY),
            ),
        )
    }

    pub(super) fn count_failure(&mut self, now: Timestamp) {
        self.failures.push(now);
    }

    /// Takes one try, counted at that moment, out of the failures.
    pub(super) fn forgive(&mut self, taken: Timestamp) {
        if let Some(at) = self.failures.iter().rposition(|failure| *failure == taken) {
            self.failures.remove(at);
        }
    }

    /// The right code was typed: this browser's wrong ones were its owner's.
    pub(super) fn forgive_all(&mut self) {
        self.failures.clear();
    }

    /// How long until another code may be tried, over all challenges.
    pub(super) fn failures_wait(&self, now: Timestamp, policy: &Policy) -> Option<Duration> {
        let tries = || self.failures.iter().copied();
        let hour = window_wait(tries(), now, HOUR, policy.failures_per_hour);
        let day = window_wait(tries(), now, DAY, policy.failures_per_day);
        hour.max(day)
    }
}

/// How long until another event fits under `cap` events per `window`. `events` are in order, oldest first.
fn window_wait(
    events: impl DoubleEndedIterator<Item = Timestamp>,
    now: Timestamp,
    window: Duration,
    cap: usize,
) -> Option<Duration> {
    // The event that must leave the window is the cap-th from the end.
    let blocking = events
        .rev()
        .take_while(|at| now.since(*at) < window)
        .nth(cap.saturating_sub(1))?;
    Some(now.until(blocking.plus(window)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lets_the_next_one_in_when_the_oldest_that_counts_has_left() {
        let at = Timestamp::from_secs;
        let secs = Duration::from_secs;
        let cases = [
            (vec![], 100, 2, None),
            (vec![95], 100, 2, None),
            (vec![95, 99], 100, 2, Some(5)),
            (vec![90, 95, 99], 100, 2, Some(5)),
            (vec![92, 95, 99], 100, 3, Some(2)),
            (vec![90, 95, 99], 100, 3, None),
        ];
        for (events, now, cap, expected) in cases {
            let wait = window_wait(events.iter().copied().map(at), at(now), secs(10), cap);
            assert_eq!(
                wait,
                expected.map(secs),
                "{events:?} at {now}, {cap} per 10 s"
            );
        }
    }

    fn texts_at(secs: &[u64]) -> Tally {
        let text = |at: &u64| Text {
            at: Timestamp::from_secs(*at),
            cools: true,
        };
        Tally {
            sends: secs.iter().map(text).collect(),
            failures: secs.iter().copied().map(Timestamp::from_secs).collect(),
        }
    }

    #[test]
    fn r27_what_was_counted_elsewhere_takes_its_place_in_time() {
        let mut tally = texts_at(&[10, 20, 40]);
        tally.absorb(texts_at(&[5, 20, 30, 50]));
        assert_eq!(tally, texts_at(&[5, 10, 20, 20, 30, 40, 50]));
    }

    #[test]
    fn r22_a_text_makes_the_wait_longer_and_counts_in_the_hour_until_the_hour_is_over() {
        let policy = Policy::default();
        let [first, second, ..] = policy.cool_down;
        let left = policy.sends_per_hour;
        let tally = texts_at(&[0, 3599]);
        for (now, wait, sends_left) in [(3599, second, left - 2), (3600, first, left - 1)] {
            let now = Timestamp::from_secs(now);
            let since = now.since(Timestamp::from_secs(3599));
            assert_eq!(tally.cool_down_wait(now, &policy), Some(wait - since));
            assert_eq!(tally.left(now, &policy).0, sends_left, "{now:?}");
        }
    }

    #[test]
    fn r27_a_right_code_forgives_the_wrong_ones_of_its_browser_and_no_text() {
        let (policy, now) = (Policy::default(), Timestamp::from_secs(50));
        let mut tally = texts_at(&[10, 20, 40]);
        let (sends, _) = tally.left(now, &policy);
        tally.forgive_all();
        assert_eq!(tally.left(now, &policy), (sends, policy.failures_per_hour));
    }
}
