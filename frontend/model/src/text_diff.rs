//! The lines in which two texts differ, with the words that make the difference.

use similar::{ChangeTag, TextDiff};

/// Longer texts are not compared, so that showing a file never takes long.
const MAX_LINES: usize = 4000;
/// Equal lines shown around a change.
const CONTEXT: usize = 3;

/// Which text a line stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Both,
    /// Only in the old one.
    Old,
    /// Only in the new one.
    New,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    /// Whether it makes the difference.
    pub marked: bool,
}

/// A line of either text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which text it stands in.
    pub side: Side,
    /// Its number in the old text, from 1.
    pub old: Option<usize>,
    /// Its number in the new text, from 1.
    pub new: Option<usize>,
    /// Its pieces, without the line's end.
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Runs of changed lines with a few equal ones around them.
    pub hunks: Vec<Vec<Line>>,
    /// How many lines only the new text has.
    pub added: usize,
    /// How many lines only the old text has.
    pub removed: usize,
}

/// Compares two texts line by line; none if they are too long to do so at once.
pub fn compare(old: &str, new: &str) -> Option<Comparison> {
    if old.lines().count() + new.lines().count() > MAX_LINES {
        return None;
    }
    let diff = TextDiff::from_lines(old, new);
    let hunks: Vec<Vec<Line>> = diff
        .grouped_ops(CONTEXT)
        .iter()
        .map(|group| {
            // No deadline: there is no clock to keep one by, and the length is bounded.
            let changes = group
                .iter()
                .flat_map(|op| diff.iter_inline_changes_deadline(op, None));
            changes
                .map(|change| Line {
                    side: match change.tag() {
                        ChangeTag::Equal => Side::Both,
                        ChangeTag::Delete => Side::Old,
                        ChangeTag::Insert => Side::New,
                    },
                    old: change.old_index().map(|index| index + 1),
                    new: change.new_index().map(|index| index + 1),
                    parts: change
                        .iter_strings_lossy()
                        .map(|(marked, text)| Part {
                            text: text.trim_end_matches(['\n', '\r']).to_owned(),
                            marked,
                        })
                        .filter(|part| !part.text.is_empty())
                        .collect(),
                })
                .collect()
        })
        .collect();
    let count = |side| {
        hunks
            .iter()
            .flatten()
            .filter(|line| line.side == side)
            .count()
    };
    Some(Comparison {
        added: count(Side::New),
        removed: count(Side::Old),
        hunks,
    })
}

/// The lines of a hunk in two columns: what was removed stands beside what was added in its place.
pub fn columns(hunk: &[Line]) -> Vec<(Option<Line>, Option<Line>)> {
    let mut rows = Vec::new();
    let mut waiting = Vec::new();
    let flush = |waiting: &mut Vec<Line>, rows: &mut Vec<(Option<Line>, Option<Line>)>| {
        rows.extend(waiting.drain(..).map(|line| (Some(line), None)));
    };
    let mut paired = 0;
    for line in hunk {
        match line.side {
            Side::Old => {
                if paired > 0 {
                    waiting.drain(..paired.min(waiting.len()));
                    paired = 0;
                    flush(&mut waiting, &mut rows);
                }
                waiting.push(line.clone());
            }
            Side::New => {
                let old = waiting.get(paired).cloned();
                paired += 1;
                rows.push((old, Some(line.clone())));
            }
            Side::Both => {
                waiting.drain(..paired.min(waiting.len()));
                paired = 0;
                flush(&mut waiting, &mut rows);
                rows.push((Some(line.clone()), Some(line.clone())));
            }
        }
    }
    waiting.drain(..paired.min(waiting.len()));
    flush(&mut waiting, &mut rows);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(line: &Line) -> String {
        line.parts
            .iter()
            .filter(|part| part.marked)
            .map(|part| part.text.as_str())
            .collect()
    }

    #[test]
    fn changed_words_are_marked() {
        let found = compare("a\nthe quick fox\nz\n", "a\nthe slow fox\nz\n").expect("short texts");
        assert_eq!((found.added, found.removed, found.hunks.len()), (1, 1, 1));
        let lines = &found.hunks[0];
        assert_eq!(
            (marked(&lines[1]), marked(&lines[2])),
            ("quick".to_owned(), "slow".to_owned())
        );
        assert_eq!(
            (lines[1].old, lines[1].new, lines[3].new),
            (Some(2), None, Some(3))
        );
    }

    #[test]
    fn far_apart_changes_are_hunks_of_their_own() {
        let old: String = (0..40).map(|line| format!("line {line}\n")).collect();
        let new = old.replace("line 3\n", "three\n").replace("line 30\n", "");
        let found = compare(&old, &new).expect("short texts");
        assert_eq!((found.hunks.len(), found.added, found.removed), (2, 1, 2));
        assert!(compare(&old, &old).is_some_and(|same| same.hunks.is_empty()));
    }

    #[test]
    fn columns_pair_what_took_the_place_of_what() {
        let found = compare("a\nb\nc\nd\n", "a\nB\nd\ne\n").expect("short texts");
        let text = |line: Option<Line>| {
            line.map(|line| {
                line.parts
                    .into_iter()
                    .map(|part| part.text)
                    .collect::<String>()
            })
            .unwrap_or("-".into())
        };
        let rows: Vec<String> = columns(&found.hunks[0])
            .into_iter()
            .map(|(left, right)| format!("{}|{}", text(left), text(right)))
            .collect();
        assert_eq!(rows, ["a|a", "b|B", "c|-", "d|d", "-|e"]);
    }

    #[test]
    fn very_long_texts_are_not_compared() {
        assert_eq!(compare(&"x\n".repeat(5000), "y"), None);
    }
}
