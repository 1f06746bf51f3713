//! How does somebody get a passkey, and sign in with one?
//!
//! Not here: whether one is accepted (`login::passkey`); the other things that somebody may do with an account ([`super::account`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Method, StatusCode};
use login::account::What;
use login::account::passkeys::Answered;
use login::passkey::key::PublicKey;
use login::passkey::{self, Credential, Passkey, RelyingParty};
use login::seal::PasskeySeal;
use login::session::Claims;
use login::{SessionId, Timestamp};
use protocol::ProblemCode;
use serde::Deserialize;

use super::{Answer, Route, account, challenges};
use crate::cookie::Kind;
use crate::label::label;
use crate::reply::{Denial, no_content, text, with_cookies};
use crate::request::Explain;
use crate::site::{Site, World};

/// Whatever is asked about passkeys (`protocol::passkey`, where each route says what it takes). One form for all of it: each costs its
/// code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    anti_forgery: Option<String>,
    id: Option<String>,
    credential: Option<Credential>,
}

impl Explain for Ask {}

/// `POST` and `DELETE` of whatever path is about them.
pub(super) async fn ask<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    (route, method): (Route, &Method),
    ask: Ask,
) -> Answer {
    let party = site.settings.passkeys.as_ref();
    let party = party.ok_or(ProblemCode::NotFound)?;
    let is_removal = *method == Method::DELETE;
    match (ask.anti_forgery, ask.id, ask.credential) {
        (Some(forgery), None, None) if matches!(route, Route::PasskeyCreation) => {
            offer(site, headers, party, forgery).await
        }
        (Some(forgery), None, Some(made)) if matches!(route, Route::Passkeys) && !is_removal => {
            add(site, headers, party, forgery, made).await
        }
        (Some(forgery), Some(id), None) if is_removal => {
            let claims = for_session(site, headers, &forgery)?;
            manage(site, claims, What::RemovePasskey(id)).await?;
            Ok(no_content([]))
        }
        (None, None, None) if matches!(route, Route::PasskeyRequest) => {
            Ok(request(site, headers, party))
        }
        (None, None, Some(used)) if matches!(route, Route::PasskeyLogin) => {
            login(site, headers, party, used).await
        }
        _ => Err(Denial::detail(
            ProblemCode::InvalidRequest,
            "a field is missing, or one too many",
        )),
    }
}

/// `POST /v1/passkeys/options`
async fn offer<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    party: &RelyingParty,
    anti_forgery: String,
) -> Answer {
    let claims = for_session(site, headers, &anti_forgery)?;
    let seal = begin(site, Some(claims.sid.clone().into()));
    let user = claims
        .sub
        .strip_prefix("usr_")
        .unwrap_or_default()
        .to_owned();
    let excluded = manage(site, claims, What::OfferPasskey).await?;
    let options = creation(
        party,
        &user,
        &seal.challenge,
        timeout(site, &seal),
        &excluded,
    );
    Ok(with_cookies(
        text(StatusCode::OK, "application/json", options),
        [site.sealed(Kind::Passkey, &seal)],
    ))
}

/// [`protocol::passkey::Creation`], of which nearly all is always the same. What is not is base64url, a number and a domain: nothing in it
/// could end the text that it stands in.
fn creation(
    RelyingParty { id, .. }: &RelyingParty,
    user: &str,
    challenge: &str,
    timeout: u128,
    excluded: &str,
) -> String {
    let algorithm = |alg| format!(r#"{{"type":"public-key","alg":{alg}}}"#);
    let algorithms = PublicKey::ALGORITHMS.map(algorithm).join(",");
    format!(
        r#"{{"publicKey":{{"rp":{{"id":"{id}","name":"{id}"}},"user":{{"id":"{user}","name":"{id}","displayName":"{id}"}},"challenge":"{challenge}","pubKeyCredParams":[{algorithms}],"timeout":{timeout},"excludeCredentials":{excluded},"authenticatorSelection":{{"residentKey":"required","requireResidentKey":true,"userVerification":"required"}},"attestation":"none"}}}}"#
    )
}

/// `POST /v1/passkeys`
async fn add<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    party: &RelyingParty,
    anti_forgery: String,
    credential: Credential,
) -> Answer {
    let claims = for_session(site, headers, &anti_forgery)?;
    let challenge = held(site, headers, Some(claims.sid.clone().into()))?;
    let passkey = Passkey {
        label: label(headers),
        ..passkey::made(&credential, &challenge, party)?
    };
    let added = What::AddPasskey(Answered { passkey, challenge });
    let shown = manage(site, claims, added).await?;
    Ok(with_cookies(
        text(StatusCode::CREATED, "application/json", shown),
        [Kind::Passkey.clear()],
    ))
}

/// `POST /v1/passkeys/login/options`
///
/// A browser that was given a challenge a moment ago is given the same one: two pages that wait for a passkey share their cookie.
fn request<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    party: &RelyingParty,
) -> crate::reply::Response {
    let life = site.settings.policy.passkey_challenge_life;
    let lately = site
        .passkey(headers)
        .filter(|held| held.session.is_none() && site.now.until(held.expires) > life / 2);
    let seal = lately.unwrap_or_else(|| begin(site, None));
    let (challenge, timeout, id) = (&seal.challenge, timeout(site, &seal), &party.id);
    // As above, of `protocol::passkey::Request`.
    let options = format!(
        r#"{{"publicKey":{{"challenge":"{challenge}","rpId":"{id}","timeout":{timeout},"userVerification":"required"}}}}"#
    );
    with_cookies(
        text(StatusCode::OK, "application/json", options),
        [site.sealed(Kind::Passkey, &seal)],
    )
}

/// `POST /v1/passkeys/login`
async fn login<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    party: &RelyingParty,
    credential: Credential,
) -> Answer {
    let challenge = held(site, headers, None)?;
    let used = passkey::used(&credential, &challenge, party)?;
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

fn begin<W: World>(site: &Site<W>, session: Option<SessionId>) -> PasskeySeal {
    let challenge: [u8; 32] = site.world.random();
    PasskeySeal {
        challenge: URL_SAFE_NO_PAD.encode(challenge),
        session,
        expires: site.now.plus(site.settings.policy.passkey_challenge_life),
        sealed: site.now,
    }
}

/// For how many milliseconds a browser may wait for its person.
fn timeout<W: World>(site: &Site<W>, seal: &PasskeySeal) -> u128 {
    site.now.until(seal.expires).as_millis()
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

fn for_session<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    anti_forgery: &str,
) -> Result<Claims, Denial> {
    let claims = site.claims(headers)?;
    site.not_forged(&claims, anti_forgery)?;
    Ok(claims)
}

async fn manage<W: World>(site: &Site<W>, claims: Claims, what: What) -> Result<String, Denial> {
    let by = (claims.sid.into(), Timestamp::from_secs(claims.auth_time));
    account::ask(site, &claims.sub.into(), by, what).await
}
