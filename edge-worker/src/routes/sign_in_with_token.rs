//! `POST /api/auth/token`

use http::StatusCode;
use http::header::SET_COOKIE;
use shared::api::{SignInMethod, TokenSignIn, User};
use shared::fabric::FieldError;

use crate::Secret;
use crate::api_error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::request::{self, Request};
use crate::response::{Response, header_value, json};
use crate::session::{self, Tokens, session_answer};

/// Signs a person in with a token that GitHub accepts. The token is sealed and never comes back.
pub(crate) async fn sign_in_with_token(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    // What a parser says about a body may quote it, and this one holds a token.
    let TokenSignIn { token } = request::json(request).map_err(|error| match error {
        ApiError::NotJson(_) => {
            ApiError::NotJson("it must be a JSON object with the text `token`".to_owned())
        }
        error => error,
    })?;
    let token = token.trim();
    if token.is_empty() || token.len() > 8192 || !token.bytes().all(|byte| byte.is_ascii_graphic())
    {
        let message = "paste the whole token: visible ASCII characters without spaces".to_owned();
        return Err(ApiError::Fields(vec![FieldError {
            field: "token".to_owned(),
            message,
        }]));
    }
    let token = Secret::new(token.to_owned());
    let (viewer, visible) = Github::new(host, &token).viewer_and_reach().await?;
    let user = User::from(viewer);
    session::admit_sign_in(host, &user).await?;
    let tokens = Tokens::pasted(token);
    session::close(host, request).await?;
    let cookie = session::open(host, &tokens, SignInMethod::Token, user.clone()).await?;
    let mut session = session_answer(host.config(), Some((user, SignInMethod::Token)));
    session.visible_repositories = Some(visible);
    let mut response = json(StatusCode::OK, &session);
    response
        .headers_mut()
        .insert(SET_COOKIE, header_value(&cookie.set()));
    Ok(response)
}
