//! Can the telephone hand over the code by itself?
//!
//! Where the browser has WebOTP and the text names this page's origin, the person is asked once and the code arrives
//! without being typed. Everywhere else nothing happens. Not here: what becomes of the code (`element`).

use js_sys::{JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

// web-sys does not know one-time codes.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = OTPCredential)]
    static OTP_CREDENTIAL: Option<JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = get)]
    fn get_credential(options: &JsValue) -> Result<Promise, JsValue>;

    type OneTimeCode;
    #[wasm_bindgen(method, getter)]
    fn code(this: &OneTimeCode) -> Option<String>;
}

/// Waits for a text with a code for this page. `None`: the browser cannot, the person would not, or the wait was aborted.
pub(crate) async fn receive(signal: &AbortSignal) -> Option<String> {
    OTP_CREDENTIAL.with(Option::is_some).then_some(())?;
    let options = JSON::parse(r#"{"otp":{"transport":["sms"]}}"#).ok()?;
    Reflect::set(&options, &"signal".into(), signal).ok()?;
    let received = JsFuture::from(get_credential(&options).ok()?).await.ok()?;
    received.unchecked_into::<OneTimeCode>().code()
}
