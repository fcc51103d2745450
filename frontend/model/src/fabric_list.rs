//! The list of fabrics: what is searched, filtered and sorted, and how the address says so.

use std::cmp::Ordering;

use shared::api::FabricSummary;
use shared::quote::url;
use shared::status::Verdict;

use super::address::pairs;

/// A filter by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    All,
    /// Whatever needs a look.
    Problems,
    /// As it should be.
    Healthy,
    /// Only a person can decide what happens next.
    NeedsYou,
    /// The directory is not what it should be.
    Broken,
    Drift,
    /// Not known to be current.
    Unknown,
    /// A draft, a write that is under way, or one that waits for a merge.
    Unfinished,
}

/// A column to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Problems first, then by name.
    State,
    Name,
    /// By repository and branch.
    Repository,
    Directory,
    /// By how many paths differ.
    Drift,
    /// By when GitHub was last asked.
    Checked,
}

/// What is shown, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Words that name, repository, branch or directory contain.
    pub search: String,
    pub filter: Filter,
    pub column: Column,
    /// Whether the order is turned round.
    pub reversed: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            search: String::new(),
            filter: Filter::All,
            column: Column::State,
            reversed: false,
        }
    }
}

impl Filter {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::All,
        Self::Problems,
        Self::Broken,
        Self::NeedsYou,
        Self::Unknown,
        Self::Drift,
        Self::Unfinished,
        Self::Healthy,
    ];

    /// The name in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Problems => "problems",
            Self::Healthy => "healthy",
            Self::NeedsYou => "error",
            Self::Broken => "invalid",
            Self::Drift => "drift",
            Self::Unknown => "unknown",
            Self::Unfinished => "pending",
        }
    }

    /// The word on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Problems => "Problems",
            Self::Healthy => "Healthy",
            Self::NeedsYou => "Needs you",
            Self::Broken => "Broken",
            Self::Drift => "Drift",
            Self::Unknown => "Not known",
            Self::Unfinished => "Unfinished",
        }
    }

    /// Tells whether a fabric belongs to it.
    pub fn holds(self, fabric: &FabricSummary) -> bool {
        let verdict = fabric.verdict();
        match self {
            Self::All => true,
            Self::Problems => is_problem(fabric),
            Self::Healthy => verdict == Verdict::Healthy,
            Self::NeedsYou => verdict == Verdict::NeedsYou,
            Self::Broken => verdict == Verdict::Broken,
            // What differs and is fine is only counted.
            Self::Drift => fabric.drift > 0 && verdict != Verdict::Healthy,
            Self::Unknown => verdict == Verdict::NotKnown,
            Self::Unfinished => matches!(
                verdict,
                Verdict::Draft | Verdict::Working | Verdict::WaitingForMerge
            ),
        }
    }
}

impl Column {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Repository,
        Self::Directory,
        Self::State,
        Self::Drift,
        Self::Checked,
    ];

    /// The name in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Name => "name",
            Self::Repository => "repository",
            Self::Directory => "directory",
            Self::Drift => "drift",
            Self::Checked => "checked",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Name => "Name",
            Self::Repository => "Repository",
            Self::Directory => "Directory",
            Self::Drift => "Drift",
            Self::Checked => "Checked",
        }
    }
}

impl Query {
    /// Reads the query of an address, with or without its `?`; what it does not name has its default.
    pub fn from_address(query: &str) -> Self {
        let mut read = Self::default();
        for (key, value) in pairs(&query.trim_start_matches('?').replace('+', " ")) {
            match key.as_str() {
                "q" => read.search = value,
                "state" => {
                    let known = Filter::ALL.into_iter().find(|filter| filter.key() == value);
                    read.filter = known.unwrap_or(Filter::All);
                }
                "sort" => {
                    read.reversed = value.starts_with('-');
                    let key = value.trim_start_matches('-');
                    let known = Column::ALL.into_iter().find(|column| column.key() == key);
                    read.column = known.unwrap_or(Column::State);
                }
                _ => {}
            }
        }
        read
    }

    /// The query that reads back as this, with its `?`; empty for the default.
    pub fn to_address(&self) -> String {
        let mut parts = Vec::new();
        if !self.search.is_empty() {
            parts.push(format!("q={}", url::path(&self.search)));
        }
        if self.filter != Filter::All {
            parts.push(format!("state={}", self.filter.key()));
        }
        if self.column != Column::State || self.reversed {
            let sign = if self.reversed { "-" } else { "" };
            parts.push(format!("sort={sign}{}", self.column.key()));
        }
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    /// Sorts by a column, or turns the order round where it is sorted by that already.
    pub fn sort_by(&mut self, column: Column) {
        self.reversed = self.column == column && !self.reversed;
        self.column = column;
    }
}

/// The places of all fabrics in the order that the query asks for.
pub fn sorted(fabrics: &[FabricSummary], column: Column, reversed: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fabrics.len()).collect();
    order.sort_by(|one, other| compare(&fabrics[*one], &fabrics[*other], column));
    if reversed {
        order.reverse();
    }
    order
}

/// How two fabrics follow one another in a column.
fn compare(one: &FabricSummary, other: &FabricSummary, column: Column) -> Ordering {
    let by_name = || one.name.as_str().cmp(other.name.as_str());
    match column {
        Column::State => gravity(one).cmp(&gravity(other)).then_with(by_name),
        Column::Name => by_name(),
        Column::Repository => {
            let repositories = (one.git_repository.as_str(), other.git_repository.as_str());
            let branches = (one.branch.as_str(), other.branch.as_str());
            let in_order = |(one, other): (&str, &str)| one.cmp(other);
            in_order(repositories)
                .then_with(|| in_order(branches))
                .then_with(by_name)
        }
        Column::Directory => one
            .gitops_directory
            .as_str()
            .cmp(other.gitops_directory.as_str()),
        Column::Drift => other.drift.cmp(&one.drift),
        Column::Checked => one.checked_at.cmp(&other.checked_at),
    }
}

/// The text of a fabric that is searched.
pub fn searched(fabric: &FabricSummary) -> String {
    format!(
        "{} {}@{} {}",
        fabric.name, fabric.git_repository, fabric.branch, fabric.gitops_directory
    )
}

/// Those of `order` that are shown; `texts` are those of [`searched`], and like what is searched in lower case. The browser makes
/// that: tables of all letters would be a large part of what the page loads first.
pub fn shown(
    fabrics: &[FabricSummary],
    texts: &[String],
    order: &[usize],
    search: &str,
    filter: Filter,
) -> Vec<usize> {
    let words: Vec<&str> = search.split_whitespace().collect();
    let is_shown = |index: &usize| {
        filter.holds(&fabrics[*index]) && words.iter().all(|word| texts[*index].contains(word))
    };
    order.iter().copied().filter(is_shown).collect()
}

/// How many fabrics each filter holds, in the order of [`Filter::ALL`].
pub fn counts(fabrics: &[FabricSummary]) -> [usize; 8] {
    Filter::ALL.map(|filter| fabrics.iter().filter(|fabric| filter.holds(fabric)).count())
}

/// Tells whether a fabric needs a look.
pub fn is_problem(fabric: &FabricSummary) -> bool {
    gravity(fabric) < 3
}

/// The lower the graver.
fn gravity(fabric: &FabricSummary) -> u8 {
    match fabric.verdict() {
        Verdict::Broken => 0,
        Verdict::NeedsYou => 1,
        Verdict::NotKnown => 2,
        Verdict::WaitingForMerge => 3,
        Verdict::Working => 4,
        Verdict::Draft => 5,
        Verdict::Healthy => 6,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use shared::names::{BranchName, DirectoryPath, FabricId, FabricName, RepoName};
    use shared::record::{CheckState, DirectoryStatus, Visibility};

    /// A row of the list.
    pub fn fabric(name: &str, status: DirectoryStatus, drift: usize) -> FabricSummary {
        let mut bytes = [0; 16];
        bytes
            .iter_mut()
            .zip(name.bytes())
            .for_each(|(to, from)| *to = from);
        FabricSummary {
            id: FabricId::from_bytes(bytes),
            name: FabricName::parse(name).expect("a name"),
            git_repository: RepoName::parse("acme/network").expect("a repository"),
            branch: BranchName::parse("main").expect("a branch"),
            gitops_directory: DirectoryPath::parse(&format!("sites/{name}")).expect("a directory"),
            gitops_directory_status: status,
            verdict: None,
            action: None,
            drift,
            check: CheckState::Ok,
            checked_at: None,
            pull_request_url: None,
            visibility: Visibility::Public,
            permission: None,
        }
    }

    fn fabrics() -> Vec<FabricSummary> {
        vec![
            fabric("a-fine", DirectoryStatus::Initialized, 0),
            fabric("b-drift", DirectoryStatus::Initialized, 2),
            fabric("c-invalid", DirectoryStatus::InvalidStructure, 5),
            fabric("d-error", DirectoryStatus::Error, 0),
            fabric("e-new", DirectoryStatus::NotInitialized, 0),
            FabricSummary {
                check: CheckState::Unknown,
                checked_at: Some("2026-11-24T05:00:00Z".to_owned()),
                ..fabric("f-unknown", DirectoryStatus::Initialized, 0)
            },
        ]
    }

    fn names(query: &str) -> Vec<String> {
        let fabrics = fabrics();
        let query = Query::from_address(query);
        let texts: Vec<String> = fabrics
            .iter()
            .map(|fabric| searched(fabric).to_lowercase())
            .collect();
        let order = sorted(&fabrics, query.column, query.reversed);
        shown(
            &fabrics,
            &texts,
            &order,
            &query.search.to_lowercase(),
            query.filter,
        )
        .into_iter()
        .map(|index| fabrics[index].name.to_string())
        .collect()
    }

    #[test]
    fn problems_come_first() {
        let all = [
            "c-invalid",
            "d-error",
            "f-unknown",
            "e-new",
            "a-fine",
            "b-drift",
        ];
        assert_eq!(names(""), all);
        assert_eq!(names("?state=problems"), all[..3]);
        // An edited README or a file beside the directories is not a problem.
        assert_eq!(names("?state=healthy"), ["a-fine", "b-drift"]);
        assert_eq!(names("?state=pending"), ["e-new"]);
        assert_eq!(names("?state=drift&sort=-name"), ["c-invalid"]);
    }

    #[test]
    fn every_word_has_to_occur() {
        assert_eq!(names("?q=acme+drift"), ["b-drift"]);
        assert_eq!(names("?q=SITES%2Fe"), ["e-new"]);
        assert!(names("?q=acme+nothing").is_empty());
    }

    #[test]
    fn the_address_holds_the_query() {
        for address in [
            "",
            "?q=two%20words",
            "?state=drift",
            "?sort=-state",
            "?q=x&state=error&sort=name",
        ] {
            assert_eq!(Query::from_address(address).to_address(), address);
        }
        assert_eq!(Query::from_address("?state=x&sort=y&z=1"), Query::default());
    }

    #[test]
    fn sorting_by_the_same_column_turns_round() {
        let mut query = Query::default();
        query.sort_by(Column::Name);
        assert!(!query.reversed);
        query.sort_by(Column::Name);
        assert!(query.reversed);
        query.sort_by(Column::Drift);
        assert!(!query.reversed);
    }

    #[test]
    fn a_search_takes_time_in_proportion_to_the_rows() {
        let (few, found) = fastest_search(500);
        assert_eq!(found, 11);
        let (many, found) = fastest_search(5000);
        assert_eq!(found, 111);
        assert!(many < 30 * few, "{many:?} for ten times the rows, {few:?}");
    }

    /// The time of a search in so many rows, at the least, and how many it finds.
    fn fastest_search(count: usize) -> (std::time::Duration, usize) {
        let fabrics: Vec<_> = (0..count)
            .map(|index| {
                fabric(
                    &format!("fabric-{index}"),
                    DirectoryStatus::Initialized,
                    index % 3,
                )
            })
            .collect();
        let texts: Vec<String> = fabrics
            .iter()
            .map(|fabric| searched(fabric).to_lowercase())
            .collect();
        let order = sorted(&fabrics, Column::State, false);
        let search = |_| {
            let begun = std::time::Instant::now();
            let found = shown(&fabrics, &texts, &order, "fabric-49 network", Filter::All);
            (begun.elapsed(), found.len())
        };
        (0..5).map(search).min().expect("five searches")
    }
}
