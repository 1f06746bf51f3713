//! Which path does what?
//!
//! The table of the API's routes, what every request to it meets first, and the routes that need nobody to be known. Every handler reads what the
//! browser brought, asks `login`, and turns the outcome into a reply with its cookies. No handler decides anything. Not here:
//! refusing requests that are none ([`crate::request`]); the replies' form ([`crate::reply`]).
//!
//! A `match` and no router: a dozen routes are read faster in one place, and a router's layers took a tenth of the upload and built
//! their tree anew for each request.

mod account;
mod admin;
mod challenges;
mod countries;
mod number;
mod numbers;
mod operator;
mod pages;
mod passkeys;
mod proofs;
mod route;
mod sessions;
mod step_ups;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body::Body;
use login::account::What;
use protocol::ProblemCode;
use protocol::messages::{Config, Health, SessionRequest, path};

use crate::assets;
use crate::cookie::{self, Kind};
use crate::reply::{self, Denial, Response, json};
use crate::request::{guard, is_embedded, parse, read};
use crate::site::{Site, World};
use route::Route;

/// What a handler comes to.
type Answer = Result<Response, Denial>;

/// Answers a request, whatever it is, and tells whoever asked what it is called.
pub(crate) async fn answer<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    request: Request<B>,
) -> Response {
    let mut response = route(site, request).await;
    site.trace.stamp(response.headers_mut());
    response
}

async fn route<W: World, B: Body<Data = Bytes>>(site: &Site<W>, request: Request<B>) -> Response {
    let (head, body) = request.into_parts();
    if let Some(route) = Route::at(head.uri.path())
        && route.exists(&site.settings)
    {
        return front(site, route, &head, body).await;
    }
    if let Some(step) = pages::Step::at(head.uri.path()) {
        return pages::answer(site, step, &head, body).await;
    }
    if let Some(keys) = operator::exists(site, &head) {
        return operator::answer(site, keys, &head, body).await;
    }
    if step_ups::enters(site, &head).await {
        site.ask_switches().await;
        return step_ups::answer(site, &head, body).await;
    }
    match admin::enter(site, &head).await {
        Some(act) => admin::answer(site, act, &head, body).await,
        None => file(site, &head).await,
    }
}

/// What every request to the API meets first and every answer last.
///
/// 1. A preflight is answered for pages of the listed origins, and for no others.
/// 2. What is no request of ours is refused before any handler runs.
/// 3. How the operator's switches stand is asked, if it is time to.
/// 4. Every answer, whoever made it, is told to the log if it was to change something.
/// 5. Every answer gets the API's headers; a page of a listed origin may read it, and one of another site gets its cookies for that
///    site alone.
async fn front<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    route: Route,
    head: &Parts,
    body: B,
) -> Response {
    let settings = &site.settings;
    let origin = head.headers.get(header::ORIGIN).filter(|origin| {
        settings.allows_origin(origin.as_bytes()) || settings.embeds(origin.as_bytes())
    });
    let outcome = match head.method {
        Method::OPTIONS => origin
            .map(|_| reply::preflight())
            .ok_or_else(|| ProblemCode::CrossSite.into()),
        _ => match guard(&head.method, &head.uri, &head.headers, settings) {
            Ok(()) => {
                if route.heeds_switches() {
                    site.ask_switches().await;
                }
                act(site, route, head, body).await
            }
            Err(denial) => Err(denial),
        },
    };
    let mut response = outcome.unwrap_or_else(Denial::into_response);
    if let Some(name) = route.event(&head.method) {
        site.record(name, &response);
    }
    reply::harden_api(response.headers_mut(), !settings.issuer.is_plain_http());
    reply::share_with(response.headers_mut(), origin.cloned());
    if is_embedded(&head.headers, settings) {
        cookie::partition(response.headers_mut());
    }
    response
}

/// The table of routes.
async fn act<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    route: Route,
    head: &Parts,
    body: B,
) -> Answer {
    let headers = &head.headers;
    match (route, &head.method) {
        (Route::Config, &Method::GET | &Method::HEAD) => Ok(config(site, headers)),
        (Route::Countries, &Method::GET | &Method::HEAD) => countries::all(site).await,
        (Route::Country, &Method::GET | &Method::HEAD) => {
            countries::one(site, head.uri.path()).await
        }
        (Route::Health, &Method::GET | &Method::HEAD) => Ok(health()),
        (Route::KeySet, &Method::GET | &Method::HEAD) => Ok(key_set(site)),
        (Route::Session, &Method::GET | &Method::HEAD) => sessions::session(site, headers).await,
        (Route::Sessions, &Method::GET | &Method::HEAD) => {
            account::manage(site, headers, None, What::ShowSessions).await
        }
        (Route::Account, &Method::GET | &Method::HEAD) => {
            account::manage(site, headers, None, What::ShowAll).await
        }
        (Route::Account, &Method::DELETE) => {
            let body = read(headers, body).await?;
            let ask: SessionRequest = parse(&body)?;
            account::manage(site, headers, Some(ask.anti_forgery), What::Erase).await
        }
        (Route::Passkeys, &Method::GET | &Method::HEAD) => {
            account::manage(site, headers, None, What::ShowPasskeys).await
        }
        (
            Route::PasskeyCreation | Route::PasskeyLogin | Route::PasskeyRequest | Route::Passkeys,
            &Method::POST,
        )
        | (Route::Passkeys, &Method::DELETE) => {
            let body = read(headers, body).await?;
            passkeys::ask(site, headers, (route, &head.method), parse(&body)?).await
        }
        (Route::Challenges, &Method::DELETE) => challenges::forget(site, headers).await,
        (
            Route::Challenges
            | Route::Resend
            | Route::Verify
            | Route::Number
            | Route::VerifyNumber
            | Route::StepUpSend
            | Route::StepUpVerify
            | Route::Renew
            | Route::Logout
            | Route::EndSessions,
            &Method::POST,
        ) => {
            let body = read(headers, body).await?;
            match route {
                Route::Challenges => challenges::send(site, headers, parse(&body)?).await,
                Route::Resend => challenges::resend(site, headers, parse(&body)?).await,
                Route::Verify => challenges::verify(site, headers, parse(&body)?).await,
                Route::Number => number::begin(site, headers, parse(&body)?).await,
                Route::VerifyNumber => number::verify(site, headers, parse(&body)?).await,
                Route::StepUpSend => step_ups::send(site, headers, parse(&body)?).await,
                Route::StepUpVerify => step_ups::verify(site, headers, parse(&body)?).await,
                Route::Renew => sessions::renew(site, headers, parse(&body)?).await,
                Route::Logout => sessions::logout(site, headers, parse(&body)?).await,
                Route::EndSessions => {
                    let (anti_forgery, which) = account::which(parse(&body)?)?;
                    account::manage(site, headers, anti_forgery, which).await
                }
                Route::Account
                | Route::Config
                | Route::Countries
                | Route::Country
                | Route::Health
                | Route::KeySet
                | Route::PasskeyCreation
                | Route::PasskeyLogin
                | Route::PasskeyRequest
                | Route::Passkeys
                | Route::Session
                | Route::Sessions => Ok(not_allowed(route)),
            }
        }
        _ => Ok(not_allowed(route)),
    }
}

/// The route exists, the method does not; the answer says which ones do (RFC 9110, section 15.5.6).
fn not_allowed(route: Route) -> Response {
    let allow = match route {
        Route::Account => "GET, HEAD, DELETE",
        Route::Challenges => "POST, DELETE",
        Route::Passkeys => "GET, HEAD, POST, DELETE",
        Route::Config
        | Route::Countries
        | Route::Country
        | Route::Health
        | Route::KeySet
        | Route::Session
        | Route::Sessions => "GET, HEAD",
        Route::EndSessions
        | Route::Logout
        | Route::Number
        | Route::PasskeyCreation
        | Route::PasskeyLogin
        | Route::PasskeyRequest
        | Route::Renew
        | Route::Resend
        | Route::StepUpSend
        | Route::StepUpVerify
        | Route::Verify
        | Route::VerifyNumber => "POST",
    };
    no_such_method(allow)
}

/// The refusal that names what may be asked instead (RFC 9110, section 15.5.6).
fn no_such_method(allow: &'static str) -> Response {
    let mut response = Denial::from(ProblemCode::MethodNotAllowed).into_response();
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

/// `GET /v1/config`
fn config<W: World>(site: &Site<W>, headers: &HeaderMap) -> Response {
    let served = &site.settings.served;
    let config = Config {
        default_country: countries::likely(served, headers),
        countries: served.countries().map(str::to_owned).collect(),
        channels: site.settings.channels().collect(),
        code_length: site.settings.policy.code_length,
        passkeys: site.settings.passkeys.is_some(),
        has_session: Kind::Session.read(headers).is_some(),
    };
    json(StatusCode::OK, &config)
}

/// `GET /.well-known/jwks.json`
fn key_set<W: World>(site: &Site<W>) -> Response {
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
fn health() -> Response {
    json(
        StatusCode::OK,
        &Health {
            status: "ok".to_owned(),
        },
    )
}

/// Everything else: a file of the site, or nothing.
async fn file<W: World>(site: &Site<W>, head: &Parts) -> Response {
    let over_https = !site.settings.issuer.is_plain_http();
    if let Some(file) = assets::File::at(head.uri.path())
        && head.method.is_safe()
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
