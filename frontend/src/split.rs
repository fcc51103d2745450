//! What is cut out of the program: the tables of functions, and the functions that load them. Only the root imports this.
#![allow(
    unsafe_code,
    reason = "the macro declares the foreign functions through which the files are loaded"
)]

use std::any::{Any, TypeId};
use std::future::Future;
use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::api;
#[cfg(feature = "create")]
use crate::components::commit_line::CommitLine;
use crate::components::file_view::FileView;
use crate::components::keep_focus::keep_focus;
use crate::components::key_sheet::KeySheet;
use crate::components::lazy::{PreviewLazy, ShellLazy};
use crate::components::overwrite_choice::OverwriteChoice;
use crate::components::palette::Palette;
use crate::lazy::{Lazy, LazyFile, LazyTables};
#[cfg(feature = "create")]
use crate::pages::create::{
    adopt::AdoptChoice, beginning::Beginning, form::WriteModeField, lazy::CreateLazy, pickers,
    plan, progress::Progress, recorded::Recorded, result::ResultPanel, server_plan::ServerPlan,
};
use crate::pages::{self, lazy::RepositoryLazy};
#[cfg(feature = "console")]
use crate::pages::{
    fabric::{self, Fabric, lazy::FabricLazy},
    fabrics::{self, Fabrics, lazy::FabricsLazy},
    import::{self, Import, lazy::ImportLazy, state::State as ImportState},
    settings::Settings,
};
use model::branch_state::LoadedBranch;
use model::failure::Failure;

/// Functions whose code is loaded together, with the first key or click.
struct Tables {
    shell: ShellLazy,
    preview: PreviewLazy,
    repository: RepositoryLazy,
    #[cfg(feature = "create")]
    create: CreateLazy,
    #[cfg(feature = "console")]
    fabric: FabricLazy,
    #[cfg(feature = "console")]
    fabrics: FabricsLazy,
    #[cfg(feature = "console")]
    import: ImportLazy,
}

static TABLES: Tables = Tables {
    shell: ShellLazy {
        keep_focus,
        overlays: || view! { <Palette/><KeySheet/> }.into_any(),
    },
    preview: PreviewLazy {
        file: |preview, selected, contents| {
            view! { <FileView preview=preview selected=selected contents=contents want=pages::contents::want/> }
                .into_any()
        },
        overwrites: |modified, overwrites, locked, selected| {
            view! { <OverwriteChoice modified=modified overwrites=overwrites locked=locked selected=selected/> }
                .into_any()
        },
    },
    repository: RepositoryLazy {
        branch: |github, spec| {
            Box::pin(async move {
                let (answer, snapshot) = api::branch(github, &spec).await?;
                Ok(LoadedBranch::new(spec, answer, snapshot))
            })
        },
    },
    #[cfg(feature = "create")]
    create: CreateLazy {
        repositories: |query| Box::pin(pickers::found_repositories(query)),
        branches: |repository, typed| Box::pin(pickers::found_branches(repository, typed)),
        opened_plan: |state| view! { <plan::OpenedPlan state=state/> }.into_any(),
        decide: |state, decided| state.decide(decided),
        last_commit: |commit| view! { <CommitLine commit=commit/> }.into_any(),
        beginning: |state| view! { <Beginning state=state/> }.into_any(),
        preview: ServerPlan::preview,
        adopt: |state| view! { <AdoptChoice state=state/> }.into_any(),
        write_mode: |state| view! { <WriteModeField state=state/> }.into_any(),
        recorded: |state| view! { <Recorded state=state/> }.into_any(),
        ask_again: |state| Box::pin(state.ask_again()),
        carry_out: |state, run, body, before| Box::pin(state.carry_out(run, body, before)),
        copy_plan: plan::copy_plan,
        progress: |state| view! { <Progress state=state/> }.into_any(),
        result: |created| view! { <ResultPanel created=created/> }.into_any(),
    },
    #[cfg(feature = "console")]
    fabric: FabricLazy {
        tree: |state| view! { <fabric::tree::DriftTree state=state/> }.into_any(),
        notices: |state| view! { <fabric::notices::Notices state=state/> }.into_any(),
        history: |state| view! { <fabric::history::History state=state/> }.into_any(),
        next_steps: |record| {
            view! { <crate::components::next_steps::NextSteps record=record/> }.into_any()
        },
        share: |state| view! { <fabric::share::Share state=state/> }.into_any(),
        change: |state| view! { <fabric::change_panel::ChangePanel state=state/> }.into_any(),
        initialise: |state, close| {
            view! { <fabric::initialise::Initialise state=state close=close/> }.into_any()
        },
        repair: |state, close| {
            view! { <fabric::repair::Repair state=state close=close/> }.into_any()
        },
        validation: |state, run| {
            view! { <fabric::validation::Validation state=state run=run/> }.into_any()
        },
        check: |state, run| view! { <fabric::check::SelfCheck state=state run=run/> }.into_any(),
        following: |state| view! { <fabric::following::Following state=state/> }.into_any(),
    },
    #[cfg(feature = "console")]
    fabrics: FabricsLazy {
        act_on_selected: fabrics::bulk_run::run,
        failure_groups: |state| {
            view! { <fabrics::failure_groups::FailureGroups state=state/> }.into_any()
        },
    },
    #[cfg(feature = "console")]
    import: ImportLazy {
        work: ImportState::work_on,
        ways_out: |state, key, stage| {
            view! { <import::ways_out::WaysOut state=state key=key stage=stage/> }.into_any()
        },
    },
};

/// A page without anything in its address.
pub type Plain = fn() -> AnyView;

/// The pages that are files of their own. The create page is none: it is what most people open first.
#[cfg(feature = "console")]
#[derive(Clone, Copy)]
pub struct Pages {
    /// `/f/{id}`.
    pub fabric: Lazy<fn(String) -> AnyView>,
    /// `/fabrics`.
    pub fabrics: Lazy<Plain>,
    /// `/fabrics/import`.
    pub import: Lazy<Plain>,
    /// `/settings`.
    pub settings: Lazy<Plain>,
}

#[cfg(feature = "console")]
impl Pages {
    /// The pages, of which none is loaded.
    pub fn new() -> Self {
        static FABRIC: OnceLock<fn(String) -> AnyView> = OnceLock::new();
        static FABRICS: OnceLock<Plain> = OnceLock::new();
        static IMPORT: OnceLock<Plain> = OnceLock::new();
        static SETTINGS: OnceLock<Plain> = OnceLock::new();
        let lazy = |load, find| LazyTables {
            file: LazyFile::new(load),
            find,
        };
        Self {
            fabric: Lazy::of(lazy(
                || Box::pin(keep(&FABRIC, fabric())),
                |_| FABRIC.get().map(|page| page as &dyn Any),
            )),
            fabrics: Lazy::of(lazy(
                || Box::pin(keep(&FABRICS, fabrics())),
                |_| FABRICS.get().map(|page| page as &dyn Any),
            )),
            import: Lazy::of(lazy(
                || Box::pin(keep(&IMPORT, import())),
                |_| IMPORT.get().map(|page| page as &dyn Any),
            )),
            settings: Lazy::of(lazy(
                || Box::pin(keep(&SETTINGS, settings())),
                |_| SETTINGS.get().map(|page| page as &dyn Any),
            )),
        }
    }
}

static LOADED: OnceLock<&Tables> = OnceLock::new();

/// Provides the tables as a context, and gives the root its own.
pub fn provide_tables() -> Lazy<ShellLazy> {
    let tables = LazyTables {
        file: LazyFile::new(|| Box::pin(keep(&LOADED, tables()))),
        find,
    };
    provide_context(tables);
    Lazy::of(tables)
}

fn find(id: TypeId) -> Option<&'static dyn Any> {
    let tables = LOADED.get()?;
    let all: &[&'static dyn Any] = &[
        &tables.shell,
        &tables.preview,
        &tables.repository,
        #[cfg(feature = "create")]
        &tables.create,
        #[cfg(feature = "console")]
        &tables.fabric,
        #[cfg(feature = "console")]
        &tables.fabrics,
        #[cfg(feature = "console")]
        &tables.import,
    ];
    all.iter().copied().find(|table| (**table).type_id() == id)
}

async fn keep<T>(
    cell: &'static OnceLock<T>,
    loaded: impl Future<Output = Result<T, SplitLoaderError>>,
) -> Result<(), Failure> {
    // What two calls loaded is the same.
    let _ = cell.set(loaded.await.map_err(|_| Failure::NotLoaded)?);
    Ok(())
}

// `scripts/page.mjs` knows these names: a page that is opened by its address gets its files at once.

#[wasm_split(lazy, wasm_split_path = leptos::wasm_split, fallible)]
fn tables() -> Result<&'static Tables, SplitLoaderError> {
    Ok(&TABLES)
}

#[cfg(feature = "console")]
#[wasm_split(fabric, wasm_split_path = leptos::wasm_split, fallible)]
fn fabric() -> Result<fn(String) -> AnyView, SplitLoaderError> {
    Ok(|id| view! { <Fabric id=id/> }.into_any())
}

#[cfg(feature = "console")]
#[wasm_split(fabrics, wasm_split_path = leptos::wasm_split, fallible)]
fn fabrics() -> Result<Plain, SplitLoaderError> {
    Ok(|| view! { <Fabrics/> }.into_any())
}

#[cfg(feature = "console")]
#[wasm_split(import, wasm_split_path = leptos::wasm_split, fallible)]
fn import() -> Result<Plain, SplitLoaderError> {
    Ok(|| view! { <Import/> }.into_any())
}

#[cfg(feature = "console")]
#[wasm_split(settings, wasm_split_path = leptos::wasm_split, fallible)]
fn settings() -> Result<Plain, SplitLoaderError> {
    Ok(|| view! { <Settings/> }.into_any())
}
