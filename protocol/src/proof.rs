//! What may a page be asked to show before a text is sent, and how does it show it?
//!
//! Work that costs a crowd of bots more than it costs one person, in ALTCHA's scheme: find the number whose SHA-256, with a salt
//! before it, is the one given. Or the word of Cloudflare Turnstile. Not here: when either is asked for, and whether it is good
//! (`login`); how the number is searched for (`widget`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// What was asked for. It comes with the request that it was asked for, and is good for one text to one number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "Shown")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Proof {
    /// The number was found.
    Pow {
        /// The salt, as it was given.
        salt: String,
        /// The number.
        number: u32,
        /// The signature, as it was given.
        signature: String,
    },
    /// Turnstile has let somebody pass.
    Turnstile {
        /// What Turnstile gave the page.
        token: String,
    },
}

/// A proof as it comes: the fields of all kinds. A reader that finds out which kind it reads while it does would double the code of
/// every text and number in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    kind: String,
    salt: Option<String>,
    number: Option<u32>,
    signature: Option<String>,
    token: Option<String>,
}

impl TryFrom<Shown> for Proof {
    type Error = &'static str;

    fn try_from(shown: Shown) -> Result<Self, Self::Error> {
        match (
            shown.kind.as_str(),
            shown.salt,
            shown.number,
            shown.signature,
            shown.token,
        ) {
            ("pow", Some(salt), Some(number), Some(signature), None) => Ok(Self::Pow {
                salt,
                number,
                signature,
            }),
            ("turnstile", None, None, None, Some(token)) => Ok(Self::Turnstile { token }),
            _ => Err("the proof is of no kind that there is"),
        }
    }
}

impl fmt::Debug for Proof {
    /// Whoever has it could use it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pow { .. } => "Pow(…)",
            Self::Turnstile { .. } => "Turnstile(…)",
        })
    }
}

/// In which ways the demand can be met: any one of those that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofOffer {
    /// By work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pow: Option<PowChallenge>,
    /// By Turnstile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turnstile: Option<TurnstileOffer>,
}

/// Find the number between 0 and `max_number` whose decimal digits, after the salt, have this SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PowChallenge {
    /// The hash: always `SHA-256`.
    #[cfg_attr(feature = "openapi", schema(example = "SHA-256"))]
    pub algorithm: String,
    /// What the salt and the number hash to, in hexadecimal digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub challenge: String,
    /// What stands before the number. Until when, in seconds since 1970, is written in it.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "pZ5q1Xw0S8mO3kT7?expires=1790000000&max=100000&")
    )]
    pub salt: String,
    /// The largest that the number may be.
    pub max_number: u32,
    /// What says that it was us who asked, for this number and this site.
    pub signature: String,
}

/// Let Turnstile look at the visitor, with these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TurnstileOffer {
    /// The public key of the site.
    pub site_key: String,
    /// What the token is for.
    #[cfg_attr(feature = "openapi", schema(example = "sms-login"))]
    pub action: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages in open tabs run the element of yesterday: what it was offered yesterday, it must be able to answer today.
    #[test]
    fn the_wire_format_is_pinned() {
        for proof in [
            r#"{"kind":"pow","salt":"s?expires=1&max=2&","number":7,"signature":"ab"}"#,
            r#"{"kind":"turnstile","token":"0.abc"}"#,
        ] {
            let read: Proof = serde_json::from_str(proof).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), proof);
        }
        for offer in [
            r#"{"pow":{"algorithm":"SHA-256","challenge":"0f","salt":"s","max_number":9,"signature":"ab"}}"#,
            r#"{"turnstile":{"site_key":"1x0","action":"sms-login"}}"#,
        ] {
            let read: ProofOffer = serde_json::from_str(offer).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), offer);
        }
    }

    #[test]
    fn r13_what_is_not_whole_or_says_more_is_no_proof() {
        for json in [
            r#"{"kind":"pow","salt":"s","number":7}"#,
            r#"{"kind":"pow","salt":"s","number":"7","signature":"ab"}"#,
            r#"{"kind":"pow","salt":"s","number":-7,"signature":"ab"}"#,
            r#"{"kind":"pow","salt":"s","number":7,"signature":"ab","x":1}"#,
            r#"{"kind":"turnstile","token":null}"#,
            r#"{"kind":"turnstile","token":"0.abc","number":7}"#,
            r#"{"kind":"captcha","token":"0.abc"}"#,
            r#"{"token":"0.abc"}"#,
        ] {
            assert!(serde_json::from_str::<Proof>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_proof_never_prints() {
        let proof = Proof::Turnstile {
            token: "canary".to_owned(),
        };
        assert_eq!(format!("{proof:?}"), "Turnstile(…)");
    }
}
