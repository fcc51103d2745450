//! What to do once the branch holds the layout: clone it, point Argo CD or Flux at it.

use leptos::prelude::*;
use shared::paste::{argo_cd_path, clone_command, flux_path};
use shared::record::FabricRecord;

use super::copy::Copyable;
use crate::context::AppContext;

/// The next steps of a fabric.
#[component]
pub fn NextSteps(
    record: FabricRecord,
    /// Whether they follow something else and have a heading of their own.
    #[prop(optional)]
    titled: bool,
) -> impl IntoView {
    let app = AppContext::get();
    let all_kinds = record.layout.all_kinds;
    let argo_cd = argo_cd_path(&record.gitops_directory);
    let flux = flux_path(&record.gitops_directory, None);
    // There is none before it is known which GitHub it is of.
    let clone = Memo::new(move |_| clone_command(&app.github_url(), &record));
    view! {
        <section class="next-steps">
            {titled.then(|| view! { <h3>"Next"</h3> })}
            <dl class="fact-list">
                {move || clone.get().map(|command| view! {
                    <dt>"Clone"</dt>
                    <dd><Copyable text=Signal::stored(command) what="clone command"/></dd>
                })}
                <dt>"Argo CD"</dt>
                <dd>
                    <Copyable text=Signal::stored(argo_cd) what="Argo CD path"/>
                    <p class="hint">"Set " <code>"directory.recurse: true"</code> "; without it nothing is found."</p>
                </dd>
                <dt>"Flux"</dt>
                <dd>
                    <Copyable text=Signal::stored(flux) what="Flux path"/>
                    <p class="hint">
                        "One Kustomization for each folder below it; together they would be refused until all references resolve."
                        {(!all_kinds).then_some(" Flux needs a folder to exist before a Kustomization names it.")}
                    </p>
                </dd>
            </dl>
        </section>
    }
}
