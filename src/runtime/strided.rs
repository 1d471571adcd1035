//! Copies between arrays of any strides.

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

#[cfg(test)]
mod tests {
    use super::copy;

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
