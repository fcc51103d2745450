//! The whole path, natively: the Worker's router, real SQLite, and a GitHub made of real git repositories.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod access;
mod access_table;
mod addresses;
mod after_write;
mod backup;
mod backup_merge;
mod branches;
mod browse;
mod case_twins;
mod costs;
mod create;
mod deleted;
mod died;
mod drafts;
mod edge;
mod enterprise;
mod existing;
mod fault_matrix;
mod hidden_meanwhile;
mod history;
mod hostile;
mod initialise;
mod jobs;
mod keys;
mod landed;
mod left_out;
mod lifecycle;
mod lists;
mod live;

mod looks;
mod lost_answers;
mod lost_index;
mod moved;
mod name_taken;
mod name_taken_meanwhile;
mod names_nothing;
mod newer_records;
mod no_access;
mod older_ids;
mod openapi;
mod other_sites;
mod outboxes;
mod overwrites;
mod own_errors;
mod proved;
mod pull_request_check_setting;
mod pull_request_checks;
mod reading;
mod reading_writes_nothing;
mod record_links;
mod refusals;
mod route_table;
mod rules;
mod self_check;
mod session_contents;
mod sessions_of_person;
mod set_up;
mod severity;
mod shares;
mod sharing;
mod short_secrets;
mod sign_in;
mod stale;
mod token_rights;
mod told;
mod transport;
mod trouble;
mod truncated_listings;
mod uniqueness;
mod validate;
mod visibility;
mod webhooks;
mod writer;

use serde_json::{Value, json};

/// A fabric in `acme/network@main`, in this directory. Those outside of `gitops` have names of their own.
fn fabric(directory: &str) -> Value {
    let name = match directory.trim_matches('/') {
        "" => "fabric-1".to_owned(),
        path if path.starts_with("gitops") => "fabric-1".to_owned(),
        path => path.replace('/', "-"),
    };
    json!({ "name": name, "git_repository": "acme/network", "branch": "main", "gitops_directory": directory })
}
