//! How an operation on a fabric that exists begins: the fabric, for people who may know of it, and the operation's name;
//! before a write to the directory also the branch, the approval and the fabric's place.

use shared::api::WriteMode;
use shared::fabric::FabricSpec;
use shared::names::FabricId;
use shared::plan::Plan;
use shared::record::{FabricRecord, OperationKind, Visibility};

use super::approve::{Agreed, approved, require_writable};
use super::claim::{claim, claims_follow};
use super::ids::{Ids, Left};
use super::pull_request::write_target;
use super::task::Task;
use super::visibility::confirm_visibility;
use super::write_error::WriteError;
use crate::access::{Fabric, is_confirmed_public, load, require_read, require_token_to_write};
use crate::api_error::ApiError;
use crate::draft::ask_anew;
use crate::github::{BranchSnapshot, Github, GithubError, Target};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, Intent, Place};
use crate::objects::repository::{Ground, PreviousClaim};
use crate::repository_id::RecordedRepository;
use crate::session::SignedIn;

/// An operation that has begun.
pub(crate) struct Begun<'a> {
    /// The fabric as its object knows it.
    pub fabric: Fabric,
    pub spec: FabricSpec,
    id: &'a FabricId,
    kind: OperationKind,
    actor: &'a str,
    operation: &'a str,
    may_have_happened: bool,
    started_ms: u64,
}

/// Begins an operation on a fabric.
///
/// # Errors
/// [`ApiError::NoFabric`] where there is none, and for a draft of somebody else; [`ApiError::Draft`] where one can only be
/// initialised first. Whether the person may see any other is
/// GitHub's to say, so that is found out by asking it.
pub(crate) async fn begin<'a>(
    host: &impl Host,
    person: &'a SignedIn,
    id: &'a FabricId,
    kind: OperationKind,
    (ids, left): (&'a Ids, &Left),
) -> Result<Begun<'a>, ApiError> {
    let started_ms = host.now_ms();
    let fabric = load(host, id).await?;
    if fabric.record.visibility == Visibility::Draft {
        if fabric.creator != person.user.id {
            return Err(ApiError::NoFabric);
        }
        ask_anew(id);
        // There is nothing yet to be repaired, moved or removed, and GitHub was asked nothing of it.
        if !matches!(kind, OperationKind::Initialize | OperationKind::Validate) {
            return Err(ApiError::Draft);
        }
    }
    Ok(Begun {
        spec: fabric.record.spec(),
        fabric,
        id,
        kind,
        actor: &person.user.login,
        operation: &ids.operation,
        may_have_happened: *left != Left::Nothing,
        started_ms,
    })
}

/// Begins a look of the App's own at a fabric that is no draft.
pub(super) fn begin_by_app<'a>(
    host: &impl Host,
    fabric: Fabric,
    (id, actor): (&'a FabricId, &'a str),
    ids: &'a Ids,
) -> Begun<'a> {
    Begun {
        spec: fabric.record.spec(),
        fabric,
        id,
        kind: OperationKind::Validate,
        actor,
        operation: &ids.operation,
        may_have_happened: false,
        started_ms: host.now_ms(),
    }
}

impl Begun<'_> {
    /// Who does what to which fabric.
    pub(crate) fn task(&self) -> Task<'_> {
        Task {
            operation: self.operation,
            may_have_happened: self.may_have_happened,
            kind: self.kind,
            actor: self.actor,
            started_ms: self.started_ms,
            fabric: self.id,
            spec: &self.spec,
        }
    }

    /// The record as it was when the operation began.
    pub(crate) fn record(&self) -> &FabricRecord {
        &self.fabric.record
    }

    /// Tells whether there was a move whose outcome is not known.
    fn has_unsettled_move(&self) -> bool {
        let mut unsettled = self.fabric.unsettled.iter();
        unsettled.any(Intent::is_unsettled_move)
    }

    /// Refuses what depends on where the directory is, while that is not known.
    ///
    /// # Errors
    /// [`WriteError::Unconfirmed`].
    pub(crate) fn refuse_unsettled_move(&self) -> Result<(), ApiError> {
        match self.has_unsettled_move() {
            true => Err(WriteError::Unconfirmed.into()),
            false => Ok(()),
        }
    }

    /// A refusal from before GitHub was asked, for people who may know of the fabric: GitHub is asked now.
    pub(crate) async fn refused(
        self,
        host: &impl Host,
        person: &SignedIn,
        refusal: ApiError,
    ) -> ApiError {
        match require_read(host, person, self.fabric).await {
            Ok(_) => refusal,
            Err(error) => error,
        }
    }

    /// Whether everybody may see the fabric, as far as is known.
    pub(crate) fn is_everybodys(&self, host: &impl Host) -> bool {
        is_confirmed_public(host, &self.fabric)
    }

    /// An error as it may be told: a person who may not see the repository learns neither that a fabric exists which is not
    /// everybody's, nor what keeps them out. Where GitHub refuses more than the sight of it, who may see it is told: it is
    /// asked for that.
    pub(crate) async fn hide_existence<H: Host>(
        &self,
        github: &Github<'_, H>,
        error: ApiError,
    ) -> ApiError {
        let tells = match &error {
            ApiError::Github(refusal) => refusal.is_no_access(),
            // It names the fabric's branch.
            ApiError::ProposedElsewhere { .. } => true,
            _ => false,
        };
        // A draft is its creator's alone.
        let is_draft = self.record().visibility == Visibility::Draft;
        if !tells || is_draft || self.is_everybodys(github.host()) {
            return error;
        }
        if matches!(error, ApiError::Github(GithubError::NoRepository(_))) {
            return ApiError::NoFabric;
        }
        let access = github.repository_access(&self.spec.git_repository);
        match access.await {
            Ok(Some(access)) if !self.fabric.is_of_another(&access.repository) => error,
            Ok(_) => ApiError::NoFabric,
            Err(error) => error.into(),
        }
    }

    /// Checks that what was read is the repository that the fabric was made for.
    pub(crate) fn same_repository(&self, branch_snapshot: &BranchSnapshot) -> Result<(), ApiError> {
        self.fabric.same_repository(&branch_snapshot.repository.id)
    }

    /// Where the change is written.
    pub(crate) async fn target<H: Host>(
        &self,
        github: &Github<'_, H>,
        mode: WriteMode,
    ) -> Result<Target, ApiError> {
        match write_target(github, &self.spec, self.id, mode, false).await {
            Err(error) => Err(self.hide_existence(github, error).await),
            target => target,
        }
    }

    /// Reads the branch, checks that the person may do there what was agreed on, keeps the directory for the fabric, and
    /// keeps what GitHub said about who may see the repository before anything new is told.
    ///
    /// Where nothing is to be written, GitHub refuses no token by itself, and so it is asked whether this one could write.
    pub(crate) async fn approve<H: Host>(
        &self,
        host: &H,
        (person, github): (&SignedIn, &Github<'_, H>),
        agreed: &mut Agreed,
    ) -> Result<(BranchSnapshot, Plan), ApiError> {
        let (spec, head) = (&self.spec, agreed.change.approval.head);
        let (repo, directory) = (&spec.git_repository, &spec.gitops_directory);
        let read = github.read_target(repo, &agreed.target, directory, head);
        let branch_snapshot = match read.await {
            Err(error) => return Err(self.hide_existence(github, error.into()).await),
            Ok(branch_snapshot) => branch_snapshot,
        };
        self.same_repository(&branch_snapshot)?;
        require_writable(&branch_snapshot, agreed.change.mode)?;
        agreed.list_contents(github, spec, &branch_snapshot).await?;
        let known = self.record().head;
        let (branch_snapshot, plan) =
            approved(host, github, spec, agreed, branch_snapshot, known).await?;
        let is_draft = self.record().visibility == Visibility::Draft;
        // A draft becomes a fabric whatever comes of the write.
        if is_draft || plan.is_up_to_date() {
            require_token_to_write(host, person, &branch_snapshot.repository.name).await?;
        }
        // A draft never had its place.
        let ground = match is_draft {
            true => Ground::New,
            false => Ground::Record,
        };
        // Somebody may be about to begin a move, which keeps its other place.
        let claimed = (ground, PreviousClaim::Keep);
        claim(host, &branch_snapshot, spec, self.id, claimed).await?;
        let now = confirm_visibility(host, self.id, &branch_snapshot).await?;
        // Only now: the new name may be one that not everybody may see.
        self.follow_repository_rename(host, &branch_snapshot)
            .await?;
        if now.is_some_and(|now| !Place::of(spec).is_of(&now)) {
            // The fabric was given another place meanwhile, and that is the one that it keeps.
            let repository = RecordedRepository::from(&branch_snapshot.repository.id);
            claims_follow(
                host,
                &repository,
                self.id,
                (vec![spec.clone()], PreviousClaim::Keep),
            )
            .await?;
            return Err(ApiError::Busy);
        }
        Ok((branch_snapshot, plan))
    }

    /// Takes GitHub's name for the repository into the record, where it was renamed.
    pub(crate) async fn follow_repository_rename(
        &self,
        host: &impl Host,
        branch_snapshot: &BranchSnapshot,
    ) -> Result<(), ApiError> {
        let repository = branch_snapshot.repository.name.clone();
        if repository != self.record().git_repository {
            let renamed = FabricMessage::RepositoryRenamed { repository };
            ask(host, self.id.as_str(), &renamed).await?;
        }
        Ok(())
    }
}
