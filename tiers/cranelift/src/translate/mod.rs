//! lir to CLIF, operation by operation.
//!
//! | file | what it decides |
//! |---|---|
//! | `function.rs` | blocks and their order, values, the walk over the instructions |
//! | `ops.rs` | the table: each operation as one expression |
//! | `cold_floats.rs` | floats that cold code keeps in the frame |
//! | `types.rs` | types, signatures, conditions |
//! | `arithmetic.rs` | constants, products, comparisons |
//! | `division.rs` | division by constants |
//! | `conversions.rs` | conversions that are not one CLIF instruction |
//! | `memory.rs` | addresses, loads, stores, alias regions |
//! | `calls.rs` | calls of the runtime, of functions in the unit and through cells |
//! | `control_flow.rs` | jumps, branches, returns |

mod arithmetic;
mod calls;
mod cold_floats;
mod control_flow;
mod conversions;
mod division;
mod function;
mod memory;
mod ops;
mod types;

pub(crate) use function::{UnitContext, translate};
