//! What does the worker answer in a test? Whatever was scripted, one answer for each request.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, Request, RequestInit, Response, ResponseInit};

pub(crate) const CONFIG: &str = r#"{"default_country":{"iso":"HR","calling_code":"385","trunk_prefix":"0","example":"092 123 4567"},"countries":["HR"],"channels":["sms"],"code_length":6,"has_session":false}"#;
pub(crate) const CHALLENGE: &str =
    r#"{"code_length":6,"expires_in":300,"resend_in":30,"tries_left":5}"#;
pub(crate) const SESSION: &str = r#"{"subject":"usr_3Jf0Zk6oQ1yVb8nXw2TtRg","new_account":true,"authenticated_at":4000000000,"auth_level":"aal1/sms","first_seen":3900000000,"last_login":4000000000,"renew_by":4000000900,"ends_at":4000086400}"#;

/// A request as the worker would see it.
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) body: String,
    pub(crate) credentials: String,
    pub(crate) signal: AbortSignal,
}

/// What comes back.
pub(crate) enum Answer {
    Reply(u16, String),
    /// The connection breaks.
    Breaks,
    /// The page's `fetch` is a wrapper that throws something of its own.
    Throws,
    /// Nothing, ever.
    Silence,
}

type Script = Rc<RefCell<VecDeque<Answer>>>;
type Log = Rc<RefCell<Vec<Seen>>>;

/// Stands in for `window.fetch` until it is dropped.
pub(crate) struct Network {
    script: Script,
    log: Log,
    real_fetch: JsValue,
    _fetch: Closure<dyn FnMut(String, RequestInit) -> Promise>,
}

impl Network {
    pub(crate) fn scripted(answers: Vec<Answer>) -> Self {
        let script: Script = Rc::new(RefCell::new(answers.into()));
        let log = Log::default();
        let (answers, seen) = (script.clone(), log.clone());
        let fetch = move |url: String, init: RequestInit| {
            let request = Request::new_with_str_and_init(&url, &init).expect("it is a request");
            // A browser sends nothing that is already aborted.
            if request.signal().aborted() {
                return Promise::reject(&request.signal().reason());
            }
            let answer = answers.borrow_mut().pop_front().unwrap_or(Answer::Breaks);
            let seen = seen.clone();
            future_to_promise(async move {
                let body = JsFuture::from(request.text()?).await?;
                let url = web_sys::Url::new(&request.url())?;
                let credentials = Reflect::get(&request, &"credentials".into())?;
                seen.borrow_mut().push(Seen {
                    line: format!("{} {}{}", request.method(), url.origin(), url.pathname()),
                    body: body.as_string().unwrap_or_default(),
                    credentials: credentials.as_string().unwrap_or_default(),
                    signal: request.signal(),
                });
                answer.play().await
            })
        };
        let fetch = Closure::<dyn FnMut(String, RequestInit) -> Promise>::new(fetch);
        let window = web_sys::window().expect("a browser has a window");
        let name = JsValue::from_str("fetch");
        let real_fetch = Reflect::get(&window, &name).expect("a browser can fetch");
        Reflect::set(&window, &name, fetch.as_ref()).expect("fetch can be replaced");
        Self {
            script,
            log,
            real_fetch,
            _fetch: fetch,
        }
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.log.borrow().len()
    }

    /// Reads the requests.
    pub(crate) fn seen<T>(&self, read: impl FnOnce(&[Seen]) -> T) -> T {
        read(&self.log.borrow())
    }

    /// Answers once more.
    pub(crate) fn then(&self, answer: Answer) {
        self.script.borrow_mut().push_back(answer);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let window = web_sys::window().expect("a browser has a window");
        Reflect::set(&window, &"fetch".into(), &self.real_fetch).expect("fetch can be replaced");
    }
}

impl Answer {
    pub(crate) fn ok(body: &str) -> Self {
        Self::Reply(200, body.to_owned())
    }

    /// A problem document; `more` holds its further members, each with a comma in front.
    pub(crate) fn problem(status: u16, code: &str, more: &str) -> Self {
        Self::Reply(
            status,
            format!(
                r#"{{"type":"/problems/{code}","title":"","status":{status},"code":"{code}"{more}}}"#
            ),
        )
    }

    async fn play(self) -> Result<JsValue, JsValue> {
        match self {
            Self::Reply(status, body) => {
                let init = ResponseInit::new();
                init.set_status(status);
                // A 204 must not have a body, not even an empty one.
                let body = (status != 204).then_some(body);
                Response::new_with_opt_str_and_init(body.as_deref(), &init).map(JsValue::from)
            }
            Self::Breaks => Err(js_sys::TypeError::new("Failed to fetch").into()),
            Self::Throws => Err(JsValue::from_str("not an Error")),
            Self::Silence => JsFuture::from(Promise::new(&mut |_, _| {})).await,
        }
    }
}
