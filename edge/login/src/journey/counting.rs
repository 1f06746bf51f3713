//! Which budgets learn what became of a code?
//!
//! Not here: what they make of it ([`crate::budget::checked`]).

use futures_util::future::join_all;

use super::Login;
use super::proving::Press;
use crate::ChallengeId;
use crate::budget::checked::Checked;
use crate::budget::{self, Budget, Scope};
use crate::ledger::Ledger;
use crate::network::Network;
use crate::provider::{CodeProvider, Verdict};

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Tells the site whether a code was right, and the prefix and the country if it was; of a code that was e-mailed, also the budget of
    /// e-mails, which asks for proofs by its own. Nobody is let in or kept out over the count of it.
    pub(super) async fn count_check(&self, press: &Press<'_>, verdict: Option<Verdict>) {
        let right = match verdict {
            Some(Verdict::Approved) => true,
            Some(Verdict::Wrong(_) | Verdict::Exhausted) => false,
            // Nobody looked at the code.
            Some(Verdict::Expired | Verdict::Unknown) | None => return,
        };
        let (to, challenge) = (press.to, &press.challenge);
        let Ok(country) = self.country_of(to) else {
            return;
        };
        let counts = |scope| match scope {
            Scope::Site | Scope::Email => true,
            Scope::Prefix | Scope::Country => right,
            Scope::Network | Scope::WideNetwork | Scope::UnknownNetwork | Scope::AdminTries => {
                false
            }
        };
        let checked = Checked::new(right.into(), (!right).into());
        let mut budgets = budget::of(to, &country, &Network::Unknown);
        if to.phone().is_none() {
            budgets.push(budget::SITE);
        }
        let told = budgets
            .iter()
            .filter(|budget| counts(budget.scope))
            .map(|budget| {
                let email = budget.scope == Scope::Email;
                self.tell(budget, challenge, Checked { email, ..checked })
            });
        join_all(told).await;
    }

    /// Tells one budget. Where it has shards, one of them gathers what there is and says when it is time.
    async fn tell(&self, budget: &Budget, challenge: &ChallengeId, mut checked: Checked) {
        if let Some(shard) = budget.shard(challenge, self.policy) {
            checked.shard = true;
            let Ok(Some(gathered)) = self.ledger.budget(&shard, checked).await else {
                return;
            };
            checked = gathered;
        }
        let _ = self.ledger.budget(budget, checked).await;
    }
}
