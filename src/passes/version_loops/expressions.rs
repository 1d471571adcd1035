//! Integer expressions over values that are there in front of a nest: built while a plan is made, and emitted only
//! if it is carried out. Equal expressions are one node; constants are computed as far as they do not overflow.

use crate::lir::{Block, Function, Immediate, Inst, Op, Type, Value};
use crate::passes::rewriting::add_plain;

/// Names an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Node(u32);

/// An expression of type I64. Operands of a node were made before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expression {
    Const(i64),
    Value(Value),
    Add(Node, Node),
    Sub(Node, Node),
    Mul(Node, Node),
    /// The smaller of an expression and 0.
    NotPositive(Node),
    /// The larger of an expression and 0.
    NotNegative(Node),
}

/// The table of nodes.
#[derive(Default)]
pub(super) struct Expressions {
    nodes: Vec<Expression>,
}

impl Expressions {
    /// The node of an expression; `None` if it is a constant that overflows.
    pub(super) fn node(&mut self, expression: Expression) -> Option<Node> {
        let expression = self.simplify(expression)?;
        if let Some(known) = self.nodes.iter().position(|known| *known == expression) {
            return Some(Node(known as u32));
        }
        self.nodes.push(expression);
        Some(Node(self.nodes.len() as u32 - 1))
    }

    /// The constant that a node is.
    pub(super) fn constant(&self, node: Node) -> Option<i64> {
        match self.nodes[node.0 as usize] {
            Expression::Const(number) => Some(number),
            _ => None,
        }
    }

    fn simplify(&self, expression: Expression) -> Option<Expression> {
        let pair = |a, b| Some((self.constant(a)?, self.constant(b)?));
        let is = |node, number| self.constant(node) == Some(number);
        let same = |node: Node| self.nodes[node.0 as usize];
        let computed = match expression {
            Expression::Add(a, b) if is(b, 0) => return Some(same(a)),
            Expression::Add(a, b) if is(a, 0) => return Some(same(b)),
            Expression::Sub(a, b) if is(b, 0) => return Some(same(a)),
            Expression::Mul(a, b) if is(b, 1) => return Some(same(a)),
            Expression::Mul(a, b) if is(a, 1) => return Some(same(b)),
            Expression::Add(a, b) => pair(a, b).map(|(a, b)| a.checked_add(b)),
            Expression::Sub(a, b) => pair(a, b).map(|(a, b)| a.checked_sub(b)),
            Expression::Mul(a, b) => pair(a, b).map(|(a, b)| a.checked_mul(b)),
            Expression::NotPositive(a) => self.constant(a).map(|a| Some(a.min(0))),
            Expression::NotNegative(a) => self.constant(a).map(|a| Some(a.max(0))),
            Expression::Const(_) | Expression::Value(_) => None,
        };
        match computed {
            None => Some(expression),
            Some(number) => number.map(Expression::Const),
        }
    }
}

/// Writes expressions at the end of a block, in front of its terminator.
pub(super) struct Emitter<'a> {
    func: &'a mut Function,
    block: Block,
    expressions: &'a Expressions,
    values: Vec<Option<Value>>,
    /// The conjunction of all conditions so far.
    all: Option<Value>,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(func: &'a mut Function, block: Block, expressions: &'a Expressions) -> Self {
        let values = vec![None; expressions.nodes.len()];
        Emitter { func, block, expressions, values, all: None }
    }

    /// Appends an instruction with one result.
    pub(super) fn inst(&mut self, op: Op, immediate: Immediate, args: &[Value], ty: Type) -> Value {
        let (inst, value): (Inst, Value) = add_plain(self.func, op, immediate, args, ty);
        let insts = &mut self.func.blocks[self.block.index()].insts;
        insts.insert(insts.len() - 1, inst);
        value
    }

    /// Adds a condition that must have this truth.
    pub(super) fn require(&mut self, condition: Value, truth: bool) {
        let holds = if truth { condition } else { self.inverse(condition) };
        self.all = Some(match self.all {
            None => holds,
            Some(all) => self.inst(Op::AndBits, Immediate::None, &[all, holds], Type::Bool),
        });
    }

    fn inverse(&mut self, condition: Value) -> Value {
        let one = self.inst(Op::ConstInt, Immediate::Int(1), &[], Type::Bool);
        self.inst(Op::XorBits, Immediate::None, &[condition, one], Type::Bool)
    }

    /// All conditions together.
    pub(super) fn conjunction(self) -> Option<Value> {
        self.all
    }

    /// The value of a node. That it was computed without overflow becomes a condition.
    pub(super) fn value(&mut self, node: Node) -> Value {
        if let Some(value) = self.values[node.0 as usize] {
            return value;
        }
        let value = match self.expressions.nodes[node.0 as usize] {
            Expression::Const(number) => self.constant(number),
            Expression::Value(value) => value,
            Expression::Add(a, b) => self.checked(Op::AddInt, Op::AddOverflowsSint, a, b),
            Expression::Sub(a, b) => self.checked(Op::SubInt, Op::SubOverflowsSint, a, b),
            Expression::Mul(a, b) => self.checked(Op::MulInt, Op::MulOverflowsSint, a, b),
            Expression::NotPositive(a) => self.limited(a, true),
            Expression::NotNegative(a) => self.limited(a, false),
        };
        self.values[node.0 as usize] = Some(value);
        value
    }

    fn constant(&mut self, number: i64) -> Value {
        self.inst(Op::ConstInt, Immediate::Int(number), &[], Type::I64)
    }

    fn checked(&mut self, op: Op, overflows: Op, a: Node, b: Node) -> Value {
        let args = [self.value(a), self.value(b)];
        let overflow = self.inst(overflows, Immediate::None, &args, Type::Bool);
        self.require(overflow, false);
        self.inst(op, Immediate::None, &args, Type::I64)
    }

    fn limited(&mut self, a: Node, keeps_negative: bool) -> Value {
        let (a, zero) = (self.value(a), self.constant(0));
        let cond = Immediate::IntCond(crate::lir::IntCond::Slt);
        let is_negative = self.inst(Op::CmpInt, cond, &[a, zero], Type::Bool);
        let choices = if keeps_negative { [is_negative, a, zero] } else { [is_negative, zero, a] };
        self.inst(Op::Select, Immediate::None, &choices, Type::I64)
    }
}
