//! What a check run is found by again: the pull request, the fabric, and the delivery that it follows from.

use crate::names::FabricId;

/// Names a check run; `delivery` is GitHub's id of what it told, or nothing.
pub fn external_id(pull_request: u64, fabric: &FabricId, delivery: Option<&str>) -> String {
    format!("{pull_request}:{fabric}:{}", delivery.unwrap_or_default())
}

/// The pull request of a check run.
pub fn pull_request_of(external_id: &str) -> Option<u64> {
    external_id.split_once(':')?.0.parse().ok()
}

/// The delivery that a check run follows from, if it follows from one.
pub fn delivery_of(external_id: &str) -> Option<&str> {
    let delivery = external_id.splitn(3, ':').nth(2)?;
    (!delivery.is_empty()).then_some(delivery)
}
