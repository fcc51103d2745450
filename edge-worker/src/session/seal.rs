//! Tokens at rest: AES-256-GCM under a key that needs both the server's key and the cookie's secret.

use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use data_encoding::BASE64;
use hkdf::Hkdf;
use sha2::Sha256;

use crate::Secret;
use crate::api_error::ApiError;
use crate::host::{Host, random};

/// Seals a token: base64 of a 96-bit random nonce and the ciphertext. The first configured key seals.
pub(super) fn seal(
    host: &impl Host,
    secret: &[u8; 32],
    token: &Secret,
) -> Result<String, ApiError> {
    let key = host
        .config()
        .session_keys
        .first()
        .ok_or(ApiError::NoSessionKey)?;
    let nonce: [u8; 12] = random(host);
    let sealed = cipher(key, secret)
        .encrypt(Nonce::from_slice(&nonce), token.expose().as_bytes())
        .map_err(|_| ApiError::NoSessionKey)?;
    Ok(BASE64.encode(&[&nonce[..], &sealed].concat()))
}

/// Opens a token with whichever configured key sealed it; none if the secret or the keys do not fit.
pub(super) fn open(host: &impl Host, secret: &[u8; 32], sealed: &str) -> Option<Secret> {
    let bytes = BASE64.decode(sealed.as_bytes()).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(12)?;
    let open = |key| {
        cipher(key, secret)
            .decrypt(Nonce::from_slice(nonce), sealed)
            .ok()
    };
    let token = host.config().session_keys.iter().find_map(open)?;
    String::from_utf8(token).ok().map(Secret::new)
}

fn cipher(key: &Secret, secret: &[u8; 32]) -> Aes256Gcm {
    let mut derived = [0; 32];
    Hkdf::<Sha256>::new(Some(secret), key.expose().as_bytes())
        .expand(b"hedgerow session token", &mut derived)
        .expect("HKDF gives up to 8,160 bytes");
    Aes256Gcm::new(&derived.into())
}

/// Seals what the server itself needs again, such as an installation's token; `purpose` binds it to its place.
pub(crate) fn seal_for_server(
    host: &impl Host,
    purpose: &str,
    text: &Secret,
) -> Result<String, ApiError> {
    seal(host, &key_of_purpose(purpose), text)
}

/// Opens what [`seal_for_server`] sealed for the same purpose.
pub(crate) fn open_for_server(host: &impl Host, purpose: &str, sealed: &str) -> Option<Secret> {
    open(host, &key_of_purpose(purpose), sealed)
}

/// Derives 128 bits that only this server can: of the same bytes always the same. The first configured key counts.
pub(crate) fn derive(host: &impl Host, purpose: &str, of: &[u8]) -> Result<[u8; 16], ApiError> {
    let mut all = derive_all(host, purpose, of);
    all.next().ok_or(ApiError::NoSessionKey)
}

/// The same under each configured key: whether something was derived here is asked of all.
pub(crate) fn derive_all(
    host: &impl Host,
    purpose: &str,
    of: &[u8],
) -> impl Iterator<Item = [u8; 16]> {
    host.config().session_keys.iter().map(move |key| {
        let mut derived = [0; 16];
        Hkdf::<Sha256>::new(Some(of), key.expose().as_bytes())
            .expand(purpose.as_bytes(), &mut derived)
            .expect("HKDF gives up to 8,160 bytes");
        derived
    })
}

fn key_of_purpose(purpose: &str) -> [u8; 32] {
    use sha2::Digest;
    Sha256::digest(purpose.as_bytes()).into()
}
