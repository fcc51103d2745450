//! Starts the stand-in: `github-standin [--port 8788] [--data DIR] [--openapi FILE]`.

use std::io::{Write, stderr, stdout};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use github_standin::{Standin, StandinOptions, StartError};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "usage: github-standin [--port PORT] [--data DIR] [--openapi FILE]\n\
  --port PORT  where to listen on localhost; 0 takes a free port (8788)\n\
  --data DIR   where repositories live and stay; without it they go away at the end\n\
  --openapi FILE  GitHub's OpenAPI description, to hold every REST exchange against";

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}\n{USAGE}")]
    Arguments(String),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(stderr(), "github-standin: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        return Ok(writeln!(stdout(), "{USAGE}")?);
    }
    let standin = Standin::start(options(&arguments)?)?;
    writeln!(stdout(), "GitHub stand-in ready at {}", standin.url())?;
    stdout().flush()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut terminated = signal(SignalKind::terminate())?;
        let mut interrupted = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
        standin.shutdown().await;
        Ok(())
    })
}

fn options(arguments: &[String]) -> Result<StandinOptions, Failure> {
    let mut port = 8788;
    let mut data_dir = None;
    let mut openapi = None;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = rest
            .next()
            .ok_or_else(|| Failure::Arguments(format!("`{argument}` needs a value")))?;
        match argument.as_str() {
            "--port" => {
                port = value
                    .parse()
                    .map_err(|_| Failure::Arguments(format!("`{value}` is not a port")))?;
            }
            "--openapi" => openapi = Some(PathBuf::from(value)),
            "--data" => data_dir = Some(PathBuf::from(value)),
            other => return Err(Failure::Arguments(format!("unknown argument `{other}`"))),
        }
    }
    let url = (port != 0).then(|| format!("http://localhost:{port}"));
    Ok(StandinOptions {
        addr: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        data_dir,
        url,
        openapi,
        ..StandinOptions::default()
    })
}
