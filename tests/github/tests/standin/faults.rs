//! Things that go wrong on purpose.

use std::io::{Read, Write};
use std::net::TcpStream;

use github_standin::{Action, DropWhen, Fault, Match, Push};
use serde_json::{Value, json};

use crate::client::{
    ADMIN, COMMIT, NOBODY, call, commit, files, get, input, refusal, request, send, start,
};

fn on_commit(action: Action) -> Fault {
    let matching = Match {
        graphql_contains: Some("createCommitOnBranch".into()),
        ..Match::default()
    };
    Fault {
        matching,
        times: 1,
        action,
        ..Fault::default()
    }
}

#[tokio::test]
async fn fault_happens_as_often_as_said_and_only_where_it_matches() {
    let standin = start();
    standin.inject(Fault {
        matching: Match {
            method: Some("GET".into()),
            path_contains: Some("/repos/acme/network".into()),
            ..Match::default()
        },
        times: 2,
        action: Action {
            status: Some(429),
            headers: [("retry-after".to_owned(), "7".to_owned())].into(),
            body: Some(json!({"message": "slow down"})),
            ..Action::default()
        },
        ..Fault::default()
    });
    assert_eq!(get(&standin, "/user", ADMIN).await.status, 200);
    for status in [429, 429, 200] {
        let answer = get(&standin, "/repos/acme/network", ADMIN).await;
        assert_eq!(answer.status, status);
        if status == 429 {
            assert_eq!(answer.header("retry-after"), "7");
            assert_eq!(answer.message(), "slow down");
        }
    }
}

#[tokio::test]
async fn dropped_before_leaves_the_branch_and_dropped_after_moves_it() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    for (when, moves) in [(DropWhen::Before, false), (DropWhen::After, true)] {
        let head = repo.head("main").unwrap();
        standin.inject(on_commit(Action {
            delay_ms: Some(1),
            drop: Some(when),
            ..Action::default()
        }));
        let input = input("acme/network", &head, &[("dropped", "x")], &[]);
        let body = json!({"query": COMMIT, "variables": {"input": input}});
        let answer = send(&standin, request("POST", "/graphql", ADMIN, &body)).await;
        assert!(answer.is_err());
        assert_eq!(repo.head("main").unwrap() != head, moves, "{when:?}");
        assert_eq!(standin.requests().last().unwrap().status, None);
    }
}

#[tokio::test]
async fn head_moved_in_between_makes_the_commit_stale() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main").unwrap();
    standin.inject(on_commit(Action {
        move_head: Some(Push {
            repository: "acme/network".into(),
            branch: "main".into(),
            files: files(&[("theirs.md", "x")]),
            message: "Theirs".into(),
        }),
        ..Action::default()
    }));
    let answer = commit(
        &standin,
        ADMIN,
        input("acme/network", &head, &[("mine.md", "x")], &[]),
    )
    .await;
    assert_eq!(refusal(&answer).0, "STALE_DATA");
    assert!(repo.read("main", "theirs.md").is_some());
    assert!(repo.read("main", "mine.md").is_none());
}

#[test]
fn truncated_answer_promises_all_and_sends_a_part() {
    let standin = start();
    standin.inject(Fault {
        times: 1,
        action: Action {
            truncate_body: Some(10),
            ..Action::default()
        },
        ..Fault::default()
    });
    let host = standin.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let request =
        format!("GET /repos/acme/network HTTP/1.1\r\nhost: {host}\r\nuser-agent: tests\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert_eq!(body.len(), 10);
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    assert!(length.unwrap().parse::<usize>().unwrap() > 1000);
}

#[tokio::test]
async fn body_alone_replaces_the_answer_after_the_work_is_done() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main").unwrap();
    standin.inject(on_commit(Action {
        body: Some(json!("<html>Unicorn!</html>")),
        ..Action::default()
    }));
    let input = input("acme/network", &head, &[("a", "a")], &[]);
    let body = json!({"query": COMMIT, "variables": {"input": input}});
    let answer = call(&standin, "POST", "/graphql", ADMIN, body).await;
    assert_eq!(answer.body, "<html>Unicorn!</html>");
    assert_ne!(repo.head("main").unwrap(), head);
}

#[tokio::test]
async fn faults_requests_and_commits_are_controlled_over_http() {
    let standin = start();
    let fault =
        json!({"match": {"path_contains": "/user", "login": "ada"}, "action": {"status": 502}});
    let answer = call(&standin, "POST", "/_standin/faults", NOBODY, fault).await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        get(&standin, "/_standin/faults", NOBODY).await.json()[0]["times"],
        1
    );
    assert_eq!(get(&standin, "/user", ADMIN).await.status, 502);

    let push = json!({"repository": "acme/network", "branch": "main", "message": "Theirs",
        "files": {"README.md": null, "run": {"executable": "#!/bin/sh\n"}, "link": {"symlink": "run"}, "a/b": "text"}});
    let answer = call(&standin, "POST", "/_standin/commits", NOBODY, push).await;
    let repo = standin.repo("acme/network").unwrap();
    assert_eq!(answer.json()["oid"].as_str(), repo.head("main").as_deref());
    let modes = repo.modes("main").unwrap();
    assert_eq!(
        (modes["run"], modes["link"], modes["a/b"]),
        (0o100755, 0o120000, 0o100644)
    );
    assert!(!modes.contains_key("README.md"));

    let requests = get(&standin, "/_standin/requests", NOBODY).await.json();
    assert_eq!(
        requests.as_array().unwrap().len(),
        1,
        "control requests are not recorded"
    );
    assert_eq!(requests[0]["path"], "/user");
    assert_eq!(requests[0]["status"], 502);
    call(
        &standin,
        "DELETE",
        "/_standin/requests",
        NOBODY,
        Value::Null,
    )
    .await;
    assert!(standin.requests().is_empty());

    for (path, body) in [
        ("/_standin/faults", json!({"action": {"explode": true}})),
        (
            "/_standin/commits",
            json!({"repository": "acme/nothing", "branch": "main", "files": {}}),
        ),
    ] {
        let answer = call(&standin, "POST", path, NOBODY, body).await;
        assert_eq!(answer.status, 422, "{path}");
    }
    assert_eq!(
        get(&standin, "/_standin/health", NOBODY).await.json()["status"],
        "ok"
    );
}

#[tokio::test]
async fn record_names_the_operation_and_the_login_and_never_the_token() {
    let standin = start();
    let head = standin.repo("acme/fleet").unwrap().head("main").unwrap();
    commit(
        &standin,
        ADMIN,
        input("acme/fleet", &head, &[("a", "a")], &[]),
    )
    .await;
    get(&standin, "/user/repos?per_page=2", ADMIN).await;
    get(&standin, "/user", Some("made-up")).await;
    let requests = standin.requests();
    let graphql = requests[0].graphql.as_ref().unwrap();
    assert_eq!(graphql.operation.as_deref(), Some("Commit"));
    assert_eq!(requests[0].login.as_deref(), Some("ada"));
    assert_eq!(requests[1].query.as_deref(), Some("per_page=2"));
    assert_eq!(
        (requests[2].login.as_deref(), requests[2].status),
        (None, Some(401))
    );
    let written = serde_json::to_string(&requests).unwrap() + &format!("{requests:?}");
    for secret in ["standin-admin", "made-up"] {
        assert!(!written.contains(secret));
    }
}

/// One request through every door of the stand-in.
const DOORS: [(&str, &str); 8] = [
    ("GET", "/user"),
    ("GET", "/repos/acme/network/git/ref/heads/main"),
    ("PUT", "/repos/acme/network/contents/faulted.md"),
    ("POST", "/repos/acme/network/pulls"),
    ("POST", "/graphql"),
    ("GET", "/acme/network.git/info/refs"),
    ("GET", "/api/v3/user"),
    ("GET", "/login/oauth/authorize"),
];

#[tokio::test]
async fn every_route_can_be_made_to_fail_in_every_way() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let push = json!({"repository": "acme/network", "branch": "main", "files": {"moved": "x"}});
    for (method, path) in DOORS {
        let on = |action: Value| {
            let fault = json!({"match": {"method": method, "path": path}, "action": action});
            standin.inject(serde_json::from_value(fault).unwrap());
        };
        let ask = || async {
            let body = if method == "GET" {
                Value::Null
            } else {
                json!({"query": "{ viewer { login } }"})
            };
            send(&standin, request(method, path, ADMIN, &body)).await
        };
        on(
            json!({"status": 502, "headers": {"content-type": "text/html", "x-fault": "1"}, "body": "<html>"}),
        );
        let answer = ask().await.unwrap();
        assert_eq!(
            (answer.status, answer.header("x-fault"), &answer.body[..]),
            (502, "1", &b"<html>"[..]),
            "{path}"
        );
        for when in ["before", "after"] {
            on(json!({"drop": when}));
            assert!(ask().await.is_err(), "{path} {when}");
        }
        on(json!({"truncate_body": 0}));
        let answer = ask().await;
        let is_empty = answer.as_ref().is_ok_and(|answer| answer.body.is_empty());
        assert!(answer.is_err() || is_empty, "{path}");
        let started = std::time::Instant::now();
        on(json!({"delay_ms": 30}));
        ask().await.unwrap();
        assert!(started.elapsed().as_millis() >= 30, "{path}");
        on(json!({"delay_ms": 600_000}));
        let released = async {
            while call(&standin, "POST", "/_standin/release", ADMIN, Value::Null)
                .await
                .status
                == 204
            {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            answer = ask() => assert!(answer.is_ok(), "{path}"),
            () = released => panic!("there is no release"),
        }
        let head = repo.head("main");
        on(json!({"move_head": push, "status": 500}));
        assert_eq!(ask().await.unwrap().status, 500);
        assert_ne!(repo.head("main"), head, "{path}");
    }
}

#[tokio::test]
async fn faults_are_aimed_by_path_operation_and_count() {
    let standin = start();
    let inject = |fault: Value| standin.inject(serde_json::from_value(fault).unwrap());
    let teapot = json!({"status": 418});
    inject(json!({"match": {"path": "/repos/*/*/git/ref/**"}, "skip": 1, "action": teapot}));
    inject(json!({"match": {"path": "/repos/acme/*"}, "action": teapot}));
    inject(json!({"match": {"operation": "Second"}, "action": teapot}));
    let reference = "/repos/acme/network/git/ref/heads/main";
    assert_eq!(get(&standin, reference, ADMIN).await.status, 200);
    assert_eq!(get(&standin, reference, ADMIN).await.status, 418);
    assert_eq!(get(&standin, reference, ADMIN).await.status, 200);
    assert_eq!(
        get(&standin, "/repos/acme/network", ADMIN).await.status,
        418
    );
    for (name, status) in [("First", 200), ("Second", 418)] {
        let document = format!("query {name} {{ viewer {{ login }} }}");
        let body = json!({"query": document});
        assert_eq!(
            call(&standin, "POST", "/graphql", ADMIN, body).await.status,
            status
        );
    }
}

#[tokio::test]
async fn stale_read_shows_the_branch_as_it_was_and_writes_nothing_wrong() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let before = repo.head("main").unwrap();
    let head = repo.push("main", files(&[("new", "x")]), "New").unwrap();
    let stale =
        || standin.inject(serde_json::from_value(json!({"action": {"stale": true}})).unwrap());
    let reference = "/repos/acme/network/git/ref/heads/main";
    stale();
    assert_eq!(
        get(&standin, reference, ADMIN).await.json()["object"]["sha"],
        json!(before)
    );
    assert_eq!(
        get(&standin, reference, ADMIN).await.json()["object"]["sha"],
        json!(head)
    );
    stale();
    let document = "{ repository(owner: \"acme\", name: \"network\") { ref(qualifiedName: \"main\") { target { oid } } \
                    object(expression: \"refs/heads/main:new\") { oid } } }";
    let body = call(
        &standin,
        "POST",
        "/graphql",
        ADMIN,
        json!({"query": document}),
    )
    .await
    .json();
    assert_eq!(
        body["data"]["repository"]["ref"]["target"]["oid"],
        json!(before)
    );
    assert_eq!(body["data"]["repository"]["object"], Value::Null);
    stale();
    let answer = commit(
        &standin,
        ADMIN,
        input("acme/network", &head, &[("y", "y")], &[]),
    )
    .await;
    assert_eq!(
        refusal(&answer).0,
        "STALE_DATA",
        "GitHub may say so falsely"
    );
    assert_eq!(repo.head("main"), Some(head));
}
