//! The rows of the tree view, made from a preview, and how keys move in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::diff::{FolderContent, UnexpectedEntry};
use shared::layout::KEEP_FILE;
use shared::ordered;

use super::mark::Mark;
use super::preview::Preview;

/// One row: a directory or a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// The index among all rows; stable while the preview is.
    pub index: usize,
    /// The path from the repository's root; the fabric's directory is the first row. Copies share it.
    pub path: Arc<str>,
    /// The last part of the path.
    pub name: Arc<str>,
    /// How deep it lies; the fabric's directory is 0.
    pub depth: usize,
    /// Whether it is a directory of the layout.
    pub is_directory: bool,
    /// What becomes of it; for a directory the gravest below it.
    pub mark: Mark,
    /// Whether it starts folded: a directory with nothing but a keep file, or with very much.
    pub starts_folded: bool,
    /// Which it is among the entries of its directory, from 1, and of how many.
    pub position: (usize, usize),
}

/// How a row begins that counts the files that are not named.
const MORE: &str = "…and ";

impl Row {
    /// Tells whether it is a file, which can be looked at: neither a directory nor the count of what is not named.
    pub fn is_file(&self) -> bool {
        let is_count = self.mark == Mark::Content && self.name.starts_with(MORE);
        !self.is_directory && !is_count
    }
}

/// All rows of a preview. Copies share them, and two are equal if they do.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    all: Arc<Vec<Row>>,
    base: String,
    files: Vec<(String, Mark)>,
    unexpected: Vec<UnexpectedEntry>,
    content: Vec<FolderContent>,
}

impl Rows {
    /// The rows of a preview; those from before, where nothing in them changed.
    pub fn of(preview: &Preview, before: Option<&Self>) -> Self {
        let base = preview.spec.gitops_directory.as_str();
        let diff = preview.diff();
        let marks = diff.files.iter();
        let marks = marks.map(|file| (&file.path, preview.mark_of(file)));
        if let Some(before) = before
            && before.base == base
            && before.unexpected == diff.unexpected
            && before.content == diff.content
            && marks
                .clone()
                .eq(before.files.iter().map(|(path, mark)| (path, *mark)))
        {
            return before.clone();
        }
        Self {
            all: Arc::new(rows(preview)),
            base: base.to_owned(),
            files: marks.map(|(path, mark)| (path.clone(), mark)).collect(),
            unexpected: diff.unexpected.clone(),
            content: diff.content.clone(),
        }
    }

    /// The rows, parents first.
    pub fn all(&self) -> &[Row] {
        &self.all
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.all, &other.all)
    }
}

/// All rows, parents first.
fn rows(preview: &Preview) -> Vec<Row> {
    let marks = marks(preview);
    let base = preview.spec.gitops_directory.git_path();
    let mut rows = vec![row(base, preview.spec.gitops_directory.as_str(), 0, true)];
    let mut before = "";
    for (path, mark) in &marks {
        let below = path
            .strip_prefix(base)
            .unwrap_or(path)
            .trim_start_matches('/');
        let start = path.len() - below.len();
        for (depth, (slash, _)) in below.match_indices('/').enumerate() {
            let parent = &path[..start + slash];
            // In this order, all that lies below a directory stands together.
            let is_new = !before
                .strip_prefix(parent)
                .is_some_and(|rest| rest.starts_with('/'));
            if is_new {
                let name = parent.rsplit('/').next().unwrap_or(parent);
                rows.push(row(parent, name, depth + 1, true));
            }
        }
        before = path.as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        // A directory whose entries were not read.
        if name.is_empty() {
            continue;
        }
        let mut file = row(path, name, below.matches('/').count() + 1, false);
        file.mark = *mark;
        rows.push(file);
    }
    weigh(&mut rows);
    rows
}

fn row(path: &str, name: &str, depth: usize, is_directory: bool) -> Row {
    Row {
        index: 0,
        path: path.into(),
        name: name.into(),
        depth,
        is_directory,
        mark: Mark::Unchanged,
        starts_folded: false,
        position: (1, 1),
    }
}

fn marks(preview: &Preview) -> BTreeMap<String, Mark> {
    let unexpected = preview.diff().unexpected.iter();
    let mut marks =
        ordered::map(unexpected.map(|unexpected| (unexpected.path.clone(), Mark::Unexpected)));
    for folder in &preview.diff().content {
        marks.extend(folder.paths().map(|path| (path, Mark::Content)));
        if folder.more > 0 {
            // The sign sorts after what names begin with.
            let more = format!("{}/{MORE}{} more", folder.folder, folder.more);
            marks.insert(more, Mark::Content);
        }
    }
    for file in &preview.diff().files {
        let mark = preview.mark_of(file);
        // Where something else is, a keep file that is not there is nothing to show.
        if mark != Mark::NotNeeded || file.current.is_some() {
            marks.insert(file.path.clone(), mark);
        }
    }
    marks
}

/// More rows below one directory start out of sight.
const MANY: usize = 200;

/// Gives directories the gravest mark below them, folds some, and numbers the rows.
fn weigh(rows: &mut [Row]) {
    number(rows);
    for index in 0..rows.len() {
        rows[index].index = index;
        if !rows[index].is_directory {
            continue;
        }
        let depth = rows[index].depth;
        let below: Vec<&Row> = rows[index + 1..]
            .iter()
            .take_while(|row| row.depth > depth)
            .collect();
        let mark = below
            .iter()
            .filter(|row| !row.is_directory)
            .map(|row| row.mark)
            .max();
        let folded = matches!(below.as_slice(), [only] if *only.name == *KEEP_FILE);
        let folded = folded || below.is_empty() || (depth > 1 && below.len() > MANY);
        rows[index].mark = mark.unwrap_or(Mark::Content);
        rows[index].starts_folded = folded && rows[index].mark != Mark::Conflict;
    }
}

/// Counts the entries of each directory.
fn number(rows: &mut [Row]) {
    let mut open: Vec<Vec<usize>> = Vec::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        while open.len() > row.depth + 1 {
            groups.extend(open.pop());
        }
        open.resize_with(row.depth + 1, Vec::new);
        open[row.depth].push(index);
    }
    groups.extend(open);
    for group in groups {
        for (position, index) in group.iter().enumerate() {
            rows[*index].position = (position + 1, group.len());
        }
    }
}

/// Tells whether a directory is unfolded, given those that a person turned.
pub fn is_expanded(row: &Row, toggled: &[String]) -> bool {
    row.starts_folded == toggled.iter().any(|path| **path == *row.path)
}

/// The rows that are not hidden in a folded directory.
pub fn visible(rows: &[Row], toggled: &[String]) -> Vec<Row> {
    let mut hidden_below = None;
    let mut visible = Vec::new();
    for row in rows {
        if hidden_below.is_some_and(|depth| row.depth > depth) {
            continue;
        }
        hidden_below = (row.is_directory && !is_expanded(row, toggled)).then_some(row.depth);
        visible.push(row.clone());
    }
    visible
}

/// What a key does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Moves to a row.
    Focus(usize),
    /// Folds or unfolds a directory.
    Toggle(String),
    Select(String),
}

/// What `key` does on the row `at` (an index among all rows), as the ARIA tree pattern has it.
pub fn step(visible: &[Row], toggled: &[String], at: usize, key: &str) -> Option<Step> {
    let position = visible.iter().position(|row| row.index == at)?;
    let row = &visible[position];
    let open = row.is_directory && is_expanded(row, toggled);
    let focus = |row: Option<&Row>| row.map(|row| Step::Focus(row.index));
    match key {
        "ArrowDown" => focus(visible.get(position + 1)),
        "ArrowUp" => focus(
            position
                .checked_sub(1)
                .and_then(|before| visible.get(before)),
        ),
        "Home" => focus(visible.first()),
        "End" => focus(visible.last()),
        "ArrowRight" if row.is_directory && !open => Some(Step::Toggle(row.path.to_string())),
        "ArrowRight" if open => focus(visible.get(position + 1)),
        "ArrowLeft" if open => Some(Step::Toggle(row.path.to_string())),
        "ArrowLeft" => focus(
            visible[..position]
                .iter()
                .rfind(|above| above.depth < row.depth),
        ),
        "Enter" | " " if row.is_directory => Some(Step::Toggle(row.path.to_string())),
        "Enter" | " " if !row.is_file() => None,
        "Enter" | " " => Some(Step::Select(row.path.to_string())),
        _ => None,
    }
}

/// The next row whose name begins with what was typed; from the row itself on while more is being typed. Capitals count as
/// small letters where they are ASCII.
pub fn jump(visible: &[Row], at: usize, typed: &str) -> Option<usize> {
    let position = visible.iter().position(|row| row.index == at)?;
    let from = position + usize::from(typed.chars().count() == 1);
    let order = (from..visible.len()).chain(0..from.min(visible.len()));
    order
        .map(|index| &visible[index])
        .find(|row| {
            let begins = row.name.as_bytes().get(..typed.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(typed.as_bytes()))
        })
        .map(|row| row.index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::tests::{changed, spec};
    use shared::fabric::FabricSpec;
    use shared::git::{Entry, Tree, blob_id};
    use shared::names::DirectoryPath;
    use shared::plan::Overwrite;
    use shared::snapshot::{Head, Snapshot};

    fn changed_rows() -> Vec<Row> {
        rows(&Preview::new(spec(), Some(&changed()), Overwrite::No))
    }

    #[test]
    fn rows_carry_the_marks_of_the_diff() {
        let rows = changed_rows();
        let mark = |path: &str| {
            rows.iter()
                .find(|row| &*row.path == path)
                .map(|row| row.mark)
        };
        assert_eq!(mark("net/managed/README.md"), Some(Mark::Kept));
        assert_eq!(mark("net/notes.txt"), Some(Mark::Unexpected));
        assert_eq!(mark("net/raw/README.md"), Some(Mark::Added));
        assert_eq!(mark("net/managed"), Some(Mark::Kept));
        assert_eq!(&*rows[0].name, "net");
    }

    #[test]
    fn a_directory_has_one_row_whatever_stands_beside_it() {
        // What sorts just before and after `raw/` and `managed/`.
        let beside = [
            "raw-",
            "raw.",
            "raw0",
            "managed-x",
            "managed.",
            "managed0",
            "ra",
            "rawx",
        ];
        let tree = |entries| Tree::new(entries).expect("the names are fine");
        let beside = beside.map(|name| Entry::file(name, blob_id(b"beside")));
        let net = tree(beside.into());
        let root = tree(vec![Entry::directory("net", net.id())]);
        let (commit, id) = (blob_id(b"commit"), root.id());
        let head = Head { commit, tree: id };
        let directory = DirectoryPath::parse("net").expect("a plain name");
        let listings = [("".to_owned(), root), ("net".to_owned(), net)];
        let branch = Snapshot::verified(head, &directory, listings.into()).expect("they are whole");
        let rows = rows(&Preview::new(spec(), Some(&branch), Overwrite::No));
        let mut paths: Vec<&str> = rows.iter().map(|row| &*row.path).collect();
        assert!(paths.contains(&"net/raw-") && paths.contains(&"net/raw/pending"));
        let before = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), before);
    }

    #[test]
    fn folders_with_only_a_keep_file_start_folded() {
        let rows = changed_rows();
        let seen = visible(&rows, &[]);
        assert!(seen.iter().any(|row| &*row.path == "net/raw/pending"));
        assert!(
            !seen
                .iter()
                .any(|row| &*row.path == "net/raw/pending/.gitkeep")
        );
        let toggled = ["net/raw/pending".to_owned()];
        assert!(
            visible(&rows, &toggled)
                .iter()
                .any(|row| &*row.path == "net/raw/pending/.gitkeep")
        );
    }

    #[test]
    fn a_folder_in_use_shows_what_people_keep_in_it() {
        let tree = |entries| Tree::new(entries).expect("the names are fine");
        let mut files: Vec<Entry> = (10..64)
            .map(|number| Entry::file(&format!("vpc-{number}.yaml"), blob_id(b"vpc")))
            .collect();
        let inner = tree(vec![Entry::file("vpc.yaml", blob_id(b"vpc"))]);
        files.push(Entry::directory("site-a", inner.id()));
        let vpcs = tree(files);
        let managed = tree(vec![Entry::directory("vpcs", vpcs.id())]);
        let net = tree(vec![Entry::directory("managed", managed.id())]);
        let root = tree(vec![Entry::directory("net", net.id())]);
        let (commit, id) = (blob_id(b"commit"), root.id());
        let head = Head { commit, tree: id };
        let directory = DirectoryPath::parse("net").expect("a plain name");
        let listings = [
            ("", root),
            ("net", net),
            ("net/managed", managed),
            ("net/managed/vpcs", vpcs),
        ];
        let listings = listings.map(|(path, tree)| (path.to_owned(), tree));
        let branch = Snapshot::verified(head, &directory, listings.into()).expect("they are whole");
        let preview = Preview::new(spec(), Some(&branch), Overwrite::No);
        let rows = rows(&preview);
        let row = |path: &str| rows.iter().find(|row| &*row.path == path);
        let mark = |path: &str| row(path).map(|row| row.mark);
        assert_eq!(mark("net/managed/vpcs"), Some(Mark::Content));
        assert_eq!(mark("net/managed/vpcs/vpc-10.yaml"), Some(Mark::Content));
        assert_eq!(mark("net/managed/vpcs/.gitkeep"), None, "nobody misses it");
        assert_eq!(mark("net/managed/switches"), Some(Mark::Added));
        let more = row("net/managed/vpcs/…and 5 more").expect("what is not named is counted");
        assert_eq!((more.position, more.is_directory), ((51, 51), false));
        assert_eq!(
            step(&rows, &[], more.index, "Enter"),
            None,
            "a count has no content"
        );
        let file = row("net/managed/vpcs/vpc-10.yaml").expect("a file");
        assert!(matches!(
            step(&rows, &[], file.index, "Enter"),
            Some(Step::Select(_))
        ));
        let folder = row("net/managed/vpcs/site-a").expect("a directory that was not read");
        assert!(folder.is_directory && folder.starts_folded);
        assert_eq!(folder.mark, Mark::Content);
        let own = preview.mark("net/managed/vpcs/vpc-10.yaml");
        assert_eq!(own, Some(Mark::Content));
    }

    #[test]
    fn keys_move_as_in_any_tree() {
        let rows = changed_rows();
        let toggled = [];
        let seen = visible(&rows, &toggled);
        let last = seen.last().map(|row| row.index).unwrap_or_default();
        assert_eq!(step(&seen, &toggled, 0, "ArrowDown"), Some(Step::Focus(1)));
        assert_eq!(step(&seen, &toggled, 0, "ArrowUp"), None);
        assert_eq!(step(&seen, &toggled, 0, "End"), Some(Step::Focus(last)));
        assert_eq!(
            step(&seen, &toggled, 0, "ArrowLeft"),
            Some(Step::Toggle("net".into()))
        );
        assert_eq!(
            step(&seen, &toggled, 1, "ArrowLeft"),
            Some(Step::Toggle("net/managed".into()))
        );
        assert_eq!(step(&seen, &toggled, 2, "ArrowLeft"), Some(Step::Focus(1)));
    }

    #[test]
    fn typing_jumps_to_a_name() {
        let rows = changed_rows();
        let seen = visible(&rows, &[]);
        let name = |index: Option<usize>| index.map(|index| rows[index].name.to_string());
        assert_eq!(name(jump(&seen, 0, "r")).as_deref(), Some("README.md"));
        assert_eq!(name(jump(&seen, 0, "ra")).as_deref(), Some("raw"));
        assert_eq!(name(jump(&seen, 0, "VP")).as_deref(), Some("vpcs"));
        assert_eq!(jump(&seen, 0, "zzz"), None);
        let last = seen.last().map(|row| row.index).unwrap_or_default();
        assert_eq!(name(jump(&seen, last, "m")).as_deref(), Some("managed"));
    }

    #[test]
    fn rows_know_their_position_among_their_siblings() {
        let rows = changed_rows();
        let position = |path: &str| {
            rows.iter()
                .find(|row| &*row.path == path)
                .map(|row| row.position)
        };
        assert_eq!(position("net"), Some((1, 1)));
        assert_eq!(position("net/managed"), Some((1, 4)));
        assert_eq!(position("net/notes.txt"), Some((2, 4)));
        assert_eq!(position("net/unmanaged"), Some((4, 4)));
    }

    #[test]
    fn rows_are_shared_until_something_in_them_changes() {
        let preview = |spec, overwrite| Preview::new(spec, Some(&changed()), overwrite);
        let first = Rows::of(&preview(spec(), Overwrite::No), None);
        let mut renamed = spec();
        renamed.layout.all_kinds = false;
        renamed.name = "another".parse().expect("a plain name");
        let same = Rows::of(&preview(renamed, Overwrite::No), Some(&first));
        assert!(first == same, "a name stands in files, not in rows");
        let forced = Rows::of(&preview(spec(), Overwrite::Yes), Some(&same));
        assert!(forced != same);
        assert_eq!(
            forced.all(),
            Rows::of(&preview(spec(), Overwrite::Yes), None).all()
        );
        let moved = FabricSpec {
            gitops_directory: "net/raw".parse().expect("a plain path"),
            ..spec()
        };
        let elsewhere = Rows::of(&Preview::new(moved, None, Overwrite::No), Some(&same));
        assert!(elsewhere != same);
    }
}
