//! Which browsers have signed in with a number before?
//!
//! Each login gives the browser a fresh random id in a sealed cookie, and the number's record keeps it. The record is the
//! authority: an id that is not in it is a stranger's, whatever the cookie says (R41). Ten browsers at most, the one that was
//! away longest makes room.
//!
//! Not here: the cookie ([`crate::seal`]); what a browser may use up ([`super::tally`]).

use serde::{Deserialize, Serialize};

use super::DestinationRecord;
use super::tally::Tally;
use crate::{BrowserId, Policy, Timestamp};

/// A browser that has signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownBrowser {
    id: BrowserId,
    /// When it last signed in.
    at: Timestamp,
    pub(super) tally: Tally,
}

impl KnownBrowser {
    pub(super) fn lives(&self, now: Timestamp, policy: &Policy) -> bool {
        now.since(self.at) < policy.browser_life
    }
}

impl DestinationRecord {
    /// That browser, if it has signed in with this number.
    pub(super) fn known(&self, browser: Option<&BrowserId>) -> Option<&KnownBrowser> {
        self.browsers
            .iter()
            .find(|known| Some(&known.id) == browser)
    }

    /// What that browser has used up; if it is not known, what all strangers have.
    pub(super) fn tally(&mut self, browser: Option<&BrowserId>) -> &mut Tally {
        self.browsers
            .iter_mut()
            .find(|known| Some(&known.id) == browser)
            .map_or(&mut self.strangers, |known| &mut known.tally)
    }

    /// The number is somebody else's from now on, in this browser.
    pub(super) fn forget_browsers_but(&mut self, own: &BrowserId) {
        let others = self.browsers.extract_if(.., |known| known.id != *own);
        for known in others {
            // What they used up stays used up.
            self.strangers.absorb(known.tally);
        }
    }

    /// A browser has signed in: from now on it is known by its new id. Its texts stay counted, its wrong codes are forgiven.
    pub(super) fn remember(
        &mut self,
        fresh: BrowserId,
        before: Option<&BrowserId>,
        now: Timestamp,
        policy: &Policy,
    ) {
        let before = self
            .browsers
            .iter()
            .position(|known| Some(&known.id) == before);
        let mut tally = match before {
            Some(place) => self.browsers.remove(place).tally,
            None => Tally::default(),
        };
        tally.forgive_all();
        self.browsers.push(KnownBrowser {
            id: fresh,
            at: now,
            tally,
        });
        let surplus = self.browsers.len().saturating_sub(policy.browsers);
        self.browsers.drain(..surplus);
    }
}
