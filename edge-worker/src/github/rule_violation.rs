//! Which rule of a repository refuses a change, read from GitHub's words, and with that what helps: a pull request gets
//! round some rules, and others say what the change itself may be.

use serde::{Deserialize, Serialize};

/// What a rule is about that no pull request gets round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RuleSubject {
    /// What looks like a password or a key.
    Secret,
    /// Paths, file names and sizes.
    Files,
    /// The commit's message.
    Message,
    /// The addresses of the commit's author and committer.
    Author,
    /// Which branches may be made, and what they may be called.
    NewBranch,
    /// Commits with more than one parent.
    MergeCommit,
    /// A branch that a commit which has to be signed cannot be built on: what an earlier pull request left there is no part
    /// of the branch that it was for.
    LeftBehind,
    /// Signatures of commits.
    Signature,
    /// The signature of a repository's first commit, which no program's request is given.
    FirstSignature,
    /// Something that these words do not tell.
    Other,
}

/// What GitHub's words about a rule mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Violation {
    /// The branch takes changes in another way: by a pull request, or from others.
    Protected,
    /// The change itself is not allowed, whichever way it comes.
    Of(RuleSubject),
}

/// The words of rules that no pull request gets round. GitHub words a rule about metadata as the rule's settings do, such as
/// “Commit message must match a given regex pattern: …”.
const SUBJECTS: [(RuleSubject, &[&str]); 6] = [
    (
        RuleSubject::Secret,
        &["secret detected", "secrets detected", "contain secrets"],
    ),
    (
        RuleSubject::Files,
        &[
            "file path is restricted",
            "file path restriction",
            "path length",
            "file extension",
            "file size",
        ],
    ),
    (RuleSubject::Message, &["commit message must"]),
    (
        RuleSubject::Author,
        &[
            "author email",
            "author's email",
            "committer email",
            "committer's email",
            "private email address",
        ],
    ),
    (
        RuleSubject::NewBranch,
        &["creations being restricted", "branch name must"],
    ),
    (
        RuleSubject::MergeCommit,
        &["must not contain merge commits"],
    ),
];

/// The words of rules that a pull request satisfies, or waits for somebody who may. Each is a phrase of GitHub's, and none
/// a word that may as well be in the name of a branch or a directory.
const WAYS: [&str; 17] = [
    "through a pull request",
    "through the merge queue",
    "required status check",
    "approving review",
    "approved review",
    "deployments to",
    "required deployment",
    "missing successful active",
    "required workflow",
    "code scanning is waiting",
    "code scanning results",
    "code owner review",
    "protected ref",
    "protected branch",
    "locked branch",
    "not authorized to push",
    "reference update failed",
];

/// Reads words in lower case. Of several violations it names what stays with a pull request; a missing signature comes last,
/// since a proposal is signed where that is demanded.
pub(super) fn violation(lower: &str) -> Option<Violation> {
    let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let of = SUBJECTS.iter().find(|(_, words)| says(words));
    if let Some((subject, _)) = of {
        return Some(Violation::Of(*subject));
    }
    if says(&WAYS) {
        return Some(Violation::Protected);
    }
    if says(&["verified signatures"]) {
        return Some(Violation::Of(RuleSubject::Signature));
    }
    says(&["rule violation"]).then_some(Violation::Of(RuleSubject::Other))
}
