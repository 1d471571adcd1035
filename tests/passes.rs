//! File tests of single passes: `tests/passes/<pass>/*.ir`.
//!
//!     func f(i64) -> i64 { ... }
//!     ; check: block1: return v0         the block has this instruction afterwards
//!     ; check: block1(v2: i64)           the function has a block with this head
//!     ; absent: select                   no line of the result contains this
//!
//! The pass runs alone on each function; comments belong to the function above them. The result passes the
//! verifier.

use std::fs;
use std::path::Path;

use upshift_core::lir::{Function, parse_function, verify_function};
use upshift_core::passes::{PassContext, pass_named, run_pass};

#[test]
fn each_pass_does_what_its_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/passes");
    let mut failures = Vec::new();
    for pass in fs::read_dir(&folder).expect("the folder is there") {
        let pass = pass.expect("readable").path();
        let name = pass.file_name().expect("a folder").to_string_lossy().into_owned();
        for file in fs::read_dir(&pass).expect("a folder for each pass") {
            let path = file.expect("readable").path();
            let text = fs::read_to_string(&path).expect("readable");
            for part in text.split("\nfunc ").filter(|part| part.contains("block0")) {
                let part = format!("func {}", part.trim_start_matches("func "));
                check(&name, &path.display().to_string(), &part, &mut failures);
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn check(pass: &str, file: &str, text: &str, failures: &mut Vec<String>) {
    let mut func = parse_function(text).unwrap_or_else(|error| panic!("{file}: {error}\n{text}"));
    verify_function(&func).unwrap_or_else(|errors| panic!("{file}: {errors:#?}"));
    let pass = pass_named(pass).unwrap_or_else(|| panic!("no pass {pass}"));
    run_pass(pass, &mut func, &mut PassContext::default()).unwrap_or_else(|error| panic!("{file}: {error}"));
    verify_function(&func).unwrap_or_else(|errors| panic!("{file}: {errors:#?}\n{func}"));
    let lines = lines(&func);
    for line in text.lines() {
        if let Some(wanted) = line.trim().strip_prefix("; check:")
            && !lines.iter().any(|line| line == wanted.trim())
        {
            failures.push(format!("{file}: {}: no `{}` in\n{func}", func.name, wanted.trim()));
        }
        if let Some(unwanted) = line.trim().strip_prefix("; absent:")
            && lines.iter().any(|line| line.contains(unwanted.trim()))
        {
            failures.push(format!("{file}: {}: `{}` in\n{func}", func.name, unwanted.trim()));
        }
    }
}

/// The heads of the blocks, and each instruction behind the name of its block.
fn lines(func: &Function) -> Vec<String> {
    let mut lines = Vec::new();
    let mut block = String::new();
    for line in func.to_string().lines() {
        if line.starts_with("block") {
            let head = line.trim_end_matches(':');
            block = head.split(['(', ' ', ':']).next().unwrap_or_default().to_string();
            lines.push(head.to_string());
        } else if let Some(inst) = line.strip_prefix("    ") {
            lines.push(format!("{block}: {inst}"));
        }
    }
    lines
}
