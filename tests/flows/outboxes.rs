//! The copies of a record: the public one in KV and the row of the index follow it, and are never left behind.

use edge_worker::host::Host;
use edge_worker::objects::alarm::{self, ObjectHost};
use edge_worker::objects::{Class, Sql, Tables, Value as SqlValue, handle, index};
use flows::{Answer, Database, KvMood, Person, World};
use serde_json::{Value, json};
use shared::names::FabricId;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// A public fabric, made by Ada.
async fn public_fabric(world: &World) -> (Person<'_>, String) {
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&crate::fabric("gitops")).await;
    (ada, id)
}

/// Lets time pass as an object's alarms divide it, and tells how many there were.
pub fn pass(world: &World, id: &str, duration_ms: u64) -> u32 {
    let (mut left, mut alarms) = (duration_ms, 0);
    while let Some(next) = world.host.next_alarm(Class::Fabric, id) {
        if next > left {
            break;
        }
        world.host.advance(next);
        left -= next;
        world.host.run_alarm(Class::Fabric, id);
        alarms += 1;
        assert!(alarms < 1_000, "an alarm is due again and again");
    }
    world.host.advance(left);
    alarms
}

/// Makes news: somebody deletes a file of the layout, and the branch is read.
async fn news(world: &World, ada: &Person<'_>, id: &str) {
    world.push("main", &[("gitops/managed/README.md", None)]);
    let answer = ada.validate(id).await;
    let missing = json!(["gitops/managed/README.md"]);
    assert_eq!(answer.body["missing"], missing);
}

async fn status(world: &World, id: &str) -> Answer {
    let path = format!("/f/{id}/status.json");
    world.send("GET", &path, "", &[], None).await
}

/// How many lines of the log tell of an event.
fn lines(world: &World, event: &str) -> usize {
    let lines = world.host.log_lines();
    lines.iter().filter(|line| line.contains(event)).count()
}

#[tokio::test]
async fn status_json_tells_how_a_creation_ended_as_soon_as_it_is_answered() {
    let world = World::new();
    let (_, id) = public_fabric(&world).await;
    let answer = status(&world, &id).await;
    assert_eq!(answer.body["state"], "initialized", "{answer:?}");
    assert_eq!(
        world.host.kv_writes(),
        1,
        "nothing is written of a write while it is young"
    );
}

#[tokio::test]
async fn a_write_that_takes_long_is_told() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    let body = ada.approve(&crate::fabric("gitops")).await;
    world.fault(json!({ "match": { "operation": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": 60_000 } }));
    let path = format!("/api/fabrics/{id}/init-gitops");
    tokio::select! {
        answer = ada.post(&path, &body) => panic!("it ended: {answer:?}"),
        () = ada.sees_a_write(&id) => {}
    }
    assert_eq!(status(&world, &id).await.body["state"], "initialized");
    let next = world.host.next_alarm(Class::Fabric, &id).unwrap();
    assert!(next <= 10_000, "{next}");
}

#[tokio::test]
#[allow(clippy::print_stdout, reason = "the cost is to be seen")]
async fn kv_that_refuses_for_an_hour_costs_little_and_gets_everything_once() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    pass(&world, &id, 10 * MINUTE);
    for mood in [KvMood::Refuses, KvMood::SaysNothing] {
        world.host.let_kv(mood);
        let (writes, logged) = (world.host.kv_writes(), lines(&world, "copy_not_written"));
        let rows = world.host.rows_written(Class::Fabric, &id);
        news_of(&world, &ada, &id, mood).await;
        let alarms = pass(&world, &id, HOUR);
        let attempts = world.host.kv_writes() - writes;
        let rows = world.host.rows_written(Class::Fabric, &id) - rows;
        let logged = lines(&world, "copy_not_written") - logged;
        println!(
            "KV {mood:?} for an hour: {attempts} attempts, {alarms} object requests, {rows} rows, {logged} lines"
        );
        assert!((10..=20).contains(&attempts), "{attempts} attempts");
        assert!(alarms <= 24, "{alarms} alarms");
        assert!(rows <= 60, "{rows} rows");
        assert!((3..=5).contains(&logged), "{logged} lines");
        world.host.let_kv(KvMood::Answers);
        let before = world.host.kv_writes();
        pass(&world, &id, 20 * MINUTE);
        assert_eq!(world.host.kv_writes() - before, 1, "everything at once");
        let truth = ada.get(&format!("/api/fabrics/{id}")).await;
        let told = status(&world, &id).await;
        assert_eq!(told.body["missing"], truth.body["drift"]["missing"]);
        assert_eq!(told.body["record_version"], truth.body["version"]);
    }
}

/// Makes another news for each mood.
async fn news_of(world: &World, ada: &Person<'_>, id: &str, mood: KvMood) {
    let path = match mood {
        KvMood::Refuses => "gitops/managed/README.md",
        _ => "gitops/raw/README.md",
    };
    world.push("main", &[(path, None)]);
    ada.validate(id).await;
}

#[tokio::test]
async fn a_copy_that_cannot_be_compared_keeps_nothing_else_from_being_done() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    world.host.let_kv(KvMood::Refuses);
    let alarms = pass(&world, &id, HOUR);
    assert!((8..=20).contains(&alarms), "{alarms}");
    assert!(lines(&world, "copy_not_compared") <= 5);
    // The index lost the row; the object's daily round brings it back though KV refuses still.
    world.host.drop_database(Class::Index, index::NAME);
    pass(&world, &id, 32 * HOUR);
    let list = ada.get("/api/fabrics").await;
    assert_eq!(list.body["fabrics"][0]["id"], json!(id), "{list:?}");
}

#[tokio::test]
async fn kv_is_written_only_for_news() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    let before = world.host.kv_writes();
    for hour in 1..=11 {
        pass(&world, &id, HOUR);
        ada.validate(&id).await;
        assert_eq!(world.host.kv_writes(), before, "in hour {hour}");
    }
    pass(&world, &id, 2 * HOUR);
    assert_eq!(
        world.host.kv_writes(),
        before + 1,
        "twelve hours later the time is told"
    );
    let truth = ada.get(&format!("/api/fabrics/{id}")).await;
    let told = status(&world, &id).await;
    assert_eq!(told.body["checked_at"], truth.body["checked_at"]);
    news(&world, &ada, &id).await;
    assert_eq!(world.host.kv_writes(), before + 2);
    assert_eq!(status(&world, &id).await.body["missing"], 1);
}

#[tokio::test]
async fn a_key_that_never_was_is_not_deleted() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let fabric = json!({ "name": "secret", "git_repository": "acme/private", "branch": "main", "gitops_directory": "gitops" });
    let id = ada.created(&fabric).await;
    ada.validate(&id).await;
    let forgotten = ada.delete(&format!("/api/fabrics/{id}")).await;
    assert!(forgotten.status < 300, "{forgotten:?}");
    pass(&world, &id, 48 * HOUR);
    assert_eq!(world.host.kv_writes(), 0);
}

#[tokio::test]
async fn a_forgotten_fabric_takes_its_copies_with_it_and_keeps_only_its_daily_round() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    world.host.let_kv(KvMood::Refuses);
    news(&world, &ada, &id).await;
    ada.delete(&format!("/api/fabrics/{id}")).await;
    assert!(world.host.copies().contains_key(&id), "KV refuses");
    world.host.let_kv(KvMood::Answers);
    pass(&world, &id, HOUR);
    assert!(!world.host.copies().contains_key(&id));
    assert!(world.host.next_alarm(Class::Fabric, &id).unwrap() > 16 * HOUR);
}

#[tokio::test]
async fn a_copy_that_kv_lost_is_written_again_by_itself() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    let path = format!("/api/fabrics/{id}");
    // Lost after KV's answer, and an older copy left in place.
    world.host.lose_copies(1);
    news(&world, &ada, &id).await;
    let truth = ada.get(&path).await;
    let stale = world.send("GET", &path, "", &[], None).await;
    assert!(stale.body["version"].as_u64() < truth.body["version"].as_u64());
    pass(&world, &id, 2 * MINUTE);
    let repaired = world.send("GET", &path, "", &[], None).await;
    assert_eq!(repaired.body["version"], truth.body["version"]);
    // Gone days later.
    pass(&world, &id, 2 * MINUTE);
    world.host.drop_copy(&id);
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
    pass(&world, &id, 32 * HOUR);
    assert!(world.host.copies().contains_key(&id));
}

#[tokio::test]
async fn an_index_that_does_not_answer_is_asked_later_and_later() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    world.host.put_database(
        Class::Index,
        index::NAME,
        "CREATE TABLE fabrics (unknown TEXT)",
    );
    news(&world, &ada, &id).await;
    let before = lines(&world, "row_not_written");
    let alarms = pass(&world, &id, HOUR);
    assert!((8..=20).contains(&alarms), "{alarms}");
    assert!(lines(&world, "row_not_written") - before <= 5);
    world.host.drop_database(Class::Index, index::NAME);
    pass(&world, &id, 20 * MINUTE);
    let list = ada.get("/api/fabrics").await;
    assert_eq!(list.body["fabrics"][0]["drift"], 1, "{list:?}");
}

/// An object to which a message comes while the index answers.
struct Meanwhile<'a> {
    sql: &'a Tables<&'a Database>,
    message: String,
    now_ms: u64,
}

impl ObjectHost for Meanwhile<'_> {
    fn now_ms(&self) -> u64 {
        self.now_ms
    }

    async fn sleep(&self, _: u64) {
        std::future::pending().await
    }

    async fn put_copy(&self, _: &str, _: Option<&str>) -> Result<(), String> {
        Ok(())
    }

    async fn read_copy(&self, _: &str) -> Result<Option<String>, String> {
        Err("KV is not asked about here".to_owned())
    }

    async fn ask_index(&self, _: String) -> Result<String, String> {
        handle(self.sql, &self.message);
        Ok(r#"{"Reply":"Done"}"#.to_owned())
    }

    async fn end_sockets(&self, _: &FabricId, _: &str) -> Result<(), String> {
        Err("a fabric has no session".to_owned())
    }

    async fn delete_all(&self) -> Result<(), String> {
        Ok(())
    }

    fn tell_watchers(&self) {}

    fn begin_copying(&self) -> bool {
        false
    }

    fn end_copying(&self) {}

    fn log(&self, _: &str) {}
}

#[tokio::test]
async fn a_row_that_changes_while_the_index_answers_is_written_next_whatever_its_version() {
    let world = World::new();
    let (_, id) = public_fabric(&world).await;
    let unnumbered = "UPDATE place SET number = NULL";
    world.host.sql(Class::Fabric, &id, unnumbered);
    let databases = world.host.databases();
    let (.., statements) = databases.iter().find(|(_, name, _)| *name == id).unwrap();
    let database = Database::of_sql(statements);
    let sql = Tables::of(Class::Fabric, &database);
    let waiting = || sql.run("SELECT message FROM listing", &[]).unwrap();
    let repository = sql.run("SELECT repository FROM place", &[]).unwrap();
    let SqlValue::Text(repository) = &repository[0][0] else {
        panic!("{repository:?}")
    };
    let number = world.standin.repo("acme/network").unwrap().settings.id;
    let now_ms = Host::now_ms(&*world.host) + 48 * HOUR;
    let confirm = json!({ "Confirm": { "visibility": "public", "repository": repository, "repository_number": number, "now_ms": now_ms } });
    let host = Meanwhile {
        sql: &sql,
        message: confirm.to_string(),
        now_ms,
    };
    assert_eq!(waiting(), [] as [Vec<SqlValue>; 0]);
    let next = alarm::run(&sql, &host).await;
    let told = format!("{:?}", waiting());
    assert!(told.contains("repository_number"), "{told}");
    assert_eq!(next, Some(0));
}

/// GitHub cannot be asked, and the record says so.
async fn outage(world: &World, ada: &Person<'_>, id: &str) {
    world.fault(json!({ "times": 100, "action": { "status": 503 } }));
    ada.validate(id).await;
    world.standin.forget_faults();
}

/// What KV has of a fabric and what is true.
async fn told_and_true(world: &World, ada: &Person<'_>, id: &str) -> [Value; 2] {
    let truth = ada.get(&format!("/api/fabrics/{id}")).await;
    let copies = world.host.copies();
    let told: Value = serde_json::from_str(&copies[id]).unwrap();
    [
        told["check"]["state"].clone(),
        truth.body["check"]["state"].clone(),
    ]
}

/// A public fabric that was validated, whose copy was written a while ago.
async fn settled_fabric(world: &World) -> (Person<'_>, String) {
    let (ada, id) = public_fabric(world).await;
    ada.validate(&id).await;
    pass(world, &id, 10 * MINUTE);
    (ada, id)
}

#[tokio::test]
async fn a_copy_of_which_kv_said_nothing_may_be_there() {
    for dies in [false, true] {
        let world = World::new();
        let (ada, id) = settled_fabric(&world).await;
        world.host.let_kv(KvMood::AnswersTooLate);
        world.host.hold_deliveries(dies);
        outage(&world, &ada, &id).await;
        if dies {
            // The object dies after KV wrote, and before it hears of it.
            world.host.advance(2_000);
            world.host.let_kv(KvMood::Waits);
            let before = world.host.kv_writes();
            tokio::select! {
                _ = world.host.alarm(Class::Fabric, &id) => panic!("KV waits"),
                () = world.host.kv_is_written(before) => {}
            }
            let text = world.host.public_copy(&id).await.unwrap().unwrap();
            let text = text.replace(r#""check":{"state":"ok""#, r#""check":{"state":"unknown""#);
            world.host.put_copy(&id, &text);
        }
        let [told, truth] = told_and_true(&world, &ada, &id).await;
        assert_eq!((told, truth), (json!("unknown"), json!("unknown")));
        world.host.let_kv(KvMood::Answers);
        assert_eq!(ada.validate(&id).await.body["valid"], true);
        world.host.hold_deliveries(false);
        pass(&world, &id, MINUTE);
        let [told, truth] = told_and_true(&world, &ada, &id).await;
        assert_eq!((told, truth), (json!("ok"), json!("ok")), "{dies}");
    }
}

#[tokio::test]
async fn what_changes_back_while_it_is_written_is_told() {
    let world = World::new();
    let (ada, id) = settled_fabric(&world).await;
    world.host.hold_deliveries(true);
    outage(&world, &ada, &id).await;
    world.host.hold_deliveries(false);
    world.host.advance(2_000);
    world.host.let_kv(KvMood::Waits);
    let before = world.host.kv_writes();
    let writes = world.host.alarm(Class::Fabric, &id);
    let meanwhile = async {
        world.host.kv_is_written(before).await;
        assert_eq!(ada.validate(&id).await.body["valid"], true);
        let next = world.host.alarm(Class::Fabric, &id).await;
        assert_eq!(next, Some(1_000), "another writes");
        assert_eq!(world.host.kv_writes(), before + 1, "one at a time");
        world.host.let_kv(KvMood::Answers);
    };
    tokio::join!(writes, meanwhile);
    pass(&world, &id, MINUTE);
    let [told, truth] = told_and_true(&world, &ada, &id).await;
    assert_eq!((told, truth), (json!("ok"), json!("ok")));
    assert_eq!(world.host.kv_writes(), before + 2);
    pass(&world, &id, 11 * HOUR);
    assert_eq!(world.host.kv_writes(), before + 2);
}

#[tokio::test]
async fn commits_elsewhere_and_the_words_of_an_outage_are_no_news() {
    let world = World::new();
    let (ada, id) = settled_fabric(&world).await;
    let before = world.host.kv_writes();
    for number in 0..10 {
        let text = number.to_string();
        world.push(
            "main",
            &[("elsewhere/notes.txt", Some(text.as_str().into()))],
        );
        assert_eq!(ada.validate(&id).await.body["valid"], true);
        pass(&world, &id, 5 * MINUTE);
    }
    assert_eq!(world.host.kv_writes(), before);
    for status in [503, 502, 504] {
        world.fault(json!({ "times": 100, "action": { "status": status } }));
        ada.validate(&id).await;
        world.standin.forget_faults();
        pass(&world, &id, MINUTE);
    }
    assert_eq!(told_and_true(&world, &ada, &id).await[0], json!("unknown"));
    assert_eq!(world.host.kv_writes(), before + 1);
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    assert_eq!(world.host.kv_writes(), before + 2);
    pass(&world, &id, 13 * HOUR);
    let truth = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(status(&world, &id).await.body["head"], truth.body["head"]);
    news(&world, &ada, &id).await;
    assert_eq!(
        status(&world, &id).await.body["head"],
        json!(world.head("main"))
    );
}

#[tokio::test]
async fn an_alarm_that_fails_says_so_seldom_and_comes_again() {
    let world = World::new();
    let (_, id) = settled_fabric(&world).await;
    world.host.advance(40 * HOUR);
    let sql = |statement| world.host.sql(Class::Fabric, &id, statement);
    sql("UPDATE fabric SET record = 'no record'");
    let mut passed = 0;
    for _ in 0..16 {
        let next = world.host.run_alarm(Class::Fabric, &id).unwrap();
        let due = world.host.next_alarm(Class::Fabric, &id);
        let is_later = due.is_some_and(|due| due + 500 > next);
        assert!(is_later, "a message asks for none sooner: {due:?} {next}");
        world.host.advance(next);
        passed += next;
    }
    assert!(passed > HOUR, "{passed}");
    assert_eq!(lines(&world, "alarm_failed"), 5);
    // Where it cannot even keep how often it failed, it comes again all the same.
    for statement in ["DROP TABLE outbox", "DROP TABLE retry"] {
        sql(statement);
        let next = world.host.run_alarm(Class::Fabric, &id);
        assert!(next.is_some_and(|next| next <= 20 * MINUTE), "{next:?}");
    }
}

#[tokio::test]
async fn a_session_that_could_not_be_deleted_is_deleted_later() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (_, name) = ada.cookie().split_once('=').unwrap();
    let (name, _) = name.split_once('.').unwrap();
    world.host.advance(31 * 24 * HOUR);
    world.host.refuse_deletion(true);
    for _ in 0..8 {
        let next = world.host.sweep_session(name).expect("a next date");
        world.host.advance(next);
    }
    assert_eq!(lines(&world, "alarm_failed"), 4);
    world.host.refuse_deletion(false);
    assert_eq!(world.host.sweep_session(name), None);
    assert_eq!(world.host.object(Class::Session, name), "");
}

#[tokio::test]
async fn whoever_checks_what_was_stale_sees_it_at_once() {
    let world = World::new();
    let (ada, id) = settled_fabric(&world).await;
    // Days later somebody's read has GitHub say again that it is public: that is copied, and nobody has checked.
    pass(&world, &id, 49 * HOUR);
    assert_eq!(status(&world, &id).await.body["check"]["state"], "stale");
    pass(&world, &id, MINUTE);
    let before = world.host.kv_writes();
    for _ in 0..3 {
        assert_eq!(ada.validate(&id).await.body["valid"], true);
        assert_eq!(status(&world, &id).await.body["check"]["state"], "ok");
        pass(&world, &id, HOUR);
    }
    assert_eq!(world.host.kv_writes(), before + 1);
}

#[tokio::test]
async fn a_fabric_that_is_changed_to_and_fro_leaves_the_writes_of_the_day_to_others() {
    let world = World::new();
    let (ada, id) = public_fabric(&world).await;
    // What waits to be told after each of many changes, without making them on a branch.
    let turn = |number: u32| {
        let text = world.host.copies()[&id].replace('\'', "''");
        let row = format!("1, '{id}', 1, '{text}', '{number} 0', NULL");
        let statement = format!("INSERT OR REPLACE INTO outbox VALUES ({row})");
        world.host.sql(Class::Fabric, &id, &statement);
        pass(&world, &id, 4_000);
    };
    let begun = world.host.kv_writes();
    for number in 0..20 {
        turn(number);
    }
    let writes = world.host.kv_writes();
    assert_eq!(
        writes - begun,
        20,
        "what changes now and then is told at once"
    );
    for number in 20..100 {
        turn(number);
    }
    let writes = world.host.kv_writes();
    assert!((30..40).contains(&writes), "{writes} writes");
    // The last word comes all the same.
    news(&world, &ada, &id).await;
    pass(&world, &id, 31 * MINUTE);
    assert_eq!(status(&world, &id).await.body["missing"], 1);
    let after = world.host.kv_writes();
    assert!(after <= writes + 2, "{after} writes");
    // What became private is gone at once.
    let become_private = |private| {
        let change = world
            .standin
            .change_repository("acme/network", |repository| repository.private = private);
        change.unwrap();
    };
    become_private(true);
    ada.validate(&id).await;
    assert!(!world.host.copies().contains_key(&id));
    // And a day later everything is told at once again.
    become_private(false);
    pass(&world, &id, 25 * HOUR);
    world.push("main", &[("gitops/raw/README.md", None)]);
    ada.validate(&id).await;
    assert_eq!(status(&world, &id).await.body["missing"], 2);
}

#[tokio::test]
async fn what_creating_and_forgetting_again_and_again_costs_is_what_security_says() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let wanted = crate::fabric("gitops");
    let mut objects = Vec::new();
    let mut writes = Vec::new();
    for _ in 0..4 {
        let before = world.host.kv_writes();
        let id = ada.created(&wanted).await;
        world.host.run_due_alarms(Class::Fabric, 20_000);
        assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
        world.host.run_due_alarms(Class::Fabric, 20_000);
        writes.push(world.host.kv_writes() - before);
        let kept = world.host.databases().into_iter();
        let kept = kept.filter(|(class, _, rows)| *class == Class::Fabric && !rows.is_empty());
        objects.push(kept.count());
    }
    assert_eq!(writes, [2; 4], "a write and a deletion");
    assert_eq!(objects, [1, 2, 3, 4], "a tombstone each");
}
