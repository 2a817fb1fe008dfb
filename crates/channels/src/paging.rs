//! Where to go on in a listing. Pages that are counted shift while they are read: an order that changes leaves the
//! window, and all behind it move up, so that a reader who only goes forward passes over some. Never goes forward when
//! the total became smaller, and reads the last page twice.

use serde::{Deserialize, Serialize};

/// A place in a listing, from which it is asked on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// What the channel gave to ask on with.
    Token(String),
    /// So many orders in.
    Offset(Offset),
}

/// A place in a listing that is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Offset {
    /// How many orders come before it; a multiple of the page's size.
    pub at: u64,
    /// How many there were in all when the page before was read, if the channel says so.
    pub total: Option<u64>,
    /// Whether this page is read for the second time.
    pub is_again: bool,
}

/// An empty page where orders must be, twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EmptyPage;

impl Offset {
    /// Where to go on after a page of so many orders; `None` after the last.
    pub(crate) fn next(self, size: u64, got: u64, total: Option<u64>) -> Result<Option<Self>, EmptyPage> {
        let gone = self.total.unwrap_or(0).saturating_sub(total.unwrap_or(u64::MAX));
        if gone > 0 && self.at > 0 {
            let at = self.at.saturating_sub(gone) / size * size;
            return Ok(Some(Self { at, total, is_again: false }));
        }
        let is_last = total.map_or(got < size, |total| self.at.saturating_add(size) >= total);
        match (is_last, self.is_again) {
            (true, false) if self.at > 0 => Ok(Some(Self { total, is_again: true, ..self })),
            (true, _) => Ok(None),
            (false, false) if got == 0 => Ok(Some(Self { total, is_again: true, ..self })),
            (false, true) if got == 0 => Err(EmptyPage),
            (false, _) => Ok(Some(Self { at: self.at + size, total, is_again: false })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places that are read, when page after page has these totals (none said: `-`) and all the orders it can.
    fn walk(size: u64, totals: &str) -> String {
        let mut place = Offset::default();
        let mut told = Vec::new();
        for total in totals.split(' ') {
            let total: Option<u64> = total.parse().ok();
            told.push(format!("{}{}", place.at, if place.is_again { "!" } else { "" }));
            let got = total.map_or(size, |total| size.min(total.saturating_sub(place.at)));
            match place.next(size, got, total) {
                Ok(Some(next)) => place = next,
                Ok(None) => return format!("{} end", told.join(" ")),
                Err(EmptyPage) => return format!("{} empty", told.join(" ")),
            }
        }
        told.join(" ")
    }

    #[test]
    fn the_last_page_is_read_twice_and_a_smaller_total_goes_back() {
        assert_eq!(walk(10, "0"), "0 end");
        assert_eq!(walk(10, "10"), "0 end");
        assert_eq!(walk(10, "11 11 11"), "0 10 10! end");
        assert_eq!(walk(10, "25 25 25 25"), "0 10 20 20! end");
        // One order left the window: the one that moved up to the first page is looked for there.
        assert_eq!(walk(10, "25 24 24 24 24 24"), "0 10 0 10 20 20! end");
        assert_eq!(walk(10, "45 45 45 33 33 33 33"), "0 10 20 30 10 20 30");
        // It grew at the end.
        assert_eq!(walk(10, "20 20 21 21 21"), "0 10 10! 20 20! end");
        // It shrank while the last page was read again, or below the place.
        assert_eq!(walk(10, "20 20 19 19 19 19"), "0 10 10! 0 10 10! end");
        assert_eq!(walk(10, "20 5 5"), "0 10 0 end");
    }

    #[test]
    fn without_a_total_a_short_page_is_the_last_and_an_empty_one_is_asked_for_again() {
        let next = |place: Offset, got, total| place.next(10, got, total);
        let at = |at, is_again| Offset { at, total: None, is_again };
        assert_eq!(next(at(0, false), 10, None), Ok(Some(at(10, false))));
        assert_eq!(next(at(10, false), 3, None), Ok(Some(at(10, true))));
        assert_eq!(next(at(10, true), 3, None), Ok(None));
        let said = |is_again| Offset { at: 10, total: Some(40), is_again };
        assert_eq!(next(said(false), 0, Some(40)), Ok(Some(said(true))));
        assert_eq!(next(said(true), 0, Some(40)), Err(EmptyPage));
    }
}
