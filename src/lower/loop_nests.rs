//! The loops that compute an expression for every element of an array.
//!
//! There are two forms: a flat loop over all elements where every array is contiguous in one order and the shapes are
//! equal, and a nest over the axes with broadcast strides for the rest.

use super::arithmetic::Number;
use super::arrays::{data, shape};
use super::expressions::{Leaf, Node};
use super::function::Lowering;
use super::repr::Repr;
use crate::lir::{IntCond, Value};
use crate::refusal::Reason;
use crate::typing::{ArrayType, Layout, Type};

/// What a loop nest computes.
struct Nest<'a> {
    target: &'a Repr,
    array: &'a ArrayType,
    leaves: &'a [Leaf],
    tree: &'a Node,
    steps: Vec<Vec<Value>>,
    order: Vec<usize>,
}

impl Lowering<'_> {
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
