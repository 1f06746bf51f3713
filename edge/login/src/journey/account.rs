//! What may somebody do with an account who is signed in to it?
//!
//! Not here: how they came to be ([`super`]).

use super::Login;
use crate::account::sessions::{EndSessions, ListSessions, Listed, Which};
use crate::account::{CheckSession, EndSession, Living, RenewSession};
use crate::ledger::Ledger;
use crate::provider::CodeProvider;
use crate::{Refusal, SessionId, UserId};

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Moves a session to its next generation.
    ///
    /// # Errors
    ///
    /// [`Refusal::SessionEnded`]; [`Refusal::TokenReused`] when the token was renewed before and the grace is over.
    pub async fn renew(
        &self,
        user: &UserId,
        session: SessionId,
        generation: u32,
    ) -> Result<Living, Refusal> {
        let renew = RenewSession {
            session,
            generation,
        };
        self.orders.uphold(self.ledger.user(user, renew).await??)
    }

    /// Whether a session lives, asked of the record itself.
    ///
    /// # Errors
    ///
    /// [`Refusal::SessionEnded`].
    pub async fn check(&self, user: &UserId, session: SessionId) -> Result<Living, Refusal> {
        let check = CheckSession { session };
        self.orders.uphold(self.ledger.user(user, check).await??)
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// When storage did not answer: the session may still live.
    pub async fn end(&self, user: &UserId, session: SessionId) -> Result<(), Refusal> {
        Ok(self.ledger.user(user, EndSession { session }).await?)
    }

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
