//! Which rows of a long list are drawn: those in sight, and a few around them.

use std::ops::Range;

/// Rows drawn beyond either edge, so that scrolling shows no gap.
const MARGIN: usize = 8;

/// What is in sight of a list whose rows are all equally high. Lengths are in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// How far the list is scrolled.
    pub top: f64,
    /// How much of it is seen.
    pub height: f64,
    /// How high a row is.
    pub row: f64,
}

impl Sight {
    /// The rows to draw, of `length` rows.
    pub fn rows(self, length: usize) -> Range<usize> {
        if self.row < 1.0 {
            return 0..length.min(2 * MARGIN);
        }
        let first = (self.top / self.row).max(0.0) as usize;
        let count = (self.height / self.row).ceil().max(0.0) as usize + 1;
        let first = first.min(length);
        first.saturating_sub(MARGIN)..(first + count + MARGIN).min(length)
    }

    /// How far to scroll so that a row is in sight; none if it is.
    pub fn reveal(self, index: usize) -> Option<f64> {
        let above = index as f64 * self.row;
        let below = above + self.row;
        if above < self.top {
            Some(above)
        } else if below > self.top + self.height {
            Some(below - self.height)
        } else {
            None
        }
    }

    /// How much room rows take. It is whole, as a measured row is: the code that writes fractions is long, and would be loaded
    /// with the page.
    pub fn room(self, rows: usize) -> u64 {
        (self.row * rows as f64) as u64
    }

    /// How many rows a page key moves by.
    pub fn page(self) -> usize {
        ((self.height / self.row.max(1.0)) as usize)
            .saturating_sub(1)
            .max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGHT: Sight = Sight {
        top: 0.0,
        height: 320.0,
        row: 32.0,
    };

    #[test]
    fn only_what_is_in_sight_is_drawn() {
        assert_eq!(SIGHT.rows(5000), 0..19);
        let middle = Sight {
            top: 32_000.0,
            ..SIGHT
        };
        assert_eq!(middle.rows(5000), 992..1019);
        let end = Sight {
            top: 159_680.0,
            ..SIGHT
        };
        assert_eq!(end.rows(5000), 4982..5000);
        assert_eq!(SIGHT.rows(3), 0..3);
        assert_eq!(Sight { row: 0.0, ..SIGHT }.rows(5000), 0..16);
        assert_eq!(Sight { top: 1e9, ..SIGHT }.rows(10), 2..10);
    }

    #[test]
    fn a_row_out_of_sight_is_scrolled_to() {
        assert_eq!(SIGHT.reveal(0), None);
        assert_eq!(SIGHT.reveal(9), None);
        assert_eq!(SIGHT.reveal(10), Some(32.0));
        assert_eq!(
            Sight {
                top: 640.0,
                ..SIGHT
            }
            .reveal(3),
            Some(96.0)
        );
        assert_eq!(SIGHT.page(), 9);
    }
}
