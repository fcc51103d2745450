//! What is stored, found again: databases of objects, public copies, lines of a backup.

use edge_worker::objects::Class;
use flows::{Person, World};
use serde_json::{Value, json};

use super::assert_contains;
use super::world::{Landed, OPERATOR_KEY, versions};

const AS_OPERATOR: [(&str, &str); 1] = [("authorization", "Bearer operators-key-for-tests")];

fn person<'a>(world: &'a World, landed: &Landed, how: &str) -> Person<'a> {
    world.person(landed.text(&format!("/cookies/{how}")))
}

fn id<'a>(landed: &'a Landed, name: &str) -> &'a str {
    landed.text(&format!("/fabrics/{name}"))
}

/// What a landed version told of a fabric, as far as this one tells it: why a draft is one, GitHub says anew.
fn today(name: &str, told: &Value) -> Value {
    let mut told = told.clone();
    if let ("draft", Some(told)) = (name, told.as_object_mut()) {
        for field in ["check", "directory_init_error", "gitops_directory_status"] {
            told.remove(field);
        }
    }
    told
}

#[tokio::test]
async fn every_record_and_history_is_what_it_was() {
    for landed in versions() {
        let world = landed.world();
        let ada = person(&world, &landed, "token");
        let answers = landed.json("answers.json");
        for (name, expected) in answers.as_object().unwrap() {
            let path = format!("/api/fabrics/{}", id(&landed, name));
            let record = ada.get(&path).await;
            assert_eq!(record.status, 200, "{name}: {record:?}");
            assert_contains(&record.body, &today(name, &expected["record"]), name);
            let history = ada.get(&format!("{path}/history")).await;
            assert_eq!(history.status, 200, "{name}: {history:?}");
            assert_contains(&history.body, &expected["history"], name);
        }
        let forgotten = format!("/api/fabrics/{}", id(&landed, "forgotten"));
        assert_eq!(ada.get(&forgotten).await.status, 404);
        // Each row is what it was; their order is today's.
        let mut list = ada.get("/api/fabrics").await.body;
        let mut before = landed.scenario["list"].clone();
        for list in [&mut list, &mut before] {
            let rows = list["fabrics"].as_array_mut().unwrap();
            rows.sort_by_key(|row| row["id"].to_string());
        }
        assert_contains(&list, &before, "the list");
    }
}

#[tokio::test]
async fn whoever_watches_is_told_what_they_were_told() {
    for landed in versions() {
        let world = landed.world();
        let frames = landed.json("frames.json");
        for (name, expected) in frames.as_object().unwrap() {
            let live = world.host.live_record(id(&landed, name));
            for (text, who) in [(&live.text, "reader"), (&live.public_text, "public")] {
                let frame: Value = serde_json::from_str(text).unwrap();
                assert_contains(&frame, &today(name, &expected[who]), name);
            }
        }
    }
}

#[tokio::test]
async fn a_validation_reads_the_branch_and_finds_what_it_found() {
    for landed in versions() {
        let world = landed.world();
        let ada = person(&world, &landed, "token");
        let answers = landed.json("answers.json");
        for (name, is_valid) in [
            ("plain", true),
            ("drift", false),
            ("removed", false),
            ("older", true),
            ("private", true),
        ] {
            let report = ada.validate(id(&landed, name)).await;
            assert_eq!(
                (report.status, &report.body["valid"]),
                (200, &json!(is_valid)),
                "{name}: {report:?}"
            );
            let record = ada
                .get(&format!("/api/fabrics/{}", id(&landed, name)))
                .await;
            let before = &answers[name]["record"];
            for field in ["gitops_directory_status", "tree", "drift"] {
                assert_eq!(record.body[field], before[field], "{name}: {field}");
            }
        }
    }
}

#[tokio::test]
async fn a_write_that_nobody_confirmed_is_settled() {
    for landed in versions() {
        let world = landed.world();
        let ada = person(&world, &landed, "token");
        let id = id(&landed, "unsettled");
        let report = ada.validate(id).await;
        assert_eq!(report.body["valid"], true, "{report:?}");
        let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
        let entries = history.body["entries"].as_array().unwrap();
        let created = entries.last().unwrap();
        assert_eq!(
            created["outcome"], "committed",
            "the trailer was found: {created}"
        );
    }
}

#[tokio::test]
async fn a_repair_goes_on_after_a_write_that_was_cut_off() {
    for landed in versions() {
        let world = landed.world();
        let ada = person(&world, &landed, "token");
        let path = format!("/api/fabrics/{}", id(&landed, "interrupted"));
        let status = ada.get(&path).await;
        assert_eq!(status.text("gitops_directory_status"), "initializing");
        world.host.advance(200_000);
        let status = ada.get(&path).await;
        assert_eq!(
            status.body["operation"]["outcome"], "unconfirmed",
            "{status:?}"
        );
        let mut body = landed.scenario["under_way"]["body"].clone();
        for name in ["files", "approval"] {
            body.as_object_mut().unwrap().remove(name);
        }
        body["repair"] = json!(true);
        let body = ada.approve(&body).await;
        let before = world.commits("main");
        let repaired = ada.post(&format!("{path}/repair"), &body).await;
        assert_eq!(
            (repaired.status, repaired.text("gitops_directory_status")),
            (200, "initialized"),
            "{repaired:?}"
        );
        assert_eq!(world.commits("main"), before + 1);
        assert_eq!(
            ada.validate(id(&landed, "interrupted")).await.body["valid"],
            true
        );
        let history = ada.get(&format!("{path}/history")).await;
        let outcomes = flows::fields_of(&history.body["entries"], &["outcome"]);
        assert_eq!(
            outcomes,
            ["unchanged", "committed", "failed"],
            "the first never reached the branch: {history:?}"
        );
    }
}

#[tokio::test]
async fn a_claim_still_refuses() {
    for landed in versions() {
        let world = landed.world();
        let ada = person(&world, &landed, "token");
        for (repository, holder, name, directory, code) in [
            (
                "acme/network",
                "plain",
                "other",
                "sites/plain",
                "fabric_exists",
            ),
            (
                "acme/network",
                "plain",
                "other",
                "sites/plain/below",
                "fabric_exists",
            ),
            (
                "acme/network",
                "plain",
                "plain",
                "sites/other",
                "name_taken",
            ),
            (
                "acme/network",
                "renamed",
                "other",
                "sites/moved",
                "fabric_exists",
            ),
            (
                "acme/network",
                "renamed",
                "moved",
                "sites/other",
                "name_taken",
            ),
            (
                "acme/fleet",
                "older",
                "other",
                "sites/older",
                "fabric_exists",
            ),
            ("acme/fleet", "since", "since", "sites/other", "name_taken"),
            (
                "acme/protected",
                "proposed",
                "other",
                "sites/proposed",
                "fabric_exists",
            ),
        ] {
            let fabric = json!({ "name": name, "git_repository": repository, "branch": "main", "gitops_directory": directory });
            let answer = ada.create(&fabric).await;
            assert_eq!(
                (answer.status, answer.text("code")),
                (409, code),
                "{directory}: {answer:?}"
            );
            assert_eq!(answer.text("fabric"), id(&landed, holder));
        }
        // The write that was under way is given up.
        world.host.advance(200_000);
        let free = json!({ "name": "forgotten", "git_repository": "acme/network", "branch": "main", "gitops_directory": "sites/renamed" });
        let answer = ada.create(&free).await;
        assert_eq!(answer.status, 201, "what was given up is free: {answer:?}");
    }
}

#[tokio::test]
async fn whoever_was_signed_in_still_is() {
    for landed in versions() {
        let world = landed.world();
        for how in ["token", "app"] {
            let session = person(&world, &landed, how).get("/api/session").await;
            assert_eq!(session.body["user"]["login"], "ada", "{how}: {session:?}");
            assert_eq!(session.body["method"], how, "{session:?}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_that_began_before_ends_now() {
    for landed in versions() {
        let world = landed.world();
        let (_, query) = landed.text("/sign_in/location").split_once('?').unwrap();
        let authorize = format!("{}/login/oauth/authorize?{query}", world.standin.url());
        let back = world.approve_sign_in(&authorize, "ada").await;
        let cookie = landed.text("/sign_in/cookie");
        let answer = world.send("GET", &back, cookie, &[], None).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/fabrics"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_repeated_write_gets_its_first_answer() {
    for landed in versions() {
        let world = landed.world();
        let ada = person(&world, &landed, "token");
        let before = world.commits("main");
        let write = &landed.scenario["answered"];
        let key = landed.text("/answered/key");
        let path = landed.text("/answered/path");
        let answer = ada.post_once(path, key, &write["body"]).await;
        assert_eq!((answer.status, &answer.body), (201, &write["answer"]));
        let other = ada.post_once(path, key, &json!({})).await;
        assert_eq!(other.text("code"), "idempotency_key_reused", "{other:?}");
        let write = &landed.scenario["under_way"];
        let answer = ada
            .post_once(path, landed.text("/under_way/key"), &write["body"])
            .await;
        // A version that kept what a key leads to lets its repeat go on; of others it is not known.
        let sessions = landed.all_json("messages")["SESSION"].to_string();
        if sessions.contains("\"Resume\"") {
            assert_eq!(answer.status, 201, "{answer:?}");
            assert_eq!(world.commits("main"), before + 1, "it is written now");
        } else {
            assert_eq!(answer.text("code"), "operation_in_progress", "{answer:?}");
            assert_eq!(world.commits("main"), before, "nothing was written");
        }
    }
}

#[tokio::test]
async fn a_share_link_still_opens() {
    for landed in versions() {
        let world = landed.world();
        for (link, shows_name) in [("whole", true), ("redacted", false)] {
            let url = landed.text(&format!("/shares/{link}/url"));
            let (_, secret) = url.rsplit_once('/').unwrap();
            let answer = world
                .send("GET", &format!("/api/shares/{secret}"), "", &[], None)
                .await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(
                answer.body["record"]["name"] == "private",
                shows_name,
                "{answer:?}"
            );
        }
        let ada = person(&world, &landed, "token");
        let path = format!("/api/fabrics/{}/shares", id(&landed, "private"));
        let notes = flows::fields_of(&ada.get(&path).await.body["shares"], &["note"]);
        assert_eq!(notes, ["", "for the auditors"]);
    }
}

#[tokio::test]
async fn a_public_copy_is_read_without_its_object() {
    for landed in versions() {
        let world = landed.world();
        let copies = landed.json("kv.json");
        let answers = landed.json("answers.json");
        let mut read = 0;
        for (name, expected) in answers.as_object().unwrap() {
            let id = id(&landed, name);
            if copies.get(id).is_none() {
                continue;
            }
            world.host.drop_database(Class::Fabric, id);
            let answer = world
                .send("GET", &format!("/api/fabrics/{id}"), "", &[], None)
                .await;
            assert_eq!(answer.status, 200, "{name}: {answer:?}");
            let mut expected = expected["record"].clone();
            for only_of_people in ["operation", "compared"] {
                expected.as_object_mut().unwrap().remove(only_of_people);
            }
            assert_contains(&answer.body, &expected, name);
            read += 1;
        }
        assert_eq!(
            read,
            copies.as_object().unwrap().len(),
            "every copy was read"
        );
    }
}

#[tokio::test]
async fn what_waited_to_be_delivered_is_delivered() {
    for landed in versions() {
        let world = landed.world();
        let path = format!("/api/fabrics/{}", id(&landed, "waiting"));
        assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
        world.host.run_alarms();
        let answer = world.send("GET", &path, "", &[], None).await;
        assert_eq!(answer.text("name"), "waiting", "{answer:?}");
    }
}

#[tokio::test]
async fn a_backup_is_restored_whole() {
    for landed in versions() {
        let lines = std::fs::read_to_string(landed.folder.join("backup.ndjson")).unwrap();
        let mut world = World::new();
        super::world::configure(&mut world);
        landed.links_of(&mut world);
        super::world::is_older(&world);
        assert_eq!(AS_OPERATOR[0].1, format!("Bearer {OPERATOR_KEY}"));
        let restored = world
            .send_text("POST", "/api/operator/restore", &AS_OPERATOR, &lines)
            .await;
        let count = lines.lines().count();
        assert_eq!(restored.body["restored"], json!(count), "{restored:?}");
        assert_eq!(restored.body["refused"], json!([]), "{restored:?}");
        let again = world
            .send_text("GET", "/api/operator/backup", &AS_OPERATOR, "")
            .await;
        let parse = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let (before, after): (Vec<_>, Vec<_>) = (
            lines.lines().map(parse).collect(),
            again.text.lines().map(parse).collect(),
        );
        assert_eq!(after.len(), count);
        for (before, after) in before.iter().zip(&after) {
            // A write that was under way is an unconfirmed one.
            if before["record"]["gitops_directory_status"] != "initializing" {
                assert_contains(after, before, "a line");
            }
        }
    }
}
