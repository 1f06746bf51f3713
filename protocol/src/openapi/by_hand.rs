//! Which form have bodies that no struct of ours says by itself?
//!
//! Not here: which routes take or give them ([`super`]).

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

/// One of several, none of which takes a field that it does not name.
pub(super) fn closed(mut schema: Value) -> Value {
    let kinds = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    for kind in kinds.into_iter().flatten() {
        kind["additionalProperties"] = json!(false);
    }
    schema
}

/// See [`crate::numbering`].
pub(super) fn numbering() -> Value {
    json!({
        "description": "A country: its two letters, its calling code, an example of a mobile number, a pattern of what is dialled before a calling code, one of what is dialled before a national number (may be empty), what people write between area code and mobile number and what stands before the area code instead (mostly empty), how many digits a mobile number can have; then a text for each way of grouping digits, the first that fits counts. Such a text is made of a shape (`#` for a digit, `0` for one that may be missing, all else as it is written), letters (`i`: after a calling code, `t`: after the trunk prefix, `n`: without it, `a`: the trunk prefix stands apart) and patterns of how such numbers begin, for the first three digits, the first four, and so on; with tabs between them.",
        "type": "array",
        "items": { "type": "string" },
        "minItems": 8,
        "example": ["HR", "385", "092 123 4567", "00", "0", "", "", "8 9", "## ### ###0\tit\t9"],
    })
}
