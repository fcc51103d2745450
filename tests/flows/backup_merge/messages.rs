//! What a restore asks of a Worker of the free plan.

use serde_json::json;

use super::{elsewhere, one_fabric, with};
use crate::backup::{restore, revive};

/// How many messages to objects a Worker of the free plan may send in one request.
const MOST: u32 = 50;

/// How many lines `make restore` sends in one request.
fn lines_at_a_time() -> u64 {
    let script = include_str!("../../../scripts/backup.mjs");
    let mut lines = script.lines();
    let lines = lines.find_map(|line| line.strip_prefix("const LINES = "));
    lines.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_request_of_make_restore_asks_no_more_of_objects_than_the_free_plan_allows() {
    let (mut world, id, line) = one_fabric().await;
    // Each in a repository of its own, which this Hedgerow has never heard of.
    let lines: String = (0..lines_at_a_time())
        .map(|number| {
            with(&line, |line| {
                line["record"]["id"] = json!(format!("{}{}", 2 + number, &id[1..]));
                line["record"]["git_repository"] = json!(format!("acme/fleet-{number}"));
                line["repository"] = json!(format!("R_fleet{number}"));
                line["repository_number"] = json!(9_000 + number);
            })
        })
        .collect();
    for revives in [false, true] {
        drop(elsewhere(&mut world).await);
        world.host.count("");
        let outcome = match revives {
            false => restore(&world, &lines).await,
            true => revive(&world, &lines).await,
        };
        assert_eq!(outcome["restored"], lines_at_a_time(), "{outcome}");
        let asked = world.host.counted("");
        assert!(asked < MOST, "{asked} messages to objects");
    }
}
