//! What is printed of a function on its way, when somebody asks: one request for the process.
//!
//! The core reads no environment: whoever does states the request, and where the text goes. Without a request the
//! question costs one load.

use std::sync::OnceLock;

use crate::passes::{PIPELINE, pass_named};

/// A form of a function that can be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Python-level SSA.
    Hir,
    /// The same with the type of every value.
    Types,
    /// Machine-level SSA, after the passes of tier 1.
    Lir,
    /// Machine-level SSA, before and after a pass.
    Pass(&'static str),
    /// What Cranelift gets.
    Clif,
    /// What LLVM makes of it.
    Llvm,
    /// Assembly of both tiers.
    Assembly,
}

impl Stage {
    const PLAIN: [(&'static str, Stage); 6] = [
        ("hir", Stage::Hir),
        ("types", Stage::Types),
        ("lir", Stage::Lir),
        ("clif", Stage::Clif),
        ("llvm", Stage::Llvm),
        ("asm", Stage::Assembly),
    ];

    /// The stage called `name`.
    pub fn from_name(name: &str) -> Option<Stage> {
        let plain = Self::PLAIN.into_iter().find(|(known, _)| *known == name).map(|(_, stage)| stage);
        plain.or_else(|| pass_named(name).map(|pass| Stage::Pass(pass.name)))
    }

    /// What stages are called, in the order of a function's way.
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<&str> = Self::PLAIN[..3].iter().map(|(name, _)| *name).collect();
        for pass in PIPELINE {
            if !names.contains(&pass.name) {
                names.push(pass.name);
            }
        }
        names.extend(Self::PLAIN[3..].iter().map(|(name, _)| *name));
        names
    }
}

/// Which function, in which form, and where the text goes.
#[derive(Clone, Debug)]
pub struct Request {
    /// The function's name or qualified name; `*` for every one.
    pub function: String,
    /// The form.
    pub stage: Stage,
    /// Gets each text.
    pub sink: fn(&str),
}

static REQUEST: OnceLock<Request> = OnceLock::new();

/// States the request; the first one holds.
pub fn request(request: Request) {
    // A second engine in one process has the same settings.
    let _ = REQUEST.set(request);
}

/// Prints a function if it is asked for in this form: what it is, and its text.
pub fn print(function: &str, stage: Stage, text: impl FnOnce() -> String) {
    if let Some(request) = REQUEST.get().filter(|request| request.stage == stage && is_meant(request, function)) {
        (request.sink)(&text());
    }
}

/// Parts of a function are meant with it: `f.entry`, and `f.loop3` which goes on in a loop of it.
fn is_meant(request: &Request, function: &str) -> bool {
    let is_part =
        |tail: &str| tail == "entry" || tail.strip_prefix("loop").is_some_and(|number| number.parse::<u32>().is_ok());
    let whole = match function.rsplit_once('.') {
        Some((whole, tail)) if is_part(tail) => whole,
        _ => function,
    };
    let wanted = request.function.as_str();
    wanted == "*" || [function, whole].iter().any(|name| *name == wanted || name.rsplit('.').next() == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_stage() {
        let names = Stage::names();
        assert_eq!(names[..3], ["hir", "types", "lir"]);
        assert!(names.contains(&"version_loops") && names.ends_with(&["clif", "llvm", "asm"]));
        assert!(names.iter().all(|name| Stage::from_name(name).is_some()));
        assert_eq!(Stage::from_name("fold_constants"), Some(Stage::Pass("fold_constants")));
        assert_eq!(Stage::from_name("folding"), None);
    }

    #[test]
    fn functions_are_meant_with_their_parts() {
        let meant = |wanted: &str, function: &str| {
            is_meant(&Request { function: wanted.to_owned(), stage: Stage::Lir, sink: |_| () }, function)
        };
        for function in ["f", "A.f", "g.<locals>.f", "f.entry", "A.f.loop12"] {
            assert!(meant("f", function) && meant("*", function), "{function}");
        }
        for function in ["g", "ff", "f.loops", "f.g"] {
            assert!(!meant("f", function), "{function}");
        }
        assert!(meant("A.f", "A.f") && !meant("A.f", "B.f"));
    }
}
