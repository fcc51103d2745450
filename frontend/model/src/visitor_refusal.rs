//! What GitHub says no with to somebody who is not signed in.

use shared::problem::Code;

use super::failure::FailureSummary;

/// Why GitHub did not answer; `is_spent` tells whether no request is left in this hour.
pub fn refusal(status: u16, is_spent: bool) -> FailureSummary {
    let (code, title, detail, hint) = match status {
        403 | 429 if is_spent => (
            Code::PublicLimit,
            "GitHub's request limit is reached",
            "Without sign-in GitHub answers 60 requests an hour to one address, and they are used up.",
            "Sign in, or wait until the hour is over.",
        ),
        404 => (
            Code::NotPublic,
            "No such public repository",
            "GitHub shows no such repository to visitors: it does not exist, or it is private.",
            "Check the name, or sign in to compare with a private repository.",
        ),
        409 => (
            Code::EmptyRepository,
            "The repository is empty",
            "There is no commit to compare with.",
            "Sign in to commit the first files.",
        ),
        _ => (
            Code::GithubRefused,
            "GitHub gave an unexpected answer",
            "The comparison without signing in did not work.",
            "Try again, or sign in.",
        ),
    };
    FailureSummary {
        code,
        title: title.to_owned(),
        detail: detail.to_owned(),
        hint: hint.to_owned(),
        ..FailureSummary::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_visitor_is_told_why_github_does_not_answer() {
        for (status, is_spent, code) in [
            (403, true, "public_limit"),
            (429, true, "public_limit"),
            (403, false, "github_refused"),
            (404, false, "not_public"),
            (409, false, "empty_repository"),
            (502, false, "github_refused"),
        ] {
            let failure = Failure::from(refusal(status, is_spent));
            assert_eq!(failure.code().as_str(), code);
            assert_eq!(failure.is_not_found(), status == 404);
        }
    }
}
