//! Strings that are put together piece by piece, as wide as the widest piece needs.

use std::ptr::null_mut;

use super::text::{self, Text, View};

/// A string under construction.
#[derive(Debug)]
pub enum Builder {
    /// All code points so far are below 256.
    One(Vec<u8>),
    /// All are below 65536.
    Two(Vec<u16>),
    /// Any.
    Four(Vec<u32>),
}

impl Builder {
    /// An empty one with room for `capacity` Latin-1 characters.
    pub fn new(capacity: usize) -> Builder {
        Builder::One(Vec::with_capacity(capacity))
    }

    /// Adds a code point.
    #[inline]
    pub fn push(&mut self, point: u32) {
        match self {
            Builder::One(units) if point < 0x100 => units.push(point as u8),
            Builder::Two(units) if point < 0x1_0000 => units.push(point as u16),
            Builder::Four(units) => units.push(point),
            _ => {
                self.widen(text::width_for(point));
                self.push(point);
            }
        }
    }

    /// Adds a code point again and again.
    pub fn push_repeated(&mut self, point: u32, count: usize) {
        for _ in 0..count {
            self.push(point);
        }
    }

    /// Adds the code points of a view.
    pub fn push_view(&mut self, view: View<'_>) {
        match (&mut *self, view) {
            (Builder::One(units), View::One(more)) => units.extend_from_slice(more),
            (Builder::Two(units), View::Two(more)) => units.extend_from_slice(more),
            (Builder::Four(units), View::Four(more)) => units.extend_from_slice(more),
            (Builder::Two(units), View::One(more)) => units.extend(more.iter().map(|&unit| u16::from(unit))),
            (Builder::Four(units), View::One(more)) => units.extend(more.iter().map(|&unit| u32::from(unit))),
            (Builder::Four(units), View::Two(more)) => units.extend(more.iter().map(|&unit| u32::from(unit))),
            // Part of a wide text may be narrow.
            (Builder::One(_) | Builder::Two(_), _) => view.points().for_each(|point| self.push(point)),
        }
    }

    /// Adds ASCII text.
    pub fn push_ascii(&mut self, ascii: &str) {
        self.push_view(View::One(ascii.as_bytes()));
    }

    fn widen(&mut self, width: i64) {
        *self = match (std::mem::replace(self, Builder::One(Vec::new())), width) {
            (Builder::One(units), 2) => Builder::Two(units.into_iter().map(u16::from).collect()),
            (Builder::One(units), _) => Builder::Four(units.into_iter().map(u32::from).collect()),
            (Builder::Two(units), _) => Builder::Four(units.into_iter().map(u32::from).collect()),
            (Builder::Four(units), _) => Builder::Four(units),
        };
    }

    /// How many code points there are.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code points so far.
    pub fn view(&self) -> View<'_> {
        match self {
            Builder::One(units) => View::One(units),
            Builder::Two(units) => View::Two(units),
            Builder::Four(units) => View::Four(units),
        }
    }

    /// The string; null without memory. The builder is as wide as its widest code point, so this only copies.
    pub fn finish(&self) -> *mut Text {
        match self {
            Builder::One(units) => text::of_units(units),
            Builder::Two(units) => text::of_units(units),
            Builder::Four(units) => text::of_units(units),
        }
    }
}

/// Joins views into one string; null without memory.
pub fn concatenate(views: &[View<'_>]) -> *mut Text {
    let mut length = 0usize;
    let mut width = 1;
    for view in views {
        let Some(sum) = length.checked_add(view.len()) else { return null_mut() };
        length = sum;
        width = if view.is_empty() { width } else { width.max(view.width()) };
    }
    if length == 0 {
        return text::empty();
    }
    let Some((text, mut data)) = text::allocate(length, width) else { return null_mut() };
    for view in views.iter().filter(|view| !view.is_empty()) {
        // SAFETY: there is room for all views in the width of the widest.
        data = unsafe { text::write_view(*view, data, width) };
    }
    text
}
