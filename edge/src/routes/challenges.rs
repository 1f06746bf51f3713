//! How is a code sent, sent again, tried and forgotten?
//!
//! Not here: whether it may be (`login`).

use http::{HeaderMap, StatusCode};
use login::attempt::REMEMBERED;
use login::journey::{Asker, FreshIds, Owner};
use login::seal::ChallengeSeal;
use login::{BrowserId, ChallengeId, SessionId, UserId};
use protocol::messages::{Channel, ResendRequest, SendRequest, VerifyRequest};
use protocol::{Code, ProblemCode};

use super::{Answer, proofs};
use crate::cookie::Kind;
use crate::label::label;
use crate::languages::languages;
use crate::reply::{Denial, Response, json, no_content, with_cookies};
use crate::request::network;
use crate::site::{Site, World};

/// `POST /v1/challenges`
pub(super) async fn send<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: SendRequest,
) -> Answer {
    let replaces = site.challenge(headers);
    let (response, content) = text(site, headers, ask, replaces, None).await?;
    let cookie = site.sealed(Kind::Challenge, &content);
    Ok(with_cookies(response, [cookie]))
}

/// Sends a code, for a login or for a change of number. What the cookie of its challenge holds goes with the answer.
pub(super) async fn text<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: SendRequest,
    replaces: Option<ChallengeSeal>,
    change: Option<Owner>,
) -> Result<(Response, ChallengeSeal), Denial> {
    is_open(site, ask.channel)?;
    site.tell_where(&ask.to);
    let challenge = ChallengeId::from_random(site.world.random());
    let asker = Asker {
        network: network(headers, &site.settings),
        browser: site.browser(headers),
        change,
        step_up: false,
    };
    let (proof, ways) = proofs::proven(site, headers, &ask.to, ask.proof).await;
    let provider = site.world.provider_for(languages(headers));
    let ledger = site.world.ledger();
    let sent = site
        .login(&ledger, &provider)
        .send(
            &ask.to,
            ask.channel,
            &asker,
            challenge.clone(),
            replaces.map(|old| old.challenge),
            proof,
        )
        .await;
    let live = proofs::settled(site, &ask.to, ways, sent)?;
    // The cookie outlives the code for as long as its record is remembered: a late code is told that it has expired.
    let content = ChallengeSeal {
        to: ask.to,
        challenge,
        expires: site.now.plus(live.expires_in + REMEMBERED),
        sealed: site.now,
    };
    let response = json(StatusCode::ACCEPTED, &site.challenge_reply(&live));
    Ok((response, content))
}

/// `POST /v1/challenges/resend`
pub(super) async fn resend<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: ResendRequest,
) -> Answer {
    let held = site.challenge(headers).ok_or(ProblemCode::NoChallenge)?;
    let channel = ask.channel.unwrap_or(held.to.channel());
    is_open(site, channel)?;
    if !held.to.takes(channel) {
        return Err(Denial::detail(
            ProblemCode::InvalidRequest,
            "no code travels there by this channel",
        ));
    }
    let (proof, ways) = proofs::proven(site, headers, &held.to, ask.proof).await;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let sent = site
        .login(&ledger, &provider)
        .resend(
            &held.to,
            channel,
            &network(headers, &site.settings),
            held.challenge,
            proof,
        )
        .await;
    let live = proofs::settled(site, &held.to, ways, sent)?;
    Ok(json(StatusCode::ACCEPTED, &site.challenge_reply(&live)))
}

/// `POST /v1/challenges/verify`
pub(super) async fn verify<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: VerifyRequest,
) -> Answer {
    let held = site.challenge(headers).ok_or(ProblemCode::NoChallenge)?;
    is_long_enough(site, &ask.code)?;
    let fresh = fresh_ids(site, headers);
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let login = site.login(&ledger, &provider);
    let checked = login
        .verify(&held.to, held.challenge, &ask.code, ask.attempt_id, fresh)
        .await;
    let who = site.settled(checked)?;
    // Whoever was signed in in this browser no longer is (R45). If their record does not answer, the new session stands and
    // the old one ends with its token's time.
    if let Ok(before) = site.claims_even_expired(headers)
        && before.sid != who.session.as_str()
    {
        let _ = login.end(&before.sub.into(), before.sid.into()).await;
    }
    Ok(site.signed_in(&who, [Kind::Challenge.clear()]))
}

/// `DELETE /v1/challenges`
pub(super) async fn forget<W: World>(site: &Site<W>, headers: &HeaderMap) -> Answer {
    if let Some(held) = site.challenge(headers) {
        let (ledger, provider) = (site.world.ledger(), site.world.provider());
        site.login(&ledger, &provider)
            .forget(&held.to, held.challenge)
            .await?;
    }
    Ok(no_content([Kind::Challenge.clear()]))
}

/// That codes may travel like that here.
pub(super) fn is_open<W: World>(site: &Site<W>, channel: Channel) -> Result<(), Denial> {
    site.told.borrow_mut().channel = channel;
    if site.settings.channels().any(|open| open == channel) {
        Ok(())
    } else {
        Err(Denial::detail(
            ProblemCode::InvalidRequest,
            "no code travels by this channel here; /v1/config names those that do",
        ))
    }
}

/// That the code has as many digits as those of this site.
pub(super) fn is_long_enough<W: World>(site: &Site<W>, code: &Code) -> Result<(), Denial> {
    let expected = site.settings.policy.code_length;
    if code.digits() == usize::from(expected) {
        Ok(())
    } else {
        Err(Denial::detail(
            ProblemCode::InvalidRequest,
            format!("a code has {expected} digits"),
        ))
    }
}

pub(super) fn fresh_ids<W: World>(site: &Site<W>, headers: &HeaderMap) -> FreshIds {
    FreshIds {
        user: UserId::from_random(site.world.random()),
        session: SessionId::from_random(site.world.random()),
        browser: BrowserId::from_random(site.world.random()),
        label: label(headers),
    }
}
