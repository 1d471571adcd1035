//! Placeholder.

pub mod llvm_library;
