//! Operations over whole arrays: into a new array, into one that is there, or on numbers at once.
//!
//! An expression such as `a * b + c` becomes one loop nest without temporaries: `fusion.rs` says which instructions
//! it takes in, `expressions.rs` holds it, `loop_nests.rs` makes the loops. Operations that NumPy's own loops compute
//! go to `numpy_loops.rs`.

use super::arithmetic::Number;
use super::arrays::{Fill, shape};
use super::expressions::{Leaf, Node, Tree};
use super::function::Lowering;
use super::fusion::with_plain_powers;
use super::repr::Repr;
use crate::hir::{self, CompareOp};
use crate::library::{self, Arguments, Operand, OutCall, Ufunc};
use crate::lir::{Value, block_call};
use crate::refusal::Reason;
use crate::typing::promote;
use crate::typing::{ArrayType, Fact, Layout, ScalarOp, Type};

impl Lowering<'_> {
    /// An elementwise operation of the function: on numbers at once, on arrays into a new array.
    pub(super) fn elementwise(&mut self, op: ScalarOp, args: &[hir::Value], fact: &Fact) -> Result<Repr, Reason> {
        let Type::Array(result) = &fact.ty else {
            let mut numbers: Vec<Number> = args
                .iter()
                .map(|&arg| {
                    let number = self.number(arg);
                    self.element_number(number.repr, &number.ty)
                })
                .collect();
            if let (ScalarOp::Binary(_) | ScalarOp::Compare(CompareOp::Eq | CompareOp::Ne), [a, b]) =
                (op, &mut numbers[..])
                && args.iter().all(|&arg| self.fact(arg).ty.is_number())
            {
                (a.ty, b.ty) = promote::as_operands(&a.ty, &b.ty);
            }
            return self.scalar_op(op, &numbers);
        };
        let typed = self.typed;
        let (op, args) = with_plain_powers(typed, op, args);
        let operands = args.iter().map(|&arg| self.tree(arg)).collect::<Result<_, _>>()?;
        self.new_by_elements(op, operands, result)
    }

    /// An elementwise operation on operands of a library call.
    pub fn elementwise_operands(
        &mut self,
        ufunc: &'static Ufunc,
        operands: &[&Operand],
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        let op = ScalarOp::Ufunc(ufunc);
        let Type::Array(result) = &fact.ty else { return self.apply(op, operands) };
        let trees = operands.iter().map(|operand| self.operand_tree(operand)).collect();
        self.new_by_elements(op, trees, result)
    }

    /// The same on all positional arguments.
    pub fn elementwise_call(
        &mut self,
        ufunc: &'static Ufunc,
        arguments: &Arguments,
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        let operands: Vec<&Operand> = arguments.positional.iter().collect();
        self.elementwise_operands(ufunc, &operands, fact)
    }

    /// A ufunc that stores its result in an array, which the caller gets a reference to.
    pub(super) fn elementwise_out(&mut self, ufunc: &'static Ufunc, call: &OutCall<'_>) -> Result<Repr, Reason> {
        let Type::Array(array) = call.out.fact.ty else { return Err(Reason::Internal("out is no array".to_owned())) };
        let target = self.argument(call.out);
        let trees = call.operands.iter().map(|operand| self.operand_tree(operand)).collect();
        self.store_by_elements(ScalarOp::Ufunc(ufunc), trees, &target, &array)?;
        self.retain(target[0]);
        Ok(target)
    }

    /// `a op= b` of an array a, which is the result.
    pub(super) fn update_array(&mut self, op: ScalarOp, a: hir::Value, b: hir::Value) -> Result<Repr, Reason> {
        let target = self.repr(a);
        let Type::Array(array) = self.fact(a).ty.clone() else {
            return Err(Reason::Internal("an update of no array".to_owned()));
        };
        let typed = self.typed;
        let both = [a, b];
        let (op, args) = with_plain_powers(typed, op, &both);
        let operands = args.iter().map(|&arg| self.tree(arg)).collect::<Result<_, _>>()?;
        self.store_by_elements(op, operands, &target, &array)?;
        Ok(target)
    }

    /// The operation's results as a new array.
    fn new_by_elements(&mut self, op: ScalarOp, operands: Vec<Tree>, result: &ArrayType) -> Result<Repr, Reason> {
        let elements: Vec<Type> = operands.iter().map(|operand| operand.node.ty().clone()).collect();
        if let Some(numpy) = library::numpy_loop_of(op, &elements) {
            return self.through_loop(op, &numpy, operands, result);
        }
        let tree = self.join(op, operands)?;
        let lengths = self.node_shape(&tree.node, &tree.leaves).unwrap_or_default();
        let target = self.new_array_like(result, &lengths, Fill::Uninitialized);
        self.hold_temporary(target[0]);
        self.fill(&target, result, &tree.leaves, &tree.node)?;
        self.forget_temporary(target[0]);
        Ok(target)
    }

    /// The operation's results in an array that is there.
    fn store_by_elements(
        &mut self,
        op: ScalarOp,
        operands: Vec<Tree>,
        target: &Repr,
        array: &ArrayType,
    ) -> Result<(), Reason> {
        let elements: Vec<Type> = operands.iter().map(|operand| operand.node.ty().clone()).collect();
        let ndim = operands.iter().flat_map(|operand| &operand.leaves).map(|leaf| leaf.ty.ndim).max();
        if let (Some(numpy), Some(ndim)) = (library::numpy_loop_of(op, &elements), ndim) {
            let dtype = numpy.plan.result.dtype().unwrap_or(array.dtype);
            if let [Tree { node: Node::Array(..), leaves }] = &operands[..]
                && leaves[0].repr == *target
                && array.ndim == 1
                && numpy.plan.operands[0].dtype() == Some(array.dtype)
                && dtype == array.dtype
            {
                return self.loop_in_place(&numpy, operands, target, array);
            }
            let ty = ArrayType { dtype, ndim, layout: Layout::C, is_writable: true };
            let result = self.through_loop(op, &numpy, operands, &ty)?;
            self.hold_temporary(result[0]);
            self.assign_repr(target, array, &result, &Type::Array(ty))?;
            self.forget_temporary(result[0]);
            self.release(result[0]);
            return Ok(());
        }
        let own = shape(target, array.ndim).to_vec();
        let is_other = |operand: &&Tree| !operand.leaves.is_empty() && operand.leaves[0].repr != *target;
        let others: Vec<&Tree> = operands.iter().filter(is_other).collect();
        if !others.is_empty() {
            let shape = self.joint_shape(&others);
            self.check_update(&own, &shape);
        }
        let mut tree = self.join(op, operands)?;
        let copies = self.protect(&mut tree.leaves, target, array);
        self.fill(target, array, &tree.leaves, &tree.node)?;
        self.release_copies(&copies);
        Ok(())
    }

    /// Stores a number or an array, broadcast, to every element of an array.
    pub(super) fn assign(&mut self, target: &Repr, array: &ArrayType, value: hir::Value) -> Result<(), Reason> {
        let repr = self.repr(value);
        let ty = self.fact(value).ty.clone();
        self.assign_repr(target, array, &repr, &ty)
    }

    /// The same of a value that is not one of the function's.
    pub fn assign_repr(&mut self, target: &Repr, array: &ArrayType, repr: &Repr, ty: &Type) -> Result<(), Reason> {
        let (array, ty) = (&array.as_counts(), &ty.as_counts());
        let mut leaves = Vec::new();
        let tree = match ty {
            Type::Array(source) => {
                leaves.push(Leaf { repr: repr.clone(), ty: *source });
                Node::Array(0, Type::Scalar(source.dtype))
            }
            _ => {
                let element = self.element_of(repr, ty, array);
                Node::Number(Number { repr: element, ty: Type::Scalar(array.dtype) })
            }
        };
        if let Type::Array(source) = ty {
            self.check_assignment(shape(repr, source.ndim), shape(target, array.ndim));
        }
        let copies = self.protect(&mut leaves, target, array);
        self.fill(target, array, &leaves, &tree)?;
        self.release_copies(&copies);
        Ok(())
    }

    /// Replaces arrays that overlap the target by copies, as NumPy does; returns the headers to release, null where
    /// no copy was needed.
    fn protect(&mut self, leaves: &mut [Leaf], target: &Repr, array: &ArrayType) -> Vec<Value> {
        let mut copies = Vec::new();
        for leaf in leaves {
            if leaf.repr == *target {
                continue;
            }
            let overlaps = self.may_overlap((&leaf.repr, &leaf.ty), (target, array));
            let (copy_block, rest) = (self.b.add_cold_block(), self.b.add_block());
            let types: Vec<_> = leaf.repr.iter().map(|&value| self.b.type_of(value)).collect();
            let params: Repr = types.into_iter().map(|ty| self.b.add_param(rest, ty)).collect();
            let mut plain = leaf.repr.clone();
            plain[0] = self.b.const_ptr(0);
            self.b.branch_with(overlaps, block_call(copy_block, &[]), block_call(rest, &plain));
            self.b.switch_to(copy_block);
            let layout = if leaf.ty.layout == Layout::F { Layout::F } else { Layout::C };
            let copy = self.copy_array(&leaf.repr, &leaf.ty, &ArrayType { layout, ..leaf.ty });
            self.b.jump(rest, &copy);
            self.b.switch_to(rest);
            self.hold_temporary(params[0]);
            copies.push(params[0]);
            leaf.repr = params;
        }
        copies
    }

    fn release_copies(&mut self, copies: &[Value]) {
        for &header in copies {
            self.forget_temporary(header);
            self.release(header);
        }
    }
}
