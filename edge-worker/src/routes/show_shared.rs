//! `GET /s/{secret}` and `/s/{secret}/badge.svg`: what a share link shows, without a script and kept nowhere.

use http::header::{CACHE_CONTROL, HeaderValue, REFERRER_POLICY};
use shared::record::FabricRecord;

use crate::api_error::ApiError;
use crate::badge::badge;
use crate::host::Host;
use crate::operation::share::{Shared, open_share};
use crate::request::{Request, origin};
use crate::response::Response;
use crate::server_page::{About, Page, render, without_scripts};

/// Shows a fabric, or only its state and times, to anyone with the link. A revoked link is answered as one that never existed.
pub(crate) async fn show_shared(host: &impl Host, request: &Request, secret: &str) -> Response {
    let opened = open_share(host, secret).await;
    let address = format!("{}/s/{secret}", origin(host, request));
    let about = match &opened {
        Ok(Shared {
            record,
            redacted: false,
        }) => About::Fabric(record),
        Ok(Shared { record, .. }) => About::State(record),
        Err(ApiError::Storage(_)) => About::NoAnswer,
        Err(_) => About::NoShare,
    };
    let page = Page {
        about,
        address: &address,
        indexable: false,
        shared: true,
    };
    // The whole page knows fabrics by their ids; here is what the link shows, and no more.
    without_trace(without_scripts(render(host, &page).await))
}

/// Shows the badge; of a link that shows state and time only it names nothing.
pub(crate) async fn show_shared_badge(
    host: &impl Host,
    request: &Request,
    secret: &str,
) -> Response {
    let opened = open_share(host, secret).await;
    let redacted = opened.as_ref().map_or(true, |shared| shared.redacted);
    let label = |record: &FabricRecord| match redacted {
        true => "fabric".to_owned(),
        false => record.name.to_string(),
    };
    let record = opened.as_ref().map(|shared| &shared.record);
    without_trace(badge(request, record, label))
}

/// The address is a secret: the answer is cached nowhere, and links on the page send no referrer.
fn without_trace(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
