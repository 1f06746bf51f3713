//! What may somebody do with an account who is signed in to it?
//!
//! Not here: how they came to be ([`super`]).

use super::Login;
use crate::account::{Living, Manage, Use, UseSession, What};
use crate::attempt::operator::Order;
use crate::ledger::Ledger;
use crate::provider::CodeProvider;
use crate::{Refusal, SessionId, Timestamp, UserId};

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
        self.with_session(user, session, Use::Renew(generation))
            .await
    }

    /// Whether a session lives, asked of the record itself.
    ///
    /// # Errors
    ///
    /// [`Refusal::SessionEnded`].
    pub async fn check(&self, user: &UserId, session: SessionId) -> Result<Living, Refusal> {
        self.with_session(user, session, Use::Check).await
    }

    async fn with_session(
        &self,
        user: &UserId,
        session: SessionId,
        what: Use,
    ) -> Result<Living, Refusal> {
        let step = UseSession { session, what };
        self.orders.uphold(self.ledger.user(user, step).await??)
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// When storage did not answer: the session may still live.
    pub async fn end(&self, user: &UserId, session: SessionId) -> Result<(), Refusal> {
        let end = UseSession {
            session,
            what: Use::End,
        };
        // One that is over, or never was, has ended.
        let _over = self.ledger.user(user, end).await?;
        Ok(())
    }

    /// Does something with an account, asked for by one of its sessions, which was opened then; or by the operator, who has none.
    /// What was to be shown, as JSON. A renewal that is under way comes before or after, and brings no session back (R61).
    ///
    /// # Errors
    ///
    /// [`Refusal::SessionEnded`] when the session does not live; [`Refusal::LoginTooOld`] when it was opened too long ago for an
    /// erasure. Whether that is done in part when storage did not answer is told in `journey::erasure`.
    pub async fn manage(
        &self,
        user: &UserId,
        by: Option<(SessionId, Timestamp)>,
        what: What,
    ) -> Result<String, Refusal> {
        let mut manage = Manage {
            user: user.clone(),
            by: None,
            what,
            browsers: 0,
        };
        if let Some((session, opened)) = by {
            self.orders.uphold(Living {
                opened,
                ..Living::default()
            })?;
            manage.by = Some(session);
        }
        let managed = self.ledger.user(user, manage.clone()).await??;
        if manage.what != What::ShowAll {
            for number in managed.numbers {
                self.release(user, number).await?;
            }
            return Ok(managed.text);
        }
        for number in &managed.numbers {
            let standing = self.ledger.destination(number, Order::Look).await?;
            // A number that opens another account by now speaks of that one.
            if standing.user.as_ref() == Some(user) {
                manage.browsers += u32::try_from(standing.browsers).unwrap_or_default();
            }
        }
        Ok(self.ledger.user(user, manage).await??.text)
    }
}
