//! The payloads of the events that something follows from, as far as it does.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::git::ObjectId;
use shared::names::{BranchName, RepoName};

/// What a delivery says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// GitHub's number of the repository that it is about, where it is about one.
    pub repository: Option<u64>,
    /// GitHub's word for what happened, with its action: `repository.renamed`.
    pub name: String,
    pub event: Event,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Nothing follows from it.
    Other,
    Push(Push),
    /// The repository can no longer be seen by everybody, or by nobody.
    Hidden,
    /// The repository is called otherwise, has another owner, can be seen by everybody, or was archived.
    RepositoryChanged,
    /// The App may by now read these repositories, or may no longer.
    Installed(Vec<u64>),
    /// A pull request is new, has another head, or is for another branch.
    PullRequestChanged {
        repo: RepoName,
        number: u64,
        base: BranchName,
    },
    /// Somebody asks again for a check run, or for all that an App made at a commit.
    CheckAgain {
        repo: RepoName,
        app: AppNamed,
        head: ObjectId,
        /// What the App finds the check run by again, and its name; none where all are meant.
        run: Option<(String, String)>,
    },
    /// A pull request into this branch was merged or closed.
    PullRequestClosed(BranchName),
    /// A person, by their number, no longer lets the App act for them.
    Revoked(u64),
}

/// An App, as payloads name it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct AppNamed {
    pub id: u64,
    /// Older servers do not say it.
    pub client_id: Option<String>,
}

/// A branch was made, moved or taken away.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Push {
    pub branch: BranchName,
    /// Its head after that; none where it was taken away.
    pub head: Option<ObjectId>,
    /// Every path that differs by it; none where that cannot be told from the delivery.
    pub paths: Option<Vec<String>>,
}

/// GitHub's most commits of a push; where there are as many, there may be more.
const MOST_COMMITS: usize = 2048;
/// GitHub cuts long lists of a commit's files, and does not say so or where.
const MOST_PATHS: usize = 100;

#[derive(Deserialize)]
struct Named {
    id: u64,
}

#[derive(Deserialize)]
struct OfRepository {
    repository: Option<Named>,
    action: Option<String>,
}

#[derive(Deserialize)]
struct PushPayload {
    #[serde(rename = "ref")]
    reference: String,
    after: String,
    created: bool,
    deleted: bool,
    forced: bool,
    commits: Vec<Commit>,
}

#[derive(Deserialize)]
struct Commit {
    id: String,
    #[serde(default)]
    added: Vec<String>,
    #[serde(default)]
    removed: Vec<String>,
    #[serde(default)]
    modified: Vec<String>,
}

#[derive(Deserialize)]
struct InstallationPayload {
    #[serde(default)]
    repositories: Vec<Named>,
    #[serde(default)]
    repositories_added: Vec<Named>,
    #[serde(default)]
    repositories_removed: Vec<Named>,
}

#[derive(Deserialize)]
struct PullRequestPayload {
    pull_request: PullRequest,
}

#[derive(Deserialize)]
struct PullRequest {
    base: Base,
}

#[derive(Deserialize)]
struct FullyNamed {
    full_name: String,
}

#[derive(Deserialize)]
struct ChangedPayload {
    number: u64,
    pull_request: PullRequest,
    repository: FullyNamed,
    #[serde(default)]
    changes: Changes,
}

#[derive(Default, Deserialize)]
struct Changes {
    base: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct CheckRunPayload {
    check_run: Checked,
    repository: FullyNamed,
}

#[derive(Deserialize)]
struct CheckSuitePayload {
    check_suite: Checked,
    repository: FullyNamed,
}

/// What both have.
#[derive(Deserialize)]
struct Checked {
    head_sha: ObjectId,
    app: Option<AppNamed>,
    name: Option<String>,
    external_id: Option<String>,
}

#[derive(Deserialize)]
struct Base {
    #[serde(rename = "ref")]
    branch: String,
}

#[derive(Deserialize)]
struct SentPayload {
    sender: Named,
}

/// Reads the payload of an event. Of an event that nothing follows from, only what it is about is read.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(event: &str, body: &[u8]) -> Result<Told, serde_json::Error> {
    let of: OfRepository = part(body)?;
    let action = of.action.unwrap_or_default();
    let happened = match (event, action.as_str()) {
        ("push", _) => push(part(body)?),
        ("repository", "privatized" | "deleted") => Event::Hidden,
        ("repository", "renamed" | "transferred" | "publicized" | "archived" | "unarchived") => {
            Event::RepositoryChanged
        }
        (
            "installation",
            "created" | "deleted" | "suspend" | "unsuspend" | "new_permissions_accepted",
        )
        | ("installation_repositories", "added" | "removed") => {
            let changed: InstallationPayload = part(body)?;
            let lists = [
                changed.repositories,
                changed.repositories_added,
                changed.repositories_removed,
            ];
            Event::Installed(lists.into_iter().flatten().map(|named| named.id).collect())
        }
        ("pull_request", "opened" | "reopened" | "synchronize" | "ready_for_review" | "edited") => {
            changed(part(body)?, action.as_str())
        }
        ("check_run", "rerequested") => {
            let told: CheckRunPayload = part(body)?;
            check_again(&told.repository, told.check_run)
        }
        ("check_suite", "rerequested") => {
            let told: CheckSuitePayload = part(body)?;
            check_again(&told.repository, told.check_suite)
        }
        ("pull_request", "closed") => {
            let PullRequestPayload { pull_request } = part(body)?;
            let branch = BranchName::parse(&pull_request.base.branch);
            branch.map_or(Event::Other, Event::PullRequestClosed)
        }
        ("github_app_authorization", "revoked") => {
            let SentPayload { sender } = part(body)?;
            Event::Revoked(sender.id)
        }
        _ => Event::Other,
    };
    Ok(Told {
        repository: of.repository.map(|named| named.id),
        name: match action.as_str() {
            "" => event.to_owned(),
            action => format!("{event}.{action}"),
        },
        event: happened,
    })
}

fn part<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(body)
}

fn changed(told: ChangedPayload, action: &str) -> Event {
    // Another title merges nothing else.
    if action == "edited" && told.changes.base.is_none() {
        return Event::Other;
    }
    let repo = RepoName::parse(&told.repository.full_name);
    // No fabric follows a branch of a name that Hedgerow does not take.
    let base = BranchName::parse(&told.pull_request.base.branch);
    match (repo, base) {
        (Ok(repo), Ok(base)) => Event::PullRequestChanged {
            repo,
            number: told.number,
            base,
        },
        _ => Event::Other,
    }
}

fn check_again(repository: &FullyNamed, told: Checked) -> Event {
    match (RepoName::parse(&repository.full_name), told.app) {
        (Ok(repo), Some(app)) => Event::CheckAgain {
            repo,
            app,
            head: told.head_sha,
            run: told
                .name
                .map(|name| (name, told.external_id.unwrap_or_default())),
        },
        _ => Event::Other,
    }
}

fn push(push: PushPayload) -> Event {
    let branch = push.reference.strip_prefix("refs/heads/");
    // Tags, and branches that no fabric can have.
    let Some(branch) = branch.and_then(|branch| BranchName::parse(branch).ok()) else {
        return Event::Other;
    };
    let paths = paths(&push);
    Event::Push(Push {
        branch,
        head: match push.deleted {
            true => None,
            false => ObjectId::parse(&push.after).ok(),
        },
        paths,
    })
}

/// Every path that differs, if the payload proves that it names all: the branch only moved forward, none of its commits are left
/// out, and each lists what it changes. One that lists nothing may be a merge, of which GitHub tells only a part.
fn paths(push: &PushPayload) -> Option<Vec<String>> {
    let is_forward = !(push.created || push.deleted || push.forced);
    let ends_at_head = push
        .commits
        .last()
        .is_some_and(|last| last.id == push.after);
    if !is_forward || !ends_at_head || push.commits.len() >= MOST_COMMITS {
        return None;
    }
    let mut all = Vec::new();
    for commit in &push.commits {
        let lists = [&commit.added, &commit.removed, &commit.modified];
        let count: usize = lists.iter().map(|list| list.len()).sum();
        if count == 0 || count >= MOST_PATHS {
            return None;
        }
        all.extend(lists.into_iter().flatten().cloned());
    }
    Some(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use serde_json::{Value, json};

    use super::{Event, MOST_COMMITS, MOST_PATHS, read};

    const HEAD: &str = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";

    fn commit(id: &str, modified: usize) -> Value {
        let modified: Vec<String> = (0..modified)
            .map(|number| format!("{number}.yaml"))
            .collect();
        json!({ "id": id, "added": [], "removed": [], "modified": modified })
    }

    fn push() -> Value {
        let commits = [commit("1", 1), commit(HEAD, 1)];
        json!({
            "ref": "refs/heads/main", "after": HEAD, "created": false, "deleted": false, "forced": false,
            "commits": commits, "repository": { "id": 7 },
        })
    }

    fn paths(push: &Value) -> Option<Vec<String>> {
        let told = read("push", push.to_string().as_bytes()).unwrap();
        assert_eq!(told.repository, Some(7));
        let Event::Push(push) = told.event else {
            panic!("{told:?}")
        };
        push.paths
    }

    #[test]
    fn the_paths_of_a_push_are_known_only_where_the_payload_proves_that_it_names_all() {
        assert_eq!(paths(&push()).unwrap(), ["0.yaml", "0.yaml"]);
        let many = |count: usize| {
            let mut commits = vec![commit("1", 1); count - 1];
            commits.push(commit(HEAD, 1));
            json!(commits)
        };
        for (field, value, is_known) in [
            ("created", json!(true), false),
            ("deleted", json!(true), false),
            ("forced", json!(true), false),
            ("commits", json!([]), false),
            ("commits", json!([commit("1", 1)]), false),
            ("commits", json!([commit("1", 0), commit(HEAD, 1)]), false),
            ("commits", json!([commit(HEAD, MOST_PATHS - 1)]), true),
            ("commits", json!([commit(HEAD, MOST_PATHS)]), false),
            ("commits", many(MOST_COMMITS - 1), true),
            ("commits", many(MOST_COMMITS), false),
        ] {
            let mut changed = push();
            changed[field] = value;
            assert_eq!(paths(&changed).is_some(), is_known, "{field}");
        }
    }

    #[test]
    fn nothing_follows_from_tags_and_from_events_that_nobody_knows() {
        let mut tag = push();
        tag["ref"] = json!("refs/tags/v1");
        for (event, payload) in [
            ("push", tag),
            (
                "star",
                json!({ "action": "created", "repository": { "id": 7 } }),
            ),
            (
                "of_tomorrow",
                json!({ "repository": { "id": 7 }, "action": "done" }),
            ),
            ("ping", json!({ "zen": "Keep it logically awesome." })),
        ] {
            let told = read(event, payload.to_string().as_bytes()).unwrap();
            assert_eq!(told.event, Event::Other, "{event}");
        }
        for wrong in ["", "[]", "null", "{", "{\"repository\":7}"] {
            assert!(read("push", wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
