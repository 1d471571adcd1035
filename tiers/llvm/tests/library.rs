//! The shared library as a process uses it: opened by path, asked over the C interface.

mod harness;

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use harness::{Compiled, compile, unit};
use upshift_core::lir::FunctionId;
use upshift_core::runtime::symbols;
use upshift_core::tier::{CompileError, Linkage, Listing, Tier};
use upshift_core::tier_interface::Pipeline;
use upshift_manager::llvm_library::{LlvmLibrary, OpenError};

/// Cargo puts the library beside the tests.
fn library_path() -> PathBuf {
    let mut path = std::env::current_exe().expect("a test has a path");
    path.set_file_name("libupshift_llvm.so");
    path
}

fn open() -> LlvmLibrary {
    LlvmLibrary::open(&library_path(), &symbols::addresses(), Pipeline::Lean).expect("cargo built the library")
}

#[test]
fn a_unit_compiles_through_the_library() {
    let library = open();
    let symbols = symbols::addresses();
    let callee = unit(
        "func square(f64) -> i32, f64 id 9 {
        block0(v0: f64):
            v1 = const_float.f64 2.0
            v2 = call_runtime pow(v0, v1)
            v3 = const_int.i32 0
            return v3, v2
        }",
    );
    let no_cells = Linkage { symbols: &symbols, body_cell: &|id| panic!("{id} is not called") };
    let callee: Compiled = compile(&library, &callee, &no_cells);
    let cell = AtomicUsize::new(callee.code.body);
    let caller = unit(
        "func twice(f64) -> i32, f64 id 1 {
            fn0 = function9(f64) -> i32, f64
        block0(v0: f64):
            v1, v2 = call_function fn0(v0)
            v3, v4 = call_function fn0(v2)
            return v3, v4
        }",
    );
    let body_cell = |id: FunctionId| {
        assert_eq!(id, FunctionId(9));
        &raw const cell as usize
    };
    let linkage = Linkage { symbols: &symbols, body_cell: &body_cell };
    for pipeline in Pipeline::ALL {
        let (code, report) = library.compile_with(&caller, &linkage, pipeline).expect("it compiles");
        assert!(code.size > 0 && report.object_size > code.size && report.emit_ns > 0);
    }
    let caller = compile(&library, &caller, &linkage);
    // Code lives past the tier that made it.
    drop(library);
    assert_eq!(caller.call_one(&[3.0_f64.to_bits()]), 81.0_f64.to_bits());
}

#[test]
fn listings_name_what_is_called() {
    let unit = unit(
        "func outer(f64) -> i32, f64 id 1 {
            fn0 = function9(f64) -> i32, f64
        block0(v0: f64):
            v1 = call_runtime exp(v0)
            v2, v3 = call_function fn0(v1)
            return v2, v3
        }",
    );
    let library = open();
    for (listing, words) in [
        (Listing::Intermediate, ["define", "@exp", "@cell_function9"]),
        (Listing::Assembly, ["upshift_body:", "exp", "cell_function9"]),
    ] {
        let text = library.list(&unit, listing).expect("what compiles can be shown");
        for word in words {
            assert!(text.contains(word), "{word} in {text}");
        }
    }
}

#[test]
fn failures_cross_the_interface_as_errors() {
    let mut broken = unit(
        "func f(i64) -> i32 id 1 {
        block0(v0: i64):
            v1 = const_int.i32 0
            return v1
        }",
    );
    broken.functions.pop();
    let error = open().list(&broken, Listing::Assembly).expect_err("a unit has two functions at least");
    assert!(matches!(&error, CompileError::Bug { stage: "tier 2", .. }), "{error}");
    let long = unit(&format!(
        "func f(i64) -> i32 id 1 {{
        block0(v0: i64):
            {}
            v1 = const_int.i32 0
            return v1
        }}",
        (2..12_000).map(|index| format!("v{index} = add_int v0, v0\n")).collect::<String>()
    ));
    let error = open().list(&long, Listing::Assembly).expect_err("there is a limit");
    assert!(matches!(error, CompileError::TooLarge(_)), "{error}");
    let missing = LlvmLibrary::open("no such file".as_ref(), &[], Pipeline::Lean);
    assert!(matches!(missing, Err(OpenError::Library(..))));
    // Any library that opens and is not ours lacks the functions.
    let other = LlvmLibrary::open("libc.so.6".as_ref(), &[], Pipeline::Lean);
    assert!(matches!(other, Err(OpenError::Library(..))));
}
