//! Who asks: the token in the `Authorization` header, in the three ways GitHub takes it.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ApiError;
use crate::state::{Token, User};

/// The caller; nobody if the request carries no token.
#[derive(Clone, Debug)]
pub(crate) struct Viewer(pub Option<User>);

impl Viewer {
    pub fn login(&self) -> Option<&str> {
        self.0.as_ref().map(|user| user.login.as_str())
    }

    pub fn user(&self) -> Result<&User, ApiError> {
        self.0.as_ref().ok_or(ApiError::RequiresAuthentication)
    }
}

/// Returns the token of `Bearer …`, `token …`, or the password of `Basic …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    let secret = match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "token" => rest.trim().to_owned(),
        "basic" => {
            let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
            pair.split_once(':')?.1.to_owned()
        }
        _ => return None,
    };
    Some(Token::new(secret))
}
