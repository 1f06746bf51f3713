//! When is a provider that fails left alone for a while?
//!
//! A *circuit breaker* (Nygard, *Release It!*). Whoever asks a provider that is down waits for the whole deadline, and the provider
//! gets no rest to come back in. So once enough of what it was asked lately came to nothing, nobody asks it: whoever comes is told
//! at once when to come again, and nothing of theirs is counted or used up. After the rest one of them asks, as a *probe*: what
//! becomes of it says whether the others may follow, or the rest is longer.
//!
//! Each instance of the worker learns this for itself and keeps it in memory: it decides nothing about anybody, and a record for it
//! would be one more that can fail. Not here: which answers are failures, and who is asked (`edge`).

use std::time::Duration;

use crate::Timestamp;
use crate::policy::Breaking;

/// What is known of one thing that a provider can be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    /// Since when it is counted.
    since: Timestamp,
    asked: u32,
    failed: u32,
    rest: Option<Rest>,
}

/// It is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rest {
    until: Timestamp,
    length: Duration,
    /// Since when somebody asks whether it is back.
    probe: Option<Timestamp>,
}

/// That it may be asked; to be given back with what came of it.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum Pass {
    /// As always.
    Ordinary,
    /// To see whether it is back.
    Probe,
}

impl Breaker {
    /// One that knows nothing yet.
    pub const fn new() -> Self {
        Self {
            since: Timestamp::from_secs(0),
            asked: 0,
            failed: 0,
            rest: None,
        }
    }

    /// For how long it is left alone by whoever comes now; none if it may be asked.
    pub fn resting(&self, now: Timestamp, breaking: &Breaking) -> Option<Duration> {
        let rest = self.rest?;
        let until = match rest.probe {
            // A probe that was never heard of again is none any more.
            Some(since) => since.plus(breaking.patience),
            None => rest.until,
        };
        Some(now.until(until)).filter(|wait| !wait.is_zero())
    }

    /// Asks to ask.
    ///
    /// # Errors
    ///
    /// For how long it is left alone.
    pub fn pass(&mut self, now: Timestamp, breaking: &Breaking) -> Result<Pass, Duration> {
        if let Some(wait) = self.resting(now, breaking) {
            return Err(wait);
        }
        Ok(match &mut self.rest {
            Some(rest) => {
                rest.probe = Some(now);
                Pass::Probe
            }
            None => Pass::Ordinary,
        })
    }

    /// Notes whether there was an answer. Says for how long it is left alone, if that begins now.
    pub fn heard(
        &mut self,
        pass: &Pass,
        answered: bool,
        now: Timestamp,
        breaking: &Breaking,
    ) -> Option<Duration> {
        match (pass, self.rest) {
            (Pass::Probe, Some(_)) if answered => {
                *self = Self::new();
                None
            }
            (Pass::Probe, Some(rest)) => {
                Some(self.leave_alone(now, (rest.length * 2).min(breaking.longest_rest)))
            }
            // It was asked before the rest began, or the probe of another time is late.
            (Pass::Ordinary, Some(_)) | (Pass::Probe, None) => None,
            (Pass::Ordinary, None) => {
                if now.since(self.since) > breaking.window {
                    *self = Self {
                        since: now,
                        ..Self::new()
                    };
                }
                self.asked += 1;
                self.failed += u32::from(!answered);
                breaking
                    .is_down(self.asked, self.failed)
                    .then(|| self.leave_alone(now, breaking.rest))
            }
        }
    }

    fn leave_alone(&mut self, now: Timestamp, length: Duration) -> Duration {
        self.rest = Some(Rest {
            until: now.plus(length),
            length,
            probe: None,
        });
        length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn breaking() -> Breaking {
        Policy::default().breaking
    }

    fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    /// Asks and hears, at this second; whether it was asked at all.
    fn ask(breaker: &mut Breaker, second: u64, answered: bool) -> bool {
        let now = NOW.plus(secs(second));
        let Ok(pass) = breaker.pass(now, &breaking()) else {
            return false;
        };
        breaker.heard(&pass, answered, now, &breaking());
        true
    }

    /// One that has just begun to rest, at second nought.
    fn broken() -> Breaker {
        let mut breaker = Breaker::new();
        for _ in 0..breaking().least {
            assert!(ask(&mut breaker, 0, false));
        }
        assert!(!ask(&mut breaker, 0, true));
        breaker
    }

    #[test]
    fn r84_it_is_left_alone_once_half_of_enough_requests_within_ten_seconds_came_to_nothing() {
        // What is asked in the first second: y if it is answered, n if it comes to nothing.
        let cases = [
            ("nobody asks", "", true),
            ("few fail", "nnnnnnnnn", true),
            ("enough fail", "nnnnnnnnnn", false),
            ("half fail", "ynynynynyn", false),
            ("less than half fail", "ynyynyynyynyyny", true),
        ];
        for (what, heard, may_ask) in cases {
            let mut breaker = Breaker::new();
            for answered in heard.chars() {
                ask(&mut breaker, 0, answered == 'y');
            }
            assert_eq!(ask(&mut breaker, 1, true), may_ask, "{what}");
        }
        let mut slowly = Breaker::new();
        assert!((0..100).all(|n| ask(&mut slowly, n * 2, false)));
    }

    #[test]
    fn r84_after_the_rest_one_probe_asks_and_all_follow_if_it_is_answered() {
        let mut breaker = broken();
        let rest = breaking().rest.as_secs();
        assert!(!ask(&mut breaker, rest - 1, true));
        let now = NOW.plus(secs(rest));
        let probe = breaker.pass(now, &breaking()).unwrap();
        assert_eq!(probe, Pass::Probe);
        for _ in 0..3 {
            assert!(
                !ask(&mut breaker, rest, true),
                "while the probe is under way"
            );
        }
        breaker.heard(&probe, true, now, &breaking());
        assert!((0..9).all(|_| ask(&mut breaker, rest, false)));
    }

    #[test]
    fn r84_each_probe_that_fails_doubles_the_rest_up_to_the_longest() {
        let mut breaker = broken();
        let mut now = NOW.plus(breaking().rest);
        let mut rests = Vec::new();
        for _ in 0..6 {
            let probe = breaker.pass(now, &breaking()).unwrap();
            let rest = breaker.heard(&probe, false, now, &breaking()).unwrap();
            assert_eq!(breaker.pass(now, &breaking()), Err(rest));
            rests.push(rest.as_secs());
            now = now.plus(rest);
        }
        assert_eq!(rests, [10, 20, 40, 60, 60, 60]);
    }

    #[test]
    fn r84_a_probe_that_is_never_heard_of_again_keeps_nobody_away_for_long() {
        let mut breaker = broken();
        let rest = breaking().rest.as_secs();
        let lost = breaker.pass(NOW.plus(secs(rest)), &breaking()).unwrap();
        let patience = breaking().patience.as_secs();
        assert!(!ask(&mut breaker, rest + patience - 1, true));
        assert!(ask(&mut breaker, rest + patience, true));
        let late = NOW.plus(secs(rest + patience));
        assert_eq!(breaker.heard(&lost, false, late, &breaking()), None);
        assert!(ask(&mut breaker, rest + patience, true));
    }

    #[test]
    fn r84_what_was_asked_before_the_rest_says_nothing_in_it() {
        for answered in [true, false] {
            let mut breaker = broken();
            let before = breaker;
            breaker.heard(&Pass::Ordinary, answered, NOW, &breaking());
            assert_eq!(breaker, before);
        }
    }

    #[test]
    fn r84_without_a_share_it_is_never_left_alone() {
        let off = Breaking {
            percent: 0,
            ..breaking()
        };
        let mut breaker = Breaker::new();
        for _ in 0..100 {
            let pass = breaker.pass(NOW, &off).unwrap();
            assert_eq!(breaker.heard(&pass, false, NOW, &off), None);
        }
    }
}
