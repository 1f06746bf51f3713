//! What did the browser see when a passkey was made or used?
//!
//! Its own word, which the device signs unseen (Web Authentication, level 3, section 5.8.1). Not here: the device's ([`super::authenticator`]).

use serde::Deserialize;
use serde::de::IgnoredAny;

/// What was done.
#[derive(Clone, Copy)]
pub(super) enum Ceremony {
    Create,
    Get,
}

/// What it says, as far as it matters. More may stand beside it; nothing of this may stand there twice.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
    #[serde(rename = "topOrigin")]
    top_origin: Option<IgnoredAny>,
}

/// That it was this, for this challenge, on a page of these origins that stood in no page of others.
pub(super) fn is_for(
    json: &[u8],
    ceremony: Ceremony,
    challenge: &str,
    origins: &[String],
) -> Option<()> {
    let kind = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    let data: ClientData = serde_json::from_slice(json).ok()?;
    let is = data.kind == kind
        && data.challenge == challenge
        && origins.contains(&data.origin)
        && !data.cross_origin
        && data.top_origin.is_none();
    is.then_some(())
}
