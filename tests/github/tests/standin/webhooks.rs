//! Webhooks: deliveries by whatever way something happened, signed, once, and again when asked.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing::post};
use github_standin::HookConfig;
use ring::hmac;
use serde_json::{Value, json};

use crate::client::{ADMIN, READER, call, commit, files, get, input, start};
use crate::workdir::Workdir;

/// A receiver of webhooks.
#[derive(Clone, Default)]
struct Receiver {
    deliveries: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    async fn start() -> (Self, String) {
        let receiver = Receiver::default();
        *receiver.status.lock().unwrap() = 204;
        let (deliveries, status) = (receiver.deliveries.clone(), receiver.status.clone());
        let listen = move |headers: HeaderMap, body: Bytes| async move {
            deliveries.lock().unwrap().push((headers, body));
            StatusCode::from_u16(*status.lock().unwrap()).unwrap()
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(listen));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (receiver, url)
    }

    /// Waits for so many deliveries of an event and returns them.
    async fn wait(&self, event: &str, count: usize) -> Vec<(HeaderMap, Value)> {
        let hang = Instant::now() + Duration::from_secs(180);
        loop {
            let deliveries = self.deliveries.lock().unwrap().clone();
            let fitting = deliveries
                .into_iter()
                .filter(|(headers, _)| headers["x-github-event"] == event);
            let fitting: Vec<_> = fitting
                .map(|(headers, body)| (headers, serde_json::from_slice(&body).unwrap()))
                .collect();
            if fitting.len() >= count {
                return fitting;
            }
            assert!(
                Instant::now() < hang,
                "{} of {count} {event}",
                fitting.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn signature(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    let hex: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256={hex}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_is_told_by_whatever_way_it_came() {
    let standin = start();
    let (receiver, url) = Receiver::start().await;
    let hooks = "/repos/acme/network/hooks";
    let config = json!({"url": url, "content_type": "json", "secret": "key"});
    let body = json!({"name": "web", "events": ["push", "pull_request"], "config": config});
    let refused = call(&standin, "POST", hooks, READER, body.clone()).await;
    assert_eq!(refused.status, 403);
    let hook = call(&standin, "POST", hooks, ADMIN, body.clone()).await;
    assert_eq!(hook.status, 201);
    assert_eq!(hook.json()["config"]["secret"], "********");
    assert_eq!(
        call(&standin, "POST", hooks, ADMIN, body).await.status,
        422,
        "one hook an address"
    );
    let ping = &receiver.wait("ping", 1).await[0];
    assert_eq!(ping.1["hook_id"], hook.json()["id"]);

    let repo = standin.repo("acme/network").unwrap();
    let before = repo.head("main").unwrap();
    let answer = commit(
        &standin,
        ADMIN,
        input("acme/network", &before, &[("a.md", "a")], &[]),
    )
    .await;
    let after = answer["data"]["createCommitOnBranch"]["commit"]["oid"].clone();
    let (headers, push) = receiver.wait("push", 1).await.remove(0);
    assert_eq!((&push["before"], &push["after"]), (&json!(before), &after));
    assert_eq!(
        (&push["ref"], &push["forced"]),
        (&json!("refs/heads/main"), &json!(false))
    );
    assert_eq!(push["head_commit"]["added"], json!(["a.md"]));
    assert_eq!(push["pusher"]["name"], "ada");
    let raw = receiver
        .deliveries
        .lock()
        .unwrap()
        .last()
        .unwrap()
        .1
        .clone();
    assert_eq!(headers["x-hub-signature-256"], signature("key", &raw));
    assert_eq!(headers["x-github-delivery"].len(), 36);

    tokio::task::block_in_place(|| {
        let clone = Workdir::clone(&standin, "acme/network", ADMIN).unwrap();
        clone.commit("by-hand", "x");
        clone.git(&["push", "origin", "main"]).unwrap();
    });
    receiver.wait("push", 2).await;
    repo.push("topic", files(&[("t", "t")]), "Topic").unwrap();
    let created = &receiver.wait("push", 3).await[2].1;
    assert_eq!(
        (&created["created"], &created["ref"]),
        (&json!(true), &json!("refs/heads/topic"))
    );
    let pull = json!({"title": "T", "head": "topic", "base": "main"});
    call(&standin, "POST", "/repos/acme/network/pulls", ADMIN, pull).await;
    let opened = &receiver.wait("pull_request", 1).await[0].1;
    assert_eq!(
        (&opened["action"], &opened["number"]),
        (&json!("opened"), &json!(1))
    );
    repo.delete_branch("topic").unwrap();
    let deleted = &receiver.wait("push", 4).await[3].1;
    assert_eq!(
        (&deleted["deleted"], &deleted["head_commit"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(
        receiver.wait("pull_request", 2).await[1].1["action"],
        "closed"
    );

    let one = format!("{hooks}/{}", hook.json()["id"]);
    let off = call(&standin, "PATCH", &one, ADMIN, json!({"active": false}))
        .await
        .json();
    assert_eq!(off["active"], false);
    let (other, url) = Receiver::start().await;
    let body = json!({"name": "web", "events": ["push"], "config": {"url": url}});
    let added = call(&standin, "POST", hooks, ADMIN, body).await;
    repo.push("main", files(&[("u", "u")]), "Untold").unwrap();
    other.wait("push", 1).await;
    assert_eq!(receiver.wait("push", 4).await.len(), 4);
    let another = format!("{hooks}/{}", added.json()["id"]);
    let removed = call(&standin, "DELETE", &another, ADMIN, Value::Null).await;
    assert_eq!(removed.status, 204);
    assert_eq!(
        call(&standin, "DELETE", &one, ADMIN, Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(get(&standin, hooks, ADMIN).await.json(), json!([]));
}

#[tokio::test]
async fn hooks_lead_nowhere_but_to_this_machine() {
    let standin = start();
    let body = json!({"config": {"url": "http://example.com/hook"}});
    let refused = call(&standin, "POST", "/repos/acme/network/hooks", ADMIN, body).await;
    assert_eq!(
        (refused.status, &refused.json()["errors"][0]["field"]),
        (422, &json!("url"))
    );
    assert!(!standin.app_hook(HookConfig {
        url: "http://10.0.0.1/x".into(),
        secret: None
    }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn app_is_told_through_its_installation_and_nothing_is_tried_again_by_itself() {
    let standin = start();
    let (receiver, url) = Receiver::start().await;
    assert!(standin.app_hook(HookConfig {
        url,
        secret: Some("key".into())
    }));
    receiver.wait("ping", 1).await;
    *receiver.status.lock().unwrap() = 500;
    standin
        .repo("acme/network")
        .unwrap()
        .push("main", files(&[("a", "a")]), "A")
        .unwrap();
    let (_, push) = receiver.wait("push", 1).await.remove(0);
    assert!(push["installation"]["id"].is_u64());
    standin.emit(
        "installation",
        json!({"action": "suspend", "installation": {"id": 7001}}),
    );
    assert_eq!(
        receiver.wait("installation", 1).await[0].1["action"],
        "suspend"
    );
    assert_eq!(receiver.wait("push", 1).await.len(), 1);
    assert_eq!(
        get(&standin, "/app/hook/deliveries", ADMIN).await.status,
        401,
        "only the App may ask"
    );
}
