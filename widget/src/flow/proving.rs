//! What happens when the worker wants to see a proof before it sends a text?
//!
//! The browser makes one, or the page gets one, and what was asked is asked again with it. Nobody waits for an answer meanwhile,
//! so the person may do something else, which ends it. Not here: how a proof is made (`search`, `proof`).

use std::rc::Rc;

use protocol::{
    ProblemCode, Proof, ProofOffer,
    messages::{ResendRequest, SendRequest},
};

use super::{Ask, Busy, Demand, Effect, Flow, Millis, PATIENCE};

/// How many proofs are made for one text. A second one replaces one that came too late; who wants more than a third is not to
/// be satisfied.
const PROOFS: u8 = 3;

/// How long one may take: the page may have to ask the person something.
const PROVING: Millis = 120_000;

/// How long it takes until the person is told what takes so long. The element wakes once a second, which may be a little less
/// by the page's clock.
const LONG: Millis = 900;

impl Flow {
    /// Whether the person may do something else than wait.
    pub fn free(&self) -> bool {
        self.idle() || self.busy.as_ref().is_some_and(|busy| busy.demand.is_some())
    }

    /// Whether nothing is under way that the person waits for, or that would be lost if they did something else.
    pub(super) fn idle(&self) -> bool {
        self.busy
            .as_ref()
            .is_none_or(|busy| self.awaits_quietly(&busy.ask))
    }

    /// Whether a proof is being made, and the person has waited long enough to be told.
    pub fn proves_long(&self, now: Millis) -> bool {
        let proving = self.busy.as_ref().filter(|busy| busy.demand.is_some());
        proving.is_some_and(|busy| busy.since + LONG <= now)
    }

    /// Whether another proof may do.
    pub(super) fn may_prove(&self) -> bool {
        self.proofs < PROOFS
    }

    /// The worker wants to be shown one of these before it does what it was asked.
    pub(super) fn demand(&mut self, offer: Rc<ProofOffer>, ask: Rc<Ask>, since: Millis) {
        self.proofs += 1;
        let by_page = offer.turnstile.is_some();
        self.prove(Demand { offer, by_page }, ask, since);
    }

    /// Here it is, and goes with what was asked.
    pub(super) fn proof(&mut self, proof: Proof, now: Millis) {
        let Some(busy) = self.busy.take_if(|busy| busy.demand.is_some()) else {
            return;
        };
        let proof = Some(proof);
        let ask = match &*busy.ask {
            Ask::Send(SendRequest { to, channel, .. }) => Ask::Send(SendRequest {
                to: to.clone(),
                channel: *channel,
                proof,
            }),
            Ask::Resend(ResendRequest { channel, .. }) => Ask::Resend(ResendRequest {
                channel: *channel,
                proof,
            }),
            Ask::StepUp(ResendRequest { channel, .. }) => Ask::StepUp(ResendRequest {
                channel: *channel,
                proof,
            }),
            // Nothing else has a place for one.
            Ask::Config
            | Ask::Session
            | Ask::Renew
            | Ask::Verify(_)
            | Ask::Forget
            | Ask::SignOut
            | Ask::UsePasskey
            | Ask::PasskeyLogin(_)
            | Ask::MakePasskey
            | Ask::KeepPasskey(_) => return,
        };
        self.ask(ask, now)
    }

    /// What the page does not make is made by work. There is no third way.
    pub(super) fn no_proof(&mut self, by_page: bool) {
        let asked = |busy: &mut Busy| matches!(&busy.demand, Some(it) if it.by_page == by_page);
        match self.busy.take_if(asked) {
            Some(Busy {
                ask,
                since,
                demand:
                    Some(Demand {
                        offer,
                        by_page: true,
                    }),
            }) => self.prove(
                Demand {
                    offer,
                    by_page: false,
                },
                ask,
                since,
            ),
            Some(_) => self.say(ProblemCode::ProofRequired, None, None),
            None => {}
        }
    }

    /// What the proof was for is no longer wanted.
    pub(super) fn give_up_proof(&mut self) {
        if self.busy.take_if(|busy| busy.demand.is_some()).is_some() {
            self.effects.push(Effect::Abandon);
        }
    }

    fn prove(&mut self, demand: Demand, ask: Rc<Ask>, since: Millis) {
        let offer = Rc::clone(&demand.offer);
        self.effects.push(match demand.by_page {
            true => Effect::AskPage(offer),
            false => Effect::Work(offer),
        });
        self.busy = Some(Busy {
            ask,
            since,
            demand: Some(demand),
        });
    }
}

impl Busy {
    /// How long it may take.
    pub(super) fn patience(&self) -> Millis {
        match self.demand {
            Some(_) => PROVING,
            None => PATIENCE,
        }
    }
}
