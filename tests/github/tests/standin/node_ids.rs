//! Node ids of repositories that are older than GitHub's ids of today: two forms, one number.

use github_standin::{NodeIds, Standin};
use serde_json::{Value, json};

use crate::client::{ADMIN, request, send, start};

const REPOSITORY: &str =
    "{ repository(owner: \"acme\", name: \"network\") { id databaseId } viewer { login } }";
const OLD: &str = "MDEwOlJlcG9zaXRvcnk1MDE=";
const NEXT: &str = "R_kgDOAAAB9Q";

/// The repository's node id and number, by REST and by GraphQL.
async fn ids(standin: &Standin, asks: bool) -> [(Value, Value); 2] {
    let ask = async |method, path, body: &Value| {
        let mut request = request(method, path, ADMIN, body);
        if asks {
            let one = "1".parse().unwrap();
            request.headers_mut().insert("x-github-next-global-id", one);
        }
        send(standin, request).await.unwrap().json()
    };
    let rest = ask("GET", "/repos/acme/network", &Value::Null).await;
    let document = json!({ "query": REPOSITORY });
    let answer = ask("POST", "/graphql", &document).await;
    let repository = &answer["data"]["repository"];
    [
        (rest["node_id"].clone(), rest["id"].clone()),
        (repository["id"].clone(), repository["databaseId"].clone()),
    ]
}

#[tokio::test]
async fn an_older_repository_has_todays_id_for_whoever_asks_for_it() {
    let standin = start();
    for (forms, without, with) in [
        (NodeIds::Next, NEXT, NEXT),
        (NodeIds::Old, OLD, NEXT),
        (NodeIds::OnlyOld, OLD, OLD),
    ] {
        standin
            .change_repository("acme/network", |repository| repository.node_ids = forms)
            .unwrap();
        for (asks, expected) in [(false, without), (true, with)] {
            for found in ids(&standin, asks).await {
                assert_eq!(found, (json!(expected), json!(501)), "{forms:?}, {asks}");
            }
        }
    }
}
