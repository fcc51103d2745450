//! A move whose answer was lost is settled only after its repository became private: whoever may not see that any more is not
//! told where the directory went.

use edge_worker::objects::Class;
use edge_worker::objects::fabric::CONNECT_AGAIN;
use flows::{Answer, Person, World};
use serde_json::{Value, json};

use crate::fabric;

const NEW_PLACE: &str = "secret-acquisition";

/// What moves the directory there.
async fn move_there(ada: &Person<'_>) -> Value {
    let mut wanted = fabric("gitops");
    wanted["to"] = json!({ "gitops_directory": NEW_PLACE });
    let plan = ada.post("/api/plan", &wanted).await;
    json!({ "gitops_directory": NEW_PLACE, "approval": plan.body["approval"] })
}

/// Moves the directory of a public fabric, without that Hedgerow hears whether it moved; then the repository becomes private.
async fn moved_unseen(world: &World, ada: &Person<'_>, id: &str) {
    let change = move_there(ada).await;
    let moves = json!({ "method": "PATCH", "path_contains": "/git/refs/" });
    world.fault(json!({ "match": moves, "times": 1, "action": { "drop": "after" } }));
    let looks = json!({ "graphql_contains": "query History" });
    world.fault(json!({ "match": looks, "times": 3, "action": { "status": 503 } }));
    let path = format!("/api/fabrics/{id}");
    let answer = ada.send("PATCH", &path, Some(&change)).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "unconfirmed",
        "{answer:?}"
    );
}

fn make_private(world: &World) {
    let change = world
        .standin
        .change_repository("acme/network", |repository| repository.private = true);
    change.unwrap();
}

/// What everybody can read: KV, and what is made of it.
async fn told_to_everybody(world: &World, id: &str) -> String {
    let path = format!("/f/{id}/status.json");
    let status = world.send("GET", &path, "", &[], None).await;
    format!("{:?} {}", world.host.copies(), status.text)
}

/// Does something, and gives what everybody could read when it was about to keep who may see the repository.
async fn until_it_is_known(
    world: &World,
    id: &str,
    does: impl Future<Output = Answer>,
) -> (Answer, String) {
    world.host.hold("Confirm");
    let look = async {
        world.host.holds("Confirm").await;
        let told = told_to_everybody(world, id).await;
        world.host.let_go("Confirm");
        told
    };
    tokio::join!(does, look)
}

#[tokio::test]
async fn nobody_else_is_told_of_a_move_that_a_validation_settles() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let otto = world.sign_in("standin-outsider").await;
    let id = ada.created(&fabric("gitops")).await;
    moved_unseen(&world, &ada, &id).await;
    let outsiders = world.watch(&id, otto.cookie()).await.unwrap();
    let visitors = world.watch(&id, "").await.unwrap();
    make_private(&world);
    let (report, told) = until_it_is_known(&world, &id, ada.validate(&id)).await;
    assert_eq!(report.status, 200, "{report:?}");
    assert!(!told.contains(NEW_PLACE), "{told}");
    for socket in [outsiders, visitors] {
        assert_eq!(socket.ended(), Some(CONNECT_AGAIN));
        let told = format!("{:?}", socket.told());
        assert!(!told.contains(NEW_PLACE), "{told}");
    }
    assert!(!told_to_everybody(&world, &id).await.contains(NEW_PLACE));
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(record.text("gitops_directory"), NEW_PLACE, "it is settled");
}

#[tokio::test]
async fn nor_where_the_readers_own_limit_ends_after_it_was_settled() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let rhea = world.sign_in("standin-reader").await;
    let id = ada.created(&fabric("gitops")).await;
    moved_unseen(&world, &ada, &id).await;
    let visitors = world.watch(&id, "").await.unwrap();
    make_private(&world);
    let reads = json!({ "login": "rhea", "graphql_contains": "Snapshot" });
    world.fault(json!({ "match": reads, "times": 1000, "action": {
        "status": 403,
        "headers": { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" },
        "body": { "message": "API rate limit exceeded" },
    } }));
    let report = rhea.validate(&id).await;
    assert_eq!(report.text("code"), "rate_limited", "{report:?}");
    world.host.advance(120_000);
    world.host.run_due_alarms(Class::Fabric, 1000);
    let told = told_to_everybody(&world, &id).await;
    assert!(!told.contains(NEW_PLACE), "{told}");
    assert_eq!(visitors.ended(), Some(CONNECT_AGAIN));
    let told = format!("{:?}", visitors.told());
    assert!(!told.contains(NEW_PLACE), "{told}");
}

#[tokio::test]
async fn nor_where_the_same_request_goes_on_with_what_died() {
    let mut settled = 0;
    // Before, it only looked.
    for step in 12.. {
        let world = World::with_fast_clock();
        let ada = world.sign_in("standin-admin").await;
        let otto = world.sign_in("standin-outsider").await;
        let id = ada.created(&fabric("gitops")).await;
        let change = move_there(&ada).await;
        let path = format!("/api/fabrics/{id}");
        world.host.die_in(step);
        let first = tokio::select! {
            answer = ada.send_once("PATCH", &path, "move", &change) => Some(answer),
            () = world.host.death() => None,
        };
        world.revive().await;
        if let Some(answer) = first {
            assert_eq!(answer.status, 200, "{answer:?}");
            break;
        }
        let sockets = [
            world.watch(&id, otto.cookie()).await.unwrap(),
            world.watch(&id, "").await.unwrap(),
        ];
        // It was told while it was public.
        if format!("{:?}", sockets[0].told()).contains(NEW_PLACE) {
            continue;
        }
        settled += u32::from(world.commits("main") > 2);
        make_private(&world);
        let repeat = ada.send_once("PATCH", &path, "move", &change);
        let (repeat, told) = until_it_is_known(&world, &id, repeat).await;
        assert_eq!(
            repeat.text("gitops_directory"),
            NEW_PLACE,
            "step {step}: {repeat:?}"
        );
        assert!(!told.contains(NEW_PLACE), "step {step}: {told}");
        for socket in sockets {
            assert_eq!(socket.ended(), Some(CONNECT_AGAIN), "step {step}");
            let told = format!("{:?}", socket.told());
            assert!(!told.contains(NEW_PLACE), "step {step}: {told}");
        }
        let told = told_to_everybody(&world, &id).await;
        assert!(!told.contains(NEW_PLACE), "step {step}: {told}");
    }
    assert!(settled > 0, "none died after it had moved the branch");
}
