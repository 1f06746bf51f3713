//! What do the rules need from storage?
//!
//! One record per number and one per user, each changed by one step at a time. A step is a value that knows how to apply
//! itself ([`Step::apply`]), so a store has nothing to decide: it loads the record, applies the step, saves the record, and lets
//! nothing else happen to that record in between. Not here: the steps themselves ([`crate::attempt`], [`crate::account`]).

use protocol::PhoneNumber;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::account::UserRecord;
use crate::attempt::PhoneRecord;
use crate::{Policy, Timestamp, UserId};

/// One change to one record, or one look at it.
///
/// Steps and replies cross from the worker to the object that holds the record as JSON, so their form outlives a deploy: an
/// object may run yesterday's code when today's worker calls.
pub trait Step: Serialize + DeserializeOwned {
    /// How the step is called on the way to the record.
    const NAME: &'static str;
    /// What the step changes.
    type Record;
    /// What the step answers.
    type Reply: Serialize + DeserializeOwned;

    /// Changes the record and answers. Pure: the moment and the limits are handed in.
    fn apply(self, record: &mut Self::Record, now: Timestamp, policy: &Policy) -> Self::Reply;
}

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
    /// Applies a step to the record of a number, which begins blank.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    async fn phone<S: Step<Record = PhoneRecord>>(
        &self,
        number: &PhoneNumber,
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
}

/// Applies the step of this name to the record, both as JSON: what an object does with what a worker sends.
///
/// # Errors
///
/// When there is no step of that name, or the text is not one.
pub(crate) fn apply_json<S: Step>(
    json: &str,
    record: &mut S::Record,
    now: Timestamp,
    policy: &Policy,
) -> Result<String, UnknownStep> {
    let step: S = serde_json::from_str(json).map_err(|_| UnknownStep)?;
    let reply = step.apply(record, now, policy);
    Ok(serde_json::to_string(&reply)
        .expect("replies are enums and structs of text and numbers, which JSON can hold"))
}

/// The worker speaks of a step that this object does not know: two versions that do not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such step")]
pub struct UnknownStep;
