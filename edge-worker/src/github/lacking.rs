//! What a GitHub server does not have yet: an older Enterprise Server is asked for it once, and from then on without it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::{Github, GithubError};
use crate::host::Host;

thread_local! {
    static LACKING: RefCell<BTreeSet<(String, Newer)>> = const { RefCell::new(BTreeSet::new()) };
}

/// What Hedgerow can do without, by what GraphQL calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Newer {
    /// `Ref.rules`.
    BranchRules,
    /// `Mutation.createCommitOnBranch` and its input.
    CommitOnBranch,
}

impl Newer {
    fn is_named_by(self, name: &str) -> bool {
        match self {
            Self::BranchRules => name == "Ref.rules",
            Self::CommitOnBranch => {
                matches!(
                    name,
                    "Mutation.createCommitOnBranch" | "CreateCommitOnBranchInput"
                )
            }
        }
    }
}

impl<H: Host> Github<'_, H> {
    /// Tells whether the server is known to lack this.
    pub(super) fn lacks(&self, what: Newer) -> bool {
        let key = (self.host.config().graphql_url(), what);
        LACKING.with_borrow(|lacking| lacking.contains(&key))
    }

    /// Tells whether an error says that the server lacks this, which is kept.
    pub(super) fn learns_to_lack(&self, what: Newer, error: &GithubError) -> bool {
        let is_lacking = match error {
            GithubError::TooOld { lacks, .. } => what.is_named_by(lacks),
            _ => false,
        };
        if is_lacking {
            let key = (self.host.config().graphql_url(), what);
            LACKING.with_borrow_mut(|lacking| lacking.insert(key));
        }
        is_lacking
    }
}
