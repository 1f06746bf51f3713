//! In what order does an account get another number or address?
//!
//! The user's record first, which counts the change; then everything that a login meets, up to the right code; then the user's record
//! again. Not here: how the text is sent ([`Login::send`]); the steps ([`crate::account::number`], [`crate::attempt::handover`]).

use protocol::Destination;

use super::proving::{Goal, Press, Proved};
use super::{FreshIds, Login, Owner};
use crate::account::number::ChangeDestination;
use crate::attempt::{Approved, handover::HandOver};
use crate::index::DestinationName;
use crate::ledger::Ledger;
use crate::provider::CodeProvider;
use crate::{BrowserId, ChallengeId, Refusal, UserId};

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Counts a change of number for the account. Its session lives and was opened lately.
    pub(super) async fn begin_change(
        &self,
        owner: &Owner,
        to: &Destination,
        challenge: &ChallengeId,
    ) -> Result<(), Refusal> {
        self.check(&owner.user, owner.session.clone()).await?;
        let begin = ChangeDestination::Begin(
            owner.session.clone(),
            challenge.clone(),
            owner.user.clone(),
            ends_of(to),
        );
        self.ledger.user(&owner.user, begin).await?
    }

    /// Gives the change back if nobody was asked for its text.
    pub(super) async fn unless_asked(
        &self,
        owner: &Owner,
        challenge: ChallengeId,
        refusal: &Refusal,
    ) {
        if let Refusal::ProofRequired(_)
        | Refusal::SendTooSoon(_)
        | Refusal::TooManySends(_)
        | Refusal::NetworkSpent(_)
        | Refusal::SendsPaused(_) = refusal
        {
            // What cannot be given back stays spent.
            let drop = ChangeDestination::Drop(challenge);
            let _ = self.ledger.user(&owner.user, drop).await;
        }
    }

    /// Checks the code and gives the account the number.
    ///
    /// 1. The session lives.
    /// 2. The number is proved: see `prove`, in `journey::proving`. Its record claims the account.
    /// 3. If it names another account, that one is asked, and may have another number by now.
    /// 4. The user's record takes the number, or finds that it has. If the change is over, the number's record lets go of the claim.
    ///
    /// The id by which the browser is known to the number from now on.
    ///
    /// # Errors
    ///
    /// [`Refusal`]. Only after a right code does it tell that the number is taken.
    pub async fn finish_change(
        &self,
        owner: &Owner,
        press: &Press<'_>,
        fresh: &FreshIds,
        end_others: bool,
    ) -> Result<BrowserId, Refusal> {
        self.check(&owner.user, owner.session.clone()).await?;
        let proved = self.prove(press, Goal::Change(&owner.user), fresh).await?;
        self.take(owner, press, &proved, end_others).await
    }

    async fn take(
        &self,
        owner: &Owner,
        press: &Press<'_>,
        Proved { name, approved, .. }: &Proved,
        end_others: bool,
    ) -> Result<BrowserId, Refusal> {
        let mut approved = approved.clone();
        if approved.user != owner.user {
            let owns = ChangeDestination::Owns(name.clone(), approved.claim.clone());
            if self.ledger.user(&approved.user, owns).await? == Err(Refusal::Disowned) {
                let to = Some(owner.user.clone());
                approved = self.hand_over(name, press, &approved, to).await?;
            }
            if approved.user != owner.user {
                return Err(Refusal::NumberTaken);
            }
        }
        let finish = ChangeDestination::Finish(
            owner.session.clone(),
            press.challenge.clone(),
            name.clone(),
            end_others,
        );
        let finished = self.ledger.user(&owner.user, finish).await?;
        if finished == Err(Refusal::NoChallenge) {
            // If this is lost, the account disowns the number when somebody signs in with it.
            let _ = self.hand_over(name, press, &approved, None).await;
        }
        finished.map(|()| approved.browser)
    }

    /// The account that a number opens, of the one that its record names: that one may have another number by now.
    ///
    /// # Errors
    ///
    /// When storage did not answer.
    pub async fn owner(
        &self,
        name: DestinationName,
        named: Option<UserId>,
    ) -> Result<Option<UserId>, Refusal> {
        let Some(user) = named else {
            return Ok(None);
        };
        let owns = ChangeDestination::Owns(name, None);
        let owned = self.ledger.user(&user, owns).await?;
        Ok(owned.is_ok().then_some(user))
    }

    /// The number's record lets go of an account that has disowned it.
    pub(super) async fn hand_over(
        &self,
        name: &DestinationName,
        press: &Press<'_>,
        approved: &Approved,
        to: Option<UserId>,
    ) -> Result<Approved, Refusal> {
        let hand_over = HandOver {
            challenge: press.challenge.clone(),
            from: approved.user.clone(),
            claim: approved.claim.clone(),
            to,
        };
        let handed = self.ledger.destination(name, hand_over).await??;
        if handed.user != approved.user {
            // An account that is gone waits for its numbers to let go. If this is lost, it waits for longer.
            let _ = self.let_go(&approved.user, name).await;
        }
        Ok(handed)
    }
}

/// What the notice of a change tells of a number: its last two digits. Nothing of an address: all of its letters may name somebody.
fn ends_of(to: &Destination) -> Option<String> {
    let digits = to.phone()?.reveal();
    digits
        .get(digits.len().saturating_sub(2)..)
        .map(str::to_owned)
}
