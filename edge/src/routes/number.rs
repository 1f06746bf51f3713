//! How does an account get another number, or another address?
//!
//! Not here: whether it may (`login`).

use http::HeaderMap;
use login::journey::{Owner, Press};
use login::seal::ChangeSeal;
use login::session::Claims;
use protocol::messages::{Channel, EmailRequest, NumberRequest, SendRequest, VerifyChangeRequest};
use protocol::{Destination, ProblemCode};

use super::Answer;
use super::challenges::{fresh_ids, is_long_enough, text};
use crate::cookie::Kind;
use crate::reply::{Denial, no_content, with_cookies};
use crate::site::{Site, World};

/// What a change is of.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Number,
    Address,
}

impl Of {
    fn is_about(self, to: &Destination) -> bool {
        match self {
            Self::Number => to.phone().is_some(),
            Self::Address => to.phone().is_none(),
        }
    }
}

/// `POST /v1/number`
pub(super) async fn begin<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: NumberRequest,
) -> Answer {
    let send = SendRequest {
        to: ask.phone.into(),
        channel: ask.channel,
        proof: ask.proof,
    };
    send_to(site, headers, send, &ask.anti_forgery).await
}

/// `POST /v1/email`
pub(super) async fn begin_with_address<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: EmailRequest,
) -> Answer {
    let send = SendRequest {
        to: ask.email.into(),
        channel: Channel::Email,
        proof: ask.proof,
    };
    send_to(site, headers, send, &ask.anti_forgery).await
}

async fn send_to<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: SendRequest,
    anti_forgery: &str,
) -> Answer {
    let claims = site.claims(headers)?;
    site.not_forged(&claims, anti_forgery)?;
    let replaces = site.change(headers);
    if !ask.to.takes(ask.channel) {
        return Err(Denial::detail(
            ProblemCode::InvalidRequest,
            "no code travels there by this channel",
        ));
    }
    let (response, content) = text(site, headers, ask, replaces, Some(owner(claims))).await?;
    let cookie = site.sealed(Kind::Number, &ChangeSeal(content));
    Ok(with_cookies(response, [cookie]))
}

/// `POST /v1/number/verify`, `POST /v1/email/verify`
pub(super) async fn verify<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    of: Of,
    ask: VerifyChangeRequest,
) -> Answer {
    let claims = site.claims(headers)?;
    site.not_forged(&claims, &ask.anti_forgery)?;
    let about_it = |denial: Denial| denial.about(Kind::Number);
    let held = site
        .change(headers)
        .filter(|held| of.is_about(&held.to))
        .ok_or_else(|| about_it(ProblemCode::NoChallenge.into()))?;
    is_long_enough(site, &ask.code)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let press = Press {
        to: &held.to,
        challenge: held.challenge,
        code: &ask.code,
        attempt: ask.attempt_id,
    };
    let fresh = fresh_ids(site, headers);
    let finished = site
        .login(&ledger, &provider)
        .finish_change(&owner(claims), &press, &fresh, ask.end_others)
        .await;
    let browser = site.settled(finished).map_err(about_it)?;
    Ok(no_content([Kind::Number.clear(), site.known(browser)]))
}

fn owner(claims: Claims) -> Owner {
    Owner {
        user: claims.sub.into(),
        session: claims.sid.into(),
    }
}
