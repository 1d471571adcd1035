//! Cranelift's settings, and the machine it generates code for.
//!
//! Made once for a tier and shared by all threads.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable, SetError};
use upshift_core::tier::CompileError;

/// Each setting with its reason.
const SETTINGS: &[(&str, &str)] = &[
    // The passes of lir have numbered, folded, forwarded and hoisted already. `speed` takes 30 % longer, for code that is
    // as fast over our kernels.
    ("opt_level", "none"),
    // `single_pass` emits five times the bytes and loops that are 4 to 10 times slower.
    ("regalloc_algorithm", "backtracking"),
    // A fault of ours is worth finding, at a third of the compile time: in debug builds.
    ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    // Profilers and debuggers walk the stack by it.
    ("preserve_frame_pointers", "true"),
    ("is_pic", "false"),
    // Nothing unwinds through compiled code: errors are status codes.
    ("unwind_info", "false"),
    // Slots larger than a page must not step over the guard page.
    ("enable_probestack", "true"),
    ("probestack_strategy", "inline"),
];

/// Code generation for this machine, with the instructions it has.
pub(crate) fn for_host() -> Result<OwnedTargetIsa, CompileError> {
    build(true)
}

/// Code generation for the oldest machine of this architecture.
pub(crate) fn for_baseline() -> Result<OwnedTargetIsa, CompileError> {
    build(false)
}

fn build(use_host_features: bool) -> Result<OwnedTargetIsa, CompileError> {
    if !cfg!(target_arch = "x86_64") {
        return Err(bug("relocations are known for x86-64 only"));
    }
    let mut flags = settings::builder();
    for (name, value) in SETTINGS {
        flags.set(name, value).map_err(|error: SetError| bug(&format!("{name}: {error}")))?;
    }
    let builder = cranelift_native::builder_with_options(use_host_features).map_err(bug)?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| bug(&error.to_string()))
}

fn bug(message: &str) -> CompileError {
    CompileError::Bug { stage: "cranelift settings", message: message.to_owned() }
}
