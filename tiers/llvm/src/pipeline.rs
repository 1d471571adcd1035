//! The pass lists.

use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::TargetMachine;
use upshift_core::tier_interface::Pipeline;

/// Inlines, simplifies, and vectorizes what can be; leaves out the peeling and unrolling that double the work of
/// the code generator. On the prototypes' four kernels its code ran as fast as O3's. Named in a list of passes,
/// `instcombine` ends the process when one round leaves work, unless told not to verify that.
const LEAN: &str = "function(sroa,early-cse,simplifycfg),cgscc(inline),globaldce,\
    function(sroa,early-cse,simplifycfg,instcombine<no-verify-fixpoint>,\
    loop-mssa(loop-rotate,licm,simple-loop-unswitch),simplifycfg,loop(indvars,loop-deletion)),\
    function(loop-vectorize,instcombine<no-verify-fixpoint>,simplifycfg,loop-mssa(licm),early-cse,\
    instcombine<no-verify-fixpoint>)";

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
