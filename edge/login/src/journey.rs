//! In what order do things happen?
//!
//! Every journey that costs a text or a try has the same three steps. *Reserve*: the record of the number counts it. *Ask*: the
//! provider is called, outside of any record. *Settle*: the record writes down what came of it. If anything dies in between,
//! what was counted stays counted, and nothing was given away.
//!
//! Not here: whether each step may happen ([`crate::attempt`], [`crate::account`]).

mod account;
mod counting;
mod erasure;
mod naming;
mod number;
mod passkey;
mod proving;
mod spending;
mod step_up;

use std::cell::RefCell;

use protocol::Destination;
use protocol::messages::Channel;

use crate::account::Living;
use crate::attempt::Live;
use crate::attempt::check::Forget;
use crate::attempt::send::{ReserveResend, ReserveSend, SendOutcome, SettleSend};
use crate::budget::{self, Going};
use crate::index::DestinationName;
use crate::keys::KeyRing;
use crate::ledger::{Ledger, LedgerDown};
use crate::metrics::Busy;
use crate::network::Network;
use crate::proof::Proven;
use crate::provider::{Asked, CodeProvider, Handle, SendFailure};
use crate::served::Served;
use crate::switches::Orders;
use crate::{BrowserId, ChallengeId, Policy, Refusal, SessionId, UserId};

pub use proving::Press;

/// The rules, together with the world they work in.
#[derive(Debug)]
pub struct Login<'a, L, P> {
    /// Where records are kept.
    pub ledger: &'a L,
    /// Who sends codes.
    pub provider: &'a P,
    /// Which numbers get one.
    pub served: &'a Served,
    /// Under which names numbers have their records.
    pub index: &'a KeyRing,
    /// What a text must show before any record is asked, and which records those are.
    pub policy: &'a Policy,
    /// What the operator has switched off.
    pub orders: Orders,
    /// Where it is left if a text went to a prefix that stands out, for whoever counts.
    pub busy: &'a RefCell<Option<Busy>>,
}

/// Who asks for a text, as far as anybody knows.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Where the request comes from.
    pub network: Network,
    /// Who the browser says it is. Whether the number knows it is for the number's record to say.
    pub browser: Option<BrowserId>,
    /// Who is to have the number from now on; none is a login.
    pub change: Option<Owner>,
    /// Whether nothing follows from a right code but that the number was proved.
    pub step_up: bool,
}

/// Somebody who is signed in and changes their number.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The account.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
}

/// What a right code may need, drawn and read beforehand.
#[derive(Clone, Debug)]
pub struct FreshIds {
    /// For the account, if the number has none yet.
    pub user: UserId,
    /// For the session.
    pub session: SessionId,
    /// For the browser, which is known by it from then on.
    pub browser: BrowserId,
    /// Where the session is opened: "Firefox on Android".
    pub label: String,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// Whether this login created the account.
    pub new_account: bool,
    /// The session's generation and when it was opened.
    pub living: Living,
    /// By which id the browser is known from now on; none if it only renewed its token.
    pub browser: Option<BrowserId>,
}

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Sends a code.
    ///
    /// 1. Texts are not stopped, the number (or address) is one that is served, the provider is not left alone because it fails, and a proof is
    ///    there if one is needed in any case; or nothing happens.
    /// 2. Reserve: the number's budget, cool-down and challenges, and the proof; then the budgets of the network, the prefix, the
    ///    country and the site. The number comes first, because what it refuses must not use up what others need. A budget that
    ///    comes near its limit wants a proof; without one, everything is given back.
    /// 3. Ask: the provider, once.
    /// 4. Settle: the handle is kept; or the failure, and what it gives back.
    ///
    /// A change of number is counted for the account before (2), if its session was opened lately; and given back if nobody was asked.
    ///
    /// # Errors
    ///
    /// [`Refusal`], the same for numbers that have an account and numbers that have none.
    pub async fn send(
        &self,
        to: &Destination,
        channel: Channel,
        asker: &Asker,
        challenge: ChallengeId,
        replaces: Option<ChallengeId>,
        proof: Option<Proven>,
    ) -> Result<Live, Refusal> {
        self.orders.may_send()?;
        let country = self.country_of(to)?;
        self.leave_alone(Asked::ToSend(channel))?;
        self.demand_what_is_certain(&asker.network, proof.as_ref())?;
        let change = asker.change.as_ref();
        if let Some(owner) = change {
            self.begin_change(owner, to, &challenge).await?;
        }
        let reserve = ReserveSend {
            challenge: challenge.clone(),
            browser: asker.browser.clone(),
            proof: proof.as_ref().map(|proof| proof.id.clone()),
            change: change.map(|owner| owner.user.clone()),
            step_up: asker.step_up,
        };
        let id = challenge.clone();
        let sent = async {
            let name = self.name(to).await?;
            self.ledger.destination(&name, reserve).await??;
            let budgets = budget::of(to, &country, &asker.network);
            let going = Going {
                country: &country,
                channel,
            };
            self.spend(&name, going, &budgets, &challenge, proof)
                .await?;
            let sent = self.provider.send(to, channel).await;
            self.settle_send(&name, challenge, channel, replaces, sent)
                .await
        };
        let sent = sent.await;
        if let (Some(owner), Err(refusal)) = (change, &sent) {
            self.unless_asked(owner, id, refusal).await;
        }
        sent
    }

    /// Sends the code of a challenge once more, by the same channel or another: a call is counted as a text is. The steps of
    /// [`Login::send`].
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn resend(
        &self,
        to: &Destination,
        channel: Channel,
        network: &Network,
        challenge: ChallengeId,
        proof: Option<Proven>,
    ) -> Result<Live, Refusal> {
        self.orders.may_send()?;
        let country = self.country_of(to)?;
        self.leave_alone(Asked::ToSend(channel))?;
        self.demand_what_is_certain(network, proof.as_ref())?;
        let reserve = ReserveResend {
            challenge: challenge.clone(),
            proof: proof.as_ref().map(|proof| proof.id.clone()),
        };
        let name = self.name(to).await?;
        let handle = self.ledger.destination(&name, reserve).await??;
        let budgets = budget::of(to, &country, network);
        let going = Going {
            country: &country,
            channel,
        };
        self.spend(&name, going, &budgets, &challenge, proof)
            .await?;
        let sent = self.provider.resend(&handle, to, channel).await;
        self.settle_send(&name, challenge, channel, None, sent)
            .await
    }

    /// The country of a number that a code may be sent to. An address has none.
    fn country_of(&self, to: &Destination) -> Result<String, Refusal> {
        match to {
            Destination::Phone(number) => self.served.country_of(number),
            Destination::Email(_) => Ok(String::new()),
        }
    }

    /// Before anything is counted: what a provider that fails was not asked has cost nobody anything.
    fn leave_alone(&self, asked: Asked) -> Result<(), Refusal> {
        match self.provider.resting(asked) {
            Some(wait) => Err(Refusal::ProviderUnavailable(Some(wait))),
            None => Ok(()),
        }
    }

    fn demand_what_is_certain(
        &self,
        network: &Network,
        proof: Option<&Proven>,
    ) -> Result<(), Refusal> {
        let work = self.policy.work_in_any_case(network);
        if proof.map_or(0, |proof| proof.work) < work {
            return Err(Refusal::ProofRequired(work));
        }
        Ok(())
    }

    async fn settle_send(
        &self,
        name: &DestinationName,
        challenge: ChallengeId,
        channel: Channel,
        replaces: Option<ChallengeId>,
        sent: Result<Handle, SendFailure>,
    ) -> Result<Live, Refusal> {
        let outcome = match &sent {
            Ok(handle) => SendOutcome::Sent(handle.clone()),
            Err(failure) => failure.into(),
        };
        let live = self
            .ledger
            .destination(
                name,
                SettleSend {
                    challenge,
                    channel,
                    outcome,
                    replaces,
                    proof: None,
                },
            )
            .await?;
        match sent {
            Ok(_) => live,
            Err(SendFailure::NotSent) => Err(Refusal::NotDelivered),
            Err(SendFailure::Throttled(wait)) => Err(Refusal::ProviderUnavailable(wait)),
            Err(SendFailure::Misconfigured) => Err(Refusal::Misconfigured),
            Err(SendFailure::Failed | SendFailure::Unknown) => {
                Err(Refusal::ProviderUnavailable(None))
            }
        }
    }

    /// Forgets a challenge, so that its code is worth nothing any more.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    pub async fn forget(&self, to: &Destination, challenge: ChallengeId) -> Result<(), Refusal> {
        let name = self.name(to).await?;
        Ok(self.ledger.destination(&name, Forget { challenge }).await?)
    }
}

impl From<LedgerDown> for Refusal {
    /// Unknown is never yes (R83).
    fn from(LedgerDown: LedgerDown) -> Self {
        Self::Unavailable
    }
}
