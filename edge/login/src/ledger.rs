//! What do the rules need from storage?
//!
//! One record per number, per user and per budget, and one of the site's switches, each changed by one step at a time. Not here: what a step is ([`crate::step`]) and
//! which there are ([`crate::attempt`], [`crate::account`]).

use crate::UserId;
use crate::account::UserRecord;
use crate::attempt::DestinationRecord;
use crate::budget::{Budget, BudgetRecord};
use crate::index::DestinationName;
use crate::step::Step;
use crate::switches::Switches;

/// Storage did not answer. Nothing is known of what became of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger did not answer")]
pub struct LedgerDown;

/// The store. Its contract, on which every limit rests:
///
/// - **One at a time.** Between loading a record and having saved it, no other step sees or changes that record. Nothing may be
///   awaited in between.
/// - **Durable before the answer.** When a step's reply arrives, its change survives a crash.
/// - **One record per name**, all over the world.
/// - An error means *unknown*, not *undone*. The rules count accordingly.
#[allow(
    async_fn_in_trait,
    reason = "used inside this workspace only, on one thread"
)]
pub trait Ledger {
    /// Applies a step to the record of a number or an address, which begins blank.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    async fn destination<S: Step<Record = DestinationRecord>>(
        &self,
        name: &DestinationName,
        step: S,
    ) -> Result<S::Reply, LedgerDown>;

    /// Applies a step to a budget, which begins unspent.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        budget: &Budget,
        step: S,
    ) -> Result<S::Reply, LedgerDown>;

    /// Applies a step to the record of a user, which begins blank.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    async fn user<S: Step<Record = UserRecord>>(
        &self,
        user: &UserId,
        step: S,
    ) -> Result<S::Reply, LedgerDown>;

    /// Applies a step to the switches of the site, which begin untouched.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    async fn switches<S: Step<Record = Switches>>(&self, step: S) -> Result<S::Reply, LedgerDown>;
}
