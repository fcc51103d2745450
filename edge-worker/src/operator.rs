//! Who has the operator's key, and what is kept for the operator.

use sha2::{Digest, Sha256};

use crate::api_error::ApiError;
use crate::config::Config;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::index::{self, IndexMessage, IndexReply, Operator, OperatorMessage};
use crate::request::{Request, header};

/// Anyone with the key may; without a configured key the route does not exist.
pub(crate) fn require_operator_key(config: &Config, request: &Request) -> Result<(), ApiError> {
    let key = config.operator_key.as_ref().ok_or(ApiError::NoRoute)?;
    let given = header(request, "authorization")
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    // Digests are compared, so that how long it takes tells nothing about the key.
    match Sha256::digest(given) == Sha256::digest(key.expose()) {
        true => Ok(()),
        false => Err(ApiError::NoRoute),
    }
}

/// What is kept for the operator; none where the storage does not say.
pub(crate) async fn known_to_operator(host: &impl Host) -> Option<Operator> {
    let get = IndexMessage::Operator(OperatorMessage::Get);
    match ask(host, index::NAME, &get).await {
        Ok(IndexReply::Operator(known)) => Some(known),
        _ => None,
    }
}
