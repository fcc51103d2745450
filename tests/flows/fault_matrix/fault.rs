//! The ways in which a call goes wrong.

use serde_json::{Value, json};

/// One way.
pub struct FaultKind {
    pub name: &'static str,
    /// How many requests in a row, beginning with the call, go wrong.
    pub times: u32,
    /// Whether the call has to be given up.
    pub hangs: bool,
    /// What the stand-in does; `None` for somebody else's commit, which depends on the row.
    pub action: Option<fn() -> Value>,
}

const fn once(name: &'static str, action: fn() -> Value) -> FaultKind {
    FaultKind {
        name,
        times: 1,
        hangs: false,
        action: Some(action),
    }
}

const fn thrice(name: &'static str, action: fn() -> Value) -> FaultKind {
    FaultKind {
        times: 3,
        ..once(name, action)
    }
}

fn says(status: u16, message: &str) -> Value {
    json!({ "status": status, "body": { "message": message, "status": status.to_string() } })
}

/// GitHub's answer to a failed validation.
fn invalid(error: Value) -> Value {
    json!({ "status": 422, "body": { "message": "Validation Failed", "errors": [error] } })
}

/// An answer about something else, of the form of whatever was asked for.
fn foreign() -> Value {
    let id = "0123456789abcdef0123456789abcdef01234567";
    let side = json!({ "ref": "other", "sha": id, "repo": { "id": 9 } });
    let commit = json!({
        "oid": id, "sha": id, "url": "https://github.com/x", "html_url": "https://github.com/x", "message": "Something else",
        "tree": { "oid": id, "sha": id }, "parents": { "nodes": [{ "oid": id }] },
    });
    json!({
        "ref": "refs/heads/other", "object": { "type": "commit", "sha": id }, "sha": id, "tree": { "sha": id }, "parents": [],
        "message": "Something else", "html_url": "https://github.com/x", "number": 999, "state": "open", "merged_at": null,
        "head": side, "base": side, "content": { "path": "other", "sha": id }, "commit": commit,
        "data": { "createCommitOnBranch": { "commit": commit, "ref": { "name": "other", "prefix": "refs/heads/" } } },
    })
}

pub static FAULTS: [FaultKind; 27] = [
    once("401", || says(401, "Bad credentials")),
    once("403", || {
        let mut action = says(403, "Resource not accessible by personal access token");
        action["headers"] = json!({ "x-accepted-github-permissions": "contents=write" });
        action
    }),
    once("403 primary limit", || {
        let mut action = says(403, "API rate limit exceeded for user ID 1001.");
        action["headers"] =
            json!({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" });
        action
    }),
    once("429 retry-after 2", || {
        let mut action = says(429, "You have exceeded a secondary rate limit.");
        action["headers"] = json!({ "retry-after": "2" });
        action
    }),
    once("429 retry-after 3600", || {
        let mut action = says(429, "You have exceeded a secondary rate limit.");
        action["headers"] = json!({ "retry-after": "3600" });
        action
    }),
    once("404", || says(404, "Not Found")),
    once("409", || says(409, "Conflict")),
    once("409 empty", || says(409, "Git Repository is empty.")),
    once("409 rule", || {
        says(
            409,
            "Repository rule violations found\n\nChanges must be made through a pull request.",
        )
    }),
    once("422 field", || {
        invalid(json!({ "resource": "X", "field": "sha", "code": "invalid" }))
    }),
    once("422 custom", || {
        invalid(
            json!({ "resource": "X", "code": "custom", "message": "No commits between a and b" }),
        )
    }),
    once("422 not fast-forward", || {
        says(422, "Update is not a fast forward")
    }),
    once("422 no reference", || says(422, "Reference does not exist")),
    once("422 protected", || {
        says(422, "At least one approving review is required")
    }),
    once("422 timed out", || {
        says(422, "Sorry, your request timed out.")
    }),
    once("500", || says(500, "Server Error")),
    once(
        "502 HTML",
        || json!({ "status": 502, "body": "<html>Bad Gateway</html>" }),
    ),
    thrice(
        "502 HTML x3",
        || json!({ "status": 502, "body": "<html>Bad Gateway</html>" }),
    ),
    once("truncated JSON", || json!({ "truncate_body": 20 })),
    once("not JSON", || json!({ "body": "{\"data\": {\"repo" })),
    once("200 {}", || json!({ "status": 200, "body": {} })),
    once(
        "200 foreign",
        || json!({ "status": 200, "body": foreign() }),
    ),
    once("foreign after", || json!({ "body": foreign() })),
    once("dropped before", || json!({ "drop": "before" })),
    once("dropped after", || json!({ "drop": "after" })),
    FaultKind {
        hangs: true,
        ..once("hang", || json!({ "delay_ms": 60_000 }))
    },
    FaultKind {
        name: "head moved",
        times: 1,
        hangs: false,
        action: None,
    },
];
