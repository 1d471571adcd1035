//! Code as observers see it: functions with names for people, and lines with their files.
//!
//! A name is `py::total[array(float64, 1d, C)]@tier1 (script.py:5)`: what was compiled, for which arguments, by which
//! tier, and where it is defined. Code that the dispatcher enters is `total.entry`, a loop that went over `total.loop3`.

use upshift_core::code_symbols::CodeSymbol;
use upshift_core::lir::{Function, Unit};

/// A function in code.
pub(crate) struct SeenFunction {
    pub(crate) name: String,
    pub(crate) address: usize,
    pub(crate) size: usize,
    /// The line of its definition, and its file.
    pub(crate) line: u32,
    pub(crate) file: String,
    /// Where lines begin, by rising addresses.
    pub(crate) lines: Vec<SeenLine>,
}

/// From `address` on, code stands for this line.
pub(crate) struct SeenLine {
    pub(crate) address: usize,
    pub(crate) file: String,
    pub(crate) line: u32,
}

impl SeenFunction {
    /// The bytes of its code.
    pub(crate) fn code(&self) -> &[u8] {
        // SAFETY: a tier has made and described this code, and nobody can free it yet: it has not been handed out.
        unsafe { std::slice::from_raw_parts(self.address as *const u8, self.size) }
    }
}

/// The functions of a unit, where a tier has put them.
pub(crate) fn seen_functions(unit: &Unit, symbols: &[CodeSymbol], tier: u8) -> Vec<SeenFunction> {
    let file_of = |function: usize| unit.functions.get(function).map_or_else(String::new, |func| place_of(func).0);
    let seen = |symbol: &CodeSymbol| {
        let func = unit.functions.get(symbol.function)?;
        let (file, line) = place_of(func);
        let lines = symbol.lines.iter().map(|line| SeenLine {
            address: symbol.address + line.offset,
            file: file_of(line.function),
            line: line.line,
        });
        Some(SeenFunction {
            name: name_of(func, tier),
            address: symbol.address,
            size: symbol.size,
            line,
            file,
            lines: lines.collect(),
        })
    };
    symbols.iter().filter_map(seen).filter(|function| function.size > 0).collect()
}

/// File and line of a definition. Formats end names with a zero byte or a newline, so there is none in them.
fn place_of(func: &Function) -> (String, u32) {
    match &func.origin {
        Some(origin) if !origin.file.is_empty() => (clean(&origin.file), origin.line),
        _ => ("?".to_owned(), 0),
    }
}

fn name_of(func: &Function, tier: u8) -> String {
    let (file, line) = place_of(func);
    let base = file.rsplit('/').next().unwrap_or(&file);
    let signature = func.origin.as_ref().map_or("", |origin| &*origin.signature);
    let arguments = signature.rsplit_once(" -> ").map_or(signature, |(arguments, _)| arguments);
    let arguments = arguments.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(arguments);
    clean(&format!("py::{}[{arguments}]@tier{tier} ({base}:{line})", func.name))
}

fn clean(text: &str) -> String {
    text.replace(char::is_control, "?")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use upshift_core::code_symbols::CodeLine;
    use upshift_core::lir::{FunctionId, Origin, Signature};

    fn function(name: &str, file: &str) -> Function {
        let mut func = Function::new(FunctionId(1), name, Signature::default());
        let signature = "(int, tuple(int) -> x) -> float".to_owned();
        func.origin = Some(Arc::new(Origin { file: file.into(), line: 12, signature }));
        func
    }

    #[test]
    fn names_say_what_and_where() {
        let unit = Unit { functions: vec![function("A.f", "/user/me/a b.py"), function("g\n", "/x.py")] };
        let lines = vec![CodeLine { offset: 0, function: 0, line: 13 }, CodeLine { offset: 4, function: 1, line: 2 }];
        let symbols = [
            CodeSymbol { function: 0, address: 0x1000, size: 8, lines },
            CodeSymbol { function: 1, address: 0x1010, size: 0, lines: Vec::new() },
        ];
        let [seen] = &seen_functions(&unit, &symbols, 2)[..] else { panic!("one has no code") };
        assert_eq!(seen.name, "py::A.f[int, tuple(int) -> x]@tier2 (a b.py:12)");
        let lines: Vec<_> = seen.lines.iter().map(|line| (line.address, &*line.file, line.line)).collect();
        assert_eq!(lines, [(0x1000, "/user/me/a b.py", 13), (0x1004, "/x.py", 2)]);
        assert_eq!(name_of(&unit.functions[1], 1), "py::g?[int, tuple(int) -> x]@tier1 (x.py:12)");
    }
}
