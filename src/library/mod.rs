//! What Python and NumPy functions mean.

pub mod math_rules;
