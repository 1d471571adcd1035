//! The routines that Cranelift calls where the machine lacks an instruction: rounding without SSE4.1.

use cranelift_codegen::ir::LibCall;

/// The address of a routine that code for lir can need.
pub(crate) fn address(libcall: LibCall) -> Option<usize> {
    let of_f32 = |routine: extern "C" fn(f32) -> f32| Some(routine as usize);
    let of_f64 = |routine: extern "C" fn(f64) -> f64| Some(routine as usize);
    match libcall {
        LibCall::CeilF32 => of_f32(ceil_f32),
        LibCall::CeilF64 => of_f64(ceil_f64),
        LibCall::FloorF32 => of_f32(floor_f32),
        LibCall::FloorF64 => of_f64(floor_f64),
        LibCall::TruncF32 => of_f32(trunc_f32),
        LibCall::TruncF64 => of_f64(trunc_f64),
        LibCall::NearestF32 => of_f32(nearest_f32),
        LibCall::NearestF64 => of_f64(nearest_f64),
        LibCall::Probestack
        | LibCall::FmaF32
        | LibCall::FmaF64
        | LibCall::Memcpy
        | LibCall::Memset
        | LibCall::Memmove
        | LibCall::Memcmp
        | LibCall::ElfTlsGetAddr
        | LibCall::ElfTlsGetOffset
        | LibCall::X86Pshufb => None,
    }
}

macro_rules! routines {
    ($( $name:ident $float:ident $method:ident; )*) => {
        $( extern "C" fn $name(number: $float) -> $float { number.$method() } )*
    };
}

routines! {
    ceil_f32 f32 ceil;
    ceil_f64 f64 ceil;
    floor_f32 f32 floor;
    floor_f64 f64 floor;
    trunc_f32 f32 trunc;
    trunc_f64 f64 trunc;
    nearest_f32 f32 round_ties_even;
    nearest_f64 f64 round_ties_even;
}
