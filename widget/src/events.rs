//! How does the page hear about it?
//!
//! Typed events on the element, bubbling and composed. Never the number, never the code. Not here: when (`flow`).

use protocol::ProofOffer;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

use crate::flow::News;

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

/// Dispatches the event that tells the page.
pub(crate) fn tell(host: &EventTarget, news: News) {
    match news {
        News::SignedIn(session) => send(host, "sms-login:signed-in", &*session, false),
        News::SignedOut => send(host, "sms-login:signed-out", &(), false),
        News::CodeSent => send(host, "sms-login:code-sent", &(), false),
        News::Problem { code, retry_after } => {
            let detail = ProblemDetail { code, retry_after };
            send(host, "sms-login:problem", &detail, false)
        }
    };
}

/// Whether the page takes it on to ask Turnstile: it says so by preventing the default.
pub(crate) fn page_proves(host: &EventTarget, offer: &ProofOffer) -> bool {
    offer.turnstile.as_ref().is_some_and(|turnstile| {
        let detail = ProofDetail {
            site_key: &turnstile.site_key,
            action: &turnstile.action,
        };
        send(host, "sms-login:proof", &detail, true)
    })
}

/// Whether the page prevents what would happen by default.
fn send(host: &EventTarget, kind: &str, detail: &impl Serialize, cancelable: bool) -> bool {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_cancelable(cancelable);
    init.set_detail(&serde_wasm_bindgen::to_value(detail).unwrap_or(JsValue::NULL));
    let event = CustomEvent::new_with_event_init_dict(kind, &init);
    // What a listener of the page throws is reported by the browser; it is not the element's to handle.
    event.is_ok_and(|event| host.dispatch_event(&event) == Ok(false))
}
