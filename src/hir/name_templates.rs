//! Templates whose arguments have names, filled from a display: no dict is made.
//!
//! ```text
//! "%(x)d of %(name)s" % {"x": i, "name": s}          "%d of %s" % (i, s)
//! "{x} of {name}".format_map({"x": i, "name": s})    "{x} of {name}".format(x=i, name=s)
//! ```
//!
//! What a dict holds has one type, so that a display of an int and a string would be refused. Only a template that is
//! stated, and a display with stated keys and no other use, are rewritten; a name that the display lacks leaves all as it
//! is, for typing to refuse.

use std::sync::Arc;

use super::function::{BinaryOp, Function, Inst, Op, Value, ValueDef};
use crate::bytecode::Constant;
use crate::library::percent_names;

/// The keys and values of a display.
type Entries = Vec<(Arc<str>, Value)>;

/// Rewrites the templates of a function.
pub(super) fn name_templates(function: &mut Function) {
    let has_dict = function.insts.iter().any(|data| data.op == Op::BuildDict);
    if !has_dict {
        return;
    }
    let uses = count_uses(function);
    for index in 0..function.insts.len() {
        match &function.insts[index].op {
            Op::Binary { op: BinaryOp::Mod, .. } => rewrite_percent(function, &uses, index),
            Op::Call { keywords } if keywords.is_empty() => rewrite_format_map(function, &uses, index),
            _ => {}
        }
    }
}

fn count_uses(function: &Function) -> Vec<u32> {
    let mut uses = vec![0; function.values.len()];
    let mut count = |value: Value| uses[value.index()] += 1;
    function.insts.iter().flat_map(|data| &data.args).copied().for_each(&mut count);
    for block in &function.blocks {
        block.terminator.targets().chain(&block.handler).flat_map(|call| &call.args).copied().for_each(&mut count);
        match block.terminator {
            super::Terminator::Branch(value, ..)
            | super::Terminator::Return(value)
            | super::Terminator::Yield(value, _)
            | super::Terminator::Raise(value)
            | super::Terminator::Reraise(value) => count(value),
            super::Terminator::Jump(_) => {}
        }
    }
    uses
}

fn definition(function: &Function, value: Value) -> Option<Inst> {
    match function.values[value.index()].def {
        ValueDef::Result(inst) => Some(inst),
        ValueDef::Param(..) => None,
    }
}

fn text(function: &Function, value: Value) -> Option<Arc<str>> {
    match &function.insts[definition(function, value)?.index()].op {
        Op::Constant(Constant::Str(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The display of which a value is the only use: its instruction, its keys and its values.
fn display(function: &Function, uses: &[u32], value: Value) -> Option<(Inst, Entries)> {
    let inst = definition(function, value)?;
    let data = &function.insts[inst.index()];
    if data.op != Op::BuildDict || uses[value.index()] != 1 {
        return None;
    }
    let entries: Option<Entries> =
        data.args.chunks(2).map(|pair| Some((text(function, *pair.first()?)?, *pair.get(1)?))).collect();
    entries.map(|entries| (inst, entries))
}

/// The last entry of a name counts.
fn entry(entries: &[(Arc<str>, Value)], name: &str) -> Option<Value> {
    entries.iter().rev().find(|(known, _)| **known == *name).map(|(_, value)| *value)
}

fn rewrite_percent(function: &mut Function, uses: &[u32], index: usize) {
    let (template_value, dict) = (function.insts[index].args[0], function.insts[index].args[1]);
    let Some(template) = text(function, template_value) else { return };
    let Some((build, entries)) = display(function, uses, dict) else { return };
    let Some(names) = percent_names(&template) else { return };
    let values: Option<Vec<Value>> = names.iter().map(|name| entry(&entries, name)).collect();
    let (Some(values), Some(constant)) = (values, definition(function, template_value)) else { return };
    if uses[template_value.index()] != 1 {
        return;
    }
    function.insts[constant.index()].op = Op::Constant(Constant::Str(without_names(&template).into()));
    function.insts[build.index()].op = Op::BuildTuple;
    function.insts[build.index()].args = values.into();
}

/// The template with its names, which match, left out.
fn without_names(template: &str) -> String {
    let mut out = String::new();
    let mut rest = template.chars().peekable();
    while let Some(character) = rest.next() {
        out.push(character);
        if character != '%' {
            continue;
        }
        if rest.peek() != Some(&'(') {
            out.extend(rest.next());
            continue;
        }
        let mut depth = 0;
        for inside in rest.by_ref() {
            match inside {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    out
}

fn rewrite_format_map(function: &mut Function, uses: &[u32], index: usize) {
    let args = function.insts[index].args.clone();
    let [callee, dict] = args[..] else { return };
    let Some(method) = definition(function, callee) else { return };
    let is_format_map = matches!(&function.insts[method.index()].op, Op::GetAttr(name) if &**name == "format_map");
    if !is_format_map || uses[callee.index()] != 1 || text(function, function.insts[method.index()].args[0]).is_none() {
        return;
    }
    let Some((build, entries)) = display(function, uses, dict) else { return };
    let mut named: Entries = Vec::new();
    for (name, value) in entries {
        named.retain(|(known, _)| *known != name);
        named.push((name, value));
    }
    function.insts[method.index()].op = Op::GetAttr("format".into());
    let call = &mut function.insts[index];
    call.op = Op::Call { keywords: named.iter().map(|(name, _)| name.clone()).collect() };
    call.args = std::iter::once(callee).chain(named.iter().map(|(_, value)| *value)).collect();
    // Nothing asks for the tuple.
    function.insts[build.index()].op = Op::BuildTuple;
    function.insts[build.index()].args.clear();
}
