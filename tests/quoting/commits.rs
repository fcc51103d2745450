//! Messages of commits, read by git, and by what GitHub says that it reads in them.

use flows::{Clone, Person, World, hostile};
use serde_json::{Value, json};
use shared::names::DirectoryPath;
use shared::quote::commit_message::name;

use crate::markdown::codes;

/// What GitHub would take for more than words.
fn read_by_github(message: &str) -> Vec<String> {
    let message = message.to_ascii_lowercase();
    let words = [
        "[skip ci]",
        "[ci skip]",
        "[no ci]",
        "[skip actions]",
        "[actions skip]",
        "***no_ci***",
        "skip-checks:",
        "co-authored-by:",
        "://",
        "gh-1",
        "@",
    ];
    let mut found: Vec<String> = words
        .iter()
        .filter(|word| message.contains(**word))
        .map(|word| (*word).to_owned())
        .collect();
    let issues = message.match_indices('#');
    found.extend(issues.map(|(at, _)| message[at..].chars().take(4).collect()));
    found
}

/// The one trailer of a message and its first line, as git reads them.
fn read_by_git(clone: &Clone) -> (String, String) {
    let read = |format: &str| clone.git(&["log", "-1", &format!("--format={format}")]);
    (read("%s"), read("%(trailers:only=yes)"))
}

#[test]
fn a_name_is_one_word_of_a_message_that_says_what_it_was() {
    for text in hostile::NAMES {
        let written = name(text);
        assert_eq!(read_by_github(&written), Vec::<String>::new(), "{written}");
        assert!(
            !written.contains(|end: char| end.is_whitespace() || end == ':'),
            "{written:?}"
        );
        let address = format!("https://h.example/?a={}", written.replace('+', "%2B"));
        let read = reqwest::Url::parse(&address).unwrap();
        assert_eq!(read.query_pairs().next().unwrap().1, *text, "{written}");
    }
    for plain in [
        "main",
        "gitops/hedgehog/fabric-1",
        "release/1.2_rc",
        "größe",
        "日本",
    ] {
        assert_eq!(name(plain), plain);
    }
}

/// Hostile names of directories, each once: a commit takes a moment.
fn directories() -> Vec<DirectoryPath> {
    let names = [
        "fixes #1",
        "closes GH-1",
        "gh-1",
        "@team",
        "[skip ci]",
        "a`b",
        "`a",
        "a #b",
        "acme/network#1",
        "$(id)",
        "größe",
    ];
    names.map(|name| DirectoryPath::parse(name).unwrap()).into()
}

fn fabric(repository: &str, directory: &DirectoryPath) -> Value {
    json!({ "name": "fabric-1", "git_repository": repository, "branch": "main", "gitops_directory": directory })
}

async fn moved(ada: &Person<'_>, id: &str, from: &DirectoryPath, to: &DirectoryPath) {
    let mut asked = fabric("acme/network", from);
    asked["to"] = json!({ "gitops_directory": to });
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "gitops_directory": to, "approval": plan.body["approval"] });
    let answer = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn moving_a_fabric_says_where_to_and_nothing_else() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut from = DirectoryPath::parse("gitops").unwrap();
    let id = ada.created(&fabric("acme/network", &from)).await;
    for to in directories() {
        moved(&ada, &id, &from, &to).await;
        let clone = world.clone("acme/network", "main");
        let (subject, trailers) = read_by_git(&clone);
        assert_eq!(
            subject,
            format!("Move fabric fabric-1 to {}", name(to.as_str()))
        );
        assert_eq!(
            read_by_github(&clone.git(&["log", "-1", "--format=%B"])),
            Vec::<String>::new()
        );
        assert!(
            trailers.starts_with("Hedgerow-Operation: ") && trailers.lines().count() == 1,
            "{trailers}"
        );
        assert!(!clone.files(to.as_str()).is_empty());
        from = to;
    }
}

/// The newest pull request of acme/protected.
async fn newest_pull(world: &World) -> Value {
    let url = format!("{}/repos/acme/protected/pulls", world.standin.url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .get(url)
        .header("user-agent", "test")
        .header("authorization", "Bearer standin-admin");
    let answer = request.send().await.unwrap().bytes().await.unwrap();
    let pulls: Vec<Value> = serde_json::from_slice(&answer).unwrap();
    pulls
        .into_iter()
        .max_by_key(|pull| pull["number"].as_u64())
        .unwrap()
}

#[tokio::test]
async fn a_pull_request_names_its_paths_as_code_and_closes_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for (number, directory) in directories().iter().enumerate() {
        let mut body = fabric("acme/protected", directory);
        body["name"] = json!(format!("gh-1{number}"));
        let mut body = ada.approve(&body).await;
        body["mode"] = json!("pull_request");
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            answer.body["operation"]["outcome"], "pull_request",
            "{answer:?}"
        );
        let sent = newest_pull(&world).await;
        let (title, text) = (
            sent["title"].as_str().unwrap(),
            sent["body"].as_str().unwrap(),
        );
        // As the message of a squashed commit, both are plain words.
        assert_eq!(
            read_by_github(&format!("{title}\n\n{text}")),
            Vec::<String>::new(),
            "{title}\n{text}"
        );
        let codes = codes(text);
        assert_eq!(codes[0], name(directory.as_str()), "{text}");
        assert_eq!(codes.len(), 2 + 14 + 1, "{text}");
    }
}
