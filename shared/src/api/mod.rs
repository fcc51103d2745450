//! What travels between the page, API clients and the Worker: one file per area, JSON through serde.

mod browse;
mod fabric_answer;
mod fabrics;
mod health;
mod lifecycle;
mod list;
mod looks;
mod mode;
mod permission;
mod problem;
mod pull_request;
mod session;
mod share;
mod snapshot;

pub use browse::{BlobAnswer, BranchesAnswer};
pub use fabric_answer::FabricAnswer;
pub use fabrics::{ApprovedChange, CreateFabric, PlanAnswer, PlanRequest};
pub use health::{AppHealth, FailedJob, JobsHealth, RepositoryWebhook};
pub use lifecycle::{
    ChangeFabric, FabricChange, ForgetFabric, Forgotten, HistoryAnswer, RepairFabric, Repaired,
    SetPullRequestChecks,
};
pub use list::{FabricSummary, FabricsAnswer, RepositoriesAnswer, RepositoryChoice};
pub use looks::{LastFound, LooksAnswer, Schedule};
pub use mode::WriteMode;
pub use permission::PermissionAnswer;
pub use problem::Problem;
pub use pull_request::{PullRequestEnd, PullRequestNotice, ValidateAnswer, ValidateGitops};
pub use session::{
    Configuration, DemoRole, Health, Session, SignInMethod, SignInOptions, TokenPermission,
    TokenSignIn, User,
};
pub use share::{CreatedShare, NewShare, Share, SharedFabric, SharesAnswer};
pub use snapshot::{
    BaseBranch, BranchRules, DirectoryClaim, DirectoryListing, ModeOffer, Permission, Repository,
    SnapshotAnswer, TreeEntry,
};
