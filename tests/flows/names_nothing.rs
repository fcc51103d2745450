//! A request that names nothing leaves nothing: no table, no row and no alarm in any object, and mostly not even a message to one.

use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};
use shared::names::FabricId;

use crate::fabric;

/// From then on a cookie whose name was drawn by lot is none: 2027-03-01.
const AFTER_RANDOM_NAMES_MS: u64 = 1_803_859_200_000;
const ROUNDS: u8 = 25;

/// The class and the name of an object, what it holds, and when its alarm comes.
pub(crate) type Kept = (String, String, String, Option<u64>);

/// What every object that holds anything holds.
pub(crate) fn kept(world: &World) -> Vec<Kept> {
    let objects = world.host.databases().into_iter();
    let objects = objects.filter(|(_, _, statements)| !statements.is_empty());
    objects
        .map(|(class, name, statements)| {
            let alarm = world.host.alarm_of(class, &name);
            (class.binding().to_owned(), name, statements, alarm)
        })
        .collect()
}

/// The same where an alarm that comes anyway may have been set to an earlier time.
fn with_or_without_alarm(
    kept: Vec<(String, String, String, Option<u64>)>,
) -> Vec<(String, String, String, bool)> {
    let kept = kept.into_iter();
    kept.map(|(class, name, statements, alarm)| (class, name, statements, alarm.is_some()))
        .collect()
}

fn names(world: &World) -> Vec<(&'static str, String)> {
    let objects = world.host.databases().into_iter();
    objects
        .map(|(class, name, _)| (class.binding(), name))
        .collect()
}

/// Base32 that begins with a number.
fn text(number: u8, length: usize) -> String {
    let id = FabricId::from_bytes([number.wrapping_add(1); 16]);
    id.as_str().repeat(5).get(..length).unwrap().to_owned()
}

#[tokio::test]
async fn a_thousand_requests_that_name_nothing_leave_nothing() {
    let world = World::new();
    world.host.set_clock(AFTER_RANDOM_NAMES_MS);
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let shares = format!("/api/fabrics/{id}/shares");
    let link = ada.post(&shares, &json!({})).await.text("url").to_owned();
    let (_, link) = link.rsplit_once('/').unwrap();
    let approved = ada.approve(&fabric("gitops")).await;
    let (kept_before, mut sent) = (kept(&world), 0);

    // Who is not signed in reaches no object but the index, which is there.
    let before = names(&world);
    for number in 0..ROUNDS {
        let nobody = FabricId::from_bytes([number; 16]);
        let cookie = format!("__Host-hedgerow={}.{}", text(number, 26), text(number, 52));
        let hex = format!("{number:02x}").repeat(16);
        let mut paths = vec!["/api/session".to_owned(), "/api/repositories".to_owned()];
        paths.extend(
            ["", "/history", "/looks", "/permission", "/shares"]
                .map(|rest| format!("/api/fabrics/{nobody}{rest}")),
        );
        paths.extend(
            ["", "/status.json", "/badge.svg", "/badge.json"]
                .map(|rest| format!("/f/{nobody}{rest}")),
        );
        for secret in [
            hex.repeat(3),
            format!("{hex}{}", &link[32..]),
            format!("{}{hex}", &link[..64]),
            format!("{nobody}{nobody}"),
        ] {
            paths.push(format!("/api/shares/{secret}"));
            paths.push(format!("/s/{secret}"));
            paths.push(format!("/s/{secret}/badge.svg"));
        }
        for path in &paths {
            let answer = world.send("GET", path, &cookie, &[], None).await;
            assert!(
                matches!(answer.status, 200 | 401 | 404),
                "{path}: {answer:?}"
            );
            assert!(world.watch(nobody.as_str(), &cookie).await.is_none());
        }
        let headers = [("idempotency-key", "made-up")];
        for (method, rest) in [
            ("PATCH", ""),
            ("DELETE", ""),
            ("POST", "/repair"),
            ("POST", "/shares"),
        ] {
            let path = format!("/api/fabrics/{nobody}{rest}");
            let answer = world
                .send(method, &path, &cookie, &headers, Some(&approved))
                .await;
            assert_eq!(answer.status, 401, "{path}: {answer:?}");
        }
        sent += paths.len() + 4;
    }
    assert_eq!(names(&world), before, "no object was addressed");

    // Who is signed in reaches the object of an unknown fabric, which keeps nothing.
    for number in 0..ROUNDS {
        let nobody = FabricId::from_bytes([number; 16]);
        let path = format!("/api/fabrics/{nobody}");
        for rest in ["", "/history", "/looks", "/permission", "/shares"] {
            assert_eq!(
                ada.get(&format!("{path}{rest}")).await.status,
                404,
                "{rest}"
            );
        }
        assert!(world.watch(nobody.as_str(), ada.cookie()).await.is_none());
        let share = format!("/shares/{nobody}");
        for (method, rest, body) in [
            ("PATCH", "", &approved),
            ("DELETE", "", &Value::Null),
            ("POST", "/repair", &approved),
            ("POST", "/init-gitops", &approved),
            ("POST", "/validate-gitops", &Value::Null),
            ("POST", "/shares", &json!({})),
            ("DELETE", &share, &Value::Null),
        ] {
            let answer = ada.send(method, &format!("{path}{rest}"), Some(body)).await;
            assert!(
                matches!(answer.status, 400 | 404),
                "{method} {rest}: {answer:?}"
            );
        }
        sent += 12;
    }
    assert_eq!(kept(&world), kept_before);

    // A sign-in that begins, a session that is made up and ended, and a key of what was refused end by themselves.
    for number in 0..ROUNDS {
        let state = text(number, 43);
        let login = format!(
            "__Host-hedgerow-login-0123456789abcdef={}.{}",
            text(number, 26),
            text(number, 52)
        );
        let back = format!("/api/auth/callback?code=made-up&state={state}");
        assert_eq!(
            world.send("GET", &back, &login, &[], None).await.status,
            303
        );
        let cookie = format!("__Host-hedgerow={}.{}", text(number, 26), text(number, 52));
        let out = world
            .send("POST", "/api/auth/logout", &cookie, &[], Some(&Value::Null))
            .await;
        assert_eq!(out.status, 204);
        let path = format!("/api/fabrics/{}/repair", FabricId::from_bytes([number; 16]));
        assert_eq!(
            ada.post_once(&path, &text(number, 30), &approved)
                .await
                .status,
            404
        );
        sent += 3;
    }
    assert!(sent >= 1_000, "{sent}");
    // What was begun is over within ten minutes, and then its storage goes; a fabric looks at its public copy meanwhile.
    world.host.run_due_alarms(Class::Session, 11 * 60_000);
    assert_eq!(
        with_or_without_alarm(kept(&world)),
        with_or_without_alarm(kept_before)
    );
}

#[tokio::test]
async fn what_is_empty_deletes_itself() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    ada.get("/api/repositories").await;
    assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
    assert_eq!(ada.post("/api/auth/logout", &Value::Null).await.status, 204);
    for class in [Class::Session, Class::Repository, Class::Fabric] {
        world.host.run_due_alarms(class, 3 * 60_000);
    }
    let mut left = kept(&world);
    left.retain(|(class, ..)| class != "INDEX");
    let rows: Vec<&str> = left
        .iter()
        .flat_map(|(.., statements, _)| statements.lines())
        .filter(|line| line.starts_with("INSERT INTO"))
        .filter(|line| !line.contains(" schema ") && !line.contains(" sqlite_"))
        .map(|line| line.split(' ').nth(2).unwrap())
        .collect();
    // The tombstone, and when the index is told of it again; and where the older node id of a repository leads.
    assert_eq!(rows, ["forgotten", "listed", "handed_over"], "{left:#?}");
}
