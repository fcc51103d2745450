//! What proves that a request is the App's: a JSON web token that only its private key can sign.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};

use crate::Secret;
use crate::config::App;
use crate::github::GithubError;
use crate::host::Host;

/// The proof is good from a minute ago, for clocks that differ, until nine minutes from now; GitHub takes ten.
const PROOF_S: u64 = 9 * 60;

/// A JSON web token that only the App can sign.
pub(super) async fn app_jwt(
    host: &impl Host,
    app: &App,
    key: &Secret,
) -> Result<Secret, GithubError> {
    let unusable = |why: String| GithubError::AppKey(why);
    let now_s = host.now_ms() / 1000;
    let head = json!({ "alg": "RS256", "typ": "JWT" });
    let claims = json!({ "iat": now_s - 60, "exp": now_s + PROOF_S, "iss": app.client_id });
    let part = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(head), part(claims));
    let key = pkcs8(key).ok_or_else(|| unusable("it is not an RSA key in PEM".to_owned()))?;
    let signature = host.sign_rs256(&key, signed.as_bytes()).await;
    let signature = BASE64URL_NOPAD.encode(&signature.map_err(unusable)?);
    Ok(Secret::new(format!("{signed}.{signature}")))
}

/// The key in the one form that WebCrypto takes. GitHub hands keys out in the older PKCS#1, which is wrapped here.
fn pkcs8(pem: &Secret) -> Option<Vec<u8>> {
    // An algorithm identifier: rsaEncryption, no parameters.
    const RSA: [u8; 15] = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    // Where secrets are one line, line breaks are written as `\n`.
    let text = pem.expose().replace("\\n", "\n");
    let body: String = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let der = BASE64.decode(body.as_bytes()).ok()?;
    if text.contains("BEGIN PRIVATE KEY") {
        return Some(der);
    }
    text.contains("BEGIN RSA PRIVATE KEY").then(|| {
        let version = [0x02, 0x01, 0x00];
        let inner = [&version[..], &RSA, &der_element(0x04, &der)].concat();
        der_element(0x30, &inner)
    })
}

/// A DER der_element: tag, length, content.
fn der_element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut bytes = vec![tag];
    match content.len() {
        short @ 0..=127 => bytes.push(u8::try_from(short).unwrap_or_default()),
        _ => {
            bytes.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
            bytes.extend(significant);
        }
    }
    bytes.extend(content);
    bytes
}
