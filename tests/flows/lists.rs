//! The two lists: what a person can choose from, and the fabrics that they may act on.

use std::time::{Duration, Instant};

use edge_worker::host::Host;
use edge_worker::objects::{Class, index};
use flows::{Person, World};
use github_standin::{Permission, Repository};
use serde_json::{Value, json};

use crate::fabric;

fn names(list: &Value, field: &str) -> Vec<String> {
    let rows = list[field].as_array().unwrap();
    rows.iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn repositories_that_can_be_pushed_to_come_first_and_are_asked_for_once() {
    let world = World::new();
    let network = world.standin.repo("acme/network").unwrap().settings;
    for number in 0..150 {
        let repository = Repository {
            id: 1_000 + number,
            name: format!("site-{number:03}"),
            permissions: [("rhea".to_owned(), Permission::Read)].into(),
            ..network.clone()
        };
        world.standin.add_repository(repository, None).unwrap();
    }
    world
        .standin
        .change_repository("acme/site-149", |repository| {
            repository
                .permissions
                .insert("rhea".to_owned(), Permission::Write);
        })
        .unwrap();
    let rhea = world.sign_in("standin-reader").await;
    let first = rhea.get("/api/repositories").await;
    assert_eq!(first.status, 200, "{first:?}");
    let listed = names(&first.body, "repositories");
    assert_eq!((listed.len(), listed[0].as_str()), (100, "acme/site-149"));
    assert_eq!(first.body["repositories"][0]["permission"], "write");
    assert_eq!(first.body["repositories"][0]["default_branch"], Value::Null);
    assert_eq!(first.body["repositories"][1]["permission"], "read");
    let cursor = first.text("next_cursor").to_owned();
    let second = rhea
        .get(&format!("/api/repositories?cursor={cursor}"))
        .await;
    assert_eq!(names(&second.body, "repositories").len(), 55);
    assert_eq!(second.body["next_cursor"], Value::Null);
    let counted = rhea.get("/api/repositories?cursor=100").await;
    assert_eq!(counted.body, second.body, "as versions before counted");
    let some = rhea.get("/api/repositories?query=ACME/Net").await;
    assert_eq!(names(&some.body, "repositories"), ["acme/network"]);
    assert_eq!(
        world.standin.requests().len(),
        2,
        "a hundred at a time, once"
    );

    // One of the first page goes away: the second page has what it had.
    let gone = |repository: &mut Repository| repository.permissions.clear();
    world
        .standin
        .change_repository("acme/site-000", gone)
        .unwrap();
    world.host.advance(5 * 60 * 1000 + 1);
    let again = rhea
        .get(&format!("/api/repositories?cursor={cursor}"))
        .await;
    assert_eq!(again.body, second.body);
    assert_eq!(
        world.standin.requests().len(),
        4,
        "and again after five minutes"
    );
    assert_eq!(rhea.get("/api/repositories?cursor=-1").await.status, 400);
    assert_eq!(rhea.get("/api/repositories?cursor=2.a").await.status, 400);
    let nobody = world.send("GET", "/api/repositories", "", &[], None).await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn the_list_has_the_fabrics_of_the_persons_repositories_and_marks_what_may_only_be_read() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for (name, repository, directory) in [
        ("west", "acme/network", "gitops/west"),
        ("east", "acme/private", "gitops/east"),
    ] {
        let mut wanted = fabric(directory);
        wanted["name"] = json!(name);
        wanted["git_repository"] = json!(repository);
        assert_eq!(ada.create(&wanted).await.status, 201);
    }
    let list = ada.get("/api/fabrics").await;
    assert_eq!(names(&list.body, "fabrics"), ["east", "west"]);
    let east = &list.body["fabrics"][0];
    assert_eq!(
        (&east["gitops_directory_status"], &east["visibility"]),
        (&json!("initialized"), &json!("private"))
    );
    let said = |list: &Value| flows::fields_of(&list["fabrics"], &["name", "permission"]);
    assert_eq!(said(&list.body), ["east write", "west write"]);
    let closed = |repository: &mut Repository| {
        repository.permissions.remove("rhea");
    };
    world
        .standin
        .change_repository("acme/private", closed)
        .unwrap();
    let rhea = world.sign_in("standin-reader").await;
    let read = rhea.get("/api/fabrics").await.body;
    assert_eq!(said(&read), ["west read"], "the other one is private");
    // It is read as the other one is; only the mark goes when she may write.
    let may_write = |repository: &mut Repository| {
        repository
            .permissions
            .insert("rhea".to_owned(), Permission::Write);
    };
    world
        .standin
        .change_repository("acme/network", may_write)
        .unwrap();
    world.host.advance(5 * 60 * 1000 + 1);
    let read = rhea.get("/api/fabrics").await.body;
    assert_eq!(said(&read), ["west write"]);
    let outsider = world.sign_in("standin-outsider").await;
    let none = outsider.get("/api/fabrics").await.body;
    assert_eq!(said(&none), [""; 0]);
    let nobody = world.send("GET", "/api/fabrics", "", &[], None).await;
    assert_eq!(nobody.status, 401);

    // The repository is renamed; the fabrics go with it, by its id.
    let id = east["id"].as_str().unwrap().to_owned();
    world.push("main", &[("gitops/west/raw/README.md", None)]);
    let west = list.body["fabrics"][1]["id"].as_str().unwrap();
    let path = format!("/api/fabrics/{west}/validate-gitops");
    assert_eq!(ada.post(&path, &Value::Null).await.status, 200);
    let list = ada.get("/api/fabrics").await;
    assert_eq!(
        names(&list.body, "fabrics"),
        ["west", "east"],
        "problems come first"
    );
    let said = |place: usize| {
        let row = &list.body["fabrics"][place];
        (&row["verdict"], &row["action"])
    };
    assert_eq!(said(0), (&json!("broken"), &json!("repair")));
    assert_eq!(said(1), (&json!("healthy"), &Value::Null));
    for (asked, found) in [
        ("state=invalid_structure", vec!["west"]),
        ("state=initialized,error", vec!["east"]),
        ("query=ACME/priv", vec!["east"]),
        ("query=gitops/w", vec!["west"]),
        ("query=%25", vec![]),
    ] {
        let list = ada.get(&format!("/api/fabrics?{asked}")).await;
        assert_eq!(names(&list.body, "fabrics"), found, "{asked}");
    }
    assert_eq!(ada.get("/api/fabrics?state=lost").await.status, 400);
    assert!(!id.is_empty());
}

#[tokio::test]
async fn a_draft_is_in_its_creators_list_only() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world
        .fault(json!({ "match": { "graphql_contains": "Snapshot" }, "times": 3, "action": { "status": 503 } }));
    assert_eq!(
        ada.post("/api/fabrics", &body).await.text("visibility"),
        "draft"
    );
    assert_eq!(
        names(&ada.get("/api/fabrics").await.body, "fabrics"),
        ["fabric-1"]
    );
    let rhea = world.sign_in("standin-reader").await;
    assert!(names(&rhea.get("/api/fabrics").await.body, "fabrics").is_empty());
}

#[tokio::test]
async fn ten_thousand_fabrics_are_listed_without_a_request_for_each() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.create(&fabric("gitops")).await;
    let mut summary = ada.get("/api/fabrics").await.body["fabrics"][0].clone();
    let ids = [
        ("acme/network", 501),
        ("acme/fleet", 505),
        ("other/net", 77),
    ];
    let node_ids = ada.get("/api/repositories").await.body;
    let mut few = None;
    for number in 0..10_000_u32 {
        if number == 1_000 {
            few = Some(search(&ada, "fabric-00999").await);
        }
        let (repository, _) = ids[number as usize % 3];
        let known = node_ids["repositories"].as_array().unwrap().iter();
        let node = known
            .filter(|choice| choice["name"] == repository)
            .map(|choice| choice["id"].clone())
            .next();
        let mut bytes = [7; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let id = shared::names::FabricId::from_bytes(bytes);
        summary["id"] = json!(id);
        summary["name"] = json!(format!("fabric-{number:05}"));
        summary["git_repository"] = json!(repository);
        let node = node.unwrap_or(json!("R_of_somebody_else"));
        let entry = json!({ "repository": node, "creator": 5, "summary": summary });
        let put = json!({ "Put": { "fabric": id, "version": 3, "entry": entry } });
        world
            .host
            .call(Class::Index, "fabrics", put.to_string())
            .await
            .unwrap();
    }
    world.host.advance(6 * 60 * 1000);
    world.standin.forget_requests();
    let mut found = 0;
    let mut path = "/api/fabrics".to_owned();
    loop {
        let page = ada.get(&path).await;
        let rows = page.body["fabrics"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["git_repository"] != "other/net"));
        found += rows.len();
        match page.body["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/fabrics?cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(found, 6_667 + 1);
    let (few, many) = (few.unwrap(), search(&ada, "fabric-09999").await);
    assert_eq!(
        world.standin.requests().len(),
        1,
        "the list of repositories"
    );
    assert!(
        many < 30 * few,
        "a search takes {many:?} in ten times the fabrics, and {few:?} before"
    );
}

/// The index with fabrics that only it knows.
struct Index<'a> {
    world: &'a World,
    /// A row as the index has it.
    entry: Value,
}

impl Index<'_> {
    async fn put(&self, number: u32, version: u64, name: &str, status: &str) -> String {
        let mut entry = self.entry.clone();
        entry["summary"]["name"] = json!(name);
        entry["summary"]["gitops_directory_status"] = json!(status);
        self.send(number, version, entry).await
    }

    async fn forget(&self, number: u32, version: u64) -> String {
        self.send(number, version, Value::Null).await
    }

    async fn send(&self, number: u32, version: u64, mut entry: Value) -> String {
        let mut bytes = [7; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let id = shared::names::FabricId::from_bytes(bytes).to_string();
        if !entry.is_null() {
            entry["summary"]["id"] = json!(id);
        }
        let put = json!({ "Put": { "fabric": id, "version": version, "entry": entry } });
        let reply = self
            .world
            .host
            .call(Class::Index, "fabrics", put.to_string());
        assert_eq!(reply.await.unwrap(), json!({ "Reply": "Done" }).to_string());
        id
    }
}

#[tokio::test]
async fn whatever_happens_between_two_pages_no_fabric_is_missed_or_given_twice() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.create(&fabric("gitops")).await;
    let summary = ada.get("/api/fabrics").await.body["fabrics"][0].clone();
    let repositories = ada.get("/api/repositories").await.body["repositories"].clone();
    let all = repositories.as_array().unwrap();
    let network = all.iter().find(|choice| choice["name"] == "acme/network");
    let entry =
        json!({ "repository": network.unwrap()["id"], "creator": 5, "summary": summary.clone() });
    let index = Index {
        world: &world,
        entry,
    };
    let mut expected = vec![summary["id"].as_str().unwrap().to_owned()];
    for number in 0..1_400 {
        let name = format!("site-{number:04}");
        expected.push(index.put(number, 1, &name, "initialized").await);
    }
    let mut found = Vec::new();
    let mut path = "/api/fabrics".to_owned();
    for page in 0.. {
        let answer = ada.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let rows = answer.body["fabrics"].as_array().unwrap().iter();
        found.extend(rows.map(|row| row["id"].as_str().unwrap().to_owned()));
        match answer.body["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/fabrics?cursor={cursor}"),
            None => break,
        }
        match page {
            0 => {
                // The first page loses some, and gets others from the second and third.
                for seen in 10..20 {
                    index.forget(seen, 2).await;
                }
                index.put(30, 2, "zz-to-the-end", "initialized").await;
                index.put(31, 2, "site-0031", "error").await;
                index.put(700, 2, "site-0700", "invalid_structure").await;
                index.put(1_200, 2, "aa-to-the-front", "initialized").await;
                expected.push(index.put(5_000, 1, "aa-new", "initialized").await);
                // And one goes to and fro.
                index.put(1_300, 2, "aa-for-a-moment", "error").await;
                index.put(1_300, 3, "site-1300", "initialized").await;
                // One is forgotten before anybody saw it.
                let gone = index.forget(800, 2).await;
                expected.retain(|id| *id != gone);
            }
            _ => {
                index.put(700, 3, "site-0700", "initialized").await;
                index.put(1_200, 3, "site-1200", "initialized").await;
                index.put(5_000, 2, "zz-new", "error").await;
                expected.push(index.put(5_001, 1, "aa-newer", "initialized").await);
            }
        }
    }
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    // Versions before this one counted rows: what they gave out still leads on.
    let counted = ada.get("/api/fabrics?cursor=500").await;
    assert_eq!(names(&counted.body, "fabrics").len(), 500);
    let first = names(&ada.get("/api/fabrics").await.body, "fabrics");
    assert!(
        first
            .iter()
            .all(|name| !names(&counted.body, "fabrics").contains(name))
    );
    for wrong in ["-1", "x", "500.1", "500.1.2.not-an-id.name"] {
        let answer = ada.get(&format!("/api/fabrics?cursor={wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

/// Searches for the one fabric of a name, and gives the time that it takes at the least: often enough that a busy machine has a quiet
/// moment among them.
async fn search(person: &Person<'_>, name: &str) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..20 {
        let begun = Instant::now();
        let found = person.get(&format!("/api/fabrics?query={name}")).await;
        least = least.min(begun.elapsed());
        assert_eq!(names(&found.body, "fabrics"), [name]);
    }
    least
}

#[tokio::test]
async fn a_fabric_in_a_repository_that_is_newer_than_the_list_is_in_the_list_at_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(
        names(&ada.get("/api/fabrics").await.body, "fabrics").len(),
        0
    );
    let repository = Repository {
        id: 9_000,
        name: "newer".to_owned(),
        ..world.standin.repo("acme/network").unwrap().settings
    };
    world.standin.add_repository(repository, None).unwrap();
    let files = github_standin::Files::from([("README.md".to_owned(), Some("x".into()))]);
    world
        .standin
        .repo("acme/newer")
        .unwrap()
        .push("main", files, "Begin")
        .unwrap();
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/newer");
    assert_eq!(ada.create(&wanted).await.status, 201);
    assert_eq!(
        names(&ada.get("/api/fabrics").await.body, "fabrics"),
        ["fabric-1"]
    );
    // Where it is known already, nobody is asked again.
    world.standin.forget_requests();
    let mut wanted = fabric("sites/second");
    wanted["name"] = json!("second");
    wanted["git_repository"] = json!("acme/newer");
    let before = world.standin.requests().len();
    assert_eq!(ada.create(&wanted).await.status, 201);
    let asked = world.standin.requests().len() - before;
    assert_eq!(
        names(&ada.get("/api/fabrics").await.body, "fabrics").len(),
        2
    );
    assert_eq!(
        world.standin.requests().len() - before,
        asked,
        "the list is known"
    );
}

#[tokio::test]
async fn a_landed_draft_is_nobody_elses_whatever_number_its_row_has() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let rhea = world.sign_in("standin-reader").await;
    let lists =
        async |person: &Person<'_>| names(&person.get("/api/fabrics").await.body, "fabrics");
    assert_eq!(lists(&rhea).await, ["fabric-1"]);
    // A version that asked GitHub for a draft's repository told the index of both.
    let sql = |statement: &str| {
        world.host.sql(Class::Index, index::NAME, statement);
    };
    sql("UPDATE born SET at_ms = 0");
    sql(&format!(
        "UPDATE fabrics SET drafter = 1001 WHERE fabric = '{id}'"
    ));
    assert_eq!(lists(&ada).await, ["fabric-1"]);
    assert_eq!(lists(&rhea).await, [] as [&str; 0]);
}
