//! `updateRefs`: references made, moved and deleted together, each compared with where it must be before.

use async_graphql::{Context, ID, InputObject, Scalar, ScalarType, SimpleObject};
use async_graphql::{InputValueError, InputValueResult, Value};

use super::failure::Failure;
use super::refusal;
use super::scalars::GitObjectId;
use super::source::Source;
use crate::git::incoming::incoming;
use crate::git::reference;
use crate::state::{NodeId, RefChange};

/// A full reference name.
#[derive(Clone, Debug)]
pub(super) struct GitRefname(pub String);

#[Scalar(name = "GitRefname")]
impl ScalarType for GitRefname {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(name) if name.starts_with("refs/") => Ok(GitRefname(name)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[derive(InputObject)]
pub(super) struct UpdateRefsInput {
    client_mutation_id: Option<String>,
    ref_updates: Vec<RefUpdate>,
    repository_id: ID,
}

#[derive(InputObject)]
pub(super) struct RefUpdate {
    after_oid: GitObjectId,
    before_oid: Option<GitObjectId>,
    #[graphql(default_with = "Some(false)")]
    force: Option<bool>,
    name: GitRefname,
}

#[derive(SimpleObject)]
pub(super) struct UpdateRefsPayload {
    client_mutation_id: Option<String>,
}

/// Checks all of them first, since none is done if one is refused.
pub(super) fn update(
    ctx: &Context<'_>,
    input: UpdateRefsInput,
) -> Result<UpdateRefsPayload, Failure> {
    let source = match NodeId::decode(&input.repository_id) {
        Some(NodeId::Repository(number)) => Source::find_by_id(ctx, number),
        _ => None,
    };
    let source = source.ok_or_else(|| refusal::no_node(&input.repository_id))?;
    refusal::unless_writable(&source)?;
    let repo = source.repo.open()?;
    let mut swaps = Vec::new();
    for update in &input.ref_updates {
        let name = &update.name.0;
        let now = reference::read_now(&repo, name)?;
        if let Some(GitObjectId(before)) = update.before_oid
            && now != Some(before).filter(|before| !before.is_zero())
        {
            return Err(refusal::stale(before));
        }
        let after = Some(update.after_oid.0).filter(|after| !after.is_zero());
        let change = match (now, after) {
            (_, None) => RefChange::Delete,
            (None, Some(_)) => RefChange::Create,
            (Some(now), Some(after)) if repo.graph_descendant_of(after, now)? => {
                RefChange::FastForward
            }
            (Some(_), Some(_)) => RefChange::Force,
        };
        if change == RefChange::Force && update.force != Some(true) {
            let message = "Update is not a fast forward";
            return Err(Failure::new("UNPROCESSABLE", message));
        }
        let brought = match after {
            Some(after) => incoming(&repo, after)?,
            None => Vec::new(),
        };
        let settings = &source.repo.settings;
        if let Some(refused) = settings.refusal(
            (source.reach.role, source.reach.is_app),
            name,
            change,
            &brought,
        ) {
            return Err(refusal::guarded(&refused));
        }
        swaps.push((name, now, after));
    }
    for (name, now, after) in swaps {
        let expected = now.unwrap_or(git2::Oid::ZERO_SHA1);
        reference::compare_and_swap(&repo, name, now, after)
            .map_err(|error| refusal::lost(error, expected))?;
    }
    Ok(UpdateRefsPayload {
        client_mutation_id: input.client_mutation_id,
    })
}
