//! Which path does what?
//!
//! The table of routes, what every request meets first, and the routes that need nobody to be known. Every handler reads what the
//! browser brought, asks `login`, and turns the outcome into a reply with its cookies. No handler decides anything. Not here:
//! refusing requests that are none ([`crate::request`]); the replies' form ([`crate::reply`]).

mod challenges;
mod sessions;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use protocol::ProblemCode;
use protocol::messages::{Channel, Config, Health, path};

use crate::assets;
use crate::cookie::Kind;
use crate::reply::{self, Denial, json};
use crate::request::guard;
use crate::site::{Site, World};

/// What a handler comes to.
type Answer = Result<Response, Denial>;

/// All routes.
pub(crate) fn router<W: World>(site: Site<W>) -> Router {
    let api = Router::new()
        .route(path::CONFIG, get(config::<W>))
        .route(
            path::CHALLENGES,
            post(challenges::send::<W>).delete(challenges::forget::<W>),
        )
        .route(path::RESEND, post(challenges::resend::<W>))
        .route(path::VERIFY, post(challenges::verify::<W>))
        .route(path::SESSION, get(sessions::session::<W>))
        .route(path::RENEW, post(sessions::renew::<W>))
        .route(path::LOGOUT, post(sessions::logout::<W>))
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

#[cfg(test)]
mod tests;
