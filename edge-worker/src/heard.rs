//! What this isolate heard lately of fabrics that everybody may see, so that not each read of a public copy asks the object.
//!
//! A copy tells when GitHub was last asked, but follows the object slowly where that is all that is new. Losing this costs one
//! question.

use std::cell::RefCell;

use shared::names::FabricId;

use crate::recent::Recent;

thread_local! {
    static HEARD: RefCell<Recent<Heard>> = const { RefCell::new(Recent::new()) };
}

/// What was heard of a fabric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// When GitHub last said that everybody may see it, in milliseconds since 1970.
    pub confirmed_ms: Option<u64>,
    /// Until when its object need not be asked.
    pub until_ms: u64,
}

impl Heard {
    pub(crate) fn of(id: &FabricId) -> Option<Self> {
        HEARD.with_borrow(|heard| heard.of(id))
    }

    pub(crate) fn keep(self, id: &FabricId) {
        HEARD.with_borrow_mut(|heard| heard.keep(id, self));
    }

    pub(crate) fn forget(id: &FabricId) {
        HEARD.with_borrow_mut(|heard| heard.forget(id));
    }
}
