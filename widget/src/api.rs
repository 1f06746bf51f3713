//! How is the worker asked, and what came back?
//!
//! Not here: when to ask, and what an answer means (`flow`); what is read of it (`read`). Requests carry cookies, follow no redirect and
//! are never answered from a cache.

mod read;

use std::{cell::RefCell, rc::Rc};

use js_sys::{Promise, Reflect};
use protocol::messages::{ResendRequest, SessionRequest, path};
use protocol::passkey;
use protocol::step_up::{self, StepUpSend, StepUpVerify};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Response, Url};

use crate::events;
use crate::flow::{
    Ask,
    replies::{Failure, Reply},
};

#[wasm_bindgen]
extern "C" {
    // gloo-net's `send` stops the whole module when the page's `fetch` is a wrapper that throws something other than an `Error`; and
    // what it builds a request with is 1,000 bytes of brotli. Here whatever is thrown is no answer.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &JsValue) -> Result<Promise, JsValue>;
}

thread_local! {
    /// What each worker last said of its session (R04). Kept here, as a browser keeps cookies: no screen depends on it, and the
    /// page's events do not tell it.
    static ANTI_FORGERY: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// Where the worker is, and in which language it is to write to people.
pub(crate) struct Endpoint {
    origin: String,
    language: String,
    /// What the site gave for somebody to prove a number.
    ticket: Option<String>,
}

/// How to ask (Fetch Standard, `RequestInit`).
#[derive(Serialize)]
struct Init<'a> {
    method: &'a str,
    headers: Headers<'a>,
    credentials: &'a str,
    cache: &'a str,
    redirect: &'a str,
}

#[derive(Serialize)]
struct Headers<'a> {
    #[serde(rename = "accept-language")]
    language: &'a str,
    #[serde(rename = "content-type", skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}

/// A message that says nothing: `{}`.
const NOTHING: ResendRequest = ResendRequest {
    channel: None,
    proof: None,
};

/// A request in flight. Dropping it aborts the request.
pub(crate) struct InFlight(AbortController);

/// Whether it went well, and the body.
type Answer = Result<(bool, String), Failure>;

/// Asks, and waits for the answer.
pub(crate) async fn ask(endpoint: Option<&Endpoint>, ask: &Ask, signal: &AbortSignal) -> Reply {
    let answer = match endpoint {
        None => Err(Failure::NoEndpoint),
        Some(endpoint) => endpoint.answer(ask, signal).await,
    };
    match ask {
        Ask::Config => Reply::Config(by_hand(answer, read::settings)),
        Ask::Verify(_) if endpoint.is_some_and(|it| it.ticket.is_some()) => {
            Reply::Proved(by_hand(answer, read::assertion))
        }
        Ask::Session | Ask::Renew | Ask::Verify(_) | Ask::PasskeyLogin(_) => {
            Reply::Session(by_hand(answer, read::session))
        }
        Ask::Send(_) | Ask::Resend(_) | Ask::StepUp(_) => {
            Reply::Sent(by_hand(answer, read::challenge))
        }
        Ask::Forget => Reply::Forgotten,
        Ask::SignOut => Reply::SignedOut(body(answer).map(drop)),
        // For the browser to read (`passkeys.js`).
        Ask::UsePasskey | Ask::MakePasskey => Reply::Options(body(answer).map(Rc::from)),
        Ask::KeepPasskey(_) => Reply::Kept(body(answer).map(drop)),
    }
}

impl Endpoint {
    /// Of an address, where it may be asked for a secret: over https, or on this very machine.
    pub(crate) fn parse(address: &str, language: String, ticket: Option<String>) -> Option<Self> {
        let url = Url::new(address).ok()?;
        let host = url.hostname();
        let loopback = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        let allowed = match url.protocol().as_str() {
            "https:" => true,
            "http:" => loopback || host.ends_with(".localhost"),
            _ => false,
        };
        allowed.then(|| Self {
            origin: url.origin(),
            language,
            ticket,
        })
    }

    /// What the worker answers. It is asked a second time where it said that the session is another one by now, since a page
    /// beside this one signed somebody in.
    async fn answer(&self, ask: &Ask, signal: &AbortSignal) -> Answer {
        let first = self.exchange(ask, signal).await?;
        let learned = self.learn(&first.1);
        match (first, ask) {
            ((false, _), Ask::Renew | Ask::SignOut | Ask::MakePasskey | Ask::KeepPasskey(_))
                if learned =>
            {
                self.exchange(ask, signal).await
            }
            (first, _) => Ok(first),
        }
    }

    async fn exchange(&self, ask: &Ask, signal: &AbortSignal) -> Answer {
        let promise = self.fetch(ask, signal).ok_or(Failure::NoAnswer)?;
        answered(promise).await.map_err(|_| Failure::NoAnswer)
    }

    /// Remembers what an answer says of the session. Whether that is news.
    fn learn(&self, answer: &str) -> bool {
        let answer = value(answer).unwrap_or_default();
        let Some(said) = read::text(&answer, "anti_forgery") else {
            return false;
        };
        ANTI_FORGERY.with_borrow_mut(|all| {
            match all
                .iter_mut()
                .find(|(endpoint, _)| *endpoint == self.origin)
            {
                Some((_, known)) if *known == said => false,
                Some((_, known)) => {
                    *known = said;
                    true
                }
                None => {
                    all.push((self.origin.clone(), said));
                    true
                }
            }
        })
    }

    fn for_session(&self) -> SessionRequest {
        ANTI_FORGERY.with_borrow(|all| {
            let known = all.iter().find(|(endpoint, _)| *endpoint == self.origin);
            SessionRequest {
                anti_forgery: known.map(|(_, value)| value.clone()).unwrap_or_default(),
            }
        })
    }

    /// What the page's `fetch` promises. The body is what makes a request one that browsers ask about first, from another origin.
    fn fetch(&self, ask: &Ask, signal: &AbortSignal) -> Option<Promise> {
        let (method, path, body) = match ask {
            Ask::Config => ("GET", path::CONFIG, None),
            Ask::Session => ("GET", path::SESSION, None),
            Ask::Renew => ("POST", path::RENEW, json(&self.for_session())),
            Ask::Send(request) => ("POST", path::CHALLENGES, json(request)),
            Ask::Resend(request) => ("POST", path::RESEND, json(request)),
            Ask::StepUp(request) => {
                let body = StepUpSend {
                    ticket: self.ticket.clone()?,
                    channel: request.channel.unwrap_or_default(),
                    proof: request.proof.clone(),
                };
                ("POST", step_up::path::SEND, json(&body))
            }
            Ask::Verify(it) => match self.ticket.clone() {
                None => ("POST", path::VERIFY, json(&it.request)),
                Some(ticket) => {
                    let body = StepUpVerify {
                        ticket,
                        code: it.request.code.clone(),
                        attempt_id: it.request.attempt_id.clone(),
                    };
                    ("POST", step_up::path::VERIFY, json(&body))
                }
            },
            Ask::Forget => ("DELETE", path::CHALLENGES, None),
            Ask::SignOut => ("POST", path::LOGOUT, json(&self.for_session())),
            Ask::UsePasskey => ("POST", passkey::path::REQUEST, json(&NOTHING)),
            Ask::PasskeyLogin(credential) => {
                let body = with_credential(&NOTHING, credential);
                ("POST", passkey::path::LOGIN, body)
            }
            Ask::MakePasskey => ("POST", passkey::path::CREATION, json(&self.for_session())),
            Ask::KeepPasskey(credential) => {
                let body = with_credential(&self.for_session(), credential);
                ("POST", passkey::path::PASSKEYS, body)
            }
        };
        let init = events::value(&Init {
            method,
            headers: Headers {
                language: &self.language,
                content: body.is_some().then_some("application/json"),
            },
            credentials: "include",
            cache: "no-store",
            redirect: "error",
        });
        Reflect::set(&init, &"signal".into(), signal).ok()?;
        if let Some(body) = body {
            Reflect::set(&init, &"body".into(), &body).ok()?;
        }
        fetch(&[&self.origin, path].concat(), &init).ok()
    }
}

impl InFlight {
    /// Its abort signal goes with the request.
    pub(crate) fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    /// Tells the request when it is no longer wanted.
    pub(crate) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn answered(promise: Promise) -> Result<(bool, String), JsValue> {
    let response: Response = JsFuture::from(promise).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}

fn by_hand<T>(answer: Answer, read: fn(&JsValue) -> Option<T>) -> Result<T, Failure> {
    read(&value(&body(answer)?)?).ok_or(Failure::Unreadable)
}

/// The body of a yes. A no is a failure.
fn body(answer: Answer) -> Result<String, Failure> {
    match answer? {
        (true, body) => Ok(body),
        (false, problem) => {
            Err(read::refusal(&value(&problem)?).map_or(Failure::Unreadable, Failure::Refused))
        }
    }
}

/// What is not JSON is not the worker's.
fn value(text: &str) -> Result<JsValue, Failure> {
    js_sys::JSON::parse(text).map_err(|_| Failure::Unreadable)
}

fn json<T: Serialize>(message: &T) -> Option<JsValue> {
    written(&serde_wasm_bindgen::to_value(message).ok()?)
}

/// A message, and beside it what the browser said of a passkey.
fn with_credential<T: Serialize>(message: &T, credential: &str) -> Option<JsValue> {
    let message = serde_wasm_bindgen::to_value(message).ok()?;
    Reflect::set(&message, &"credential".into(), &value(credential).ok()?).ok()?;
    written(&message)
}

fn written(value: &JsValue) -> Option<JsValue> {
    js_sys::JSON::stringify(value).ok().map(JsValue::from)
}
