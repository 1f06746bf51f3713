//! What does a person at the terminal see?
//!
//! A line on standard error for each call, and one for each message. The PINs in them open nothing but this simulator.

use crate::request::Request;
use crate::state::{Outcome, World};

impl World {
    /// Answers a call and tells of it, unless the simulator is to be quiet.
    pub(crate) fn logged_answer(&mut self, request: &Request) -> Outcome {
        let seen = self.outbox.after(0, None).count() as u64;
        let outcome = self.answer(request);
        if !self.options.quiet {
            let status = outcome.reply.status;
            eprintln!("{} {} -> {status}", request.method, request.path);
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
