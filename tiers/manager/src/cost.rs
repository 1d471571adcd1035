//! What tier 2 will take for a function: a + b * instructions, fitted to the compilations of this process.
//!
//! Sums of a least-squares line, in which each compilation weighs less than the next one (`DECAY`), start as if a few
//! compilations of the seed had been seen. Times are those of the wall clock: where cores are short a compilation
//! takes longer, predictions follow, and thresholds with them.

/// Seed: the fit over the benchmark's kernels on a server of 2026; milliseconds, and milliseconds an instruction.
const SEED: (f64, f64) = (4.5, 0.06);
/// Sizes at which the seed counts as seen.
const SEED_SIZES: [f64; 3] = [20.0, 80.0, 320.0];
/// What is left of a compilation's weight after the next one.
const DECAY: f64 = 0.9;
/// Opening the library and its first compilation, once a process.
const LOAD_MS: f64 = 4.0;

/// See the file's header.
#[derive(Clone, Debug)]
pub(crate) struct CostModel {
    weight: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    is_loaded: bool,
}

impl Default for CostModel {
    fn default() -> CostModel {
        let mut model = CostModel { weight: 0.0, x: 0.0, y: 0.0, xx: 0.0, xy: 0.0, is_loaded: false };
        SEED_SIZES.iter().for_each(|&size| model.add(size, SEED.0 + SEED.1 * size));
        model
    }
}

impl CostModel {
    /// Milliseconds that a compilation of so many instructions takes.
    pub(crate) fn predict(&self, insts: usize) -> f64 {
        let size = insts as f64;
        let spread = self.weight * self.xx - self.x * self.x;
        let slope = (self.weight * self.xy - self.x * self.y) / spread;
        let load = if self.is_loaded { 0.0 } else { LOAD_MS };
        let mean = self.y / self.weight;
        // Sizes that are all alike say nothing of a slope, and noise can turn it round.
        if !slope.is_finite() || slope <= 0.0 {
            return load + mean;
        }
        // A line that starts below zero would promise small functions for nothing.
        load + (mean + slope * (size - self.x / self.weight)).max(mean * 0.1)
    }

    /// Takes note of a compilation.
    pub(crate) fn learn(&mut self, insts: usize, ms: f64) {
        for sum in [&mut self.weight, &mut self.x, &mut self.y, &mut self.xx, &mut self.xy] {
            *sum *= DECAY;
        }
        self.add(insts as f64, ms);
        self.is_loaded = true;
    }

    fn add(&mut self, size: f64, ms: f64) {
        self.weight += 1.0;
        self.x += size;
        self.y += ms;
        self.xx += size * size;
        self.xy += size * ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_is_a_line_and_the_first_compilation_loads_the_library() {
        let mut model = CostModel::default();
        assert!((model.predict(100) - (LOAD_MS + SEED.0 + SEED.1 * 100.0)).abs() < 1e-9);
        model.learn(100, SEED.0 + SEED.1 * 100.0);
        assert!((model.predict(1000) - (SEED.0 + SEED.1 * 1000.0)).abs() < 1e-9);
    }

    #[test]
    fn predictions_follow_what_compilations_take() {
        let mut model = CostModel::default();
        for round in 0..60 {
            let insts = 100 + 150 * (round % 7);
            model.learn(insts, 40.0 + 0.2 * insts as f64);
        }
        for insts in [10, 100, 2000] {
            let expected = 40.0 + 0.2 * insts as f64;
            assert!((model.predict(insts) / expected - 1.0).abs() < 0.02, "{insts}: {}", model.predict(insts));
        }
    }

    #[test]
    fn functions_of_one_size_and_noise_give_a_sane_prediction() {
        let mut model = CostModel::default();
        for round in 0..100 {
            model.learn(300, if round % 2 == 0 { 9.0 } else { 11.0 });
        }
        for insts in [1, 300, 100_000] {
            assert!((0.5..10_000.0).contains(&model.predict(insts)), "{insts}: {}", model.predict(insts));
        }
        assert!((9.0..=11.0).contains(&model.predict(300)));
    }
}
