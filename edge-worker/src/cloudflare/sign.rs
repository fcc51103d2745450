//! RS256 through WebCrypto: RSA compiled to WebAssembly takes longer than a request may.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, WorkerGlobalScope};
use worker::js_sys::{self, Array, Object, Reflect, Uint8Array};

/// Signs `message` under a private key in PKCS#8.
pub(super) async fn rs256(key: &[u8], message: &[u8]) -> Result<Vec<u8>, JsValue> {
    // workerd's global object has the same `crypto`, whatever it is an instance of.
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let subtle = scope.crypto()?.subtle();
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"RSASSA-PKCS1-v1_5".into())?;
    Reflect::set(&algorithm, &"hash".into(), &"SHA-256".into())?;
    let import = subtle.import_key_with_object(
        "pkcs8",
        &Uint8Array::from(key).buffer(),
        &algorithm,
        false,
        &Array::of1(&"sign".into()),
    )?;
    let key: CryptoKey = JsFuture::from(import).await?.unchecked_into();
    let signing = subtle.sign_with_str_and_u8_array("RSASSA-PKCS1-v1_5", &key, message)?;
    Ok(Uint8Array::new(&JsFuture::from(signing).await?).to_vec())
}
