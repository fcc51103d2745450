//! Many fabrics from one list: every row is checked before anything is sent.

mod csv;
pub mod pace;
pub mod stored_row;

use std::collections::BTreeMap;

use shared::api::FabricSummary;
use shared::claims::overlap_in_any_case;
use shared::fabric::{FabricInput, FabricSpec, FieldError, LayoutOptions};

use self::csv::{Record, records, with_cell};
use super::draft::{self, directory_of, normalise_repository};

/// The most rows of one list: each costs a commit, and GitHub takes 500 contents an hour.
pub const MAX_ROWS: usize = 500;

/// What a list may hold, for the page's example.
pub const EXAMPLE: &str =
    "name,repository,branch,directory\ndc1,acme/network,main,sites/dc1\ndc2,acme/network";

/// A row that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line of the list.
    pub line: usize,
    /// What the row says.
    pub input: FabricInput,
    /// The fabric, or what to correct.
    pub fabric: Result<FabricSpec, Vec<FieldError>>,
}

impl Row {
    /// What the row is called: what it says, wherever it stands, so that it stays the same row when others change.
    pub fn key(&self) -> String {
        draft::to_fragment(&self.input)
    }
}

/// Reads a list, and checks its rows alone and against each other.
///
/// # Errors
/// What is wrong with the list as a whole.
pub fn read(text: &str) -> Result<Vec<Row>, String> {
    let mut records = records(text).map_err(|error| error.to_string())?;
    let columns = records.first().and_then(|first| columns(&first.cells));
    if columns.is_some() {
        records.remove(0);
    }
    if records.len() > MAX_ROWS {
        return Err(format!(
            "the list has {} rows; import at most {MAX_ROWS} at once",
            records.len()
        ));
    }
    let columns = columns.unwrap_or_else(|| (0..5).map(Some).collect());
    let mut rows: Vec<Row> = records.iter().map(|record| row(record, &columns)).collect();
    clashes(&mut rows);
    Ok(rows)
}

/// The list with another branch in the row of a line, and all else as it was; none if there is no such row.
pub fn with_branch(text: &str, line: usize, branch: &str) -> Option<String> {
    let records = records(text).ok()?;
    let first = records.first()?;
    let record = records.iter().find(|record| record.line == line)?;
    let Some(columns) = columns(&first.cells) else {
        return Some(with_cell(text, record, BRANCH, branch));
    };
    // The heading comes before the row, and keeps its line.
    let (text, column) = match columns[BRANCH] {
        Some(column) => (text.to_owned(), column),
        None => {
            let column = first.cells.len();
            (with_cell(text, first, column, NAMES[BRANCH][0]), column)
        }
    };
    Some(with_cell(&text, record, column, branch))
}

/// The fabric that is this one, among those that Hedgerow has.
pub fn recorded<'a>(known: &'a [FabricSummary], spec: &FabricSpec) -> Option<&'a FabricSummary> {
    known.iter().find(|found| {
        found.name == spec.name
            && found.gitops_directory == spec.gitops_directory
            && found.branch == spec.branch
            && found
                .git_repository
                .as_str()
                .eq_ignore_ascii_case(spec.git_repository.as_str())
    })
}

const NAMES: [&[&str]; 5] = [
    &["name", "fabric", "fabric_name"],
    &["repository", "git_repository", "repo"],
    &["branch"],
    &["directory", "gitops_directory", "path"],
    &["all_kinds"],
];

/// Which of them is the branch.
const BRANCH: usize = 2;

/// Which cell holds which field, if the first line is a heading.
fn columns(cells: &[String]) -> Option<Vec<Option<usize>>> {
    let column = |names: &&[&str]| {
        cells.iter().position(|cell| {
            names.contains(&cell.to_ascii_lowercase().replace([' ', '-'], "_").as_str())
        })
    };
    let found: Vec<Option<usize>> = NAMES.iter().map(column).collect();
    (found[0].is_some() && found[1].is_some()).then_some(found)
}

fn row(record: &Record, columns: &[Option<usize>]) -> Row {
    let cell = |field: usize| {
        let found = columns[field].and_then(|index| record.cells.get(index));
        found.map(String::as_str).unwrap_or_default()
    };
    let or = |text: &str, instead: &str| {
        if text.is_empty() {
            instead.to_owned()
        } else {
            text.to_owned()
        }
    };
    let input = FabricInput {
        name: cell(0).to_owned(),
        git_repository: normalise_repository(cell(1)),
        branch: or(cell(2), "main"),
        gitops_directory: or(cell(3), &directory_of(cell(0))),
        layout: LayoutOptions {
            all_kinds: matches!(cell(4).to_ascii_lowercase().as_str(), "1" | "true" | "yes"),
            ..LayoutOptions::default()
        },
    };
    Row {
        line: record.line,
        fabric: FabricSpec::parse_typed(&input),
        input,
    }
}

/// Finds rows that could not both be created.
fn clashes(rows: &mut [Row]) {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for index in 0..rows.len() {
        let Ok(spec) = rows[index].fabric.clone() else {
            continue;
        };
        let mut errors = Vec::new();
        let mut invalid = |field: &str, message: String| {
            errors.push(FieldError {
                field: field.to_owned(),
                message,
            });
        };
        let line = rows[index].line;
        let name = format!(
            "{} {}",
            spec.git_repository.as_str().to_ascii_lowercase(),
            spec.name
        );
        if let Some(earlier) = names.get(&name) {
            invalid(
                "name",
                format!(
                    "line {earlier} has a fabric of this name in the same repository; choose another name"
                ),
            );
        }
        names.entry(name).or_insert(line);
        let nested = rows[..index].iter().find_map(|earlier| {
            let other = earlier.fabric.as_ref().ok()?;
            let same_branch = other.branch == spec.branch
                && other
                    .git_repository
                    .as_str()
                    .eq_ignore_ascii_case(spec.git_repository.as_str());
            (same_branch && overlap_in_any_case(&other.gitops_directory, &spec.gitops_directory))
                .then_some(earlier.line)
        });
        if let Some(earlier) = nested {
            invalid(
                "gitops_directory",
                format!(
                    "the directory of line {earlier} is the same, above or below, also where only case differs; give each fabric its own"
                ),
            );
        }
        if !errors.is_empty() {
            rows[index].fabric = Err(errors);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::names::{DirectoryPath, FabricId, RepoName};
    use shared::record::{FabricRecord, Visibility};

    fn errors(text: &str) -> Vec<Option<String>> {
        let rows = read(text).expect("a list");
        rows.into_iter()
            .map(|row| {
                row.fabric
                    .err()
                    .map(|errors| format!("{}: {}", errors[0].field, errors[0].message))
            })
            .collect()
    }

    #[test]
    fn what_a_row_leaves_out_has_the_usual_value() {
        let rows = read("Name;Repository\ndc1;https://github.com/acme/network").expect("a list");
        let spec = rows[0].fabric.as_ref().expect("a fabric");
        assert_eq!(spec.gitops_directory.as_str(), "gitops/hedgehog/dc1");
        assert_eq!(
            (spec.branch.as_str(), spec.git_repository.as_str()),
            ("main", "acme/network")
        );
        assert_eq!(rows[0].line, 2);
    }

    #[test]
    fn a_heading_names_the_columns_in_any_order() {
        let rows =
            read("Directory,Fabric name,repo,all kinds\nx/y,dc1,acme/network,yes").expect("a list");
        assert_eq!(rows[0].input.gitops_directory, "x/y");
        assert!(rows[0].input.layout.all_kinds);
        let plain = read("dc1,acme/network,trunk,z").expect("a list");
        assert_eq!(
            (
                plain[0].input.branch.as_str(),
                plain[0].input.gitops_directory.as_str()
            ),
            ("trunk", "z")
        );
    }

    #[test]
    fn every_row_says_what_to_correct() {
        let found = errors("dc1,acme/network\nDC 2,acme/network\ndc3,acme\ndc4");
        assert_eq!(found[0], None);
        assert!(
            found[1]
                .as_ref()
                .is_some_and(|text| text.starts_with("name:")),
            "{found:?}"
        );
        assert!(
            found[2]
                .as_ref()
                .is_some_and(|text| text.starts_with("git_repository:"))
        );
        assert!(
            found[3]
                .as_ref()
                .is_some_and(|text| text.starts_with("git_repository:"))
        );
    }

    #[test]
    fn rows_that_exclude_each_other_are_found() {
        let found = errors(
            "a,acme/network,main,x\nb,acme/network,main,x/y\nA.b,acme/network,main,z\na,ACME/network,main,q\nc,acme/network,dev,x\nd,acme/network,main,/",
        );
        assert!(
            found[1]
                .as_ref()
                .is_some_and(|text| text.contains("line 1")),
            "{found:?}"
        );
        assert!(
            found[3]
                .as_ref()
                .is_some_and(|text| text.starts_with("name:")),
            "{found:?}"
        );
        assert_eq!(
            (found[0].clone(), found[4].clone(), found[5].clone()),
            (None, None, None)
        );
    }

    #[test]
    fn the_root_of_a_repository_excludes_its_three_directories_as_the_worker_says() {
        let found = errors("a,acme/network,main,/\nb,acme/network,main,managed/x");
        let second = found[1].as_deref().unwrap_or_default();
        assert!(second.contains("line 1"), "{found:?}");
        let beside = errors("a,acme/network,main,/\nb,acme/network,main,sites/x");
        assert_eq!(beside, [None, None]);
    }

    #[test]
    fn a_row_is_recorded_where_all_of_it_is_the_same() {
        let rows = read("dc1,acme/network,main,x\ndc2,acme/network").expect("a list");
        let spec = |at: usize| rows[at].fabric.as_ref().expect("a fabric");
        let id = FabricId::from_bytes([7; 16]);
        let record = FabricRecord::new(id.clone(), spec(0), Visibility::Public);
        let mut found = FabricSummary::from(&record);
        found.git_repository = RepoName::parse("ACME/network").expect("a name");
        let is_it = |found: &FabricSummary, at| {
            recorded(std::slice::from_ref(found), spec(at)).map(|found| found.id.clone())
        };
        assert_eq!(is_it(&found, 0), Some(id));
        assert_eq!(is_it(&found, 1), None);
        found.gitops_directory = DirectoryPath::parse("y").expect("a path");
        assert_eq!(is_it(&found, 0), None);
    }

    #[test]
    fn a_row_is_given_another_branch() {
        let branches = |text: &str| -> Vec<String> {
            let rows = read(text).expect("a list").into_iter();
            rows.map(|row| row.input.branch).collect()
        };
        for (text, line) in [
            ("a,acme/x,mian,z\nb,acme/x,mian", 2),
            ("a,acme/x,mian\n\n# remark\nb,acme/x", 4),
            ("branch;name;repo\nmian;a;acme/x\n;b;acme/x", 3),
            ("name,repo,path\na,acme/x,\nb,acme/x,y", 3),
        ] {
            let before = branches(text);
            let after = with_branch(text, line, "trunk").expect("a row");
            assert_eq!(branches(&after), [before[0].as_str(), "trunk"], "{after}");
            let rest = |text: &str, at: usize| {
                let row = &read(text).expect("a list")[at].input;
                (
                    row.name.clone(),
                    row.git_repository.clone(),
                    row.gitops_directory.clone(),
                )
            };
            assert_eq!(rest(&after, 0), rest(text, 0));
            assert_eq!(rest(&after, 1), rest(text, 1));
        }
        assert_eq!(with_branch("a,acme/x", 2, "trunk"), None);
    }

    #[test]
    fn a_row_keeps_its_name_where_others_change() {
        let key = |text: &str, at: usize| read(text).expect("a list")[at].key();
        assert_eq!(
            key("a,acme/x\nb,acme/x", 1),
            key("name,repo\n\nb , acme/x", 0)
        );
        assert_ne!(key("b,acme/x", 0), key("b,acme/x,dev", 0));
    }

    #[test]
    fn a_list_that_is_too_long_is_refused_as_a_whole() {
        let long: String = (0..=MAX_ROWS)
            .map(|index| format!("f{index},acme/network\n"))
            .collect();
        assert!(read(&long).is_err_and(|error| error.contains("at most 500")));
        assert_eq!(
            read(EXAMPLE).map(|rows| rows.iter().filter(|row| row.fabric.is_ok()).count()),
            Ok(2)
        );
    }
}
