//! The u32 newtypes that name the parts of a function, of hir and of lir. Each prints as its prefix and its number.

/// Defines a newtype with its prefix.
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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}{}", $prefix, self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}

pub(crate) use entity;
