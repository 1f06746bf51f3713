//! Do the backends of `examples/` know who is signed in?
//!
//! Each is started as its own words say, beside a worker of its own, and is shown the cookies that a browser may come with. Not here:
//! building them (`cargo xtask setup`), and tokens as such (`over_http`).

mod nginx;
mod second_factor;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use tests::cookies::SESSION;
use tests::guard::{Guarded, fresh_folder};
use tests::line::Line;
use tests::numbers;

/// The worker that they all ask.
static LINE: LazyLock<Line> = LazyLock::new(Line::start);
/// A worker of somebody else.
static OTHER: LazyLock<Line> = LazyLock::new(Line::start);

#[test]
fn r47_a_backend_with_express_knows_who_is_signed_in() {
    knows_who_is_signed_in("node", &example("node/express.mjs"));
}

#[test]
fn r47_a_backend_with_hono_knows_who_is_signed_in() {
    knows_who_is_signed_in("node", &example("node/hono.mjs"));
}

#[test]
fn r47_a_backend_with_fastapi_knows_who_is_signed_in() {
    knows_who_is_signed_in(built("python/bin/python"), &example("python/main.py"));
}

#[test]
fn r47_a_backend_with_gos_own_http_knows_who_is_signed_in() {
    knows_who_is_signed_in(built("go/backend"), "");
}

#[test]
fn r47_a_backend_with_axum_knows_who_is_signed_in() {
    knows_who_is_signed_in(built("rust/debug/backend"), "");
}

fn knows_who_is_signed_in(program: impl AsRef<Path>, script: &str) {
    let backend = Backend::start(program.as_ref(), script, &LINE);
    let issuer = LINE.issuer();
    let nobody = (401, json!({ "why": "nobody" }));
    let expired = (401, json!({ "why": "expired" }));
    let sign_in = format!("{issuer}/login?return=%2Faccount%3Ftab%3D1");
    let renew = format!("{issuer}/login/renew?return=%2Faccount%3Ftab%3D1");

    let browser = LINE.browser();
    let session = browser.sign_in(&numbers::fresh());
    let subject = session["subject"].as_str().expect("it is text");
    let token = browser.jar().get(SESSION).expect("they are in").to_owned();
    let me = (200, json!({ "subject": subject }));
    assert_eq!(backend.asks("/api/me", &token), me);
    assert_eq!(backend.asks("/api/strict", &token), me);
    let account = backend.gets("/account?tab=1", &token);
    assert_eq!(
        (account.status, account.body.contains(subject)),
        (200, true)
    );

    let elsewhere = OTHER.browser();
    elsewhere.sign_in(&numbers::fresh());
    let foreign = elsewhere
        .jar()
        .get(SESSION)
        .expect("they are in")
        .to_owned();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is later")
        .as_secs();
    let good = json!({
        "iss": issuer, "aud": issuer, "sub": "usr_somebody", "iat": now - 60, "nbf": now - 60, "exp": now + 60,
    });
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let header = json!({ "typ": "session+jwt", "alg": "EdDSA", "kid": key_of(&LINE).0 });
    let header_with = |name: &str, value: &str| {
        let mut header = header.clone();
        header[name] = value.into();
        header
    };
    // What this test signs is as good as what the worker signs, so each of the others is refused for its one fault.
    let own = signed(&header, &good, &LINE);
    assert_eq!(
        backend.asks("/api/me", &own),
        (200, json!({ "subject": "usr_somebody" }))
    );
    let refused = [
        ("no token at all", String::new()),
        ("no token", "e30.e30.e30".to_owned()),
        ("another worker's", foreign),
        ("a letter more", token.replacen('.', ".e", 1)),
        ("unsigned", unsigned(&good)),
        ("signed by somebody else", signed(&header, &good, &OTHER)),
        (
            "another kind of token",
            signed(&header_with("typ", "JWT"), &good, &LINE),
        ),
        (
            "a key of no such name",
            signed(&header_with("kid", "nobody"), &good, &LINE),
        ),
        (
            "for another site",
            signed(
                &header,
                &with("aud", json!("https://shop.example.com")),
                &LINE,
            ),
        ),
        (
            "by another worker",
            signed(&header, &with("iss", json!("https://evil.example")), &LINE),
        ),
        (
            "without an end",
            signed(&header, &with("exp", Value::Null), &LINE),
        ),
    ];
    for (what, token) in refused {
        assert_eq!(backend.asks("/api/me", &token), nobody, "{what}");
        assert_eq!(backend.asks("/api/strict", &token), nobody, "{what}");
        let account = backend.gets("/account?tab=1", &token);
        assert_eq!(
            (account.status, account.place),
            (303, sign_in.clone()),
            "{what}"
        );
    }

    let old = signed(&header, &with("exp", json!(now - 120)), &LINE);
    assert_eq!(backend.asks("/api/me", &old), expired);
    let account = backend.gets("/account?tab=1", &old);
    assert_eq!((account.status, account.place), (303, renew));

    // Where much is at stake, it is the login that must not be old, however young its token is.
    let payout = |token: &str| {
        let answered = backend.gets("/payout", token);
        (answered.status, answered.place)
    };
    let logged_in = |ago: u64| signed(&header, &with("auth_time", json!(now - ago)), &LINE);
    let sign_in = format!("{issuer}/login?return=%2Fpayout&max_age=600");
    let renew = format!("{issuer}/login/renew?return=%2Fpayout&max_age=600");
    assert_eq!(payout(&token), (200, String::new()));
    assert_eq!(payout(&logged_in(500)), (200, String::new()));
    assert_eq!(payout(&logged_in(700)), (303, sign_in.clone()));
    assert_eq!(payout(&own), (303, sign_in.clone()), "nobody knows when");
    assert_eq!(payout(""), (303, sign_in));
    assert_eq!(payout(&old), (303, renew));
    let older = backend.gets("/account?tab=1", &logged_in(700));
    assert_eq!(older.status, 200);

    // The one who asks the worker knows at once that a session was ended; the other does within a token's life.
    browser.logout();
    assert_eq!(backend.asks("/api/strict", &token), nobody);
    assert_eq!(backend.asks("/api/me", &token), me);
}

/// A running program.
struct Backend {
    address: String,
    _running: Guarded,
}

struct Answered {
    status: u16,
    place: String,
    body: String,
}

impl Backend {
    /// Starts it on a port that nobody has. Its first words are where it listens.
    fn start(program: &Path, script: &str, line: &Line) -> Self {
        Self::start_with(program, script, line, &[])
    }

    /// The same with more in its environment.
    fn start_with(program: &Path, script: &str, line: &Line, more: &[(&str, &str)]) -> Self {
        let own = [
            ("ISSUER", line.issuer()),
            ("WORKER", line.origin()),
            ("PORT", "0"),
        ];
        let mut words: Vec<_> = own
            .iter()
            .chain(more)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        words.push(program.to_str().expect("it is text").to_owned());
        words.extend((!script.is_empty()).then(|| script.to_owned()));
        let (running, stdout) = Guarded::start(OsStr::new("env"), words, fresh_folder());
        let address = BufReader::new(stdout).lines().map_while(Result::ok).next();
        let Some(address) = address else {
            panic!("{} does not start: {}", program.display(), running.errors());
        };
        Self {
            address,
            _running: running,
        }
    }

    fn gets(&self, path: &str, token: &str) -> Answered {
        get(&format!("{}{path}", self.address), token)
    }

    /// Status and JSON.
    fn asks(&self, path: &str, token: &str) -> (u16, Value) {
        let Answered { status, body, .. } = self.gets(path, token);
        let said = serde_json::from_str(&body);
        (
            status,
            said.unwrap_or_else(|_| panic!("{path}: {status} {body}")),
        )
    }
}

/// What is answered to whoever brings this token, or none.
fn get(address: &str, token: &str) -> Answered {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.get(address);
    if !token.is_empty() {
        request = request.header("cookie", format!("theme=dark; {SESSION}={token}; a=b"));
    }
    let mut answer = request
        .call()
        .unwrap_or_else(|error| panic!("{address}: {error}"));
    let place = answer.headers().get("location");
    Answered {
        status: answer.status().as_u16(),
        place: place
            .and_then(|place| place.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
        body: answer.body_mut().read_to_string().expect("it is text"),
    }
}

fn example(file: &str) -> String {
    format!("{}/../examples/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn built(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/examples")
        .join(file)
}

/// The name and the secret of the key that the worker signs with.
fn key_of(line: &Line) -> (String, SigningKey) {
    let read = || {
        let keys = fs::read_to_string(line.folder().join("keys.env")).ok()?;
        let own = keys
            .lines()
            .find_map(|line| line.strip_prefix("SIGNING_KEYS="))?;
        let (name, secret) = own.split(',').next()?.split_once(':')?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
        Some((
            name.to_owned(),
            SigningKey::from_bytes(&secret.try_into().ok()?),
        ))
    };
    read().expect("the demo keeps its keys there")
}

fn signed(header: &Value, claims: &Value, line: &Line) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = format!("{header}.{claims}");
    let signature = key_of(line).1.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn unsigned(claims: &Value) -> String {
    let header = json!({ "typ": "session+jwt", "alg": "none" });
    let [header, claims] = [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}.")
}
