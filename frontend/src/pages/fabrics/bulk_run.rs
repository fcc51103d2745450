//! What is done with each of the selected fabrics.

use leptos::prelude::*;
use shared::api::{FabricSummary, WriteMode};
use shared::fabric::FabricSpec;
use shared::plan::Overwrites;

use super::state::State;
use crate::{api, browser};
use model::branch_state::LoadedBranch;
use model::bulk::{BulkAction, Extent, Stage, wants_pull_request};
use model::decisions::with_info;
use model::failure::Failure;
use model::gate;
use model::preview::Preview;
use model::selection::without_dropped;
use model::wording;

/// Works through the selected rows, a few at a time; rows that failed stay selected.
pub fn run(state: State, action: BulkAction) {
    let mut rows = state.chosen();
    let stages = state.batch.stages.get_untracked();
    match action {
        // Exactly what the button said: the rows that are selected and were previewed.
        BulkAction::Write => {
            rows.retain(|fabric| stages.get(fabric.id.as_str()).is_some_and(Stage::is_ready));
            let selected = state.selected.get_untracked();
            state.batch.stages.set(without_dropped(&stages, &selected));
        }
        BulkAction::More => rows.retain(|fabric| !stages.contains_key(fabric.id.as_str())),
        BulkAction::Propose => {
            rows.retain(|fabric| {
                stages
                    .get(fabric.id.as_str())
                    .is_some_and(wants_pull_request)
            });
            let ids = rows.iter().map(|fabric| fabric.id.to_string());
            state.proposed.update_value(|proposed| proposed.extend(ids));
        }
        BulkAction::Validate | BulkAction::Preview => {
            state.batch.stages.set(Default::default());
            state.plans.set_value(Default::default());
            state.proposed.set_value(Default::default());
        }
    }
    if action != BulkAction::Write {
        let waiting = rows
            .iter()
            .map(|fabric| (fabric.id.to_string(), Stage::Waiting));
        state.batch.stages.update(|stages| stages.extend(waiting));
    }
    let rows = rows
        .into_iter()
        .map(|fabric| (fabric.id.to_string(), fabric));
    state
        .batch
        .run(rows.collect(), move |id, fabric| async move {
            if state.is_dropped(&id) {
                return Stage::Blocked("deselected before its turn".to_owned());
            }
            let stage = match action {
                BulkAction::Validate => validate(state, &fabric).await,
                BulkAction::Preview | BulkAction::More | BulkAction::Propose => {
                    preview(state, &fabric).await
                }
                BulkAction::Write => write(state, &fabric).await,
            };
            if !stage.is_left() {
                state.finish(&id);
            }
            if let Stage::Failed(failure) = &stage {
                state.on_auth_failure(failure);
            }
            stage
        });
}

async fn validate(state: State, fabric: &FabricSummary) -> Stage {
    state.batch.set(fabric.id.as_str(), Stage::Running);
    let id = fabric.id.as_str();
    match api::validate(id).await {
        Ok(answer) => {
            let mut to_come = None;
            if let Ok(found) = api::fabric(id).await {
                let is_to_come = found.record.is_to_come(&answer.report);
                to_come = is_to_come.then(|| wording::to_come(&found.record));
                let mut row = FabricSummary::from(&found.record);
                // The record of everybody is not written for each look.
                if found.record.head == answer.report.head {
                    row.checked_at = row.checked_at.max(Some(browser::now()));
                }
                state.replace(row);
            }
            match to_come {
                Some(words) => Stage::Done(words.to_owned()),
                None if answer.report.valid => Stage::Done("valid".to_owned()),
                None => Stage::NotValid,
            }
        }
        Err(failure) => Stage::Failed(failure),
    }
}

/// Reads the record and its branch, and compares; where the record knows of another directory, it is validated, so that the row
/// says what was just seen.
async fn planned(
    state: State,
    fabric: &FabricSummary,
) -> Result<Result<(Preview, Extent, WriteMode), String>, Failure> {
    let id = fabric.id.as_str();
    let read_of = async |spec: FabricSpec| -> Result<LoadedBranch, Failure> {
        let (answer, snapshot) = api::snapshot(&spec).await?;
        Ok(LoadedBranch::new(spec, answer, snapshot))
    };
    let mut record = api::fabric(id).await?.record;
    let mut read = read_of(record.spec()).await?;
    let is_moved = record.checked_at.is_some() && read.tree != record.tree;
    if is_moved && api::validate(id).await.is_ok() {
        record = api::fabric(id).await?.record;
        // Somebody may have renamed or moved it meanwhile: what was read is then of another place, or in other words.
        if record.spec() != read.asked {
            read = read_of(record.spec()).await?;
        }
    }
    state.replace(FabricSummary::from(&record));
    let decided = with_info(&record.spec(), Overwrites::default(), false);
    let preview = Preview::new(record.spec(), Some(&read.snapshot), decided);
    let answer = &read.answer;
    // That a branch begins anew is for whoever looks at the fabric itself to decide.
    let gone = answer.base.is_some().then(|| gate::gone(&answer.branch));
    let disabled_reason = gate::refused(answer).or(gone);
    let disabled_reason = disabled_reason.or_else(|| gate::in_the_way(&preview));
    let is_proposed = state.proposed.try_with_value(|proposed| {
        let mut proposed = proposed.iter();
        proposed.any(|id| id == fabric.id.as_str())
    });
    let chosen = match is_proposed {
        Some(true) => WriteMode::PullRequest,
        _ => WriteMode::Commit,
    };
    let (mode, _) = gate::mode(&preview, answer, chosen);
    let disabled_reason = disabled_reason.or_else(|| gate::no_pull_request(answer, mode));
    let extent = Extent::of(&preview, record.deleted_count(), record.is_uncompared());
    Ok(disabled_reason.map_or(Ok((preview, extent, mode)), Err))
}

async fn preview(state: State, fabric: &FabricSummary) -> Stage {
    state.batch.set(fabric.id.as_str(), Stage::Comparing);
    match planned(state, fabric).await {
        Ok(Ok((preview, _, _))) if preview.writes() == 0 => {
            Stage::Done("nothing to write".to_owned())
        }
        Ok(Ok((preview, extent, mode))) => {
            if let Some(body) = preview.approved(mode) {
                state.plans.update_value(|plans| {
                    plans.insert(fabric.id.to_string(), body);
                });
            }
            match mode {
                WriteMode::Commit => Stage::Ready(extent),
                WriteMode::PullRequest => Stage::Proposing(extent),
            }
        }
        Ok(Err(reason)) => Stage::Blocked(reason),
        Err(failure) => Stage::Failed(failure),
    }
}

/// Sends what was previewed; where the directory changed since, the Worker refuses it.
async fn write(state: State, fabric: &FabricSummary) -> Stage {
    state.batch.set(fabric.id.as_str(), Stage::Running);
    let Some(body) = state
        .plans
        .with_value(|plans| plans.get(fabric.id.as_str()).cloned())
    else {
        return Stage::Blocked("it was not previewed".to_owned());
    };
    match api::initialise(fabric.id.as_str(), &body).await {
        Ok(api::Answered {
            body: found,
            request_id: request,
        }) => {
            state.replace(FabricSummary::from(&found.record));
            match Stage::of_write(&found) {
                Stage::Failed(failure) => Stage::Failed(failure.with_request_id(request)),
                stage => stage,
            }
        }
        Err(failure) => Stage::Failed(failure),
    }
}
