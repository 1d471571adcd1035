//! Copies between arrays of any strides, and the order in which reductions walk them.

/// Copies the elements of an array to another of the same shape.
///
/// # Safety
/// `axes` leads to `3 * ndim` numbers: lengths, the target's strides, the source's strides. Every element of both
/// arrays is in memory that may be written or read, and the arrays do not overlap.
pub unsafe extern "C" fn copy(target: *mut u8, source: *const u8, axes: *const i64, ndim: i64, item: i64) {
    let count = ndim as usize;
    // SAFETY: the caller's promise.
    let axes = unsafe { std::slice::from_raw_parts(axes, 3 * count) };
    let (lengths, strides) = axes.split_at(count);
    let (to, from) = strides.split_at(count);
    if lengths.contains(&0) {
        return;
    }
    let copied = contiguous_axes(lengths, to, from, item);
    let bytes: i64 = item * lengths[count - copied..].iter().product::<i64>();
    let outer = count - copied;
    let mut position = vec![0i64; outer];
    let (mut target, mut source) = (target, source);
    loop {
        // SAFETY: the innermost axes are contiguous in both arrays, so these bytes are elements of both.
        unsafe { std::ptr::copy_nonoverlapping(source, target, bytes as usize) };
        let mut axis = outer;
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            position[axis] += 1;
            target = target.wrapping_offset(to[axis] as isize);
            source = source.wrapping_offset(from[axis] as isize);
            if position[axis] < lengths[axis] {
                break;
            }
            target = target.wrapping_offset(-(to[axis] * lengths[axis]) as isize);
            source = source.wrapping_offset(-(from[axis] * lengths[axis]) as isize);
            position[axis] = 0;
        }
    }
}

/// How many of the last axes lie without gaps in both arrays.
fn contiguous_axes(lengths: &[i64], to: &[i64], from: &[i64], item: i64) -> usize {
    let mut expected = item;
    let mut copied = 0;
    for axis in (0..lengths.len()).rev() {
        if to[axis] != expected || from[axis] != expected {
            break;
        }
        expected *= lengths[axis];
        copied += 1;
    }
    copied
}

/// Sorts axes by the size of their strides, the largest first, and joins axes that can be walked as one, as NumPy's
/// iterator does for reductions. Axes that are left over get length 1 and come first. A stride of 0 leaves the order
/// as it is.
///
/// # Safety
/// `axes` leads to `2 * ndim` numbers that may be written: lengths, then strides.
pub unsafe extern "C" fn coalesce(axes: *mut i64, ndim: i64) {
    let count = ndim as usize;
    // SAFETY: the caller's promise.
    let (lengths, strides) = unsafe { std::slice::from_raw_parts_mut(axes, 2 * count) }.split_at_mut(count);
    // Fastest first, as the iterator counts them.
    let mut order: Vec<(i64, i64)> = lengths
        .iter()
        .zip(&*strides)
        .rev()
        .map(|(&length, &stride)| (length, if length == 1 { 0 } else { stride }))
        .collect();
    for index in 1..count {
        let own = order[index].1;
        let mut place = index;
        for earlier in (0..index).rev() {
            let other = order[earlier].1;
            if own == 0 || other == 0 {
                continue;
            }
            if other.unsigned_abs() <= own.unsigned_abs() {
                break;
            }
            place = earlier;
        }
        order[place..=index].rotate_right(1);
    }
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(count);
    for (length, stride) in order.into_iter().filter(|axis| axis.0 != 1) {
        match joined.last_mut() {
            Some(last) if last.0.wrapping_mul(last.1) == stride => last.0 *= length,
            _ => joined.push((length, stride)),
        }
    }
    joined.resize(count, (1, 0));
    for (axis, (length, stride)) in joined.into_iter().rev().enumerate() {
        (lengths[axis], strides[axis]) = (length, stride);
    }
}

#[cfg(test)]
mod tests {
    use super::{coalesce, copy};

    #[test]
    fn axes_are_sorted_and_joined() {
        let check = |mut axes: Vec<i64>, expected: &[i64]| {
            // SAFETY: lengths and strides of as many axes.
            unsafe { coalesce(axes.as_mut_ptr(), axes.len() as i64 / 2) };
            assert_eq!(axes, expected);
        };
        check(vec![], &[]);
        check(vec![5, 8], &[5, 8]);
        check(vec![2, 3, 24, 8], &[1, 6, 0, 8]);
        check(vec![3, 2, 8, 24], &[1, 6, 0, 8]);
        check(vec![2, 3, -24, 8], &[2, 3, -24, 8]);
        check(vec![2, 3, 48, 8], &[2, 3, 48, 8]);
        check(vec![4, 1, 2, 8, 0, 400], &[1, 2, 4, 0, 400, 8]);
        check(vec![2, 3, 0, 8], &[2, 3, 0, 8]);
    }

    fn check(source: &[u8], axes: &[i64], size: usize, expected: &[u8]) {
        let mut target = vec![0u8; size];
        let ndim = axes.len() as i64 / 3;
        // SAFETY: the tables below name elements inside both slices.
        unsafe { copy(target.as_mut_ptr(), source.as_ptr(), axes.as_ptr(), ndim, 1) };
        assert_eq!(target, expected);
    }

    #[test]
    fn copies_every_order() {
        check(&[7], &[], 1, &[7]);
        check(&[1, 2, 3], &[3, 1, 1], 3, &[1, 2, 3]);
        check(&[1, 2, 3, 4, 5, 6], &[3, 2, 2, 1, 1, 3], 6, &[1, 4, 2, 5, 3, 6]);
        check(&[1, 2, 3, 4], &[0, 4, 1, 1, 1, 1], 0, &[]);
    }
}
