//! Who plays Turnstile's server?
//!
//! An independent reading of how `siteverify` answers: a token is good once, and tells where and for what it was given out. Not here:
//! the worker's side, and Turnstile's in a page.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::site::serve;

/// The site's keys.
pub const SITE_KEY: &str = "0x4AAAAAAA-site";
/// The secret one.
pub const SECRET: &str = "0x4AAAAAAA-canary-secret";

/// A double of Turnstile's server. It ends with this process.
#[derive(Debug)]
pub struct Siteverify {
    port: u16,
    desk: Arc<Desk>,
}

#[derive(Debug, Default)]
struct Desk {
    /// What is said of a token the first time that somebody asks.
    tokens: Mutex<HashMap<String, Value>>,
    given_out: AtomicU32,
    asked: AtomicU32,
    down: AtomicBool,
}

impl Siteverify {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When there is no port left.
    pub fn start() -> Self {
        let desk = Arc::new(Desk::default());
        let behind = desk.clone();
        let answer = async move |body: Bytes| behind.answer(&body);
        let port = serve(Router::new().route("/siteverify", post(answer)));
        Self { port, desk }
    }

    /// The settings of a worker that asks this one.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("TURNSTILE_SITE_KEY", SITE_KEY.to_owned()),
            ("TURNSTILE_SECRET", SECRET.to_owned()),
            (
                "TURNSTILE_URL",
                format!("http://127.0.0.1:{}/siteverify", self.port),
            ),
        ]
    }

    /// A token that somebody on a page of this host was given for this, so many seconds ago.
    ///
    /// # Panics
    ///
    /// Never: every moment of these years can be written.
    pub fn token(&self, host: &str, action: &str, seconds_ago: i64) -> String {
        let at = OffsetDateTime::now_utc() - Duration::seconds(seconds_ago);
        let word = json!({
            "success": true,
            "challenge_ts": at.format(&Rfc3339).expect("it is a moment of these years"),
            "hostname": host,
            "action": action,
            "error-codes": [],
            "cdata": "",
        });
        let token = format!(
            "token-{}",
            self.desk.given_out.fetch_add(1, Ordering::SeqCst)
        );
        self.desk.tokens().insert(token.clone(), word);
        token
    }

    /// It is down, or up again.
    pub fn is_down(&self, down: bool) {
        self.desk.down.store(down, Ordering::SeqCst);
    }

    /// How often it was asked.
    pub fn asked(&self) -> u32 {
        self.desk.asked.load(Ordering::SeqCst)
    }
}

impl Desk {
    fn tokens(&self) -> std::sync::MutexGuard<'_, HashMap<String, Value>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, body: &[u8]) -> Response {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return (StatusCode::BAD_GATEWAY, "<!doctype html>").into_response();
        }
        let no = |error| json!({ "success": false, "error-codes": [error] });
        let ask: Value = serde_json::from_slice(body).unwrap_or_default();
        let token = ask["response"].as_str().unwrap_or_default();
        let word = if ask["secret"] != SECRET {
            no("invalid-input-secret")
        } else {
            let used = no("timeout-or-duplicate");
            let first = self
                .tokens()
                .get_mut(token)
                .map(|word| std::mem::replace(word, used));
            first.unwrap_or_else(|| no("invalid-input-response"))
        };
        ([("content-type", "application/json")], word.to_string()).into_response()
    }
}
