//! Under which name is a number's record now?
//!
//! Under the one that the current key makes of the number. While there are keys before it, the record may still have an older name,
//! and is moved first. Not here: the steps of a move ([`crate::attempt::renaming`]).

use protocol::Destination;

use super::Login;
use crate::Refusal;
use crate::account::Renumber;
use crate::attempt::renaming::{Move, Moved};
use crate::index::DestinationName;
use crate::ledger::Ledger;
use crate::provider::CodeProvider;

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// The name of a number's record, which is there when this returns, and nowhere else.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unavailable`] when storage did not answer; or when the record went where this worker cannot follow, because its
    /// settings are older or lack a key.
    pub async fn name(&self, to: &Destination) -> Result<DestinationName, Refusal> {
        let name = DestinationName::of(to, self.index.current());
        let old: Vec<_> = self
            .index
            .previous()
            .iter()
            .map(|key| DestinationName::of(to, key))
            .collect();
        for from in &old {
            let begin = Move::Begin { to: name.clone() };
            match self.ledger.destination(from, begin).await?? {
                Moved::Gone(to) if to == name || old.contains(&to) => {}
                Moved::Gone(_) | Moved::Here(_) => return Err(Refusal::Unavailable),
                Moved::Copy(copy) => self.bring(copy, from, &name).await?,
            }
        }
        Ok(name)
    }

    /// Brings a copy to its new name, tells its account, and lets the old one go.
    async fn bring(
        &self,
        copy: String,
        from: &DestinationName,
        to: &DestinationName,
    ) -> Result<(), Refusal> {
        let adopt = Move::Adopt {
            from: from.clone(),
            copy,
        };
        if let Moved::Here(Some(user)) = self.ledger.destination(to, adopt).await?? {
            let renumber = Renumber {
                from: from.clone(),
                to: to.clone(),
            };
            self.ledger.user(&user, renumber).await?;
        }
        let end = Move::End { to: to.clone() };
        self.ledger.destination(from, end).await?.map(drop)
    }
}
