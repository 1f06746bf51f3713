//! How does somebody get a passkey, and sign in with one?
//!
//! Not here: whether one is accepted (`login::passkey`); the other things that somebody may do with an account ([`super::account`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use login::account::What;
use login::account::passkeys::{NewPasskey as New, Offer};
use login::passkey::{self, RelyingParty};
use login::seal::PasskeySeal;
use login::session::Claims;
use login::{SessionId, Timestamp};
use protocol::ProblemCode;
use protocol::messages::SessionRequest;
use protocol::passkey::{Begin, NewPasskey, PasskeyLogin, Request, RequestOptions};

use super::{Answer, account, challenges};
use crate::cookie::Kind;
use crate::label::label;
use crate::reply::{Denial, json, text, with_cookies};
use crate::site::{Site, World};

/// `POST /v1/passkeys/options`
pub(super) async fn offer<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: SessionRequest,
) -> Answer {
    let party = party(site)?;
    let claims = site.claims(headers)?;
    site.not_forged(&claims, &ask.anti_forgery)?;
    let seal = begin(site, Some(claims.sid.clone().into()));
    let offer = Offer {
        challenge: seal.challenge.clone(),
        party: party.id.clone(),
    };
    let shown = manage(site, claims, What::OfferPasskey(offer)).await?;
    let cookie = site.sealed(Kind::Passkey, &seal);
    Ok(with_cookies(
        text(StatusCode::OK, "application/json", shown),
        [cookie],
    ))
}

/// `POST /v1/passkeys`
pub(super) async fn add<W: World>(site: &Site<W>, headers: &HeaderMap, ask: NewPasskey) -> Answer {
    let party = party(site)?;
    let claims = site.claims(headers)?;
    site.not_forged(&claims, &ask.anti_forgery)?;
    let challenge = held(site, headers, Some(claims.sid.clone().into()))?;
    let new = New {
        made: passkey::made(&ask.credential, &challenge, party)?,
        challenge,
        label: label(headers),
    };
    let shown = manage(site, claims, What::AddPasskey(new)).await?;
    Ok(with_cookies(
        text(StatusCode::CREATED, "application/json", shown),
        [Kind::Passkey.clear()],
    ))
}

/// `POST /v1/passkeys/login/options`
///
/// A browser that was given a challenge a moment ago is given the same one: two pages that wait for a passkey share their cookie.
pub(super) fn request<W: World>(site: &Site<W>, headers: &HeaderMap, Begin {}: Begin) -> Answer {
    let party = party(site)?;
    let life = site.settings.policy.passkey_challenge_life;
    let lately = site
        .passkey(headers)
        .filter(|held| held.session.is_none() && site.now.until(held.expires) > life / 2);
    let seal = lately.unwrap_or_else(|| begin(site, None));
    let timeout = site.now.until(seal.expires).as_millis();
    let options = RequestOptions {
        challenge: seal.challenge.clone(),
        rp_id: party.id.clone(),
        timeout: u32::try_from(timeout).unwrap_or(u32::MAX),
        user_verification: "required".to_owned(),
    };
    let request = Request {
        public_key: options,
    };
    Ok(with_cookies(
        json(StatusCode::OK, &request),
        [site.sealed(Kind::Passkey, &seal)],
    ))
}

/// `POST /v1/passkeys/login`
pub(super) async fn login<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: PasskeyLogin,
) -> Answer {
    let party = party(site)?;
    let challenge = held(site, headers, None)?;
    let used = passkey::used(&ask.credential, &challenge, party)?;
    let session = SessionId::from_random(site.world.random());
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let login = site.login(&ledger, &provider);
    let verifier = site.world.verifier();
    let opens = (session, label(headers));
    let who = login
        .sign_in_with_passkey(used, challenge, &verifier, opens, site.now)
        .await?;
    challenges::end_the_one_before(site, headers, &login, &who).await;
    Ok(site.signed_in(&who, [Kind::Passkey.clear()]))
}

/// Whose the passkeys are. Where people may have none, no request comes here.
fn party<W: World>(site: &Site<W>) -> Result<&RelyingParty, Denial> {
    let party = site.settings.passkeys.as_ref();
    party.ok_or_else(|| ProblemCode::NotFound.into())
}

fn begin<W: World>(site: &Site<W>, session: Option<SessionId>) -> PasskeySeal {
    let challenge: [u8; 32] = site.world.random();
    PasskeySeal {
        challenge: URL_SAFE_NO_PAD.encode(challenge),
        session,
        expires: site.now.plus(site.settings.policy.passkey_challenge_life),
        sealed: site.now,
    }
}

/// The challenge that this browser holds for that session, or for a login.
fn held<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    session: Option<SessionId>,
) -> Result<String, Denial> {
    site.passkey(headers)
        .filter(|held| held.session == session)
        .map(|held| held.challenge)
        .ok_or_else(|| Denial::from(ProblemCode::NoChallenge).about(Kind::Passkey))
}

async fn manage<W: World>(site: &Site<W>, claims: Claims, what: What) -> Result<String, Denial> {
    let by = (claims.sid.into(), Timestamp::from_secs(claims.auth_time));
    account::ask(site, &claims.sub.into(), by, what).await
}
