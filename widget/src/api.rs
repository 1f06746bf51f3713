//! How is the worker asked, and what came back?
//!
//! Not here: when to ask, and what an answer means (`flow`). Requests carry cookies, follow no redirect and are never
//! answered from a cache.

use gloo_net::http::{Method, RequestBuilder};
use std::{cell::RefCell, rc::Rc};

use js_sys::Reflect;
use protocol::ProofOffer;
use protocol::messages::{Session, SessionRequest, path};
use protocol::proof::{PowChallenge, TurnstileOffer};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Request, RequestCache, RequestCredentials, RequestRedirect,
    Response, Url,
};

use crate::flow::{
    Ask,
    replies::{Failure, Refusal, Reply, Settings},
};

#[wasm_bindgen]
extern "C" {
    // gloo-net's own `send` stops the whole module when the page's `fetch` is a wrapper that throws something other than an
    // `Error`. Here whatever is thrown is no answer.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(request: &Request) -> Result<js_sys::Promise, JsValue>;
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
}

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
        Ask::Config => Reply::Config(settings(answer)),
        Ask::Session | Ask::Renew | Ask::Verify(_) => {
            Reply::Session(read(answer).map(|session: Session| Session {
                anti_forgery: String::new(),
                ..session
            }))
        }
        Ask::Send(_) | Ask::Resend(_) => Reply::Sent(read(answer)),
        Ask::Forget => Reply::Forgotten,
        Ask::SignOut => Reply::SignedOut(body(answer).map(drop)),
    }
}

impl Endpoint {
    /// Of an address, where it may be asked for a secret: over https, or on this very machine.
    pub(crate) fn parse(address: &str, language: String) -> Option<Self> {
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
        })
    }

    /// What the worker answers. It is asked a second time where it said that the session is another one by now, since a page
    /// beside this one signed somebody in.
    async fn answer(&self, ask: &Ask, signal: &AbortSignal) -> Answer {
        let first = self.exchange(ask, signal).await?;
        let learned = self.learn(&first.1);
        match (first, ask) {
            ((false, _), Ask::Renew | Ask::SignOut) if learned => self.exchange(ask, signal).await,
            (first, _) => Ok(first),
        }
    }

    async fn exchange(&self, ask: &Ask, signal: &AbortSignal) -> Answer {
        let request = self.request(ask, signal).ok_or(Failure::NoAnswer)?;
        exchange(&request).await.map_err(|_| Failure::NoAnswer)
    }

    /// Remembers what an answer says of the session. Whether that is news.
    fn learn(&self, answer: &str) -> bool {
        let answer = value(answer).unwrap_or_default();
        let Some(said) = text(&answer, "anti_forgery") else {
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

    fn request(&self, ask: &Ask, signal: &AbortSignal) -> Option<Request> {
        let (method, path, body) = match ask {
            Ask::Config => (Method::GET, path::CONFIG, None),
            Ask::Session => (Method::GET, path::SESSION, None),
            Ask::Renew => (Method::POST, path::RENEW, json(&self.for_session())),
            Ask::Send(request) => (Method::POST, path::CHALLENGES, json(request)),
            Ask::Resend(request) => (Method::POST, path::RESEND, json(request)),
            Ask::Verify(it) => (Method::POST, path::VERIFY, json(&it.request)),
            Ask::Forget => (Method::DELETE, path::CHALLENGES, None),
            Ask::SignOut => (Method::POST, path::LOGOUT, json(&self.for_session())),
        };
        let request = RequestBuilder::new(&[&self.origin, path].concat())
            .method(method)
            .header("accept-language", &self.language)
            .credentials(RequestCredentials::Include)
            .cache(RequestCache::NoStore)
            .redirect(RequestRedirect::Error)
            .abort_signal(Some(signal));
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(body),
            None => request.build(),
        };
        request.ok().map(Request::from)
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

async fn exchange(request: &Request) -> Result<(bool, String), JsValue> {
    let response: Response = JsFuture::from(fetch(request)?).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    parse(&body(answer)?)
}

fn settings(answer: Answer) -> Result<Settings, Failure> {
    let body = body(answer)?;
    let countries = member(&value(&body)?, "countries").map(|it| js_sys::Array::from(&it));
    Ok(Settings {
        chooses_country: countries.is_some_and(|it| it.length() > 1),
        ..parse(&body)?
    })
}

/// The body of a yes. A no is a failure.
fn body(answer: Answer) -> Result<String, Failure> {
    match answer? {
        (true, body) => Ok(body),
        (false, problem) => Err(refusal(&problem).map_or_else(|failure| failure, Failure::Refused)),
    }
}

fn refusal(body: &str) -> Result<Refusal, Failure> {
    let problem = value(body)?;
    let proof = offer(&problem);
    let refusal = serde_wasm_bindgen::from_value(problem).map_err(|_| Failure::Unreadable)?;
    Ok(Refusal {
        proof: proof.map(Rc::new),
        ..refusal
    })
}

/// What the worker wants to see. By hand: three more derived readers are 750 bytes of brotli that every visitor would download.
fn offer(problem: &JsValue) -> Option<ProofOffer> {
    let proof = member(problem, "proof")?;
    let pow = member(&proof, "pow");
    let turnstile = member(&proof, "turnstile");
    Some(ProofOffer {
        pow: pow.and_then(|pow| {
            Some(PowChallenge {
                algorithm: text(&pow, "algorithm")?,
                challenge: text(&pow, "challenge")?,
                salt: text(&pow, "salt")?,
                max_number: member(&pow, "max_number")?.as_f64()? as u32,
                signature: text(&pow, "signature")?,
            })
        }),
        turnstile: turnstile.and_then(|turnstile| {
            Some(TurnstileOffer {
                site_key: text(&turnstile, "site_key")?,
                action: text(&turnstile, "action")?,
            })
        }),
    })
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name)?.as_string()
}

/// Nothing, where it is no object or has no such member.
fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    let member = Reflect::get(object, &name.into()).ok()?;
    (!member.is_undefined()).then_some(member)
}

/// What is not JSON, or not this, is not the worker's.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(value(text)?).map_err(|_| Failure::Unreadable)
}

fn value(text: &str) -> Result<JsValue, Failure> {
    js_sys::JSON::parse(text).map_err(|_| Failure::Unreadable)
}

fn json<T: Serialize>(message: &T) -> Option<JsValue> {
    let value = serde_wasm_bindgen::to_value(message).ok()?;
    js_sys::JSON::stringify(&value).ok().map(JsValue::from)
}
