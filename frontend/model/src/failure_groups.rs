//! Why rows were not done: each reason once, with the rows that it holds for.

use std::collections::BTreeMap;

use super::bulk::{Stage, Stages};

/// How many rows of a reason are named.
const NAMED: usize = 5;

/// A reason, and the rows that were not done for it.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureGroup {
    pub title: String,
    /// The next step; may be empty.
    pub hint: String,
    /// The stable word for it; empty if nothing was sent.
    pub code: String,
    /// The rows, by name.
    pub rows: Vec<Row>,
}

/// A row that was not done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub name: String,
    pub id: String,
    /// What its request is called in the Worker's log.
    pub request: Option<String>,
    /// What happened this time, where that is known more closely.
    pub detail: String,
}

impl FailureGroup {
    /// The first few rows, by name, and how many more there are.
    pub fn named(&self) -> (&[Row], usize) {
        let few = self.rows.len().min(NAMED);
        (&self.rows[..few], self.rows.len() - few)
    }

    /// What the request is called in the Worker's log, where there is but one.
    pub fn request(&self) -> Option<&str> {
        match self.rows.as_slice() {
            [row] => row.request.as_deref(),
            _ => None,
        }
    }
}

/// The reasons of the rows that were not done; what holds for most rows comes first.
pub fn groups(stages: &Stages, names: &BTreeMap<String, String>) -> Vec<FailureGroup> {
    let mut found: BTreeMap<(String, String, String), Vec<Row>> = BTreeMap::new();
    for (id, stage) in stages {
        let (Some((title, hint)), Some(name)) = (stage.why_not(), names.get(id)) else {
            continue;
        };
        let (code, detail) = match stage {
            Stage::Failed(failure) => (failure.code().to_string(), failure.detail()),
            _ => (String::new(), String::new()),
        };
        let row = Row {
            name: name.clone(),
            id: id.clone(),
            request: stage.request(),
            detail,
        };
        found.entry((title, hint, code)).or_default().push(row);
    }
    let group = |((title, hint, code), mut rows): (_, Vec<Row>)| {
        rows.sort();
        FailureGroup {
            title,
            hint,
            code,
            rows,
        }
    };
    let mut groups: Vec<FailureGroup> = found.into_iter().map(group).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.rows.len()));
    groups
}

/// Everything that is needed to look into it, to be copied: each row with its code and its request.
pub fn details(groups: &[FailureGroup], page: &str) -> String {
    let mut lines = Vec::new();
    for group in groups {
        lines.push(
            format!("{} {}", group.title, group.hint)
                .trim_end()
                .to_owned(),
        );
        for row in &group.rows {
            let mut parts = vec![row.name.clone()];
            let facts = [
                ("code", group.code.as_str()),
                ("request", row.request.as_deref().unwrap_or_default()),
                ("detail", row.detail.as_str()),
            ];
            let facts = facts.iter().filter(|(_, value)| !value.is_empty());
            parts.extend(facts.map(|(what, value)| format!("{what}: {value}")));
            lines.push(format!("- {}", parts.join(" · ")));
        }
    }
    lines.push(format!("page: {page}"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::tests::refused;
    use shared::api::Problem;

    fn failed(code: &str, title: &str, request: &str) -> Stage {
        Stage::Failed(refused(Problem {
            status: 401,
            title: title.into(),
            code: code.into(),
            hint: "sign in".into(),
            request_id: Some(request.into()),
            ..Problem::default()
        }))
    }

    fn found(count: usize) -> Vec<FailureGroup> {
        let mut stages = Stages::new();
        let mut names = BTreeMap::new();
        for index in 0..count {
            names.insert(format!("id-{index}"), format!("dc-{index}"));
            stages.insert(
                format!("id-{index}"),
                match index {
                    0 => Stage::Blocked("archived".into()),
                    1 => failed("branch_protected", "Protected", "r1"),
                    2 => Stage::Done("committed".into()),
                    _ => failed("signed_out", "Signed out", &format!("r{index}")),
                },
            );
        }
        groups(&stages, &names)
    }

    #[test]
    fn a_reason_is_said_once_and_the_most_frequent_first() {
        let found = found(12);
        let titles: Vec<&str> = found.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles, ["Signed out", "Protected", "archived"]);
        let (named, more) = found[0].named();
        let names: Vec<&str> = named.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(
            (names.join(" "), more),
            ("dc-10 dc-11 dc-3 dc-4 dc-5".into(), 4)
        );
        assert_eq!(named[2].id, "id-3");
        assert_eq!((found[0].request(), found[1].request()), (None, Some("r1")));
    }

    #[test]
    fn details_have_each_row_with_its_code_and_request() {
        assert_eq!(
            details(&found(5), "/fabrics"),
            "Signed out sign in\n- dc-3 · code: signed_out · request: r3\n- dc-4 · code: signed_out · request: r4\n\
             Protected sign in\n- dc-1 · code: branch_protected · request: r1\narchived\n- dc-0\npage: /fabrics"
        );
    }
}
