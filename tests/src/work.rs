//! How does somebody without Turnstile come by a proof?
//!
//! Number by number, as the element does. Not here: what a proof is good for.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::answer::Answer;

/// What meets the demand of an answer.
///
/// # Panics
///
/// When it demands none, or one that nobody can meet.
pub fn solved(demand: &Answer) -> Value {
    assert_eq!(demand.outcome(), "428 proof_required");
    let work = &demand.json()["proof"]["pow"];
    assert_eq!(work["algorithm"], "SHA-256");
    let salt = work["salt"].as_str().expect("work has a salt");
    let most = work["max_number"].as_u64().expect("and an end");
    let number = (0..=most)
        .find(|number| {
            let hash = Sha256::digest(format!("{salt}{number}"));
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            work["challenge"] == hex
        })
        .expect("it is one of them");
    json!({ "kind": "pow", "salt": salt, "number": number, "signature": work["signature"] })
}
