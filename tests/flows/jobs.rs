//! The queue of jobs: what cannot be worked, and how often it is tried.

use edge_worker::jobs::MOST_RETRIES;
use flows::World;

#[tokio::test]
async fn a_job_that_this_version_does_not_know_waits_and_then_fails_where_the_operator_sees_it() {
    let world = World::new();
    world.host.repeat_job(r#"{"OfANewerVersion":{}}"#);
    world.work_jobs().await;
    assert_eq!(world.host.jobs().len(), 1, "it waits for that version");
    world.host.work_all_jobs().await;
    assert_eq!(world.host.failed_jobs(), [r#"{"OfANewerVersion":{}}"#]);
    let lines = world.host.log_lines();
    let told = |event: &str| lines.iter().filter(|line| line.contains(event)).count();
    assert_eq!(told("job_not_understood"), 1 + MOST_RETRIES as usize);
    assert_eq!(told("job_failed"), 1);
}

#[test]
fn the_queue_tries_as_often_as_the_tests_do() {
    let configured = include_str!("../../wrangler.toml");
    let retries = format!("max_batch_size = 1\nmax_retries = {MOST_RETRIES}\n");
    assert!(configured.contains(&retries));
}
