#![allow(clippy::unwrap_used, clippy::panic)]
use shared::names::{BranchName, DirectoryPath, FabricId, RepoName};

use super::ApiError::{self, *};
use super::*;

/// One error of each kind that a page can get, but those of GitHub, which are looked at where they are defined.
fn examples() -> Vec<ApiError> {
    let text = || "…".to_owned();
    let field = FieldError {
        field: "take".to_owned(),
        message: "is no file of this fabric's layout".to_owned(),
    };
    let fabric = FabricId::from_bytes([7; 16]);
    let directory = DirectoryPath::parse("net").unwrap();
    let missing = || {
        Box::new(MissingBranch {
            repository: RepoName::parse("acme/network").unwrap(),
            branch: BranchName::parse("…").unwrap(),
            default: Some(text()),
            near: Vec::new(),
        })
    };
    let all = vec![
        NoRoute,
        MethodNotAllowed(&crate::route_table::ROUTES[0]),
        AddressTooLong,
        TooManyRequests,
        TooManyFabrics,
        TooManyShares,
        BodyTooLarge,
        NotJson(text()),
        Fields(vec![field]),
        SignedOut,
        NoApp,
        LoginRefused("…".into()),
        CrossSite,
        NoFabric,
        Unconfirmed(text()),
        NoPush(text()),
        Archived(text()),
        EmptyRepository(text()),
        NoBranch(missing()),
        ApprovalMismatch(text()),
        Blocked(vec![Obstacle {
            path: text(),
            message: text(),
        }]),
        FabricExists {
            fabric: fabric.clone(),
            name: None,
            directory: directory.clone(),
            only_in_any_case: false,
            suggestions: Vec::new(),
        },
        NameTaken {
            fabric,
            name: text(),
            branch: text(),
            directory,
            suggestions: Vec::new(),
        },
        CannotArrange(text()),
        HeadMoved,
        Busy,
        KeyReused,
        Storage(ObjectUnavailable(text())),
        NoSessionKey,
        BranchBlocked {
            branch: text(),
            by: text(),
        },
        BaseNotApproved {
            missing: missing(),
            base: text(),
        },
        ProposedElsewhere {
            url: text(),
            branch: text(),
        },
        ForgottenMeanwhile,
        LimitNotKnown,
        TooManyDrafts,
        Draft,
        TooManyWatchers,
        NoAdministrator(text()),
    ];
    // A kind that is missing above does not compile here, or fails there.
    let place = |error: &ApiError| match error {
        NoRoute => 0,
        MethodNotAllowed(_) => 1,
        AddressTooLong => 2,
        TooManyRequests => 3,
        TooManyFabrics => 4,
        TooManyShares => 5,
        BodyTooLarge => 6,
        NotJson(_) => 7,
        Fields(_) => 8,
        SignedOut => 9,
        NoApp => 10,
        LoginRefused(_) => 11,
        CrossSite => 12,
        NoFabric => 13,
        Unconfirmed(_) => 14,
        NoPush(_) => 15,
        Archived(_) => 16,
        EmptyRepository(_) => 17,
        NoBranch(_) => 18,
        ApprovalMismatch(_) => 19,
        Blocked(_) => 20,
        FabricExists { .. } => 21,
        NameTaken { .. } => 22,
        CannotArrange(_) => 23,
        HeadMoved => 24,
        Busy => 25,
        KeyReused => 26,
        Storage(_) => 27,
        NoSessionKey => 28,
        BranchBlocked { .. } => 29,
        BaseNotApproved { .. } => 30,
        ProposedElsewhere { .. } => 31,
        ForgottenMeanwhile => 32,
        LimitNotKnown => 33,
        TooManyDrafts => 34,
        Draft => 35,
        TooManyWatchers => 36,
        NoAdministrator(_) => 37,
        // A page never connects but with a WebSocket; a changed directory is told by what changed; GitHub has its own.
        UpgradeRequired | DirectoryChanged(_) | Github(_) | Write(_) | NothingLeft(_) => usize::MAX,
    };
    let places: Vec<usize> = all.iter().map(place).collect();
    assert_eq!(places, (0..38).collect::<Vec<_>>());
    all
}

#[test]
fn details_on_the_page_do_not_mention_api_fields() {
    for error in examples() {
        let problem = error.problem("r");
        let detail = match problem.errors.as_slice() {
            [] => problem.detail.clone(),
            // The page names the field as its label does.
            [error, ..] => error.message.clone(),
        };
        let of_a_program = ["Idempotency-Key", "JSON", "`mode`", "route", "preview"];
        let found = of_a_program.iter().find(|word| detail.contains(**word));
        assert_eq!(found, None, "{}: {detail}", problem.code);
    }
}

/// The rows of `docs/errors.md` below this heading.
fn documented(heading: &str) -> Vec<&'static str> {
    let text = include_str!("../../../docs/errors.md");
    let (_, part) = text.split_once(heading).unwrap();
    let part = part.split("\n## ").next().unwrap();
    part.lines()
        .filter(|line| line.starts_with("| `"))
        .collect()
}

#[test]
fn errors_md_has_a_row_for_what_hedgerow_itself_refuses() {
    let mut all = examples();
    all.push(UpgradeRequired);
    let rows: Vec<String> = all
        .iter()
        .map(|error| {
            let (status, code, _, Advice { api, page }) = error.parts();
            let page = if page == api { "the same" } else { page };
            format!("| `{code}` | {} | {error} | {api} | {page} |", status.as_u16())
        })
        .chain([format!(
            "| `directory_changed` | 409 | the fabric's directory changed since it was approved; the branch is at … now | {} | the same |",
            advice::APPROVE_NEW_DIFF.api
        )])
        .collect();
    assert_eq!(
        documented("\n## What Hedgerow itself says no with\n"),
        rows,
        "docs/errors.md should have these rows:\n{}",
        rows.join("\n")
    );
}

#[test]
fn api_md_has_each_code_with_its_status() {
    let text = include_str!("../../../docs/api.md");
    let (_, table) = text.split_once("| status | codes |").unwrap();
    let table = table.split("\n\n").next().unwrap();
    let mut all: Vec<(StatusCode, Code)> = examples()
        .iter()
        .map(|error| (error.parts().0, error.parts().1))
        .chain(mapping::tests::all_codes())
        .collect();
    all.push((StatusCode::UPGRADE_REQUIRED, Code::UpgradeRequired));
    all.push((StatusCode::CONFLICT, Code::DirectoryChanged));
    for (status, code) in &all {
        let row = table
            .lines()
            .find(|row| row.contains(&format!("`{code}`")))
            .unwrap_or_else(|| panic!("{code} is missing"));
        assert!(row.contains(status.as_str()), "{code} is {status}: {row}");
    }
    for word in table.split('`').skip(1).step_by(2) {
        let is_one = all.iter().any(|(_, code)| code.as_str() == word);
        assert!(is_one, "no request ends with {word}");
    }
}
