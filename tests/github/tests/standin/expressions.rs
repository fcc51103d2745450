//! Object expressions against git's own rev-parse.

use serde_json::{Value, json};

use crate::client::{ADMIN, files, graphql, start};

const DOCUMENT: &str = "query($expression: String!) { repository(owner: \"acme\", name: \"network\") \
    { object(expression: $expression) { __typename oid } } }";

#[tokio::test]
async fn expressions_resolve_as_git_resolves_them() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main").unwrap();
    repo.push("topic", files(&[("topic.md", "x")]), "Topic")
        .unwrap();
    repo.push("feature/one", files(&[("one.md", "x")]), "One")
        .unwrap();
    // A tag named as the branch: the bare name means the tag.
    repo.tag("main", "topic").unwrap();
    for expression in [
        "refs/heads/main",
        "refs/heads/main:",
        "refs/heads/main:README.md",
        "refs/heads/main:docs",
        "refs/heads/main:docs/runbooks/restart.md",
        "refs/heads/feature/one:one.md",
        "feature/one",
        "heads/main",
        "main",
        "main:topic.md",
        "HEAD",
        "HEAD:docs",
        &head,
        &format!("{head}:"),
        &format!("{head}:fabrics/lab"),
        &head[..10],
        "HEAD^{tree}",
        "refs/heads/topic~1",
        "refs/heads/main:docs/",
        "refs/heads/main:nothing",
        "refs/heads/main:README.md/x",
        "refs/heads/main:/docs",
        "refs/heads/main:docs/nothing",
        "refs/heads/nothing:",
        "nothing",
        &"1".repeat(40),
        ":README.md",
    ] {
        let expected = repo.git(&["rev-parse", "--verify", "--quiet", expression]);
        let expected = expected
            .ok()
            .filter(|oid| repo.git(&["cat-file", "-e", oid.trim()]).is_ok());
        let answer = graphql(&standin, ADMIN, DOCUMENT, json!({"expression": expression})).await;
        let oid = answer["data"]["repository"]["object"]["oid"].as_str();
        assert_eq!(oid, expected.as_deref().map(str::trim), "{expression}");
        assert_eq!(answer.get("errors"), None, "{expression}");
    }
}

#[tokio::test]
async fn listings_are_git_s_own_order_names_and_modes() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let odd = [
        ("sort/a", "1"),
        ("sort/a.b", "2"),
        ("sort/a0", "3"),
        ("sort/ä ö", "4"),
        ("sort/b/c", "5"),
    ];
    repo.push("main", files(&odd), "Odd names").unwrap();
    let document = "{ repository(owner: \"acme\", name: \"network\") { object(expression: \"refs/heads/main:sort\") \
        { ... on Tree { entries { name nameRaw mode type oid path size } } } } }";
    let answer = graphql(&standin, ADMIN, document, Value::Null).await;
    let entries = answer["data"]["repository"]["object"]["entries"]
        .as_array()
        .unwrap();
    let lines: Vec<String> = entries
        .iter()
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            let mode = entry["mode"].as_u64().unwrap();
            format!(
                "{mode:06o} {} {}\t{}",
                text("type"),
                text("oid"),
                text("name")
            )
        })
        .collect();
    let listing = repo
        .git(&["-c", "core.quotePath=false", "ls-tree", "main:sort"])
        .unwrap();
    assert_eq!(lines, listing.lines().collect::<Vec<_>>());
    assert_eq!(entries[0]["path"], "sort/a");
    assert_eq!(entries[3]["size"], 0);
    let raw = entries.iter().find(|entry| entry["name"] == "ä ö").unwrap();
    assert_eq!(raw["nameRaw"], "w6Qgw7Y=");
}
