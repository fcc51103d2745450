//! What an isolate remembers of fabrics for a while, so that it need not ask again. Losing it costs one question.

use std::collections::VecDeque;

use shared::names::FabricId;

/// Of how many fabrics something is kept; the oldest goes first.
const FABRICS: usize = 1_000;

/// Something about each of the last fabrics that were asked about.
pub(crate) struct Recent<T>(VecDeque<(FabricId, T)>);

impl<T: Clone> Recent<T> {
    pub(crate) const fn new() -> Self {
        Self(VecDeque::new())
    }

    pub(crate) fn of(&self, id: &FabricId) -> Option<T> {
        let found = self.0.iter().find(|(other, _)| other == id);
        found.map(|(_, kept)| kept.clone())
    }

    pub(crate) fn keep(&mut self, id: &FabricId, what: T) {
        self.forget(id);
        self.0.push_back((id.clone(), what));
        while self.0.len() > FABRICS {
            self.0.pop_front();
        }
    }

    pub(crate) fn forget(&mut self, id: &FabricId) {
        self.0.retain(|(other, _)| other != id);
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
        let mut recent = Recent::new();
        for number in 0..=last {
            recent.keep(&id(number), number);
        }
        assert_eq!(recent.of(&id(0)), None);
        assert_eq!(recent.of(&id(1)), Some(1));
        recent.forget(&id(1));
        assert_eq!(recent.of(&id(1)), None);
    }
}
