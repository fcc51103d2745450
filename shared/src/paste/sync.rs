//! The paths that Argo CD and Flux are given: lines of YAML.

use crate::names::DirectoryPath;
use crate::quote::yaml::scalar;

/// The path of an Argo CD Application's source: `path: gitops/managed`.
pub fn argo_cd_path(directory: &DirectoryPath) -> String {
    path(&directory.join("managed"))
}

/// The path of a Flux Kustomization for `managed/` itself or for something `below` it: `path: ./gitops/managed/vpcs`.
pub fn flux_path(directory: &DirectoryPath, below: Option<&str>) -> String {
    let managed = directory.join("managed");
    let (slash, below) = below.map_or(("", ""), |below| ("/", below));
    path(&format!("./{managed}{slash}{below}"))
}

fn path(path: &str) -> String {
    format!("path: {}", scalar(path))
}
