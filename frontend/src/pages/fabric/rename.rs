//! Another name, another directory, or both.

use leptos::prelude::*;
use model::failure::Refusal;
use shared::api::FabricChange;
use shared::problem::Code;

use super::change_form::{Change, ChangeForm, Typed, Words};
use super::confirm_panel::{COMMITTING, Place, Title};
use super::state::State;
use crate::components::field::Field;
use crate::components::planned::Planned;
use crate::storage::Key;

const WORDS: Words = Words {
    title: Title {
        id: "rename",
        heading: "Rename or move",
        place: Place::Card,
        busy: ("Changing the fabric…", COMMITTING),
    },
    focus: ("rename-heading", "rename-plan"),
    only_record: false,
    about: "One commit moves the files, so git sees renames; the fabric's page and its history stay.",
    unchanged: "Type another name or directory first.",
    ask: "Show what would change",
    plan: "What would change",
    done: |record| format!("Changed: {} in {}", record.name, record.gitops_directory),
};

/// The form, the plan and its confirmation.
#[component]
pub fn Rename(state: State) -> impl IntoView {
    let name = Typed::new(
        state,
        |id| Key::NewName(id),
        |record| record.name.to_string(),
    );
    let directory = Typed::new(
        state,
        |id| Key::NewDirectory(id),
        |record| record.gitops_directory.to_string(),
    );
    let change = Change::new(state, WORDS, move || {
        let to = FabricChange {
            name: name.wanted(),
            gitops_directory: directory.wanted(),
            branch: None,
        };
        (to != FabricChange::default()).then_some(to)
    });
    let clear = Callback::new(move |()| {
        name.clear();
        directory.clear();
    });
    let action = Signal::stored(Some("Commit the change".to_owned()));
    let error = move |field| change.error(move |problem| what_is_wrong(problem, field));
    let locked = change.locked();
    let choose = change.choosing(move |code| match code {
        Code::NameTaken => name,
        _ => directory,
    });
    view! {
        <ChangeForm change=change action=action plan=|plan| view! { <Planned plan=plan root=true/> }.into_any() clear=clear choose=choose>
            <Field id="new-name" label="Fabric name" hint="Lower-case letters, digits, dots and hyphens." value=Signal::derive(move || name.shown())
                error=error("name") on_input=change.on_input(name) locked=locked/>
            <Field id="new-directory" label="Directory" hint="From the repository's root." value=Signal::derive(move || directory.shown())
                error=error("gitops_directory") on_input=change.on_input(directory) locked=locked/>
        </ChangeForm>
    }
}

/// What is wrong with a field; that it is taken is said in full below.
fn what_is_wrong(problem: &Refusal, field: &str) -> Option<String> {
    let mut errors = problem.errors.iter();
    let error = errors.find(|error| error.field.ends_with(field));
    let taken = match (&problem.code, field) {
        (Code::NameTaken, "name") | (Code::FabricExists, "gitops_directory") => {
            Some("It is taken; choose below what is free.".to_owned())
        }
        _ => None,
    };
    error.map(|error| error.message.clone()).or(taken)
}
