//! How does a number let go of an account that is gone?
//!
//! It forgets whose it was, the browsers it knew and the codes that were open. It keeps what was used up of it, and whether it is
//! blocked: erasing an account gives nobody a text or a try more (R65).
//!
//! Not here: how the account goes ([`crate::account::erasure`]).

use super::DestinationRecord;
use crate::UserId;

impl DestinationRecord {
    /// Lets go of that account. A number that opens another by now keeps it.
    pub(super) fn release(&mut self, user: &UserId) {
        if self.user.as_ref() != Some(user) {
            return;
        }
        self.user = None;
        self.claim = None;
        self.last_login = None;
        self.challenges.clear();
        for known in std::mem::take(&mut self.browsers) {
            self.strangers.absorb(known.tally);
        }
        self.scrub = true;
    }
}
