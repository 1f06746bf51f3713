//! Which budgets learn what became of a code?
//!
//! Not here: what they make of it ([`crate::budget::checked`]).

use futures_util::future::join_all;

use super::Login;
use super::proving::{Press, Proved};
use crate::budget::checked::Checked;
use crate::budget::{self, Scope};
use crate::ledger::Ledger;
use crate::network::Network;
use crate::provider::CodeProvider;

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Tells the site of a wrong code, if it is one. The number's record has counted it already, so nothing is let through here.
    pub(super) async fn count_wrong(&self, wrong: bool) {
        if wrong {
            let checked = Checked { right: 0, wrong: 1 };
            let _ = self.ledger.budget(&budget::SITE, checked).await;
        }
    }

    /// Tells the prefix, the country and the site, once, that a text led to what it was asked for. A login is not lost over the count
    /// of it.
    pub(super) async fn count_right(&self, press: &Press<'_>, proved: &Proved) {
        let number = press.number;
        let Ok(country) = self.served.country_of(number) else {
            return;
        };
        if proved.again {
            return;
        }
        let counting = |scope| matches!(scope, Scope::Prefix | Scope::Country | Scope::Site);
        let budgets = budget::of(number, &country, &Network::Unknown);
        let checked = Checked { right: 1, wrong: 0 };
        let told = budgets
            .iter()
            .filter(|budget| counting(budget.scope))
            .map(|budget| self.ledger.budget(budget, checked));
        join_all(told).await;
    }
}
