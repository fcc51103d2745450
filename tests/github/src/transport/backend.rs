//! `git http-backend`, called as a CGI program.

use std::process::Stdio;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::access::Denied;
use crate::git::{Repo, git};
use crate::github::GitHub;

/// One call of the program: everything but the body.
pub(super) struct Call {
    command: Command,
}

impl Call {
    pub fn new(
        github: &GitHub,
        repo: &Repo,
        login: Option<&str>,
        path: &str,
        request: &Request<Body>,
    ) -> Self {
        let header = |name: HeaderName| {
            let value = request.headers().get(name);
            value.and_then(|value| value.to_str().ok()).unwrap_or("")
        };
        let mut command = Command::from(git());
        command
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", repo.path())
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("PATH_INFO", path)
            .env("REQUEST_METHOD", request.method().as_str())
            .env("QUERY_STRING", request.uri().query().unwrap_or(""))
            .env("CONTENT_TYPE", header(header::CONTENT_TYPE))
            .env("HTTP_CONTENT_ENCODING", header(header::CONTENT_ENCODING))
            .env(
                "GIT_PROTOCOL",
                header(HeaderName::from_static("git-protocol")),
            )
            .env("REMOTE_ADDR", "127.0.0.1")
            .env_remove("CONTENT_LENGTH");
        if let Some(login) = login {
            // Git lets only named people push.
            command.env("REMOTE_USER", login);
        }
        let mut call = Call { command };
        call.configure(&[
            ("receive.fsckObjects", "true"),
            ("receive.autogc", "false"),
            ("uploadpack.allowFilter", "true"),
            ("uploadpack.allowAnySHA1InWant", "true"),
            ("core.hooksPath", &github.hooks().to_string_lossy()),
        ]);
        call
    }

    /// Sets an environment variable, for hooks.
    pub fn env(&mut self, name: &str, value: &str) {
        self.command.env(name, value);
    }

    fn configure(&mut self, settings: &[(&str, &str)]) {
        self.env("GIT_CONFIG_COUNT", &settings.len().to_string());
        for (place, (name, value)) in settings.iter().enumerate() {
            self.env(&format!("GIT_CONFIG_KEY_{place}"), name);
            self.env(&format!("GIT_CONFIG_VALUE_{place}"), value);
        }
    }
}

/// Runs the program with `body` as its input and turns its output into an answer.
pub(super) async fn run(mut call: Call, body: Bytes) -> Result<Response<Body>, Denied> {
    let mut child = call
        .command
        .env("CONTENT_LENGTH", body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Denied::Io)?;
    let mut input = child.stdin.take();
    let write = async {
        if let Some(input) = &mut input {
            // Git may stop reading early, after a refusal; what it prints counts.
            let _ = input.write_all(&body).await;
        }
        drop(input);
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), write);
    parse(&output.map_err(Denied::Io)?.stdout)
}

/// Splits CGI output into headers and body.
fn parse(output: &[u8]) -> Result<Response<Body>, Denied> {
    let end = output.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.ok_or_else(|| Denied::Io(std::io::Error::other("git printed no headers")))?;
    let mut response = Response::new(Body::from(Bytes::copy_from_slice(&output[end + 4..])));
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().and_then(|code| code.parse().ok());
            *response.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            continue;
        }
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}
