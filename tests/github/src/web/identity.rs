//! Who asks: the token in the `Authorization` header, in the three ways GitHub takes it.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ApiError;
use crate::state::{Grant, Token, TokenKind, User};

/// The caller; nobody if the request carries no token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Viewer {
    pub user: Option<User>,
    pub grant: Option<Grant>,
    /// Whether the request asks for today's node ids where there are older ones.
    pub asks_for_next_ids: bool,
}

impl Viewer {
    pub fn login(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.login.as_str())
    }

    pub fn user(&self) -> Result<&User, ApiError> {
        self.user.as_ref().ok_or(ApiError::RequiresAuthentication)
    }

    /// Returns whose allowance a request counts against: a person's, or an installation's own.
    pub fn account(&self) -> Option<String> {
        match self.grant.as_ref().map(|grant| &grant.kind) {
            Some(TokenKind::Installation { installation, .. }) => {
                Some(format!("installation {installation}"))
            }
            _ => self.login().map(str::to_owned),
        }
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
