//! A write that is repeated under its key is carried out once.

use http::StatusCode;
use sha2::{Digest, Sha256};
use shared::fabric::FieldError;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::session::{SessionMessage, SessionReply};
use crate::request::{Request, header};
use crate::response::{Response, with_type};
use crate::session::SignedIn;

/// Carries `write` out unless the request's `Idempotency-Key` says that it was: then the first answer comes back.
/// Refusals are not kept, since nothing was written: the same request may succeed later.
pub(crate) async fn once(
    host: &impl Host,
    person: &SignedIn,
    request: &Request,
    write: impl Future<Output = Result<Response, ApiError>>,
) -> Result<Response, ApiError> {
    let Some(key) = header(request, "idempotency-key").map(String::from) else {
        return write.await;
    };
    if key.is_empty() || key.len() > 128 {
        let message = "the header `Idempotency-Key` takes 1 to 128 characters".to_owned();
        let field = "idempotency-key".to_owned();
        return Err(ApiError::Fields(vec![FieldError { field, message }]));
    }
    let begin = SessionMessage::Begin {
        key: key.clone(),
        fingerprint: fingerprint(request),
        now_ms: host.now_ms(),
    };
    match ask(host, &person.session, &begin).await? {
        SessionReply::Answered { status, body } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            return Ok(with_type(status, "application/json", body.into_bytes()));
        }
        SessionReply::UnderWay => return Err(ApiError::Busy),
        SessionReply::OtherRequest => return Err(ApiError::KeyReused),
        _ => {}
    }
    let outcome = write.await;
    let after = match &outcome {
        Ok(response) => {
            let body = String::from_utf8_lossy(response.body()).into_owned();
            SessionMessage::Answered {
                key,
                status: response.status().as_u16(),
                body,
            }
        }
        // Something may have been written: a repeat waits until the key is given up.
        Err(ApiError::Storage(_)) => return outcome,
        Err(_) => SessionMessage::Abandon { key },
    };
    if let Err(error) = ask(host, &person.session, &after).await {
        host.log(
            &serde_json::json!({ "event": "answer_not_kept", "error": error.to_string() })
                .to_string(),
        );
    }
    outcome
}

fn fingerprint(request: &Request) -> String {
    let digest = Sha256::new()
        .chain_update(request.uri().path())
        .chain_update([0])
        .chain_update(request.body())
        .finalize();
    data_encoding::HEXLOWER.encode(&digest)
}
