//! How the pull requests are checked that touch a fabric.

use crate::words::words;

words! {
    /// What is said of a pull request that touches a fabric. Nothing is ever written below one as a comment.
    PullRequestChecks {
        /// A check with its summary, and what it found beside the lines of files.
        CommentFree = "comment_free",
        /// A check with its summary alone.
        CheckOnly = "check_only",
        /// Nothing.
        Off = "off",
    }
}

impl PullRequestChecks {
    /// Tells whether it is what a fabric has that nobody set.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

#[allow(clippy::derivable_impls, reason = "the macro's enums have no default")]
impl Default for PullRequestChecks {
    fn default() -> Self {
        Self::CommentFree
    }
}
