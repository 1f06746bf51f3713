//! In what order is an account erased?
//!
//! The user's record first, because it is what ends the sessions; then the number's, which it names; then the user's again. Each
//! step may be done twice. When storage does not answer in between, the account is gone, and asking again or the next login finishes
//! it. Not here: the steps ([`crate::account::erasure`]).

use protocol::Destination;

use super::Login;
use crate::account::{Manage, What};
use crate::attempt::operator::Order;
use crate::index::DestinationName;
use crate::ledger::Ledger;
use crate::provider::CodeProvider;
use crate::{Refusal, UserId};

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Erases the account that a number or an address opens, if there is one: whose it was. One that the number's record still names, and that has
    /// another number by now, lives on.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    pub async fn erase_owner(&self, to: &Destination) -> Result<Option<UserId>, Refusal> {
        let name = self.name(to).await?;
        let Some(named) = self.ledger.destination(&name, Order::Look).await?.user else {
            return Ok(None);
        };
        let owner = self.owner(name.clone(), Some(named.clone())).await?;
        if let Some(user) = &owner {
            self.manage(user, None, What::Erase).await?;
        }
        // Of one that was erased before, or that may never have heard which number opens it.
        self.release(&named, name).await?;
        Ok(owner)
    }

    /// The number's record lets go of an account that is gone, and the user's record hears of it.
    pub(super) async fn release(
        &self,
        user: &UserId,
        name: DestinationName,
    ) -> Result<(), Refusal> {
        let release = Order::Release(user.clone());
        self.ledger.destination(&name, release).await?;
        self.let_go(user, &name).await
    }

    /// The user's record hears that the number's has let go.
    pub(super) async fn let_go(
        &self,
        user: &UserId,
        name: &DestinationName,
    ) -> Result<(), Refusal> {
        let let_go = Manage {
            user: user.clone(),
            by: None,
            what: What::LetGo(name.clone()),
            browsers: 0,
        };
        self.ledger.user(user, let_go).await?.map(drop)
    }
}
