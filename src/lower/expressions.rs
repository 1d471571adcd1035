//! Expressions over arrays and numbers: how they are gathered from fused instructions, their shapes, and their value
//! for one element of each array.

use super::arithmetic::Number;
use super::arrays::{data, shape};
use super::function::Lowering;
use super::fusion::operation;
use super::repr::Repr;
use crate::hir::{self, ValueDef};
use crate::library::Operand;
use crate::lir::Value;
use crate::refusal::Reason;
use crate::typing::promote::{self, Comparison};
use crate::typing::{ArrayType, ScalarOp, Type};

/// An expression over arrays and numbers.
#[derive(Clone)]
pub(super) enum Node {
    /// An array, by its position among the leaves, and the type of its elements.
    Array(usize, Type),
    /// A number.
    Number(Number),
    /// An operation, the type of its result, and its line.
    Op(ScalarOp, Vec<Node>, Type, u32),
}

impl Node {
    /// The type of the value; of its elements if it is an array.
    pub(super) fn ty(&self) -> &Type {
        match self {
            Node::Array(_, ty) | Node::Op(_, _, ty, _) => ty,
            Node::Number(number) => &number.ty,
        }
    }

    /// The same expression with its arrays further up among the leaves.
    fn shifted(self, by: usize) -> Node {
        match self {
            Node::Array(index, ty) => Node::Array(index + by, ty),
            Node::Number(number) => Node::Number(number),
            Node::Op(op, children, ty, line) => {
                Node::Op(op, children.into_iter().map(|child| child.shifted(by)).collect(), ty, line)
            }
        }
    }
}

/// An array of an expression.
#[derive(Clone)]
pub(super) struct Leaf {
    pub(super) repr: Repr,
    pub(super) ty: ArrayType,
}

/// An expression with its arrays.
#[derive(Clone)]
pub(super) struct Tree {
    pub(super) node: Node,
    pub(super) leaves: Vec<Leaf>,
}

impl Lowering<'_> {
    /// A number, or the only element of an array of no dimensions.
    pub(super) fn element_number(&mut self, repr: Repr, ty: &Type) -> Number {
        match ty {
            Type::Array(array) => {
                Number { repr: self.load_element(data(&repr), array.dtype), ty: Type::Scalar(array.dtype) }
            }
            _ => Number { repr, ty: ty.as_number() },
        }
    }

    pub(super) fn number(&self, value: hir::Value) -> Number {
        Number { repr: self.repr(value), ty: self.fact(value).ty.as_number() }
    }

    pub(super) fn tree(&mut self, value: hir::Value) -> Result<Tree, Reason> {
        let mut leaves = Vec::new();
        Ok(Tree { node: self.node(value, &mut leaves)?, leaves })
    }

    pub(super) fn operand_tree(&mut self, operand: &Operand) -> Tree {
        let repr = self.argument(operand);
        match &operand.fact.ty {
            Type::Array(ty) => {
                Tree { node: Node::Array(0, Type::Scalar(ty.dtype)), leaves: vec![Leaf { repr, ty: *ty }] }
            }
            ty => Tree { node: Node::Number(Number { repr, ty: ty.as_number() }), leaves: Vec::new() },
        }
    }

    /// The operation on its operands' expressions.
    pub(super) fn join(&mut self, op: ScalarOp, operands: Vec<Tree>) -> Result<Tree, Reason> {
        let mut leaves = Vec::new();
        let mut children = Vec::new();
        for operand in operands {
            children.push(operand.node.shifted(leaves.len()));
            leaves.extend(operand.leaves);
        }
        Ok(Tree { node: self.prepare(op, children)?, leaves })
    }

    fn node(&mut self, value: hir::Value, leaves: &mut Vec<Leaf>) -> Result<Node, Reason> {
        let typed = self.typed;
        if let ValueDef::Result(inst) = typed.hir.values[value.index()].def
            && self.is_fused[inst.index()]
        {
            let data = &typed.hir.insts[inst.index()];
            let (op, operands) =
                operation(typed, data).ok_or_else(|| Reason::Internal("a fused instruction".to_owned()))?;
            let children = operands.iter().map(|&operand| self.node(operand, leaves)).collect::<Result<_, _>>()?;
            let own_line = self.b.line();
            self.b.set_line(data.location.line);
            let node = self.prepare(op, children);
            self.b.set_line(own_line);
            return node;
        }
        let number = self.number(value);
        match number.ty {
            Type::Array(ty) => {
                leaves.push(Leaf { repr: number.repr, ty });
                Ok(Node::Array(leaves.len() - 1, Type::Scalar(ty.dtype)))
            }
            _ => Ok(Node::Number(number)),
        }
    }

    /// Converts the numbers of an operation to the type it computes in, ahead of the loop.
    fn prepare(&mut self, op: ScalarOp, mut children: Vec<Node>) -> Result<Node, Reason> {
        let types: Vec<Type> = children.iter().map(|child| child.ty().clone()).collect();
        let ty = crate::typing::scalar_result(op, &types)
            .ok_or_else(|| Reason::Internal(format!("{} has no result", op.describe())))?;
        if children.iter().all(|child| matches!(child, Node::Number(_))) {
            return Ok(Node::Op(op, children, ty, self.b.line()));
        }
        for (index, child) in children.iter_mut().enumerate() {
            let Some(to) = operand_type(op, &types, index) else { continue };
            if let Node::Number(number) = child {
                let repr = self.convert(&number.repr, &number.ty, &to);
                *child = Node::Number(Number { repr, ty: to });
            }
        }
        Ok(Node::Op(op, children, ty, self.b.line()))
    }

    /// The value of an expression, given the elements of its arrays.
    pub(super) fn evaluate(&mut self, node: &Node, elements: &[Number]) -> Result<Number, Reason> {
        match node {
            Node::Array(index, _) => Ok(elements[*index].clone()),
            Node::Number(number) => Ok(number.clone()),
            Node::Op(op, children, ..) => {
                let operands: Vec<Number> =
                    children.iter().map(|child| self.evaluate(child, elements)).collect::<Result<_, _>>()?;
                let repr = self.scalar_op(*op, &operands)?;
                let types: Vec<Type> = operands.into_iter().map(|operand| operand.ty).collect();
                let ty = crate::typing::scalar_result(*op, &types)
                    .ok_or_else(|| Reason::Internal(format!("{} has no result", op.describe())))?;
                Ok(Number { repr, ty })
            }
        }
    }

    /// The shape of an operation on these operands, one of which is an array.
    pub(super) fn joint_shape(&mut self, operands: &[&Tree]) -> Vec<Value> {
        let shapes: Vec<Vec<Value>> =
            operands.iter().filter_map(|operand| self.node_shape(&operand.node, &operand.leaves)).collect();
        let shapes: Vec<&[Value]> = shapes.iter().map(Vec::as_slice).collect();
        self.broadcast(&shapes)
    }

    /// The shape of an expression's value, `None` of a number; raises if arrays do not fit together.
    pub(super) fn node_shape(&mut self, node: &Node, leaves: &[Leaf]) -> Option<Vec<Value>> {
        match node {
            Node::Number(_) => None,
            Node::Array(index, _) => Some(shape(&leaves[*index].repr, leaves[*index].ty.ndim).to_vec()),
            Node::Op(_, children, _, line) => {
                let shapes: Vec<Vec<Value>> =
                    children.iter().filter_map(|child| self.node_shape(child, leaves)).collect();
                let shapes: Vec<&[Value]> = shapes.iter().map(Vec::as_slice).collect();
                let own_line = self.b.line();
                self.b.set_line(*line);
                let joined = (!shapes.is_empty()).then(|| self.broadcast(&shapes));
                self.b.set_line(own_line);
                joined
            }
        }
    }
}

/// The type that an operand is converted to, if the operation's plan names one.
fn operand_type(op: ScalarOp, types: &[Type], index: usize) -> Option<Type> {
    match op {
        ScalarOp::Binary(op) => promote::binary(op, types.first()?, types.get(1)?).map(|plan| plan.operand),
        ScalarOp::Unary(op) => promote::unary(op, types.first()?).map(|plan| plan.operand),
        ScalarOp::Compare(_) => match promote::comparison(types.first()?, types.get(1)?)? {
            Comparison::In(ty) => Some(ty),
            Comparison::IntWithFloat { .. } | Comparison::SignedWithUnsigned { .. } => None,
        },
        ScalarOp::Ufunc(ufunc) => (ufunc.plan)(types).map(|plan| plan.operands[index].clone()),
    }
}
