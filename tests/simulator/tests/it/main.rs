//! Is the simulator faithful? Seen from outside, over sockets.
//!
//! Not here: the rules by themselves, whose tests are beside them.

// Helpers of tests are not tests in clippy's eyes.
#![allow(clippy::unwrap_used)]

mod console;
mod faults;
mod fixture;
mod recordings;
mod sending;
mod setup;
mod verifying;
