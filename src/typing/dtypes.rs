//! What arrays hold, and how their elements lie in memory.

use super::records::RecordId;
use super::times::TimeType;
use crate::lir;

/// The element type of an array, and the type of a NumPy scalar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is NumPy's dtype of the same name")]
pub enum DType {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
    Complex64,
    Complex128,
    /// A structured dtype.
    Record(RecordId),
    /// Dates or durations.
    Time(TimeType),
}

/// NumPy's letter for the kind of a dtype.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Kind {
    /// `b`
    Bool,
    /// `i`
    Signed,
    /// `u`
    Unsigned,
    /// `f`
    Float,
    /// `c`
    Complex,
    /// What is no number: records `V`, dates `M`, durations `m`.
    Other,
}

impl DType {
    /// All dtypes of numbers, in the order of their encoding.
    pub const ALL: [DType; 13] = [
        DType::Bool,
        DType::Int8,
        DType::Int16,
        DType::Int32,
        DType::Int64,
        DType::UInt8,
        DType::UInt16,
        DType::UInt32,
        DType::UInt64,
        DType::Float32,
        DType::Float64,
        DType::Complex64,
        DType::Complex128,
    ];

    /// NumPy's name.
    pub fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::Int8 => "int8",
            DType::Int16 => "int16",
            DType::Int32 => "int32",
            DType::Int64 => "int64",
            DType::UInt8 => "uint8",
            DType::UInt16 => "uint16",
            DType::UInt32 => "uint32",
            DType::UInt64 => "uint64",
            DType::Float32 => "float32",
            DType::Float64 => "float64",
            DType::Complex64 => "complex64",
            DType::Complex128 => "complex128",
            DType::Record(id) => &id.get().name,
            DType::Time(time) => time.name(),
        }
    }

    /// The dtype of this name.
    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|dtype| dtype.name() == name)
    }

    /// The kind.
    pub fn kind(self) -> Kind {
        match self {
            DType::Bool => Kind::Bool,
            DType::Int8 | DType::Int16 | DType::Int32 | DType::Int64 => Kind::Signed,
            DType::UInt8 | DType::UInt16 | DType::UInt32 | DType::UInt64 => Kind::Unsigned,
            DType::Float32 | DType::Float64 => Kind::Float,
            DType::Complex64 | DType::Complex128 => Kind::Complex,
            DType::Record(_) | DType::Time(_) => Kind::Other,
        }
    }

    /// Bytes of an element.
    pub fn size(self) -> u32 {
        match self {
            DType::Bool | DType::Int8 | DType::UInt8 => 1,
            DType::Int16 | DType::UInt16 => 2,
            DType::Int32 | DType::UInt32 | DType::Float32 => 4,
            DType::Int64 | DType::UInt64 | DType::Float64 | DType::Complex64 | DType::Time(_) => 8,
            DType::Complex128 => 16,
            DType::Record(id) => id.get().size,
        }
    }

    /// The machine type of an element; of one of the two parts for a complex dtype.
    pub fn machine(self) -> lir::Type {
        match self {
            DType::Bool => lir::Type::Bool,
            // A record has no machine value of its own: who reads one asks for its fields.
            DType::Record(_) => lir::Type::I8,
            DType::Int8 | DType::UInt8 => lir::Type::I8,
            DType::Int16 | DType::UInt16 => lir::Type::I16,
            DType::Int32 | DType::UInt32 => lir::Type::I32,
            DType::Int64 | DType::UInt64 | DType::Time(_) => lir::Type::I64,
            DType::Float32 | DType::Complex64 => lir::Type::F32,
            DType::Float64 | DType::Complex128 => lir::Type::F64,
        }
    }

    /// True for signed and unsigned integers.
    pub fn is_integer(self) -> bool {
        matches!(self.kind(), Kind::Signed | Kind::Unsigned)
    }

    /// True for signed integers.
    pub fn is_signed(self) -> bool {
        self.kind() == Kind::Signed
    }

    /// True for floats.
    pub fn is_float(self) -> bool {
        self.kind() == Kind::Float
    }

    /// True for complex dtypes.
    pub fn is_complex(self) -> bool {
        self.kind() == Kind::Complex
    }

    /// The dtype of the real and imaginary parts: itself unless complex.
    pub fn real(self) -> DType {
        match self {
            DType::Complex64 => DType::Float32,
            DType::Complex128 => DType::Float64,
            _ => self,
        }
    }
}

/// How the elements of an array lie in memory, as far as its type says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Layout {
    /// Contiguous, last axis fastest.
    C,
    /// Contiguous, first axis fastest.
    F,
    /// Any strides.
    A,
}

/// The type of an array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ArrayType {
    /// Element type.
    pub dtype: DType,
    /// Number of dimensions.
    pub ndim: u8,
    /// What is known of the strides. A 0-d array and a contiguous 1-d array are `C`.
    pub layout: Layout,
    /// False if storing to it raises.
    pub is_writable: bool,
}
