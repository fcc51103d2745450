//! `createCommitOnBranch`: one commit on one branch, if its head is where the caller saw it.

use std::collections::BTreeMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use git2::Oid;

use super::commit::Commit;
use super::failure::{Failure, null_if_failed};
use super::reference::Ref;
use super::refusal;
use super::scalars::{Base64String, GitObjectId};
use super::source::Source;
use super::update_refs::{self, UpdateRefsInput, UpdateRefsPayload};
use crate::git::commit::{self, NewCommit, Person};
use crate::git::edit::{self, Edit, Occupied};
use crate::git::incoming::GITHUB;
use crate::git::reference;
use crate::state::{Incoming, NodeId, RefChange};
use crate::web::Viewer;

pub(super) struct Mutation;

#[derive(InputObject)]
struct CreateCommitOnBranchInput {
    branch: CommittableBranch,
    client_mutation_id: Option<String>,
    expected_head_oid: GitObjectId,
    file_changes: Option<FileChanges>,
    message: CommitMessage,
}

#[derive(InputObject)]
pub(super) struct CommittableBranch {
    pub branch_name: Option<String>,
    pub id: Option<ID>,
    pub repository_name_with_owner: Option<String>,
}

#[derive(InputObject)]
struct CommitMessage {
    body: Option<String>,
    headline: String,
}

#[derive(InputObject, Default)]
pub(super) struct FileChanges {
    #[graphql(default_with = "Some(Vec::new())")]
    pub additions: Option<Vec<FileAddition>>,
    #[graphql(default_with = "Some(Vec::new())")]
    pub deletions: Option<Vec<FileDeletion>>,
}

#[derive(InputObject)]
pub(super) struct FileAddition {
    pub contents: Base64String,
    pub path: String,
}

#[derive(InputObject)]
pub(super) struct FileDeletion {
    pub path: String,
}

#[derive(SimpleObject)]
struct CreateCommitOnBranchPayload {
    client_mutation_id: Option<String>,
    commit: Option<Commit>,
    #[graphql(name = "ref")]
    reference: Option<Ref>,
}

#[Object]
impl Mutation {
    async fn create_commit_on_branch(
        &self,
        ctx: &Context<'_>,
        input: CreateCommitOnBranchInput,
    ) -> Option<CreateCommitOnBranchPayload> {
        null_if_failed(ctx, create(ctx, input))
    }

    async fn update_refs(
        &self,
        ctx: &Context<'_>,
        input: UpdateRefsInput,
    ) -> Option<UpdateRefsPayload> {
        null_if_failed(ctx, update_refs::update(ctx, input))
    }
}

fn create(
    ctx: &Context<'_>,
    input: CreateCommitOnBranchInput,
) -> Result<CreateCommitOnBranchPayload, Failure> {
    let (source, name) = find_branch(ctx, &input.branch)?;
    refusal::unless_writable(&source)?;
    let repo = source.repo.open()?;
    let head = reference::read(&repo, &name)?.ok_or_else(|| refusal::no_branch(&name))?;
    let expected = input.expected_head_oid.0;
    let changes = input.file_changes.unwrap_or_default();
    let edits = edits(&repo, &changes)?;
    if head != expected {
        return Err(refusal::stale(expected));
    }
    for path in edits.keys() {
        refusal::unless_workflow(&source, path)?;
    }
    let settings = &source.repo.settings;
    let who = (source.reach.role, source.reach.is_app);
    let message = full_message(&input.message);
    let brought = Incoming {
        is_signed: true,
        is_merge: false,
        message: message.clone(),
        paths: edits.keys().cloned().collect(),
    };
    if let Some(refused) = settings.refusal(who, &name, RefChange::FastForward, &[brought]) {
        return Err(refusal::guarded(&refused));
    }

    let base = repo.find_commit(head)?.tree_id();
    let tree = edit::apply(&repo, Some(base), &edits, Occupied::Refuse)
        .map_err(|error| refusal::unfit(error, head))?;
    let author = author(ctx)?;
    // GitHub commits under its own name and signs; only the author is the caller.
    let committer = Person::now(GITHUB.0, GITHUB.1);
    let commit = NewCommit {
        tree,
        parents: &[head],
        message: &message,
        author: &author,
        committer: &committer,
    };
    let oid = commit::create(&repo, &commit)?;
    reference::compare_and_swap(&repo, &name, Some(head), Some(oid))
        .map_err(|error| refusal::lost(error, expected))?;
    Ok(CreateCommitOnBranchPayload {
        client_mutation_id: input.client_mutation_id,
        reference: Some(Ref::at(&source, &name, oid)),
        commit: Some(Commit { source, oid }),
    })
}

/// Returns the repository, if the caller sees it, and the branch's full name.
fn find_branch(ctx: &Context<'_>, branch: &CommittableBranch) -> Result<(Source, String), Failure> {
    let CommittableBranch {
        id,
        repository_name_with_owner,
        branch_name,
    } = branch;
    match (id, repository_name_with_owner, branch_name) {
        (Some(id), None, None) => {
            let found = match NodeId::decode(id) {
                Some(NodeId::Ref(repository, name)) => {
                    Source::find_by_id(ctx, repository).map(|source| (source, name))
                }
                _ => None,
            };
            found.ok_or_else(|| refusal::no_node(id))
        }
        // The unqualified name; a qualified one is taken too, as it is unmistakable.
        (None, Some(full_name), Some(name)) => {
            let name = name.strip_prefix("refs/heads/").unwrap_or(name);
            Ok((Source::find(ctx, full_name)?, format!("refs/heads/{name}")))
        }
        _ => Err(refusal::unclear_branch()),
    }
}

/// Writes the new blobs and returns what happens to each path. Every path may be named once.
fn edits(
    repo: &git2::Repository,
    changes: &FileChanges,
) -> Result<BTreeMap<String, Edit>, Failure> {
    let mut edits = BTreeMap::new();
    for deletion in changes.deletions.iter().flatten() {
        refusal::unless_path(&deletion.path)?;
        insert(&mut edits, &deletion.path, Edit::Remove)?;
    }
    for addition in changes.additions.iter().flatten() {
        refusal::unless_path(&addition.path)?;
        let oid: Oid = repo.blob(&addition.contents.0)?;
        // The mutation knows no modes: what it writes is a regular file, also over a script or a symbolic link.
        let mode = 0o100644;
        insert(&mut edits, &addition.path, Edit::Put { mode, oid })?;
    }
    Ok(edits)
}

fn insert(edits: &mut BTreeMap<String, Edit>, path: &str, edit: Edit) -> Result<(), Failure> {
    match edits.insert(path.to_owned(), edit) {
        Some(_) => Err(refusal::twice(path)),
        None => Ok(()),
    }
}

fn author(ctx: &Context<'_>) -> Result<Person, Failure> {
    let viewer = ctx.data_unchecked::<Viewer>().user();
    let user = viewer.map_err(|error| Failure::new("FORBIDDEN", error.to_string()))?;
    Ok(Person::now(&user.name, user.email()))
}

fn full_message(message: &CommitMessage) -> String {
    match message.body.as_deref() {
        None | Some("") => message.headline.clone(),
        Some(body) => format!("{}\n\n{body}", message.headline),
    }
}
