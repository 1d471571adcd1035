//! What compiled code calls: one table of symbols, and the routines behind it.
//!
//! | file | what it has |
//! |---|---|
//! | `symbols.rs` | the table: name, C signature, effects and address of each routine |
//! | `memory.rs`, `stack.rs` | reference-counted blocks; where the stack of a thread ends |
//! | `ticker.rs` | when running loops look for signals |
//! | `list.rs`, `deque.rs`, `dict.rs`, `set.rs`, `hashing.rs` | containers, whatever they hold; their keys and Python's hashes |
//! | `pool.rs`, `system_memory.rs` | small blocks, kept at hand; large ones, in huge pages |
//! | `search.rs` | looking for an int in a list |
//! | `sort.rs`, `timsort.rs` | sorting lists |
//! | `errors.rs`, `exception_classes.rs` | exceptions, in flight and being handled; their classes |
//! | `objects.rs` | objects of Python's: what is asked of them |
//! | `buffers.rs` | objects of Python's whose memory compiled code uses |
//! | `status.rs` | what a routine that can fail answers |
//! | `integers.rs`, `floats.rs`, `complex.rs`, `rounding.rs` | operators and functions of numbers |
//! | `generators.rs` | generators: throwing into one, closing one that goes |
//! | `libm.rs`, `gamma.rs`, `norm.rs`, `exact_sum.rs` | `math` |
//! | `exact_spread.rs` | `statistics` |
//! | `cmath.rs`, `cmath_special.rs`, `numpy_complex.rs` | `cmath`, its special values; NumPy's complex functions |
//! | `ufuncs.rs` | NumPy's own inner loops |
//! | `random.rs`, `clock.rs` | Python's generator of random numbers; clocks |
//! | `foreign.rs` | calls of C functions |
//! | `strings/` | strings and bytes |
//! | `strided.rs`, `blas.rs`, `products.rs` | copies of arrays; the BLAS, and products by it |

pub mod blas;
pub mod buffers;
pub mod clock;
pub mod cmath;
mod cmath_special;
pub mod complex;
pub mod deque;
pub mod dict;
pub mod errors;
pub mod exact_spread;
pub mod exact_sum;
pub mod exception_classes;
pub mod floats;
pub mod foreign;
pub mod gamma;
pub mod generators;
pub mod hashing;
pub mod integers;
pub mod libm;
pub mod list;
pub mod memory;
pub mod norm;
pub mod numpy_complex;
pub mod objects;
mod pool;
pub mod products;
pub mod random;
pub mod rounding;
pub mod search;
pub mod set;
pub mod sort;
pub mod stack;
pub mod status;
pub mod strided;
pub mod strings;
pub mod symbols;
mod system_memory;
pub mod ticker;
mod timsort;
pub mod ufuncs;
