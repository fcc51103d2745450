//! `GET /api/fabrics/{id}`

use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use shared::api::FabricAnswer;
use shared::names::FabricId;
use shared::record::Visibility;

use crate::access::{Readable, readable};
use crate::api_error::ApiError;
use crate::conditional::{seen_tag, tagged};
use crate::host::Host;
use crate::request::Request;
use crate::response::{Response, json};

/// Gives a fabric's record: from its object to people who are signed in, from the public copy to others. The tag is the version.
///
/// A fabric that the person may not see is answered as one that does not exist.
pub(crate) async fn get_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let Readable { record, last, .. } = readable(host, request, id).await?;
    let seen = seen_tag(&record);
    let tag = match &last {
        // Who did what is told only to people who are signed in, so theirs is another answer.
        Some(last) => format!("{seen}-{}", last.operation),
        None => seen,
    };
    let is_public = record.visibility == Visibility::Public;
    let answer = FabricAnswer {
        record,
        operation: last,
    };
    let mut response = tagged(request, &tag, json(StatusCode::OK, &answer));
    if !is_public {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}
