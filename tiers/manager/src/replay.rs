//! Recorded programs on a simulated clock: what the policy makes of them, beside an oracle that knows the future.
//!
//! ```text
//! load_ms 4.0                                     ; opening tier 2, once
//! function dot insts 25 loops 1 tier1_us 900 tier2_us 310 tier1_ms 0.3 tier2_ms 5.8
//! calls dot 1000 gap_us 0.05                      ; so many calls, and the time between two
//! ```
//!
//! One thread calls, one compiles, and the profiling thread samples; policy, cost model, pace and queue are those of the
//! manager. On one core, the compiler and the program share it. A call flows: code that comes within it serves the
//! rest of it, if it has loops that go over.
//!
//! **The oracle** starts to compile at the first call of each function that is worth it, on as many threads as it
//! likes: no policy is faster. On one core it weighs what it saves against what it takes from the program.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use upshift_core::lir::FunctionId;

use crate::config::Config;
use crate::cost::CostModel;
use crate::pace::{self, Findings, Pace};
use crate::policy::{History, Sample, Situation, Timed};
use crate::queue::Queue;
use crate::workload::Workload;

pub use crate::policy::Rules;

/// A function of a recorded program.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordedFunction {
    /// Its name.
    pub name: String,
    /// Instructions that tier 2 compiles.
    pub insts: usize,
    /// Its loops go over to tier 2 while they run.
    pub has_loops: bool,
    /// Milliseconds of a call in tier 1 and in tier 2.
    pub call_ms: [f64; 2],
    /// Milliseconds to compile it with tier 1 and with tier 2.
    pub compile_ms: [f64; 2],
}

/// Calls of one function, one after the other.
#[derive(Clone, PartialEq, Debug)]
pub struct Phase {
    /// Which function, by its index.
    pub function: usize,
    /// How many calls.
    pub calls: f64,
    /// What the program does between two, in milliseconds.
    pub gap_ms: f64,
}

/// A recorded program.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Program {
    /// Its functions.
    pub functions: Vec<RecordedFunction>,
    /// What it calls, in order.
    pub phases: Vec<Phase>,
    /// Milliseconds to open tier 2.
    pub load_ms: f64,
}

/// What became of a program; times in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outcome {
    /// Under the policy.
    pub tiered_ms: f64,
    /// In tier 1 only.
    pub tier1_ms: f64,
    /// With tier 2 at the first call, which waits for it.
    pub tier2_ms: f64,
    /// The least that is possible.
    pub oracle_ms: f64,
    /// Times that tier 2 compiled under the policy.
    pub compilations: usize,
}

impl FromStr for Program {
    type Err = String;

    fn from_str(text: &str) -> Result<Program, String> {
        let mut program = Program::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.split(['#', ';']).next().unwrap_or("").trim();
            if !line.is_empty() {
                program.read(line).map_err(|error| format!("line {}: {error}", index + 1))?;
            }
        }
        Ok(program)
    }
}

impl Program {
    fn read(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |text: &str| text.parse::<f64>().map_err(|_| format!("{text} is not a number"));
        let field = |name: &str| {
            let position = words.iter().position(|word| *word == name).ok_or(format!("{name} is missing"))?;
            number(words.get(position + 1).copied().unwrap_or("nothing"))
        };
        match words[0] {
            "load_ms" => self.load_ms = field("load_ms")?,
            "function" => self.functions.push(RecordedFunction {
                name: (*words.get(1).ok_or("a name is missing")?).to_owned(),
                insts: field("insts")? as usize,
                has_loops: field("loops")? > 0.0,
                call_ms: [field("tier1_us")? * 1e-3, field("tier2_us")? * 1e-3],
                compile_ms: [field("tier1_ms")?, field("tier2_ms")?],
            }),
            "calls" => {
                let (name, count) =
                    (words.get(1).ok_or("a name is missing")?, words.get(2).ok_or("a count is missing")?);
                let function = self.functions.iter().position(|function| function.name == **name);
                let function = function.ok_or(format!("there is no function {name}"))?;
                self.phases.push(Phase { function, calls: number(count)?, gap_ms: field("gap_us")? * 1e-3 });
            }
            other => return Err(format!("{other} is not known")),
        }
        Ok(())
    }

    /// The same program with `calls` calls in each phase.
    pub fn with_calls(&self, calls: f64) -> Program {
        let phases = self.phases.iter().map(|phase| Phase { calls, ..phase.clone() }).collect();
        Program { phases, ..self.clone() }
    }

    fn called(&self) -> Vec<f64> {
        let mut calls = vec![0.0; self.functions.len()];
        self.phases.iter().for_each(|phase| calls[phase.function] += phase.calls);
        calls
    }

    /// The time with every function in one tier from its first call, and that of the calls' surroundings.
    fn in_one_tier(&self, tier: usize) -> f64 {
        let calls = self.called();
        let gaps: f64 = self.phases.iter().map(|phase| phase.calls * phase.gap_ms).sum();
        let load = if tier == 1 && calls.iter().any(|&calls| calls > 0.0) { self.load_ms } else { 0.0 };
        let run = |(function, calls): (&RecordedFunction, &f64)| {
            if *calls > 0.0 { function.compile_ms[tier] + calls * function.call_ms[tier] } else { 0.0 }
        };
        load + gaps + self.functions.iter().zip(&calls).map(run).sum::<f64>()
    }

    fn oracle(&self, cores: usize) -> f64 {
        let calls = self.called();
        if cores > 1 {
            let start = |program: &Program, function: usize, at: f64| {
                at + program.functions[function].compile_ms[1] + program.load_ms
            };
            return self.run_knowing(start).min(self.in_one_tier(0));
        }
        let saved = |(function, calls): (&RecordedFunction, &f64)| {
            (calls * (function.call_ms[0] - function.call_ms[1]) - function.compile_ms[1]).max(0.0)
        };
        let saved: f64 = self.functions.iter().zip(&calls).map(saved).sum();
        self.in_one_tier(0) - (saved - self.load_ms).max(0.0)
    }

    /// The time if a function's code of tier 2 is there at the moment that `ready` tells from its first call. The load
    /// counts for each function: it is small, and only the first could do with less.
    fn run_knowing(&self, ready: impl Fn(&Program, usize, f64) -> f64) -> f64 {
        let mut now = 0.0;
        let mut ready_at: Vec<Option<f64>> = vec![None; self.functions.len()];
        let mut is_loaded = false;
        for phase in self.phases.iter().filter(|phase| phase.calls > 0.0) {
            let function = &self.functions[phase.function];
            let at = *ready_at[phase.function].get_or_insert_with(|| {
                now += function.compile_ms[0];
                let load = if is_loaded { self.load_ms } else { 0.0 };
                is_loaded = true;
                ready(self, phase.function, now) - load
            });
            let step = function.call_ms[0] + phase.gap_ms;
            let slow = ((at - now).max(0.0) / step).min(phase.calls);
            let fast = function.call_ms[1].min(function.call_ms[0]) + phase.gap_ms;
            now += slow * step + (phase.calls - slow) * fast;
        }
        now
    }

    /// Runs the program under a policy.
    pub fn replay(&self, rules: &Rules, config: &Config) -> Outcome {
        let cores = config.cores.max(1);
        let mut simulation = Simulation::new(self, rules, config, cores);
        simulation.run();
        Outcome {
            tiered_ms: simulation.now,
            tier1_ms: self.in_one_tier(0),
            tier2_ms: self.in_one_tier(1),
            oracle_ms: self.oracle(cores),
            compilations: simulation.compilations,
        }
    }
}

/// Units of work of simulated functions. Only their ratio to the time of a call matters, which timed calls tell.
const CALL_UNITS: f64 = 10.0;
const ITERATION_UNITS: f64 = 3.0;
/// What a sample of the profiling thread takes, beside waking up.
const SAMPLE_COST: Duration = Duration::from_micros(2);

struct Simulated {
    history: Option<History>,
    workload: Workload,
    /// Calls, those in progress in part.
    calls: f64,
    advanced: f64,
    iterations_per_call: f64,
    is_queued: bool,
    is_fast: bool,
}

struct Compilation {
    function: usize,
    left_ms: f64,
    /// A loop comes first, then the function.
    is_loop: bool,
}

struct Simulation<'a> {
    program: &'a Program,
    rules: &'a Rules,
    config: &'a Config,
    cores: usize,
    now: f64,
    functions: Vec<Simulated>,
    cost: CostModel,
    pace: Pace,
    queue: Queue,
    long_calls: HashMap<usize, bool>,
    /// Of the phase that runs.
    gap_ms: f64,
    compiling: Option<Compilation>,
    wake_at: Option<f64>,
    compilations: usize,
}

impl<'a> Simulation<'a> {
    fn new(program: &'a Program, rules: &'a Rules, config: &'a Config, cores: usize) -> Simulation<'a> {
        let simulated = |function: &RecordedFunction| Simulated {
            history: None,
            workload: Workload { call: CALL_UNITS, iteration: ITERATION_UNITS, insts: function.insts },
            calls: 0.0,
            advanced: 0.0,
            // A nanosecond an iteration.
            iterations_per_call: if function.has_loops { function.call_ms[0] * 1e6 } else { 0.0 },
            is_queued: false,
            is_fast: false,
        };
        Simulation {
            program,
            rules,
            config,
            cores,
            now: 0.0,
            functions: program.functions.iter().map(simulated).collect(),
            cost: CostModel::default(),
            pace: Pace::default(),
            queue: Queue::default(),
            long_calls: HashMap::new(),
            gap_ms: 0.0,
            compiling: None,
            wake_at: None,
            compilations: 0,
        }
    }

    fn run(&mut self) {
        for phase in &self.program.phases {
            if phase.calls <= 0.0 {
                continue;
            }
            if self.functions[phase.function].history.is_none() {
                self.pass(self.program.functions[phase.function].compile_ms[0], None);
                self.functions[phase.function].history = Some(History::new(clock(self.now)));
                self.wake_at = Some(self.now);
            }
            self.gap_ms = phase.gap_ms;
            let mut left = phase.calls;
            while left > 1e-9 {
                let function = &self.functions[phase.function];
                let recorded = &self.program.functions[phase.function];
                let is_resting = !function.is_fast && self.is_resting(phase.function);
                if is_resting && self.wake_at.is_none_or(|at| at > self.now) {
                    // Its next call wakes the profiling thread.
                    self.pace.reset();
                    self.wake_at = Some(self.now);
                }
                let step = recorded.call_ms[usize::from(function.is_fast)] + phase.gap_ms;
                // Code that comes serves the next call, or the rest of this one.
                let worked = self.pass(left * step, Some(phase.function));
                left -= worked / step;
            }
        }
    }

    fn is_resting(&self, index: usize) -> bool {
        let quiet = |history: History| clock(self.now).saturating_sub(history.grown_at());
        self.functions[index].history.is_some_and(|history| quiet(history).as_secs_f64() * 1e3 >= pace::QUIET_MS)
    }

    /// Lets the program work for `work_ms`, or until something else happens; returns for how long it worked.
    fn pass(&mut self, work_ms: f64, running: Option<usize>) -> f64 {
        let mut worked = 0.0;
        let was_fast = running.map(|index| self.functions[index].is_fast);
        while worked < work_ms {
            // Two that share a core take turns.
            let slowness = if self.cores == 1 && self.compiling.is_some() { 2.0 } else { 1.0 };
            let mut step = (work_ms - worked) * slowness;
            if let Some(compiling) = &self.compiling {
                step = step.min(compiling.left_ms * slowness);
            }
            if let Some(at) = self.wake_at {
                step = step.min((at - self.now).max(0.0));
            }
            self.now += step;
            worked += step / slowness;
            if let Some(index) = running {
                self.count(index, step / slowness);
            }
            let is_done = self.compiling.as_mut().is_some_and(|compiling| {
                compiling.left_ms -= step / slowness;
                compiling.left_ms <= 1e-9
            });
            if is_done {
                self.conclude();
            }
            if self.wake_at.is_some_and(|at| at <= self.now) {
                self.sample();
            }
            self.start();
            if running.map(|index| self.functions[index].is_fast) != was_fast {
                break;
            }
        }
        worked
    }

    /// The counters after the program has worked on a function, the gaps between calls included.
    fn count(&mut self, index: usize, worked_ms: f64) {
        let recorded = &self.program.functions[index];
        let function = &mut self.functions[index];
        if function.is_fast {
            return;
        }
        let calls = worked_ms / (recorded.call_ms[0] + self.gap_ms);
        function.calls += calls;
        function.advanced += calls * function.iterations_per_call;
    }

    fn sample(&mut self) {
        let mut findings = Findings::default();
        for (index, function) in self.functions.iter_mut().enumerate() {
            let Some(history) = function.history.as_mut().filter(|_| !function.is_fast) else { continue };
            let is_compiling = self.compiling.as_ref().is_some_and(|one| one.function == index && !one.is_loop);
            if is_compiling {
                continue;
            }
            let eagerness = self.config.eagerness;
            let share = self.rules.share(self.cores, eagerness, self.queue.len(), self.config.threads_on(self.cores));
            let predicted_ms = self.cost.predict(function.workload.insts);
            let situation = Situation { config: self.config, cores: self.cores, predicted_ms, share };
            let call_ms = self.program.functions[index].call_ms[0];
            let timed = if function.calls >= 1.0 {
                Timed { ns: call_ms * 1e6, calls: 1.0, iterations: function.iterations_per_call }
            } else {
                Timed::default()
            };
            let sample = Sample {
                calls: function.calls.ceil() as u64,
                loop_iterations: 0,
                running: (function.calls * function.iterations_per_call) as u64,
                advanced: std::mem::take(&mut function.advanced) as u64,
                timed,
            };
            let verdict = history.observe(sample, &function.workload, clock(self.now), &situation);
            findings.add(verdict.has_grown, if function.is_queued { 10.0 } else { pace::due_ms(&verdict) });
            if verdict.heat.is_some() && (function.is_queued || verdict.has_grown) {
                self.queue.push(FunctionId(index as u32), verdict.priority, String::new);
                function.is_queued = true;
                self.long_calls.entry(index).or_insert(verdict.has_long_calls);
            }
        }
        let sleep = self.pace.next(findings, SAMPLE_COST, self.config.sample_interval);
        self.wake_at = sleep.map(|sleep| self.now + sleep.as_secs_f64() * 1e3);
    }

    /// Gives the compiling thread something to do.
    fn start(&mut self) {
        if self.compiling.is_some() {
            return;
        }
        while let Some((id, _)) = self.queue.pop() {
            let function = id.0 as usize;
            self.functions[function].is_queued = false;
            let recorded = &self.program.functions[function];
            let is_stale = self.functions[function].history.is_some_and(|history| history.is_stale(self.rules));
            if is_stale {
                continue;
            }
            let load = if self.compilations == 0 { self.program.load_ms } else { 0.0 };
            let is_loop = recorded.has_loops && self.long_calls.get(&function).copied().unwrap_or(false);
            self.compilations += 1;
            self.compiling = Some(Compilation { function, left_ms: recorded.compile_ms[1] + load, is_loop });
            return;
        }
    }

    fn conclude(&mut self) {
        let Some(done) = self.compiling.take() else { return };
        let recorded = &self.program.functions[done.function];
        self.cost.learn(recorded.insts, recorded.compile_ms[1]);
        self.functions[done.function].is_fast = true;
        if done.is_loop {
            self.compilations += 1;
            let left_ms = recorded.compile_ms[1];
            self.compiling = Some(Compilation { function: done.function, left_ms, is_loop: false });
        }
    }
}

fn clock(ms: f64) -> Duration {
    Duration::from_secs_f64(ms * 1e-3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function of ten lines: calls of this length in tier 1, `speed_up` times as fast in tier 2.
    fn program(call_us: f64, speed_up: f64, calls: f64) -> Program {
        let text = format!(
            "load_ms 4
            function f insts 50 loops 1 tier1_us {call_us} tier2_us {} tier1_ms 0.3 tier2_ms 7.5
            calls f {calls} gap_us 0.05 ; as Python calls",
            call_us / speed_up
        );
        text.parse().expect("it is well-formed")
    }

    fn on(cores: usize) -> Config {
        Config { cores, ..Config::default() }
    }

    fn counts() -> impl Iterator<Item = f64> {
        (0..=18).map(|step| 10f64.powf(f64::from(step) / 3.0).round())
    }

    #[test]
    fn a_program_that_makes_no_sense_is_refused_by_line() {
        for (text, error) in [
            ("load_ms x", "line 1: x is not a number"),
            ("\nfunction f insts 5", "line 2: loops is missing"),
            ("calls g 5 gap_us 1", "line 1: there is no function g"),
            ("calls", "line 1: a name is missing"),
            ("phase 3", "line 1: phase is not known"),
        ] {
            assert_eq!(text.parse::<Program>(), Err(error.to_owned()));
        }
    }

    #[test]
    fn one_tier_is_a_sum() {
        let outcome = program(2.0, 4.0, 1000.0).replay(&Rules::default(), &on(2));
        assert!((outcome.tier1_ms - (0.3 + 2.0 + 0.05)).abs() < 1e-9, "{outcome:?}");
        assert!((outcome.tier2_ms - (11.5 + 0.5 + 0.05)).abs() < 1e-9, "{outcome:?}");
    }

    #[test]
    fn with_a_core_to_spare_no_number_of_calls_is_far_from_the_envelope() {
        for call_us in [0.5, 20.0, 1000.0] {
            for speed_up in [0.9, 1.2, 2.0, 3.0, 6.0] {
                for calls in counts() {
                    let outcome = program(call_us, speed_up, calls).replay(&Rules::default(), &on(2));
                    let envelope = outcome.tier1_ms.min(outcome.tier2_ms);
                    assert!(
                        outcome.tiered_ms <= 1.10 * envelope || speed_up < 1.0 && outcome.compilations > 0,
                        "{call_us} us, {speed_up} times as fast, {calls} calls: {outcome:?}"
                    );
                    assert!(outcome.tiered_ms >= outcome.oracle_ms * 0.999, "{outcome:?}");
                }
            }
        }
    }

    #[test]
    fn on_one_core_nothing_is_compiled_before_it_has_cost_as_much() {
        for calls in counts() {
            let outcome = program(20.0, 3.0, calls).replay(&Rules::default(), &on(1));
            assert!(outcome.tiered_ms <= 3.2 * outcome.oracle_ms, "{calls}: {outcome:?}");
            if calls * 20e-3 < 8.0 {
                assert_eq!(outcome.compilations, 0, "{calls}");
            }
        }
    }

    #[test]
    fn eagerness_moves_the_number_of_calls_from_which_it_compiles() {
        let first = |eagerness| {
            let config = Config { eagerness, ..on(2) };
            let is_compiled =
                |calls: &f64| program(5.0, 2.0, *calls).replay(&Rules::default(), &config).compilations > 0;
            (0..60).map(|step| 10f64.powf(f64::from(step) / 10.0).round()).find(is_compiled)
        };
        let found: Vec<f64> = (1..=9).map(|eagerness| first(eagerness).expect("a million calls are enough")).collect();
        assert!(found.is_sorted_by(|a, b| a >= b) && found[0] > 50.0 * found[8], "{found:?}");
    }

    #[test]
    fn a_storm_compiles_the_heaviest_first_and_forgets_what_has_passed() {
        let mut text = "load_ms 4\n".to_owned();
        for index in 0..500 {
            text += &format!("function f{index} insts 50 loops 1 tier1_us 3 tier2_us 1 tier1_ms 0.3 tier2_ms 7.5\n");
        }
        for index in 0..500 {
            text += &format!("calls f{index} 1000 gap_us 0.05\n");
        }
        let storm: Program = text.parse().expect("it is well-formed");
        let outcome = storm.replay(&Rules::default(), &on(2));
        // Each runs for 3 ms and never again: a long queue would compile all of them for nothing.
        assert!(outcome.compilations < 260, "{outcome:?}");
        assert!(outcome.tiered_ms <= outcome.tier1_ms * 1.001, "{outcome:?}");
    }
}
