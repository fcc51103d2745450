//! Whoever only asks leaves every object as it was: its tables, its rows and its alarm. What GitHub newly said is the
//! exception, so it is heard before.

use edge_worker::host::Host;
use edge_worker::objects::Class;
use edge_worker::{ROUTES, Route};
use flows::{Person, World};
use github_standin::NodeIds;
use http::Method;
use serde_json::{Value, json};

use crate::backup::with_key;
use crate::fabric;
use crate::names_nothing::{Kept, kept};

const HOUR: u64 = 3_600_000;
/// `acme/network`, as GitHub calls it today.
const NETWORK: &str = "R_kgDOAAAB9Q";
const BEARER: [(&str, &str); 1] = [("authorization", "Bearer operators-key-for-tests")];

fn of(repository: &str, directory: &str) -> Value {
    let mut wanted = fabric(directory);
    wanted["git_repository"] = json!(repository);
    wanted
}

/// What a fabric's place is asked for with.
fn snapshot_of(repository: &str, directory: &str) -> String {
    format!("/api/snapshot?repository={repository}&branch=main&directory={directory}")
}

async fn claim(person: &Person<'_>, repository: &str, directory: &str) -> Value {
    let answer = person.get(&snapshot_of(repository, directory)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["claim"]["fabric"].clone()
}

/// The claim of a fabric that is no more.
async fn stale_claim(world: &World, fabric: &str, directory: &str, name: &str) {
    let claim = json!({ "fabric": fabric, "branch": "main", "directory": directory, "name": name });
    let message = json!({ "Claim": { "claim": claim, "besides": "Nothing" } });
    let told = world
        .host
        .call(Class::Repository, NETWORK, message.to_string());
    assert_eq!(told.await.unwrap(), r#"{"Reply":"Granted"}"#);
}

/// A fabric whose repository GitHub calls by another id since: nothing was handed over to the object of today's.
async fn under_older_id(world: &World, person: &Person<'_>, repository: &str) -> String {
    let gives = |node_ids| {
        let change = |settings: &mut github_standin::Repository| settings.node_ids = node_ids;
        world.standin.change_repository(repository, change).unwrap();
    };
    gives(NodeIds::OnlyOld);
    let id = person.created(&of(repository, "sites/old")).await;
    gives(NodeIds::Old);
    id
}

/// A fabric that somebody typed while GitHub was down.
async fn draft(world: &World, person: &Person<'_>) -> String {
    for part in ["Snapshot", "RepositoryAccess"] {
        world.fault(json!({ "match": { "graphql_contains": part }, "times": 1_000, "action": { "status": 503 } }));
    }
    let nothing = "0".repeat(40);
    let mut body = of("acme/network", "sites/draft");
    body["mode"] = json!("commit");
    body["files"] = json!({});
    body["approval"] = json!({ "head": nothing, "tree": nothing });
    let made = person.post("/api/fabrics", &body).await;
    world.standin.forget_faults();
    assert_eq!(made.text("visibility"), "draft", "{made:?}");
    made.text("id").to_owned()
}

/// What there is to ask for.
struct Known {
    fabrics: Vec<String>,
    secrets: Vec<String>,
    cookies: Vec<String>,
}

/// A world with a fabric of each kind, links, and claims that stand for nothing.
async fn everything(world: &World) -> Known {
    let ada = world.sign_in("standin-admin").await;
    let mut fabrics = Vec::new();
    for (repository, directory) in [
        ("acme/network", "sites/one"),
        ("acme/private", "gitops"),
        ("acme/network", "sites/gone"),
    ] {
        fabrics.push(ada.created(&of(repository, directory)).await);
    }
    fabrics.push(under_older_id(world, &ada, "acme/fleet").await);
    fabrics.push(draft(world, &ada).await);
    let mut secrets = vec!["0".repeat(96)];
    for (id, redacted) in [
        (&fabrics[0], false),
        (&fabrics[1], true),
        (&fabrics[2], true),
    ] {
        let path = format!("/api/fabrics/{id}/shares");
        let link = ada.post(&path, &json!({ "redacted": redacted })).await;
        let (_, secret) = link.text("url").rsplit_once('/').unwrap();
        secrets.push(secret.to_owned());
    }
    let gone = ada.delete(&format!("/api/fabrics/{}", fabrics[2])).await;
    assert_eq!(gone.status, 200, "{gone:?}");
    let nobody = shared::names::FabricId::from_bytes([7; 16]).to_string();
    stale_claim(world, &nobody, "sites/stale", "stale").await;
    // Its object knows that it was forgotten.
    stale_claim(world, &fabrics[2], "sites/gone", "gone").await;
    fabrics.push(nobody);
    let people = [
        ada.cookie,
        world.sign_in_with_app("ada").await.cookie,
        world.sign_in("standin-reader").await.cookie,
        world.sign_in("standin-outsider").await.cookie,
    ];
    let mut cookies = vec![String::new(), "__Host-hedgerow=made.up".to_owned()];
    cookies.extend(people);
    Known {
        fabrics,
        secrets,
        cookies,
    }
}

/// Whether what GitHub lists is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    Too,
    Only,
    Not,
}

/// Each address of a route, with each thing that there is in the place of the braces.
fn addresses(route: &Route, known: &Known) -> Vec<String> {
    let repositories = ["acme/network", "acme/private", "acme/fleet", "acme/nothing"];
    match route.path {
        "/api/snapshot" => repositories
            .iter()
            .flat_map(|repository| {
                let directories = ["sites/stale", "sites/gone", "sites", "sites/old", "/", "a"];
                directories.map(|directory| snapshot_of(repository, directory))
            })
            .collect(),
        "/api/branches" => repositories
            .map(|repository| format!("/api/branches?repository={repository}"))
            .into(),
        "/api/blob" => repositories
            .map(|repository| {
                let oid = "0".repeat(40);
                format!("/api/blob?repository={repository}&oid={oid}")
            })
            .into(),
        path if path.contains("{id}") => {
            let mut ids = known.fabrics.iter();
            let of = ids.by_ref().map(|id| path.replace("{id}", id));
            of.chain([path.replace("{id}", "none")]).collect()
        }
        path if path.contains("{secret}") => {
            let secrets = known.secrets.iter();
            secrets
                .map(|secret| path.replace("{secret}", secret))
                .collect()
        }
        path => vec![path.to_owned()],
    }
}

/// Asks for everything there is, as everybody, and gives how often.
async fn ask_for(world: &World, known: &Known, lists: Lists) -> usize {
    let mut asked = 0;
    for route in ROUTES {
        let is_list = matches!(route.path, "/api/fabrics" | "/api/repositories");
        let is_wanted = match lists {
            Lists::Too => true,
            Lists::Only => is_list,
            Lists::Not => !is_list,
        };
        let methods = route.methods();
        for method in
            methods.filter(|method| is_wanted && [Method::GET, Method::HEAD].contains(method))
        {
            for path in addresses(route, known) {
                for cookie in &known.cookies {
                    let answer = world.send(method.as_str(), &path, cookie, &BEARER, None);
                    let answer = answer.await;
                    assert!(answer.status < 500, "{path}: {answer:?}");
                    asked += 1;
                }
            }
        }
    }
    asked
}

/// Plans, which write nothing either.
async fn plan(person: &Person<'_>) {
    let mut moved = of("acme/network", "sites/one");
    moved["to"] = json!({ "name": "stale", "gitops_directory": "sites/stale" });
    let mut elsewhere = of("acme/network", "sites/one");
    elsewhere["to"] = json!({ "branch": "next" });
    for body in [
        of("acme/network", "sites/stale"),
        of("acme/network", "sites/gone"),
        of("acme/fleet", "sites/old"),
        moved,
        elsewhere,
    ] {
        let plan = person.post("/api/plan", &body).await;
        assert!(plan.status < 500, "{plan:?}");
    }
}

/// All that is kept, and how many rows were ever written.
fn all(world: &World) -> (Vec<Kept>, u64, u32) {
    let [.., rows_written, _] = world.host.costs();
    (kept(world), rows_written, world.host.kv_writes())
}

#[tokio::test]
async fn whoever_only_asks_leaves_every_object_as_it_was() {
    let mut world = World::new();
    with_key(&mut world);
    let known = everything(&world).await;
    let ada = world.person(&known.cookies[2]);
    let before = all(&world);
    let asked = ask_for(&world, &known, Lists::Not).await;
    assert!(asked > 500, "{asked}");
    plan(&ada).await;
    assert_eq!(all(&world), before, "before anybody listed anything");

    // A session keeps what GitHub listed; nobody else does, though the index is young.
    let but_sessions = |world: &World| {
        let mut kept = kept(world);
        kept.retain(|(class, ..)| class != "SESSION");
        kept
    };
    let before = but_sessions(&world);
    ask_for(&world, &known, Lists::Only).await;
    assert_eq!(but_sessions(&world), before, "the first lists");
    let before = all(&world);
    ask_for(&world, &known, Lists::Too).await;
    plan(&ada).await;
    assert_eq!(all(&world), before, "a young index that was listed");

    // Everything was done that is done by itself, and what GitHub says after so long was heard.
    for class in [Class::Fabric, Class::Repository, Class::Session] {
        world.host.run_due_alarms(class, 17 * HOUR);
    }
    ask_for(&world, &known, Lists::Too).await;
    world.host.run_due_alarms(Class::Fabric, 60_000);
    ask_for(&world, &known, Lists::Too).await;
    let before = all(&world);
    ask_for(&world, &known, Lists::Too).await;
    plan(&ada).await;
    assert_eq!(all(&world), before, "an index older than two days");
}

#[tokio::test]
async fn who_only_asks_finds_the_place_of_what_is_no_more_free_and_who_claims_it_gives_the_old_claim_up()
 {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let east = ada.created(&of("acme/network", "sites/east")).await;
    let stale: Vec<String> = (0..3_u8)
        .map(|number| shared::names::FabricId::from_bytes([number; 16]).to_string())
        .collect();
    for (number, fabric) in stale.iter().enumerate() {
        let (directory, name) = (format!("sites/a{number}"), format!("a{number}"));
        stale_claim(&world, fabric, &directory, &name).await;
    }
    let claims = || world.host.object(Class::Repository, NETWORK);
    let before = claims();
    assert_eq!(claim(&ada, "acme/network", "sites/a1").await, Value::Null);
    // What conflicts as well, and is there, is found behind them.
    assert_eq!(claim(&ada, "acme/network", "sites").await, json!(east));
    let seen = ada.get(&snapshot_of("acme/network", "sites/east")).await;
    let suggested = seen.body["claim"]["suggestions"].to_string();
    assert!(suggested.contains("sites/east-2"), "{suggested}");
    let mut moved = of("acme/network", "sites/east");
    moved["to"] = json!({ "name": "a1", "gitops_directory": "sites/a2" });
    let plan = ada.post("/api/plan", &moved).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    assert_eq!(claims(), before);

    ada.created(&of("acme/network", "sites/a1")).await;
    assert!(!claims().contains(&stale[1]), "the claim was given up");
    assert!(claims().contains(&stale[0]) && claims().contains(&stale[2]));
}

#[tokio::test]
async fn who_only_asks_finds_what_was_not_handed_over_where_it_is() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let old = under_older_id(&world, &ada, "acme/fleet").await;
    let kept_before = kept(&world);
    assert_eq!(claim(&ada, "acme/fleet", "sites/old").await, json!(old));
    assert_eq!(claim(&ada, "acme/fleet", "sites").await, json!(old));
    assert_eq!(claim(&ada, "acme/fleet", "a").await, Value::Null);
    let plan = ada.post("/api/plan", &of("acme/fleet", "sites/old")).await;
    assert_eq!(plan.body["taken_by"]["fabric"], json!(old), "{plan:?}");
    assert_eq!(kept(&world), kept_before);

    // Whoever claims something has it handed over, and what asks find stays the same.
    let refused = ada.create(&of("acme/fleet", "sites/old")).await;
    assert_eq!(refused.text("code"), "fabric_exists", "{refused:?}");
    assert_ne!(kept(&world), kept_before);
    assert_eq!(claim(&ada, "acme/fleet", "sites/old").await, json!(old));
}
