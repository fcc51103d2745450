//! A failure in short, as a record has it and as the tab keeps it beside a list.

use serde::{Deserialize, Serialize};
use shared::api::DirectoryClaim;
use shared::names::FabricId;
use shared::problem::{Code, Explanation, advice};

use super::Failure;
use crate::wording;

/// What is left of a failure once its answer is gone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FailureSummary {
    /// What happened.
    pub title: String,
    /// What happened this time, where that is more.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The next step.
    pub hint: String,
    pub code: Code,
    /// The fabric that is in the way, where one is.
    pub existing: Option<FabricId>,
    /// What its request is called in the Worker's log.
    pub request: Option<String>,
}

impl FailureSummary {
    /// A place that another fabric has.
    pub fn taken(claim: &DirectoryClaim) -> Self {
        Self {
            title: wording::taken(claim),
            hint: "Nothing was sent. Name another directory in this row for a new fabric."
                .to_owned(),
            code: Code::FabricExists,
            existing: Some(claim.fabric.clone()),
            ..Self::default()
        }
    }
}

impl From<Explanation> for FailureSummary {
    fn from(why: Explanation) -> Self {
        Self {
            hint: advice::on_page(&why.hint).to_owned(),
            title: why.message,
            code: why.code,
            ..Self::default()
        }
    }
}

impl From<&Failure> for FailureSummary {
    fn from(failure: &Failure) -> Self {
        Self {
            title: failure.title(),
            hint: failure.hint(),
            code: failure.code().clone(),
            existing: failure.existing().cloned(),
            request: failure.request_id().map(str::to_owned),
            // Of the many rows of a list the title and the next step are told.
            detail: String::new(),
        }
    }
}

impl From<FailureSummary> for Failure {
    fn from(summary: FailureSummary) -> Self {
        Self::Summary(Box::new(summary))
    }
}
