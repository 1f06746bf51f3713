//! Under which name is a number's record now?
//!
//! Under the one that the current key makes of the number. While there are keys before it, the record may still have an older name,
//! and is moved first. Not here: the steps of a move ([`crate::attempt::renaming`]).

use protocol::PhoneNumber;

use super::Login;
use crate::Refusal;
use crate::account::Renumber;
use crate::attempt::renaming::{Adopt, BeginMove, Begun, EndMove};
use crate::index::PhoneName;
use crate::ledger::Ledger;
use crate::provider::CodeProvider;

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// The name of a number's record, which is there when this returns, and nowhere else.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unavailable`] when storage did not answer; or when the record went where this worker cannot follow, because its
    /// settings are older or lack a key.
    pub async fn name(&self, number: &PhoneNumber) -> Result<PhoneName, Refusal> {
        let name = PhoneName::of(number, self.index.current());
        let old: Vec<_> = self
            .index
            .previous()
            .iter()
            .map(|key| PhoneName::of(number, key))
            .collect();
        for from in &old {
            let begin = BeginMove { to: name.clone() };
            match self.ledger.phone(from, begin).await?? {
                Begun::Gone(to) if to == name || old.contains(&to) => {}
                Begun::Gone(_) => return Err(Refusal::Unavailable),
                Begun::Copy(copy) => {
                    let adopt = Adopt {
                        from: from.clone(),
                        copy,
                    };
                    if let Some(user) = self.ledger.phone(&name, adopt).await?? {
                        let renumber = Renumber {
                            from: from.clone(),
                            to: name.clone(),
                        };
                        self.ledger.user(&user, renumber).await?;
                    }
                    let end = EndMove { to: name.clone() };
                    self.ledger.phone(from, end).await?;
                }
            }
        }
        Ok(name)
    }
}
