//! Let all places that raise alike share the instructions that do it.
//!
//! ```text
//! block7 cold:                                    block7 cold:
//!     v47 = const_int.i64 30                          v47 = const_int.i64 30
//!     call_runtime upshift_raise(v20, v20, v47)       jump block9(v47, v8)
//!     call_runtime upshift_raise_number(v8)       block8 cold:
//!     v48 = const_int.i32 1                           v52 = const_int.i64 31
//!     return v48                            -->       jump block9(v52, v12)
//! block8 cold:                                    block9 cold(v60, v61):
//!     v52 = const_int.i64 31                          call_runtime upshift_raise(v20, v20, v60)
//!     call_runtime upshift_raise(v20, v20, v52)       call_runtime upshift_raise_number(v61)
//!     call_runtime upshift_raise_number(v12)          v62 = const_int.i32 1
//!     v53 = const_int.i32 1                           return v62
//!     return v53
//! ```
//!
//! Array code checks every index, and to Cranelift a call costs ten times what other instructions do. LLVM does not need
//! this, and what stays in a loop is found by these blocks (`loop_facts.rs`).
//! Entry: verified SSA. Exit: the same. Leaves alone: blocks that do more than call the runtime and return, and those
//! that differ in more than `MOST_PARAMS` values. Cost: linear.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::rewriting::{add_plain, jump_to};
use crate::lir::{Block, BlockCall, Function, Immediate, Inst, InstData, Op, Type, Value};

/// Parameters of a shared block: what goes in registers.
const MOST_PARAMS: usize = 5;

/// See the file.
pub fn share_raises(func: &mut Function) {
    let mut groups: FxHashMap<Shape, Vec<Raise>> = FxHashMap::default();
    // In the order of the layout, so that the same function always gives the same code.
    let mut order = Vec::new();
    for &block in &func.layout {
        let Some((shape, raise)) = raise_at(func, block) else { continue };
        let group = groups.entry(shape.clone()).or_default();
        if group.len() == 1 {
            order.push(shape);
        }
        group.push(raise);
    }
    for shape in &order {
        share(func, &groups[shape]);
    }
}

/// What must be equal for two blocks to share: each instruction but constants, with the types of its operands.
type Shape = Vec<(Op, Immediate, SmallVec<[Type; 4]>)>;

/// A block that only raises.
struct Raise {
    block: Block,
    /// Its instructions but for constants.
    insts: Vec<Inst>,
    /// All their operands, one after the other.
    args: Vec<Value>,
}

fn raise_at(func: &Function, block: Block) -> Option<(Shape, Raise)> {
    let data = func.block(block);
    let is_return = func.terminator(block).is_some_and(|last| last.op == Op::Return);
    if !data.is_cold || !data.params.is_empty() || !is_return {
        return None;
    }
    let mut shape = Shape::new();
    let mut raise = Raise { block, insts: Vec::new(), args: Vec::new() };
    for &inst in &data.insts {
        let inst_data = func.inst(inst);
        match inst_data.op {
            Op::ConstInt | Op::ConstFloat | Op::ConstPtr => continue,
            Op::CallRuntime | Op::Return if inst_data.results.is_empty() => {}
            _ => return None,
        }
        let types = inst_data.args.iter().map(|&arg| func.type_of(arg)).collect();
        shape.push((inst_data.op, inst_data.immediate, types));
        raise.insts.push(inst);
        raise.args.extend(&inst_data.args);
    }
    // A return alone is no more than a jump.
    (shape.len() > 1).then_some((shape, raise))
}

/// What the shared block has for an operand.
enum Operand {
    /// The same value in all blocks, from outside, or the same constant.
    Same(Value),
    /// The parameter at this position.
    Param(usize),
}

fn share(func: &mut Function, group: &[Raise]) {
    let mut columns: Vec<Vec<Value>> = Vec::new();
    let mut operands = Vec::new();
    for position in 0..group[0].args.len() {
        let column: Vec<Value> = group.iter().map(|raise| raise.args[position]).collect();
        if column.iter().all(|&value| is_same(func, value, column[0])) {
            operands.push(Operand::Same(column[0]));
        } else if let Some(known) = columns.iter().position(|known| *known == column) {
            operands.push(Operand::Param(known));
        } else {
            operands.push(Operand::Param(columns.len()));
            columns.push(column);
        }
    }
    if columns.len() > MOST_PARAMS {
        return;
    }
    let shared = func.add_block();
    func.blocks[shared.index()].is_cold = true;
    let params: Vec<Value> = columns.iter().map(|column| func.add_param(shared, func.type_of(column[0]))).collect();
    let mut operands = operands.into_iter();
    for &inst in &group[0].insts {
        let mut data = func.inst(inst).clone();
        for arg in &mut data.args {
            *arg = match operands.next() {
                Some(Operand::Param(position)) => params[position],
                Some(Operand::Same(value)) => constant_in(func, shared, value),
                None => *arg,
            };
        }
        let copy = func.add_inst(InstData { line: 0, ..data }, &[]);
        func.blocks[shared.index()].insts.push(copy);
    }
    for (index, raise) in group.iter().enumerate() {
        let args: SmallVec<[Value; 4]> = columns.iter().map(|column| column[index]).collect();
        let insts = std::mem::take(&mut func.blocks[raise.block.index()].insts);
        let is_passed = |inst: &Inst| func.inst(*inst).results.iter().any(|result| args.contains(result));
        let mut insts: Vec<Inst> = insts.into_iter().filter(is_passed).collect();
        insts.push(func.add_inst(jump_to(BlockCall { block: shared, args }), &[]));
        func.blocks[raise.block.index()].insts = insts;
    }
}

/// True if two values are one, or equal constants.
fn is_same(func: &Function, one: Value, other: Value) -> bool {
    one == other || constant(func, one).is_some_and(|known| Some(known) == constant(func, other))
}

/// What makes a value, if that is a constant.
fn constant(func: &Function, value: Value) -> Option<(Op, Immediate)> {
    let data = func.def_inst(value)?;
    matches!(data.op, Op::ConstInt | Op::ConstFloat | Op::ConstPtr).then_some((data.op, data.immediate))
}

/// The value itself, which dominates all blocks that go to `shared`, or the same constant made there.
fn constant_in(func: &mut Function, shared: Block, value: Value) -> Value {
    let Some((op, immediate)) = constant(func, value) else { return value };
    let (inst, value) = add_plain(func, op, immediate, &[], func.type_of(value));
    func.blocks[shared.index()].insts.push(inst);
    value
}

#[cfg(test)]
mod tests {
    use super::share_raises;
    use crate::lir::{Function, parse_function, verify_function};

    fn shared(text: &str) -> Function {
        let mut func = parse_function(text).expect("the text is lir");
        verify_function(&func).expect("it is correct");
        share_raises(&mut func);
        verify_function(&func).unwrap_or_else(|errors| panic!("{errors:#?}\n{func}"));
        func
    }

    /// Two checks; the blocks that raise are given.
    fn checks(first: &str, second: &str) -> Function {
        shared(&format!(
            "func f(i64, i64) -> i32, i64 {{
            block0(v0: i64, v1: i64):
                v2 = const_int.i64 0
                v3 = cmp_int slt v0, v1
                branch_if v3, block1, block3
            block1:
                v4 = cmp_int slt v1, v2
                branch_if v4, block2, block4
            block2:
                v5 = const_int.i32 0
                return v5, v0
            block3 cold:
                {first}
            block4 cold:
                {second}
            }}"
        ))
    }

    /// Raises at a site with a number; the values that are made are called so, and so with a number behind.
    fn raise(name: &str, site: u32, number: &str) -> String {
        format!(
            "{name} = const_int.i64 1
                {name}1 = const_int.i64 {site}
                call_runtime upshift_raise({name}, v2, {name}1)
                call_runtime upshift_raise_number({number})
                {name}2 = const_int.i32 1
                return {name}2, v2"
        )
    }

    #[test]
    fn blocks_that_raise_alike_pass_on_what_differs() {
        let text = checks(&raise("v7", 30, "v0"), &raise("v8", 31, "v1")).to_string();
        assert_eq!(text.matches("upshift_raise(").count(), 1, "{text}");
        assert_eq!(text.matches("upshift_raise_number(").count(), 1, "{text}");
        assert_eq!(text.matches("jump block5(").count(), 2, "{text}");
        // The site and the number; the rest is equal.
        assert!(text.contains("jump block5(v71, v0)") && text.contains("jump block5(v81, v1)"), "{text}");
    }

    #[test]
    fn blocks_of_other_shapes_stay() {
        let second = "v30 = const_int.i64 1
                call_runtime upshift_trace(v30, v1)
                v32 = const_int.i32 1
                return v32, v2";
        assert_eq!(checks(&raise("v7", 30, "v0"), second).to_string().matches("jump block5").count(), 0);
    }

    #[test]
    fn returns_alone_stay() {
        let text = checks("v22 = const_int.i32 1\nreturn v22, v0", "v32 = const_int.i32 1\nreturn v32, v1").to_string();
        assert_eq!(text.matches("return").count(), 3, "{text}");
    }
}
