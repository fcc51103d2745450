//! The stable words for what can go wrong.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! codes {
    ($($(#[$about:meta])* $name:ident = $word:literal,)*) => {
        /// A stable word for machines. A word of a newer version survives as [`Code::Unknown`].
        #[derive(Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$about])* $name,)*
            /// A word that this version does not know.
            Unknown(String),
        }

        // One text and numbers: tables of strings would be a kilobyte of the page's first load.
        const WORDS: &str = concat!($($word, "\n"),*);

        enum Line {
            $($name,)*
        }

        impl Code {
            fn line(&self) -> Result<usize, &str> {
                Ok(match self {
                    $(Self::$name => Line::$name as usize,)*
                    Self::Unknown(word) => return Err(word),
                })
            }

            fn at(line: usize) -> Option<Self> {
                $(if line == Line::$name as usize {
                    return Some(Self::$name);
                })*
                None
            }
        }
    };
}

codes! {
    // What the API answers with.
    /// The address is longer than any that Hedgerow has.
    AddressTooLong = "address_too_long",
    /// The GitHub App's private key cannot be used.
    AppKey = "app_key",
    /// The GitHub App is not installed on the repository, or lacks a permission there.
    AppNotInstalled = "app_not_installed",
    /// The plan is not the one that was approved.
    ApprovalMismatch = "approval_mismatch",
    /// Something else has the place of a file or directory of the plan.
    Blocked = "blocked",
    /// The body of the request is too large.
    BodyTooLarge = "body_too_large",
    /// Git cannot have the branch, since another one lies in its name, or it in another's.
    BranchBlocked = "branch_blocked",
    /// The branch does not exist.
    BranchMissing = "branch_missing",
    /// A rule of the repository keeps the commit off the branch.
    BranchProtected = "branch_protected",
    /// A rule of the repository keeps the branch from being made.
    BranchRefused = "branch_refused",
    /// The files cannot be moved as the plan would move them.
    CannotArrange = "cannot_arrange",
    /// A rule of the repository refuses the addresses of the commit's author or committer.
    CommitAuthorRefused = "commit_author_refused",
    /// A rule of the repository refuses the commit's message.
    CommitMessageRefused = "commit_message_refused",
    /// The request came from another site.
    CrossSite = "cross_site",
    /// The directory is not what it was when the plan was approved.
    DirectoryChanged = "directory_changed",
    /// What is asked for is of a fabric, and this is only a draft.
    Draft = "draft",
    /// Another fabric has the directory, or one that overlaps with it.
    FabricExists = "fabric_exists",
    /// The repository has as many fabrics as Hedgerow keeps for one.
    FabricLimit = "fabric_limit",
    /// There is no such fabric, or this person may not see it.
    FabricNotFound = "fabric_not_found",
    /// A rule of the repository refuses paths, names or sizes of the files.
    FilesRefused = "files_refused",
    /// GitHub's answer cannot be understood.
    GithubAnswer = "github_answer",
    /// GitHub refused, and did not say for which of the known reasons.
    GithubForbidden = "github_forbidden",
    /// GitHub pointed to another host.
    GithubRedirected = "github_redirected",
    /// GitHub refused the commit.
    GithubRefused = "github_refused",
    /// The GitHub server does not have what Hedgerow asks for.
    GithubTooOld = "github_too_old",
    /// GitHub does not accept the token.
    GithubUnauthorized = "github_unauthorized",
    /// GitHub did not answer.
    GithubUnavailable = "github_unavailable",
    /// Other commits reached the branch since the plan was approved.
    HeadMoved = "head_moved",
    /// The Idempotency-Key belongs to another request.
    IdempotencyKeyReused = "idempotency_key_reused",
    /// The body is not JSON of the expected shape.
    InvalidJson = "invalid_json",
    /// Some fields are not valid.
    InvalidRequest = "invalid_request",
    /// A rule of the repository refuses a commit with two parents.
    LinearHistoryRequired = "linear_history_required",
    /// The sign-in with GitHub cannot be finished.
    LoginRefused = "login_refused",
    /// The address does not take this method.
    MethodNotAllowed = "method_not_allowed",
    /// Another fabric of the repository has the name.
    NameTaken = "name_taken",
    /// No GitHub App is configured.
    NoApp = "no_app",
    /// The operator has not set what is needed.
    NotConfigured = "not_configured",
    /// There is nothing at this address.
    NotFound = "not_found",
    /// The branch already holds what a pull request would propose.
    NothingToPropose = "nothing_to_propose",
    /// Another write on the fabric or repository is under way.
    OperationInProgress = "operation_in_progress",
    /// The person may not push to the repository.
    PermissionMissing = "permission_missing",
    /// The rules of the repository also hold for the branch that the pull request would come from.
    ProposalRefused = "proposal_refused",
    /// A pull request for the change is open already.
    PullRequestExists = "pull_request_exists",
    /// GitHub's rate limit is reached.
    RateLimited = "rate_limited",
    /// The repository is archived.
    RepositoryArchived = "repository_archived",
    /// The repository has no commit.
    RepositoryEmpty = "repository_empty",
    /// There is no such repository, or this person may not see it.
    RepositoryNotFound = "repository_not_found",
    /// A rule of the repository refuses the change, for none of the known reasons.
    RuleViolated = "rule_violated",
    /// GitHub found what looks like a secret in the files.
    SecretDetected = "secret_detected",
    /// The fabric has as many share links as it may have.
    ShareLimit = "share_limit",
    /// A rule of the repository wants signed commits.
    SignatureRequired = "signature_required",
    /// Nobody is signed in.
    SignedOut = "signed_out",
    /// The organisation wants the token to be used with single sign-on.
    SsoRequired = "sso_required",
    /// Hedgerow's own storage did not answer.
    StorageUnavailable = "storage_unavailable",
    /// The organisation has not approved the token.
    TokenNotApproved = "token_not_approved",
    /// The token lacks a permission.
    TokenPermissionMissing = "token_permission_missing",
    /// The change is too large for GitHub.
    TooLarge = "too_large",
    /// Too many requests came within a minute.
    TooManyRequests = "too_many_requests",
    /// What GitHub made of the change is not what was approved.
    TreeMismatch = "tree_mismatch",
    /// Hedgerow was interrupted before it sent anything of a write.
    Interrupted = "interrupted",
    /// It is not known whether a commit was made.
    Unconfirmed = "unconfirmed",
    /// The address takes only WebSocket connections.
    UpgradeRequired = "upgrade_required",
    /// GitHub did not confirm lately that the repository is public.
    VisibilityUnconfirmed = "visibility_unconfirmed",
    /// As many watch the fabric as may.
    WatcherLimit = "watcher_limit",

    // What a page says of itself, and of what it asks GitHub on its own.
    /// GitHub shows a visitor a repository without a commit.
    EmptyRepository = "empty_repository",
    /// No answer came back.
    NoAnswer = "no_answer",
    /// GitHub shows visitors no such repository.
    NotPublic = "not_public",
    /// A translation or an extension of the browser changed what the page shows.
    PageAltered = "page_altered",
    /// A part of the page did not load.
    PartNotLoaded = "part_not_loaded",
    /// The requests that GitHub answers without signing in are spent.
    PublicLimit = "public_limit",
    /// The person stopped waiting.
    Stopped = "stopped",
    /// GitHub lists only a part of a directory.
    Unread = "unread",
    /// The answer has an unknown format.
    UnreadableAnswer = "unreadable_answer",
    /// A listing does not hash to its id.
    UnverifiedListing = "unverified_listing",
}

impl Code {
    /// The word.
    pub fn as_str(&self) -> &str {
        match self.line() {
            Ok(line) => WORDS.lines().nth(line).unwrap_or_default(),
            Err(word) => word,
        }
    }
}

impl From<&str> for Code {
    fn from(word: &str) -> Self {
        let line = WORDS.lines().position(|known| known == word);
        line.and_then(Self::at)
            .unwrap_or_else(|| Self::Unknown(word.to_owned()))
    }
}

// Derived, it would be a kilobyte of the page's first load, too.
impl Clone for Code {
    fn clone(&self) -> Self {
        match self.line() {
            Ok(line) => Self::at(line).unwrap_or_default(),
            Err(word) => Self::Unknown(word.to_owned()),
        }
    }
}

impl Default for Code {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::from(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_its_own_code() {
        for (line, word) in WORDS.lines().enumerate() {
            let code = Code::from(word);
            assert_eq!((code.as_str(), code.line()), (word, Ok(line)));
        }
        assert_eq!(Code::HeadMoved.as_str(), "head_moved");
        assert_eq!(Code::from("unverified_listing"), Code::UnverifiedListing);
    }

    #[test]
    fn errors_md_says_what_every_word_means() {
        let text = include_str!("../../../docs/errors.md");
        for word in WORDS.lines() {
            let row = format!("| `{word}` |");
            assert!(text.contains(&row), "{word} is missing in docs/errors.md");
        }
    }

    #[test]
    fn a_word_of_a_newer_version_survives() {
        let text = r#""quantum_entangled""#;
        let code: Code = serde_json::from_str(text).expect("a code is a string");
        assert_eq!(code, Code::Unknown("quantum_entangled".into()));
        assert_eq!(serde_json::to_string(&code).expect("a string"), text);
    }
}
