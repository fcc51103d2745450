//! The life of a fabric after its creation: adoption, repair, moving, and the end.

mod adoption;
mod branch;
mod forgetting;
mod moving;
mod repair;

use flows::{Answer, Person};
use github_standin::File;
use serde_json::Value;

fn text(content: &str) -> Option<File> {
    Some(content.into())
}

/// Previews something about a fabric and gives the plan's answer.
pub(crate) async fn preview(ada: &Person<'_>, fabric: &Value, more: Value) -> Answer {
    let mut body = fabric.clone();
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    ada.post("/api/plan", &body).await
}

fn paths(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap();
    list.iter().map(|path| path.as_str().unwrap()).collect()
}

fn moves(plan: &Answer) -> Vec<String> {
    let list = plan.body["moves"].as_array().unwrap();
    let arrow = |moved: &Value| {
        format!(
            "{} -> {}",
            moved["from"].as_str().unwrap(),
            moved["to"].as_str().unwrap()
        )
    };
    list.iter().map(arrow).collect()
}
