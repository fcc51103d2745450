//! The API tells programs what to send. A page tells people what they can press, in the same place.

/// Words of the API and what the pages say instead, each for the problems of one code; no code means any.
const FOR_PEOPLE: [(&str, &str, &str); 14] = [
    (
        "branch_protected",
        "propose the change as a pull request (`mode`: `pull_request`), or choose a branch that you may push to",
        "choose Pull request instead of Direct commit, or a branch that you may push to",
    ),
    (
        "repository_empty",
        "initialise it with a commit, without a pull request: its first commit makes the branch",
        "choose Direct commit: the first commit of a repository makes the branch",
    ),
    (
        "approval_mismatch",
        "preview again, with the same version of Hedgerow, and approve the new plan",
        "reload the page, which brings the version that Hedgerow has now, and look at the plan again",
    ),
    (
        "invalid_request",
        "change the fields that `errors` names",
        "change what is named here, then try again",
    ),
    (
        "invalid_request",
        "; name paths from the plan's `diff`",
        "; read the branch again and choose anew",
    ),
    (
        "signed_out",
        "then send the request again",
        "then try again",
    ),
    (
        "idempotency_key_reused",
        "this Idempotency-Key was used for another request",
        "another change was sent under the same mark before, so this one was not taken",
    ),
    (
        "idempotency_key_reused",
        "send a new Idempotency-Key with a new request",
        "reload the page, then try again",
    ),
    (
        "invalid_json",
        "send the fields that the route takes, as JSON",
        "reload the page: Hedgerow may have changed since it was opened",
    ),
    (
        "body_too_large",
        "send only the fields that the route takes",
        "do it in smaller steps",
    ),
    (
        "address_too_long",
        "check the address; GET /api/openapi.json describes every route",
        "shorten what was typed",
    ),
    (
        "not_found",
        "check the address; GET /api/openapi.json describes every route",
        "check the address, or reload the page: Hedgerow may have changed since it was opened",
    ),
    (
        "method_not_allowed",
        "GET /api/openapi.json describes every route and its methods",
        "reload the page: Hedgerow may have changed since it was opened",
    ),
    ("", "preview again", "read the branch again"),
];

/// What a page shows of a problem's detail or hint: the API's own words, but for those that only a program can follow.
pub fn for_people(code: &str, words: &str) -> String {
    let fitting = FOR_PEOPLE
        .iter()
        .filter(|(of, _, _)| of.is_empty() || *of == code);
    fitting.fold(words.to_owned(), |words, (_, api, page)| {
        words.replace(api, page)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_can_be_pressed() {
        let api = "propose the change as a pull request (`mode`: `pull_request`), or choose a branch that you may push to; then initialise again, which completes it";
        assert_eq!(
            for_people("branch_protected", api),
            "choose Pull request instead of Direct commit, or a branch that you may push to; then initialise again, which completes it"
        );
        assert_eq!(
            for_people("head_moved", "preview again and approve the new plan"),
            "read the branch again and approve the new plan"
        );
    }

    #[test]
    fn what_is_said_to_people_already_stays() {
        let hint = "open the existing fabric, or choose another name";
        assert_eq!(for_people("name_taken", hint), hint);
    }
}
