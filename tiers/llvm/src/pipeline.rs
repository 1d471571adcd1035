//! The pass lists.

use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::TargetMachine;
use upshift_core::tier_interface::Pipeline;

/// Inlines, simplifies, vectorizes, and unrolls: short loops whole before the vectorizer sees those around them, others
/// after it. Its code runs as fast as O3's on all but one in twenty kernels of `benches/python`. What has earned its
/// place: `loop-idiom` counts bits at once (100 times), early unrolling (life 2.1 times), `bdce` and
/// `correlated-propagation` shorten chains of integers (1.2 and 1.06 times), late unrolling (1.2 to 1.5 times for
/// sums and bytes). Named in a list of passes, `instcombine` ends the process when one round leaves work, unless told
/// not to verify that.
const LEAN: &str = "function(sroa,early-cse,simplifycfg),cgscc(inline),globaldce,\
    function(sroa,early-cse,simplifycfg,instcombine<no-verify-fixpoint>,\
    loop-mssa(loop-rotate,licm,simple-loop-unswitch),simplifycfg,loop(loop-idiom,indvars,loop-deletion),\
    loop-unroll<O3;full-unroll-max=64;no-partial;no-runtime;no-peeling>,simplifycfg,correlated-propagation,bdce),\
    function(loop-vectorize,instcombine<no-verify-fixpoint>,simplifycfg,\
    loop-unroll<O2>,instcombine<no-verify-fixpoint>,loop-mssa(licm),early-cse,instcombine<no-verify-fixpoint>)";

/// Runs the passes of `pipeline`.
pub(crate) fn run(module: &Module<'_>, pipeline: Pipeline, machine: &TargetMachine) -> Result<(), String> {
    let passes = match pipeline {
        Pipeline::Lean => LEAN,
        Pipeline::O1 => "default<O1>",
        Pipeline::O2 => "default<O2>",
        Pipeline::O3 => "default<O3>",
    };
    module.run_passes(passes, machine, PassBuilderOptions::create()).map_err(|error| error.to_string())
}

/// How many loops the vectorizer rewrote. It names the body of each `vector.body`.
pub(crate) fn vector_loops(module: &Module<'_>) -> usize {
    module
        .get_functions()
        .flat_map(|function| function.get_basic_block_iter())
        .filter(|block| block.get_name().to_bytes().starts_with(b"vector.body"))
        .count()
}
