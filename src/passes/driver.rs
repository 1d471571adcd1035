//! Runs the pipeline over a function: timing, dumps, verification, the switch of each pass, and the report of a
//! pass that panics. The core reads no environment: whoever does fills a `PassConfig`.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::{Changed, PIPELINE, Pass, PassContext, Tier};
use crate::dump::{self, Stage};
use crate::lir::{Function, Unit, verify_function};

/// How to run the pipeline.
#[derive(Clone, Debug)]
pub struct PassConfig {
    /// Passes of this tier and those below run.
    pub tier: Tier,
    /// Names of optional passes that do not run.
    pub disabled: Vec<String>,
    /// Runs so many rows of the pipeline at most: finds the guilty pass by bisection.
    pub limit: usize,
    /// Verifies after every pass.
    pub verify: bool,
    /// Measures every pass.
    pub time: bool,
    /// Function and pass (`*` for any) whose input and output are printed into the report.
    pub dump: Option<(String, String)>,
}

impl PassConfig {
    /// The usual configuration: everything that `tier` runs, verified in debug builds.
    pub fn new(tier: Tier) -> PassConfig {
        let verify = cfg!(debug_assertions);
        PassConfig { tier, disabled: Vec::new(), limit: usize::MAX, verify, time: false, dump: None }
    }
}

/// What the passes did.
#[derive(Clone, Debug, Default)]
pub struct PassReport {
    /// Time of each pass that ran, if asked for.
    pub times: Vec<(&'static str, Duration)>,
    /// The dumps that were asked for.
    pub dumps: Vec<String>,
}

/// A fault in a pass of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassError {
    /// The pass.
    pub pass: &'static str,
    /// The function.
    pub func: String,
    /// What happened: the panic's message or the verifier's errors.
    pub message: String,
}

impl fmt::Display for PassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "panic in {} while compiling {}: {}", self.pass, self.func, self.message)
    }
}

impl std::error::Error for PassError {}

/// The pass called `name`.
pub fn pass_named(name: &str) -> Option<&'static Pass> {
    PIPELINE.iter().find(|pass| pass.name == name)
}

/// Runs the pipeline of a tier on every function of a unit.
///
/// # Errors
/// As `optimize`.
pub fn optimize_unit(unit: &mut Unit, tier: Tier) -> Result<(), PassError> {
    let config = PassConfig::new(tier);
    unit.functions.iter_mut().try_for_each(|func| optimize(func, &config).map(|_| ()))
}

/// Runs the pipeline over `func`.
///
/// # Errors
/// A pass panicked or left a function that the verifier refuses; `func` is then of no use.
pub fn optimize(func: &mut Function, config: &PassConfig) -> Result<PassReport, PassError> {
    let mut report = PassReport::default();
    let mut ctx = PassContext::default();
    for pass in PIPELINE.iter().take(config.limit) {
        let is_off = !pass.required && config.disabled.iter().any(|name| name == pass.name);
        if pass.tier > config.tier || is_off {
            continue;
        }
        let is_dumped = config.dump.as_ref().is_some_and(|(name, wanted)| {
            (name == "*" || *name == func.name) && (wanted == "*" || wanted == pass.name)
        });
        if is_dumped {
            report.dumps.push(format!("; before {}\n{func}", pass.name));
        }
        print(func, "before", pass);
        let start = config.time.then(Instant::now);
        run_pass(pass, func, &mut ctx)?;
        if let Some(start) = start {
            report.times.push((pass.name, start.elapsed()));
        }
        if is_dumped {
            report.dumps.push(format!("; after {}\n{func}", pass.name));
        }
        print(func, "after", pass);
        if config.verify {
            verify_function(func).map_err(|errors| {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                error(pass, func, format!("{}\n{func}", lines.join("\n")))
            })?;
        }
    }
    Ok(report)
}

fn print(func: &Function, when: &str, pass: &Pass) {
    dump::print(&func.name, Stage::Pass(pass.name), || format!("; {}: {when} {}\n{func}", func.title(), pass.name));
}

/// Runs one pass and brings the analyses up to date.
///
/// # Errors
/// The pass panicked.
pub fn run_pass(pass: &Pass, func: &mut Function, ctx: &mut PassContext) -> Result<Changed, PassError> {
    let outcome = catch_unwind(AssertUnwindSafe(|| (pass.run)(func, ctx)));
    let changed = outcome.map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
        error(pass, func, text.unwrap_or_default())
    })?;
    ctx.invalidate(changed);
    Ok(changed)
}

fn error(pass: &Pass, func: &Function, message: String) -> PassError {
    PassError { pass: pass.name, func: func.name.clone(), message }
}

#[cfg(test)]
mod tests {
    use super::{PassConfig, optimize, run_pass};
    use crate::lir::{Function, parse_function};
    use crate::passes::{Changed, Pass, PassContext, Tier};

    fn func() -> Function {
        let text = "func f(i64) -> i64 {
            block0(v0: i64):
                v1 = const_int.i64 0
                v2 = add_int v0, v1
                jump block1
            block1: return v2
        }";
        parse_function(text).expect("the text is lir")
    }

    fn optimized(config: &PassConfig) -> String {
        let mut func = func();
        optimize(&mut func, config).expect("the passes work");
        func.to_string()
    }

    #[test]
    fn optional_passes_can_be_switched_off() {
        let mut config = PassConfig::new(Tier::One);
        assert!(!optimized(&config).contains("add_int"));
        config.disabled = vec!["fold_constants".into(), "simplify_cfg".into()];
        let text = optimized(&config);
        assert!(text.contains("add_int"));
        assert!(!text.contains("block1"), "the first simplify_cfg is required");
        config.limit = 0;
        assert!(optimized(&config).contains("block1"));
    }

    #[test]
    fn dumps_what_was_asked_for() {
        let mut config = PassConfig::new(Tier::One);
        config.dump = Some(("f".into(), "fold_constants".into()));
        config.time = true;
        let report = optimize(&mut func(), &config).expect("the passes work");
        assert_eq!(report.dumps.len(), 2);
        assert!(report.dumps[0].contains("add_int") && report.dumps[0].starts_with("; before fold_constants"));
        assert!(report.times.iter().any(|(name, _)| *name == "fold_constants"));
        config.dump = Some(("g".into(), "*".into()));
        assert!(optimize(&mut func(), &config).expect("the passes work").dumps.is_empty());
    }

    #[test]
    fn panics_become_errors() {
        fn broken(_: &mut Function, _: &mut PassContext) -> Changed {
            panic!("lost count of {}", "blocks")
        }
        let pass = Pass { name: "broken", run: broken, tier: Tier::One, required: false };
        let error = run_pass(&pass, &mut func(), &mut PassContext::default()).expect_err("the pass panics");
        assert_eq!(error.to_string(), "panic in broken while compiling f: lost count of blocks");
    }
}
