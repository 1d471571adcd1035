//! Replays recorded programs under a policy and compares with an oracle that knows the future.
//!
//!     cargo run --release -p upshift-manager --example replay -- tiers/manager/traces/*.trace
//!     ... --cores 1 --eagerness 7 --shares 1,0.1,0.05 --all
//!
//! For each program, the worst of all numbers of calls from 1 to 1,000,000: the time under the policy over the
//! oracle's, and over the better of tier 1 only and tier 2 only, each with its number of calls. `--all` prints every
//! number of calls.

use std::process::ExitCode;

use upshift_manager::Config;
use upshift_manager::replay::{Outcome, Program, Rules};

/// Numbers of calls: three a decade.
fn counts() -> impl Iterator<Item = f64> {
    (0..=18).map(|step| 10f64.powf(f64::from(step) / 3.0).round())
}

/// A ratio and where it was found.
#[derive(Clone, Copy, Default)]
struct Worst {
    ratio: f64,
    calls: f64,
}

impl Worst {
    fn take(&mut self, ratio: f64, calls: f64) {
        if ratio > self.ratio {
            *self = Worst { ratio, calls };
        }
    }
}

#[derive(Default)]
struct Totals {
    tiered_ms: f64,
    oracle_ms: f64,
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("replay: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut rules, mut config) = (Rules::default(), Config { cores: 2, ..Config::default() });
    let (mut files, mut prints_all) = (Vec::new(), false);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} takes a value"));
        let wrong = |text: &str| format!("{text} is not a value of {argument}");
        match argument.as_str() {
            "--cores" => config.cores = value().and_then(|text| text.parse().map_err(|_| wrong(&text)))?,
            "--eagerness" => config.eagerness = value().and_then(|text| text.parse().map_err(|_| wrong(&text)))?,
            "--shares" => {
                let text = value()?;
                let shares: Option<Vec<f64>> = text.split(',').map(|share| share.parse().ok()).collect();
                rules.shares = shares.and_then(|shares| shares.try_into().ok()).ok_or_else(|| wrong(&text))?;
            }
            "--all" => prints_all = true,
            file => files.push(file.to_owned()),
        }
    }
    println!(
        "{:32} {:>9} {:>9} {:>9}  {:>9} {:>9}",
        "program", "mean", "oracle x", "at calls", "envelope x", "at calls"
    );
    let mut sums = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        for (name, program) in programs(&text) {
            let program: Program = program.parse().map_err(|error| format!("{file}, {name}: {error}"))?;
            sums.push(replay(&name, &program, &rules, &config, prints_all));
        }
    }
    let (tiered_ms, oracle_ms) =
        sums.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.tiered_ms, sum.1 + one.oracle_ms));
    let means: f64 = sums.iter().map(|one| one.tiered_ms / one.oracle_ms).sum::<f64>() / sums.len().max(1) as f64;
    println!("all together {:.4} times the oracle; mean of the programs {means:.4}", tiered_ms / oracle_ms);
    Ok(())
}

/// A file holds several programs, each under a line `program NAME`.
fn programs(text: &str) -> Vec<(String, String)> {
    let mut programs: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("program ") {
            Some(name) => programs.push((name.trim().to_owned(), String::new())),
            None => {
                if let Some((_, body)) = programs.last_mut() {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }
    programs
}

fn replay(name: &str, program: &Program, rules: &Rules, config: &Config, prints_all: bool) -> Totals {
    let (mut to_oracle, mut to_envelope, mut totals) = (Worst::default(), Worst::default(), Totals::default());
    let mut ratios = Vec::new();
    for calls in counts() {
        let outcome = program.with_calls(calls).replay(rules, config);
        let Outcome { tiered_ms, tier1_ms, tier2_ms, oracle_ms, compilations } = outcome;
        to_oracle.take(tiered_ms / oracle_ms, calls);
        to_envelope.take(tiered_ms / tier1_ms.min(tier2_ms), calls);
        ratios.push(tiered_ms / oracle_ms);
        totals.tiered_ms += tiered_ms;
        totals.oracle_ms += oracle_ms;
        if prints_all {
            println!(
                "  {calls:>9} calls: tiered {tiered_ms:.3} ms, tier 1 {tier1_ms:.3}, tier 2 {tier2_ms:.3}, oracle \
                 {oracle_ms:.3}, {compilations} compilations"
            );
        }
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    println!(
        "{name:32} {mean:>9.3} {:>9.3} {:>9}  {:>9.3} {:>9}",
        to_oracle.ratio, to_oracle.calls, to_envelope.ratio, to_envelope.calls
    );
    totals
}
