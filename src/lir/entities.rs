//! The u32 newtypes that name the parts of a function. Each prints as it parses: `v7`, `block2`, `slot0`.

use std::fmt;

macro_rules! entity {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// The text prefix, without the number.
            pub const PREFIX: &'static str = $prefix;

            /// The entity at `index` of its table.
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("a function has fewer than 2^32 entities"))
            }

            /// The position in the table that holds the entity's data.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

entity!(
    /// An SSA value: a block parameter or an instruction's result.
    Value, "v"
);
entity!(
    /// A basic block. `block0` is the entry.
    Block, "block"
);
entity!(
    /// An instruction.
    Inst, "inst"
);
entity!(
    /// A piece of the stack frame with a fixed size.
    Slot, "slot"
);
entity!(
    /// A function that this function calls: an index into `Function::callees`.
    Callee, "fn"
);
entity!(
    /// A constant byte string: an index into `Function::data`.
    Data, "data"
);
