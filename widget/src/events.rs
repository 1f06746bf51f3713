//! How does the page hear about it?
//!
//! Typed events on the element, bubbling and composed. Never the number, never the code. Not here: when (`flow`).

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

/// Dispatches the event that tells the page.
pub(crate) fn tell(host: &EventTarget, news: News) {
    match news {
        News::SignedIn(session) => dispatch(host, "sms-login:signed-in", &*session),
        News::SignedOut => dispatch(host, "sms-login:signed-out", &()),
        News::CodeSent => dispatch(host, "sms-login:code-sent", &()),
        News::Problem { code, retry_after } => {
            let detail = ProblemDetail { code, retry_after };
            dispatch(host, "sms-login:problem", &detail);
        }
    }
}

fn dispatch(host: &EventTarget, kind: &str, detail: &impl Serialize) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&serde_wasm_bindgen::to_value(detail).unwrap_or(JsValue::NULL));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(kind, &init) {
        // What a listener of the page throws is reported by the browser; it is not the element's to handle.
        drop(host.dispatch_event(&event));
    }
}
