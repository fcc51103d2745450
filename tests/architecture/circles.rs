//! Files that know each other in a circle.

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::source::Program;

/// The circles of more than two files, each as one line. A module and what lies in it are not a circle.
pub fn long(program: &Program) -> Vec<String> {
    let mut graph = DiGraphMap::<&str, ()>::new();
    let module_of = |file: &str| {
        program
            .files()
            .find(|(known, _, _)| *known == file)
            .map(|(_, module, _)| module)
    };
    for (file, module, names) in program.files() {
        let handed_on = names.handed_on.iter().map(|(_, path)| path);
        for path in names.paths.iter().chain(handed_on) {
            let Some(known) = program.file_of(module, path) else {
                continue;
            };
            if module_of(known)
                .is_some_and(|other| !is_within(module, other) && !is_within(other, module))
            {
                graph.add_edge(file, known, ());
            }
        }
    }
    let circles = tarjan_scc(&graph).into_iter();
    let long = circles.filter(|circle| circle.len() > 2);
    long.map(|mut circle| {
        circle.sort_unstable();
        let inner = graph
            .all_edges()
            .filter(|(from, to, ())| circle.contains(from) && circle.contains(to))
            .map(|(from, to, ())| format!("  {from} → {to}"));
        let inner: Vec<String> = inner.collect();
        format!(
            "{} files: {}\n{}",
            circle.len(),
            circle.join(", "),
            inner.join("\n")
        )
    })
    .collect()
}

fn is_within(module: &str, other: &str) -> bool {
    other.is_empty()
        || module == other
        || module
            .strip_prefix(other)
            .is_some_and(|rest| rest.starts_with("::"))
}
