//! How old is a key?
//!
//! Its name says so, where that begins with the day on which it was made, as `keys new` has it. Not here: when it is to be replaced
//! because it has leaked, which is at once.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime};

/// After so many days a key has been in many hands' reach, and that it can be replaced has not been seen for long.
const OLD: i64 = 365;

/// The name of a key that is made today: `2026-11-28`.
pub(super) fn today() -> String {
    at(now()).to_string()
}

/// What is to be said of the age of a ring's keys, `id:secret` with commas between: each that is old, by its name.
pub(crate) fn old(ring: &str) -> Vec<String> {
    old_at(ring, at(now()))
}

fn old_at(ring: &str, today: Date) -> Vec<String> {
    let ids = ring.split(',').filter_map(|key| key.split(':').next());
    let ids = ids.map(|id| id.trim().trim_start_matches('+'));
    let say = |id: &str| {
        let made = Date::parse(id.get(..10)?, &Iso8601::DATE).ok()?;
        let days = (today - made).whole_days();
        (days > OLD)
            .then(|| format!("{id} is {days} days old: replace it with cargo xtask keys rotate"))
    };
    ids.filter_map(say).collect()
}

fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

fn at(moment: Duration) -> Date {
    (OffsetDateTime::UNIX_EPOCH + moment).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r52_a_key_that_is_named_by_its_day_is_old_after_a_year_and_others_are_not_judged() {
        let today = at(Duration::from_secs(1_795_867_200));
        assert_eq!(today.to_string(), "2026-11-28");
        let cases = [
            ("2026-11-28:x", 0),
            ("2025-11-28:x", 0),
            ("2025-11-27:x", 1),
            ("2025-11-27-b:x,+2024-01-01:y", 2),
            ("k1:x", 0),
            ("2025-13-27:x", 0),
            ("", 0),
        ];
        for (ring, expected) in cases {
            assert_eq!(old_at(ring, today).len(), expected, "{ring}");
        }
        assert!(old_at("2025-11-27:secret", today)[0].starts_with("2025-11-27 is 366 days old"));
    }
}
