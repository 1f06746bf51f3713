//! What is an answer before it becomes HTTP?
//!
//! Not here: turning it into bytes, whole or spoilt (`delivery.rs`).

use serde::Serialize;
use serde_json::{Value, json};

/// An answer of the simulated API.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) has_content_type: bool,
    pub(crate) retry_after_s: Option<u64>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Serialize) -> Self {
        Self {
            status,
            body: json!(body),
            has_content_type: true,
            retry_after_s: None,
        }
    }

    pub(crate) fn ok(body: impl Serialize) -> Self {
        Self::new(200, body)
    }
}
