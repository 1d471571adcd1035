//! The byte form of a unit: crosses the C interface to the LLVM tier, and lies in the disk cache.
//!
//!     "ULIR" version functions...        numbers as LEB128, signed ones in zigzag form
//!
//! Blocks and values keep their numbers; instructions that are in no block are left out. The tables of operations
//! and symbols are part of the format: `FORMAT` counts it, and a hash of all rows refuses bytes of another build.
//! Decoding trusts nothing: every number is checked, and the result passes the verifier.

use std::fmt;
use std::hash::Hasher;
use std::sync::OnceLock;

use rustc_hash::FxHasher;

use super::ops::Op;
use super::unit::Unit;
use super::verifier::verify_unit;
use crate::runtime::symbols::Symbol;

mod reader;
mod writer;

const MAGIC: &[u8; 4] = b"ULIR";
const FORMAT: u64 = 2;

/// Why bytes are no unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DecodeError {
    /// The bytes are of another version, or no unit at all.
    Version,
    /// The bytes end too early, or something stands in them that cannot be.
    Malformed(String),
    /// The unit breaks rules of lir: what the verifier said.
    Invalid(String),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Version => f.write_str("the bytes are not a unit of this version"),
            DecodeError::Malformed(what) => write!(f, "malformed unit: {what}"),
            DecodeError::Invalid(what) => write!(f, "invalid unit: {what}"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The byte form of `unit`.
pub fn encode_unit(unit: &Unit) -> Vec<u8> {
    let mut writer = writer::Writer::default();
    writer.raw(MAGIC);
    writer.number(FORMAT);
    writer.raw(&table_hash().to_le_bytes());
    writer.number(unit.functions.len() as u64);
    for func in &unit.functions {
        writer.function(func);
    }
    writer.into_bytes()
}

/// The unit that `encode_unit` made bytes of.
///
/// # Errors
/// Bytes of another version, malformed ones, and units that the verifier refuses.
pub fn decode_unit(bytes: &[u8]) -> Result<Unit, DecodeError> {
    let mut reader = reader::Reader::new(bytes);
    let is_ours = reader.raw(4) == Ok(MAGIC) && reader.number() == Ok(FORMAT);
    if !is_ours || reader.raw(8) != Ok(&table_hash().to_le_bytes()) {
        return Err(DecodeError::Version);
    }
    let functions = reader.many(|reader| reader.function()).map_err(DecodeError::Malformed)?;
    if !reader.is_at_end() {
        return Err(DecodeError::Malformed("bytes follow the unit".into()));
    }
    let unit = Unit { functions };
    verify_unit(&unit).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        DecodeError::Invalid(lines.join("\n"))
    })?;
    Ok(unit)
}

/// Changes with every row of the tables of operations and symbols.
fn table_hash() -> u64 {
    static HASH: OnceLock<u64> = OnceLock::new();
    *HASH.get_or_init(|| {
        let mut hasher = FxHasher::default();
        for op in Op::ALL {
            hasher.write(format!("{:?}", op.info()).as_bytes());
        }
        for symbol in Symbol::ALL {
            hasher.write(format!("{:?}", symbol.info()).as_bytes());
        }
        hasher.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::{DecodeError, decode_unit, encode_unit};
    use crate::lir::parse_unit;

    const TEXT: &str = r#"unit {
func f(i64, ptr) -> i32, i64 id 7 fastmath nsz reassoc lengths 0 {
    slot0 = 24
    data0 = "a\x00b"
    fn0 = function9(f64) -> i32, f64
    site0 = IndexError "index {0}" @12
block0(v0: i64, v1: ptr):
    v3 = const_float.f64 -0.0 @4
    v4, v5 = call_function fn0(v3)
    store elements-8 v1, v5
    v6 = const_int.bool 1
    branch_if v6, block1(v0), block4
block1(v7: i64):
    v8 = const_int.i32 0
    v9 = cmp_int sle v7, v0
    v10 = call_runtime exp(v5)
    v11 = slot_address slot0
    v12 = data_address data0
    v13 = load.f32 constant headers+4 v12
    return v8, v7
block4 cold:
    v14 = const_int.i32 -1
    return v14, v0
}
}
"#;

    #[test]
    fn round_trip_keeps_the_text() {
        let unit = parse_unit(TEXT).expect("the text is lir");
        let decoded = decode_unit(&encode_unit(&unit)).expect("the bytes are ours");
        assert_eq!(decoded.to_string(), TEXT);
    }

    #[test]
    fn damaged_bytes_are_errors() {
        let bytes = encode_unit(&parse_unit(TEXT).expect("the text is lir"));
        for length in 0..bytes.len() {
            assert!(decode_unit(&bytes[..length]).is_err(), "{length} bytes");
        }
        for index in 0..bytes.len() {
            for flip in [1, 0x40, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[index] ^= flip;
                // Whatever comes of it, it is an answer and not a panic.
                let _ = decode_unit(&damaged);
            }
        }
    }

    #[test]
    fn another_version_is_refused() {
        let mut bytes = encode_unit(&parse_unit(TEXT).expect("the text is lir"));
        bytes[4] += 1;
        assert_eq!(decode_unit(&bytes).err(), Some(DecodeError::Version));
    }
}
