//! What an App was told, listed and sent again, for a caller that proves to be the App.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::{Router, routing::post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use github_standin::{CLIENT_ID, HookConfig, PRIVATE_KEY, Standin};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::client::{ADMIN, call, get, start};

const DELIVERIES: &str = "/app/hook/deliveries";

/// A JSON web token that only the App can sign.
fn proof(issuer: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now_s = now.as_secs();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iat": now_s - 60, "exp": now_s + 300, "iss": issuer});
    let head = part(json!({"alg": "RS256", "typ": "JWT"}));
    let signed = format!("{head}.{}", part(claims));
    let lines = PRIVATE_KEY.lines().filter(|line| !line.starts_with('-'));
    let der = STANDARD.decode(lines.collect::<String>()).unwrap();
    let key = RsaKeyPair::from_der(&der).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(
        &RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Waits until so many deliveries are listed, and gives them, newest first.
async fn listed(standin: &Standin, proof: &str, count: usize) -> Vec<Value> {
    let hang = Instant::now() + Duration::from_secs(180);
    loop {
        let answer = get(standin, DELIVERIES, Some(proof)).await;
        assert_eq!(answer.status, 200, "{}", answer.message());
        let list = answer.json().as_array().unwrap().clone();
        if list.len() >= count {
            return list;
        }
        assert!(Instant::now() < hang, "{} of {count}", list.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn app_lists_what_it_was_told_and_has_a_failure_told_again() {
    let standin = start();
    let answers = Arc::new(AtomicU16::new(500));
    let guids = Arc::new(Mutex::new(Vec::new()));
    let (status, seen) = (answers.clone(), guids.clone());
    let listen = move |headers: axum::http::HeaderMap| async move {
        let guid = headers["x-github-delivery"].to_str().unwrap().to_owned();
        seen.lock().unwrap().push(guid);
        StatusCode::from_u16(status.load(Ordering::Relaxed)).unwrap()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().route("/hook", post(listen));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let secret = Some("key".into());
    assert!(standin.app_hook(HookConfig { url, secret }));

    let app = proof(CLIENT_ID);
    let failed = listed(&standin, &app, 1).await.remove(0);
    assert_eq!(failed["event"], "ping");
    assert_eq!(failed["status_code"], 500);
    assert_eq!(failed["redelivery"], false);
    let failures = format!("{DELIVERIES}?status=failure");
    let failures = get(&standin, &failures, Some(&app)).await.json();
    assert_eq!(failures, json!([failed.clone()]));

    answers.store(204, Ordering::Relaxed);
    let again = format!("{DELIVERIES}/{}/attempts", failed["id"]);
    let refused = call(&standin, "POST", &again, ADMIN, Value::Null).await;
    assert_eq!(refused.status, 401, "a person is not the App");
    let taken = call(&standin, "POST", &again, Some(&app), Value::Null).await;
    assert_eq!(taken.status, 202);
    let list = listed(&standin, &app, 2).await;
    assert_eq!(
        (&list[0]["status"], &list[0]["redelivery"]),
        (&json!("OK"), &json!(true)),
        "newest first"
    );
    assert_eq!(list[0]["guid"], failed["guid"]);
    let guid = failed["guid"].as_str().unwrap().to_owned();
    assert_eq!(*guids.lock().unwrap(), [guid.clone(), guid]);

    let unknown = format!("{DELIVERIES}/1/attempts");
    let unknown = call(&standin, "POST", &unknown, Some(&app), Value::Null).await;
    assert_eq!(unknown.status, 404);
    let stranger = proof("Iv23nobody");
    assert_eq!(get(&standin, DELIVERIES, Some(&stranger)).await.status, 401);
}
