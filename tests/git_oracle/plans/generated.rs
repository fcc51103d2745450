//! Repositories that hold anything in, around and beside a fabric's directory.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use shared::git::ObjectId;
use shared::plan::Overwrite;

use crate::git::Line;
use crate::trees::NAMES;

/// Where fabrics live: at the root, nested, named like a part of the layout, not ASCII.
pub const DIRECTORIES: [&str; 7] = [
    "/",
    "gitops",
    "gitops/fabric-1",
    "a/a.b/a0/a-",
    "raw",
    "managed/managed",
    "h\u{e9} llo/-x",
];

/// The layout's own names, and names that sort just before and after them.
const WORDS: [&str; 28] = [
    "managed",
    "managed-",
    "managed.d",
    "managed0",
    "Managed",
    "raw",
    "raw!",
    "raw.d",
    "unmanaged",
    "unmanaged~",
    "metadata",
    "metadata.json",
    "vpcs",
    "vpcs-2",
    "vpcs0",
    "externals",
    "pending",
    "processed",
    ".gitkeep",
    "README.md",
    "readme.md",
    "directory-info.json",
    "vpc-1.yaml",
    "gitops",
    "gitops-",
    "gitops.d",
    "gitops0",
    "fabric-1.d",
];

/// Where people's files are put, below the fabric's directory.
const FOLDERS: [&str; 8] = [
    "",
    "managed/",
    "managed/vpcs/",
    "managed/connections/",
    "managed/metadata/",
    "raw/",
    "raw/pending/",
    "unmanaged/external-configs/",
];

/// A fabric, and what the branch holds before.
#[derive(Clone, Debug)]
pub struct Case {
    pub directory: &'static str,
    pub all_kinds: bool,
    pub overwrite: Overwrite,
    /// Whether the whole layout is there already.
    pub initialised: bool,
    pub puts: Vec<Put>,
}

/// One entry, put where nothing stands in its way.
#[derive(Clone, Debug)]
pub struct Put {
    place: Place,
    mode: u32,
    content: u8,
}

#[derive(Clone, Debug)]
enum Place {
    /// At a path of the layout.
    Layout(Index),
    /// Where the layout, or what leads to it, needs a directory.
    Above(Index, Index),
    /// Somewhere below the fabric's directory.
    Inside(&'static str, Vec<Vec<u8>>),
    /// Beside one of the directories above.
    Around(Index, Vec<Vec<u8>>),
}

pub fn case() -> impl Strategy<Value = Case> {
    (
        select(DIRECTORIES.to_vec()),
        any::<bool>(),
        any::<bool>(),
        prop_oneof![2 => Just(false), 1 => Just(true)],
        vec(put(), 0..16),
    )
        .prop_map(
            |(directory, all_kinds, overwrite, initialised, puts)| Case {
                directory,
                all_kinds,
                overwrite: overwrite.into(),
                initialised,
                puts,
            },
        )
}

fn put() -> impl Strategy<Value = Put> {
    let place = prop_oneof![
        6 => any::<Index>().prop_map(Place::Layout),
        1 => any::<(Index, Index)>().prop_map(|(path, slash)| Place::Above(path, slash)),
        8 => (select(FOLDERS.to_vec()), names()).prop_map(|(folder, names)| Place::Inside(folder, names)),
        6 => (any::<Index>(), names()).prop_map(|(above, names)| Place::Around(above, names)),
    ];
    let mode = prop_oneof![
        12 => Just(0o100_644),
        3 => Just(0o100_755),
        1 => Just(0o120_000),
        1 => Just(0o160_000),
    ];
    (place, mode, any::<u8>()).prop_map(|(place, mode, content)| Put {
        place,
        mode,
        content,
    })
}

fn names() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let word = select(WORDS.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    let odd = select(NAMES.to_vec()).prop_map(<[u8]>::to_vec);
    vec(prop_oneof![word, odd], 1..4)
}

impl Case {
    /// The entries before: the layout's files as told (`layout`: path → blob), then whatever fits between them. Some
    /// of what is put at a layout's path has the layout's content, the rest one of `contents`.
    pub fn entries(
        &self,
        layout: &BTreeMap<String, ObjectId>,
        contents: &[ObjectId],
    ) -> BTreeMap<Vec<u8>, Line> {
        let mut entries = BTreeMap::new();
        let puts = self.puts.iter().map(|put| {
            let path = self.path(&put.place, layout);
            let own = std::str::from_utf8(&path)
                .ok()
                .and_then(|path| layout.get(path));
            let other = contents[usize::from(put.content) % contents.len()];
            let id = own.filter(|_| put.content % 3 == 0).unwrap_or(&other);
            Line::new(&path, put.mode, *id)
        });
        for line in puts {
            if fits(&line.path, &entries) {
                entries.insert(line.path.clone(), line);
            }
        }
        for (path, id) in layout.iter().filter(|_| self.initialised) {
            if fits(path.as_bytes(), &entries) {
                let line = Line::new(path.as_bytes(), 0o100_644, *id);
                entries.insert(line.path.clone(), line);
            }
        }
        entries
    }

    fn path(&self, place: &Place, layout: &BTreeMap<String, ObjectId>) -> Vec<u8> {
        let directory = self.directory.trim_matches('/');
        let (above, names) = match place {
            Place::Layout(index) => {
                let paths: Vec<&String> = layout.keys().collect();
                return index.get(&paths).as_bytes().to_vec();
            }
            Place::Above(path, slash) => {
                let paths: Vec<&String> = layout.keys().collect();
                let path = path.get(&paths);
                let slashes: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
                return path.as_bytes()[..*slash.get(&slashes)].to_vec();
            }
            Place::Inside(folder, names) if directory.is_empty() => ((*folder).to_owned(), names),
            Place::Inside(folder, names) => (format!("{directory}/{folder}"), names),
            Place::Around(index, names) => {
                let ends = directory.match_indices('/').map(|(slash, _)| slash + 1);
                let ends: Vec<usize> = std::iter::once(0).chain(ends).collect();
                (directory[..*index.get(&ends)].to_owned(), names)
            }
        };
        [above.into_bytes(), names.join(&b'/')].concat()
    }
}

/// Whether nothing stands at, above or below a path.
pub fn fits(path: &[u8], entries: &BTreeMap<Vec<u8>, Line>) -> bool {
    let is_below = |below: &[u8], above: &[u8]| {
        below.len() > above.len() && below.starts_with(above) && below[above.len()] == b'/'
    };
    entries
        .keys()
        .all(|other| other.as_slice() != path && !is_below(path, other) && !is_below(other, path))
}
