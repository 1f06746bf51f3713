//! How does an account cease to be?
//!
//! The user's record is the authority. First it drops everything and says from then on that the account is gone, so whatever is
//! under way opens nothing ([`What::Erase`]). Then the records of its numbers, former ones among them, let go of the account
//! ([`Order::Release`]). Then the user's record hears of that ([`What::LetGo`]), and forgets in an hour that it ever was. If the
//! worker dies in between, the mark stays: it disowns whatever number still names the account, and the next login with that makes a
//! new one.
//!
//! Not here: the order of the steps ([`crate::journey`]).
//!
//! [`What::Erase`]: super::manage::What::Erase
//! [`Order::Release`]: crate::attempt::operator::Order::Release
//! [`What::LetGo`]: super::manage::What::LetGo

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::UserRecord;
use crate::index::DestinationName;
use crate::policy::HOUR;
use crate::{Policy, Timestamp};

/// That an account is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Gone {
    at: Timestamp,
    /// The numbers whose records have not let go of it yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) numbers: Vec<DestinationName>,
}

impl Gone {
    /// Once all have let go, longer than any login takes. Until then, so long that a number would not open an account that nobody
    /// has signed in to since: not even for a browser that it knew.
    fn life(&self, policy: &Policy) -> Duration {
        if self.numbers.is_empty() {
            HOUR
        } else {
            policy.browser_life.max(policy.recycled_after)
        }
    }
}

impl UserRecord {
    /// Drops everything but which numbers have to let go.
    pub(super) fn erase(&mut self, now: Timestamp) -> Vec<DestinationName> {
        let numbers: Vec<_> = self.numbers_mut().map(|number| number.clone()).collect();
        *self = Self {
            // Until they have, the mark is all that keeps them from opening the account: nothing is risked for it.
            scrub: numbers.is_empty(),
            gone: Some(Gone {
                at: now,
                numbers: numbers.clone(),
            }),
            ..Self::default()
        };
        numbers
    }

    /// That number has let go.
    pub(super) fn let_go(&mut self, name: &DestinationName) {
        if let Some(gone) = &mut self.gone {
            gone.numbers.retain(|waiting| waiting != name);
            self.scrub = gone.numbers.is_empty();
        }
    }

    /// Drops a mark that makes no difference any more.
    pub(super) fn prune_gone(&mut self, now: Timestamp, policy: &Policy) {
        self.gone
            .take_if(|gone| now.since(gone.at) >= gone.life(policy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::{Cleaned, Keeper, Record as _};

    /// Accounts that are gone would open again if it could not be read.
    #[test]
    fn r65_the_stored_mark_of_an_erased_account_is_pinned_and_fades_when_its_number_has_let_go() {
        const WAITING: &str = r#"{"sessions":[],"gone":{"at":1000000,"numbers":["UIssnn_uCl9LXd_PkJEDgia0enCt_h1X7yXgQF6qz5Y"]}}"#;
        const LET_GO: &str = r#"{"sessions":[],"gone":{"at":1000000}}"#;
        let (keeper, policy) = (Keeper::of::<UserRecord>(), Policy::default());
        let at = Timestamp::from_secs;
        let kept = Cleaned::Kept {
            changed: None,
            wake_later: true,
        };
        for (stored, secs, expected) in [
            (LET_GO, 4599, &kept),
            (LET_GO, 4600, &Cleaned::Blank),
            (WAITING, 4600, &kept),
            (WAITING, 34_560_999, &kept),
            (WAITING, 34_561_000, &Cleaned::Blank),
        ] {
            let cleaned = (keeper.clean)(stored, at(secs), &policy);
            assert_eq!(cleaned.as_ref(), Ok(expected), "{stored} at {secs}");
        }
        let open = r#"{"session":"ses_AAAAAAAAAAAAAAAAAAAAAA","at":1000000}"#;
        for stored in [WAITING, LET_GO] {
            let opened = (keeper.apply)(Some(stored), "open-session", open, at(1001), &policy);
            assert_eq!(opened.unwrap().reply, r#"{"Err":"disowned"}"#);
        }
    }

    #[test]
    fn r65_what_was_erased_is_wiped_from_storage_as_soon_as_every_number_has_let_go() {
        let name =
            |text: &str| -> DestinationName { serde_json::from_str(&format!("{text:?}")).unwrap() };
        let now = Timestamp::from_secs(1000);
        let mut numberless = UserRecord::default();
        assert_eq!(numberless.erase(now), []);
        assert!(numberless.take_scrub());
        let mut record = UserRecord {
            number: Some(name("own")),
            former: vec![name("former")],
            ..UserRecord::default()
        };
        assert_eq!(record.erase(now), [name("own"), name("former")]);
        assert!(!record.take_scrub(), "two have to let go");
        record.let_go(&name("own"));
        assert!(!record.take_scrub(), "one has to let go");
        record.let_go(&name("former"));
        assert!(record.take_scrub());
    }
}
