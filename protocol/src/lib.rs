//! The words both sides of `sms-login` use: what the element may ask, and what the edge may answer.
//!
//! # In scope
//!
//! - [`phone`]: a telephone number that is E.164, or the reason why it is not.
//! - [`email`]: the same of an e-mail address. [`destination`]: where a code goes, either of them.
//! - [`code`]: a one-time code and the id of one attempt to use it.
//! - [`messages`]: every request and reply, and the path of every route.
//! - [`step_up`]: the same for a number that a site knows already.
//! - [`passkey`]: the same of passkeys.
//! - [`proof`]: what may be asked for before a text is sent.
//! - [`problem`]: the closed list of ways the edge says no.
//! - `openapi`: all of it as a contract that other tools read; for native tools only.
//!
//! # Out of scope
//!
//! - Who may do what, and how often: that is the `login` crate.
//! - Status codes, headers and cookies: `edge`.
//! - Sentences for people: `widget`.
//!
//! The crate depends on serde alone, because it is compiled into the element that every visitor downloads.

pub mod admin;
pub mod code;
pub mod destination;
pub mod email;
pub mod messages;
pub mod numbering;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod passkey;
pub mod phone;
pub mod problem;
pub mod proof;
pub mod step_up;

pub use code::{AttemptId, Code};
pub use destination::Destination;
pub use email::EmailAddress;
pub use numbering::{NumberFormat, Numbering};
pub use phone::PhoneNumber;
pub use problem::{Problem, ProblemCode};
pub use proof::{Proof, ProofOffer};
