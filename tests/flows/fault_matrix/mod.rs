//! Every GitHub call of every action, gone wrong in every way: what becomes of it, and that nobody loses work.
//!
//! Each row does one action while one of its calls goes wrong, and then the same action again without the fault. It holds
//! that no partial tree is visible on the branch, that there is no second commit, that nobody else's commit is lost, that
//! the record tells the truth, and that the second time succeeds.

mod action;
mod fault;
mod row;

use std::fmt::Write;

use flows::{NativeHost, World};
use github_standin::Limits;

use action::Action;
use fault::FAULTS;
use row::Row;

#[test]
fn every_fault_of_every_call_loses_no_work_and_leaves_a_true_record() {
    let threads: Vec<_> = Action::ALL
        .into_iter()
        .map(|action| (action, std::thread::spawn(move || rows(action))))
        .collect();
    let mut rows = Vec::new();
    for (action, thread) in threads {
        let found = thread.join();
        rows.extend(found.unwrap_or_else(|_| panic!("{action:?} could not be carried out")));
    }
    let table = table(&rows);
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/fault-matrix.txt");
    std::fs::write(file, &table).unwrap();
    eprintln!("{table}");
    let problems: Vec<String> = rows
        .iter()
        .filter_map(|row| Some(format!("{row}: {}", row.problem.as_ref()?)))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(rows.len() > 400, "only {} rows", rows.len());
}

/// All rows of an action, on a GitHub and a Worker of its own.
fn rows(action: Action) -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let world = |gives_up: bool| {
            let World { standin, .. } = World::new();
            // Hundreds of rows are more than GitHub takes of one person in an hour; the limits have rows of their own.
            let limits = Limits {
                core: 1_000_000,
                graphql: 1_000_000,
                content_per_minute: 1_000_000,
                content_per_hour: 1_000_000,
                ..Limits::default()
            };
            standin.limit("ada", limits);
            let host = NativeHost::new(standin.url())
                .watching(&standin)
                .with_fast_clock();
            let host = match gives_up {
                true => host.giving_up_on(&standin),
                false => host,
            };
            World::of(standin, host)
        };
        let (patient, hasty) = (world(false), world(true));
        let calls = action.calls(&patient).await;
        let mut rows = Vec::new();
        for (place, call) in calls.iter().enumerate() {
            for fault in &FAULTS {
                let world = if fault.hangs { &hasty } else { &patient };
                let number = rows.len() + 1;
                rows.push(row::check(world, action, (place, call), fault, number).await);
            }
        }
        rows
    })
}

fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let verdict = if row.problem.is_none() { "ok" } else { "WRONG" };
        writeln!(text, "{verdict:5} {row}").unwrap();
    }
    let passed = rows.iter().filter(|row| row.problem.is_none()).count();
    writeln!(text, "{} rows, {passed} passed", rows.len()).unwrap();
    text
}
