//! `DELETE /api/fabrics/{id}`

use http::StatusCode;
use shared::api::ForgetFabric;
use shared::fabric::FieldError;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::idempotency::{Answers, once};
use crate::operation::{Ids, forget_record, remove, with_near_branches};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Forgets a fabric; with `remove_files` the layout's own files are taken off the branch before.
pub(crate) async fn forget_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let forget = async |ids: &Ids| {
        let body = match request.body().is_empty() {
            true => ForgetFabric::default(),
            false => request::json(request)?,
        };
        let forgotten = match (body.remove_files, body.approval) {
            (false, _) => forget_record(host, &person, id, ids).await?,
            (true, Some(approval)) => {
                let outcome = remove(host, &person, id, approval, ids).await;
                with_near_branches(host, &person, outcome).await?
            }
            (true, None) => {
                let message = "send the plan's approval, since files are removed".to_owned();
                let field = "approval".to_owned();
                return Err(ApiError::Fields(vec![FieldError { field, message }]));
            }
        };
        Ok(json(StatusCode::OK, &forgotten))
    };
    once(host, &person, request, Answers::Kept, forget).await
}
