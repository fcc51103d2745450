//! `managed/metadata/directory-info.json`: what the directory is, for machines.

use serde::Serialize;

use crate::fabric::{FabricSpec, LayoutOptions};

/// The file's fields, in the order in which they are written.
#[derive(Serialize)]
struct DirectoryInfo<'a> {
    created_by: &'static str,
    structure_version: &'static str,
    description: &'static str,
    fabric_name: &'a str,
    gitops_directory: &'a str,
    layout: LayoutOptions,
    /// Argo CD from 3.1.0 on skips a file that contains these bytes; without them this JSON, being no Kubernetes
    /// object, would fail the whole Application.
    argocd: &'static str,
}

/// Renders the file: indented JSON and a final newline, without a clock, so that the same fabric gives the same bytes.
pub(super) fn directory_info(spec: &FabricSpec) -> String {
    let info = DirectoryInfo {
        created_by: "hedgerow",
        structure_version: "1",
        description: "GitOps directory of a Hedgehog fabric. Argo CD or Flux applies managed/; raw/ and unmanaged/ are never applied.",
        fabric_name: spec.name.as_str(),
        gitops_directory: spec.gitops_directory.as_str(),
        layout: spec.layout,
        argocd: "+argocd:skip-file-rendering",
    };
    let mut text = serde_json::to_string_pretty(&info)
        .expect("strings, numbers and booleans always serialize");
    text.push('\n');
    text
}
