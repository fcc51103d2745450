//! `POST` and `GET /api/fabrics/{id}/shares`, `DELETE /api/fabrics/{id}/shares/{share}`, and `GET /api/shares/{secret}`

use http::StatusCode;
use shared::api::{CreatedShare, NewShare, Share, SharedFabric, SharesAnswer};
use shared::fabric::FieldError;
use shared::names::FabricId;
use shared::record::Visibility;

use crate::access::{load, require_push, require_push_role, require_token_to_write};
use crate::api_error::ApiError;
use crate::host::Host;
use crate::idempotency::{Answers, once};
use crate::objects::shares::{ShareMessage, ShareReply};
use crate::operation::Ids;
use crate::operation::share::{Shared, ask_shares, hash, open_share, secret_made, secret_of};
use crate::request::{self, Request, origin};
use crate::response::{Response, empty, json};
use crate::session::{SignedIn, signed_in};
use crate::timestamp::rfc3339;

const NOTE: usize = 100;

/// Makes a share link; its address is shown this once.
pub(crate) async fn create_share(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let new = new_share(request)?;
    let create = async |ids: &Ids| create(host, &person, (request, &new), (id, ids)).await;
    // The answer has the link's secret, which is kept nowhere.
    once(host, &person, request, Answers::Made, create).await
}

/// What somebody wants of a link.
fn new_share(request: &Request) -> Result<NewShare, ApiError> {
    let NewShare { redacted, note } = request::json(request)?;
    let note = note.trim().to_owned();
    if note.chars().count() > NOTE {
        let message = format!("a note has at most {NOTE} characters");
        let field = "note".to_owned();
        return Err(ApiError::Fields(vec![FieldError { field, message }]));
    }
    Ok(NewShare { redacted, note })
}

async fn create(
    host: &impl Host,
    person: &SignedIn,
    (request, new): (&Request, &NewShare),
    (id, ids): (&FabricId, &Ids),
) -> Result<Response, ApiError> {
    if owned(host, person, id).await? == Visibility::Draft {
        return Err(ApiError::Draft);
    }
    let mut share = Share {
        id: ids.fabric.to_string(),
        redacted: new.redacted,
        note: new.note.clone(),
        created_by: person.user.login.clone(),
        created_at: rfc3339(host.now_ms()),
    };
    let made = match ids.is_repeat {
        true => secret_made(host, id, &ids.operation).await?,
        false => None,
    };
    let secret = match made {
        Some(secret) => secret,
        None => secret_of(host, id, &ids.operation)?,
    };
    let add = ShareMessage::Add {
        share: share.clone(),
        hash: hash(&secret),
    };
    match ask_shares(host, id, add).await? {
        ShareReply::Full => return Err(ApiError::TooManyShares),
        // It was made by an earlier request, and revoked since.
        ShareReply::Unknown => return Err(ApiError::NoRoute),
        ShareReply::Shares(known) => share = known.into_iter().next().unwrap_or(share),
        ShareReply::Done => {}
    }
    let url = format!("{}/s/{secret}", origin(host, request));
    Ok(json(StatusCode::CREATED, &CreatedShare { share, url }))
}

/// Lists the share links of a fabric, without their secrets.
pub(crate) async fn list_shares(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    require_push_role(host, &person, &load(host, id).await?).await?;
    let shares = links(host, id).await?;
    Ok(json(StatusCode::OK, &SharesAnswer { shares }))
}

/// Revokes a share link: from then on its address is one that never was.
pub(crate) async fn revoke_share(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
    share: &str,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let revoke = async |ids: &Ids| {
        let fabric = load(host, id).await?;
        require_push_role(host, &person, &fabric).await?;
        // What is not there is no reason to ask GitHub for a write; an earlier request may have revoked it.
        let is_there = links(host, id).await?.iter().any(|link| link.id == share);
        if is_there {
            if fabric.record.visibility != Visibility::Draft {
                require_token_to_write(host, &person, &fabric.record.git_repository).await?;
            }
            let share = share.to_owned();
            ask_shares(host, id, ShareMessage::Revoke { share }).await?;
        }
        match is_there || ids.is_repeat {
            true => Ok(empty()),
            false => Err(ApiError::NoRoute),
        }
    };
    once(host, &person, request, Answers::Made, revoke).await
}

/// What a share link shows, for the page that it opens.
pub(crate) async fn get_shared(host: &impl Host, secret: &str) -> Result<Response, ApiError> {
    let Shared { record, redacted } = open_share(host, secret).await?;
    Ok(json(StatusCode::OK, &SharedFabric::new(&record, redacted)))
}

/// Everyone who may push to the repository owns the fabric's links, and makes them with a token that could push. What they want was
/// read by then: a request that is wrong has GitHub asked for nothing.
async fn owned(host: &impl Host, person: &SignedIn, id: &FabricId) -> Result<Visibility, ApiError> {
    let fabric = load(host, id).await?;
    require_push(host, person, &fabric).await?;
    Ok(fabric.record.visibility)
}

/// The links of a fabric, the newest first.
async fn links(host: &impl Host, id: &FabricId) -> Result<Vec<Share>, ApiError> {
    Ok(match ask_shares(host, id, ShareMessage::List).await? {
        ShareReply::Shares(shares) => shares,
        _ => Vec::new(),
    })
}
