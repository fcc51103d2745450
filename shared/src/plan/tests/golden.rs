//! Layout version 1 is frozen: these ids never change. Other bytes are version 2.
use super::*;

#[test]
fn layout_version_1_has_these_trees_for_ever() {
    let golden = [
        (
            "gitops/fabric-1",
            false,
            "d112c80fa5f962ad5ff5e3422ca440477568dc90",
        ),
        ("/", false, "de9dc7c06bddad05a451516860a6963232e71ff2"),
        (
            "gitops/fabric-1",
            true,
            "50279a486d8c0fa3d27f6d34f79a3f7b5e6e3e0b",
        ),
        ("/", true, "3c3e9f37924c1df99e5ccfec620d6f07d1c13c08"),
    ];
    let trees = golden.map(|(directory, all_kinds, _)| {
        let spec = fabric(directory, all_kinds);
        let plan = plan(&spec, &Snapshot::without_head(), Overwrite::No).unwrap();
        plan.approval.tree.to_string()
    });
    assert_eq!(trees, golden.map(|(_, _, tree)| tree));
}
