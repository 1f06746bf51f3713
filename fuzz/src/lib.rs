//! What must hold of whatever comes in from outside?
//!
//! One function for each kind of input. It takes any bytes and panics if something does not hold that must: not only that reading them
//! ends well, but also what was read. A fuzzer searches for bytes that break it (`targets/`, `cargo xtask fuzz`); those that are in
//! `corpus/` are tried by the ordinary tests.
//!
//! Not here: what must hold of what the worker itself reads (`edge/src/fuzzing.rs`); what is made with what was read. That has tests of its own.

mod account;
mod body;
mod code;
mod cookie;
mod keys;
mod number;
mod passkey;
mod provider;
mod record;
mod served;
mod token;

use login::keys::KeyRing;

/// A kind of input.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What its program and its folder in `corpus/` are called.
    pub name: &'static str,
    /// Panics if what must hold of such an input does not hold of this one.
    pub holds: fn(&[u8]),
}

/// All kinds.
pub const TARGETS: [Target; 14] = [
    target("account", account::holds),
    target("body", body::holds),
    target("code", code::holds),
    target("cookie", cookie::holds),
    target("form", edge_to_fuzz::fuzzing::form),
    target("keys", keys::holds),
    target("number", number::holds),
    target("passkey", passkey::holds),
    target("provider", provider::holds),
    target("record", record::holds),
    target("request", edge_to_fuzz::fuzzing::request),
    target("served", served::holds),
    target("settings", edge_to_fuzz::fuzzing::settings),
    target("token", token::holds),
];

const fn target(name: &'static str, holds: fn(&[u8])) -> Target {
    Target { name, holds }
}

/// What must hold of inputs of the kind of that name.
///
/// # Panics
///
/// When there is none.
pub fn of(name: &str) -> fn(&[u8]) {
    let mut named = TARGETS.iter().filter(|target| target.name == name);
    named.next().expect("a target is named by the table").holds
}

/// The site that the inputs are for.
const ISSUER: &str = "https://login.example.com";

/// What is as good as random: the bytes i × 37 + 1, exclusive-or 5a. The tests of `login` pin cookies and a token that they made with
/// it, which are in the corpora.
const SECRET: &str = "W3wRKs_ghV5zFCnC57hddgsswZq_UHUOI8SZsldoDSY";

/// A ring of that one key.
fn ring(id: &str) -> KeyRing {
    KeyRing::parse(&format!("{id}:{SECRET}")).expect("the key is whole")
}
