#![allow(clippy::unwrap_used, clippy::panic)]
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use super::*;
use crate::github::RuleSubject;

const NOW_MS: u64 = 1_000_000;

fn read(status: u16, headers: &[(&str, &str)], body: &str) -> GithubError {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    from_answer(&ErrorAnswer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: &map,
        body: body.as_bytes(),
        subject: "acme/network",
        now_ms: NOW_MS,
    })
}

/// The name of the error's kind.
fn kind(status: u16, headers: &[(&str, &str)], message: &str) -> String {
    let body = serde_json::json!({ "message": message });
    let error = format!("{:?}", read(status, headers, &body.to_string()));
    let end = error.find(|letter: char| !letter.is_alphanumeric());
    error[..end.unwrap_or(error.len())].to_owned()
}

#[test]
fn each_refusal_maps_to_its_error() {
    let accepted = &[("x-accepted-github-permissions", "contents=write")][..];
    for (status, headers, message, expected) in [
        (401, &[][..], "Bad credentials", "Unauthorized"),
        (
            403,
            accepted,
            "Resource not accessible by personal access token",
            "PermissionMissing",
        ),
        (
            403,
            accepted,
            "Resource not accessible by integration",
            "AppNotInstalled",
        ),
        (
            403,
            &[(
                "x-github-sso",
                "required; url=https://github.com/orgs/acme/sso",
            )],
            "Resource protected by organization SAML enforcement.",
            "SsoRequired",
        ),
        (
            403,
            &[],
            "`acme` forbids access via a personal access token (classic).",
            "TokenNotApproved",
        ),
        (
            403,
            &[],
            "Repository was archived so is read-only.",
            "Archived",
        ),
        (
            403,
            &[],
            "You're not authorized to push to this branch.",
            "Protected",
        ),
        (403, &[], "Something else", "Forbidden"),
        (404, &[], "Not Found", "NoRepository"),
        (404, &[], "Branch main not found", "BranchMissing"),
        (409, &[], "Git Repository is empty.", "Empty"),
        (
            409,
            &[],
            "Repository rule violations found\n\nChanges must be made through a pull request.",
            "Protected",
        ),
        (
            422,
            &[],
            "3 of 3 required status checks are expected. At least one approved review is required",
            "Protected",
        ),
        (422, &[], "Reference update failed", "Protected"),
        (422, &[], "Update is not a fast forward", "Stale"),
        (422, &[], "Reference already exists", "Stale"),
        (422, &[], "Reference does not exist", "BranchMissing"),
        // What people called their branches and directories.
        (
            422,
            &[],
            "A pull request already exists for acme:protected branch.",
            "PullRequestExists",
        ),
        (
            422,
            &[],
            "No commits between main and deployment",
            "NothingToPropose",
        ),
        (422, &[], "Invalid path deployments/site", "Refused"),
        (413, &[], "Payload too large", "TooLarge"),
        (
            422,
            &[],
            "Sorry, your request timed out. It's likely that your input was too large",
            "Unavailable",
        ),
        (422, &[], "Invalid tree info", "Refused"),
        (500, &[], "Server Error", "Unavailable"),
    ] {
        assert_eq!(kind(status, headers, message), expected, "{message}");
    }
}

/// GitHub's own words of each rule, as seen; those of file names and sizes are inferred.
#[test]
fn a_rule_is_told_by_what_helps() {
    use RuleSubject::*;
    let says = |reasons: &[&str]| {
        let all = [&["Repository rule violations found"], reasons].concat();
        all.join("\n\n")
    };
    for (subject, reasons) in [
        (Secret, &["Secret detected in content"][..]),
        (
            Secret,
            &["GITHUB PUSH PROTECTION", "- Push cannot contain secrets"],
        ),
        (
            Files,
            &["File path is restricted\nFound 1 violation:\ngitops/a.md"],
        ),
        (Files, &["File size exceeds the limit"]),
        (Files, &["File extension is restricted"]),
        (
            Message,
            &["Commit message must match a given regex pattern: ^feat"],
        ),
        (
            Author,
            &["Commit author email must end with a matching pattern: @acme.example"],
        ),
        (
            NewBranch,
            &["Cannot create ref due to creations being restricted."],
        ),
        (
            NewBranch,
            &["Branch name must start with a matching pattern: feature/"],
        ),
        (
            MergeCommit,
            &["This branch must not contain merge commits.\nFound 1 violation:"],
        ),
        (
            Signature,
            &["Commits must have verified signatures.\nFound 1 violation:"],
        ),
        (Other, &["Every commit names its moon phase"]),
        (
            Other,
            &["Every commit names its moon phase: deployments/code owners/status checks"],
        ),
        // What stays with a pull request comes first.
        (
            Files,
            &[
                "Changes must be made through a pull request.",
                "File path is restricted",
            ],
        ),
    ] {
        let (words, expected) = (says(reasons), in_one_line(&says(reasons)));
        let body = serde_json::json!({ "message": words }).to_string();
        for status in [403, 409, 422] {
            let accepted = [("x-accepted-github-permissions", "contents=write")];
            let error = read(status, &accepted, &body);
            let words = expected.clone();
            assert_eq!(error, GithubError::RuleViolated { subject, words });
        }
    }
    for reason in [
        "Changes must be made through a pull request.",
        "Changes must be made through the merge queue",
        "2 of 2 required status checks are expected.",
        "Missing successful active production deployment.",
        "Required deployments to production must succeed.",
        "Required status check \"ci\" is expected.",
        "Waiting on code owner review from acme/network.",
        "Cannot update this protected ref.",
        "Cannot change this locked branch",
        "Code scanning is waiting for results from CodeQL for the commit 8debc43.",
        "At least 1 approving review is required by reviewers with write access.",
    ] {
        for reasons in [
            &[reason][..],
            &[reason, "Commits must have verified signatures."],
        ] {
            assert_eq!(kind(409, &[], &says(reasons)), "Protected", "{reasons:?}");
        }
    }
}

#[test]
fn the_missing_permission_and_the_sign_on_page_are_named() {
    let accepted = [("x-accepted-github-permissions", "contents=write")];
    let message = "{\"message\":\"Resource not accessible by personal access token\"}";
    let missing = read(403, &accepted, message).to_string();
    assert!(missing.contains("`contents=write`"), "{missing}");
    let page = "https://github.com/orgs/acme/sso?authorization_request=A";
    let required = format!("required; url={page}");
    let sso = read(
        403,
        &[("x-github-sso", &required)],
        "{\"message\":\"SAML\"}",
    );
    assert!(sso.to_string().ends_with(page), "{sso}");
    let script = [("x-github-sso", "required; url=javascript:alert(1)")];
    assert_eq!(
        read(403, &script, "{\"message\":\"SAML\"}"),
        GithubError::SsoRequired(None)
    );
}

#[test]
fn limits_last_as_long_as_the_headers_say() {
    let until = |status, headers: &[(&str, &str)], message: &str| {
        let body = serde_json::json!({ "message": message });
        match read(status, headers, &body.to_string()) {
            GithubError::RateLimited(until) => until,
            other => panic!("{other}"),
        }
    };
    let spent = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1234"),
    ];
    assert_eq!(
        until(403, &spent, "API rate limit exceeded"),
        Some(1_234_000)
    );
    assert_eq!(
        until(429, &[("retry-after", "7")], ""),
        Some(NOW_MS + 7_000)
    );
    assert_eq!(
        until(
            403,
            &[("retry-after", "2"), spent[0], spent[1]],
            "secondary"
        ),
        Some(NOW_MS + 2_000)
    );
    let unsaid = "You have exceeded a secondary rate limit.";
    assert_eq!(until(403, &[], unsaid), Some(NOW_MS + UNSAID_LIMIT_MS));
    let error = GithubError::RateLimited(Some(1_795_426_530_999));
    assert!(error.to_string().ends_with("until 2026-11-23T09:35:30Z"));
}

#[test]
fn validation_failures_give_their_reasons() {
    let body = |error: &str| format!("{{\"message\":\"Validation Failed\",\"errors\":[{error}]}}");
    let custom = |message: &str| {
        body(&format!(
            "{{\"resource\":\"PullRequest\",\"code\":\"custom\",\"message\":\"{message}\"}}"
        ))
    };
    assert_eq!(
        read(422, &[], &custom("No commits between main and x")),
        GithubError::NothingToPropose
    );
    assert_eq!(
        read(
            422,
            &[],
            &custom("A pull request already exists for acme:x.")
        ),
        GithubError::PullRequestExists
    );
    assert_eq!(
        read(422, &[], &body("{\"field\":\"base\",\"code\":\"invalid\"}")),
        GithubError::Refused("Validation Failed; base: invalid".to_owned())
    );
    assert_eq!(
        read(502, &[], "<html>bad gateway</html>"),
        GithubError::Unavailable {
            status: Some(502),
            words: String::new(),
        }
    );
    let unreadable = read(403, &[], "<html>no</html>");
    assert_eq!(unreadable, GithubError::Forbidden("status 403".to_owned()));
}

#[test]
fn unavailable_says_whether_an_answer_came_by_its_status() {
    let with = |status, words: &str| GithubError::Unavailable {
        status,
        words: words.to_owned(),
    };
    for (error, said) in [
        (with(Some(502), ""), "GitHub answered with status 502"),
        (
            with(Some(503), "busy"),
            "GitHub answered with status 503, busy",
        ),
        (
            with(None, "status quo"),
            "GitHub did not answer: status quo",
        ),
    ] {
        assert_eq!(error.to_string(), said);
    }
}
