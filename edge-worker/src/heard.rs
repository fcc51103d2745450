//! What this isolate heard lately of fabrics that everybody may see, so that not each read of a public copy asks the object.
//!
//! A copy tells when GitHub was last asked, but follows the object slowly where that is all that is new. Losing this costs one
//! question.

use std::cell::RefCell;
use std::collections::VecDeque;

use shared::names::FabricId;

/// Of how many fabrics this is kept; the oldest goes first.
const FABRICS: usize = 1_000;

thread_local! {
    static HEARD: RefCell<VecDeque<(FabricId, Heard)>> = const { RefCell::new(VecDeque::new()) };
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
        HEARD.with_borrow(|heard| {
            let found = heard.iter().find(|(other, _)| other == id);
            found.map(|(_, heard)| *heard)
        })
    }

    pub(crate) fn keep(self, id: &FabricId) {
        Self::forget(id);
        HEARD.with_borrow_mut(|heard| {
            heard.push_back((id.clone(), self));
            while heard.len() > FABRICS {
                heard.pop_front();
            }
        });
    }

    pub(crate) fn forget(id: &FabricId) {
        HEARD.with_borrow_mut(|heard| heard.retain(|(other, _)| other != id));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let id = |number: u16| {
            let mut bytes = [0; 16];
            bytes[..2].copy_from_slice(&number.to_be_bytes());
            FabricId::from_bytes(bytes)
        };
        let last = u16::try_from(FABRICS).unwrap();
        for number in 0..=last {
            Heard::default().keep(&id(number));
        }
        assert_eq!(Heard::of(&id(0)), None);
        assert_eq!(Heard::of(&id(1)), Some(Heard::default()));
        Heard::forget(&id(1));
        assert_eq!(Heard::of(&id(1)), None);
    }
}
