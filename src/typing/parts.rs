//! How many parts a value has: a tuple of tuples is as many values of machine code as it has items at the bottom.
//!
//! `x = (x, x)` forty times over is a type that takes a line to state and no memory could hold, since types share their
//! parts and values do not.

use super::types::Type;
use crate::refusal::Reason;

/// The parts that a value may have.
pub const MOST_PARTS: usize = 4096;

/// True for a type whose values have more parts than compiled code can carry.
pub fn has_too_many_parts(ty: &Type) -> bool {
    let mut left = MOST_PARTS;
    !take(ty, &mut left)
}

/// The refusal of such values.
pub(super) fn too_many_parts() -> Reason {
    Reason::TooLarge(format!("a value has more than {MOST_PARTS} parts; put them into a list or an array"))
}

/// Takes the parts of the type from those that are left; false if they are too few. Visits no more types than that.
fn take(ty: &Type, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match ty {
        Type::Tuple(items) => items.iter().all(|item| take(item, left)),
        Type::Optional(inside) => take(inside, left),
        Type::Closure(closure) => closure.captures.iter().all(|item| take(item, left)),
        Type::Iterable(iterable) => iterable.1.iter().all(|item| take(item, left)),
        Type::Method(method) => take(&method.0, left),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_at_the_bottom() {
        let mut ty = Type::Int;
        for doubled in 0..60 {
            assert_eq!(has_too_many_parts(&ty), doubled >= 12, "{doubled}");
            ty = Type::tuple(vec![ty.clone(), ty]);
        }
        assert!(!has_too_many_parts(&Type::list(Type::tuple(vec![Type::Int; 4000]))));
    }
}
