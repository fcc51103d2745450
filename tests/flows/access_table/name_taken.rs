//! The same after the repository was renamed and somebody else took its name: the fabric is of the repository that it was
//! made for, whichever form of node id that has.

use std::collections::BTreeSet;

use flows::{Person, World};
use github_standin::{Files, NodeIds, Permission, Repository};
use serde_json::{Value, json};

use super::table::TABLE;
use super::{WHO, ask, link, world};
use crate::fabric;

/// What each of nobody, the one who took the name, and the first repository's reader, writer and admin gets: while what
/// GitHub said about a public repository is good for a day, and otherwise, which is a private repository always.
type Row = (&'static str, &'static str, [u16; 5], [u16; 5]);

/// `{id}` is a fabric of the first repository; each `{own}` is another one of it.
const TABLE_WHEN_TAKEN: &[Row] = &[
    ("GET", "/api/fabrics/{id}", [200; 5], [404; 5]),
    (
        "GET",
        "/api/fabrics/{id}/permission",
        [401, 200, 200, 200, 200],
        SIGNED_IN_404,
    ),
    (
        "GET",
        "/api/fabrics/{id}/history",
        [401, 200, 200, 200, 200],
        SIGNED_IN_404,
    ),
    (
        "POST",
        "/api/fabrics/{id}/init-gitops",
        SIGNED_IN_404,
        SIGNED_IN_404,
    ),
    (
        "POST",
        "/api/fabrics/{id}/validate-gitops",
        SIGNED_IN_404,
        SIGNED_IN_404,
    ),
    (
        "GET",
        "/api/fabrics/{id}/shares",
        SIGNED_IN_404,
        SIGNED_IN_404,
    ),
    (
        "POST",
        "/api/fabrics/{id}/shares",
        SIGNED_IN_404,
        SIGNED_IN_404,
    ),
    (
        "DELETE",
        "/api/fabrics/{id}/shares/{share}",
        SIGNED_IN_404,
        SIGNED_IN_404,
    ),
    ("PATCH", "/api/fabrics/{id}", SIGNED_IN_404, SIGNED_IN_404),
    (
        "POST",
        "/api/fabrics/{id}/repair",
        SIGNED_IN_404,
        SIGNED_IN_404,
    ),
    ("DELETE", "/api/fabrics/{own}", SIGNED_IN_404, SIGNED_IN_404),
    ("GET", "/f/{id}", [200; 5], [404; 5]),
    ("GET", "/f/{id}/status.json", [200; 5], [404; 5]),
    ("GET", "/f/{id}/badge.svg", [200; 5], [404; 5]),
    // A badge of shields.io says that there is no such fabric.
    ("GET", "/f/{id}/badge.json", [200; 5], [200; 5]),
    ("WATCH", "/api/fabrics/{id}/events", [101; 5], [404; 5]),
    ("GET", "/api/fabrics/{id}/events", [426; 5], [426; 5]),
    // Made by somebody who was allowed to, and not revoked: it shows what was recorded to anyone who has it.
    ("GET", "/s/{secret}", [200; 5], [200; 5]),
    ("GET", "/s/{secret}/badge.svg", [200; 5], [200; 5]),
    ("GET", "/api/shares/{secret}", [200; 5], [200; 5]),
    ("GET", "/s/{revoked}", [404; 5], [404; 5]),
    ("GET", "/s/{revoked}/badge.svg", [404; 5], [404; 5]),
    ("GET", "/api/shares/{revoked}", [404; 5], [404; 5]),
];

const SIGNED_IN_404: [u16; 5] = [401, 404, 404, 404, 404];

/// A fabric of a repository whose name is somebody else's by now.
struct Taken {
    id: String,
    /// A fabric for each who asks.
    own: Vec<String>,
    /// An id of a share link, and the secrets of one that is good and one that was revoked.
    share: String,
    secret: String,
    revoked: String,
    /// What approved the fabric's directory.
    approved: Value,
}

async fn fabrics(ada: &Person<'_>, repository: &str) -> Taken {
    let of = |name: &str, directory: &str| {
        let mut wanted = fabric(directory);
        wanted["name"] = json!(name);
        wanted["git_repository"] = json!(repository);
        wanted
    };
    let wanted = of("fabric-1", "gitops");
    let id = ada.created(&wanted).await;
    let mut own = Vec::new();
    for who in WHO {
        own.push(ada.created(&of(who, &format!("own/{who}"))).await);
    }
    let (share, secret) = link(ada, &id).await;
    let (gone, revoked) = link(ada, &id).await;
    let revoke = format!("/api/fabrics/{id}/shares/{gone}");
    assert_eq!(ada.delete(&revoke).await.status, 204);
    Taken {
        id,
        own,
        share,
        secret,
        revoked,
        approved: ada.approve(&wanted).await,
    }
}

/// The repository goes elsewhere, and otto has a public one of another number under its name, with the same files.
fn otto_takes_the_name(world: &World, repository: &str, node_ids: NodeIds) {
    let first = world.standin.repo(repository).unwrap();
    let readme = first
        .git(&["show", "main:gitops/managed/README.md"])
        .unwrap();
    let squatter = Repository {
        id: first.settings.id + 400,
        private: false,
        node_ids,
        permissions: [("otto".to_owned(), Permission::Admin)].into(),
        ..first.settings
    };
    let name = format!("{}-before", squatter.name);
    world.standin.rename_repository(repository, &name).unwrap();
    let files = Files::from([(
        "gitops/managed/README.md".to_owned(),
        Some(readme.as_str().into()),
    )]);
    world.standin.add_repository(squatter, Some(files)).unwrap();
}

/// Asks for everything as everybody, and gives what differs from the table.
async fn differences(
    world: &World,
    people: &[Option<Person<'_>>; 5],
    taken: &Taken,
    is_confirmed: bool,
) -> Vec<String> {
    let mut mismatches = Vec::new();
    for (method, path, confirmed, otherwise) in TABLE_WHEN_TAKEN {
        let expected = if is_confirmed { confirmed } else { otherwise };
        let mut found = [0; 5];
        for (place, person) in people.iter().enumerate() {
            let head = "0".repeat(40);
            let body = match *method {
                "PATCH" => json!({ "name": "mine", "approval": { "head": head, "tree": head } }),
                "DELETE" if !path.contains("shares") => json!({}),
                "POST" if path.ends_with("shares") => json!({}),
                "POST" if !path.ends_with("validate-gitops") => taken.approved.clone(),
                _ => Value::Null,
            };
            let path = path
                .replace("{own}", &taken.own[place])
                .replace("{id}", &taken.id)
                .replace("{share}", &taken.share)
                .replace("{secret}", &taken.secret)
                .replace("{revoked}", &taken.revoked);
            let answer = ask(world, person.as_ref(), method, &path, &body).await;
            found[place] = answer.status;
        }
        if found != *expected {
            mismatches.push(format!("{method} {path}: {found:?}, not {expected:?}"));
        }
    }
    mismatches
}

#[tokio::test]
async fn the_new_owner_of_a_name_has_no_access_to_its_fabrics() {
    let forms = [
        (NodeIds::Next, NodeIds::OnlyOld),
        (NodeIds::Old, NodeIds::Next),
        (NodeIds::OnlyOld, NodeIds::OnlyOld),
    ];
    for (before, takers) in forms {
        for (repository, is_public) in [("acme/network", true), ("acme/private", false)] {
            let world = world();
            let set = |form: NodeIds| {
                world
                    .standin
                    .change_repository(repository, |settings| settings.node_ids = form)
                    .unwrap();
            };
            set(before);
            let mut people = [const { None }; 5];
            for (person, who) in people.iter_mut().zip(WHO).skip(1) {
                *person = Some(world.sign_in(&format!("standin-{who}")).await);
            }
            let [_, Some(otto), _, Some(wanda), Some(ada)] = &people else {
                panic!("everybody but nobody is signed in");
            };
            let taken = fabrics(ada, repository).await;
            if before == NodeIds::OnlyOld {
                // As recorded before Hedgerow asked for today's ids, and GitHub's numbers were kept.
                world.host.forget_numbers();
                set(NodeIds::Old);
            }
            otto_takes_the_name(&world, repository, takers);
            let case = format!("{repository}, {before:?}, taken by {takers:?}");
            let mismatches = differences(&world, &people, &taken, is_public).await;
            assert!(mismatches.is_empty(), "{case}: {mismatches:#?}");
            // A day later GitHub no longer confirms that a public one is public, and the old claim does not count.
            world.host.advance(25 * 3_600_000);
            let mismatches = differences(&world, &people, &taken, false).await;
            assert!(
                mismatches.is_empty(),
                "{case}, a day later: {mismatches:#?}"
            );

            let list = otto.get("/api/fabrics").await;
            assert_eq!(list.body["fabrics"], json!([]), "{case}: {list:?}");
            let list = wanda.get("/api/fabrics").await;
            let count = list.body["fabrics"].as_array().map(Vec::len);
            assert_eq!(
                count,
                Some(6),
                "{case}: the first repository's are its own: {list:?}"
            );
            // The name is otto's, and so are its directories.
            let mut his = fabric("gitops");
            his["git_repository"] = json!(repository);
            assert_eq!(otto.create(&his).await.status, 201, "{case}");
            let list = otto.get("/api/fabrics").await;
            assert_eq!(
                flows::fields_of(&list.body["fabrics"], &["name"]),
                ["fabric-1"]
            );
        }
    }
}

#[test]
fn every_route_of_a_fabric_is_asked_again_after_its_name_was_taken() {
    let of_a_fabric = |path: &str| {
        let parts = ["{id}", "{own}", "{secret}", "{revoked}"];
        parts.iter().any(|part| path.contains(part))
    };
    let all = TABLE.iter().map(|(method, path, ..)| (*method, *path));
    let all: BTreeSet<_> = all.filter(|(_, path)| of_a_fabric(path)).collect();
    let again = TABLE_WHEN_TAKEN.iter();
    let again: BTreeSet<_> = again.map(|(method, path, ..)| (*method, *path)).collect();
    assert_eq!(all, again);
}
