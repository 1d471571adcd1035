//! From a unit's bytes to code that runs: relocations, and publication in the arena.

use std::sync::Arc;

use cranelift_codegen::binemit::Reloc;
use upshift_core::tier::{Code, CompileError};

use crate::arena::{Arena, CodeMemory};
use crate::data::UnitData;
use crate::libcalls;
use crate::workspace::{Image, Relocation, Target};

/// What a unit's code needs to live; `Code::memory` holds it.
struct UnitMemory {
    _code: CodeMemory,
    _data: UnitData,
}

/// Copies the image to executable memory, where its addresses are known.
pub(crate) fn publish(arena: &Arc<Arena>, image: &Image, data: UnitData) -> Result<Code, CompileError> {
    let [body, entry, ..] = image.functions[..] else {
        return Err(bug("the unit lacks its body or its entry".to_owned()));
    };
    // Pages are aligned to 4096; no constant asks for more than a vector's size.
    debug_assert!(image.alignment <= 4096);
    let code = arena.publish(image.bytes.len(), |bytes, address| {
        bytes.copy_from_slice(&image.bytes);
        image.relocations.iter().try_for_each(|relocation| apply(relocation, image, bytes, address))
    })?;
    let start = code.address();
    Ok(Code {
        body: start + body,
        entry: start + entry,
        size: image.bytes.len(),
        memory: Box::new(UnitMemory { _code: code, _data: data }),
    })
}

fn apply(relocation: &Relocation, image: &Image, bytes: &mut [u8], start: usize) -> Result<(), CompileError> {
    let target = match relocation.target {
        Target::Function(index) => start + image.functions[index],
        Target::Position(position) => start + position,
        Target::LibCall(libcall) => {
            libcalls::address(libcall).ok_or_else(|| bug(format!("no routine for {libcall}")))?
        }
    };
    let position = relocation.position;
    let target = (target as i64).wrapping_add(relocation.addend);
    match relocation.kind {
        Reloc::Abs8 => bytes[position..position + 8].copy_from_slice(&target.to_ne_bytes()),
        Reloc::X86PCRel4 | Reloc::X86CallPCRel4 => {
            let distance = i32::try_from(target - (start + position) as i64)
                .map_err(|_| bug(format!("{:?} is out of reach of a call", relocation.target)))?;
            bytes[position..position + 4].copy_from_slice(&distance.to_ne_bytes());
        }
        // Cranelift's type: the rest belongs to other machines and object formats.
        other => return Err(bug(format!("relocation {other:?}"))),
    }
    Ok(())
}

fn bug(message: String) -> CompileError {
    CompileError::Bug { stage: "link", message }
}
