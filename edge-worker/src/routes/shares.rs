//! `POST` and `GET /api/fabrics/{id}/shares`, `DELETE /api/fabrics/{id}/shares/{share}`, and `GET /api/shares/{secret}`

use http::StatusCode;
use shared::api::{CreatedShare, NewShare, Share, SharedFabric, SharesAnswer};
use shared::fabric::FieldError;
use shared::names::FabricId;
use shared::record::Visibility;

use crate::access::{load, require_push, require_push_role};
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
    let (person, visibility) = owner(host, request, id).await?;
    if visibility == Visibility::Draft {
        return Err(ApiError::Draft);
    }
    let create = async |ids: &Ids| create(host, &person, request, (id, ids)).await;
    // The answer has the link's secret, which is kept nowhere.
    once(host, &person, request, Answers::Made, create).await
}

async fn create(
    host: &impl Host,
    person: &SignedIn,
    request: &Request,
    (id, ids): (&FabricId, &Ids),
) -> Result<Response, ApiError> {
    let NewShare { redacted, note } = request::json(request)?;
    let note = note.trim().to_owned();
    if note.chars().count() > NOTE {
        let message = format!("a note has at most {NOTE} characters");
        let field = "note".to_owned();
        return Err(ApiError::Fields(vec![FieldError { field, message }]));
    }
    let mut share = Share {
        id: ids.fabric.to_string(),
        redacted,
        note,
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
    let shares = match ask_shares(host, id, ShareMessage::List).await? {
        ShareReply::Shares(shares) => shares,
        _ => Vec::new(),
    };
    Ok(json(StatusCode::OK, &SharesAnswer { shares }))
}

/// Revokes a share link: from then on its address is one that never was.
pub(crate) async fn revoke_share(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
    share: &str,
) -> Result<Response, ApiError> {
    let (person, _) = owner(host, request, id).await?;
    let revoke = async |ids: &Ids| {
        let share = share.to_owned();
        match ask_shares(host, id, ShareMessage::Revoke { share }).await? {
            ShareReply::Done => Ok(empty()),
            // An earlier request may have revoked it.
            ShareReply::Unknown if ids.is_repeat => Ok(empty()),
            _ => Err(ApiError::NoRoute),
        }
    };
    once(host, &person, request, Answers::Made, revoke).await
}

/// What a share link shows, for the page that it opens.
pub(crate) async fn get_shared(host: &impl Host, secret: &str) -> Result<Response, ApiError> {
    let Shared { record, redacted } = open_share(host, secret).await?;
    Ok(json(StatusCode::OK, &SharedFabric::new(&record, redacted)))
}

/// Everyone who may push to the repository owns the fabric's links, and changes them with a token that could push.
async fn owner(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<(SignedIn, Visibility), ApiError> {
    let person = signed_in(host, request).await?;
    let fabric = load(host, id).await?;
    require_push(host, &person, &fabric).await?;
    Ok((person, fabric.record.visibility))
}
