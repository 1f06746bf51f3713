//! What do the end-to-end tests have in common?
//!
//! - [`line`](mod@line): a whole `sms-login`, started by the command that people start it with. [`guard`]: how it ends with the tests.
//! - [`browser`]: somebody who speaks HTTP to it, with a jar of [`cookies`]. [`telephone`]: what arrives at the other end.
//! - [`contract`]: the served OpenAPI document, against which every answer is held.
//! - [`numbers`]: a telephone number for every test. [`site`]: other people's servers. [`siteverify`]: Turnstile's. [`broken`]: one
//!   that fails.
//! - [`tls`]: who takes TLS off in front of them.
//! - [`crowd`]: many at once. [`hasty`]: somebody who does not wait for the answer.
//! - [`matrix`]: what was seen when something failed. [`work`]: how somebody comes by a proof.
//!
//! Not here: the tests (one program per topic in `tests/`), and the simulated provider (`simulator`).

pub mod answer;
pub mod broken;
pub mod browser;
pub mod contract;
pub mod cookies;
pub mod crowd;
pub mod email;
pub mod guard;
pub mod hasty;
pub mod line;
pub mod matrix;
pub mod numbers;
pub mod passkeys;
pub mod plain;
pub mod site;
pub mod siteverify;
pub mod step_up;
pub mod telephone;
pub mod tls;
pub mod work;
