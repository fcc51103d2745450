//! What is selected in the list of fabrics, and what of a preview belongs to it.

use std::collections::BTreeSet;

use super::bulk::{Stage, Stages};

/// The ids of the selected fabrics.
pub type Selected = BTreeSet<String>;

/// What a commit would write: the selected rows of a preview, and no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Approved {
    pub rows: usize,
    /// Those of them that propose a pull request.
    pub proposals: usize,
    /// The files that they write.
    pub files: usize,
    /// The selected rows that were selected since, and whose branches were not read.
    pub unread: usize,
}

/// Counts what of a preview is selected.
pub fn approved(stages: &Stages, selected: &Selected) -> Approved {
    let mut approved = Approved::default();
    for id in selected {
        match stages.get(id) {
            Some(stage @ (Stage::Ready(extent) | Stage::Proposing(extent))) => {
                approved.rows += 1;
                approved.proposals += usize::from(matches!(stage, Stage::Proposing(_)));
                approved.files += extent.files;
            }
            None => approved.unread += 1,
            Some(_) => {}
        }
    }
    approved
}

/// Leaves out what was previewed for rows that are no longer selected.
pub fn without_dropped(stages: &Stages, selected: &Selected) -> Stages {
    let mut left = stages.clone();
    left.retain(|id, stage| is_shown(stage, selected.contains(id)));
    left
}

/// Tells whether a row says where it is; what it would write is said of selected rows only.
pub fn is_shown(stage: &Stage, is_selected: bool) -> bool {
    is_selected || !stage.is_ready()
}

/// The ids as this tab keeps them; none if nothing is selected.
pub fn to_text(selected: &Selected) -> Option<String> {
    let ids: Vec<&str> = selected.iter().map(String::as_str).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Reads what this tab kept.
pub fn read(stored: &str) -> Selected {
    stored.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Selected {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn previewed() -> Stages {
        [
            ("a", Stage::Ready(1.into())),
            ("b", Stage::Ready(14.into())),
            ("c", Stage::Proposing(2.into())),
            ("d", Stage::Blocked("archived".to_owned())),
            ("e", Stage::Done("nothing to write".to_owned())),
        ]
        .map(|(id, stage)| (id.to_owned(), stage))
        .into()
    }

    #[test]
    fn what_is_committed_is_what_is_selected_and_was_read() {
        for (selected, rows, files, unread) in [
            (&["a", "b", "c"][..], 3, 17, 0),
            (&["a", "b"], 2, 15, 0),
            (&["a", "b", "x"], 2, 15, 1),
            (&["d", "e", "x", "y"], 0, 0, 2),
            (&[], 0, 0, 0),
        ] {
            let expected = Approved {
                rows,
                proposals: usize::from(selected.contains(&"c")),
                files,
                unread,
            };
            assert_eq!(
                approved(&previewed(), &ids(selected)),
                expected,
                "{selected:?}"
            );
        }
    }

    #[test]
    fn a_plan_of_a_row_that_was_deselected_is_dropped_and_what_became_of_rows_stays() {
        let left = without_dropped(&previewed(), &ids(&["a"]));
        assert_eq!(left.keys().collect::<Vec<_>>(), ["a", "d", "e"]);
    }

    #[test]
    fn a_tab_keeps_ids_and_nothing_else() {
        let selected = ids(&["abc", "def"]);
        let text = to_text(&selected).expect("two ids");
        assert_eq!(text, "abc def");
        assert_eq!(read(&text), selected);
        assert_eq!(to_text(&Selected::new()), None);
        assert!(read("").is_empty());
    }
}
