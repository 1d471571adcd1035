//! Global containers: converted when a function is compiled, and read by its code from then on.

use pyo3::prelude::*;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::Type;

use super::codec::Codec;
use super::conversion::Conversion;
use crate::guard::{Outcome, Target};

/// The container that a global became, and what it holds.
pub(crate) struct Constant {
    header: *mut Header,
    /// Owns the containers.
    _conversion: Conversion,
    /// What the conversion refers to.
    _codec: Box<Codec>,
}

// SAFETY: the blocks belong to this value alone, but for the code that reads them, which is gone when it is dropped.
unsafe impl Send for Constant {}

impl Constant {
    /// The container of this type; `None` if the object does not fit it, or there is no memory.
    pub(crate) fn new(object: &Bound<'_, PyAny>, ty: &Type) -> Option<Constant> {
        let codec = Box::new(Codec::new(ty)?);
        // A function may be compiled while the arguments of a call are being converted.
        let outer = Conversion::default().exchange();
        let mut slot = 0_u64;
        let mut target = Target { slots: &raw mut slot, headers: std::ptr::null_mut() };
        // SAFETY: the GIL is held, the conversion is a new one, and a container takes one slot and no header.
        let outcome = unsafe { codec.unbox(object.as_ptr(), &mut target) };
        let conversion = outer.exchange();
        match outcome {
            Outcome::Fits => {}
            Outcome::Differs => return None,
            Outcome::Raised => {
                drop(PyErr::take(object.py()));
                return None;
            }
        }
        let header = slot as *mut Header;
        // SAFETY: the conversion holds a reference to the container, and no other thread knows it.
        unsafe { memory::pin(header) };
        Some(Constant { header, _conversion: conversion, _codec: codec })
    }

    /// The container's address.
    pub(crate) fn address(&self) -> usize {
        self.header as usize
    }
}

impl Drop for Constant {
    fn drop(&mut self) {
        // SAFETY: it was pinned, and nobody reads it any more.
        unsafe { memory::unpin(self.header) };
    }
}
