//! How does somebody prove a number that a site knows already?
//!
//! The site's backend, which shows the secret of one of `STEP_UP_KEYS`, is given a ticket; whoever holds the ticket may have its one
//! code sent and try it. The ticket is sealed: it names the number and the challenge that is to be, and nothing is kept of it until a
//! code is asked for. To whoever has no key, and where that setting is missing, there is no such path. Not here: whether it may be
//! (`login`).

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use http_body::Body;
use login::ChallengeId;
use login::attempt::REMEMBERED;
use login::journey::{Asker, Press};
use login::seal::{ChallengeSeal, StepUpSeal, seal, unseal};
use login::time::whole_secs;
use protocol::step_up::{
    StepUp, StepUpProof, StepUpRequest, StepUpSend, StepUpVerify, is_text, path,
};
use protocol::{Destination, ProblemCode};

use super::challenges::{fresh_ids, is_long_enough, is_open};
use super::{Answer, admin, no_such_method, proofs};
use crate::languages::languages;
use crate::reply::{self, Denial, Response, json};
use crate::request::{network, parse, read};
use crate::site::{Site, World};

/// What stands between the number, masked, and the seal.
const BETWEEN: &str = "~";

/// Whether the request is a backend's that may ask for tickets.
pub(super) async fn enters<W: World>(site: &Site<W>, head: &Parts) -> bool {
    let keys = site.settings.step_up_keys.as_ref();
    match keys.filter(|_| head.uri.path() == path::STEP_UPS) {
        Some(keys) => admin::bearer(site, head, keys).await,
        None => false,
    }
}

/// `POST /v1/step-ups`, from a backend that has shown a key.
pub(super) async fn answer<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    head: &Parts,
    body: B,
) -> Response {
    let made = make(site, head, body).await;
    let mut response = made.unwrap_or_else(Denial::into_response);
    site.record("step_up", &response);
    reply::harden_api(
        response.headers_mut(),
        !site.settings.issuer.is_plain_http(),
    );
    response
}

async fn make<W: World, B: Body<Data = Bytes>>(site: &Site<W>, head: &Parts, body: B) -> Answer {
    if head.method != Method::POST {
        return Ok(no_such_method("POST"));
    }
    let ask: StepUpRequest = parse(&read(&head.headers, body).await?)?;
    let invalid = |detail| Denial::detail(ProblemCode::InvalidRequest, detail);
    if ask.subject.is_empty() || !is_text(&ask.subject) {
        return Err(invalid("a subject is 1 to 255 visible ASCII characters"));
    }
    if !is_text(&ask.nonce) {
        return Err(invalid("a nonce is up to 255 visible ASCII characters"));
    }
    let to = Destination::from(ask.phone.clone());
    site.tell_where(&to);
    // What gets no codes gets no ticket: the backend hears of it, and not the person.
    site.settings.served.country_of(&ask.phone)?;
    let life = site.settings.policy.ticket_life;
    let masked = masked(&ask.phone.to_string());
    let ticket = StepUpSeal {
        challenge: ChallengeSeal {
            to,
            challenge: ChallengeId::from_random(site.world.random()),
            expires: site.now.plus(life),
            sealed: site.now,
        },
        subject: ask.subject,
        nonce: ask.nonce,
    };
    let (keys, issuer) = (&site.settings.sealing_keys, site.settings.issuer.as_str());
    let sealed = seal(&ticket, keys, issuer, site.world.random());
    let made = StepUp {
        ticket: [&masked, BETWEEN, &sealed].concat(),
        expires_in: whole_secs(life),
    };
    Ok(json(StatusCode::CREATED, &made))
}

/// `+385…67` as a ticket begins: `385-67`.
fn masked(number: &str) -> String {
    number.trim_start_matches('+').replace('…', "-")
}

/// `POST /v1/step-ups/send`
pub(super) async fn send<W: World>(site: &Site<W>, headers: &HeaderMap, ask: StepUpSend) -> Answer {
    let held = held(site, &ask.ticket)?;
    is_open(site, ask.channel)?;
    let to = &held.challenge.to;
    if !to.takes(ask.channel) {
        return Err(ProblemCode::InvalidRequest.into());
    }
    let asker = Asker {
        network: network(headers, &site.settings),
        browser: None,
        change: None,
        step_up: true,
    };
    let (proof, ways) = proofs::proven(site, headers, to, ask.proof).await;
    let provider = site.world.provider_for(languages(headers));
    let ledger = site.world.ledger();
    let sent = site
        .login(&ledger, &provider)
        .send_for_step_up(to, ask.channel, &asker, held.challenge.challenge, proof)
        .await;
    let live = proofs::settled(site, to, ways, sent)?;
    Ok(json(StatusCode::ACCEPTED, &site.challenge_reply(&live)))
}

/// `POST /v1/step-ups/verify`
pub(super) async fn verify<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: StepUpVerify,
) -> Answer {
    let held = held(site, &ask.ticket)?;
    is_long_enough(site, &ask.code)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let press = Press {
        to: &held.challenge.to,
        challenge: held.challenge.challenge.clone(),
        code: &ask.code,
        attempt: ask.attempt_id,
    };
    let proved = site
        .login(&ledger, &provider)
        .prove_for_step_up(&press, &fresh_ids(site, headers))
        .await;
    let approved = site.settled(proved)?;
    let policy = &site.settings.policy;
    let proof = StepUpProof {
        assertion: site.settings.tokens.assert(&held, &approved, policy),
        expires_in: whole_secs(site.now.until(approved.at.plus(policy.assertion_life))),
    };
    Ok(json(StatusCode::OK, &proof))
}

/// What the ticket holds, if its seal is ours, its time is not over, and the operator has not ended it. A ticket lives for less long
/// than the record of its challenge, so that one which was used is never good again.
fn held<W: World>(site: &Site<W>, ticket: &str) -> Result<StepUpSeal, Denial> {
    debug_assert!(site.settings.policy.ticket_life < REMEMBERED);
    let sealed = ticket.split_once(BETWEEN).map_or("", |(_, sealed)| sealed);
    let (keys, issuer) = (&site.settings.sealing_keys, site.settings.issuer.as_str());
    let held: Option<StepUpSeal> = unseal(sealed, keys, issuer, site.now);
    held.filter(|held| !site.is_void(&held.challenge))
        .ok_or_else(|| ProblemCode::NoChallenge.into())
}
