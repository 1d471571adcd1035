//! `repr` and `ascii` of strings, `repr` of bytes.

use super::builder::Builder;
use super::text::View;
use super::unicode;

/// What is shown as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// Whatever is printable: `repr`.
    Printable,
    /// ASCII alone: `ascii`.
    Ascii,
    /// ASCII alone, of bytes.
    Bytes,
}

/// The text in quotes, with escapes.
pub fn quoted(view: View<'_>, shown: Shown) -> Builder {
    let mut builder = Builder::new(view.len() + 3);
    if shown == Shown::Bytes {
        builder.push(b'b'.into());
    }
    let has = |quote: u8| view.points().any(|point| point == quote.into());
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    builder.push(quote.into());
    for point in view.points() {
        push_escaped(&mut builder, point, quote, shown);
    }
    builder.push(quote.into());
    builder
}

fn push_escaped(builder: &mut Builder, point: u32, quote: u8, shown: Shown) {
    let is_shown = match point {
        32..127 => true,
        0..128 => false,
        _ => shown == Shown::Printable && unicode::is_printable(point),
    };
    match point {
        9 => builder.push_ascii("\\t"),
        10 => builder.push_ascii("\\n"),
        13 => builder.push_ascii("\\r"),
        _ if point == u32::from(quote) || point == u32::from(b'\\') => {
            builder.push(b'\\'.into());
            builder.push(point);
        }
        _ if is_shown => builder.push(point),
        0..0x100 => builder.push_ascii(&format!("\\x{point:02x}")),
        0x100..0x1_0000 => builder.push_ascii(&format!("\\u{point:04x}")),
        _ => builder.push_ascii(&format!("\\U{point:08x}")),
    }
}
