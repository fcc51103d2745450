//! `GET /rate_limit`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::github::GitHub;
use crate::web::{Reading, Resource, Viewer};

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

fn shown(reading: Reading) -> Value {
    json!({
        "limit": reading.limit,
        "remaining": reading.remaining(),
        "used": reading.used,
        "reset": reading.reset,
    })
}
