//! Do the rules hold, whoever asks for what, in whatever order, and at whatever time?
//!
//! Seen from outside the crate, in a world of the tests' own (`world`): its clock, its records and its provider are in memory. Not here:
//! what is private to a rule, whose tests are beside it; the races between real objects (`tests/abuse`).

// Helpers of tests are not tests in clippy's eyes.
#![allow(clippy::unwrap_used)]

mod attack;
mod browsers;
mod budgets;
mod calls;
mod ceremonies;
mod change_orders;
mod changes;
mod clock;
mod emails;
mod erased_changes;
mod erasure;
mod interleavings;
mod invariants;
mod journeys;
mod limits;
mod linking;
mod numbers;
mod operator;
mod passkeys;
mod proofs;
mod renaming;
mod sessions;
mod spending;
mod step_ups;
mod way_back;
mod world;
