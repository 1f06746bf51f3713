//! Who tells the signature of a passkey?
//!
//! The platform (Web Cryptography API), as native code. Not here: what was signed (`login::passkey`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use login::passkey::Verifier;
use login::passkey::key::PublicKey;
use worker::js_sys::{JSON, Promise, Uint8Array};
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = importKey)]
    fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &JsValue,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn verify(
        algorithm: &JsValue,
        key: &JsValue,
        signature: &Uint8Array,
        data: &Uint8Array,
    ) -> Result<Promise, JsValue>;
}

/// The platform's cryptography.
pub(crate) struct WebCrypto;

impl Verifier for WebCrypto {
    /// A key that the platform does not take, such as a point that is not on the curve, has signed nothing.
    async fn verifies(&self, key: &PublicKey<'_>, message: &[u8], signature: &[u8]) -> bool {
        matches!(ask(key, message, signature).await, Ok(true))
    }
}

async fn ask(key: &PublicKey<'_>, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let algorithm = JSON::parse(algorithm(key))?;
    let (jwk, usages) = (JSON::parse(&jwk(key))?, JSON::parse(r#"["verify"]"#)?);
    let key = JsFuture::from(import_key("jwk", &jwk, &algorithm, false, &usages)?).await?;
    // Copies: the platform may look at them when the memory of the Wasm has moved.
    let (signature, message) = (Uint8Array::from(signature), Uint8Array::from(message));
    let verified = JsFuture::from(verify(&algorithm, &key, &signature, &message)?).await?;
    Ok(verified == JsValue::TRUE)
}

fn algorithm(key: &PublicKey<'_>) -> &'static str {
    match key {
        PublicKey::Es256 { .. } => r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#,
        PublicKey::EdDsa(_) => r#"{"name":"Ed25519"}"#,
        PublicKey::Rs256(_) => r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#,
    }
}

/// The key as a JWK (RFC 7518, section 6; RFC 8037, section 2).
fn jwk(key: &PublicKey<'_>) -> String {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match key {
        PublicKey::Es256 { x, y } => {
            let (x, y) = (text(x), text(y));
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#)
        }
        PublicKey::EdDsa(x) => format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, text(x)),
        PublicKey::Rs256(n) => {
            let (n, e) = (text(n), text(&PublicKey::EXPONENT));
            format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#)
        }
    }
}
