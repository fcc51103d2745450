//! The API, one endpoint a file.

pub(crate) mod change_fabric;
pub(crate) mod create_fabric;
pub(crate) mod forget_fabric;
pub(crate) mod get_blob;
pub(crate) mod get_branches;
pub(crate) mod get_fabric;
pub(crate) mod get_health;
pub(crate) mod get_history;
pub(crate) mod get_session;
pub(crate) mod get_snapshot;
pub(crate) mod init_gitops;
pub(crate) mod list_fabrics;
pub(crate) mod list_repositories;
pub(crate) mod log_in;
pub(crate) mod log_out;
pub(crate) mod make_plan;
pub(crate) mod operate;
pub(crate) mod repair_fabric;
pub(crate) mod set_up;
pub(crate) mod shares;
pub(crate) mod show_fabric;
pub(crate) mod show_nowhere;
pub(crate) mod show_shared;
pub(crate) mod sign_in_with_token;
pub(crate) mod validate_gitops;
pub(crate) mod watch_fabric;
