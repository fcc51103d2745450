//! What GraphQL tells, and to whom.

use github_standin::{Protection, Rule, RuleKind};
use serde_json::{Value, json};

use crate::client::{ADMIN, OUTSIDER, READER, call, graphql, start};

const REPOSITORY: &str = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) \
    { id nameWithOwner isEmpty isPrivate isArchived viewerPermission defaultBranchRef { name } } }";

#[tokio::test]
async fn viewer_is_whoever_the_token_names() {
    let standin = start();
    for (token, login) in [(ADMIN, "ada"), (READER, "rhea"), (OUTSIDER, "otto")] {
        let answer = graphql(
            &standin,
            token,
            "{ viewer { login databaseId id name } }",
            Value::Null,
        )
        .await;
        assert_eq!(answer["data"]["viewer"]["login"], login);
    }
}

#[tokio::test]
async fn permission_follows_from_role_and_visibility() {
    let standin = start();
    for (name, token, permission) in [
        ("network", ADMIN, Some("ADMIN")),
        ("network", READER, Some("READ")),
        ("network", OUTSIDER, Some("READ")),
        ("private", ADMIN, Some("ADMIN")),
        ("private", READER, Some("READ")),
        ("private", OUTSIDER, None),
        ("nothing", ADMIN, None),
    ] {
        let variables = json!({"owner": "acme", "name": name});
        let answer = graphql(&standin, token, REPOSITORY, variables).await;
        let repository = &answer["data"]["repository"];
        assert_eq!(
            repository["viewerPermission"].as_str(),
            permission,
            "{name}"
        );
        if permission.is_none() {
            assert_eq!(*repository, Value::Null);
            assert_eq!(answer["errors"][0]["type"], "NOT_FOUND");
            let message = format!("Could not resolve to a Repository with the name 'acme/{name}'.");
            assert_eq!(answer["errors"][0]["message"], message);
        }
    }
}

#[tokio::test]
async fn repository_is_found_in_any_case_and_keeps_its_id() {
    let standin = start();
    let mut ids = Vec::new();
    for (owner, name) in [("acme", "network"), ("ACME", "NetWork")] {
        let answer = graphql(
            &standin,
            ADMIN,
            REPOSITORY,
            json!({"owner": owner, "name": name}),
        )
        .await;
        assert_eq!(
            answer["data"]["repository"]["nameWithOwner"],
            "acme/network"
        );
        ids.push(answer["data"]["repository"]["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    let document = "query($id: ID!) { node(id: $id) { id ... on Repository { name } } }";
    let answer = graphql(&standin, ADMIN, document, json!({"id": ids[0]})).await;
    assert_eq!(answer["data"]["node"]["name"], "network");
}

#[tokio::test]
async fn empty_repository_says_so() {
    let standin = start();
    let answer = graphql(
        &standin,
        ADMIN,
        REPOSITORY,
        json!({"owner": "acme", "name": "empty"}),
    )
    .await;
    assert_eq!(answer["data"]["repository"]["isEmpty"], true);
    assert_eq!(
        answer["data"]["repository"]["defaultBranchRef"],
        Value::Null
    );
}

#[tokio::test]
async fn branch_tells_its_rules_and_its_protection() {
    let standin = start();
    let document = "{ repository(owner: \"acme\", name: \"protected\") { ref(qualifiedName: \"refs/heads/main\") \
        { name prefix rules(first: 50) { nodes { type } } refUpdateRule { viewerCanPush pattern \
        requiredApprovingReviewCount requiredStatusCheckContexts requiresSignatures allowsForcePushes allowsDeletions } } } }";
    let branch =
        graphql(&standin, ADMIN, document, Value::Null).await["data"]["repository"]["ref"].clone();
    assert_eq!(branch["rules"]["nodes"], json!([{"type": "PULL_REQUEST"}]));
    assert_eq!(branch["refUpdateRule"], Value::Null);

    standin
        .change_repository("acme/protected", |settings| {
            let kind = RuleKind::NonFastForward;
            settings.rules = vec![Rule {
                pattern: "other".into(),
                kind,
            }];
            settings.protections = vec![Protection {
                pattern: "main".into(),
                approvals: Some(2),
                contexts: vec!["ci".into()],
                ..Protection::default()
            }];
        })
        .unwrap();
    for (token, can_push) in [(ADMIN, true), (READER, false)] {
        let branch =
            graphql(&standin, token, document, Value::Null).await["data"]["repository"]["ref"]
                .clone();
        assert_eq!(branch["rules"]["nodes"], json!([]));
        let expected = json!({
            "viewerCanPush": can_push, "pattern": "main", "requiredApprovingReviewCount": 2,
            "requiredStatusCheckContexts": ["ci"], "requiresSignatures": false,
            "allowsForcePushes": false, "allowsDeletions": false,
        });
        assert_eq!(branch["refUpdateRule"], expected);
    }
}

#[tokio::test]
async fn history_is_paged() {
    let standin = start();
    let repo = standin.repo("acme/fleet").unwrap();
    for number in 0..3 {
        let files = crate::client::files(&[("n", &number.to_string())]);
        repo.push("main", files, &format!("Commit {number}\n\nBody"))
            .unwrap();
    }
    let document = "query($first: Int, $after: String) { repository(owner: \"acme\", name: \"fleet\") { \
        defaultBranchRef { target { ... on Commit { history(first: $first, after: $after) \
        { totalCount nodes { messageHeadline messageBody committedDate } pageInfo { hasNextPage endCursor } } } } } } }";
    let history = async |variables: Value| {
        let answer = graphql(&standin, ADMIN, document, variables).await;
        answer["data"]["repository"]["defaultBranchRef"]["target"]["history"].clone()
    };
    let page = history(json!({"first": 3})).await;
    assert_eq!(page["totalCount"], 4);
    assert_eq!(page["nodes"][0]["messageHeadline"], "Commit 2");
    assert_eq!(page["nodes"][0]["messageBody"], "Body");
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let rest = history(json!({"first": 3, "after": page["pageInfo"]["endCursor"]})).await;
    assert_eq!(rest["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);

    for (variables, kind) in [
        (json!({}), "MISSING_PAGINATION_BOUNDARIES"),
        (json!({"first": 101}), "EXCESSIVE_PAGINATION"),
    ] {
        let answer = graphql(&standin, ADMIN, document, variables).await;
        assert_eq!(answer["errors"][0]["type"], kind);
    }
}

#[tokio::test]
async fn documents_that_github_would_not_run_have_no_data() {
    let standin = start();
    for document in [
        "{ nothing }",
        "{ viewer { login(x: 1) } }",
        "{ viewer",
        "{ repository(owner: 1) { id } }",
    ] {
        let answer = graphql(&standin, ADMIN, document, Value::Null).await;
        assert!(
            answer.get("data").is_none() && answer["errors"].is_array(),
            "{document}: {answer}"
        );
    }
    let answer = call(
        &standin,
        "POST",
        "/graphql",
        ADMIN,
        json!({"variables": {}}),
    )
    .await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn enterprise_paths_answer_too() {
    let standin = start();
    let body = json!({"query": "{ viewer { login } }"});
    let answer = call(&standin, "POST", "/api/graphql", ADMIN, body).await;
    assert_eq!(answer.json()["data"]["viewer"]["login"], "ada");
    let answer = crate::client::get(&standin, "/api/v3/user", ADMIN).await;
    assert_eq!(answer.json()["login"], "ada");
}
