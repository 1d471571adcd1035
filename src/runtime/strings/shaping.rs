//! New strings of old ones: slices, repetition, padding, replacement, tabs.

use std::ptr::null_mut;

use super::builder::{Builder, concatenate};
use super::search::Matches;
use super::text::{self, Text, Unit, View, with_units};

/// `count` code points from `start` on, `step` apart; all in range.
pub fn slice(view: View<'_>, start: i64, step: i64, count: i64) -> *mut Text {
    let (start, count) = (start as usize, count.max(0) as usize);
    if step == 1 {
        return text::of_view(view.part(start.min(view.len()), (start + count).min(view.len())));
    }
    fn stepped<U: Unit>(units: &[U], start: usize, step: i64, count: usize) -> Vec<U> {
        (0..count).map(|index| units[(start as i64 + index as i64 * step) as usize]).collect()
    }
    match view {
        View::One(units) => text::of_view(View::One(&stepped(units, start, step, count))),
        View::Two(units) => text::of_view(View::Two(&stepped(units, start, step, count))),
        View::Four(units) => text::of_view(View::Four(&stepped(units, start, step, count))),
    }
}

/// `text * count`; null without memory.
pub fn repeat(view: View<'_>, count: i64) -> *mut Text {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 0 || view.is_empty() {
        return text::empty();
    }
    let Some(length) = view.len().checked_mul(count) else { return null_mut() };
    if length == 1 {
        return text::of_view(view);
    }
    let Some((made, mut data)) = text::allocate(length, view.width()) else { return null_mut() };
    for _ in 0..count {
        // SAFETY: there is room for `count` times the text.
        data = unsafe { text::write_view(view, data, view.width()) };
    }
    made
}

/// The text with fill in front of and behind it; null without memory.
pub fn pad(view: View<'_>, before: usize, after: usize, fill: u32) -> *mut Text {
    let Some(length) = before.checked_add(after).and_then(|sum| sum.checked_add(view.len())) else {
        return null_mut();
    };
    let width = view.width().max(text::width_for(fill));
    let Some((made, mut data)) = text::allocate(length, width) else { return null_mut() };
    // SAFETY: there is room for the whole length.
    unsafe {
        data = write_fill(fill, before, data, width);
        data = text::write_view(view, data, width);
        write_fill(fill, after, data, width);
    }
    made
}

/// Writes fill; returns where the next goes.
///
/// # Safety
/// There is room for it.
unsafe fn write_fill(fill: u32, count: usize, data: *mut u8, width: i64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        match width {
            1 => data.write_bytes(fill as u8, count),
            2 => std::slice::from_raw_parts_mut(data.cast::<u16>(), count).fill(fill as u16),
            _ => std::slice::from_raw_parts_mut(data.cast::<u32>(), count).fill(fill),
        }
        data.add(count * width as usize)
    }
}

/// `str.zfill`: zeros behind the sign.
pub fn fill_zeros(view: View<'_>, width: i64) -> *mut Text {
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(view.len());
    let has_sign = !view.is_empty() && matches!(view.at(0), 0x2b | 0x2d);
    let sign = usize::from(has_sign);
    if missing == 0 {
        return text::of_view(view);
    }
    let Ok(zeros) = zeros(missing) else { return null_mut() };
    concatenate(&[view.part(0, sign), View::One(&zeros), view.part(sign, view.len())])
}

fn zeros(count: usize) -> Result<Vec<u8>, std::collections::TryReserveError> {
    let mut zeros = Vec::new();
    zeros.try_reserve(count)?;
    zeros.resize(count, b'0');
    Ok(zeros)
}

/// `str.replace` of at most `limit` places; `None` if there are none.
pub fn replace(view: View<'_>, old: View<'_>, new: View<'_>, limit: usize) -> Option<*mut Text> {
    if limit == 0 {
        return None;
    }
    if old.is_empty() {
        return Some(interleave(view, new, limit));
    }
    let mut places = Matches::new(view, old).take(limit).peekable();
    places.peek()?;
    let mut builder = Builder::new(view.len());
    let mut end = 0;
    for start in places {
        builder.push_view(view.part(end, start));
        builder.push_view(new);
        end = start + old.len();
    }
    builder.push_view(view.part(end, view.len()));
    // What was taken out may have been the widest.
    Some(text::of_view(builder.view()))
}

/// New text in front of each code point and at the end, `limit` times.
fn interleave(view: View<'_>, new: View<'_>, limit: usize) -> *mut Text {
    let mut builder = Builder::new(view.len() * (new.len() + 1));
    for (index, point) in view.points().enumerate() {
        if index < limit {
            builder.push_view(new);
        }
        builder.push(point);
    }
    if view.len() < limit {
        builder.push_view(new);
    }
    builder.finish()
}

/// `str.expandtabs`
pub fn expand_tabs(view: View<'_>, size: i64) -> *mut Text {
    let mut builder = Builder::new(view.len() + 8);
    let mut column = 0;
    for point in view.points() {
        match point {
            9 if size > 0 => {
                let spaces = size - column % size;
                builder.push_repeated(32, spaces as usize);
                column += spaces;
            }
            9 => {}
            _ => {
                builder.push(point);
                column = if matches!(point, 10 | 13) { 0 } else { column + 1 };
            }
        }
    }
    builder.finish()
}

/// The order of two texts: by code points.
pub fn compare(a: View<'_>, b: View<'_>) -> std::cmp::Ordering {
    match (a, b) {
        (View::One(a), View::One(b)) => a.cmp(b),
        (View::Two(a), View::Two(b)) => a.cmp(b),
        (View::Four(a), View::Four(b)) => a.cmp(b),
        _ => a.points().cmp(b.points()),
    }
}

/// The bytes of the code points in memory.
pub fn bytes_of(view: View<'_>) -> &[u8] {
    with_units!(view, units => {
        let size = std::mem::size_of_val(units);
        // SAFETY: the units are plain numbers, read as their bytes.
        unsafe { std::slice::from_raw_parts(units.as_ptr().cast::<u8>(), size) }
    })
}
