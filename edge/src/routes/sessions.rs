//! Who is signed in, for how long, and until when?
//!
//! Not here: whether a session lives (`login`).

use http::{HeaderMap, StatusCode};
use login::journey::SignedIn;
use login::{Refusal, SessionId, UserId};
use protocol::messages::SessionRequest;

use super::Answer;
use crate::cookie::Kind;
use crate::reply::{Denial, json, no_content, with_cookies};
use crate::site::{Site, World};

/// `GET /v1/session`
pub(super) async fn session<W: World>(site: &Site<W>, headers: &HeaderMap) -> Answer {
    let mut claims = site.claims(headers)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let user = claims.sub.clone().into();
    let living = site
        .login(&ledger, &provider)
        .check(&user, claims.sid.clone().into())
        .await?;
    // Somebody may have signed in elsewhere since the token was made.
    claims.first_seen = living.first_login.as_secs();
    claims.last_login = living.last_login.as_secs();
    Ok(json(
        StatusCode::OK,
        &site.session_reply(&claims, Some(&living)),
    ))
}

/// `POST /v1/session/renew`
pub(super) async fn renew<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: SessionRequest,
) -> Answer {
    let claims = site.claims_even_expired(headers)?;
    site.not_forged(&claims, &ask.anti_forgery)?;
    prolong(site, headers).await
}

/// Renews the session of a browser that brings nothing but its cookie. Whoever makes it come here gains nothing.
pub(super) async fn prolong<W: World>(site: &Site<W>, headers: &HeaderMap) -> Answer {
    let claims = site.claims_even_expired(headers)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let (user, session) = (UserId::from(claims.sub), SessionId::from(claims.sid));
    let renewed = site
        .login(&ledger, &provider)
        .renew(&user, session.clone(), claims.generation)
        .await;
    site.told.borrow_mut().token_reused = renewed == Err(Refusal::TokenReused);
    let living = renewed?;
    let who = SignedIn {
        user,
        session,
        new_account: claims.new,
        living,
        browser: None,
    };
    Ok(site.signed_in(&who, []))
}

/// `POST /v1/session/logout`
///
/// The cookie goes even when the record does not answer: the person who pressed the button is at somebody else's computer.
pub(super) async fn logout<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: SessionRequest,
) -> Answer {
    let cleared = Kind::Session.clear();
    if let Ok(claims) = site.claims_even_expired(headers) {
        site.not_forged(&claims, &ask.anti_forgery)?;
        let (ledger, provider) = (site.world.ledger(), site.world.provider());
        let ended = site
            .login(&ledger, &provider)
            .end(&claims.sub.into(), claims.sid.into())
            .await;
        if let Err(refusal) = ended {
            return Ok(with_cookies(
                Denial::from(refusal).into_response(),
                [cleared],
            ));
        }
    }
    Ok(no_content([cleared]))
}
