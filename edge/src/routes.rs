//! Which path does what?
//!
//! Every handler reads what the browser brought, asks `login`, and turns the outcome into a reply with its cookies. No handler
//! decides anything. Not here: refusing requests that are none ([`crate::request`]); status codes ([`crate::reply`]).

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use login::journey::{FreshIds, SignedIn};
use login::ledger::Ledger;
use login::provider::CodeProvider;
use login::seal::{ChallengeSeal, seal, unseal};
use login::session::Claims;
use login::time::whole_secs;
use login::{ChallengeId, Login, Refusal, SessionId, Timestamp, UserId};
use protocol::ProblemCode;
use protocol::messages::{
    Challenge, Channel, Config, Empty, Health, SendRequest, Session, VerifyRequest, path,
};

use crate::assets;
use crate::cookie::Kind;
use crate::reply::{self, Denial, json, no_content, with_cookies};
use crate::request::{Ask, guard};
use crate::settings::Settings;

/// What the routes need from outside.
#[allow(
    async_fn_in_trait,
    reason = "used inside this crate only, on one thread"
)]
pub(crate) trait World: Clone + Send + Sync + 'static {
    type Ledger: Ledger;
    type Provider: CodeProvider;

    /// Where records are kept.
    fn ledger(&self) -> Self::Ledger;
    /// Who sends codes.
    fn provider(&self) -> Self::Provider;
    /// Bytes from a cryptographically secure source.
    fn random<const N: usize>(&self) -> [u8; N];
    /// The bytes of a static file, if there is one.
    async fn asset(&self, path: &str) -> Option<Vec<u8>>;
    /// Tells the operator that something is wrong with the deployment.
    fn report(&self, what: &str);
}

/// One request's surroundings: the world, the settings, and the moment it is now.
#[derive(Clone)]
pub(crate) struct Site<W> {
    pub(crate) world: W,
    pub(crate) settings: Arc<Settings>,
    pub(crate) now: Timestamp,
}

type Answer = Result<Response, Denial>;

/// All routes.
pub(crate) fn router<W: World>(site: Site<W>) -> Router {
    let api = Router::new()
        .route(path::CONFIG, get(config::<W>))
        .route(path::CHALLENGES, post(send::<W>).delete(forget::<W>))
        .route(path::RESEND, post(resend::<W>))
        .route(path::VERIFY, post(verify::<W>))
        .route(path::SESSION, get(session::<W>))
        .route(path::RENEW, post(renew::<W>))
        .route(path::LOGOUT, post(logout::<W>))
        .route(path::JWKS, get(key_set::<W>))
        .route(path::HEALTH, get(health))
        .method_not_allowed_fallback(async || Denial::from(ProblemCode::MethodNotAllowed))
        .layer(from_fn_with_state(site.clone(), front::<W>));
    api.fallback(files::<W>).with_state(site)
}

/// What every request to the API meets first and every answer last.
///
/// 1. A preflight is answered for pages of the listed origins, and for no others.
/// 2. What is no request of ours is refused before any handler runs.
/// 3. Every answer, whoever made it, gets the API's headers; a page of a listed origin may read it.
async fn front<W: World>(State(site): State<Site<W>>, request: Request, next: Next) -> Response {
    let settings = &site.settings;
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .filter(|origin| settings.allows_origin(origin.as_bytes()))
        .cloned();
    let mut response = if request.method() == Method::OPTIONS {
        origin.as_ref().map_or_else(
            || Denial::from(ProblemCode::CrossSite).into_response(),
            |_| reply::preflight(),
        )
    } else {
        match guard(request.method(), request.uri(), request.headers(), settings) {
            Ok(()) => next.run(request).await,
            Err(denial) => denial.into_response(),
        }
    };
    reply::harden_api(response.headers_mut(), !settings.issuer.is_plain_http());
    reply::share_with(response.headers_mut(), origin);
    response
}

/// `GET /v1/config`
async fn config<W: World>(State(site): State<Site<W>>, headers: HeaderMap) -> Response {
    let served = &site.settings.served;
    let config = Config {
        default_country: served.default_country(),
        countries: served.countries().map(str::to_owned).collect(),
        channels: vec![Channel::Sms],
        code_length: site.settings.policy.code_length,
        has_session: Kind::Session.read(&headers).is_some(),
    };
    json(StatusCode::OK, &config)
}

/// `POST /v1/challenges`
#[worker::send]
async fn send<W: World>(
    State(site): State<Site<W>>,
    headers: HeaderMap,
    Ask(ask): Ask<SendRequest>,
) -> Answer {
    let challenge = ChallengeId::from_random(site.world.random());
    let replaces = site.challenge(&headers).map(|old| old.challenge);
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let sent = site
        .login(&ledger, &provider)
        .send(&ask.phone, ask.channel, challenge.clone(), replaces)
        .await;
    let live = site.settled(sent)?;
    let content = ChallengeSeal {
        number: ask.phone,
        challenge,
        expires: site.now.plus(live.expires_in),
    };
    let sealed = seal(
        &content,
        &site.settings.sealing_keys,
        site.settings.issuer.as_str(),
        site.world.random(),
    );
    let cookie = Kind::Challenge.set(&sealed, u64::from(whole_secs(live.expires_in)));
    Ok(with_cookies(
        json(StatusCode::ACCEPTED, &site.challenge_reply(&live)),
        [cookie],
    ))
}

/// `POST /v1/challenges/resend`
#[worker::send]
async fn resend<W: World>(
    State(site): State<Site<W>>,
    headers: HeaderMap,
    Ask(Empty {}): Ask<Empty>,
) -> Answer {
    let held = site.challenge(&headers).ok_or(ProblemCode::NoChallenge)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let sent = site
        .login(&ledger, &provider)
        .resend(&held.number, Channel::Sms, held.challenge)
        .await;
    let live = site.settled(sent)?;
    Ok(json(StatusCode::ACCEPTED, &site.challenge_reply(&live)))
}

/// `POST /v1/challenges/verify`
#[worker::send]
async fn verify<W: World>(
    State(site): State<Site<W>>,
    headers: HeaderMap,
    Ask(ask): Ask<VerifyRequest>,
) -> Answer {
    let held = site.challenge(&headers).ok_or(ProblemCode::NoChallenge)?;
    let expected = site.settings.policy.code_length;
    if ask.code.digits() != usize::from(expected) {
        return Err(Denial::detail(
            ProblemCode::InvalidRequest,
            format!("a code has {expected} digits"),
        ));
    }
    let fresh = FreshIds {
        user: UserId::from_random(site.world.random()),
        session: SessionId::from_random(site.world.random()),
    };
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let login = site.login(&ledger, &provider);
    let checked = login
        .verify(
            &held.number,
            held.challenge,
            &ask.code,
            ask.attempt_id,
            fresh,
        )
        .await;
    let who = site.settled(checked)?;
    // Whoever was signed in in this browser no longer is (R45). If their record does not answer, the new session stands and
    // the old one ends with its token's time.
    if let Ok(before) = site.claims_even_expired(&headers)
        && before.sid != who.session.as_str()
    {
        let _ = login.end(&before.sub.into(), before.sid.into()).await;
    }
    Ok(site.signed_in(&who, [Kind::Challenge.clear()]))
}

/// `DELETE /v1/challenges`
#[worker::send]
async fn forget<W: World>(State(site): State<Site<W>>, headers: HeaderMap) -> Answer {
    if let Some(held) = site.challenge(&headers) {
        let (ledger, provider) = (site.world.ledger(), site.world.provider());
        site.login(&ledger, &provider)
            .forget(&held.number, held.challenge)
            .await?;
    }
    Ok(no_content([Kind::Challenge.clear()]))
}

/// `GET /v1/session`
#[worker::send]
async fn session<W: World>(State(site): State<Site<W>>, headers: HeaderMap) -> Answer {
    let token = Kind::Session
        .read(&headers)
        .ok_or(ProblemCode::NotSignedIn)?;
    let claims = site.settings.tokens.open(token, site.now)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let user = claims.sub.clone().into();
    site.login(&ledger, &provider)
        .check(&user, claims.sid.clone().into())
        .await?;
    Ok(json(StatusCode::OK, &site.session_reply(&claims)))
}

/// `POST /v1/session/renew`
#[worker::send]
async fn renew<W: World>(
    State(site): State<Site<W>>,
    headers: HeaderMap,
    Ask(Empty {}): Ask<Empty>,
) -> Answer {
    let claims = site.claims_even_expired(&headers)?;
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let (user, session) = (UserId::from(claims.sub), SessionId::from(claims.sid));
    let living = site
        .login(&ledger, &provider)
        .renew(&user, session.clone(), claims.generation)
        .await?;
    let who = SignedIn {
        user,
        session,
        new_account: claims.new,
        living,
    };
    Ok(site.signed_in(&who, []))
}

/// `POST /v1/session/logout`
///
/// The cookie goes even when the record does not answer: the person who pressed the button is at somebody else's computer.
#[worker::send]
async fn logout<W: World>(
    State(site): State<Site<W>>,
    headers: HeaderMap,
    Ask(Empty {}): Ask<Empty>,
) -> Answer {
    let cleared = Kind::Session.clear();
    if let Ok(claims) = site.claims_even_expired(&headers) {
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

/// `GET /.well-known/jwks.json`
async fn key_set<W: World>(State(site): State<Site<W>>) -> Response {
    let mut response = json(StatusCode::OK, &site.settings.tokens.key_set());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/jwk-set+json"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    response
}

/// `GET /healthz`: answering at all says that the settings are whole.
async fn health() -> Response {
    json(
        StatusCode::OK,
        &Health {
            status: "ok".to_owned(),
        },
    )
}

/// Everything else: a file of the site, or nothing.
#[worker::send]
async fn files<W: World>(State(site): State<Site<W>>, request: Request) -> Response {
    let over_https = !site.settings.issuer.is_plain_http();
    if let Some(file) = assets::File::at(request.uri().path())
        && request.method().is_safe()
        && let Some(bytes) = site.world.asset(file.path()).await
    {
        return file.response(bytes, over_https);
    }
    let mut response = Denial::from(ProblemCode::NotFound).into_response();
    reply::harden_api(response.headers_mut(), over_https);
    response
}

impl<W: World> Site<W> {
    fn login<'a>(
        &'a self,
        ledger: &'a W::Ledger,
        provider: &'a W::Provider,
    ) -> Login<'a, W::Ledger, W::Provider> {
        Login {
            ledger,
            provider,
            served: &self.settings.served,
        }
    }

    /// The challenge that this browser holds, if its seal is ours and its time is not over.
    fn challenge(&self, headers: &HeaderMap) -> Option<ChallengeSeal> {
        let sealed = Kind::Challenge.read(headers)?;
        unseal(
            sealed,
            &self.settings.sealing_keys,
            self.settings.issuer.as_str(),
            self.now,
        )
    }

    fn claims_even_expired(&self, headers: &HeaderMap) -> Result<Claims, Denial> {
        let token = Kind::Session
            .read(headers)
            .ok_or(ProblemCode::NotSignedIn)?;
        Ok(self.settings.tokens.open_expired(token, self.now)?)
    }

    fn challenge_reply(&self, live: &login::attempt::Live) -> Challenge {
        Challenge {
            code_length: self.settings.policy.code_length,
            expires_in: whole_secs(live.expires_in),
            resend_in: whole_secs(live.resend_in),
            tries_left: live.tries_left,
        }
    }

    fn session_reply(&self, claims: &Claims) -> Session {
        claims.reply(&self.settings.policy)
    }

    /// The session and its cookie, which lives as long as the session may: the token inside says when it must be renewed.
    fn signed_in(
        &self,
        who: &SignedIn,
        cookies: impl IntoIterator<Item = HeaderValue>,
    ) -> Response {
        let (token, claims) = self
            .settings
            .tokens
            .sign(who, self.now, &self.settings.policy);
        let session = self.session_reply(&claims);
        let cookie = Kind::Session.set(&token, session.ends_at.saturating_sub(self.now.as_secs()));
        with_cookies(
            json(StatusCode::OK, &session),
            std::iter::once(cookie).chain(cookies),
        )
    }

    /// Tells the operator when it is our own set-up that the provider refused.
    fn settled<T>(&self, outcome: Result<T, Refusal>) -> Result<T, Denial> {
        if matches!(outcome, Err(Refusal::Misconfigured)) {
            self.world.report("Infobip refused the request: check INFOBIP_API_KEY, its scopes, the application and the template");
        }
        Ok(outcome?)
    }
}

#[cfg(test)]
#[path = "routes_tests.rs"]
mod tests;
