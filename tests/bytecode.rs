//! Source to hir: `tests/bytecode/NAME.py`, its code objects in `NAME.3.11.code` (`snapshot.py` writes them), and
//! what they become in `NAME.hir`, which `UPDATE=1` rewrites.

#[path = "bytecode/snapshot.rs"]
mod snapshot;
#[path = "bytecode/verify.rs"]
mod verify;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use upshift_core::bytecode::{Code, LocalKind, Version};
use upshift_core::hir;
use upshift_core::refusal::Reason;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bytecode")
}

fn snapshots() -> Vec<(PathBuf, Vec<Code>)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder exists")
        .map(|entry| entry.expect("the folder is readable").path())
        .filter(|path| path.to_string_lossy().ends_with(".3.11.code"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("the file is readable");
            let codes = snapshot::read(&text, &path);
            (path.with_extension("").with_extension("").with_extension("hir"), codes)
        })
        .collect()
}

/// The hir of a function, with places in the source if `has_locations`; or why there is none.
fn describe(code: &Code, has_locations: bool) -> String {
    let result = hir::build(code, &[]);
    if let Ok(function) = &result {
        verify::verify(function);
    }
    match result {
        Ok(function) if has_locations => format!("{function:#}"),
        Ok(function) => format!("{function}"),
        Err(refusal) => {
            let (line, column) = (refusal.location.line, refusal.location.column);
            format!("refused {} at {line}:{column}: {}\n", code.qualname, refusal.reason)
        }
    }
}

#[test]
fn builds_what_is_expected() {
    let mut failures = Vec::new();
    for (path, codes) in snapshots() {
        let has_locations = path.ends_with("locations.hir");
        let found: Vec<String> = codes.iter().map(|code| describe(code, has_locations)).collect();
        let found = found.join("\n");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, found).expect("the file is writable");
        } else if std::fs::read_to_string(&path).unwrap_or_default() != found {
            failures.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(failures.is_empty(), "differs from what is expected; UPDATE=1 rewrites\n{}", failures.join("\n"));
}

/// A function of one parameter with this bytecode.
fn function_of(bytecode: Vec<u8>) -> Code {
    Code {
        version: Version { major: 3, minor: 11 },
        name: "made".into(),
        qualname: "made".into(),
        filename: "made.py".into(),
        first_line: 1,
        argument_count: 1,
        positional_only_count: 0,
        keyword_only_count: 0,
        flags: 3,
        bytecode,
        constants: Vec::new(),
        names: Vec::new(),
        locals: vec![("a".into(), LocalKind::Local)],
        exception_table: Vec::new(),
        line_table: Vec::new(),
    }
}

const LOAD_FAST: u8 = 124;
const POP_JUMP_FORWARD_IF_TRUE: u8 = 115;
const RETURN_VALUE: u8 = 83;
const UNPACK_SEQUENCE: u8 = 92;
const EXTENDED_ARG: u8 = 144;

#[test]
fn many_blocks_build_without_recursion() {
    let mut bytecode = [LOAD_FAST, 0, POP_JUMP_FORWARD_IF_TRUE, 0].repeat(40_000);
    bytecode.extend([LOAD_FAST, 0, RETURN_VALUE, 0]);
    let function = hir::build(&function_of(bytecode), &[]).expect("it is not too large");
    assert_eq!(function.blocks.len(), 40_001);
    assert!(function.blocks[1..].iter().all(|block| block.params.is_empty()));
}

#[test]
fn too_large_functions_are_refused() {
    let mut long = [LOAD_FAST, 0, POP_JUMP_FORWARD_IF_TRUE, 0].repeat(60_000);
    long.extend([LOAD_FAST, 0, RETURN_VALUE, 0]);
    let mut wide = vec![LOAD_FAST, 0, EXTENDED_ARG, 255, EXTENDED_ARG, 255, UNPACK_SEQUENCE, 0, 0, 0];
    wide.extend([LOAD_FAST, 0, RETURN_VALUE, 0]);
    for bytecode in [long, wide] {
        let refusal = hir::build(&function_of(bytecode), &[]).expect_err("it is too large");
        assert!(matches!(refusal.reason, Reason::TooLarge(_)), "{}", refusal.reason);
    }
}

#[test]
fn other_versions_are_refused() {
    let code = Code { version: Version { major: 3, minor: 10 }, ..function_of(Vec::new()) };
    let refusal = hir::build(&code, &[]).expect_err("the version is unknown");
    assert_eq!(refusal.reason.to_string(), "the function's bytecode cannot be read: it is of Python 3.10");
}

/// Steps of a linear congruential generator, so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

#[test]
fn damaged_code_neither_panics_nor_hangs() {
    let codes: Vec<Code> = snapshots().into_iter().flat_map(|(_, codes)| codes).collect();
    let mut random = Random(1);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(1) {
        let mut code = codes[random.below(codes.len())].clone();
        for _ in 0..=random.below(3) {
            let bytes = match random.below(8) {
                0 => &mut code.line_table,
                1 => &mut code.exception_table,
                _ => &mut code.bytecode,
            };
            let (position, byte) = (random.below(bytes.len()), random.below(256) as u8);
            if let Some(place) = bytes.get_mut(position) {
                *place = byte;
            }
        }
        let built = Instant::now();
        let result = hir::build(&code, &[]);
        assert!(built.elapsed() < Duration::from_secs(1), "building takes too long: {code:?}");
        if let Ok(function) = result {
            verify::verify(&function);
            let _ = format!("{function:#}");
        }
    }
}
