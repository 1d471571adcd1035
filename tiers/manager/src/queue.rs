//! The functions that wait for tier 2, those first that gain most for what they cost.
//!
//! Priorities change at every sample, so a table by function takes them, and a pop looks at all of it: 5,000 functions
//! in 20 microseconds, beside a compilation of milliseconds. A heap would have to be rebuilt as often.

use rustc_hash::FxHashMap;
use upshift_core::lir::FunctionId;

struct Waiting {
    priority: f64,
    arrival: u64,
    reason: String,
}

/// See the file's header.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: FxHashMap<FunctionId, Waiting>,
    arrivals: u64,
}

impl Queue {
    /// Adds a function. Returns false if it waits already; then only its priority is brought up to date.
    pub(crate) fn push(&mut self, id: FunctionId, priority: f64, reason: impl FnOnce() -> String) -> bool {
        if let Some(known) = self.waiting.get_mut(&id) {
            known.priority = priority;
            return false;
        }
        self.arrivals += 1;
        self.waiting.insert(id, Waiting { priority, arrival: self.arrivals, reason: reason() });
        true
    }

    /// Takes the function of the highest priority, with the reason it was queued for; of equals, the one that came
    /// first.
    pub(crate) fn pop(&mut self) -> Option<(FunctionId, String)> {
        let is_better = |one: &Waiting, best: &Waiting| {
            one.priority > best.priority || one.priority == best.priority && one.arrival < best.arrival
        };
        let mut best: Option<(FunctionId, &Waiting)> = None;
        for (&id, waiting) in &self.waiting {
            if best.is_none_or(|(_, best)| is_better(waiting, best)) {
                best = Some((id, waiting));
            }
        }
        let (id, _) = best?;
        self.waiting.remove(&id).map(|waiting| (id, waiting.reason))
    }

    /// Forgets a function.
    pub(crate) fn remove(&mut self, id: FunctionId) {
        self.waiting.remove(&id);
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn popped(queue: &mut Queue) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop()).map(|(id, _)| id.0).collect()
    }

    #[test]
    fn highest_priority_first_then_first_come() {
        let mut queue = Queue::default();
        for (id, priority) in [(1, 2.0), (2, 5.0), (3, 2.0), (4, 9.0)] {
            assert!(queue.push(FunctionId(id), priority, String::new));
        }
        assert!(!queue.push(FunctionId(3), 7.0, String::new));
        assert_eq!(popped(&mut queue), [4, 3, 2, 1]);
        assert!(queue.is_empty());
    }

    #[test]
    fn equals_leave_as_they_came() {
        let mut queue = Queue::default();
        for id in [7, 3, 9, 1, 5] {
            queue.push(FunctionId(id), 1.0, String::new);
        }
        assert_eq!(popped(&mut queue), [7, 3, 9, 1, 5]);
    }

    #[test]
    fn removed_functions_are_gone() {
        let mut queue = Queue::default();
        queue.push(FunctionId(1), 1.0, String::new);
        queue.push(FunctionId(2), 1.0, String::new);
        queue.remove(FunctionId(1));
        assert_eq!((queue.len(), popped(&mut queue)), (1, vec![2]));
    }
}
