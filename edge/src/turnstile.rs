//! How is Turnstile asked what a token is worth?
//!
//! Once for each token that is shown. Not here: what its answer means (`login`).

use std::time::Duration;

use serde::Serialize;

use crate::outbound::{self, Question};
use crate::settings::Turnstile;

/// How long it may take. The text has five seconds of its own, and the person waits for both.
const DEADLINE: Duration = Duration::from_secs(2);

/// What it is asked (Cloudflare, "Validate the token").
#[derive(Serialize)]
struct Siteverify<'a> {
    secret: &'a str,
    response: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remoteip: Option<&'a str>,
}

/// What it answers about a token that was shown from that address. None if no answer came in time.
pub(crate) async fn ask(
    turnstile: &Turnstile,
    token: &str,
    address: Option<&str>,
) -> Option<Vec<u8>> {
    let body = serde_json::to_string(&Siteverify {
        secret: turnstile.reveal_secret(),
        response: token,
        remoteip: address,
    })
    .ok()?;
    let question = Question {
        method: "POST",
        url: &turnstile.url,
        authorization: None,
        traceparent: None,
        body: &body,
    };
    outbound::ask(&question, DEADLINE).await?.body
}
