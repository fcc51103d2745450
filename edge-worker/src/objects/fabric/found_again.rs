//! A directory that was found again as it was looked at last, by somebody who asked for nothing but its id.

use shared::git::ObjectId;
use shared::plan::layout_tree;
use shared::record::{SeenHead, Visibility};

use super::operation::{is_fresh, is_under_way};
use super::{FabricReply, ObjectError, Sql, full_scan, load, save, seen_by_app};
use crate::objects::repository_facts;
use crate::repository_id::RecordedRepository;
use crate::timestamp::rfc3339;

/// Notes when that was. [`FabricReply::Busy`] where the id does not say all, so that the branch has to be looked at.
pub(super) fn note(
    sql: &impl Sql,
    (tree, head): (ObjectId, &SeenHead),
    (visibility, repository): (Visibility, &RecordedRepository),
    now_ms: u64,
) -> Result<FabricReply, ObjectError> {
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    // What is read during a write says nothing of what follows it.
    if is_under_way(sql, None)? {
        return Ok(FabricReply::Nothing);
    }
    let known = repository_facts::load(sql)?.repository;
    let says_all = record.known_tree() == Some(tree)
        && record.visibility == visibility
        && known.number.is_some()
        && known.is_same(repository)
        && (layout_tree(&record.spec()) == Some(tree) || full_scan::of_tree(sql, tree)?.is_some())
        && sql.run("SELECT 1 FROM unsettled", &[])?.is_empty();
    if !says_all {
        return Ok(FabricReply::Busy);
    }
    let now = rfc3339(now_ms);
    if record.checked_at.as_ref() > Some(&now) {
        // It was looked at since.
        return Ok(FabricReply::Nothing);
    }
    seen_by_app::keep(sql, true)?;
    let before = record.clone();
    record.found_again(head, &now);
    if !is_fresh(&before, &record) {
        repository_facts::confirmed(sql, repository, (now_ms, false))?;
        save(sql, &record, creator)?;
    }
    Ok(FabricReply::Nothing)
}
