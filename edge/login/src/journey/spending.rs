//! How is a text taken from all the budgets that it weighs on?
//!
//! Not here: whether one has it ([`crate::budget`]).

use futures_util::future::join_all;

use super::Login;
use crate::attempt::send::{SendOutcome, SettleSend};
use crate::budget::{Budget, GiveBack, Going, Spend, Spent};
use crate::index::DestinationName;
use crate::ledger::{Ledger, LedgerDown};
use crate::proof::Proven;
use crate::provider::CodeProvider;
use crate::{ChallengeId, Refusal};

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Takes the text, which the number has granted, from all other budgets that it weighs on; or gives everything back.
    pub(super) async fn spend(
        &self,
        name: &DestinationName,
        going: Going<'_>,
        budgets: &[Budget],
        challenge: &ChallengeId,
        proof: Option<Proven>,
    ) -> Result<(), Refusal> {
        let give_back = || GiveBack::of(going);
        let work = proof.as_ref().map_or(0, |proof| proof.work);
        let takes = budgets.iter().map(|budget| {
            let spend = Spend::of(budget.scope, going, work);
            self.take_from(budget, spend, challenge)
        });
        let answers = join_all(takes).await;
        let mut refusal = None;
        let mut granted = Vec::new();
        for (budget, answer) in budgets.iter().zip(answers) {
            match answer {
                Ok(Ok(())) => granted.push(budget),
                Ok(Err(refused)) => refusal = Some(graver(refusal, refused)),
                Err(LedgerDown) => refusal = Some(Refusal::Unavailable),
            }
        }
        let Some(refusal) = refusal else {
            return Ok(());
        };
        // What cannot be given back stays spent: a budget that errs refuses.
        let _ = join_all(
            granted
                .iter()
                .map(|budget| self.ledger.budget(budget, give_back())),
        )
        .await;
        let settle = SettleSend {
            challenge: challenge.clone(),
            channel: going.channel,
            outcome: SendOutcome::Unasked,
            replaces: None,
            proof: proof.map(|proof| proof.id),
        };
        let _ = self.ledger.destination(name, settle).await;
        Err(refusal)
    }

    /// Takes a text from one budget. Where it has shards, from one of them; if that has none, from the budget, which may lend the shard
    /// a few. A lease that does not get there stays counted.
    async fn take_from(
        &self,
        budget: &Budget,
        mut spend: Spend,
        challenge: &ChallengeId,
    ) -> Result<Result<(), Refusal>, LedgerDown> {
        let shard = budget.shard(challenge, self.policy);
        if let Some(shard) = &shard {
            let mut draw = spend.clone();
            draw.shard = true;
            match self.ledger.budget(shard, draw).await? {
                Ok(drawn) if drawn.ask => {
                    spend.wants_lease = drawn.wants_lease;
                    spend.back = drawn.texts;
                }
                drawn => return Ok(drawn.map(drop)),
            }
        }
        let spent = self.ledger.budget(budget, spend).await?;
        if let (Some(shard), Ok(spent)) = (&shard, &spent)
            && !spent.texts.is_empty()
        {
            let mut lease = GiveBack::of(Going::default());
            lease.lease = spent.texts.clone();
            let _ = self.ledger.budget(shard, lease).await;
        }
        if let Ok(Spent {
            busy: Some(busy), ..
        }) = &spent
        {
            self.busy.replace(Some(busy.clone()));
        }
        Ok(spent.map(drop))
    }
}

/// A proof mends nothing where a budget is used up, and the largest that is demanded does for all.
fn graver(first: Option<Refusal>, second: Refusal) -> Refusal {
    match (first, second) {
        (Some(Refusal::ProofRequired(a)), Refusal::ProofRequired(b)) => {
            Refusal::ProofRequired(a.max(b))
        }
        (None | Some(Refusal::ProofRequired(_)), second) => second,
        (Some(first), _) => first,
    }
}
