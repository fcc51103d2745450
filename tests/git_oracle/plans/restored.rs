//! What a person may decide about files that somebody changed.

use std::collections::BTreeMap;

use shared::git::ObjectId;
use shared::plan::{Overwrite, plan_layout};

use super::world::{World, fabric};
use crate::git::Line;

#[test]
fn changed_readmes_stay_or_are_restored_as_a_person_decides() {
    let world = World::new();
    for directory in super::DIRECTORIES {
        let spec = fabric(directory, false);
        let desired = world.layout(&spec);
        let entries = |change: &dyn Fn(&str, ObjectId) -> ObjectId| {
            let lines = desired.iter().map(|(path, id)| {
                let line = Line::new(path.as_bytes(), 0o100_644, change(path, *id));
                (line.path.clone(), line)
            });
            lines.collect::<BTreeMap<_, _>>()
        };
        let pristine = world.state(&spec, entries(&|_, id| id));
        let edited = |path: &str, id| {
            if path.ends_with("README.md") {
                world.contents[2]
            } else {
                id
            }
        };
        let edited = world.state(&spec, entries(&edited));
        assert_ne!(edited.root, pristine.root);

        let kept = plan_layout(&spec, &edited.snapshot, Overwrite::No).unwrap();
        assert_eq!(kept.root, edited.root);
        assert_eq!(Some(kept.approval.tree), world.directory(&edited, &spec));

        let restored = plan_layout(&spec, &edited.snapshot, Overwrite::Yes).unwrap();
        let mut readmes = restored.changes.iter();
        assert!(readmes.all(|(path, _)| path.ends_with("/README.md")));
        assert_eq!(restored.changes.len(), 3);
        let after = world.apply(&spec, &edited, &restored);
        assert_eq!(restored.root, pristine.root);
        assert_eq!(after.root, pristine.root);
        assert_eq!(
            Some(restored.approval.tree),
            world.directory(&pristine, &spec)
        );
        assert_eq!(restored.files, desired);
    }
}
