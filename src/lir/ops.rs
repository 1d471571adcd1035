//! The operations, one row each. Builder methods, arity, result types and effect queries come from the row.
//!
//! Adding one: a row here, an arm in `interp`, an arm in each tier, a file in `tests/run`.
//! Every operation is total unless its row says *requires*: lowering has then made sure of it by a branch, the
//! interpreter reports a violation, and a tier may assume that it holds.

use super::types::Type;

/// What an operand may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// `I8` to `I64`.
    Int,
    /// `Bool` or an integer.
    Bits,
    /// `F32` or `F64`.
    Float,
    /// `Bool`.
    Bool,
    /// `Ptr`.
    Ptr,
    /// `I64`.
    I64,
    /// An integer, `Bool` or `Ptr`: whatever has an order as bits.
    Ordered,
    /// Any type.
    Any,
}

impl Class {
    /// True if a value of type `ty` may stand here.
    pub fn contains(self, ty: Type) -> bool {
        match self {
            Class::Int => ty.is_int(),
            Class::Bits => ty.is_int() || ty == Type::Bool,
            Class::Float => ty.is_float(),
            Class::Bool => ty == Type::Bool,
            Class::Ptr => ty == Type::Ptr,
            Class::I64 => ty == Type::I64,
            Class::Ordered => !ty.is_float(),
            Class::Any => true,
        }
    }
}

/// How the result type follows from the operands. Operands of one class in one row have one type, except where
/// the class itself names the type, and except for `store`, `ptr_add`, calls and terminators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultRule {
    /// The type of the first operand.
    Same,
    /// The type of the second operand (`select`).
    Second,
    /// `Bool`.
    Bool,
    /// `Ptr`.
    Ptr,
    /// Stated at the instruction: constants, conversions, loads.
    Chosen,
    /// No result.
    None,
    /// The results of the called signature.
    Signature,
}

/// What an instruction carries beside its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the variant of `Immediate` with the same name")]
pub enum ImmediateKind {
    None,
    Int,
    Float,
    IntCond,
    FloatCond,
    Memory,
    Slot,
    Data,
    Symbol,
    Callee,
    Targets,
}

/// What an operation does beside computing its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effects {
    /// Nothing: may be moved, merged and removed.
    None,
    /// Nothing, but *requires* something of its operands: may be merged and removed, not moved above a branch.
    Requires,
    /// Reads memory.
    Reads,
    /// Writes memory.
    Writes,
    /// What the called symbol's row says (`runtime::symbols`); a compiled function reads, writes and raises.
    Calls,
    /// Ends the block.
    Control,
}

/// One row of the table.
#[derive(Debug)]
pub struct OpInfo {
    /// The name in the text form, and of the builder method.
    pub name: &'static str,
    /// The fixed operands. Calls and terminators take more: see `Signature` and `BlockCall`.
    pub operands: &'static [Class],
    /// How the result type follows.
    pub result: ResultRule,
    /// What else the instruction carries.
    pub immediate: ImmediateKind,
    /// What it does beside computing.
    pub effects: Effects,
    /// Operands may be exchanged.
    pub commutes: bool,
}

macro_rules! ops {
    (
        $( $(#[$meta:meta])* $variant:ident $name:ident ($($arg:ident : $class:ident),*) -> $rule:ident,
           immediate: $immediate:ident, effects: $effects:ident $(, $commutes:ident)? ; )*
    ) => {
        /// An operation. `Op::info` gives its row.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op { $( $(#[$meta])* $variant, )* }

        impl Op {
            /// All operations, in the order of their encoding.
            pub const ALL: &'static [Op] = &[ $( Op::$variant, )* ];

            /// The row of the operation.
            pub fn info(self) -> &'static OpInfo {
                match self {
                    $( Op::$variant => &OpInfo {
                        name: stringify!($name),
                        operands: &[ $( Class::$class ),* ],
                        result: ResultRule::$rule,
                        immediate: ImmediateKind::$immediate,
                        effects: Effects::$effects,
                        commutes: ops!(@commutes $($commutes)?),
                    }, )*
                }
            }
        }
    };
    (@commutes commutes) => { true };
    (@commutes) => { false };
}

ops! {
    // ---- constants ----
    /// An integer or `Bool` constant; only the low bits of the type count.
    ConstInt const_int() -> Chosen, immediate: Int, effects: None;
    /// A float constant by its bits, NaN payload included.
    ConstFloat const_float() -> Chosen, immediate: Float, effects: None;
    /// An address known when compiling: null, or an object that outlives the code. Not valid in another process.
    ConstPtr const_ptr() -> Ptr, immediate: Int, effects: None;
    /// The address of a stack slot.
    SlotAddress slot_address() -> Ptr, immediate: Slot, effects: None;
    /// The address of a constant byte string, 16-byte aligned, alive as long as the code.
    DataAddress data_address() -> Ptr, immediate: Data, effects: None;

    // ---- integers: two's complement, one width ----
    /// Sum. Wraps.
    AddInt add_int(a: Int, b: Int) -> Same, immediate: None, effects: None, commutes;
    /// Difference. Wraps.
    SubInt sub_int(a: Int, b: Int) -> Same, immediate: None, effects: None;
    /// Product. Wraps.
    MulInt mul_int(a: Int, b: Int) -> Same, immediate: None, effects: None, commutes;
    /// Signed quotient, towards zero. Requires b != 0 and not (a = MIN and b = -1).
    DivSint div_sint(a: Int, b: Int) -> Same, immediate: None, effects: Requires;
    /// Unsigned quotient. Requires b != 0.
    DivUint div_uint(a: Int, b: Int) -> Same, immediate: None, effects: Requires;
    /// Signed remainder with the sign of a. Requires b != 0 and not (a = MIN and b = -1).
    RemSint rem_sint(a: Int, b: Int) -> Same, immediate: None, effects: Requires;
    /// Unsigned remainder. Requires b != 0.
    RemUint rem_uint(a: Int, b: Int) -> Same, immediate: None, effects: Requires;
    /// High half of the signed double-width product.
    MulHighSint mul_high_sint(a: Int, b: Int) -> Same, immediate: None, effects: None, commutes;
    /// High half of the unsigned double-width product.
    MulHighUint mul_high_uint(a: Int, b: Int) -> Same, immediate: None, effects: None, commutes;
    /// Bitwise and.
    AndBits and_bits(a: Bits, b: Bits) -> Same, immediate: None, effects: None, commutes;
    /// Bitwise or.
    OrBits or_bits(a: Bits, b: Bits) -> Same, immediate: None, effects: None, commutes;
    /// Bitwise exclusive or.
    XorBits xor_bits(a: Bits, b: Bits) -> Same, immediate: None, effects: None, commutes;
    /// Left shift by b modulo the width.
    ShlInt shl_int(a: Int, b: Int) -> Same, immediate: None, effects: None;
    /// Right shift by b modulo the width, filling with the sign.
    ShrSint shr_sint(a: Int, b: Int) -> Same, immediate: None, effects: None;
    /// Right shift by b modulo the width, filling with zeros.
    ShrUint shr_uint(a: Int, b: Int) -> Same, immediate: None, effects: None;
    /// Number of leading zero bits; the width for 0.
    CountLeadingZeros count_leading_zeros(a: Int) -> Same, immediate: None, effects: None;
    /// Number of trailing zero bits; the width for 0.
    CountTrailingZeros count_trailing_zeros(a: Int) -> Same, immediate: None, effects: None;
    /// Number of one bits.
    CountOnes count_ones(a: Int) -> Same, immediate: None, effects: None;
    /// Whether the signed sum leaves the type.
    AddOverflowsSint add_overflows_sint(a: Int, b: Int) -> Bool, immediate: None, effects: None, commutes;
    /// Whether the signed difference leaves the type.
    SubOverflowsSint sub_overflows_sint(a: Int, b: Int) -> Bool, immediate: None, effects: None;
    /// Whether the signed product leaves the type.
    MulOverflowsSint mul_overflows_sint(a: Int, b: Int) -> Bool, immediate: None, effects: None, commutes;
    /// Comparison of integers, addresses (unsigned) or bools (`eq` and `ne` only).
    CmpInt cmp_int(a: Ordered, b: Ordered) -> Bool, immediate: IntCond, effects: None;

    // ---- floats: IEEE 754, round to nearest even; a NaN result is some quiet NaN ----
    /// Sum.
    AddFloat add_float(a: Float, b: Float) -> Same, immediate: None, effects: None, commutes;
    /// Difference.
    SubFloat sub_float(a: Float, b: Float) -> Same, immediate: None, effects: None;
    /// Product.
    MulFloat mul_float(a: Float, b: Float) -> Same, immediate: None, effects: None, commutes;
    /// Quotient; x/0 is infinite, 0/0 is NaN.
    DivFloat div_float(a: Float, b: Float) -> Same, immediate: None, effects: None;
    /// Flips the sign bit, also of NaN and zero.
    NegFloat neg_float(a: Float) -> Same, immediate: None, effects: None;
    /// Clears the sign bit, also of NaN and zero.
    AbsFloat abs_float(a: Float) -> Same, immediate: None, effects: None;
    /// The magnitude of a with the sign bit of b.
    CopysignFloat copysign_float(a: Float, b: Float) -> Same, immediate: None, effects: None;
    /// Principal square root. sqrt(-0.0) = -0.0, sqrt(x < 0) = NaN. Correctly rounded.
    SqrtFloat sqrt_float(a: Float) -> Same, immediate: None, effects: None;
    /// Largest integral value not above a; keeps -0.0, infinities and NaN.
    FloorFloat floor_float(a: Float) -> Same, immediate: None, effects: None;
    /// Smallest integral value not below a; (-1, 0) gives -0.0.
    CeilFloat ceil_float(a: Float) -> Same, immediate: None, effects: None;
    /// Integral value towards zero; keeps the sign of zero.
    TruncFloat trunc_float(a: Float) -> Same, immediate: None, effects: None;
    /// Nearest integral value, ties to even; keeps the sign of zero.
    RoundEvenFloat round_even_float(a: Float) -> Same, immediate: None, effects: None;
    /// IEEE comparison; conditions say what NaN answers.
    CmpFloat cmp_float(a: Float, b: Float) -> Bool, immediate: FloatCond, effects: None;

    // ---- conversions ----
    /// To a wider integer, copying the sign bit.
    ExtendSint extend_sint(a: Int) -> Chosen, immediate: None, effects: None;
    /// To a wider integer (from `Bool` too), filling with zeros.
    ExtendUint extend_uint(a: Bits) -> Chosen, immediate: None, effects: None;
    /// To a narrower integer, keeping the low bits.
    TruncateInt truncate_int(a: Int) -> Chosen, immediate: None, effects: None;
    /// Signed integer to the nearest float.
    SintToFloat sint_to_float(a: Int) -> Chosen, immediate: None, effects: None;
    /// Unsigned integer to the nearest float.
    UintToFloat uint_to_float(a: Int) -> Chosen, immediate: None, effects: None;
    /// Float to signed integer (I32 or I64), towards zero; saturates, NaN gives 0.
    FloatToSintSat float_to_sint_sat(a: Float) -> Chosen, immediate: None, effects: None;
    /// Float to unsigned integer (I32 or I64), towards zero; saturates, NaN gives 0.
    FloatToUintSat float_to_uint_sat(a: Float) -> Chosen, immediate: None, effects: None;
    /// F32 to F64, exact.
    PromoteFloat promote_float(a: Float) -> Chosen, immediate: None, effects: None;
    /// F64 to F32, to nearest.
    DemoteFloat demote_float(a: Float) -> Chosen, immediate: None, effects: None;
    /// The bits of a float as an integer of its width.
    FloatToBits float_to_bits(a: Float) -> Chosen, immediate: None, effects: None;
    /// The float with these bits.
    BitsToFloat bits_to_float(a: Int) -> Chosen, immediate: None, effects: None;
    /// The address as I64.
    PtrToInt ptr_to_int(a: Ptr) -> Chosen, immediate: None, effects: None;

    // ---- choice and memory ----
    /// b if a, else c. Both are computed.
    Select select(a: Bool, b: Any, c: Any) -> Second, immediate: None, effects: None;
    /// The address b bytes after a; stays in a's object or one past its end when it is used to access memory.
    PtrAdd ptr_add(a: Ptr, b: I64) -> Ptr, immediate: None, effects: None;
    /// Reads at a + offset. Requires natural alignment and readable memory.
    Load load(a: Ptr) -> Chosen, immediate: Memory, effects: Reads;
    /// Writes b at a + offset. Requires natural alignment and writable memory.
    Store store(a: Ptr, b: Any) -> None, immediate: Memory, effects: Writes;
    /// Reads at a + offset with acquire order; never merged, moved or removed.
    AtomicLoad atomic_load(a: Ptr) -> Chosen, immediate: Memory, effects: Writes;
    /// Reads at a + offset what other threads write; never merged, moved or removed. Orders nothing else.
    RelaxedLoad relaxed_load(a: Ptr) -> Chosen, immediate: Memory, effects: Writes;

    // ---- calls ----
    /// Calls a routine of the runtime (`runtime::symbols`) with its C signature.
    CallRuntime call_runtime() -> Signature, immediate: Symbol, effects: Calls;
    /// Calls a compiled function; the first result is the status, I32, 0 when it did not raise.
    CallFunction call_function() -> Signature, immediate: Callee, effects: Calls;

    // ---- terminators ----
    /// Goes on in the target.
    Jump jump() -> None, immediate: Targets, effects: Control;
    /// Goes on in the first target if a, else in the second.
    BranchIf branch_if(a: Bool) -> None, immediate: Targets, effects: Control;
    /// Goes on in the first target, or in the second if a signal's handler has raised: where a loop may be interrupted.
    /// Until a pass says how to find out (`passes::expand_polls`), it goes on.
    Poll poll() -> None, immediate: Targets, effects: Control;
    /// Leaves the function with what the compiled function at a answers: one that takes b and returns what this one does.
    /// This one's slots live until then.
    ReturnFrom return_from(a: Ptr, b: Ptr) -> None, immediate: None, effects: Control;
    /// Leaves the function with the values of its signature.
    Return return() -> None, immediate: None, effects: Control;
}

impl Op {
    /// The operation called `name` in the text form.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.info().name == name)
    }

    /// True for the operations that end a block.
    pub fn is_terminator(self) -> bool {
        self.info().effects == Effects::Control
    }
}

macro_rules! conditions {
    ($(#[$meta:meta])* $enum:ident { $( $(#[$vmeta:meta])* $variant:ident $name:literal, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum $enum { $( $(#[$vmeta])* $variant, )* }

        impl $enum {
            /// All conditions, in the order of their encoding.
            pub const ALL: &'static [$enum] = &[ $( $enum::$variant, )* ];

            /// The name in the text form.
            pub fn name(self) -> &'static str {
                match self { $( $enum::$variant => $name, )* }
            }

            /// The condition called `name` in the text form.
            pub fn from_name(name: &str) -> Option<$enum> {
                $enum::ALL.iter().copied().find(|cond| cond.name() == name)
            }
        }
    };
}

conditions!(
    /// A condition on two integers: `S` signed, `U` unsigned.
    IntCond {
        /// a = b
        Eq "eq",
        /// a != b
        Ne "ne",
        /// a < b, signed
        Slt "slt",
        /// a <= b, signed
        Sle "sle",
        /// a > b, signed
        Sgt "sgt",
        /// a >= b, signed
        Sge "sge",
        /// a < b, unsigned
        Ult "ult",
        /// a <= b, unsigned
        Ule "ule",
        /// a > b, unsigned
        Ugt "ugt",
        /// a >= b, unsigned
        Uge "uge",
    }
);

conditions!(
    /// A condition on two floats. All are false if an operand is NaN, except `Ne` and `Unordered`.
    FloatCond {
        /// a = b
        Eq "eq",
        /// a != b, or unordered
        Ne "ne",
        /// a < b
        Lt "lt",
        /// a <= b
        Le "le",
        /// a > b
        Gt "gt",
        /// a >= b
        Ge "ge",
        /// a or b is NaN
        Unordered "uno",
        /// neither is NaN
        Ordered "ord",
    }
);

impl IntCond {
    /// The condition that holds exactly when this one does not.
    pub fn inverse(self) -> IntCond {
        match self {
            IntCond::Eq => IntCond::Ne,
            IntCond::Ne => IntCond::Eq,
            IntCond::Slt => IntCond::Sge,
            IntCond::Sle => IntCond::Sgt,
            IntCond::Sgt => IntCond::Sle,
            IntCond::Sge => IntCond::Slt,
            IntCond::Ult => IntCond::Uge,
            IntCond::Ule => IntCond::Ugt,
            IntCond::Ugt => IntCond::Ule,
            IntCond::Uge => IntCond::Ult,
        }
    }

    /// The condition on (b, a) that this is on (a, b).
    pub fn swapped(self) -> IntCond {
        match self {
            IntCond::Eq | IntCond::Ne => self,
            IntCond::Slt => IntCond::Sgt,
            IntCond::Sle => IntCond::Sge,
            IntCond::Sgt => IntCond::Slt,
            IntCond::Sge => IntCond::Sle,
            IntCond::Ult => IntCond::Ugt,
            IntCond::Ule => IntCond::Uge,
            IntCond::Ugt => IntCond::Ult,
            IntCond::Uge => IntCond::Ule,
        }
    }
}
