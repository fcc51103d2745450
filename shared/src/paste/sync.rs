//! The paths that Argo CD and Flux are given: lines of YAML.

use crate::names::DirectoryPath;

/// The path of an Argo CD Application's source: `path: gitops/managed`.
pub fn argo_cd_path(directory: &DirectoryPath) -> String {
    format!("path: {}", directory.join("managed"))
}

/// The path of a Flux Kustomization for `managed/` itself or for something `below` it: `path: ./gitops/managed/vpcs`.
pub fn flux_path(directory: &DirectoryPath, below: Option<&str>) -> String {
    let managed = directory.join("managed");
    match below {
        Some(below) => format!("path: ./{managed}/{below}"),
        None => format!("path: ./{managed}"),
    }
}
