//! The program: ready when it says so, gone when it is told.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_github-standin");

/// Starts the program on a free port and returns it with the address it prints.
fn run() -> (Child, String) {
    let mut child = Command::new(PROGRAM)
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .trim()
        .strip_prefix("GitHub stand-in ready at ")
        .unwrap();
    (child, address.to_owned())
}

fn fail(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = Command::new(PROGRAM).args(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn program_serves_when_it_says_so_and_stops_when_told() {
    for name in ["TERM", "INT"] {
        let (mut child, address) = run();
        let heads = Command::new("git")
            .args(["ls-remote", &format!("{address}/acme/fleet.git")])
            .output();
        assert!(String::from_utf8_lossy(&heads.unwrap().stdout).contains("refs/heads/main"));
        Command::new("kill")
            .args([&format!("-{name}"), &child.id().to_string()])
            .status()
            .unwrap();
        assert!(child.wait().unwrap().success(), "{name}");
    }
}

#[test]
fn what_stands_in_the_way_is_named() {
    let (mut child, address) = run();
    let port = address.rsplit(':').next().unwrap();
    let busy = fail(&["--port", port]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(busy.0, Some(1));
    assert!(
        busy.1.contains(&format!("port {port} is in use")),
        "{}",
        busy.1
    );
    for (arguments, problem) in [
        (&["--port"][..], "`--port` needs a value"),
        (&["--port", "x"], "`x` is not a port"),
        (&["--verbose", "1"], "unknown argument `--verbose`"),
    ] {
        let (code, text) = fail(arguments);
        assert_eq!(code, Some(1));
        assert!(text.contains(problem) && text.contains("usage:"), "{text}");
    }
}
