//! The READMEs: what a network engineer needs to know in each of the three directories.

use std::fmt::Write;

use super::Root;
use crate::fabric::FabricSpec;
use crate::kinds::{KINDS, Kind};
use crate::paste::{argo_cd_path, flux_path};
use crate::quote::markdown::code;

/// Renders the README of one of the three directories: Markdown, lines of at most about 120 characters.
pub(super) fn readme(root: Root, spec: &FabricSpec) -> String {
    let name = code(spec.name.as_str());
    let managed_path = code(&spec.gitops_directory.join("managed"));
    match root {
        Root::Managed => managed(spec, &name),
        Root::Raw => raw(&name, &managed_path),
        Root::Unmanaged => unmanaged(&name, &managed_path),
    }
}

fn managed(spec: &FabricSpec, name: &str) -> String {
    let argo_cd = code(&argo_cd_path(&spec.gitops_directory));
    let flux = code(&flux_path(&spec.gitops_directory, Some("vpcs")));
    let mut table = String::new();
    for kind in KINDS
        .iter()
        .filter(|kind| kind.standard || spec.layout.all_kinds)
    {
        row(&mut table, kind);
    }
    let others = if spec.layout.all_kinds {
        ""
    } else {
        "\nOther kinds (VPCAttachment, VPCPeering, External, ...) go into folders named after them: `vpc-attachments/`,\n\
         `vpc-peerings/`, `externals/`. Argo CD reads a new folder as soon as it exists; for Flux, add a Kustomization for it.\n"
    };
    format!(
        "# managed/ - desired state of fabric {name}\n\
         \n\
         This is the only directory that Argo CD or Flux should apply. What is merged here changes the network.\n\
         \n\
         | folder | kind | apiVersion | holds |\n\
         |---|---|---|---|\n\
         {table}{others}\
         \n\
         `metadata/` describes this directory to tools and holds no Kubernetes objects. `.gitkeep` keeps a folder that is\n\
         still empty; once the folder holds a file, it may be deleted.\n\
         \n\
         ## Writing files\n\
         \n\
         - One object per file, named after the object: `vpcs/vpc-1.yaml`. Every object lives in namespace `default`.\n\
         - Define each object once. With the same object in two files Argo CD lets the last one win; Flux refuses both.\n\
         - Leave out what the cluster writes: `status`, `uid`, `resourceVersion`, `managedFields`, `creationTimestamp`.\n\
         - No `kustomization.yaml` here: it breaks Argo CD's reading of the folder.\n\
         - Keep Fabricator, ControlNode and FabNode out of git: they hold password hashes.\n\
         - Check before merging: `kubectl apply --dry-run=server -f <file>` asks the fabric's own webhooks.\n\
         \n\
         ## Syncing with Argo CD\n\
         \n\
         Application source: {argo_cd}, `directory.recurse: true` (without it Argo CD sees no file and still says\n\
         Synced), `directory.include: '{{*.yaml,*.yml}}'`, `directory.exclude: 'metadata/*'`. Destination namespace: `default`.\n\
         \n\
         ## Syncing with Flux\n\
         \n\
         One GitRepository, and one Kustomization per kind folder ({flux}, and so on) with\n\
         `targetNamespace: default` and no `dependsOn`. A single Kustomization for all of them is checked as a whole before\n\
         anything is applied, so an attachment is refused because its VPC does not exist yet.\n"
    )
}

fn row(table: &mut String, kind: &Kind) {
    let Kind {
        folder,
        name,
        api_version,
        purpose,
        ..
    } = kind;
    writeln!(
        table,
        "| `{folder}/` | {name} | `{api_version}` | {purpose} |"
    )
    .expect("writing to a string cannot fail");
}

fn raw(name: &str, managed: &str) -> String {
    format!(
        "# raw/ - inbox of fabric {name}\n\
         \n\
         Files that still have to be checked and sorted: wiring diagrams, output of `kubectl get -o yaml`, exports of other\n\
         tools. Nothing below `raw/` is applied to the network as long as Argo CD or Flux reads {managed}.\n\
         \n\
         | folder | holds |\n\
         |---|---|\n\
         | `pending/` | files that wait to be sorted; put new ones here |\n\
         | `processed/` | originals whose objects now stand in `managed/` |\n\
         | `errors/` | files that could not be taken over, each with a note that says why |\n\
         \n\
         ## From here to managed/\n\
         \n\
         1. Split the file into one object each and drop `status`, `uid`, `resourceVersion` and `managedFields`.\n\
         2. Put each object into the folder of its kind in `managed/` (its README has the table).\n\
         3. Move the original to `processed/` in the same commit, so that the history shows what became of it.\n\
         \n\
         Never commit secrets, also not here: git keeps them for ever.\n"
    )
}

fn unmanaged(name: &str, managed: &str) -> String {
    format!(
        "# unmanaged/ - kept beside fabric {name}, never applied\n\
         \n\
         What belongs to the fabric but is not applied by GitOps, so that it has one known place and a history.\n\
         \n\
         | folder | holds |\n\
         |---|---|\n\
         | `external-configs/` | configuration of what surrounds the fabric: border routers, firewalls, DHCP and NTP servers |\n\
         | `manual-overrides/` | what somebody applied by hand, with the reason and the date, until it moves to `managed/` |\n\
         \n\
         Argo CD and Flux must read {managed}, not the directory above it: pointed there, they would apply these files too,\n\
         and an override here would replace the object in `managed/`.\n\
         \n\
         Never commit secrets, also not here: git keeps them for ever.\n"
    )
}
