//! What became of a row of a list, as the tab keeps it beside the text: little, and nothing secret.

use serde::{Deserialize, Serialize};

use crate::bulk::Stage;
use crate::failure::FailureSummary;
use crate::sent_write::SentWrite;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredRow {
    /// The fabric, where one is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fabric: Option<String>,
    /// How it ended, or what was sent.
    pub end: RowOutcome,
}

/// How a row ended, as far as that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// It was done, with this outcome.
    Done(String),
    /// Hedgerow had the fabric already.
    Recorded,
    /// It cannot be done; nothing was sent.
    #[serde(rename = "closed")]
    Blocked(String),
    Failed(FailureSummary),
    /// It was sent, and the answer was not seen.
    Sent(SentWrite),
}

impl StoredRow {
    /// What the tab keeps of a row, if it is worth keeping.
    pub fn of(stage: &Stage, fabric: Option<String>) -> Option<Self> {
        let end = match stage {
            Stage::Done(outcome) => RowOutcome::Done(outcome.clone()),
            Stage::Recorded => RowOutcome::Recorded,
            Stage::Blocked(reason) => RowOutcome::Blocked(reason.clone()),
            Stage::Failed(failure) => RowOutcome::Failed(failure.into()),
            _ => return None,
        };
        Some(Self { fabric, end })
    }

    /// Where the row is after coming back.
    pub fn stage(&self) -> Stage {
        match &self.end {
            RowOutcome::Done(outcome) => Stage::Done(outcome.clone()),
            RowOutcome::Recorded => Stage::Recorded,
            RowOutcome::Blocked(reason) => Stage::Blocked(reason.clone()),
            RowOutcome::Failed(why) => Stage::Failed(why.clone().into()),
            RowOutcome::Sent(_) => Stage::Unconfirmed(
                "It was being sent when you left, so it is not known whether it was created"
                    .to_owned(),
            ),
        }
    }

    /// What was sent without an answer.
    pub fn sent(&self) -> Option<&SentWrite> {
        match &self.end {
            RowOutcome::Sent(sent) => Some(sent),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::api::Problem;
    use shared::names::FabricId;
    use shared::problem::Code;

    use super::*;
    use crate::failure::tests::refused;

    fn again(stored: &StoredRow) -> StoredRow {
        let text = serde_json::to_string(stored).expect("a row serializes");
        serde_json::from_str(&text).expect("it can be read")
    }

    #[test]
    fn what_became_of_a_row_is_the_same_after_coming_back() {
        let taken = refused(Problem {
            status: 409,
            code: Code::NameTaken,
            title: "The name is taken".into(),
            detail: "long and of no use here".into(),
            hint: "open the existing fabric, or choose another name".into(),
            fabric: Some(FabricId::from_bytes([7; 16])),
            request_id: Some("abc".into()),
            ..Problem::default()
        });
        for stage in [
            Stage::Done("committed".into()),
            Stage::Recorded,
            Stage::Blocked("archived".into()),
        ] {
            let stored = StoredRow::of(&stage, Some("f".into())).expect("it is stored");
            assert_eq!(again(&stored), stored);
            assert_eq!(again(&stored).stage(), stage);
        }
        let stored = StoredRow::of(&Stage::Failed(taken.clone()), None).expect("it is stored");
        let code = |stage: Stage| match stage {
            Stage::Failed(failure) => Some((
                failure.title(),
                failure.hint(),
                failure.request_id().map(str::to_owned),
                failure.existing().cloned(),
            )),
            _ => None,
        };
        assert_eq!(code(again(&stored).stage()), code(Stage::Failed(taken)));
        assert_eq!(StoredRow::of(&Stage::Ready(3.into()), None), None);
        assert_eq!(StoredRow::of(&Stage::Running, None), None);
    }

    #[test]
    fn what_was_sent_is_not_known_to_have_happened() {
        let sent = SentWrite {
            at_ms: 1_000,
            ..SentWrite::default()
        };
        let stored = StoredRow {
            fabric: None,
            end: RowOutcome::Sent(sent),
        };
        assert!(matches!(again(&stored).stage(), Stage::Unconfirmed(_)));
        assert_eq!(again(&stored).sent().map(|sent| sent.at_ms), Some(1_000));
    }
}
