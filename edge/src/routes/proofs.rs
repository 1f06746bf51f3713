//! What is a page asked to show for its text, and is what it shows good?
//!
//! Not here: when it is asked (`login`).

use http::HeaderMap;
use login::Refusal;
use login::attempt::Live;
use login::policy::Demand;
use login::proof::turnstile::{self, NoProof};
use login::proof::{Proven, Purpose};
use protocol::proof::TurnstileOffer;
use protocol::{Destination, Proof, ProofOffer};

use crate::reply::Denial;
use crate::request::address;
use crate::site::{Site, World};

/// In which ways somebody may meet a demand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ways {
    /// In all that there are.
    All,
    /// By work: Turnstile does not answer.
    Work,
}

/// What was shown, if it is good, and what else may be. Whatever is not good is worth as much as nothing, and whether that is
/// enough is for the rules to say.
pub(super) async fn proven<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    to: &Destination,
    shown: Option<Proof>,
) -> (Option<Proven>, Ways) {
    let settings = &site.settings;
    match (shown, &settings.turnstile) {
        _ if settings.policy.proofs.demand == Demand::Off => (None, Ways::All),
        (
            Some(Proof::Pow {
                salt,
                number: found,
                signature,
            }),
            _,
        ) => {
            let ring = &settings.sealing_keys;
            let purpose = purpose(site, to);
            let proven = purpose.check(&salt, found, &signature, ring, site.now);
            (proven, Ways::All)
        }
        (Some(Proof::Turnstile { token }), Some(turnstile)) => {
            let address = address(headers, settings);
            let answer = site.world.turnstile(turnstile, &token, address).await;
            let proofs = &settings.policy.proofs;
            let is_ours = |host: &str| {
                let mut pages = settings.origins().chain(&settings.embedding_origins);
                pages.any(|origin| origin.host() == host)
            };
            let read =
                |answer: Vec<u8>| turnstile::read(&answer, &token, is_ours, site.now, proofs);
            match answer.map_or(Err(NoProof::Unavailable), read) {
                Ok(proven) => (Some(proven), Ways::All),
                Err(NoProof::Refused) => (None, Ways::All),
                Err(NoProof::Unavailable) => (None, Ways::Work),
                Err(NoProof::Misconfigured) => {
                    site.world
                        .report("Turnstile refused the worker: check TURNSTILE_SECRET");
                    (None, Ways::Work)
                }
            }
        }
        (Some(Proof::Turnstile { .. }), None) | (None, _) => (None, Ways::All),
    }
}

/// The text that was sent; or the refusal, and what to show where that would do.
pub(super) fn settled<W: World>(
    site: &Site<W>,
    to: &Destination,
    ways: Ways,
    sent: Result<Live, Refusal>,
) -> Result<Live, Denial> {
    match sent {
        Err(Refusal::ProofRequired(work)) => Err(Denial::proof(offer(site, to, ways, work))),
        sent => site.settled(sent),
    }
}

fn offer<W: World>(site: &Site<W>, to: &Destination, ways: Ways, work: u32) -> ProofOffer {
    let settings = &site.settings;
    let proofs = &settings.policy.proofs;
    // Work is the way of those whom Turnstile does not reach. If it were as easy, Turnstile would keep nobody out.
    let work = match settings.turnstile {
        Some(_) => work.max(proofs.work_under_attack),
        None => work,
    };
    let ring = &settings.sealing_keys;
    let pow = purpose(site, to).challenge(work, proofs, ring, site.now, site.world.random());
    let turnstile = settings.turnstile.as_ref().filter(|_| ways == Ways::All);
    ProofOffer {
        pow: Some(pow),
        turnstile: turnstile.map(|turnstile| TurnstileOffer {
            site_key: turnstile.site_key.clone(),
            action: turnstile::ACTION.to_owned(),
        }),
    }
}

fn purpose<'a, W>(site: &'a Site<W>, to: &'a Destination) -> Purpose<'a> {
    Purpose {
        issuer: site.settings.issuer.as_str(),
        to,
    }
}
