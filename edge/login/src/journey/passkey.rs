//! In what order does somebody sign in with a passkey?
//!
//! *Look up*: the record of the account that the device named gives the key. *Verify*: whoever can tell a signature is asked, outside of
//! any record. *Open*: the record looks again, believes the passkey or not, uses its challenge up and opens the session, in one step.
//!
//! A request may name an account of anybody's choosing. One that is unknown, a passkey that it does not have and a signature that is wrong
//! come to the same answer after the same steps, and leave nothing behind (R34).
//!
//! Not here: whether it was used as it must be ([`crate::passkey`]); how an account gets one ([`super::account`]).

use super::{Login, SignedIn};
use crate::account::passkeys::Answered;
use crate::account::{Manage, OpenSession, What};
use crate::ledger::Ledger;
use crate::passkey::{Used, Verifier};
use crate::provider::CodeProvider;
use crate::{Refusal, SessionId, Timestamp};

/// A key that is nobody's, the base point of P-256, to verify with when there is none: a signature of it comes to nothing.
const NOBODYS: &str = "pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

impl<L: Ledger, P: CodeProvider> Login<'_, L, P> {
    /// Signs somebody in with a passkey that was used for this challenge at that moment.
    ///
    /// # Errors
    ///
    /// [`Refusal::PasskeyRefused`] whatever is wrong with it; or that storage did not answer.
    pub async fn sign_in_with_passkey<V: Verifier>(
        &self,
        used: Used,
        challenge: String,
        verifier: &V,
        (session, label): (SessionId, String),
        at: Timestamp,
    ) -> Result<SignedIn, Refusal> {
        self.orders.may_sign_in()?;
        let find = Manage {
            user: used.user.clone(),
            by: None,
            what: What::FindPasskey(used.passkey.id.clone()),
            browsers: 0,
        };
        let found = self.ledger.user(&used.user, find).await??.text;
        let key = if found.is_empty() { NOBODYS } else { &found };
        if !used.is_signed_by(key, verifier).await || found.is_empty() {
            return Err(Refusal::PasskeyRefused);
        }
        let open = OpenSession {
            session: session.clone(),
            at,
            way: used.passkey.way(),
            number: None,
            claim: None,
            label,
            passkey: Some(Answered {
                passkey: used.passkey,
                challenge,
            }),
        };
        let living = self.ledger.user(&used.user, open).await??;
        Ok(SignedIn {
            user: used.user,
            session,
            new_account: false,
            living: self.orders.uphold(living)?,
            browser: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::passkey::key::PublicKey;

    /// The base point of P-256 (SEC 2, section 2.4.2).
    #[test]
    fn r34_the_key_that_is_nobodys_is_one() {
        let cose = URL_SAFE_NO_PAD.decode(NOBODYS).unwrap();
        let Some(PublicKey::Es256 { x, y }) = PublicKey::read(&cose) else {
            panic!("it is one");
        };
        assert_eq!(
            (&x[..4], &x[28..]),
            (&[0x6b, 0x17, 0xd1, 0xf2][..], &[0xd8, 0x98, 0xc2, 0x96][..])
        );
        assert_eq!(
            (&y[..4], &y[28..]),
            (&[0x4f, 0xe3, 0x42, 0xe2][..], &[0x37, 0xbf, 0x51, 0xf5][..])
        );
    }
}
