//! How does an account get another number?
//!
//! Not here: whether it may (`login`).

use http::HeaderMap;
use login::journey::{Owner, Press};
use login::seal::NumberSeal;
use login::session::Claims;
use protocol::ProblemCode;
use protocol::messages::{NumberRequest, SendRequest, VerifyNumberRequest};

use super::Answer;
use super::challenges::{fresh_ids, is_long_enough, text};
use crate::cookie::Kind;
use crate::reply::{Denial, no_content, with_cookies};
use crate::site::{Site, World};

/// `POST /v1/number`
pub(super) async fn begin<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: NumberRequest,
) -> Answer {
    let claims = site.claims(headers)?;
    site.not_forged(&claims, &ask.anti_forgery)?;
    let replaces = site.change(headers);
    let ask = SendRequest {
        to: ask.phone.into(),
        channel: ask.channel,
        proof: ask.proof,
    };
    let (response, content) = text(site, headers, ask, replaces, Some(owner(claims))).await?;
    let cookie = site.sealed(Kind::Number, &NumberSeal(content));
    Ok(with_cookies(response, [cookie]))
}

/// `POST /v1/number/verify`
pub(super) async fn verify<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: VerifyNumberRequest,
) -> Answer {
    let claims = site.claims(headers)?;
    site.not_forged(&claims, &ask.anti_forgery)?;
    let about_it = |denial: Denial| denial.about(Kind::Number);
    let held = site
        .change(headers)
        .ok_or_else(|| about_it(ProblemCode::NoChallenge.into()))?;
    is_long_enough(site, &ask.code)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let press = Press {
        number: &held.number,
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
