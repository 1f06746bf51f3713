//! What may somebody do with an account who is signed in to it?
//!
//! Not here: how they came to be ([`super`]).

use super::Login;
use crate::account::sessions::{EndSessions, ListSessions, Listed, Which};
use crate::ledger::Ledger;
use crate::provider::CodeProvider;
use crate::{Refusal, SessionId, UserId};

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// The sessions of an account, asked for by one of them; or by the operator, who has none.
    ///
    /// # Errors
    ///
    /// [`Refusal::SessionEnded`] when the asking one does not live.
    pub async fn sessions(
        &self,
        user: &UserId,
        by: Option<SessionId>,
    ) -> Result<Vec<Listed>, Refusal> {
        if let Some(session) = &by {
            self.check(user, session.clone()).await?;
        }
        self.ledger.user(user, ListSessions { by }).await?
    }

    /// Ends sessions of an account. A renewal that is under way comes before or after, and brings none of them back (R61).
    ///
    /// # Errors
    ///
    /// [`Refusal::SessionEnded`] when the asking one does not live.
    pub async fn end_sessions(
        &self,
        user: &UserId,
        by: Option<SessionId>,
        which: Which,
    ) -> Result<(), Refusal> {
        if let Some(session) = &by {
            self.check(user, session.clone()).await?;
        }
        self.ledger.user(user, EndSessions { by, which }).await?
    }
}
