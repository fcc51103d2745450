//! `GET /api/blob?repository=&oid=`

use http::StatusCode;
use shared::api::BlobAnswer;
use shared::fabric::FieldError;
use shared::git::ObjectId;

use crate::api_error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::request::{Request, query, repository};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Gives a file's text, to compare it with the layout's: one request to GitHub.
pub(crate) async fn get_blob(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let repo = repository(request)?;
    let invalid = |message: String| {
        ApiError::Fields(vec![FieldError {
            field: "oid".to_owned(),
            message,
        }])
    };
    let oid =
        ObjectId::parse(&query(request, "oid")).map_err(|error| invalid(error.to_string()))?;
    let blob = Github::new(host, &person.token).blob(&repo, oid).await?;
    let answer = blob.ok_or_else(|| invalid(format!("the repository holds no file {oid}")))?;
    Ok(json(StatusCode::OK, &BlobAnswer::from(answer)))
}
