//! In what order does somebody prove a number that a site knows already?
//!
//! As in a login, up to the right code, and no further: no account is found or made, no session opened, no browser remembered. Not here:
//! what is signed then ([`crate::session`]).

use protocol::Destination;
use protocol::messages::Channel;

use super::proving::{Goal, Press};
use super::{Asker, FreshIds, Login};
use crate::attempt::{Approved, Live};
use crate::ledger::Ledger;
use crate::proof::Proven;
use crate::provider::CodeProvider;
use crate::{ChallengeId, Refusal};

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Sends the code of a ticket's challenge, or the same code once more: of a ticket there is one challenge.
    ///
    /// # Errors
    ///
    /// [`Refusal`]. A challenge that is over stays so.
    pub async fn send_for_step_up(
        &self,
        to: &Destination,
        channel: Channel,
        asker: &Asker,
        challenge: ChallengeId,
        proof: Option<Proven>,
    ) -> Result<Live, Refusal> {
        let network = &asker.network;
        let again = self
            .resend(to, channel, network, challenge.clone(), proof.clone())
            .await;
        match again {
            // It was not sent yet; or is over, which the number's record says to the second, too.
            Err(Refusal::NoChallenge) => {
                self.send(to, channel, asker, challenge, None, proof).await
            }
            again => again,
        }
    }

    /// Checks a code that was sent for a ticket. When it was proved, and how the code travelled.
    ///
    /// # Errors
    ///
    /// [`Refusal`]. Anything but a clear yes at every step is one.
    pub async fn prove_for_step_up(
        &self,
        press: &Press<'_>,
        fresh: &FreshIds,
    ) -> Result<Approved, Refusal> {
        let proved = self.prove(press, Goal::StepUp, fresh).await?;
        Ok(proved.approved)
    }
}
