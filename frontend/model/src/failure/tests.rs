use shared::api::Problem;

use super::*;

/// What the Worker answers with, in the words of the API.
pub fn refused(problem: Problem) -> Failure {
    let text = serde_json::to_string(&problem).expect("a problem can be written");
    Failure::Problem(Box::new(Refusal::read(text).expect("it has a code")))
}

#[test]
fn fields_are_named_as_their_labels_are() {
    let error = |field: &str, message: &str| FieldError {
        field: field.into(),
        message: message.into(),
    };
    let failure = refused(Problem {
        status: 400,
        detail: "gitops_directory: has an empty part; take: gone".into(),
        code: Code::InvalidRequest,
        hint: advice::CHANGE_FIELDS.api.into(),
        errors: vec![
            error("gitops_directory", "has an empty part"),
            error("take", "`x` is not a file of this fabric's layout"),
        ],
        ..Problem::default()
    });
    assert_eq!(
        failure.detail(),
        "Directory: has an empty part; `x` is not a file of this fabric's layout"
    );
    assert_eq!(failure.hint(), advice::CHANGE_FIELDS.page);
}

#[test]
fn a_refusal_that_another_way_gets_round_says_which() {
    use WriteMode::{Commit, PullRequest};
    for (code, tried, other) in [
        (Code::BranchProtected, Commit, Some(PullRequest)),
        (Code::BranchProtected, PullRequest, None),
        (Code::RepositoryEmpty, PullRequest, Some(Commit)),
        (Code::ProposalRefused, PullRequest, Some(Commit)),
        (Code::FilesRefused, Commit, None),
    ] {
        assert_eq!(other_way(&code, tried), other, "{code} {tried:?}");
    }
}

#[test]
fn details_name_the_request() {
    let failure = refused(Problem {
        status: 409,
        title: "The directory changed".into(),
        detail: "d".into(),
        code: Code::DirectoryChanged,
        request_id: Some("abc".into()),
        ..Problem::default()
    });
    assert_eq!(
        failure.details("/x"),
        "The directory changed\nd\ncode: directory_changed\nstatus: 409\nrequest: abc\npage: /x"
    );
}

#[test]
fn a_code_of_a_newer_version_is_shown_with_its_own_words() {
    let text = r#"{"code":"out_of_ink","title":"Out of ink","detail":"no ink","hint":"buy ink","status":409}"#;
    let refusal = Refusal::read(text.into()).expect("it is a problem");
    let failure = Failure::Problem(Box::new(refusal));
    let said = [failure.title(), failure.detail(), failure.hint()];
    assert_eq!(said, ["Out of ink", "no ink", "buy ink"]);
    assert_eq!(failure.code().as_str(), "out_of_ink");
    assert_eq!(Refusal::read(r#"{"error":"?"}"#.into()), None);
}

#[test]
fn a_server_error_that_left_nothing_is_not_asked_about_again() {
    let of = |nothing_left| {
        refused(Problem {
            status: 503,
            code: Code::RateLimited,
            detail: r#"says "nothing_left":true"#.into(),
            nothing_left,
            ..Problem::default()
        })
    };
    assert!(of(false).may_have_left_something());
    assert!(!of(true).may_have_left_something());
    assert!(of(true).may_have_happened());
    assert!(Failure::Network.may_have_left_something());
}
