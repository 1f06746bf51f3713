//! What is found wrong before anybody comes to log in?
//!
//! Not here: what fails while they do (`faults`).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

mod deploy;
mod doctor;
mod documented;
mod provision;
mod published;
mod release;
mod settings;
mod simulated;
