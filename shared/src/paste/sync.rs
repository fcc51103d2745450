//! The paths that Argo CD and Flux are given: lines of YAML.

use crate::names::DirectoryPath;
use crate::quote::yaml::scalar;

/// The path of an Argo CD Application's source: `path: gitops/managed`.
pub fn argo_cd_path(directory: &DirectoryPath) -> String {
    format!("path: {}", scalar(&directory.join("managed")))
}

/// The path of a Flux Kustomization for `managed/` itself or for something `below` it: `path: ./gitops/managed/vpcs`.
pub fn flux_path(directory: &DirectoryPath, below: Option<&str>) -> String {
    let managed = directory.join("managed");
    let path = match below {
        Some(below) => format!("./{managed}/{below}"),
        None => format!("./{managed}"),
    };
    format!("path: {}", scalar(&path))
}
