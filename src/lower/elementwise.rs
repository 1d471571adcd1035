//! Operations over whole arrays. An expression such as `a * b + c` becomes one loop nest without temporaries.
//!
//! A *fused* instruction is an elementwise operation with one use, by an elementwise operation further down the same
//! block with nothing between that writes memory; it is computed inside the loop of that user. The nest has two
//! forms: a flat loop over all elements where every array is contiguous in one order and the shapes are equal, and a
//! nest over the axes with broadcast strides for the rest.

use super::arithmetic::Number;
use super::arrays::{Fill, data, shape};
use super::function::Lowering;
use super::repr::Repr;
use crate::hir::{self, BinaryOp, CompareOp, Inst, InstData, Op, UnaryOp, ValueDef};
use crate::library::{self, Arguments, Body, Operand, OutCall, Ufunc};
use crate::lir::{IntCond, Value};
use crate::refusal::Reason;
use crate::typing::promote::{self, Comparison};
use crate::typing::{ArrayType, Fact, Layout, ScalarOp, Type, Typed, element};

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

/// The elementwise operation of an instruction and its operands, if it is one.
pub(super) fn operation<'a>(typed: &Typed, data: &'a InstData) -> Option<(ScalarOp, &'a [hir::Value])> {
    let op = scalar_op(typed, data)?;
    let operands = if matches!(data.op, Op::Call { .. }) { &data.args[1..] } else { &data.args[..] };
    Some(with_plain_powers(typed, op, operands))
}

/// `array ** 2` and a few others are other functions in NumPy.
fn with_plain_powers<'a>(typed: &Typed, op: ScalarOp, operands: &'a [hir::Value]) -> (ScalarOp, &'a [hir::Value]) {
    let (ScalarOp::Binary(hir::BinaryOp::Pow), [base, exponent]) = (op, operands) else { return (op, operands) };
    let (Some(base), Some(exponent)) = (&typed.facts[base.index()], &typed.facts[exponent.index()]) else {
        return (op, operands);
    };
    match library::array_power(&base.ty, exponent) {
        Some(ufunc) => (ScalarOp::Ufunc(ufunc), &operands[..1]),
        None => (op, operands),
    }
}

/// True if NumPy's own loop computes the operation on arrays: for the whole array, and not inside another loop.
fn has_numpy_loop(typed: &Typed, op: ScalarOp, operands: &[hir::Value]) -> bool {
    let elements: Option<Vec<Type>> =
        operands.iter().map(|operand| element(&typed.facts[operand.index()].as_ref()?.ty)).collect();
    elements.is_some_and(|elements| library::numpy_loop_of(op, &elements).is_some())
}

fn scalar_op(typed: &Typed, data: &InstData) -> Option<ScalarOp> {
    match &data.op {
        Op::Binary { op, is_inplace: false } if *op != hir::BinaryOp::MatMul => Some(ScalarOp::Binary(*op)),
        Op::Unary(op) if *op != UnaryOp::Not => Some(ScalarOp::Unary(*op)),
        Op::Compare(op) => Some(ScalarOp::Compare(*op)),
        Op::Call { keywords } if keywords.is_empty() => match &typed.facts[data.args[0].index()].as_ref()?.ty {
            Type::Library(name) => match library::entry(name)?.body {
                Body::Elementwise(ufunc) if data.args.len() == ufunc.inputs + 1 => Some(ScalarOp::Ufunc(ufunc)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Which instructions are fused into their user.
pub(super) fn fused_instructions(typed: &Typed) -> Vec<bool> {
    let function = &typed.hir;
    let mut is_fused = vec![false; function.insts.len()];
    let is_array = |value: hir::Value| matches!(typed.facts[value.index()], Some(Fact { ty: Type::Array(_), .. }));
    if !function.insts.iter().any(|data| data.result.is_some_and(is_array)) {
        return is_fused;
    }
    let uses = count_uses(typed);
    for block in &function.blocks {
        let mut candidates: Vec<(hir::Value, Inst)> = Vec::new();
        for &inst in &block.insts {
            let data = &function.insts[inst.index()];
            let op = operation(typed, data).filter(|_| data.result.is_some_and(is_array));
            if let Some((_, operands)) = op {
                for operand in operands {
                    if let Some((_, producer)) = candidates.iter().find(|(value, _)| value == operand) {
                        is_fused[producer.index()] = true;
                    }
                }
            }
            match (op, data.result) {
                (Some((op, operands)), Some(result))
                    if uses[result.index()] == 1 && !has_numpy_loop(typed, op, operands) =>
                {
                    candidates.push((result, inst));
                }
                (Some(_), _) => {}
                _ if is_transparent(&data.op) => {}
                _ => candidates.clear(),
            }
        }
    }
    is_fused
}

/// True for operations that neither write memory nor raise anything that users tell apart by its order.
fn is_transparent(op: &Op) -> bool {
    matches!(
        op,
        Op::Constant(_)
            | Op::Global(_)
            | Op::Free(_)
            | Op::GetAttr(_)
            | Op::BuildTuple
            | Op::BuildSlice
            | Op::Binary {
                op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::And | BinaryOp::Or | BinaryOp::Xor,
                is_inplace: false
            }
    )
}

fn count_uses(typed: &Typed) -> Vec<u32> {
    let function = &typed.hir;
    let mut uses = vec![0; function.values.len()];
    for block in &function.blocks {
        for &inst in &block.insts {
            function.insts[inst.index()].args.iter().for_each(|arg| uses[arg.index()] += 1);
        }
        let mut add = |values: &[hir::Value]| values.iter().for_each(|value| uses[value.index()] += 1);
        match &block.terminator {
            hir::Terminator::Jump(target) => add(&target.args),
            hir::Terminator::Branch(condition, on_true, on_false) => {
                add(&[*condition]);
                add(&on_true.args);
                add(&on_false.args);
            }
            hir::Terminator::Return(value) | hir::Terminator::Raise(value) => add(&[*value]),
        }
    }
    uses
}

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

    /// A number, or the only element of an array of no dimensions.
    pub(super) fn element_number(&mut self, repr: Repr, ty: &Type) -> Number {
        match ty {
            Type::Array(array) => {
                Number { repr: self.load_element(data(&repr), array.dtype), ty: Type::Scalar(array.dtype) }
            }
            _ => Number { repr, ty: ty.clone() },
        }
    }

    fn number(&self, value: hir::Value) -> Number {
        Number { repr: self.repr(value), ty: self.fact(value).ty.clone() }
    }

    fn tree(&mut self, value: hir::Value) -> Result<Tree, Reason> {
        let mut leaves = Vec::new();
        Ok(Tree { node: self.node(value, &mut leaves)?, leaves })
    }

    fn operand_tree(&mut self, operand: &Operand) -> Tree {
        let repr = self.argument(operand);
        match &operand.fact.ty {
            Type::Array(ty) => {
                Tree { node: Node::Array(0, Type::Scalar(ty.dtype)), leaves: vec![Leaf { repr, ty: *ty }] }
            }
            ty => Tree { node: Node::Number(Number { repr, ty: ty.clone() }), leaves: Vec::new() },
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
    fn evaluate(&mut self, node: &Node, elements: &[Number]) -> Result<Number, Reason> {
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
    fn node_shape(&mut self, node: &Node, leaves: &[Leaf]) -> Option<Vec<Value>> {
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
            self.b.branch_with(overlaps, crate::lir::block_call(copy_block, &[]), crate::lir::block_call(rest, &plain));
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

    /// Computes the expression for every element of the target.
    pub(super) fn fill(
        &mut self,
        target: &Repr,
        array: &ArrayType,
        leaves: &[Leaf],
        tree: &Node,
    ) -> Result<(), Reason> {
        let is_flat = array.layout != Layout::A
            && leaves.iter().all(|leaf| leaf.ty.ndim == array.ndim && leaf.ty.layout == array.layout);
        if !is_flat {
            return self.fill_nest(target, array, leaves, tree);
        }
        let mut are_equal = self.b.const_bool(true);
        for leaf in leaves {
            for axis in 0..usize::from(array.ndim) {
                let (own, wanted) = (shape(&leaf.repr, array.ndim)[axis], shape(target, array.ndim)[axis]);
                if own != wanted {
                    let equal = self.b.cmp_int(IntCond::Eq, own, wanted);
                    are_equal = self.b.and_bits(are_equal, equal);
                }
            }
        }
        if self.b.func.as_const_int(are_equal) == Some(1) {
            return self.fill_flat(target, array, leaves, tree);
        }
        let (flat, nest, rest) = (self.b.add_block(), self.b.add_cold_block(), self.b.add_block());
        self.b.branch_if(are_equal, flat, nest);
        self.b.switch_to(flat);
        self.fill_flat(target, array, leaves, tree)?;
        self.b.jump(rest, &[]);
        self.b.switch_to(nest);
        self.fill_nest(target, array, leaves, tree)?;
        self.b.jump(rest, &[]);
        self.b.switch_to(rest);
        Ok(())
    }

    fn fill_flat(&mut self, target: &Repr, array: &ArrayType, leaves: &[Leaf], tree: &Node) -> Result<(), Reason> {
        let count = self.array_size(target, array);
        self.counted_loop(count, &mut |lowering, index| {
            let mut elements = Vec::with_capacity(leaves.len());
            for leaf in leaves {
                let item = lowering.b.const_i64(i64::from(leaf.ty.dtype.size()));
                let ptr = lowering.advance_by(data(&leaf.repr), index, item);
                let repr = lowering.load_element(ptr, leaf.ty.dtype);
                elements.push(Number { repr, ty: Type::Scalar(leaf.ty.dtype) });
            }
            let item = lowering.b.const_i64(i64::from(array.dtype.size()));
            let ptr = lowering.advance_by(data(target), index, item);
            lowering.store_result(tree, &elements, ptr, array)
        })
    }

    fn store_result(&mut self, tree: &Node, elements: &[Number], ptr: Value, array: &ArrayType) -> Result<(), Reason> {
        let result = self.evaluate(tree, elements)?;
        let dtype = result.ty.dtype().ok_or_else(|| Reason::Internal(format!("{} is no element", result.ty)))?;
        let element = self.cast(&result.repr, dtype, array.dtype);
        self.store_element(ptr, &element);
        Ok(())
    }

    /// A nest over the axes, the fastest axis of the target innermost.
    fn fill_nest(&mut self, target: &Repr, array: &ArrayType, leaves: &[Leaf], tree: &Node) -> Result<(), Reason> {
        let mut order: Vec<usize> = (0..usize::from(array.ndim)).collect();
        if array.layout == Layout::F {
            order.reverse();
        }
        let mut steps: Vec<Vec<Value>> = Vec::new();
        for leaf in leaves {
            steps.push(self.broadcast_strides(leaf, usize::from(array.ndim)));
        }
        let pointers: Vec<Value> = leaves.iter().map(|leaf| data(&leaf.repr)).collect();
        let nest = Nest { target, array, leaves, tree, steps, order };
        self.fill_axes(&nest, 0, data(target), &pointers)
    }

    fn fill_axes(&mut self, nest: &Nest<'_>, depth: usize, ptr: Value, pointers: &[Value]) -> Result<(), Reason> {
        let Some(&axis) = nest.order.get(depth) else {
            let mut elements = Vec::with_capacity(nest.leaves.len());
            for (leaf, &ptr) in nest.leaves.iter().zip(pointers) {
                let repr = self.load_element(ptr, leaf.ty.dtype);
                elements.push(Number { repr, ty: Type::Scalar(leaf.ty.dtype) });
            }
            return self.store_result(nest.tree, &elements, ptr, nest.array);
        };
        let count = shape(nest.target, nest.array.ndim)[axis];
        let stride = self.stride(nest.target, nest.array, axis);
        self.counted_loop(count, &mut |lowering, index| {
            let own = lowering.advance_by(ptr, index, stride);
            let inner: Vec<Value> = pointers
                .iter()
                .zip(&nest.steps)
                .map(|(&pointer, steps)| lowering.advance_by(pointer, index, steps[axis]))
                .collect();
            lowering.fill_axes(nest, depth + 1, own, &inner)
        })
    }

    /// The strides of an array on the result's axes: 0 where it is repeated.
    fn broadcast_strides(&mut self, leaf: &Leaf, ndim: usize) -> Vec<Value> {
        let zero = self.b.const_i64(0);
        let one = self.b.const_i64(1);
        let offset = ndim - usize::from(leaf.ty.ndim);
        let mut strides = vec![zero; ndim];
        for axis in 0..usize::from(leaf.ty.ndim) {
            let stride = self.stride(&leaf.repr, &leaf.ty, axis);
            let is_one = self.b.cmp_int(IntCond::Eq, shape(&leaf.repr, leaf.ty.ndim)[axis], one);
            strides[offset + axis] = self.b.select(is_one, zero, stride);
        }
        strides
    }
}

/// What a loop nest computes.
struct Nest<'a> {
    target: &'a Repr,
    array: &'a ArrayType,
    leaves: &'a [Leaf],
    tree: &'a Node,
    steps: Vec<Vec<Value>>,
    order: Vec<usize>,
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
