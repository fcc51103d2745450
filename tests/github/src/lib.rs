//! The GitHub stand-in: GitHub's REST and GraphQL over real bare git repositories.
//!
//! State first: accounts and settings live in `state`, contents in bare repositories (`git`), and every
//! answer is derived from the two. `rest`, `graphql` and `transport` (clone and push) are three doors to the same house.
//! What GitHub refuses is refused here too, so that a client which passes here has a chance there.
//!
//! A test starts one in its own process:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use github_standin::{Files, Standin, StandinOptions};
//!
//! let standin = Standin::start(StandinOptions::default())?;
//! let repo = standin.repo("acme/network")?;
//! let files = Files::from([("notes.md".to_owned(), Some("hello\n".into()))]);
//! let head = repo.push("main", files, "Add notes")?;
//! assert_eq!(repo.head("main"), Some(head));
//! # Ok(())
//! # }
//! ```
//!
//! Tokens: `standin-admin` (login `ada`, pushes everywhere), `standin-reader` (`rhea`, reads everything),
//! `standin-outsider` (`otto`, sees what is public).
//!
//! # Control routes
//!
//! They need no token, are not recorded and are not faulted.
//!
//! | route | does |
//! |---|---|
//! | `GET /_standin/health` | `{"status": "ok", "url": …}` |
//! | `GET /_standin/requests` | every request since the last reset, oldest first ([`RecordedRequest`]) |
//! | `DELETE /_standin/requests` | forgets them |
//! | `GET /_standin/violations` | exchanges that GitHub's OpenAPI description forbids, if it was given |
//! | `POST /_standin/faults` | adds one [`Fault`] or a list of them |
//! | `GET /_standin/faults`, `DELETE /_standin/faults` | lists and drops the faults still waiting |
//! | `POST /_standin/release` | lets the requests that a fault delays go on at once |
//! | `POST /_standin/commits` | commits as somebody else ([`Push`]); answers `{"oid": …}` |
//! | `POST /_standin/repositories` | adds or changes a repository: `{"full_name": "acme/new", "private": true, …}` ([`Repository`]); with `"node_ids": "old"` it has an older node id beside today's |
//! | `POST /_standin/users` | adds an account: `{"id": 7, "login": "lena", "name": "Lena", "kind": "person"}` |
//! | `POST /_standin/tokens` | adds a token: `{"token": "t", "login": "ada", "kind": "fine_grained", "owner": "acme", "permissions": {"contents": "read"}}` ([`Grant`]) |
//! | `POST /_standin/installations` | installs an App ([`Installation`]) |
//! | `POST /_standin/app_hook` | tells the App's webhook where to go: `{"url": "http://localhost:8787/api/webhooks/github", "secret": "…"}` ([`HookConfig`]) |
//! | `POST /_standin/events` | sends the App an event as it is given: `{"event": "installation", "payload": {…}}` |
//! | `POST /_standin/limits` | sets a person's rate limits: `{"login": "ada", "limits": {"core": 5, "reset_in_s": 60}}` ([`Limits`]) |
//! | `POST /_standin/sso` | lets an organization want single sign-on: `{"organization": "acme", "required": true}` |
//! | `POST /_standin/renames` | renames one: `{"repository": "acme/network", "name": "net"}` |
//! | `POST /_standin/branch_renames` | renames a branch: `{"repository": "acme/network", "branch": "main", "name": "trunk"}` |
//! | `POST /_standin/merges` | merges a pull request past every rule: `{"repository": …, "number": 1}`; answers `{"oid": …}` |
//! | `POST /_standin/forks` | lets somebody fork a repository: `{"repository": "acme/network", "owner": "otto"}`; answers `{"full_name": …}` |
//! | `POST /_standin/reset` | throws every change away and seeds again |
//!
//! A fault, for one: `{"match": {"graphql_contains": "createCommitOnBranch"}, "times": 1, "action": {"delay_ms": 50, "drop": "after"}}`.

mod app;
mod control;
mod delays;
mod git;
mod github;
mod graphql;
mod rest;
mod server;
mod standin;
mod state;
mod traffic;
mod transport;
mod web;
mod webhook;

pub use app::{APP_ID, CLIENT_ID, CLIENT_SECRET, PRIVATE_KEY};
pub use delays::Delays;
pub use git::{File, Files, Push, Repo, RepoError};
pub use standin::{Secrets, Standin, StandinOptions, StartError};
pub use state::{
    Access, Approval, BypassActor, Grant, Installation, NodeIds, Permission, Permissions,
    Protection, Repository, Rule, RuleKind, Seed, Selection, Token, TokenKind, User, UserKind,
    named,
};
pub use traffic::{
    Action, DropWhen, Fault, Graphql, Match, OpenApiError, RecordedRequest, Side, Violation,
};
pub use web::Limits;
pub use webhook::HookConfig;
