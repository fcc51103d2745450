//! `GET /api/fabrics/{id}`

use http::StatusCode;
use shared::api::FabricAnswer;
use shared::names::FabricId;
use shared::record::{FabricRecord, Visibility};

use crate::error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::operation::load;
use crate::request::Request;
use crate::response::{Response, json};
use crate::session::signed_in;

/// Gives a fabric's record: to whoever is signed in from its object, to others the public copy.
///
/// A fabric that the person may not see is answered as one that does not exist.
pub(crate) async fn get_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = match signed_in(host, request).await {
        Ok(person) => person,
        Err(ApiError::SignedOut) => return public_copy(host, id).await,
        Err(error) => return Err(error),
    };
    let fabric = load(host, id).await?;
    let may_see = match fabric.record.visibility {
        Visibility::Public => true,
        Visibility::Draft => fabric.creator == person.user.id,
        Visibility::Private => {
            Github::new(host, &person.token)
                .can_read(&fabric.record.git_repository)
                .await?
        }
    };
    if !may_see {
        return Err(ApiError::NoFabric);
    }
    Ok(json(
        StatusCode::OK,
        &FabricAnswer {
            record: fabric.record,
            operation: fabric.last,
        },
    ))
}

async fn public_copy(host: &impl Host, id: &FabricId) -> Result<Response, ApiError> {
    let text = host
        .public_copy(id.as_str())
        .await
        .ok_or(ApiError::NoFabric)?;
    let record: FabricRecord = serde_json::from_str(&text).map_err(|_| ApiError::NoFabric)?;
    Ok(json(
        StatusCode::OK,
        &FabricAnswer {
            record,
            operation: None,
        },
    ))
}
