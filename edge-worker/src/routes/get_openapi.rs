//! `GET /api/openapi.json`

use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};

use crate::response::{Response, with_type};

/// The description of every route, which the flow tests hold against every exchange.
const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// Gives the OpenAPI document; programs on any site may read it.
pub(crate) fn get_openapi() -> Response {
    let mut response = with_type(StatusCode::OK, "application/json", DOCUMENT.into());
    let everybody = HeaderValue::from_static("*");
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
    response
}
