//! The functions that wait for tier 2, fastest growing first.
//!
//! Growth changes while a function waits, and the queue is short: a scan at each pop is simpler than a heap with
//! changing keys, and costs nothing beside a compilation.

use upshift_core::lir::FunctionId;

struct Waiting {
    id: FunctionId,
    growth: f64,
    reason: String,
}

/// See the file's header.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Vec<Waiting>,
}

impl Queue {
    /// Adds a function. Returns false if it waits already; then only its growth is brought up to date.
    pub(crate) fn push(&mut self, id: FunctionId, growth: f64, reason: impl FnOnce() -> String) -> bool {
        if let Some(known) = self.waiting.iter_mut().find(|waiting| waiting.id == id) {
            known.growth = growth;
            return false;
        }
        self.waiting.push(Waiting { id, growth, reason: reason() });
        true
    }

    /// Takes the function that grows fastest, with the reason it was queued for; of equals, the one that came first.
    pub(crate) fn pop(&mut self) -> Option<(FunctionId, String)> {
        let mut best = 0;
        for (position, waiting) in self.waiting.iter().enumerate() {
            if waiting.growth > self.waiting[best].growth {
                best = position;
            }
        }
        if self.waiting.is_empty() {
            return None;
        }
        let taken = self.waiting.remove(best);
        Some((taken.id, taken.reason))
    }

    /// Forgets a function.
    pub(crate) fn remove(&mut self, id: FunctionId) {
        self.waiting.retain(|waiting| waiting.id != id);
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
    fn fastest_growth_first_then_first_come() {
        let mut queue = Queue::default();
        for (id, growth) in [(1, 2.0), (2, 5.0), (3, 2.0), (4, 9.0)] {
            assert!(queue.push(FunctionId(id), growth, String::new));
        }
        assert!(!queue.push(FunctionId(3), 7.0, String::new));
        assert_eq!(popped(&mut queue), [4, 3, 2, 1]);
        assert!(queue.is_empty());
    }

    #[test]
    fn removed_functions_are_gone() {
        let mut queue = Queue::default();
        queue.push(FunctionId(1), 1.0, String::new);
        queue.push(FunctionId(2), 1.0, String::new);
        queue.remove(FunctionId(1));
        assert_eq!(popped(&mut queue), [2]);
    }
}
