//! Which form have answers that are no struct of ours?
//!
//! Not here: which routes give them ([`super`]).

use serde_json::{Value, json};

/// RFC 7517, with what our keys are.
pub(super) fn key_set() -> Value {
    json!({
        "type": "object",
        "required": ["keys"],
        "properties": {
            "keys": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["kty", "crv", "x", "kid", "use", "alg"],
                    "properties": {
                        "kty": { "const": "OKP" },
                        "crv": { "const": "Ed25519" },
                        "x": { "type": "string" },
                        "kid": { "type": "string" },
                        "use": { "const": "sig" },
                        "alg": { "const": "EdDSA" },
                    },
                },
            },
        },
    })
}

/// Entries are short, because there may be hundreds of them.
pub(super) fn countries() -> Value {
    json!({
        "type": "object",
        "required": ["countries"],
        "properties": {
            "countries": {
                "description": "By calling code; where several countries share one, the main one first.",
                "type": "array",
                "items": {
                    "description": "The country (ISO 3166-1 alpha-2), its calling code and, where it shares that with others, a pattern of how its numbers begin, if that tells them apart.",
                    "type": "array",
                    "items": { "type": "string" },
                    "minItems": 2,
                    "maxItems": 3,
                    "example": ["HR", "385"],
                },
            },
        },
    })
}
