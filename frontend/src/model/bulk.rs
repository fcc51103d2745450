//! Work on many fabrics: where each row is, and what is left to do.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::wording::Tone;

/// Where a row is.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Its turn has not come.
    Waiting,
    /// The branch is being read.
    Reading,
    /// The branch was read; so many files would be written.
    Ready(usize),
    /// It cannot be done, for this reason; nothing was sent.
    Closed(String),
    /// It is being done.
    Running,
    /// It is done, with this outcome.
    Done(String),
    /// It failed.
    Failed(Failure),
}

/// The rows of one piece of work, by their key.
pub type Stages = BTreeMap<String, Stage>;

impl Stage {
    /// Tells whether nothing more happens to the row by itself.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Closed(_) | Self::Done(_) | Self::Failed(_))
    }

    /// Tells whether the row should stay selected, to try again.
    pub fn is_left(&self) -> bool {
        !matches!(self, Self::Done(_))
    }

    /// The words and the colour.
    pub fn words(&self) -> (String, Tone) {
        match self {
            Self::Waiting => ("waiting".to_owned(), Tone::Muted),
            Self::Reading => ("reading the branch".to_owned(), Tone::Accent),
            Self::Ready(0) => ("nothing to write".to_owned(), Tone::Muted),
            Self::Ready(count) => (
                format!("writes {}", super::wording::files(*count)),
                Tone::Success,
            ),
            Self::Closed(reason) => (reason.clone(), Tone::Attention),
            Self::Running => ("under way".to_owned(), Tone::Accent),
            Self::Done(outcome) => (outcome.clone(), Tone::Success),
            Self::Failed(failure) => (failure.title(), Tone::Danger),
        }
    }
}

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All rows.
    pub all: usize,
    /// Those that are settled.
    pub settled: usize,
    /// Those that are done.
    pub done: usize,
    /// Those that failed or cannot be done.
    pub failed: usize,
    /// Those that are ready to be written.
    pub ready: usize,
    /// The files that those write.
    pub files: usize,
}

/// Counts the rows.
pub fn tally(stages: &Stages) -> Tally {
    let mut tally = Tally {
        all: stages.len(),
        ..Tally::default()
    };
    for stage in stages.values() {
        tally.settled += usize::from(stage.is_settled());
        match stage {
            Stage::Done(_) => tally.done += 1,
            Stage::Failed(_) | Stage::Closed(_) => tally.failed += 1,
            Stage::Ready(files) => {
                tally.ready += 1;
                tally.files += files;
            }
            _ => {}
        }
    }
    tally
}

impl Tally {
    /// `7 of 23 done, 2 failed`.
    pub fn words(self) -> String {
        let failed = if self.failed > 0 {
            format!(", {} not done", self.failed)
        } else {
            String::new()
        };
        format!("{} of {} done{failed}", self.done, self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_rows_stay_to_be_tried_again() {
        let stages: Stages = [
            ("a", Stage::Done("committed".into())),
            ("b", Stage::Failed(Failure::Network)),
            ("c", Stage::Closed("archived".into())),
            ("d", Stage::Ready(3)),
            ("e", Stage::Running),
        ]
        .map(|(key, stage)| (key.to_owned(), stage))
        .into();
        let tally = tally(&stages);
        assert_eq!(
            (
                tally.settled,
                tally.done,
                tally.failed,
                tally.ready,
                tally.files
            ),
            (3, 1, 2, 1, 3)
        );
        assert_eq!(tally.words(), "1 of 5 done, 2 not done");
        let left: Vec<&str> = stages
            .iter()
            .filter(|(_, stage)| stage.is_left())
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(left, ["b", "c", "d", "e"]);
    }
}
