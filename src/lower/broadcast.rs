//! Broadcasting: the shape of an operation on arrays, and the exceptions of shapes that do not fit.
//!
//! Shapes are compared from the last axis; a length of 1 fits every other. Messages name the shapes as NumPy does.

use super::errors::Failure;
use super::function::Lowering;
use crate::lir::{IntCond, Value};

/// A shape as NumPy's messages print it; its lengths are the numbers from `first` on.
fn shape_text(ndim: usize, first: usize) -> String {
    let lengths: Vec<String> = (first..first + ndim).map(|number| format!("{{{number}}}")).collect();
    if ndim == 1 { format!("({},)", lengths[0]) } else { format!("({})", lengths.join(",")) }
}

fn shapes_text(shapes: &[&[Value]]) -> String {
    let mut first = 0;
    let mut text = String::new();
    for shape in shapes {
        text.push_str(&shape_text(shape.len(), first));
        text.push(' ');
        first += shape.len();
    }
    text
}

fn all_numbers<'a>(shapes: &'a [&[Value]]) -> impl Iterator<Item = Value> + 'a {
    shapes.iter().flat_map(|shape| shape.iter().copied())
}

impl Lowering<'_> {
    /// The shape of an elementwise operation on arrays of these shapes; raises if they do not fit together.
    pub(super) fn broadcast(&mut self, shapes: &[&[Value]]) -> Vec<Value> {
        self.broadcast_with(shapes, shapes)
    }

    /// The same; `named` are the shapes in the message.
    fn broadcast_with(&mut self, shapes: &[&[Value]], named: &[&[Value]]) -> Vec<Value> {
        let ndim = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
        let one = self.b.const_i64(1);
        let mut joined: Vec<Option<Value>> = vec![None; ndim];
        let mut all_fit: Option<Value> = None;
        for shape in shapes {
            for (axis, &length) in (ndim - shape.len()..).zip(*shape) {
                joined[axis] = Some(match joined[axis] {
                    None => length,
                    Some(known) if known == length => length,
                    Some(known) => {
                        let is_known_one = self.b.cmp_int(IntCond::Eq, known, one);
                        let result = self.b.select(is_known_one, length, known);
                        let is_one = self.b.cmp_int(IntCond::Eq, length, one);
                        let is_equal = self.b.cmp_int(IntCond::Eq, length, result);
                        let fits = self.b.or_bits(is_one, is_equal);
                        all_fit = Some(all_fit.map_or(fits, |all| self.b.and_bits(all, fits)));
                        result
                    }
                });
            }
        }
        if let Some(fit) = all_fit {
            let message = format!("operands could not be broadcast together with shapes {}", shapes_text(named));
            self.raise_unless(fit, &Failure::new("ValueError", message).with_all_numbers(all_numbers(named)));
        }
        joined.into_iter().map(|length| length.unwrap_or(one)).collect()
    }

    /// Raises unless `a op= b` leaves the shape of a as it is.
    pub(super) fn check_update(&mut self, own: &[Value], other: &[Value]) {
        let joined = self.broadcast_with(&[own, other], &[own, other, own]);
        let message = format!(
            "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
            shape_text(own.len(), 0),
            shape_text(joined.len(), own.len())
        );
        self.raise_where_different(own, &joined, &[own, &joined], message);
    }

    /// Raises unless an array of shape `from` can be assigned to one of shape `to`.
    pub(super) fn check_assignment(&mut self, from: &[Value], to: &[Value]) {
        let message = format!(
            "could not broadcast input array from shape {} into shape {}",
            shape_text(from.len(), 0),
            shape_text(to.len(), from.len())
        );
        let one = self.b.const_i64(1);
        let mut padded = vec![one; to.len() - from.len()];
        padded.extend(from);
        let wanted: Vec<Value> = padded
            .iter()
            .zip(to)
            .map(|(&length, &wanted)| {
                let is_one = self.b.cmp_int(IntCond::Eq, length, one);
                self.b.select(is_one, wanted, length)
            })
            .collect();
        self.raise_where_different(&wanted, to, &[from, to], message);
    }

    fn raise_where_different(&mut self, a: &[Value], b: &[Value], named: &[&[Value]], message: String) {
        let mut all_equal: Option<Value> = None;
        for (&length, &wanted) in a.iter().zip(b) {
            if length != wanted {
                let equal = self.b.cmp_int(IntCond::Eq, length, wanted);
                all_equal = Some(all_equal.map_or(equal, |all| self.b.and_bits(all, equal)));
            }
        }
        if let Some(equal) = all_equal {
            self.raise_unless(equal, &Failure::new("ValueError", message).with_all_numbers(all_numbers(named)));
        }
    }
}
