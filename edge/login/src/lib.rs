//! The rules of a login: who may ask for a code, who may try one, and what a right one is worth.
//!
//! # In scope
//!
//! - [`journey`]: the steps of a login in order: reserve, ask, settle.
//! - [`attempt`]: what is kept of one number, and every step that may change it. [`account`]: the same of one user. [`budget`]: the same of a
//!   [`network`], a prefix, a country and the site. [`metrics`]: what has happened so far, in numbers.
//! - [`step`]: how a record is changed. [`ledger`] and [`provider`]: what the rules need from the world, as two traits.
//! - [`policy`]: every number that anyone could argue about. [`money`]: what a text costs. [`alert`]: what the operator is told.
//! - [`served`]: which telephone numbers get a code. [`proof`]: what a page may have to show before a text is sent.
//! - [`passkey`]: whether one was made and used as it must be. [`way`]: how somebody signed in.
//! - [`session`] and [`seal`]: the signed token and the sealed cookie. [`keys`] and [`index`]: the keys they use.
//! - [`forgery`] and [`press`]: how a page shows which session it is for, and which press of a button it was.
//! - [`breaker`]: when a provider that fails is left alone. [`switches`]: what the operator has switched off. [`refusal`]: every way the rules say no.
//!
//! # Out of scope
//!
//! - HTTP, cookies' attributes, storage and the provider's wire: `edge`.
//! - The clock and the random source. `now` is an argument, random bytes are arguments; nothing in this crate can read either,
//!   because it depends on nothing that could.

pub mod account;
pub mod alert;
pub mod attempt;
pub mod breaker;
pub mod budget;
pub mod forgery;
pub mod id;
pub mod index;
pub mod journey;
pub mod keys;
pub mod ledger;
pub mod metrics;
pub mod money;
pub mod network;
mod numbers;
pub mod passkey;
pub mod policy;
pub mod press;
pub mod proof;
pub mod provider;
pub mod refusal;
pub mod seal;
pub mod served;
pub mod session;
pub mod step;
pub mod switches;
pub mod time;
pub mod way;

pub use id::{BrowserId, ChallengeId, SessionId, UserId};
pub use journey::Login;
pub use policy::Policy;
pub use refusal::Refusal;
pub use time::Timestamp;
pub use way::Way;
