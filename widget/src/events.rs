//! How does the page hear about it?
//!
//! Typed events on the element, bubbling and composed, and what the element's class shows to forms and style sheets. Never the
//! number or the address, never the code. Not here: when (`flow`), and the class itself (`element.js`).

use protocol::messages::Session;
use protocol::{Numbering, ProofOffer};
use serde::Serialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::flow::{
    Flow, News, Notice, Screen,
    passkeys::{Able, Ceremony, NoPasskey},
};

#[wasm_bindgen]
extern "C" {
    /// The element's class, as far as only the element itself reaches it.
    #[derive(Clone)]
    pub type Class;

    /// Dispatches `sms-login:…`. Whether the page prevents what would happen by default. What a listener of the page throws is
    /// reported by the browser; it is not the element's to handle.
    #[wasm_bindgen(method)]
    fn tell(this: &Class, kind: &str, detail: JsValue, cancelable: bool) -> bool;

    /// Where numbers are from.
    #[wasm_bindgen(method)]
    fn at(this: &Class, iso: &str, code: &str, choosable: bool, locked: bool);

    /// The person typed these digits after a `+`, or a number without.
    #[wasm_bindgen(method)]
    pub(crate) fn dialled(this: &Class, digits: &str);

    /// What the browser can do with passkeys: nothing, 0; use and make them, 1; offer them beside the field as well, 2.
    #[wasm_bindgen(method, getter, js_name = able)]
    fn ability(this: &Class) -> u32;

    /// The ceremony that is to go on from now on, and no other: `""`, `await`, `use`, `make`.
    #[wasm_bindgen(method)]
    fn ceremony(this: &Class, which: &str, options: &str);

    #[wasm_bindgen(method)]
    fn shows(this: &Class, state: &str, busy: bool, problem: bool, subject: Option<&str>);
}

/// The detail of `sms-login:signed-in`. Numbers as the page's language has them: writing whole ones of 64 bits costs 800 bytes of brotli.
#[derive(Serialize)]
struct SessionDetail<'a> {
    subject: &'a str,
    new_account: bool,
    authenticated_at: f64,
    auth_level: &'a str,
    first_seen: f64,
    last_login: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    passkeys: Option<u32>,
    renew_by: f64,
    ends_at: f64,
}

/// The detail of `sms-login:proved`.
#[derive(Serialize)]
struct ProvedDetail<'a> {
    assertion: &'a str,
}

/// The detail of `sms-login:problem`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProblemDetail {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
}

/// The detail of `sms-login:proof`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProofDetail<'a> {
    site_key: &'a str,
    action: &'a str,
}

impl Class {
    /// Dispatches the event that tells the page.
    pub(crate) fn hears(&self, news: News) {
        let (kind, detail) = match news {
            News::SignedIn(it) => ("signed-in", session(&it)),
            News::Proved(assertion) => {
                let assertion = &assertion;
                ("proved", value(&ProvedDetail { assertion }))
            }
            News::SignedOut => ("signed-out", JsValue::NULL),
            News::PasskeyCreated => ("passkey-created", JsValue::NULL),
            News::CodeSent => ("code-sent", JsValue::NULL),
            News::Problem { code, retry_after } => {
                ("problem", value(&ProblemDetail { code, retry_after }))
            }
        };
        self.tell(kind, detail, false);
    }

    /// Whether the page would rather have no text asked for.
    pub(crate) fn keeps_the_text(&self) -> bool {
        self.tell("submit", JsValue::NULL, true)
    }

    /// Whether the page takes it on to ask Turnstile: it says so by preventing the default.
    pub(crate) fn proves(&self, offer: &ProofOffer) -> bool {
        offer.turnstile.as_ref().is_some_and(|turnstile| {
            let detail = ProofDetail {
                site_key: &turnstile.site_key,
                action: &turnstile.action,
            };
            self.tell("proof", value(&detail), true)
        })
    }

    /// Shows where numbers are from, to whoever is asked for one.
    pub(crate) fn stands(&self, flow: &Flow, home: &Numbering) {
        let locked = flow.at_work().is_some() && !flow.free();
        let (iso, code) = (&home.iso, &home.calling_code);
        self.at(iso, code, flow.chooses_country, locked);
    }

    /// How far the browser goes along with passkeys.
    pub(crate) fn able(&self) -> Able {
        match self.ability() {
            0 => Able::No,
            1 => Able::Yes,
            _ => Able::AtTheField,
        }
    }

    /// Has the browser do what the flow wants of it, and leave what it wants no longer.
    pub(crate) fn holds(&self, flow: &Flow) {
        let (which, options) = match flow.ceremony() {
            None => ("", ""),
            Some(Ceremony::Await(options)) => ("await", options),
            Some(Ceremony::Use(options)) => ("use", options),
            Some(Ceremony::Make(options)) => ("make", options),
        };
        self.ceremony(which, options);
    }

    /// Shows where the flow is.
    pub(crate) fn sees(&self, flow: &Flow) {
        let (state, subject) = match &flow.screen {
            Screen::Loading => ("loading", None),
            Screen::Phone if flow.by_email => ("email", None),
            Screen::Phone => ("phone", None),
            Screen::Code(_) => ("code", None),
            Screen::Done(session) => ("signed-in", Some(session.subject.as_str())),
            // What a form submits: the backend believes the signature.
            Screen::Proved(assertion) => ("proved", Some(&**assertion)),
        };
        let problem = flow.notice.is_some_and(Notice::complains);
        self.shows(state, flow.at_work().is_some(), problem, subject);
    }
}

/// Why nothing came of a ceremony, by the browser's name for it (Web Authentication, sections 5.1.3 and 5.1.4).
pub(crate) fn no_passkey(name: &str) -> NoPasskey {
    match name {
        "NotAllowedError" | "AbortError" => NoPasskey::Unwanted,
        "InvalidStateError" => NoPasskey::There,
        _ => NoPasskey::Failed,
    }
}

/// Who is signed in, as the page is told it.
pub(crate) fn session(it: &Session) -> JsValue {
    value(&SessionDetail {
        subject: &it.subject,
        new_account: it.new_account,
        authenticated_at: it.authenticated_at as f64,
        auth_level: &it.auth_level,
        first_seen: it.first_seen as f64,
        last_login: it.last_login as f64,
        passkeys: it.passkeys,
        renew_by: it.renew_by as f64,
        ends_at: it.ends_at as f64,
    })
}

/// The page's own copy.
pub(crate) fn value(told: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(told).unwrap_or(JsValue::NULL)
}
