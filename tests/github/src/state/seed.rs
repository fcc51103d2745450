//! What the stand-in holds when it starts for the first time.

use std::collections::BTreeMap;

use super::{Grant, Permission, Repository, Rule, RuleKind, State, User, UserKind};
use crate::git::{File, Files};

/// Which accounts and repositories to start with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seed {
    /// The `acme` organization, its five repositories and three people.
    #[default]
    Default,
    /// The same people and tokens, and no repository.
    NoRepositories,
}

/// The files of a repository's first commit; none for a repository without a commit.
pub(crate) type Contents = Option<Files>;

/// Returns accounts and tokens, and the repositories with their first commits.
pub(crate) fn seeds(seed: Seed) -> (State, Vec<(Repository, Contents)>) {
    let person = |id, login: &str, name: &str| User {
        id,
        login: login.to_owned(),
        name: name.to_owned(),
        kind: UserKind::Person,
    };
    let acme = User {
        id: 9001,
        login: "acme".to_owned(),
        name: "Acme Networks".to_owned(),
        kind: UserKind::Organization,
    };
    let state = State {
        users: vec![
            acme,
            person(1001, "ada", "Ada Admin"),
            person(1002, "rhea", "Rhea Reader"),
            person(1003, "otto", "Otto Outsider"),
        ],
        tokens: vec![
            Grant::classic("standin-admin", "ada"),
            Grant::classic("standin-reader", "rhea"),
            Grant::classic("standin-outsider", "otto"),
        ],
        installations: vec![crate::app::seeded_installation()],
        ..State::default()
    };
    let repositories = match seed {
        Seed::Default => repositories(),
        Seed::NoRepositories => Vec::new(),
    };
    (state, repositories)
}

fn repositories() -> Vec<(Repository, Contents)> {
    let network = repository(501, "network");
    let empty = repository(502, "empty");
    let protected = Repository {
        rules: vec![Rule {
            pattern: "main".to_owned(),
            kind: RuleKind::PullRequest { approvals: 1 },
        }],
        ..repository(503, "protected")
    };
    let private = Repository {
        private: true,
        ..repository(504, "private")
    };
    let fleet = repository(505, "fleet");
    let readme = |title: &str| files(&[("README.md", title)]);
    vec![
        (network, Some(network_files())),
        (empty, None),
        (protected, Some(readme("# Protected\n"))),
        (private, Some(readme("# Private\n"))),
        (fleet, Some(readme("# Fleet\n"))),
    ]
}

/// Returns a public repository of `acme` that `ada` administers and `rhea` reads.
fn repository(id: u64, name: &str) -> Repository {
    Repository {
        id,
        owner: "acme".to_owned(),
        name: name.to_owned(),
        default_branch: "main".to_owned(),
        permissions: BTreeMap::from([
            ("ada".to_owned(), Permission::Admin),
            ("rhea".to_owned(), Permission::Read),
        ]),
        ..Repository::default()
    }
}

fn network_files() -> Files {
    let switch =
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: leaf-01\n";
    let mut files = files(&[
        ("README.md", "# Acme network\n\nOne directory a fabric.\n"),
        (".gitignore", "*.swp\n"),
        ("docs/cabling.md", "# Cabling\n"),
        ("docs/runbooks/restart.md", "# Restart a switch\n"),
        ("fabrics/README.md", "# Fabrics\n"),
        ("fabrics/lab/wiring/leaf-01.yaml", switch),
    ]);
    let script = File::Executable {
        executable: "#!/bin/sh\nexit 0\n".to_owned(),
    };
    let link = File::Symlink {
        symlink: "docs/cabling.md".to_owned(),
    };
    files.insert("scripts/check".to_owned(), Some(script));
    files.insert("CABLING.md".to_owned(), Some(link));
    files
}

fn files(texts: &[(&str, &str)]) -> Files {
    texts
        .iter()
        .map(|(path, text)| ((*path).to_owned(), Some(File::from(*text))))
        .collect()
}
