//! What is a page asked to show for its text, and is what it shows good?
//!
//! Not here: when it is asked (`login`).

use login::Refusal;
use login::attempt::Live;
use login::policy::Demand;
use login::proof::{Proven, Purpose};
use protocol::{PhoneNumber, Proof, ProofOffer};

use crate::reply::Denial;
use crate::site::{Site, World};

/// What was shown, if it is good. Whatever is not is worth as much as nothing, and whether that is enough is for the rules to say.
pub(super) fn proven<W: World>(
    site: &Site<W>,
    number: &PhoneNumber,
    shown: Option<Proof>,
) -> Option<Proven> {
    let settings = &site.settings;
    if settings.policy.proofs.demand == Demand::Off {
        return None;
    }
    match shown? {
        Proof::Pow {
            salt,
            number: found,
            signature,
        } => {
            purpose(site, number).check(&salt, found, &signature, &settings.sealing_keys, site.now)
        }
        Proof::Turnstile { .. } => None,
    }
}

/// The text that was sent; or the refusal, and what to show where that would do.
pub(super) fn settled<W: World>(
    site: &Site<W>,
    number: &PhoneNumber,
    sent: Result<Live, Refusal>,
) -> Result<Live, Denial> {
    match sent {
        Err(Refusal::ProofRequired(work)) => Err(Denial::proof(offer(site, number, work))),
        sent => site.settled(sent),
    }
}

fn offer<W: World>(site: &Site<W>, number: &PhoneNumber, work: u32) -> ProofOffer {
    let settings = &site.settings;
    let pow = purpose(site, number).challenge(
        work,
        &settings.policy.proofs,
        &settings.sealing_keys,
        site.now,
        site.world.random(),
    );
    ProofOffer {
        pow: Some(pow),
        turnstile: None,
    }
}

fn purpose<'a, W>(site: &'a Site<W>, number: &'a PhoneNumber) -> Purpose<'a> {
    Purpose {
        issuer: site.settings.issuer.as_str(),
        number,
    }
}
