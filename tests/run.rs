//! File tests that run: `tests/run/*.ir` on every engine, each with the answers that its comments state.
//!
//!     ; run: f(1, -0.0) == 3                  a result; `== (0, 2.5)` for two, `== ()` for none
//!     ; run: f([f64 1, 2], 2) == 3            a buffer, passed by its address
//!     ; run: f([i8 1, 2]) == () then [i8 1, 5]   what the buffers hold afterwards
//!     ; run: f(0) violates "b != 0"           the interpreter reports it; compiled code may do anything, so no run
//!
//! Integers may be hexadecimal; a result `nan` is any NaN, all else agrees bit for bit. A comment belongs to the
//! functions of its file, which make one unit.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use upshift_core::interp::{self, Bits};
use upshift_core::lir::{Function, Type, Unit, parse_functions, verify_unit};
use upshift_core::passes::{Tier, optimize_unit};
use upshift_cranelift::CraneliftTier;
use upshift_llvm::{LlvmTier, Options};

mod native;

/// Runs a function of a unit.
type Run = fn(&Unit, usize, &[Bits]) -> Result<Vec<Bits>, String>;

/// Something that runs lir.
struct Engine {
    name: &'static str,
    run: Run,
    reports_violations: bool,
}

const ENGINES: &[Engine] = &[
    Engine { name: "interpreter", run: interpret, reports_violations: true },
    Engine { name: "passes of tier 1", run: optimize_one, reports_violations: false },
    Engine { name: "passes of tier 2", run: optimize_two, reports_violations: false },
    Engine { name: "tier 1", run: tier_one, reports_violations: false },
    Engine { name: "tier 2", run: tier_two, reports_violations: false },
];

fn interpret(unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, String> {
    interp::run(unit, function, args).map_err(|error| error.to_string())
}

fn optimize_one(unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, String> {
    optimize_and_interpret(Tier::One, unit, function, args)
}

fn optimize_two(unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, String> {
    optimize_and_interpret(Tier::Two, unit, function, args)
}

fn optimize_and_interpret(tier: Tier, unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, String> {
    interpret(&optimized(tier, unit)?, function, args)
}

fn tier_one(unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, String> {
    static TIER: LazyLock<CraneliftTier> = LazyLock::new(|| CraneliftTier::new().expect("the host is supported"));
    native::run(&*TIER, &optimized(Tier::One, unit)?, function, args)
}

fn tier_two(unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, String> {
    static TIER: LazyLock<LlvmTier> =
        LazyLock::new(|| LlvmTier::new(Options::default()).expect("the host is supported"));
    native::run(&*TIER, &optimized(Tier::Two, unit)?, function, args)
}

fn optimized(tier: Tier, unit: &Unit) -> Result<Unit, String> {
    let mut unit = unit.clone();
    optimize_unit(&mut unit, tier).map_err(|error| error.to_string())?;
    Ok(unit)
}

#[test]
fn files_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    let mut paths: Vec<_> =
        fs::read_dir(&folder).expect("the folder is there").map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    let mut failures = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("the file is readable");
        check(&path.file_name().expect("a file").to_string_lossy(), &text, &mut failures);
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn check(file: &str, text: &str, failures: &mut Vec<String>) {
    let functions = parse_functions(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let unit = Unit { functions };
    verify_unit(&unit).unwrap_or_else(|errors| panic!("{file}: {errors:#?}"));
    let mut count = 0;
    for (number, line) in text.lines().enumerate() {
        let Some((_, directive)) = line.split_once("; run:") else { continue };
        count += 1;
        let place = format!("{file}:{}", number + 1);
        let case = Case::parse(&unit, directive.trim()).unwrap_or_else(|error| panic!("{place}: {error}"));
        for engine in ENGINES {
            if let Err(error) = case.check(engine, &unit) {
                failures.push(format!("{place}: {} on {}: {error}", directive.trim(), engine.name));
            }
        }
    }
    assert!(count > 0, "{file} runs nothing");
}

/// One `; run:` line.
struct Case {
    function: usize,
    args: Vec<Arg>,
    expected: Expected,
    /// The elements of the buffers afterwards.
    after: Vec<(Type, Vec<Bits>)>,
}

enum Arg {
    Value(Bits),
    Buffer(Type, Vec<Bits>),
}

enum Expected {
    Results(Vec<Literal>),
    Violation(String),
}

/// An expected value.
enum Literal {
    Bits(Bits),
    AnyNan,
}

impl Case {
    fn parse(unit: &Unit, text: &str) -> Result<Case, String> {
        let open = text.find('(').ok_or("expected a call")?;
        let name = &text[..open];
        let function = unit.functions.iter().position(|func| func.name == name).ok_or("no such function")?;
        let func = &unit.functions[function];
        let (args, rest) = bracketed(&text[open..], '(', ')')?;
        let args = split(args);
        if args.len() != func.signature.params.len() {
            return Err("wrong number of arguments".into());
        }
        let args =
            args.iter().zip(&func.signature.params).map(|(text, &ty)| arg(text, ty)).collect::<Result<_, _>>()?;
        if let Some(rule) = rest.trim().strip_prefix("violates") {
            let expected = Expected::Violation(rule.trim().trim_matches('"').to_string());
            return Ok(Case { function, args, expected, after: Vec::new() });
        }
        let rest = rest.trim().strip_prefix("==").ok_or("expected `==`")?.trim();
        let (results, after) = rest.split_once(" then ").unwrap_or((rest, ""));
        let after = split(after).iter().map(|text| buffer(text)).collect::<Result<_, _>>()?;
        let expected = Expected::Results(expected_results(results.trim(), func)?);
        Ok(Case { function, args, expected, after })
    }

    fn check(&self, engine: &Engine, unit: &Unit) -> Result<(), String> {
        if matches!(self.expected, Expected::Violation(_)) && !engine.reports_violations {
            return Ok(());
        }
        let mut buffers: Vec<(Type, Vec<u128>)> = Vec::new();
        let mut args = Vec::new();
        for arg in &self.args {
            match arg {
                Arg::Value(bits) => args.push(*bits),
                Arg::Buffer(ty, elements) => {
                    let mut words = pack(*ty, elements);
                    args.push(Bits::from_ptr(words.as_mut_ptr()));
                    buffers.push((*ty, words));
                }
            }
        }
        let outcome = (engine.run)(unit, self.function, &args);
        let returns = &unit.functions[self.function].signature.returns;
        self.check_outcome(outcome, returns)?;
        for ((ty, words), (_, expected)) in buffers.iter().zip(&self.after) {
            if pack(*ty, expected) != *words {
                return Err(format!("a buffer holds {words:x?}, expected {expected:x?}"));
            }
        }
        Ok(())
    }

    fn check_outcome(&self, outcome: Result<Vec<Bits>, String>, returns: &[Type]) -> Result<(), String> {
        match (&self.expected, outcome) {
            (Expected::Violation(rule), Err(error)) if error.contains(rule) => Ok(()),
            (Expected::Violation(_), outcome) => Err(format!("got {outcome:x?}")),
            (Expected::Results(_), Err(error)) => Err(error),
            (Expected::Results(expected), Ok(results)) => {
                let agree = expected.iter().zip(&results).zip(returns).all(|((expected, bits), &ty)| match expected {
                    Literal::Bits(expected) => expected == bits,
                    Literal::AnyNan if ty == Type::F32 => bits.f32().is_nan(),
                    Literal::AnyNan => bits.f64().is_nan(),
                });
                if agree && expected.len() == results.len() { Ok(()) } else { Err(format!("got {results:x?}")) }
            }
        }
    }
}

/// The elements in memory, in words that are aligned for every type.
fn pack(ty: Type, elements: &[Bits]) -> Vec<u128> {
    let size = ty.size() as usize;
    let mut bytes: Vec<u8> = elements.iter().flat_map(|bits| bits.0.to_le_bytes()[..size].to_vec()).collect();
    bytes.resize(bytes.len().div_ceil(16) * 16 + 16, 0);
    bytes.chunks(16).map(|chunk| u128::from_le_bytes(chunk.try_into().expect("16 bytes"))).collect()
}

fn expected_results(text: &str, func: &Function) -> Result<Vec<Literal>, String> {
    let inner = if text.starts_with('(') { bracketed(text, '(', ')')?.0 } else { text };
    let texts = split(inner);
    if texts.len() != func.signature.returns.len() {
        return Err("wrong number of results".into());
    }
    texts.iter().zip(&func.signature.returns).map(|(text, &ty)| literal(text, ty)).collect()
}

fn arg(text: &str, ty: Type) -> Result<Arg, String> {
    if text.starts_with('[') {
        let (element, elements) = buffer(text)?;
        return Ok(Arg::Buffer(element, elements));
    }
    value(text, ty).map(Arg::Value)
}

fn buffer(text: &str) -> Result<(Type, Vec<Bits>), String> {
    let (inner, _) = bracketed(text, '[', ']')?;
    let (ty, elements) = inner.split_once(' ').unwrap_or((inner, ""));
    let ty = Type::from_name(ty).ok_or_else(|| format!("no type {ty}"))?;
    let elements = split(elements).iter().map(|text| value(text, ty)).collect::<Result<_, _>>()?;
    Ok((ty, elements))
}

fn literal(text: &str, ty: Type) -> Result<Literal, String> {
    if text == "nan" { Ok(Literal::AnyNan) } else { value(text, ty).map(Literal::Bits) }
}

fn value(text: &str, ty: Type) -> Result<Bits, String> {
    let bits = match ty {
        Type::F32 => text.parse().ok().map(Bits::from_f32),
        Type::F64 => text.parse().ok().map(Bits::from_f64),
        Type::Bool => text.parse().ok().map(|truth: bool| Bits(u64::from(truth))),
        _ => int(text).map(|number| Bits::from_int(ty, number)),
    };
    bits.ok_or_else(|| format!("{text} is no {ty}"))
}

fn int(text: &str) -> Option<i64> {
    let text = text.replace('_', "");
    let (is_negative, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |digits| (true, digits));
    let magnitude = match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some(if is_negative { (magnitude as i64).wrapping_neg() } else { magnitude as i64 })
}

/// What stands between the bracket that `text` begins with and its partner, and what follows.
fn bracketed(text: &str, open: char, close: char) -> Result<(&str, &str), String> {
    let inner = text.strip_prefix(open).ok_or_else(|| format!("expected `{open}`"))?;
    let end = inner.find(close).ok_or_else(|| format!("expected `{close}`"))?;
    Ok((&inner[..end], &inner[end + 1..]))
}

/// The parts between commas that stand in no bracket.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = text.split(|c| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}
