//! The stand-in from outside: a git client, REST, GraphQL, and what goes wrong on purpose.
#![allow(clippy::unwrap_used, clippy::panic)]

mod app_deliveries;
mod binary;
mod client;
mod clone_and_push;
mod commit_races;
mod commit_rules;
mod expressions;
mod faults;
mod frame;
mod graphql_reads;
mod limits;
mod node_ids;
mod pull_requests;
mod renames;
mod reset;
mod rest_contents;
mod rest_reads;
mod rest_refs;
mod rest_trees;
mod schema;
mod shapes;
mod statuses;
mod tokens;
mod webhooks;
mod workdir;
