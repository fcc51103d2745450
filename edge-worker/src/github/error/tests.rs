#![allow(clippy::unwrap_used)]
use super::GithubError::{self, *};

/// One error of each kind.
fn examples() -> Vec<GithubError> {
    let text = || "…".to_owned();
    let all = vec![
        Unauthorized,
        PermissionMissing {
            needed: Some("contents=write".to_owned()),
            reason: text(),
        },
        SsoRequired(None),
        TokenNotApproved(text()),
        AppNotInstalled {
            repository: text(),
            needed: None,
        },
        Forbidden(text()),
        NoRepository(text()),
        Archived(text()),
        Empty(text()),
        Redirected,
        BranchMissing(text()),
        Stale,
        Contended,
        Protected(text()),
        ProtectedCommitOnly(text()),
        TooLarge(text()),
        RateLimited(Some(1_795_426_530_999)),
        Unavailable(text()),
        NotUnderstood(text()),
        Refused(text()),
        PullRequestExists,
        NothingToPropose,
        TreeRefused {
            expected: text(),
            actual: text(),
        },
        TreeMismatch {
            commit: text(),
            expected: text(),
            actual: text(),
        },
        Unconfirmed,
        AppKey(text()),
    ];
    // A kind that is missing above does not compile here, or fails there.
    let place = |error: &GithubError| match error {
        Unauthorized => 0,
        PermissionMissing { .. } => 1,
        SsoRequired(_) => 2,
        TokenNotApproved(_) => 3,
        AppNotInstalled { .. } => 4,
        Forbidden(_) => 5,
        NoRepository(_) => 6,
        Archived(_) => 7,
        Empty(_) => 8,
        Redirected => 9,
        BranchMissing(_) => 10,
        Stale => 11,
        Contended => 12,
        Protected(_) => 13,
        ProtectedCommitOnly(_) => 14,
        TooLarge(_) => 15,
        RateLimited(_) => 16,
        Unavailable(_) => 17,
        NotUnderstood(_) => 18,
        Refused(_) => 19,
        PullRequestExists => 20,
        NothingToPropose => 21,
        TreeRefused { .. } => 22,
        TreeMismatch { .. } => 23,
        Unconfirmed => 24,
        AppKey(_) => 25,
    };
    let places: Vec<usize> = all.iter().map(place).collect();
    assert_eq!(places, (0..26).collect::<Vec<_>>());
    all
}

#[test]
fn the_table_in_the_docs_is_this_enum() {
    let rows: Vec<String> = examples()
        .iter()
        .map(|error| {
            let (status, code, _, hint) = error.parts();
            format!("| `{code}` | {} | {error} | {hint} |", status.as_u16())
        })
        .collect();
    let documented: Vec<&str> = include_str!("../../../../docs/errors.md")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(
        documented,
        rows,
        "docs/errors.md should have these rows:\n{}",
        rows.join("\n")
    );
}

#[test]
fn what_a_page_shows_of_a_hint_names_nothing_that_only_a_program_sends() {
    for error in examples() {
        let (_, code, _, hint) = error.parts();
        let shown = shared::api::for_people(code, hint);
        let of_a_program = [
            "`mode`",
            "`pull_request`",
            "preview again",
            "initialise it with a commit",
        ];
        let found = of_a_program.iter().find(|word| shown.contains(**word));
        assert_eq!(found, None, "{code}: {shown}");
    }
}

#[test]
fn messages_and_hints_are_sentences_without_a_capital_or_a_period() {
    for error in examples() {
        let (_, code, title, hint) = error.parts();
        assert!(!hint.ends_with('.') && !error.to_string().ends_with('.'));
        assert!(hint.starts_with(char::is_lowercase), "{hint}");
        assert!(title.starts_with(char::is_uppercase), "{title}");
        assert!(
            code.chars()
                .all(|letter| letter == '_' || letter.is_ascii_lowercase())
        );
    }
}
