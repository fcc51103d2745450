//! Five hundred deliveries at once.

use flows::World;
use serde_json::json;

use super::{push, tell};
use crate::fabric;

/// How many deliveries there are; a tenth are duplicates, and a tenth forged.
const STORM: usize = 500;

#[tokio::test]
async fn of_a_storm_every_true_delivery_is_worked_once_and_every_forged_one_is_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let directories = ["gitops/one", "gitops/two", "gitops/three", "gitops/four"];
    let mut ids = Vec::new();
    for (place, directory) in directories.iter().enumerate() {
        let mut wanted = fabric(directory);
        wanted["name"] = json!(format!("fabric-{place}"));
        ids.push(ada.created(&wanted).await);
    }
    let paths = directories.map(|directory| format!("{directory}/unmanaged/README.md"));
    world.push("main", &paths.each_ref().map(|path| (path.as_str(), None)));
    world.standin.forget_requests();
    let mut counts = [0; 3];
    for number in 0..STORM {
        let path = paths[number % paths.len()].as_str();
        let payload = push(&world, &[path]);
        let (guid, secret, kind) = match number % 10 {
            0 => (format!("guid-{number}"), "forged", 0),
            1 if number > 10 => (format!("guid-{}", number - 9), flows::WEBHOOK_SECRET, 1),
            _ => (format!("guid-{number}"), flows::WEBHOOK_SECRET, 2),
        };
        let answer = tell(&world, &guid, "push", &payload, secret).await;
        let expected = if kind == 0 { 404 } else { 202 };
        assert_eq!(answer.status, expected, "{answer:?}");
        counts[kind] += 1;
    }
    assert_eq!(counts, [50, 49, 401]);
    let jobs = world.host.jobs().len();
    assert_eq!(jobs, 450, "one fabric each");
    assert_eq!(
        world.standin.requests().len(),
        0,
        "nothing is done before it is answered"
    );
    world.host.work_all_jobs().await;
    assert_eq!(world.host.failed_jobs(), [""; 0]);
    let reads = world.standin.requests();
    let reads = reads.iter().filter(|asked| asked.graphql.is_some()).count();
    eprintln!(
        "{STORM} deliveries of {} fabrics: {jobs} jobs, {reads} reads",
        ids.len()
    );
    assert!(reads <= 3 * ids.len(), "{reads}");
    for id in &ids {
        let record = ada.get(&format!("/api/fabrics/{id}")).await;
        assert_eq!(record.text("gitops_directory_status"), "invalid_structure");
        let history = ada.get(&format!("/api/fabrics/{id}/history")).await.body;
        let entries = history["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 2, "created, and looked at once: {history}");
    }
}
