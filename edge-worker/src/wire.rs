//! What GitHub said, as the page and API clients get it.

use shared::api::{
    BaseBranch, BlobAnswer, BranchRules, BranchesAnswer, DirectoryListing, ModeOffer, Permission,
    Repository, RepositoryChoice, SnapshotAnswer, User, WriteMode,
};
use shared::change_set::Carrier;
use shared::quote::sentence::Name;
use shared::snapshot::paths;

use crate::github::{self, Blob, BranchSnapshot, Branches, MemberRepository, PROPOSALS, Viewer};
use crate::objects::session::ListedRepository;

/// A branch and a directory as `GET /api/snapshot` tells them. Who has claimed the directory is not GitHub's to say.
pub(crate) fn snapshot_answer(read: &BranchSnapshot) -> SnapshotAnswer {
    let listings = paths(&read.directory).into_iter().filter_map(|path| {
        let tree = read.snapshot.listings().get(&path)?;
        Some(DirectoryListing::of(&path, tree))
    });
    SnapshotAnswer {
        repository: repository(&read.repository),
        branch: read.branch.to_string(),
        directory: read.directory.clone(),
        permission: permission(read.repository.can_push),
        rules: rules(read.rules),
        head: read.head,
        base: base(read),
        committed_at: read.committed_at.clone(),
        head_commit: read.head_commit.clone(),
        root: read.snapshot.head().map(|head| head.tree),
        listings: listings.collect(),
        mode: mode_offer(read, None),
        claim: None,
        near_branches: Vec::new(),
    }
}

/// How a change can reach the branch; `carrier` is what the change needs, once that is known.
pub(crate) fn mode_offer(read: &BranchSnapshot, carrier: Option<Carrier>) -> ModeOffer {
    let (rules, branch) = (rules(read.rules), read.branch.as_str());
    let mut offer = match read.base {
        _ if read.repository.is_empty => rules.offer_first(branch),
        Some(_) => rules.offer_beginning(branch),
        None => rules.offer(branch),
    };
    if read.rules.name_undecided && offer.reason.is_none() {
        let branch = Name(branch);
        offer.reason = Some(format!(
            "the rules take only certain names of new branches, and whether {branch} is one only GitHub can tell"
        ));
    }
    if let (true, Some(reason)) = (read.rules.proposal_name_undecided, &mut offer.reason) {
        reason.push_str(
            ", and whether the rules take the name `hedgerow/…` of the pull request's branch only GitHub can tell",
        );
    }
    let blocked = read.proposals_blocked_by.as_ref().map(|by| {
        format!(
            "a pull request needs a branch below `{PROPOSALS}/`, which git cannot have beside the branch {}; rename or delete that one on GitHub",
            Name(by.as_str())
        )
    });
    ModeOffer {
        no_pull_request: offer.no_pull_request.or(blocked),
        signing: signing(read, offer.mode, carrier),
        ..offer
    }
}

/// How a change reaches the branch that a pull request waits on.
pub(crate) fn proposal_offer(read: &BranchSnapshot, carrier: Option<Carrier>) -> ModeOffer {
    let is_new = read.base.is_some() && read.left_behind.is_none();
    let branch = read.branch.as_str();
    let mut offer = rules(read.rules).offer_proposal(branch, is_new);
    let is_unlike = read.rules.linear_history_required && !read.rules.signatures_required;
    if read.left_behind.is_some() && is_unlike {
        offer.reason = Some(format!(
            "the rules take no commit with two parents, as the next one on the branch of the earlier pull request would be; \
             delete {} on GitHub before",
            Name(branch)
        ));
    } else if read.rules.name_undecided && offer.reason.is_none() {
        offer.reason = Some(format!(
            "whether the rules take the name {} of the pull request's branch only GitHub can tell",
            Name(branch)
        ));
    }
    ModeOffer {
        signing: signing(read, offer.mode, carrier),
        ..offer
    }
}

/// How the commit comes to be signed, where that is demanded: GitHub signs what it commits itself, which is plain files on a
/// branch that is there.
fn signing(read: &BranchSnapshot, mode: WriteMode, carrier: Option<Carrier>) -> Option<String> {
    let is_proposed = mode == WriteMode::PullRequest;
    let begins = is_proposed || read.base.is_some();
    let is_demanded =
        read.rules.signatures_required || (is_proposed && read.rules.proposal_signatures_required);
    let text = match carrier {
        _ if !is_demanded => return None,
        _ if read.repository.is_empty => {
            "the rules demand signed commits, and GitHub does not sign a repository's first one for a program, so it will be \
             refused; make a first commit on GitHub, for example a README, which GitHub signs, and begin after that"
        }
        Some(Carrier::GitData) => {
            "the rules demand signed commits, and GitHub signs only those that write and delete up to a hundred plain files: \
             this one moves files or changes more, and will be refused; make it with git and sign it"
        }
        _ if read.left_behind.is_some() => {
            "the rules demand signed commits, so the branch of the earlier pull request is moved forward first, and then gets the \
             commit, which GitHub signs; unless that pull request was merged with a merge commit, delete its branch on GitHub before"
        }
        _ if begins => {
            "the rules demand signed commits, so the new branch is made first, and then gets the commit, which GitHub signs"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// Where a branch that does not exist would begin.
pub(crate) fn base(read: &BranchSnapshot) -> Option<BaseBranch> {
    let base = read.base.as_ref()?;
    Some(BaseBranch {
        branch: base.branch.to_string(),
        head: base.head,
    })
}

pub(crate) fn permission(can_push: bool) -> Permission {
    match can_push {
        true => Permission::Write,
        false => Permission::Read,
    }
}

fn repository(repository: &github::Repository) -> Repository {
    Repository {
        id: repository.id.node_id.clone(),
        name: repository.name.to_string(),
        url: repository.url.clone(),
        private: repository.is_private,
        archived: repository.is_archived,
        empty: repository.is_empty,
        default_branch: repository.default_branch.clone(),
    }
}

fn rules(rules: github::BranchRules) -> BranchRules {
    BranchRules {
        pull_request_required: rules.pull_request_required,
        merge_queue_required: rules.merge_queue_required,
        checks_required: rules.checks_required,
        deployments_required: rules.deployments_required,
        updates_restricted: rules.updates_restricted,
        push_restricted: rules.push_restricted,
        push_allowed: rules.push_allowed,
        creation_restricted: rules.creation_restricted,
        signatures_required: rules.signatures_required,
        proposals_restricted: rules.proposals_restricted,
    }
}

impl From<Branches> for BranchesAnswer {
    fn from(branches: Branches) -> Self {
        Self {
            branches: branches.names,
            default_branch: branches.default,
            total: branches.total,
        }
    }
}

impl From<Blob> for BlobAnswer {
    fn from(blob: Blob) -> Self {
        Self {
            oid: blob.oid,
            text: blob.text,
            bytes: blob.bytes,
        }
    }
}

impl From<Viewer> for User {
    fn from(viewer: Viewer) -> Self {
        Self {
            id: viewer.number,
            login: viewer.login,
            name: viewer.name,
        }
    }
}

impl From<MemberRepository> for ListedRepository {
    fn from(repository: MemberRepository) -> Self {
        let choice = RepositoryChoice {
            id: repository.node_id,
            name: repository.name,
            private: repository.is_private,
            archived: repository.is_archived,
            default_branch: repository.default_branch,
            permission: permission(repository.can_push),
        };
        Self {
            choice,
            number: repository.number,
        }
    }
}
