//! Messages: the names in them are the names that they are about, for our own reader and for one of Markdown.

use flows::{World, hostile};
use github_standin::File;
use serde_json::json;
use shared::api::BranchRules;
use shared::change_set::ChangeError;
use shared::contents::WalkError;
use shared::git::blob_id;
use shared::names::{DirectoryPath, RepoName, RepoNameError};
use shared::plan::Overwrites;
use shared::plan::RelocateError;
use shared::quote::invisible::is_invisible;
use shared::quote::sentence::{Part, parts};
use shared::snapshot::SnapshotError;

use crate::markdown::codes;
use crate::spec;

/// The names that a message sets off.
fn names(message: &str) -> Vec<String> {
    let names = parts(message).into_iter().filter_map(|part| match part {
        Part::Name(name) => Some(name),
        Part::Words(_) => None,
    });
    names.collect()
}

/// What the crate says about a name.
fn messages(name: &str) -> Vec<String> {
    let text = || name.to_owned();
    let (path, id) = (text(), blob_id(b""));
    let mut messages = vec![
        ChangeError::Path(text()).to_string(),
        ChangeError::Unlisted(text()).to_string(),
        ChangeError::Absent(text()).to_string(),
        ChangeError::Directory(text()).to_string(),
        SnapshotError::Missing(text()).to_string(),
        SnapshotError::Unexpected(text()).to_string(),
        WalkError::Mismatch {
            path,
            stated: id,
            computed: id,
        }
        .to_string(),
        RelocateError::Occupied(text()).to_string(),
        RelocateError::NoDirectory(text()).to_string(),
    ];
    let rules: [fn(&mut BranchRules); 7] = [
        |rules| rules.pull_request_required = true,
        |rules| rules.merge_queue_required = true,
        |rules| rules.checks_required = true,
        |rules| rules.deployments_required = true,
        |rules| rules.updates_restricted = true,
        |rules| rules.push_restricted = true,
        |rules| rules.creation_restricted = true,
    ];
    for demand in rules {
        let mut rules = BranchRules::default();
        demand(&mut rules);
        messages.extend(rules.offer(name).reason);
        messages.extend(rules.offer_beginning(name).reason);
    }
    let refused = RepoName::parse(&format!("{name}/x")).err();
    if let Some(error @ RepoNameError::Owner(_)) = refused {
        messages.push(error.to_string());
    }
    messages
}

#[test]
fn a_message_names_what_it_is_about() {
    for name in hostile::NAMES.iter().filter(|name| !name.is_empty()) {
        for message in messages(name) {
            assert_eq!(names(&message), [*name], "{message}");
            if !name.contains(is_invisible) {
                assert_eq!(codes(&message), [*name], "{message}");
            }
        }
    }
}

#[test]
fn a_refused_name_is_quoted_in_full() {
    for text in ["a``b.", "`a`.", " `", "a`b /c"] {
        let message = DirectoryPath::parse(text).unwrap_err().to_string();
        let component = text.split('/').next().unwrap();
        assert_eq!(names(&message), [component], "{message}");
    }
    let overwrites = Overwrites {
        paths: ["a`b".to_owned()].into(),
        ..Overwrites::default()
    };
    let error = overwrites.check(&spec("main", "gitops")).unwrap_err();
    assert_eq!(names(&error.message), ["a`b"], "{error:?}");
}

#[tokio::test]
async fn findings_are_quoted_in_full_on_the_page_without_javascript() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let fabric = json!({ "name": "fabric-1", "git_repository": "acme/network", "branch": "main", "gitops_directory": "gitops" });
    let id = ada.created(&fabric).await;
    let pushed = ["x`<b>`y.yaml", "X`<b>`y.yaml"].map(|name| format!("gitops/managed/vpcs/{name}"));
    let files: Vec<(&str, Option<File>)> = pushed
        .iter()
        .map(|path| (path.as_str(), Some("x\n".into())))
        .collect();
    world.push("main", &files);
    ada.validate(&id).await;
    let page = world.send("GET", &format!("/f/{id}"), "", &[], None).await;
    for name in ["x`&lt;b&gt;`y.yaml", "X`&lt;b&gt;`y.yaml"] {
        let message = format!("Differs from <code>{name}</code> only in case");
        assert!(page.text.contains(&message), "{message}: {}", page.text);
    }
}
