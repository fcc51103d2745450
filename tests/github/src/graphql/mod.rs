//! GitHub's GraphQL API.

use crate::web::ApiError;

pub(crate) async fn answer() -> ApiError {
    ApiError::NOT_FOUND
}
