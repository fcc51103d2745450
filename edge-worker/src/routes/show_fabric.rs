//! `GET /f/{id}`, `/f/{id}/status.json`, `/f/{id}/badge.svg` and `/f/{id}/badge.json`

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use shared::names::FabricId;
use shared::record::{FabricRecord, Visibility};
use shared::status::StatusDocument;

use crate::access::{public_copy, readable};
use crate::api_error::ApiError;
use crate::badge::{badge, shields};
use crate::conditional::{seen_tag, tagged, with_tag};
use crate::digest::sha256_short;
use crate::host::Host;
use crate::request::{Request, origin};
use crate::response::{Response, json};
use crate::server_page::{About, Page, render};

/// Shows a fabric to people who may read it. Others get the page of a fabric that does not exist; where it could not be found out
/// which of the two, the page says why.
pub(crate) async fn show_fabric(host: &impl Host, request: &Request, id: &str) -> Response {
    let address = format!("{}/f/{id}", origin(host, request));
    let page = |about| Page {
        about,
        address: &address,
        indexable: false,
        shared: false,
    };
    let found = match FabricId::parse(id) {
        Ok(id) => readable(host, request, &id).await,
        Err(_) => Err(ApiError::NoFabric),
    };
    match found {
        Ok(seen) => {
            let page = Page {
                indexable: seen.person.is_none(),
                ..page(About::Fabric(&seen.record))
            };
            let response = render(host, &page).await;
            // A new build of the page is another answer as well.
            let tag = format!("{}-{}", seen.record.version, fingerprint(response.body()));
            match seen.record.visibility {
                Visibility::Public => tagged(request, &tag, response),
                // What only some may read is kept nowhere.
                Visibility::Private | Visibility::Draft | Visibility::Other(_) => {
                    let mut response = response;
                    let headers = response.headers_mut();
                    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                    response
                }
            }
        }
        Err(ApiError::Unconfirmed(since)) => render(host, &page(About::Unconfirmed(&since))).await,
        Err(ApiError::Storage(_)) => render(host, &page(About::NoAnswer)).await,
        Err(ApiError::NoFabric) => render(host, &page(About::NoFabric)).await,
        Err(error) => render(host, &page(About::Failed(&error.problem("")))).await,
    }
}

/// Gives a public fabric's state for machines.
pub(crate) async fn show_status(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let record = public_copy(host, id).await?;
    let address = format!("{}/f/{id}", origin(host, request));
    let document = StatusDocument::of(&record, &address);
    let mut response = json(StatusCode::OK, &document);
    // Anybody's page may read what is public.
    let everybody = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert("access-control-allow-origin", everybody);
    let tag = seen_tag(&record);
    Ok(with_tag(request, &tag, "public, no-cache", response))
}

/// Gives a public fabric's badge; for others one that says that there is no such fabric.
pub(crate) async fn show_badge(host: &impl Host, request: &Request, id: &str) -> Response {
    let record = badged(host, id).await;
    badge(request, record.as_ref(), |record| record.name.to_string())
}

/// Gives a public fabric's badge in the format of shields.io.
pub(crate) async fn show_shields_badge(host: &impl Host, request: &Request, id: &str) -> Response {
    shields(request, badged(host, id).await.as_ref())
}

async fn badged(host: &impl Host, id: &str) -> Result<FabricRecord, ApiError> {
    let id = FabricId::parse(id).map_err(|_| ApiError::NoFabric)?;
    public_copy(host, &id).await
}

fn fingerprint(body: &[u8]) -> String {
    sha256_short(body, 16)
}
