//! What a check says: one line, and a page of Markdown.

use std::collections::BTreeMap;

use super::{Checked, Compared, Found, Verdict};
use crate::count::counted;
use crate::fabric::FabricSpec;
use crate::kinds::KINDS;
use crate::layout::{Root, layout};
use crate::names::DirectoryPath;
use crate::quote::markdown::{code, text};
use crate::quote::sentence::{Part, parts};
use crate::report::Severity;

/// GitHub takes 65,535 characters; in bytes, and with the end of a line, this is fewer.
const MOST_BYTES: usize = 60_000;
/// The most findings, or paths of one sort, that are listed one by one.
const LISTED: usize = 50;

/// What is shown of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// One line of plain text, for a list of checks.
    pub title: String,
    /// What people read who look closer: Markdown.
    pub body: String,
}

/// Words a check for the people who look at the pull request. `spec` is the fabric that was checked.
pub fn summary(spec: &FabricSpec, checked: &Checked) -> Summary {
    let mut page = Page::default();
    page.line(&first(checked));
    page.line("");
    page.line(&compared(checked));
    page.line("");
    if checked.touched.len() > 1 {
        let names = checked.touched.iter().take(LISTED);
        let names: Vec<String> = names.map(|name| code(name.as_str())).collect();
        let more = more_than(checked.touched.len());
        let fabrics = counted(checked.touched.len(), "fabric");
        page.line(&format!(
            "This pull request touches {fabrics}: {}{more}.",
            names.join(", ")
        ));
        page.line("");
    }
    table(&mut page, spec, checked);
    let brought: Vec<&Found> = checked.brought().collect();
    let unsure: Vec<&Found> = checked.unsure().collect();
    let ends: Vec<&Found> = checked.ends().collect();
    let stays: Vec<&Found> = checked.stays().collect();
    findings(&mut page, "New because of this pull request", &brought);
    findings(&mut page, "No longer so after this pull request", &ends);
    findings(
        &mut page,
        "Perhaps not new: what was there before could not be read to the end",
        &unsure,
    );
    findings(
        &mut page,
        "There before, and no reason for this check to fail",
        &stays,
    );
    let sorts = [
        ("Added", &checked.changes.added),
        ("Changed", &checked.changes.changed),
        ("Removed", &checked.changes.removed),
    ];
    for (sort, paths) in sorts {
        listed(&mut page, sort, paths);
    }
    let mut unread = checked.changes.unread.clone();
    unread.extend(
        checked
            .before
            .unread
            .iter()
            .chain(&checked.after.unread)
            .cloned(),
    );
    unread.sort_unstable();
    unread.dedup();
    listed(
        &mut page,
        "Not read to the end, so that nothing is said of what is in it",
        &unread,
    );
    Summary {
        title: title(checked),
        body: page.text(),
    }
}

fn title(checked: &Checked) -> String {
    let errors = |found: &mut dyn Iterator<Item = &Found>| {
        found
            .filter(|found| found.severity == Severity::Error)
            .count()
    };
    let new = errors(&mut checked.brought());
    let old = errors(&mut checked.stays()) + errors(&mut checked.unsure());
    match (checked.verdict(), checked.holds()) {
        (Verdict::Fails, _) => format!(
            "{} because of this pull request",
            counted(new, "new problem")
        ),
        (Verdict::Passes, false) => {
            format!(
                "Nothing new is wrong; {} before",
                match old {
                    1 => "1 problem was there".to_owned(),
                    many => format!("{many} problems were there"),
                }
            )
        }
        (Verdict::Passes, true) => "The layout holds after the merge".to_owned(),
    }
}

fn first(checked: &Checked) -> String {
    let name = code(checked.name.as_str());
    let directory = code(checked.directory.as_str());
    let of = format!("the layout of fabric {name} in {directory}");
    match (checked.holds(), checked.after.tree.is_some()) {
        (true, _) => format!("**After the merge {of} holds.**"),
        (false, true) => format!("**After the merge {of} does not hold.**"),
        (false, false) => {
            format!("**After the merge the directory {directory} of fabric {name} is gone.**")
        }
    }
}

fn compared(checked: &Checked) -> String {
    let branch = code(checked.branch.as_str());
    let (before, after) = (checked.commits.0.short(), checked.commits.1.short());
    match checked.compared {
        Compared::Merge => {
            format!("Compared: {branch} at {before} with what merging would leave, {after}.")
        }
        Compared::Conflicting => format!(
            "GitHub cannot merge this into {branch} as it is. Compared: where it left {branch}, {before}, with its head, {after}."
        ),
        Compared::Head => format!(
            "GitHub did not say yet what merging into {branch} would leave. Compared: where it left {branch}, {before}, with its head, {after}."
        ),
    }
}

/// How many files of each sort are added, changed and removed.
fn table(page: &mut Page, spec: &FabricSpec, checked: &Checked) {
    let mut rows: BTreeMap<Place, [usize; 3]> = BTreeMap::new();
    let layout = layout(spec);
    let changes = &checked.changes;
    for (column, paths) in [&changes.added, &changes.changed, &changes.removed]
        .into_iter()
        .enumerate()
    {
        for path in paths {
            let below = below(&spec.gitops_directory, path);
            let is_layouts = layout
                .files
                .iter()
                .any(|(known, _)| known.as_str() == below);
            let place = match is_layouts {
                true => Place::Layout,
                false => Place::of(below),
            };
            if let Some(count) = rows.entry(place).or_default().get_mut(column) {
                *count += 1;
            }
        }
    }
    if rows.is_empty() {
        page.line("No file of this fabric changes.");
        page.line("");
        return;
    }
    page.line("| | added | changed | removed |");
    page.line("|---|---:|---:|---:|");
    for (place, [added, changed, removed]) in rows {
        page.line(&format!(
            "| {} | {added} | {changed} | {removed} |",
            place.words()
        ));
    }
    page.line("");
}

/// Where a file stands, as a network engineer calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// In the folder of a kind, by its number in [`KINDS`].
    Kind(usize),
    Managed,
    Raw,
    Unmanaged,
    Layout,
    Beside,
}

impl Place {
    fn of(below: &str) -> Self {
        let mut names = below.split('/');
        let root = names.next();
        let root = Root::ALL
            .into_iter()
            .find(|known| Some(known.name()) == root);
        let folder = names.next();
        match root {
            Some(Root::Managed) => {
                let mut kinds = KINDS.iter();
                let kind = kinds.position(|kind| Some(kind.folder) == folder);
                kind.map_or(Self::Managed, Self::Kind)
            }
            Some(Root::Raw) => Self::Raw,
            Some(Root::Unmanaged) => Self::Unmanaged,
            None => Self::Beside,
        }
    }

    fn words(self) -> String {
        match self {
            Self::Kind(kind) => match KINDS.get(kind) {
                Some(kind) => format!("{} (`managed/{}/`)", kind.name, kind.folder),
                None => "`managed/`".to_owned(),
            },
            Self::Managed => "elsewhere in `managed/`".to_owned(),
            Self::Raw => "waiting to be sorted (`raw/`)".to_owned(),
            Self::Unmanaged => "never applied (`unmanaged/`)".to_owned(),
            Self::Layout => "the layout's own files".to_owned(),
            Self::Beside => "beside the three directories".to_owned(),
        }
    }
}

fn below<'a>(directory: &DirectoryPath, path: &'a str) -> &'a str {
    match directory.git_path() {
        "" => path,
        top => path
            .strip_prefix(top)
            .map_or(path, |rest| rest.trim_start_matches('/')),
    }
}

fn findings(page: &mut Page, heading: &str, found: &[&Found]) {
    if found.is_empty() {
        return;
    }
    page.line(&format!("### {heading}"));
    page.line("");
    for found in found.iter().take(LISTED) {
        page.line(&format!("- {}: {}", found.severity.as_str(), said(found)));
    }
    page.more(found.len());
}

/// A finding in one line.
fn said(found: &Found) -> String {
    let at = match found.lines {
        Some(lines) => format!("{}, line {},", code(&found.path), lines.first),
        None => code(&found.path),
    };
    let words = parts(&found.message).into_iter().map(|part| match part {
        Part::Words(words) => text(&words),
        Part::Name(name) => code(&name),
    });
    format!("{at} {}", words.collect::<String>())
}

fn listed(page: &mut Page, heading: &str, paths: &[String]) {
    if paths.is_empty() {
        return;
    }
    page.line(&format!("### {heading}"));
    page.line("");
    for path in paths.iter().take(LISTED) {
        page.line(&format!("- {}", code(path)));
    }
    page.more(paths.len());
}

fn more_than(all: usize) -> String {
    match all.checked_sub(LISTED) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    }
}

/// Lines that together are no longer than GitHub takes.
#[derive(Default)]
struct Page {
    text: String,
    is_full: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.is_full = self.is_full || self.text.len() + line.len() > MOST_BYTES;
        if !self.is_full {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Ends a list of which so many were meant to be said.
    fn more(&mut self, all: usize) {
        let more = more_than(all);
        if !more.is_empty() {
            self.line(&format!("- {}", more.trim_start()));
        }
        self.line("");
    }

    fn text(mut self) -> String {
        if self.is_full {
            self.text
                .push_str("\nThere is more than can be shown here.\n");
        }
        self.text
    }
}
