//! What GitHub's webhooks tell the Worker, as they come over the network.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing::post};
use github_standin::HookConfig;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::{Answer, World};

/// The secret of the App's webhook.
pub const WEBHOOK_SECRET: &str = "secret-of-the-webhook-of-the-stand-in";

/// A delivery that waits for the Worker's answer.
pub struct Delivered {
    pub headers: HeaderMap,
    pub body: Bytes,
    answer: oneshot::Sender<u16>,
}

/// Where GitHub sends what happens.
pub struct Hook {
    pub url: String,
    deliveries: UnboundedReceiver<Delivered>,
}

impl Hook {
    pub async fn listen() -> Self {
        let (sender, deliveries) = unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receive = move |headers, body| receive(sender.clone(), headers, body);
        let router = Router::new().route("/hook", post(receive));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, deliveries }
    }

    /// The next delivery, whatever it is.
    pub async fn next(&mut self) -> Delivered {
        let hang = Duration::from_secs(180);
        let next = tokio::time::timeout(hang, self.deliveries.recv()).await;
        next.expect("a delivery").unwrap()
    }
}

async fn receive(
    sender: UnboundedSender<Delivered>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let (answer, answered) = oneshot::channel();
    let sent = sender.send(Delivered {
        headers,
        body,
        answer,
    });
    let status = match sent {
        Ok(()) => answered.await.unwrap_or(500),
        Err(_) => 500,
    };
    StatusCode::from_u16(status).unwrap()
}

impl Delivered {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Answers GitHub without the Worker.
    pub fn answer(self, status: u16) {
        let _ = self.answer.send(status);
    }
}

impl World {
    /// Lets GitHub tell the App what happens from now on.
    pub async fn hooked(&self) -> Hook {
        let mut hook = Hook::listen().await;
        let config = HookConfig {
            url: hook.url.clone(),
            secret: Some(WEBHOOK_SECRET.to_owned()),
        };
        assert!(self.standin.app_hook(config));
        let ping = self.take(&mut hook).await;
        assert_eq!(ping.status, 202, "{ping:?}");
        hook
    }

    /// Lets the Worker take the next delivery, and GitHub hear its answer.
    pub async fn take(&self, hook: &mut Hook) -> Answer {
        let delivered = hook.next().await;
        let answer = self.deliver("/api/webhooks/github", &delivered.headers, &delivered.body);
        let answer = answer.await;
        delivered.answer(answer.status);
        answer
    }

    /// Sends the Worker a delivery as it came.
    pub async fn deliver(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Answer {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        let body = std::str::from_utf8(body).unwrap();
        self.send_text("POST", path, &headers, body).await
    }
}

/// `X-Hub-Signature-256` of a body under a secret.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = ring::hmac::sign(&key, body);
    let hex: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256={hex}")
}
