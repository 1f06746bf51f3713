//! In what order is a code checked, and a person signed in?
//!
//! Not here: how the code was sent ([`super`]); what a change of number makes of a right one ([`super::number`]).

use futures_util::future::join;
use protocol::{AttemptId, Code, Destination};

use super::{FreshIds, Login, SignedIn};
use crate::account::OpenSession;
use crate::attempt::Approved;
use crate::attempt::check::{CheckReserved, ReserveCheck, SettleCheck};
use crate::index::DestinationName;
use crate::ledger::Ledger;
use crate::provider::{Asked, CheckFailure, CodeProvider};
use crate::{ChallengeId, Refusal, UserId};

/// One press of the button: a code that was typed.
#[derive(Clone, Debug)]
pub struct Press<'a> {
    /// Where the code was sent to.
    pub to: &'a Destination,
    /// The challenge.
    pub challenge: ChallengeId,
    /// What was typed.
    pub code: &'a Code,
    /// Which press this is.
    pub attempt: AttemptId,
}

/// What a code was sent for. It is good for nothing else.
#[derive(Clone, Copy)]
pub(super) enum Goal<'a> {
    /// To sign in.
    Login,
    /// To give this account the number.
    Change(&'a UserId),
    /// To prove the number, and nothing more.
    StepUp,
}

/// A number that was proved.
pub(super) struct Proved {
    pub(super) name: DestinationName,
    pub(super) approved: Approved,
}

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Checks a code and signs the person in.
    ///
    /// 1. The number is proved: see `prove`.
    /// 2. The user's record opens the session, or finds it open already.
    ///
    /// # Errors
    ///
    /// [`Refusal`]. Anything but a clear yes at every step is one.
    pub async fn verify(
        &self,
        to: &Destination,
        challenge: ChallengeId,
        code: &Code,
        attempt: AttemptId,
        fresh: FreshIds,
    ) -> Result<SignedIn, Refusal> {
        let press = Press {
            to,
            challenge,
            code,
            attempt,
        };
        let Proved { name, approved } = self.prove(&press, Goal::Login, &fresh).await?;
        self.open(name, &press, approved, fresh).await
    }

    /// Checks a code.
    ///
    /// 1. Reserve: one try and the lease; or the outcome of this very attempt, if it was decided a moment ago.
    /// 2. Ask: the provider, once.
    /// 3. Settle: a right code uses the challenge up and finds or creates the account, in one step. Meanwhile the site learns what
    ///    became of the code, and the prefix and the country that their text was worth it.
    pub(super) async fn prove(
        &self,
        press: &Press<'_>,
        goal: Goal<'_>,
        fresh: &FreshIds,
    ) -> Result<Proved, Refusal> {
        self.orders.may_sign_in()?;
        self.leave_alone(Asked::ToCheck)?;
        let reserve = ReserveCheck {
            challenge: press.challenge.clone(),
            attempt: press.attempt.clone(),
            change: match goal {
                Goal::Change(user) => Some(user.clone()),
                Goal::Login | Goal::StepUp => None,
            },
            step_up: matches!(goal, Goal::StepUp),
        };
        let name = self.name(press.to).await?;
        let (handle, ticket) = match self.ledger.destination(&name, reserve).await?? {
            CheckReserved::Ask { handle, ticket } => (handle, ticket),
            CheckReserved::Repeat(outcome) => {
                return Ok(Proved {
                    name,
                    approved: outcome?,
                });
            }
        };
        let checked = self.provider.check(&handle, press.to, press.code).await;
        let verdict = checked.ok();
        let settle = SettleCheck {
            challenge: press.challenge.clone(),
            attempt: press.attempt.clone(),
            ticket,
            verdict,
            user: fresh.user.clone(),
            session: fresh.session.clone(),
            browser: fresh.browser.clone(),
        };
        let settle = self.ledger.destination(&name, settle);
        let (settled, ()) = join(settle, self.count_check(press, verdict)).await;
        let settled = settled?;
        match checked {
            Ok(_) => Ok(Proved {
                name,
                approved: settled?,
            }),
            Err(CheckFailure::Throttled(wait)) => Err(Refusal::ProviderUnavailable(wait)),
            Err(CheckFailure::Misconfigured) => Err(Refusal::Misconfigured),
            Err(CheckFailure::Unavailable) => Err(Refusal::ProviderUnavailable(None)),
        }
    }

    /// Opens the session. An account that has another number by now disowns this one, which then opens a new account.
    async fn open(
        &self,
        name: DestinationName,
        press: &Press<'_>,
        approved: Approved,
        fresh: FreshIds,
    ) -> Result<SignedIn, Refusal> {
        let open = |approved: &Approved| OpenSession {
            session: approved.session.clone(),
            at: approved.at,
            way: approved.channel.into(),
            number: Some(name.clone()),
            claim: approved.claim.clone(),
            label: fresh.label.clone(),
            passkey: None,
        };
        let mut approved = approved;
        let mut opened = self.ledger.user(&approved.user, open(&approved)).await?;
        if opened == Err(Refusal::Disowned) {
            approved = self
                .hand_over(&name, press, &approved, Some(fresh.user.clone()))
                .await?;
            opened = self.ledger.user(&approved.user, open(&approved)).await?;
        }
        let living = self.orders.uphold(opened?)?;
        Ok(SignedIn {
            user: approved.user,
            session: approved.session,
            new_account: approved.new_account,
            living,
            browser: Some(approved.browser),
        })
    }
}
