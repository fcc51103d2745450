//! The rules: which folder may not know what.

use crate::names::Names;
use crate::source::Program;

/// Files of a crate that may not name something.
pub struct Rule {
    /// The crate's folder.
    pub program: &'static str,
    /// What it says, for the person who broke it.
    pub says: &'static str,
    /// Whether the rule is for a file.
    applies_to: fn(&str) -> bool,
    /// What may not be named there.
    forbids: Forbidden,
    /// A file, and a line in it that would break the rule.
    pub example: (&'static str, &'static str),
}

enum Forbidden {
    /// Files of the same crate, given the file that names them.
    Files(fn(&str, &str) -> bool),
    /// Paths that begin with one of these, or hold one of these names.
    Paths(&'static [&'static str]),
    /// Words in texts and fields.
    Words(&'static [&'static str]),
}

/// Words of GitHub's REST and GraphQL bodies that no body of ours has.
const GITHUB_JSON: &[&str] = &[
    "full_name",
    "nameWithOwner",
    "default_branch",
    "defaultBranchRef",
    "viewerPermission",
    "databaseId",
    "isArchived",
    "html_url",
    "expectedHeadOid",
    "createCommitOnBranch",
    "mergeCommit",
];

/// What reaches the browser, and the page itself.
const BROWSER: &[&str] = &[
    "frontend",
    "leptos",
    "web_sys",
    "js_sys",
    "gloo_net",
    "wasm_bindgen",
    "wasm_bindgen_futures",
];

/// Who asks over the network.
const NETWORK: &[&str] = &[
    "gloo_net",
    "WebSocket",
    "Request",
    "XmlHttpRequest",
    "EventSource",
    "fetch",
];

pub const RULES: &[Rule] = &[
    Rule {
        program: "frontend",
        says: "components know no page",
        applies_to: |file| file.starts_with("components/"),
        forbids: Forbidden::Files(|_, known| known.starts_with("pages/") || known == "split.rs"),
        example: (
            "components/field.rs",
            "use crate::pages::not_found::NotFound;",
        ),
    },
    Rule {
        program: "frontend/model",
        says: "the model knows nothing of the browser",
        applies_to: |_| true,
        forbids: Forbidden::Paths(BROWSER),
        example: ("age.rs", "use web_sys::Window;"),
    },
    Rule {
        program: "frontend/model",
        says: "only github/ knows GitHub's JSON",
        applies_to: |file| !file.starts_with("github/"),
        forbids: Forbidden::Words(GITHUB_JSON),
        example: ("age.rs", "struct Body { full_name: String }"),
    },
    Rule {
        program: "frontend",
        says: "only api/ asks over the network",
        applies_to: |file| !file.starts_with("api/"),
        forbids: Forbidden::Paths(NETWORK),
        example: ("pages/fabric/mod.rs", "use web_sys::WebSocket;"),
    },
    Rule {
        program: "frontend",
        says: "only api/github/ knows GitHub's JSON",
        applies_to: |file| !file.starts_with("api/github/"),
        forbids: Forbidden::Words(GITHUB_JSON),
        example: ("pages/batch.rs", "struct Body { full_name: String }"),
    },
    Rule {
        program: "frontend",
        says: "only the root knows what is cut out of the program",
        applies_to: |file| !matches!(file, "main.rs" | "app.rs" | "split.rs"),
        forbids: Forbidden::Files(|_, known| known == "split.rs"),
        example: ("pages/fabric/mod.rs", "use crate::split::tables;"),
    },
    Rule {
        program: "frontend",
        says: "the page does not know the Worker",
        applies_to: |_| true,
        forbids: Forbidden::Paths(&["edge_worker", "worker"]),
        example: ("browser.rs", "use edge_worker::Host;"),
    },
    Rule {
        program: "edge-worker",
        says: "the Worker does not know the page",
        applies_to: |_| true,
        forbids: Forbidden::Paths(&["frontend", "leptos"]),
        example: ("admission.rs", "use leptos::prelude::view;"),
    },
    Rule {
        program: "edge-worker",
        says: "only cloudflare/ knows workerd",
        applies_to: |file| !file.starts_with("cloudflare/"),
        forbids: Forbidden::Paths(&["worker", "js_sys", "wasm_bindgen", "wasm_bindgen_futures"]),
        example: ("admission.rs", "use worker::Env;"),
    },
    Rule {
        program: "edge-worker",
        says: "a route knows no other route",
        applies_to: |file| file.starts_with("routes/") && file != "routes/mod.rs",
        forbids: Forbidden::Files(|file, known| {
            known.starts_with("routes/") && known != file && known != "routes/mod.rs"
        }),
        example: ("routes/get_health.rs", "use super::make_plan::make_plan;"),
    },
    Rule {
        program: "edge-worker",
        says: "an operation knows no route",
        applies_to: |file| {
            file.starts_with("operation/")
                || file.starts_with("objects/")
                || file.starts_with("github/")
        },
        forbids: Forbidden::Files(|_, known| known.starts_with("routes/") || known == "router.rs"),
        example: (
            "operation/begin.rs",
            "use crate::routes::make_plan::make_plan;",
        ),
    },
    Rule {
        program: "edge-worker",
        says: "the GitHub client knows neither our bodies nor our answers",
        applies_to: |file| file.starts_with("github/"),
        forbids: Forbidden::Paths(&[
            "shared::api",
            "shared::record",
            "crate::api_error",
            "crate::response",
            "crate::operation",
        ]),
        example: ("github/client.rs", "use shared::api::SnapshotAnswer;"),
    },
    Rule {
        program: "edge-worker",
        says: "only the GitHub client knows GitHub's JSON",
        applies_to: |file| !file.starts_with("github/"),
        forbids: Forbidden::Words(GITHUB_JSON),
        example: ("routes/get_health.rs", "struct Body { full_name: String }"),
    },
    Rule {
        program: "shared",
        says: "the core has no clock, files, network, randomness, threads or async",
        applies_to: |_| true,
        forbids: Forbidden::Paths(&[
            "async",
            "std::time",
            "std::fs",
            "std::net",
            "std::io",
            "std::env",
            "std::thread",
            "tokio",
            "getrandom",
            "web_sys",
            "js_sys",
            "worker",
        ]),
        example: ("claims.rs", "use std::time::SystemTime;"),
    },
    Rule {
        program: "shared",
        says: "the core's parts do not know the types on the wire",
        applies_to: |file| !file.starts_with("api/") && !file.starts_with("status/"),
        forbids: Forbidden::Files(|_, known| known.starts_with("api/")),
        example: ("plan/mod.rs", "use crate::api::PlanAnswer;"),
    },
];

impl Rule {
    /// What breaks the rule, one line each.
    pub fn broken_by(&self, program: &Program) -> Vec<String> {
        let mut found = Vec::new();
        for (file, module, names) in program.files() {
            if (self.applies_to)(file) {
                let forbidden = self.forbids.named_in(program, file, module, names);
                found.extend(forbidden.map(|what| {
                    format!("{}/src/{file} names {what}: {}", self.program, self.says)
                }));
            }
        }
        found
    }
}

impl Forbidden {
    fn named_in<'a>(
        &'a self,
        program: &'a Program,
        file: &'a str,
        module: &'a str,
        names: &'a Names,
    ) -> Box<dyn Iterator<Item = String> + 'a> {
        let handed_on = names.handed_on.iter().map(|(_, path)| path);
        let paths = names.paths.iter().chain(handed_on);
        match self {
            Self::Files(forbidden) => Box::new(
                paths
                    .filter_map(move |path| program.file_of(module, path))
                    .filter(move |known| *known != file && forbidden(file, known))
                    .map(str::to_owned),
            ),
            Self::Paths(forbidden) => Box::new(
                paths
                    .filter(move |path| forbidden.iter().any(|forbidden| names_it(path, forbidden)))
                    .map(|path| path.join("::")),
            ),
            Self::Words(forbidden) => Box::new(
                names
                    .words
                    .iter()
                    .filter(move |word| forbidden.contains(&word.as_str()))
                    .cloned(),
            ),
        }
    }
}

/// Whether a path begins with another, or holds it where that is a single type's name.
fn names_it(path: &[String], forbidden: &str) -> bool {
    let wanted: Vec<&str> = forbidden.split("::").collect();
    let is_type = wanted.len() == 1 && forbidden.starts_with(char::is_uppercase);
    if is_type {
        return path.iter().any(|name| name == forbidden);
    }
    path.len() >= wanted.len()
        && path
            .iter()
            .zip(&wanted)
            .all(|(name, wanted)| name == wanted)
}
