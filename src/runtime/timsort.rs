//! CPython's `list.sort`, comparison for comparison (`Objects/listobject.c` of 3.11): what it makes of items whose order
//! contradicts itself, as that of NaN does, depends on which are compared.
//!
//! Tim Peters' merging of natural runs, with the merge policy of powersort (Munro and Wild, ESA 2018). Everything works
//! on indexes; an order that contradicts itself keeps all of them in range, as it does in C.

/// How many wins in a row begin galloping.
const MIN_GALLOP: usize = 7;

/// A run that waits to be merged.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Sorter<'a, F> {
    items: &'a mut [u32],
    is_less: F,
    runs: Vec<Run>,
    min_gallop: usize,
}

/// Sorts the items, stably, by `is_less`.
pub(super) fn sort(items: &mut [u32], is_less: impl Fn(u32, u32) -> bool) {
    let len = items.len();
    if len < 2 {
        return;
    }
    let least = least_run(len);
    let mut sorter = Sorter { items, is_less, runs: Vec::new(), min_gallop: MIN_GALLOP };
    let mut start = 0;
    while start < len {
        let mut count = sorter.count_run(start, len);
        if count < least {
            let forced = least.min(len - start);
            sorter.insert_binary(start, start + forced, start + count);
            count = forced;
        }
        sorter.merge_before(count);
        sorter.runs.push(Run { start, len: count, power: 0 });
        start += count;
    }
    sorter.merge_all();
}

/// `merge_compute_minrun`
fn least_run(mut len: usize) -> usize {
    let mut rest = 0;
    while len >= 64 {
        rest |= len & 1;
        len >>= 1;
    }
    len + rest
}

/// `powerloop`: where in a perfectly balanced tree the two runs would meet.
fn power(start: usize, first: usize, second: usize, len: usize) -> u32 {
    let mut a = 2 * start + first;
    let mut b = a + first + second;
    let mut result = 0;
    loop {
        result += 1;
        if a >= len {
            a -= len;
            b -= len;
        } else if b >= len {
            return result;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// `gallop_left`: where the key goes before what is equal to it.
fn gallop_left(key: u32, items: &[u32], hint: usize, is_less: &impl Fn(u32, u32) -> bool) -> usize {
    let (mut last, mut offset) = (0, 1);
    let (mut low, mut high);
    if is_less(items[hint], key) {
        let most = items.len() - hint;
        while offset < most && is_less(items[hint + offset], key) {
            last = offset;
            offset = (offset << 1) + 1;
        }
        (low, high) = (hint + last + 1, hint + offset.min(most));
    } else {
        let most = hint + 1;
        while offset < most && !is_less(items[hint - offset], key) {
            last = offset;
            offset = (offset << 1) + 1;
        }
        // One more than in C, where it may be -1.
        (low, high) = (hint + 1 - offset.min(most), hint - last);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if is_less(items[middle], key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    high
}

/// `gallop_right`: where the key goes behind what is equal to it.
fn gallop_right(key: u32, items: &[u32], hint: usize, is_less: &impl Fn(u32, u32) -> bool) -> usize {
    let (mut last, mut offset) = (0, 1);
    let (mut low, mut high);
    if is_less(key, items[hint]) {
        let most = hint + 1;
        while offset < most && is_less(key, items[hint - offset]) {
            last = offset;
            offset = (offset << 1) + 1;
        }
        (low, high) = (hint + 1 - offset.min(most), hint - last);
    } else {
        let most = items.len() - hint;
        while offset < most && !is_less(key, items[hint + offset]) {
            last = offset;
            offset = (offset << 1) + 1;
        }
        (low, high) = (hint + last + 1, hint + offset.min(most));
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if is_less(key, items[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

impl<F: Fn(u32, u32) -> bool> Sorter<'_, F> {
    fn less(&self, a: u32, b: u32) -> bool {
        (self.is_less)(a, b)
    }

    /// `count_run`; the run ascends in the end.
    fn count_run(&mut self, start: usize, end: usize) -> usize {
        if end - start < 2 {
            return end - start;
        }
        let is_descending = self.less(self.items[start + 1], self.items[start]);
        let goes_on = |place: usize| self.less(self.items[place], self.items[place - 1]) == is_descending;
        let stop = (start + 2..end).find(|&place| !goes_on(place)).unwrap_or(end);
        if is_descending {
            self.items[start..stop].reverse();
        }
        stop - start
    }

    /// `binarysort`: the items from `next` on are inserted into the sorted ones before.
    fn insert_binary(&mut self, start: usize, end: usize, next: usize) {
        for place in next.max(start + 1)..end {
            let pivot = self.items[place];
            let (mut low, mut high) = (start, place);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.less(pivot, self.items[middle]) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.items.copy_within(low..place, low + 1);
            self.items[low] = pivot;
        }
    }

    /// `found_new_run`
    fn merge_before(&mut self, count: usize) {
        let Some(&last) = self.runs.last() else { return };
        let power = power(last.start, last.len, count, self.items.len());
        while self.runs.len() > 1 && self.runs[self.runs.len() - 2].power > power {
            self.merge_at(self.runs.len() - 2);
        }
        if let Some(last) = self.runs.last_mut() {
            last.power = power;
        }
    }

    /// `merge_force_collapse`
    fn merge_all(&mut self) {
        while self.runs.len() > 1 {
            let last = self.runs.len() - 2;
            let is_before = last > 0 && self.runs[last - 1].len < self.runs[last + 1].len;
            self.merge_at(if is_before { last - 1 } else { last });
        }
    }

    fn merge_at(&mut self, index: usize) {
        let (a, b) = (self.runs[index], self.runs[index + 1]);
        self.runs[index].len = a.len + b.len;
        self.runs.remove(index + 1);
        let skipped = gallop_right(self.items[b.start], &self.items[a.start..a.start + a.len], 0, &self.is_less);
        let (start, first) = (a.start + skipped, a.len - skipped);
        if first == 0 {
            return;
        }
        let rest = &self.items[b.start..b.start + b.len];
        let second = gallop_left(self.items[start + first - 1], rest, b.len - 1, &self.is_less);
        if second == 0 {
            return;
        }
        if first <= second { self.merge_low(start, first, second) } else { self.merge_high(start, first, second) }
    }

    /// `merge_lo`: from the front, with a copy of the first run.
    fn merge_low(&mut self, start: usize, first: usize, second: usize) {
        let a = self.items[start..start + first].to_vec();
        let end = start + first + second;
        // The next item of each, and where it goes.
        let (mut left, mut right, mut to) = (0, start + first, start);
        self.items[to] = self.items[right];
        (right, to) = (right + 1, to + 1);
        let mut min_gallop = self.min_gallop;
        'merging: {
            if right == end || first == 1 {
                break 'merging;
            }
            loop {
                let (mut a_count, mut b_count) = (0, 0);
                loop {
                    if self.less(self.items[right], a[left]) {
                        self.items[to] = self.items[right];
                        (right, to, b_count, a_count) = (right + 1, to + 1, b_count + 1, 0);
                        if right == end {
                            break 'merging;
                        }
                        if b_count >= min_gallop {
                            break;
                        }
                    } else {
                        self.items[to] = a[left];
                        (left, to, a_count, b_count) = (left + 1, to + 1, a_count + 1, 0);
                        if first - left == 1 {
                            break 'merging;
                        }
                        if a_count >= min_gallop {
                            break;
                        }
                    }
                }
                min_gallop += 1;
                loop {
                    min_gallop -= usize::from(min_gallop > 1);
                    self.min_gallop = min_gallop;
                    a_count = gallop_right(self.items[right], &a[left..], 0, &self.is_less);
                    self.items[to..to + a_count].copy_from_slice(&a[left..left + a_count]);
                    (left, to) = (left + a_count, to + a_count);
                    if a_count > 0 && first - left <= 1 {
                        break 'merging;
                    }
                    self.items[to] = self.items[right];
                    (right, to) = (right + 1, to + 1);
                    if right == end {
                        break 'merging;
                    }
                    b_count = gallop_left(a[left], &self.items[right..end], 0, &self.is_less);
                    self.items.copy_within(right..right + b_count, to);
                    (right, to) = (right + b_count, to + b_count);
                    if b_count > 0 && right == end {
                        break 'merging;
                    }
                    self.items[to] = a[left];
                    (left, to) = (left + 1, to + 1);
                    if first - left == 1 {
                        break 'merging;
                    }
                    if a_count < MIN_GALLOP && b_count < MIN_GALLOP {
                        break;
                    }
                }
                min_gallop += 1;
                self.min_gallop = min_gallop;
            }
        }
        // What is left of the second run stands before the last of the first.
        self.items.copy_within(right..end, to);
        let behind = to + (end - right);
        self.items[behind..behind + first - left].copy_from_slice(&a[left..]);
    }

    /// `merge_hi`: from the back, with a copy of the second run. Counts are of what is left of each.
    fn merge_high(&mut self, start: usize, first: usize, second: usize) {
        let b = self.items[start + first..start + first + second].to_vec();
        // Items left of each; the next goes before `to`.
        let (mut left, mut right, mut to) = (first, second, start + first + second);
        to -= 1;
        left -= 1;
        self.items[to] = self.items[start + left];
        let mut min_gallop = self.min_gallop;
        'merging: {
            if left == 0 || right == 1 {
                break 'merging;
            }
            loop {
                let (mut a_count, mut b_count) = (0, 0);
                loop {
                    to -= 1;
                    if self.less(b[right - 1], self.items[start + left - 1]) {
                        left -= 1;
                        self.items[to] = self.items[start + left];
                        (a_count, b_count) = (a_count + 1, 0);
                        if left == 0 {
                            break 'merging;
                        }
                        if a_count >= min_gallop {
                            break;
                        }
                    } else {
                        right -= 1;
                        self.items[to] = b[right];
                        (b_count, a_count) = (b_count + 1, 0);
                        if right == 1 {
                            break 'merging;
                        }
                        if b_count >= min_gallop {
                            break;
                        }
                    }
                }
                min_gallop += 1;
                loop {
                    min_gallop -= usize::from(min_gallop > 1);
                    self.min_gallop = min_gallop;
                    let a = &self.items[start..start + left];
                    let kept = gallop_right(b[right - 1], a, left - 1, &self.is_less);
                    a_count = left - kept;
                    self.items.copy_within(start + kept..start + left, to - a_count);
                    (left, to) = (kept, to - a_count);
                    if a_count > 0 && left == 0 {
                        break 'merging;
                    }
                    (right, to) = (right - 1, to - 1);
                    self.items[to] = b[right];
                    if right == 1 {
                        break 'merging;
                    }
                    let kept = gallop_left(self.items[start + left - 1], &b[..right], right - 1, &self.is_less);
                    b_count = right - kept;
                    self.items[to - b_count..to].copy_from_slice(&b[kept..right]);
                    (right, to) = (kept, to - b_count);
                    if b_count > 0 && right <= 1 {
                        break 'merging;
                    }
                    (left, to) = (left - 1, to - 1);
                    self.items[to] = self.items[start + left];
                    if left == 0 {
                        break 'merging;
                    }
                    if a_count < MIN_GALLOP && b_count < MIN_GALLOP {
                        break;
                    }
                }
                min_gallop += 1;
                self.min_gallop = min_gallop;
            }
        }
        // The first of the second run stands before what is left of the first, if only it is left.
        self.items.copy_within(start..start + left, to - left);
        let before = to - left;
        self.items[before - right..before].copy_from_slice(&b[..right]);
    }
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn it_sorts_stably() {
        for count in [0u32, 1, 2, 63, 64, 65, 200, 1000, 5000] {
            for modulus in [2, 7, 1000, 100_003] {
                let keys: Vec<u32> = (0..count).map(|index| index.wrapping_mul(2_654_435_761) % modulus).collect();
                let mut order: Vec<u32> = (0..count).collect();
                let mut model = order.clone();
                sort(&mut order, |a, b| keys[a as usize] < keys[b as usize]);
                model.sort_by_key(|&index| keys[index as usize]);
                assert_eq!(order, model);
            }
        }
    }

    #[test]
    fn an_order_that_contradicts_itself_loses_nothing() {
        for count in [64u32, 100, 777, 3000] {
            let mut order: Vec<u32> = (0..count).collect();
            sort(&mut order, |a, b| (a.wrapping_mul(2_654_435_761) ^ b.wrapping_mul(40_503)) & 1 << 20 != 0);
            order.sort_unstable();
            assert!(order.into_iter().eq(0..count));
        }
    }
}
