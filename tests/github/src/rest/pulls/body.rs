//! Pull requests as REST shows them.

use std::sync::Arc;

use git2::Oid;
use serde_json::{Value, json};

use super::list::changes;
use crate::git::Repo;
use crate::github::GitHub;
use crate::rest::account::{extend, simple as account};
use crate::rest::repository::summary;
use crate::rest::subject::Subject;
use crate::state::{NodeId, PullRequest, PullState};
use crate::web::{ApiError, timestamp};

/// Returns GitHub's `pull-request-simple`, as lists have it.
pub(super) fn simple(subject: &Subject, pull: &PullRequest) -> Value {
    let number = pull.number;
    let api = subject.api(&format!("/pulls/{number}"));
    let issue = subject.api(&format!("/issues/{number}"));
    let page = subject.page(&format!("/pull/{number}"));
    let statuses = subject.api(&format!("/statuses/{}", pull.head_oid));
    let side = |repo: &Repo, branch: &str, oid: &str| {
        let owner = &repo.settings.owner;
        json!({
            "label": format!("{owner}:{branch}"),
            "ref": branch,
            "sha": oid,
            "user": person(subject, owner),
            "repo": summary(&subject.github, repo, Some(&subject.viewer)),
        })
    };
    let fork = pull.head_repository;
    let fork = fork.and_then(|fork| subject.github.repo_by_id(fork));
    let head_repo = fork.as_ref().unwrap_or(&subject.repo);
    let moment = |seconds: Option<i64>| seconds.map(timestamp);
    let links = json!({
        "self": {"href": api},
        "html": {"href": page},
        "issue": {"href": issue},
        "comments": {"href": format!("{issue}/comments")},
        "review_comments": {"href": format!("{api}/comments")},
        "review_comment": {"href": subject.api("/pulls/comments{/number}")},
        "commits": {"href": format!("{api}/commits")},
        "statuses": {"href": statuses},
    });
    let is_merged = pull.state == PullState::Merged;
    json!({
        "url": api,
        "id": subject.repo.settings.id * 1_000_000 + number,
        "node_id": NodeId::Pull(subject.repo.settings.id, number).encode(),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "issue_url": issue,
        "commits_url": format!("{api}/commits"),
        "review_comments_url": format!("{api}/comments"),
        "review_comment_url": subject.api("/pulls/comments{/number}"),
        "comments_url": format!("{issue}/comments"),
        "statuses_url": statuses,
        "number": number,
        "state": pull.state.word(),
        "locked": false,
        "active_lock_reason": null,
        "title": pull.title,
        "user": person(subject, &pull.author),
        "body": pull.body,
        "labels": [],
        "milestone": null,
        "created_at": timestamp(pull.created_at_s),
        "updated_at": timestamp(pull.updated_at_s),
        "closed_at": moment(pull.closed_at_s),
        "merged_at": moment(pull.closed_at_s.filter(|_| is_merged)),
        "merge_commit_sha": pull.merge_oid.as_ref().or(pull.test_merge.as_ref()),
        "assignee": null,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": side(head_repo, &pull.head, &pull.head_oid),
        "base": side(&subject.repo, &pull.base, &pull.base_oid),
        "author_association": "MEMBER",
        "auto_merge": null,
        "draft": pull.draft,
        "_links": links,
    })
}

/// Returns GitHub's `pull-request`, with what is counted and whether it could be merged.
pub(super) fn whole(subject: &Subject, pull: &PullRequest) -> Result<Value, ApiError> {
    let objects = subject.repo.open()?;
    let (base, head) = (
        Oid::from_str(&pull.base_oid)?,
        Oid::from_str(&pull.head_oid)?,
    );
    let (commits, _) = objects.graph_ahead_behind(head, base)?;
    let changes = changes(subject, pull)?;
    let mergeable = match pull.state {
        PullState::Open if subject.repo.settings.merges_later => None,
        PullState::Open => {
            let (ours, theirs) = (objects.find_commit(base)?, objects.find_commit(head)?);
            Some(!objects.merge_commits(&ours, &theirs, None)?.has_conflicts())
        }
        PullState::Closed | PullState::Merged => None,
    };
    let is_guarded = subject.repo.settings.merge_refusal(&pull.base).is_some();
    let word = match mergeable {
        Some(true) if is_guarded => "blocked",
        Some(true) => "clean",
        Some(false) => "dirty",
        None => "unknown",
    };
    let mut body = simple(subject, pull);
    let more = json!({
        "merged": pull.state == PullState::Merged,
        "mergeable": mergeable,
        "mergeable_state": word,
        "rebaseable": mergeable,
        "merged_by": pull.merged_by.as_ref().map(|login| person(subject, login)),
        "comments": 0,
        "review_comments": 0,
        "maintainer_can_modify": false,
        "commits": commits,
        "additions": changes.additions,
        "deletions": changes.deletions,
        "changed_files": changes.files.len(),
    });
    extend(&mut body, more);
    Ok(body)
}

/// Returns a pull request as webhooks tell it.
pub(crate) fn pull_request_body(github: &Arc<GitHub>, repo: &Repo, pull: &PullRequest) -> Value {
    let subject = Subject::of(github, repo);
    whole(&subject, pull).unwrap_or_else(|_| simple(&subject, pull))
}

fn person(subject: &Subject, login: &str) -> Value {
    let user = subject.github.user(login);
    user.map_or(Value::Null, |user| account(&subject.url, &user))
}
