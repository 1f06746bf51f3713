//! How does the browser show that it is worth a text?
//!
//! By work, in slices: between two of them the page has its turn, so that typing and whatever moves go on. Not here: the work
//! itself (`search`), when it is asked for and what becomes of it (`flow`), and how the page asks Turnstile instead (`events`).

use std::ops::ControlFlow;
use std::rc::Rc;

use protocol::{Proof, ProofOffer};
use web_sys::Window;

use crate::{flow::Millis, search::Search, world};

/// How long the page waits for its turn at most: half of the time between two pictures.
const SLICE: Millis = 8;

/// How many numbers are looked at between two looks at the clock: a slow telephone needs three milliseconds for them.
const STEP: u32 = 250;

/// Work under way.
pub(crate) struct Work {
    offer: Rc<ProofOffer>,
    search: Option<Search>,
}

impl Work {
    pub(crate) fn new(offer: Rc<ProofOffer>) -> Self {
        let search = offer.pow.as_ref().and_then(Search::new);
        Self { offer, search }
    }

    /// Works for a moment. Breaks with the proof, or with nothing where there is none to be made.
    pub(crate) fn slice(&mut self, window: &Window) -> ControlFlow<Option<Proof>> {
        let (Some(search), Some(challenge)) = (&mut self.search, &self.offer.pow) else {
            return ControlFlow::Break(None);
        };
        let since = world::now(window);
        while world::now(window) < since + SLICE {
            if let ControlFlow::Break(found) = search.look(STEP) {
                return ControlFlow::Break(found.map(|number| Proof::Pow {
                    salt: challenge.salt.clone(),
                    number,
                    signature: challenge.signature.clone(),
                }));
            }
        }
        ControlFlow::Continue(())
    }
}
