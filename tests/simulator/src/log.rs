//! What does a person at the terminal see?
//!
//! A line on standard error for each call, and one for each message. The PINs in them open nothing but this simulator.

use crate::faults::Fault;
use crate::request::Request;
use crate::state::{Outcome, World};

impl World {
    /// Answers a call and tells of it, unless the simulator is to be quiet.
    pub(crate) fn logged_answer(&mut self, request: &Request) -> Outcome {
        let seen = self.outbox.last_id();
        let outcome = self.answer(request);
        // Whoever traces their requests reads along; without a trace this says nothing.
        if let Some(parent) = &request.traceparent {
            eprintln!("in the trace {}", parent.escape_default());
        }
        if !self.options.quiet {
            let Outcome { reply, fault } = &outcome;
            eprintln!("{} {} -> {}", request.method, request.path, reply.status);
            if *fault != Fault::default() {
                eprintln!("  spoilt by {fault:?}");
            }
            for message in self.outbox.after(seen, None) {
                eprintln!(
                    "  {:?} to {}: {}",
                    message.channel, message.to, message.text
                );
            }
        }
        outcome
    }
}
