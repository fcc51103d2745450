//! What Hedgerow finds out by itself, with the App and without a person.

mod by_app;
mod many;
mod schedule;

use flows::World;
use github_standin::{Access, Installation, Selection, named};
use serde_json::{Value, json};
use shared::names::FabricId;

/// The App looks at a fabric; what came of it.
async fn look(world: &World, id: &str) -> &'static str {
    let id = FabricId::parse(id).unwrap();
    edge_worker::test_support::look_by_app(&*world.host, &id).await
}

/// The App is installed on these repositories of `acme`, or switched off.
fn installed(world: &World, repositories: Selection, suspended: bool) {
    world.standin.install(Installation {
        id: 7_001,
        app: github_standin::APP_ID,
        account: "acme".to_owned(),
        repositories,
        permissions: named(&[
            ("contents", Access::Write),
            ("pull_requests", Access::Write),
            ("statuses", Access::Write),
        ]),
        suspended,
    });
}

/// The fabric as ada reads it, and who did what, the latest first.
async fn seen(world: &World, id: &str) -> (Value, Vec<String>) {
    let ada = world.sign_in("standin-admin").await;
    let record = ada.get(&format!("/api/fabrics/{id}")).await.body;
    let history = ada.get(&format!("/api/fabrics/{id}/history")).await.body;
    let entries = history["entries"].as_array().unwrap().iter();
    let line = |entry: &Value| {
        let text = |field: &str| entry[field].as_str().unwrap().to_owned();
        format!("{} {} {}", text("kind"), text("outcome"), text("actor"))
    };
    (record, entries.map(line).collect())
}

/// Somebody pushes to `acme/network` what breaks the directory `gitops`, or puts it right again.
fn push_readme(world: &World, is_there: bool) {
    let file = is_there.then(|| "x\n".into());
    world.push("main", &[("gitops/unmanaged/README.md", file)]);
}

const HOUR_MS: u64 = 3_600_000;

fn code(record: &Value) -> Value {
    record["check"]["code"].clone()
}

fn state(record: &Value) -> Value {
    json!([record["gitops_directory_status"], record["check"]["state"]])
}
