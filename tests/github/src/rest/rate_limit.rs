//! `GET /rate_limit`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::github::GitHub;
use crate::web::{Resource, Usage, Viewer};

pub(super) async fn show(
    State(github): State<Arc<GitHub>>,
    Extension(viewer): Extension<Viewer>,
) -> Json<Value> {
    let read = |resource| shown(github.meter.charge(viewer.account(), resource, 0));
    let core = read(Resource::Core);
    Json(json!({
        "resources": {"core": core, "search": core, "graphql": read(Resource::Graphql)},
        "rate": core,
    }))
}

fn shown(usage: Usage) -> Value {
    json!({
        "limit": usage.limit,
        "remaining": usage.remaining(),
        "used": usage.used,
        "reset": usage.reset,
    })
}
