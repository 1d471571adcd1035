//! The constructs of Python that upshift refuses, with their messages.

use crate::hir::Location;
use crate::refusal::Reason;

/// A reason with its place in the function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejection {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub location: Location,
}

macro_rules! constructs {
    ($($name:ident: $construct:literal, $instead:literal;)*) => {
        /// A construct that is not compiled.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[expect(missing_docs, reason = "the table of messages says what each is")]
        pub enum Construct {
            $($name,)*
        }

        impl Construct {
            /// What it is, and what to write instead.
            pub fn message(self) -> (&'static str, &'static str) {
                match self {
                    $(Construct::$name => ($construct, $instead),)*
                }
            }
        }
    };
}

constructs! {
    AsyncFunction: "an async function", "write a plain function and await around the call";
    AttributeDeletion: "deleting an attribute", "assign None or a number to it";
    ClassDefinition: "a class definition inside a function", "move the class out of the function";
    Comprehension: "a comprehension", "write a for loop that fills an array made with np.empty";
    ExceptStar: "except*", "test for the error with if before the operation that raises";
    GlobalAssignment: "assignment to a global", "return the value and assign it in the caller";
    Import: "the import of a module of the program inside a function", "import the module at the top of the file";
    DeletedCapture: "deleting a variable that an inner function captures", "assign another value to it";
    UnboundCapture: "an inner function that captures a variable which may have no value yet", "assign a value before";
    MappingPattern: "a mapping pattern", "test for the keys with if";
    NonlocalAssignment: "assignment to a nonlocal variable", "return the value and assign it in the caller";
    SiblingDefaults: "calling an inner function with defaults from another one", "give all arguments";
    Statement: "a statement outside of functions", "put the code into a function";
}

impl Construct {
    /// The refusal of the construct.
    pub fn reason(self) -> Reason {
        let (construct, instead) = self.message();
        Reason::Construct { construct: construct.to_owned(), instead }
    }

    /// What makes the inner code object of this `co_name`; `None` for a function and a generator expression.
    pub fn of_inner_code(name: &str) -> Option<Construct> {
        match name {
            "<listcomp>" | "<setcomp>" | "<dictcomp>" => Some(Construct::Comprehension),
            _ => None,
        }
    }
}
