//! Why a request did not give what was asked for, worded for people.

use std::ops::Deref;

use serde::Deserialize;
use serde::de::IgnoredAny;
use shared::api::{Problem, SnapshotAnswer, for_people};
use shared::fabric::FieldError;

/// A request that failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    Network,
    /// The answer is not one that this page understands.
    Unreadable(u16),
    /// A part of the page itself did not come.
    NotLoaded,
    /// The person stopped waiting.
    Stopped,
    /// The listings do not hash to what the branch says.
    Unverified(String),
    /// The Worker said what is wrong.
    Problem(Box<Refusal>),
}

/// What the Worker said is wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    problem: Problem<IgnoredAny>,
    text: String,
}

impl Refusal {
    /// Reads the body of an answer; none where it is no problem.
    pub fn read(text: String) -> Option<Self> {
        let problem: Problem<IgnoredAny> = serde_json::from_str(&text).ok()?;
        (!problem.code.is_empty()).then_some(Self { problem, text })
    }

    /// What the branch holds now, where it is not what was approved.
    pub fn snapshot(&self) -> Option<SnapshotAnswer> {
        #[derive(Deserialize)]
        struct Body {
            snapshot: Option<SnapshotAnswer>,
        }
        serde_json::from_str::<Body>(&self.text).ok()?.snapshot
    }
}

impl From<Problem<IgnoredAny>> for Failure {
    fn from(problem: Problem<IgnoredAny>) -> Self {
        let text = String::new();
        Self::Problem(Box::new(Refusal { problem, text }))
    }
}

impl Deref for Refusal {
    type Target = Problem<IgnoredAny>;

    fn deref(&self) -> &Self::Target {
        &self.problem
    }
}

impl Failure {
    /// The same, of this request: what a record tells of a failure does not name it.
    pub fn with_request_id(mut self, id: String) -> Self {
        if let Self::Problem(refusal) = &mut self
            && !id.is_empty()
        {
            refusal.problem.request_id.get_or_insert(id);
        }
        self
    }

    /// What happened, in a few words.
    pub fn title(&self) -> String {
        match self {
            Self::Network => "Hedgerow did not answer".to_owned(),
            Self::Unreadable(_) => "The answer could not be read".to_owned(),
            Self::NotLoaded => "A part of this page did not load".to_owned(),
            Self::Stopped => "Stopped".to_owned(),
            Self::Unverified(_) => "The listing does not match its commit".to_owned(),
            Self::Problem(problem) if problem.title.is_empty() => {
                format!("Error {}", problem.status)
            }
            Self::Problem(problem) => problem.title.clone(),
        }
    }

    /// What happened this time.
    pub fn detail(&self) -> String {
        match self {
            Self::Network => "No answer came back, so the outcome is not known.".to_owned(),
            Self::Unreadable(status) => {
                format!("The answer had status {status} and an unknown format.")
            }
            Self::NotLoaded => {
                "The connection broke, or Hedgerow was updated since this page was opened."
                    .to_owned()
            }
            Self::Stopped => "The branch was not read.".to_owned(),
            Self::Unverified(error) => format!("{error}."),
            Self::Problem(problem) if !problem.errors.is_empty() => {
                let errors = problem.errors.iter();
                let told: Vec<String> =
                    errors.map(|error| of_field(&problem.code, error)).collect();
                told.join("; ")
            }
            Self::Problem(problem) => for_people(&problem.code, &problem.detail),
        }
    }

    pub fn hint(&self) -> String {
        match self {
            Self::Network => {
                "Check the connection and try again; repeating never writes twice.".to_owned()
            }
            Self::Unreadable(500..) => "Try again in a moment.".to_owned(),
            Self::Unreadable(_) => "Reload the page; a newer version may be there.".to_owned(),
            Self::NotLoaded => {
                "Try again, or reload the page; a draft stays in its address.".to_owned()
            }
            Self::Stopped => "Try again to compare with it.".to_owned(),
            Self::Unverified(_) => "Read the branch again. Nothing was written.".to_owned(),
            Self::Problem(problem) => for_people(&problem.code, &problem.hint),
        }
    }

    /// The stable word for it.
    pub fn code(&self) -> &str {
        match self {
            Self::Network => "no_answer",
            Self::Unreadable(_) => "unreadable_answer",
            Self::NotLoaded => "part_not_loaded",
            Self::Stopped => "stopped",
            Self::Unverified(_) => "unverified_listing",
            Self::Problem(problem) => &problem.code,
        }
    }

    /// Everything that whoever looks into it needs, to be copied.
    pub fn details(&self, page: &str) -> String {
        let mut lines = vec![
            self.title(),
            self.detail(),
            format!("code: {}", self.code()),
        ];
        if let Some(problem) = self.problem() {
            lines.push(format!("status: {}", problem.status));
            lines.extend(problem.path.iter().map(|path| format!("path: {path}")));
            lines.extend(problem.request_id.iter().map(|id| format!("request: {id}")));
        }
        lines.push(format!("page: {page}"));
        lines.join("\n")
    }

    /// The problem, if the Worker named one.
    pub fn problem(&self) -> Option<&Refusal> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// What its request is called in the Worker's log.
    pub fn request_id(&self) -> Option<&str> {
        self.problem()?.request_id.as_deref()
    }

    /// Tells whether nobody is signed in any more.
    pub fn is_signed_out(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 401)
    }

    /// Tells whether what was approved is not what would be committed now.
    pub fn is_outdated(&self) -> bool {
        matches!(
            self.code(),
            "directory_changed" | "head_moved" | "approval_mismatch"
        )
    }

    /// Tells whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 404)
    }

    /// Tells whether every other request would fail in the same way just now.
    pub fn concerns_all(&self) -> bool {
        const ALL: [&str; 5] = [
            "rate_limited",
            "too_many_requests",
            "storage_unavailable",
            "github_unavailable",
            "github_unauthorized",
        ];
        *self == Self::Network || self.is_signed_out() || ALL.contains(&self.code())
    }

    /// Tells whether the same write, or another in its way, is still being carried out.
    pub fn is_under_way(&self) -> bool {
        self.code() == "operation_in_progress"
    }

    /// Tells whether the write may have happened all the same, so that a repeat must carry the same key.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Network => true,
            Self::Unreadable(status) => *status >= 500 || *status < 300,
            Self::NotLoaded | Self::Stopped | Self::Unverified(_) => false,
            Self::Problem(problem) => problem.status >= 500 || self.is_under_way(),
        }
    }
}

/// The fields as the pages label them.
const LABELS: [(&str, &str); 6] = [
    ("name", "Fabric name"),
    ("git_repository", "Repository"),
    ("branch", "Branch"),
    ("gitops_directory", "Directory"),
    ("token", "Token"),
    ("note", "Note"),
];

/// What is wrong with a field, by its label; a field that no person fills in has none.
fn of_field(code: &str, error: &FieldError) -> String {
    let message = for_people(code, &error.message);
    match LABELS.iter().find(|(field, _)| *field == error.field) {
        Some((_, label)) => format!("{label}: {message}"),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_their_labels_are() {
        let error = |field: &str, message: &str| FieldError {
            field: field.into(),
            message: message.into(),
        };
        let failure = Failure::from(Problem {
            status: 400,
            detail: "gitops_directory: has an empty part; take: gone".into(),
            code: "invalid_request".into(),
            hint: "change the fields that `errors` names".into(),
            errors: vec![
                error("gitops_directory", "has an empty part"),
                error(
                    "take",
                    "`x` is no file of this fabric's layout; name paths from the plan's `diff`",
                ),
            ],
            ..Problem::default()
        });
        assert_eq!(
            failure.detail(),
            "Directory: has an empty part; `x` is no file of this fabric's layout; read the branch again and choose anew"
        );
        assert_eq!(failure.hint(), "change what is named here, then try again");
    }

    #[test]
    fn details_name_the_request() {
        let failure = Failure::from(Problem {
            status: 409,
            title: "The directory changed".into(),
            detail: "d".into(),
            code: "directory_changed".into(),
            request_id: Some("abc".into()),
            ..Problem::default()
        });
        assert_eq!(
            failure.details("/x"),
            "The directory changed\nd\ncode: directory_changed\nstatus: 409\nrequest: abc\npage: /x"
        );
    }
}
