//! How long ago may a login be for whoever is sent here?
//!
//! As in OpenID Connect (Core 1.0, section 3.1.2.1). Whoever sends somebody checks `auth_time` when they are back: anybody can leave the
//! age out of an address. Not here: what happens to older logins ([`crate::routes`]).

use login::Timestamp;

/// The most seconds since the person proved their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MaxAge(u64);

impl MaxAge {
    /// What is no number of seconds is none at all: somebody wanted a fresh login, so an open session does not do, and all that comes of a
    /// mistake is another code.
    pub(crate) fn read(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.parse().unwrap_or(0)))
    }

    /// Whether a login at that time does not count any more.
    pub(crate) fn is_over(self, login: u64, now: Timestamp) -> bool {
        login.saturating_add(self.0) < now.as_secs()
    }

    /// As it stands in an address or a form.
    pub(crate) fn as_text(self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_seconds_lets_no_login_count() {
        let now = Timestamp::from_secs(1_000_000);
        for (text, seconds) in [
            ("600", 600),
            ("0", 0),
            ("18446744073709551615", u64::MAX),
            ("18446744073709551616", 0),
            ("soon", 0),
            ("-1", 0),
            (" 600", 0),
            ("6e2", 0),
            ("\"><script>", 0),
            ("٦٠٠", 0),
        ] {
            let max_age = MaxAge::read(text).unwrap();
            assert_eq!(max_age, MaxAge(seconds), "{text}");
            assert_eq!(MaxAge::read(&max_age.as_text()), Some(max_age), "{text}");
            let oldest = now.as_secs().saturating_sub(seconds);
            assert!(!max_age.is_over(oldest, now), "{text}");
            if let Some(older) = oldest.checked_sub(1) {
                assert!(max_age.is_over(older, now), "{text}");
            }
        }
        assert_eq!(MaxAge::read(""), None);
    }
}
