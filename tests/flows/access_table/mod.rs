//! Every route × who asks × what became of the repository, as one table: it follows from the rules (`rules.rs`).

mod fabrics;
mod people;
mod rules;

use edge_worker::ROUTES;
use flows::{Answer, Person, World};
use github_standin::NodeIds;
use http::Method;
use serde_json::{Value, json};

use crate::fabric;
use fabrics::{
    HIDDEN, State, Subject, draft_of_lena, forget, made_by_lena, none, otto_takes_the_name,
};
use people::{EVERYBODY, People, Who, introduce};
use rules::{MORE, Takes, expected, expected_while_refused};

/// One line of the table: a method, an address, and what they take.
type Line = (&'static str, &'static str, Takes);

/// Every route of the Worker by the rule for it, then what is no route of its own; what only reads comes first.
fn lines() -> Vec<Line> {
    let mut lines = MORE.to_vec();
    for route in ROUTES {
        for method in route.methods() {
            // Who asks for the headers alone is asked together with GET.
            let wanted = (method.as_str().replace("HEAD", "GET"), route.path);
            let mut rules = rules::ROUTES.iter();
            let rule = rules.find(|(method, path, _)| (*method, *path) == (&wanted.0, wanted.1));
            let rule = rule.unwrap_or_else(|| panic!("{method} {} has no rule", route.path));
            if method != Method::HEAD {
                lines.push(*rule);
            }
        }
    }
    lines.sort_by_key(|(method, path, _)| {
        let is_last = *path == "/api/auth/logout";
        (is_last, !matches!(*method, "GET" | "WATCH" | "LIST"))
    });
    lines
}

fn has_head(path: &str) -> bool {
    let mut routes = ROUTES.iter();
    let route = routes.find(|route| route.path == path);
    route.is_some_and(|route| route.methods().any(|method| method == Method::HEAD))
}

/// Whether it is about a fabric, or a link to one.
fn is_about_a_fabric((method, path, _): &Line) -> bool {
    let parts = ["{id}", "{secret}", "{redacted}", "{revoked}"];
    *method == "LIST" || parts.iter().any(|part| path.contains(part))
}

async fn ask(person: &Person<'_>, (method, path, _): &Line, who: Who, subject: &Subject) -> Answer {
    let head = "0".repeat(40);
    let body = match (*method, *path) {
        ("POST", "/api/plan") => subject.wanted.clone(),
        ("POST", "/api/fabrics") => subject.approved.clone(),
        ("POST", path) if path.ends_with("/init-gitops") || path.ends_with("/repair") => {
            subject.approved.clone()
        }
        ("POST", path) if path.ends_with("/shares") => json!({}),
        ("PATCH", _) => {
            json!({ "name": "mine", "gitops_directory": "mine", "approval": { "head": head, "tree": head } })
        }
        ("SET", _) => json!({ "pull_request_checks": "check_only" }),
        _ => Value::Null,
    };
    let id = match *method {
        "DELETE" if !path.contains("{share}") => subject.own(who),
        _ => &subject.id,
    };
    let query = match *path {
        "/api/snapshot" => "?repository={repo}&branch=main&directory=gitops",
        "/api/branches" => "?repository={repo}",
        "/api/blob" => "?repository={repo}&oid=e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        _ => "",
    };
    let path = format!("{path}{query}")
        .replace("{id}", id)
        .replace("{share}", subject.share(who))
        .replace("{secret}", &subject.secret)
        .replace("{redacted}", &subject.redacted)
        .replace("{revoked}", &subject.revoked)
        .replace("{repo}", subject.repository);
    match *method {
        "WATCH" => {
            let upgrade = [("upgrade", "websocket"), ("connection", "upgrade")];
            person.send_with("GET", &path, &upgrade, None).await
        }
        "LIST" => {
            let mut answer = person.get(&path).await;
            let mut listed = answer.body["fabrics"].as_array().into_iter().flatten();
            if answer.status == 200 && !listed.any(|fabric| fabric["id"] == subject.id.as_str()) {
                answer.status = 404;
                answer.text.clear();
            }
            answer
        }
        "GET" | "DELETE" => person.send(method, &path, None).await,
        "SET" => person.send("PATCH", &path, Some(&body)).await,
        _ => person.send(method, &path, Some(&body)).await,
    }
}

/// Whether an answer says what the fabric is called: of those that tell about it everyone does, and no other may.
fn wrong_words((method, path, takes): &Line, state: State, found: &Answer) -> Option<&'static str> {
    let says = found.text.contains(HIDDEN);
    let tells = *method == "GET"
        && found.status == 200
        && match takes {
            Takes::Sight(_) | Takes::Publicity(_) => true,
            Takes::PublicityOr200 => state.is_everybodys(),
            Takes::Link(_) => path.contains("{secret}"),
            _ => false,
        };
    let hides = matches!(found.status, 401 | 404 | 503)
        || path.contains("{redacted}")
        || matches!(takes, Takes::PublicityOr200) && !state.is_everybodys();
    match (tells, hides) {
        (true, _) if !says => Some("does not tell what the fabric is called"),
        (_, true) if says => Some("tells what the fabric is called"),
        _ => None,
    }
}

/// Asks for everything as everybody, and gives what differs from the rules.
async fn differences(people: &People<'_>, subject: &Subject, state: State) -> Vec<String> {
    differences_while(people, subject, state, None).await
}

/// The same while GitHub refuses everybody who is signed in, which is told with a status.
async fn differences_while(
    people: &People<'_>,
    subject: &Subject,
    state: State,
    refusal: Option<u16>,
) -> Vec<String> {
    let is_whole = matches!(state, State::Public | State::Private) && refusal.is_none();
    let mut differences = Vec::new();
    for line in lines() {
        if !is_whole && !is_about_a_fabric(&line) {
            continue;
        }
        let (method, path, takes) = line;
        for who in EVERYBODY {
            let person = people.get(who);
            let found = ask(person, &line, who, subject).await;
            let expected = match refusal {
                Some(refusal) => expected_while_refused(takes, state, who, refusal),
                None => expected(takes, state, who),
            };
            let mut complain = |what: String| {
                let code = found.text("code");
                differences.push(format!(
                    "{state:?} {refusal:?}: {method} {path} by {who:?}: {what} {code}"
                ));
            };
            if found.status != expected {
                complain(format!("{}, not {expected}", found.status));
            } else if let Some(what) = wrong_words(&line, state, &found) {
                complain(what.to_owned());
            }
            if method == "GET" && has_head(path) {
                let address =
                    (path.replace("{id}", &subject.id)).replace("{secret}", &subject.secret);
                let head = person.send("HEAD", &address, None).await;
                if head.status != found.status {
                    complain(format!("HEAD is {}", head.status));
                }
            }
        }
    }
    differences
}

fn world() -> World {
    let world = World::with_fast_clock();
    world.host.configure(|config| {
        config.operator_key = Some(edge_worker::Secret::new("the-operators-key".to_owned()));
    });
    introduce(&world);
    world
}

fn make_private(world: &World, repository: &str) {
    world
        .standin
        .change_repository(repository, |settings| settings.private = true)
        .unwrap();
}

/// Holds one state of a fabric of one repository against the rules.
async fn hold(state: State) {
    hold_while(state, None).await;
}

/// The same while GitHub answers everybody who is signed in with this, which is told with a status.
async fn hold_while(state: State, refusal: Option<(Value, u16)>) {
    let world = world();
    let repository = match state {
        State::Private | State::Draft => "acme/private",
        _ => "acme/network",
    };
    let subject = made_by_lena(&world, repository).await;
    let subject = match state {
        State::Draft => draft_of_lena(&world, subject).await,
        State::None => none(subject),
        _ => subject,
    };
    if state == State::Forgotten {
        forget(&world, &subject).await;
    }
    if matches!(state, State::BecamePrivate | State::KnownPrivate) {
        make_private(&world, repository);
    }
    let people = People::of(&world).await;
    if state == State::KnownPrivate {
        let seen = people.get(Who::Admin).validate(&subject.id).await;
        assert_eq!(seen.status, 200, "{seen:?}");
    }
    let status = refusal.as_ref().map(|(_, status)| *status);
    if let Some((action, _)) = refusal {
        for login in ["ada", "rhea", "otto", "lena", "wanda"] {
            let fault = json!({ "match": { "login": login }, "times": 100_000, "action": action });
            world.fault(fault);
        }
    }
    let found = differences_while(&people, &subject, state, status).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn a_public_fabric() {
    hold(State::Public).await;
}

#[tokio::test]
async fn a_private_fabric() {
    hold(State::Private).await;
}

#[tokio::test]
async fn a_draft() {
    hold(State::Draft).await;
}

#[tokio::test]
async fn a_fabric_whose_repository_became_private() {
    hold(State::BecamePrivate).await;
}

#[tokio::test]
async fn a_fabric_whose_repository_is_known_to_have_become_private() {
    hold(State::KnownPrivate).await;
}

#[tokio::test]
async fn a_forgotten_fabric() {
    hold(State::Forgotten).await;
}

#[tokio::test]
async fn no_fabric() {
    hold(State::None).await;
}

#[tokio::test]
async fn while_github_refuses_whoever_asks() {
    let spent = json!({
        "status": 403,
        "headers": { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" },
        "body": { "message": "API rate limit exceeded for user ID 1003." },
    });
    let ended = json!({ "status": 401, "body": { "message": "Bad credentials" } });
    for (action, status) in [(spent, 503), (ended, 401)] {
        for state in [State::Public, State::Private, State::None] {
            hold_while(state, Some((action.clone(), status))).await;
        }
    }
}

#[tokio::test]
async fn a_fabric_whose_repositorys_name_somebody_else_has() {
    let forms = [
        (NodeIds::Next, NodeIds::OnlyOld),
        (NodeIds::Old, NodeIds::Next),
        (NodeIds::OnlyOld, NodeIds::OnlyOld),
    ];
    for (before, takers) in forms {
        for (repository, is_public) in [("acme/network", true), ("acme/private", false)] {
            let world = world();
            let set = |form: NodeIds| {
                world
                    .standin
                    .change_repository(repository, |settings| settings.node_ids = form)
                    .unwrap();
            };
            set(before);
            let subject = made_by_lena(&world, repository).await;
            if before == NodeIds::OnlyOld {
                // As recorded before Hedgerow asked for today's ids, and GitHub's numbers were kept.
                world.host.forget_numbers();
                set(NodeIds::Old);
            }
            otto_takes_the_name(&world, repository, takers);
            let people = People::of(&world).await;
            let case = format!("{repository}, {before:?}, taken by {takers:?}");
            if is_public {
                let found = differences(&people, &subject, State::Taken).await;
                assert!(found.is_empty(), "{case}: {found:#?}");
                // A day later GitHub no longer confirms that it is public, and the old claim does not count.
                world.host.advance(25 * 3_600_000);
            }
            let found = differences(&people, &subject, State::TakenForADay).await;
            assert!(found.is_empty(), "{case}: {found:#?}");
            // The name is otto's, and so are its directories.
            let otto = people.get(Who::Outsider);
            let mut his = fabric("gitops");
            his["git_repository"] = json!(repository);
            assert_eq!(otto.create(&his).await.status, 201, "{case}");
            let list = otto.get("/api/fabrics").await;
            assert_eq!(
                flows::fields_of(&list.body["fabrics"], &["name"]),
                ["fabric-1"]
            );
        }
    }
}

#[test]
fn every_route_has_a_rule_and_every_rule_a_route() {
    let lines = lines();
    for (method, path, _) in rules::ROUTES {
        let is_line = |line: &&Line| (line.0, line.1) == (*method, *path);
        assert_eq!(lines.iter().filter(is_line).count(), 1, "{method} {path}");
    }
}
