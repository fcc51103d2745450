//! A draft: what somebody typed while GitHub could not be asked. It tells nothing else, reserves nothing, opens by no share
//! link, and goes away by itself; what is left of it then is nothing.

use shared::names::FabricId;
use shared::problem::Explanation;
use shared::record::{FabricRecord, Visibility};
use shared::timestamp::readable;

use super::{FabricReply, ObjectError, Sql, index_outbox, leave_nothing, shares};
use crate::objects::DRAFT_KEPT_MS;
use crate::timestamp::{from_rfc3339, rfc3339};

/// Where a record may be one of a draft.
pub(super) const MAY_BE_DRAFT: &str = r#"instr(record, '"visibility":"draft"') > 0"#;

/// When a draft goes away, in milliseconds since 1970. Since when GitHub could not be asked is when it was made; of one into which
/// a landed version read the branch it is known when that was. One of neither is not known to be old, and stays.
fn until_ms(draft: &FabricRecord) -> Option<u64> {
    let read = [&draft.checked_at, &draft.last_directory_sync];
    let mut times = std::iter::once(&draft.check.since).chain(read).flatten();
    let made_ms = times.find_map(|time| from_rfc3339(time));
    made_ms.map(|made_ms| made_ms + DRAFT_KEPT_MS)
}

/// The same of a stored text, if it is a draft.
pub(super) fn until_ms_of(stored: &str) -> Option<u64> {
    let record: FabricRecord = serde_json::from_str(stored).ok()?;
    until_ms(&record).filter(|_| record.visibility == Visibility::Draft)
}

/// Leaves of a draft what its creator typed, and why it is one: landed versions read into drafts what somebody could see who
/// perhaps no longer may. It says until when it is kept.
pub(super) fn leave_what_was_typed(draft: &mut FabricRecord) {
    let until = until_ms(draft).map_or_else(String::new, |until_ms| {
        format!(
            ": it goes away by itself at {}",
            readable(&rfc3339(until_ms))
        )
    });
    let hint = format!("only you see this draft; initialise or discard it{until}");
    let typed = draft.as_typed();
    let mut check = std::mem::replace(draft, typed).check;
    check.state = draft.check.state;
    if let (Some(code), Some(message)) = (check.code.clone(), check.message.clone()) {
        let version = draft.version;
        let hint = hint.clone();
        draft.failed(Explanation {
            code,
            message,
            hint,
        });
        draft.version = version;
    }
    check.message.get_or_insert_with(|| NOTHING_READ.to_owned());
    check.hint = Some(hint);
    draft.check = check;
}

/// What is said of a draft while nothing is known of its repository.
pub(crate) const NOTHING_READ: &str = "nothing was read for this fabric yet";

/// A draft becomes a fabric of a repository: somebody who may push begins a write. Whoever made links to the draft was not
/// asked whether they may.
pub(super) fn becomes_fabric(sql: &impl Sql, draft: &mut FabricRecord) -> Result<(), ObjectError> {
    *draft = draft.as_typed();
    shares::forget(sql)
}

/// Forgets a draft, and its row in its creator's list. Nobody else was told of it, so no copy can come back.
pub(super) fn forget(
    sql: &impl Sql,
    (id, version): (&FabricId, u64),
) -> Result<FabricReply, ObjectError> {
    let was_told = !index_outbox::is_untold(sql)?;
    leave_nothing(sql)?;
    sql.run("DELETE FROM revoked", &[])?;
    if was_told {
        index_outbox::put_no_row(sql, id, version + 1)?;
    }
    Ok(FabricReply::Unknown)
}
