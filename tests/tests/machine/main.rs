//! Does the worker run on a machine of one's own as `cargo xtask pack` lays it out?
//!
//! From the archive, by the command line of its unit, with the scripts that are in it. Not here: systemd itself, which these tests do
//! not start; what holds wherever the worker runs (`over_http`, `power`).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

mod client;
mod fronts;
mod image;
#[expect(dead_code, reason = "it is made for workers of the demo, too")]
#[path = "../power/provider.rs"]
mod provider;
mod records;
mod restarts;
mod unit;
mod worker;
