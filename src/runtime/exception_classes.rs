//! The classes of exceptions that compiled code raises and catches: which is derived from which.
//!
//! A class is a number to compiled code and a name to the compiler. CPython's built-in classes have fixed numbers, so
//! that code means the same in every process; classes of the user's are given numbers behind them when a function
//! that names them is compiled, and keep them.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// The built-in classes with their base classes, which stand before them.
#[rustfmt::skip]
const BUILTIN: &[(&str, &str)] = &[
    ("BaseException", ""),
    ("Exception", "BaseException"),
    ("GeneratorExit", "BaseException"),
    ("KeyboardInterrupt", "BaseException"),
    ("SystemExit", "BaseException"),
    ("BaseExceptionGroup", "BaseException"),
    ("ArithmeticError", "Exception"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("BufferError", "Exception"),
    ("EOFError", "Exception"),
    ("ExceptionGroup", "Exception"),
    ("ImportError", "Exception"),
    ("LookupError", "Exception"),
    ("MemoryError", "Exception"),
    ("NameError", "Exception"),
    ("OSError", "Exception"),
    ("ReferenceError", "Exception"),
    ("RuntimeError", "Exception"),
    ("StopAsyncIteration", "Exception"),
    ("StopIteration", "Exception"),
    ("SyntaxError", "Exception"),
    ("SystemError", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("Warning", "Exception"),
    ("FloatingPointError", "ArithmeticError"),
    ("OverflowError", "ArithmeticError"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("ModuleNotFoundError", "ImportError"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("UnboundLocalError", "NameError"),
    ("BlockingIOError", "OSError"),
    ("ChildProcessError", "OSError"),
    ("ConnectionError", "OSError"),
    ("FileExistsError", "OSError"),
    ("FileNotFoundError", "OSError"),
    ("InterruptedError", "OSError"),
    ("IsADirectoryError", "OSError"),
    ("NotADirectoryError", "OSError"),
    ("PermissionError", "OSError"),
    ("ProcessLookupError", "OSError"),
    ("TimeoutError", "OSError"),
    ("BrokenPipeError", "ConnectionError"),
    ("ConnectionAbortedError", "ConnectionError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("ConnectionResetError", "ConnectionError"),
    ("NotImplementedError", "RuntimeError"),
    ("RecursionError", "RuntimeError"),
    ("IndentationError", "SyntaxError"),
    ("TabError", "IndentationError"),
    ("UnicodeError", "ValueError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("UnicodeEncodeError", "UnicodeError"),
    ("UnicodeTranslateError", "UnicodeError"),
    ("BytesWarning", "Warning"),
    ("DeprecationWarning", "Warning"),
    ("EncodingWarning", "Warning"),
    ("FutureWarning", "Warning"),
    ("ImportWarning", "Warning"),
    ("PendingDeprecationWarning", "Warning"),
    ("ResourceWarning", "Warning"),
    ("RuntimeWarning", "Warning"),
    ("SyntaxWarning", "Warning"),
    ("UnicodeWarning", "Warning"),
    ("UserWarning", "Warning"),
];

/// A class of the user's: its name, and the classes that it is derived from.
struct UserClass {
    name: Arc<str>,
    bases: Vec<i64>,
}

static USER_CLASSES: RwLock<Vec<UserClass>> = RwLock::new(Vec::new());

/// Nothing panics while it holds the lock.
fn user_classes() -> RwLockReadGuard<'static, Vec<UserClass>> {
    USER_CLASSES.read().unwrap_or_else(PoisonError::into_inner)
}

/// The number of a class.
pub fn id(name: &str) -> Option<i64> {
    let builtin = BUILTIN.iter().position(|(known, _)| *known == name);
    let user = || user_index(name).map(|index| BUILTIN.len() + index);
    builtin.or_else(user).map(|index| index as i64)
}

/// The position of a class among those that were registered; `None` for a built-in one.
pub fn user_index(name: &str) -> Option<usize> {
    user_classes().iter().position(|class| &*class.name == name)
}

/// Gives a number to a class of a name that no other has, derived from these. Answers its position.
pub fn register(name: Arc<str>, bases: Vec<i64>) -> usize {
    let mut classes = USER_CLASSES.write().unwrap_or_else(PoisonError::into_inner);
    classes.push(UserClass { name, bases });
    classes.len() - 1
}

/// Whether a class is another, or derived from it.
pub fn is_subclass(class: i64, base: i64) -> bool {
    let mut open = vec![class];
    while let Some(class) = open.pop() {
        if class == base {
            return true;
        }
        let Ok(index) = usize::try_from(class) else { continue };
        match BUILTIN.get(index) {
            Some((_, parent)) => open.extend(BUILTIN.iter().position(|(name, _)| name == parent).map(|at| at as i64)),
            None => {
                let classes = user_classes();
                open.extend(classes.get(index - BUILTIN.len()).into_iter().flat_map(|class| &class.bases));
            }
        }
    }
    false
}

/// The same, as compiled code asks.
pub extern "C" fn is_subclass_of(class: i64, base: i64) -> bool {
    is_subclass(class, base)
}

/// The name of the class of a number, which `id` takes; `None` for a number that no class has.
pub fn name_of(id: i64) -> Option<Arc<str>> {
    let index = usize::try_from(id).ok()?;
    match BUILTIN.get(index) {
        Some((name, _)) => Some((*name).into()),
        None => user_classes().get(index - BUILTIN.len()).map(|class| class.name.clone()),
    }
}

/// True for a class that is built in.
pub fn is_builtin(name: &str) -> bool {
    BUILTIN.iter().any(|(known, _)| *known == name)
}

#[cfg(test)]
mod tests {
    use super::{BUILTIN, id, is_subclass, register};

    fn is(class: &str, base: &str) -> bool {
        is_subclass(id(class).expect("it is known"), id(base).expect("it is known"))
    }

    #[test]
    fn base_classes_stand_before_their_subclasses() {
        for (index, (name, base)) in BUILTIN.iter().enumerate().skip(1) {
            assert!(BUILTIN[..index].iter().any(|(known, _)| known == base), "{name}");
        }
    }

    #[test]
    fn classes_are_derived() {
        assert!(is("ZeroDivisionError", "ArithmeticError") && is("ZeroDivisionError", "BaseException"));
        assert!(is("KeyError", "KeyError") && !is("LookupError", "KeyError") && !is("KeyboardInterrupt", "Exception"));
        let bases = ["KeyError", "ValueError"].map(|name| id(name).expect("it is known")).to_vec();
        register("TestOfClasses".into(), bases);
        assert!(is("TestOfClasses", "LookupError") && is("TestOfClasses", "ValueError"));
        assert!(!is("TestOfClasses", "IndexError") && !is("ValueError", "TestOfClasses"));
    }
}
