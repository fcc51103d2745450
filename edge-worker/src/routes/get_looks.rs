//! `GET /api/fabrics/{id}/looks`

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use shared::names::FabricId;

use crate::access::readable;
use crate::api_error::ApiError;
use crate::host::Host;
use crate::operation::looks_of;
use crate::request::Request;
use crate::response::{Response, json};

/// Says when a fabric is looked at without a person, for whoever may read the record.
pub(crate) async fn get_looks(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    readable(host, request, id).await?;
    let mut response = json(StatusCode::OK, &looks_of(host, id).await?);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
