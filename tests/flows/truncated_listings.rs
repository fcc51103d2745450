//! A directory with more in it than GitHub lists at once: it is walked. What stays unread is said to be unread, and is
//! neither missing nor moved.

use flows::World;
use github_standin::File;
use serde_json::json;
use shared::check::CheckResult;

use crate::fabric;
use crate::self_check::{check, record};

/// A fabric with forty files in one folder, and below them what only a full reading finds.
async fn crowded(world: &World) -> String {
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let names: Vec<String> = (0..40)
        .map(|number| format!("gitops/raw/pending/site-{number:02}.yaml"))
        .collect();
    let link = File::Symlink {
        symlink: "x".into(),
    };
    let mut files: Vec<(&str, Option<File>)> = names
        .iter()
        .map(|name| (name.as_str(), Some("kind: VPC\n".into())))
        .collect();
    files.push(("gitops/raw/pending/deep/link", Some(link)));
    files.push(("gitops/managed/vpcs/site/notes.txt", Some("notes\n".into())));
    world.push("main", &files);
    id
}

/// Lets GitHub list no more than so many entries at once.
fn limit(world: &World, entries: Option<usize>) {
    world
        .standin
        .change_repository("acme/network", |repository| {
            repository.most_entries = entries;
        })
        .unwrap();
}

/// Code and path of each finding.
fn found(report: &serde_json::Value) -> Vec<String> {
    flows::fields_of(&report["findings"], &["code", "path"])
}

const DEEP: [&str; 2] = [
    "not_yaml gitops/managed/vpcs/site/notes.txt",
    "symlink gitops/raw/pending/deep/link",
];

#[tokio::test]
async fn a_truncated_listing_is_walked_to_its_end() {
    let world = World::new();
    let id = crowded(&world).await;
    let ada = world.sign_in("standin-admin").await;
    // The directory and its `raw/` are too much at once, each folder by itself is not.
    limit(&world, Some(45));
    let report = ada.validate(&id).await;
    let asked = world.standin.requests();
    let trees = asked
        .iter()
        .filter(|request| request.path.contains("/git/trees/"))
        .count();
    assert!(trees > 3, "{trees} listings");
    assert_eq!(found(&report.body), DEEP, "{report:?}");
    assert_eq!(
        (&report.body["unread"], &report.body["missing"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(report.body["valid"], true);
    world.standin.forget_requests();
    let again = ada.validate(&id).await;
    assert_eq!(world.standin.requests().len(), 1, "it was read to the end");
    assert_eq!(found(&again.body), DEEP);
}

#[tokio::test]
async fn a_listing_that_stays_truncated_is_unread_and_not_missing() {
    let world = World::new();
    let id = crowded(&world).await;
    let ada = world.sign_in("standin-admin").await;
    let crowd = "gitops/raw/pending";
    limit(&world, Some(30));
    let report = ada.validate(&id).await;
    assert_eq!(report.status, 200, "{report:?}");
    assert_eq!(report.body["unread"], json!([crowd]), "{report:?}");
    assert_eq!(
        found(&report.body),
        ["not_compared gitops", DEEP[0]],
        "what is not known is left out: {report:?}"
    );
    assert_eq!(
        (&report.body["missing"], &report.body["valid"]),
        (&json!([]), &json!(true))
    );

    // The record, the page without JavaScript and the page's reader all hear that it is not known.
    let kept = record(&world, &id).await;
    let unread = kept
        .drift
        .findings
        .iter()
        .find(|finding| finding.path == crowd);
    let words = &unread.unwrap().message;
    assert!(words.contains("not known"), "{words}");
    assert_eq!(kept.drift.missing, 0);
    let page = world.send("GET", &format!("/f/{id}"), "", &[], None).await;
    assert!(
        page.text.contains("Could not be read to the end"),
        "{}",
        page.text
    );
    let verdict = check(&world, &kept).await;
    let CheckResult::Unknown { failure, .. } = &verdict else {
        panic!("neither true nor false: {verdict:?}");
    };
    assert!(
        failure.message.contains(crowd) && failure.hint.contains("git"),
        "{failure:?}"
    );

    // Nothing moves that was not seen; what is missing can be put back anyway.
    world.push("main", &[("gitops/raw/README.md", None)]);
    let head = world.head("main");
    let mut body = fabric("gitops");
    body["repair"] = json!(true);
    body["unexpected"] = json!("unmanaged");
    let refused = ada.post("/api/plan", &body).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "cannot_arrange"),
        "{refused:?}"
    );
    assert!(refused.text("detail").contains(crowd), "{refused:?}");
    assert_eq!(world.head("main"), head);
    body["unexpected"] = json!("leave");
    let plan = ada.post("/api/plan", &body).await;
    assert_eq!(plan.body["writes"], json!(["gitops/raw/README.md"]));
    let repair = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    let repaired = ada
        .post(&format!("/api/fabrics/{id}/repair"), &repair)
        .await;
    assert_eq!(
        repaired.text("gitops_directory_status"),
        "initialized",
        "{repaired:?}"
    );
    assert!(
        repaired.body["drift"].to_string().contains("not known"),
        "{repaired:?}"
    );
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["show", &format!("HEAD:{crowd}/site-39.yaml")]),
        "kind: VPC"
    );

    // Once it is listed, it is read: what was unread was not taken for read.
    limit(&world, None);
    let report = ada.validate(&id).await;
    assert_eq!(found(&report.body), DEEP, "{report:?}");
    assert_eq!(report.body["unread"], json!([]));
}
