//! Infobip's 2FA wire format: which bytes ask for what, and what do the bytes that come back mean?
//!
//! # In scope
//!
//! - [`account`]: the base URL, the API key and the ids of a 2FA application, accepted in the forms people paste.
//! - [`request`]: every request we make, as a value.
//! - [`answer`]: what a status and a body mean for a send and for a check.
//! - [`setup`]: creating the application and its message template. [`inspect`]: judging those that are there. [`plan`]: what must
//!   be done to get from those to these. [`text`]: how long a text is, and what its last line is for.
//! - [`fault`]: both of Infobip's error bodies, and what mends them.
//!
//! # Out of scope
//!
//! - Sockets, deadlines and size caps: whoever carries a [`Request`] out (the worker, or a tool) sets those.
//! - What a wrong code costs: the `login` crate.
//!
//! Source: Infobip's published 2FA OpenAPI document, version 3.210.0, and answers of the live service that others
//! published. Where the two disagree, both are understood. Every enum of theirs is read as open, every field as optional,
//! and yet only one answer counts as success: HTTP 200 with `verified: true` for the very pin id and number that were asked
//! about.

pub mod account;
pub mod answer;
pub mod fault;
pub mod inspect;
pub mod plan;
pub mod request;
pub mod setup;
pub mod text;

pub use account::{Account, ApiKey, BaseUrl, InvalidMessages, Messages, PinId};
pub use answer::{Check, CheckFailure, SendFailure};
pub use request::{Method, Request};
