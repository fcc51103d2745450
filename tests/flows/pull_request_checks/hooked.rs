//! From what GitHub tells of its own accord to what it shows then.

use flows::{Hook, World};
use serde_json::{Value, json};

use super::{CHECK, KUSTOMIZATION, conclusion, file, github, open, run, runs, with_fabric};

/// Lets the Worker take deliveries until one of this event and action came, and gives what each of them led to.
async fn take(world: &World, hook: &mut Hook, until: (&str, &str)) -> Vec<(String, Value)> {
    let mut taken = Vec::new();
    loop {
        let delivered = hook.next().await;
        let payload: Value = serde_json::from_slice(&delivered.body).unwrap();
        let event = delivered.header("x-github-event").to_owned();
        let action = payload["action"].as_str().unwrap_or_default().to_owned();
        let path = "/api/webhooks/github";
        let answer = world
            .deliver(path, &delivered.headers, &delivered.body)
            .await;
        assert_eq!(answer.status, 202, "{answer:?}");
        let is_it = (event.as_str(), action.as_str()) == until;
        taken.push((format!("{event}.{action}"), answer.body["jobs"].clone()));
        if is_it {
            // Once more, as GitHub does where it did not hear the answer.
            let again = world
                .deliver(path, &delivered.headers, &delivered.body)
                .await;
            assert_eq!(again.status, 202, "{again:?}");
            delivered.answer(202);
            return taken;
        }
        delivered.answer(202);
    }
}

fn jobs_of(taken: &[(String, Value)], event: &str) -> u64 {
    let of = taken.iter().filter(|(name, _)| name == event);
    of.map(|(_, jobs)| jobs.as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pull_request_is_checked_when_it_is_opened_pushed_to_and_asked_for_again() {
    let (world, _) = with_fabric().await;
    let mut hook = world.hooked().await;
    let broken = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    open(&world, "topic").await;
    let taken = take(&world, &mut hook, ("pull_request", "opened")).await;
    assert_eq!(jobs_of(&taken, "push."), 0, "no fabric follows that branch");
    assert_eq!(jobs_of(&taken, "pull_request.opened"), 1);
    world.host.work_all_jobs().await;
    let red = run(&world, &broken).await;
    assert_eq!(conclusion(&red), (CHECK, "failure"));
    assert_eq!(
        runs(&world, &broken, "all").await.len(),
        1,
        "told twice, checked once"
    );
    let own = take(&world, &mut hook, ("check_run", "completed")).await;
    assert!(
        own.iter().all(|(_, jobs)| *jobs == 0),
        "our own comes back: {own:?}"
    );

    let mended = world.push(
        "topic",
        &[(KUSTOMIZATION, None), ("gitops/raw/a.yaml", file("a"))],
    );
    take(&world, &mut hook, ("pull_request", "synchronize")).await;
    world.host.work_all_jobs().await;
    let green = run(&world, &mended).await;
    assert_eq!(conclusion(&green), (CHECK, "success"));
    assert_eq!(conclusion(&run(&world, &broken).await), (CHECK, "failure"));

    let path = format!("/check-runs/{}/rerequest", green["id"]);
    github(&world, "POST", &path, "standin-admin", None).await;
    let taken = take(&world, &mut hook, ("check_run", "rerequested")).await;
    assert_eq!(jobs_of(&taken, "check_run.rerequested"), 1);
    world.host.work_all_jobs().await;
    let again = run(&world, &mended).await;
    assert_ne!(again["id"], green["id"]);
    assert_eq!(
        runs(&world, &mended, "all").await.len(),
        2,
        "told twice, checked once"
    );

    let path = format!("/check-suites/{}/rerequest", again["check_suite"]["id"]);
    github(&world, "POST", &path, "standin-admin", None).await;
    take(&world, &mut hook, ("check_suite", "rerequested")).await;
    world.host.work_all_jobs().await;
    assert_ne!(run(&world, &mended).await["id"], again["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_base_is_checked_and_another_title_or_branch_is_not() {
    let (world, _) = with_fabric().await;
    let repo = world.standin.repo("acme/network").unwrap();
    repo.branch("release", "refs/heads/main").unwrap();
    let mut hook = world.hooked().await;
    let head = world.push("topic", &[(KUSTOMIZATION, file("x"))]);
    let body = json!({ "title": "T", "head": "topic", "base": "release" });
    github(&world, "POST", "/pulls", "standin-admin", Some(body)).await;
    let taken = take(&world, &mut hook, ("pull_request", "opened")).await;
    assert_eq!(
        jobs_of(&taken, "pull_request.opened"),
        0,
        "no fabric follows `release`"
    );
    let change = async |body: Value| {
        github(&world, "PATCH", "/pulls/1", "standin-admin", Some(body)).await;
    };
    change(json!({ "title": "Another" })).await;
    let taken = take(&world, &mut hook, ("pull_request", "edited")).await;
    assert_eq!(jobs_of(&taken, "pull_request.edited"), 0);
    change(json!({ "base": "main" })).await;
    let taken = take(&world, &mut hook, ("pull_request", "edited")).await;
    assert_eq!(jobs_of(&taken, "pull_request.edited"), 1);
    world.host.work_all_jobs().await;
    assert_eq!(conclusion(&run(&world, &head).await), (CHECK, "failure"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_other_apps_and_other_checks_are_asked_for_again_is_none_of_ours() {
    let (world, _) = with_fabric().await;
    let told = async |app: &str, name: &str| {
        let payload = json!({
            "action": "rerequested",
            "repository": { "id": 501, "full_name": "acme/network" },
            "check_run": {
                "name": name, "external_id": "1:x:", "head_sha": world.head("main"),
                "app": { "id": 1, "client_id": app },
            },
        });
        let body = payload.to_string();
        let signed = flows::signature(flows::WEBHOOK_SECRET, body.as_bytes());
        let headers = [
            ("content-type", "application/json"),
            ("x-github-event", "check_run"),
            ("x-github-delivery", "guid-1"),
            ("x-hub-signature-256", signed.as_str()),
        ];
        let answer = world
            .send_text("POST", "/api/webhooks/github", &headers, &body)
            .await;
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body["jobs"].as_u64().unwrap()
    };
    assert_eq!(told("Iv23standin", CHECK).await, 1);
    assert_eq!(told("Iv23other", CHECK).await, 0);
    assert_eq!(told("Iv23standin", "build").await, 0);
}
