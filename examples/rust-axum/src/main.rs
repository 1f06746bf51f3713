//! How does a backend with axum know who is signed in?
//!
//! ```sh
//! ISSUER=https://www.example.com PORT=3000 cargo run
//! ```
//!
//! [`Worker::offline`] verifies the cookie's token with the worker's published keys: a session that was ended is noticed within
//! fifteen minutes. [`Worker::strict`] asks the worker, which knows at once.

use std::env;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

const COOKIE: &str = "__Host-sms-login=";
/// How long the keys are good, as the worker's answer says.
const KEYS_LIFE: Duration = Duration::from_secs(300);
/// How soon they may be asked for again because of a key that is not among them.
const KEYS_PAUSE: Duration = Duration::from_secs(10);
/// How many seconds ago a login may be where much is at stake.
const LATELY: u64 = 600;

/// Somebody, or why there is nobody.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Who {
    Subject(String),
    Why(Nobody),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Nobody {
    Expired,
    Nobody,
    /// They proved their number longer ago than is wanted.
    Old,
}

/// The worker cannot be asked. Then nobody can be told from anybody, and nobody gets in.
#[derive(Debug)]
struct Unreachable;

/// The worker's origin, as in its own setting `ISSUER`, and where this program reaches it.
struct Worker {
    issuer: String,
    audience: String,
    address: String,
    agent: ureq::Agent,
    keys: Mutex<Option<(JwkSet, Instant)>>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    /// When the number was proved. A token's own age says nothing of that: it is renewed.
    #[serde(default)]
    auth_time: u64,
}

impl Worker {
    fn from_environment() -> Self {
        let issuer = env::var("ISSUER")
            .expect("ISSUER is the worker's origin, such as https://www.example.com");
        let or_issuer = |name| env::var(name).unwrap_or_else(|_| issuer.clone());
        let patience = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(10)));
        Self {
            audience: or_issuer("AUDIENCE"),
            address: or_issuer("WORKER"),
            agent: patience.http_status_as_error(false).build().into(),
            keys: Mutex::default(),
            issuer,
        }
    }

    fn offline(&self, headers: &HeaderMap) -> Result<Who, Unreachable> {
        self.since(headers, 0)
    }

    /// The same for whoever proved their number within ten minutes.
    fn lately(&self, headers: &HeaderMap) -> Result<Who, Unreachable> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_err(|_| Unreachable)?.as_secs();
        self.since(headers, now.saturating_sub(LATELY))
    }

    fn since(&self, headers: &HeaderMap, since: u64) -> Result<Who, Unreachable> {
        let Some(token) = token(headers) else {
            return Ok(Who::Why(Nobody::Nobody));
        };
        let head = decode_header(token);
        let Some(name) = head
            .ok()
            .filter(|head| head.typ.as_deref() == Some("session+jwt"))
            .and_then(|head| head.kid)
        else {
            return Ok(Who::Why(Nobody::Nobody));
        };
        let Some(key) = self.key(&name)? else {
            return Ok(Who::Why(Nobody::Nobody));
        };
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        Ok(match decode::<Claims>(token, &key, &validation) {
            Ok(read) if read.claims.auth_time < since => Who::Why(Nobody::Old),
            Ok(read) => Who::Subject(read.claims.sub),
            Err(error) if *error.kind() == ErrorKind::ExpiredSignature => Who::Why(Nobody::Expired),
            Err(_) => Who::Why(Nobody::Nobody),
        })
    }

    /// The same, as of this moment.
    fn strict(&self, headers: &HeaderMap) -> Result<Who, Unreachable> {
        let cookies = headers.get(header::COOKIE).cloned();
        let ask = self.agent.get(format!("{}/v1/session", self.address));
        let ask = cookies
            .into_iter()
            .fold(ask, |ask, cookies| ask.header(header::COOKIE, cookies));
        let mut answer = ask.call().map_err(|_| Unreachable)?;
        let status = answer.status();
        let said: serde_json::Value = answer.body_mut().read_json().map_err(|_| Unreachable)?;
        match (status, said["subject"].as_str(), said["code"].as_str()) {
            (StatusCode::OK, Some(subject), _) => Ok(Who::Subject(subject.to_owned())),
            (StatusCode::UNAUTHORIZED, _, Some("session_expired")) => Ok(Who::Why(Nobody::Expired)),
            (StatusCode::UNAUTHORIZED, ..) => Ok(Who::Why(Nobody::Nobody)),
            _ => Err(Unreachable),
        }
    }

    /// The key of that name. One that is not known is a reason to look again, but not all the time.
    fn key(&self, name: &str) -> Result<Option<DecodingKey>, Unreachable> {
        let mut kept = self.keys.lock().map_err(|_| Unreachable)?;
        let fits = |(keys, since): &(JwkSet, Instant)| {
            let patience = if keys.find(name).is_some() {
                KEYS_LIFE
            } else {
                KEYS_PAUSE
            };
            since.elapsed() < patience
        };
        if !kept.as_ref().is_some_and(fits) {
            let address = format!("{}/.well-known/jwks.json", self.address);
            let mut answer = self.agent.get(address).call().map_err(|_| Unreachable)?;
            let keys = answer.body_mut().read_json().map_err(|_| Unreachable)?;
            *kept = Some((keys, Instant::now()));
        }
        let key = kept.as_ref().and_then(|(keys, _)| keys.find(name));
        Ok(key.and_then(|key| DecodingKey::from_jwk(key).ok()))
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split("; ")
        .find_map(|pair| pair.strip_prefix(COOKIE))
}

/// A page: whoever is not signed in is sent to sign in, and comes back.
async fn account(State(worker): State<Arc<Worker>>, uri: Uri, headers: HeaderMap) -> Response {
    page(worker, uri, headers, Worker::offline, "").await
}

/// The same for whoever proved their number within ten minutes: not whoever finds a browser open.
async fn pay_out(State(worker): State<Arc<Worker>>, uri: Uri, headers: HeaderMap) -> Response {
    let max_age = format!("&max_age={LATELY}");
    page(worker, uri, headers, Worker::lately, &max_age).await
}

async fn page(
    worker: Arc<Worker>,
    uri: Uri,
    headers: HeaderMap,
    question: Question,
    max_age: &str,
) -> Response {
    let issuer = worker.issuer.clone();
    match ask(worker, headers, question).await {
        Ok(Who::Subject(subject)) => format!("Signed in as {subject}").into_response(),
        Ok(Who::Why(why)) => {
            let step = if why == Nobody::Expired { "/renew" } else { "" };
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            let path = utf8_percent_encode(path, NON_ALPHANUMERIC);
            Redirect::to(&format!("{issuer}/login{step}?return={path}{max_age}")).into_response()
        }
        Err(Unreachable) => Unreachable.into_response(),
    }
}

/// An interface: what scripts ask.
async fn me(State(worker): State<Arc<Worker>>, headers: HeaderMap) -> Response {
    tell(ask(worker, headers, Worker::offline).await)
}

/// Where it matters that a session was ended a minute ago.
async fn me_strictly(State(worker): State<Arc<Worker>>, headers: HeaderMap) -> Response {
    tell(ask(worker, headers, Worker::strict).await)
}

type Question = fn(&Worker, &HeaderMap) -> Result<Who, Unreachable>;

/// In a thread that may wait.
async fn ask(
    worker: Arc<Worker>,
    headers: HeaderMap,
    question: Question,
) -> Result<Who, Unreachable> {
    let asked = spawn_blocking(move || question(&worker, &headers));
    asked.await.unwrap_or(Err(Unreachable))
}

fn tell(who: Result<Who, Unreachable>) -> Response {
    let status = match &who {
        Ok(Who::Subject(_)) => StatusCode::OK,
        Ok(Who::Why(_)) => StatusCode::UNAUTHORIZED,
        Err(Unreachable) => return Unreachable.into_response(),
    };
    (
        status,
        [(header::CACHE_CONTROL, "no-store")],
        Json(who.ok()),
    )
        .into_response()
}

impl IntoResponse for Unreachable {
    fn into_response(self) -> Response {
        (StatusCode::SERVICE_UNAVAILABLE, "try again later").into_response()
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new()
        .route("/account", get(account))
        .route("/payout", get(pay_out))
        .route("/api/me", get(me))
        .route("/api/strict", get(me_strictly))
        .with_state(Arc::new(Worker::from_environment()));
    let port = env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
