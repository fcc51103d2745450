//! `GET /api/fabrics/{id}`

use http::StatusCode;
use shared::api::FabricAnswer;
use shared::names::FabricId;

use crate::conditional::tagged;
use crate::error::ApiError;
use crate::host::Host;
use crate::operation::{Readable, readable};
use crate::request::Request;
use crate::response::{Response, json};

/// Gives a fabric's record: to whoever is signed in from its object, to others the public copy. The tag is the version.
///
/// A fabric that the person may not see is answered as one that does not exist.
pub(crate) async fn get_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let Readable { record, last, .. } = readable(host, request, id).await?;
    let tag = match &last {
        // Who did what is told only to people who are signed in, so theirs is another answer.
        Some(last) => format!("{}-{}", record.version, last.operation),
        None => record.version.to_string(),
    };
    let answer = FabricAnswer {
        record,
        operation: last,
    };
    Ok(tagged(request, &tag, json(StatusCode::OK, &answer)))
}
