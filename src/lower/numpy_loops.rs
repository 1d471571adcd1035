//! Array operations that NumPy's own loops compute: one call of the loop for a whole array.
//!
//! The loop wants its operands in memory and in its types. An operand of one dimension, or contiguous in the order of
//! the result, is passed as it is; a number is passed with stride 0; any other operand, an expression included, is
//! computed into a buffer. The buffer is never the result's own memory: in place some of NumPy's loops take a slow
//! kernel with other bits.

use super::arithmetic::Number;
use super::arrays::{Fill, data, shape};
use super::expressions::{Leaf, Node, Tree};
use super::function::Lowering;
use super::repr::Repr;
use crate::hir::BinaryOp;
use crate::library::{self, NumpyLoop};
use crate::lir::{FloatCond, IntCond, Region, Type as Machine, Value, block_call};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{ArrayType, ScalarOp, Type};

/// The result in the making.
struct Target<'a> {
    repr: Repr,
    ty: &'a ArrayType,
    lengths: Vec<Value>,
}

/// An operand in memory.
struct Operand {
    ptr: Value,
    stride: Value,
    /// The header of its buffer, null if there is none.
    buffer: Option<Value>,
}

impl Lowering<'_> {
    /// The operation on arrays by NumPy's loop, as a new array.
    pub(super) fn through_loop(
        &mut self,
        op: ScalarOp,
        numpy: &NumpyLoop,
        operands: Vec<Tree>,
        result: &ArrayType,
    ) -> Result<Repr, Reason> {
        let lengths = self.joint_shape(&operands.iter().collect::<Vec<_>>());
        let repr = self.new_array_like(result, &lengths, Fill::Uninitialized);
        self.hold_temporary(repr[0]);
        let rest = self.plain_power(op, &operands, &repr, result)?;
        self.run_loop(numpy, operands, &Target { repr: repr.clone(), ty: result, lengths })?;
        if let Some(rest) = rest {
            self.b.jump(rest, &[]);
            self.b.switch_to(rest);
        }
        self.forget_temporary(repr[0]);
        Ok(repr)
    }

    /// The operation on an array of one dimension alone, in place, as NumPy calls its loop too.
    pub(super) fn loop_in_place(
        &mut self,
        numpy: &NumpyLoop,
        operands: Vec<Tree>,
        repr: &Repr,
        ty: &ArrayType,
    ) -> Result<(), Reason> {
        let lengths = shape(repr, ty.ndim).to_vec();
        self.run_loop(numpy, operands, &Target { repr: repr.clone(), ty, lengths })
    }

    /// `array ** number` of a number that is known when running only: where it is one of those that NumPy has another
    /// function for, fills the result and goes to the returned block; the code goes on where it is not.
    fn plain_power(
        &mut self,
        op: ScalarOp,
        operands: &[Tree],
        target: &Repr,
        result: &ArrayType,
    ) -> Result<Option<crate::lir::Block>, Reason> {
        let (ScalarOp::Binary(BinaryOp::Pow), [base, Tree { node: Node::Number(number), .. }]) = (op, operands) else {
            return Ok(None);
        };
        let ty = Type::Scalar(result.dtype);
        let exponent = self.convert(&number.repr, &number.ty, &ty);
        let mut is_plain = self.b.const_bool(false);
        for number in library::PLAIN_EXPONENTS {
            let number = self.b.const_float(result.dtype.machine(), number);
            let is_it = self.b.cmp_float(FloatCond::Eq, exponent[0], number);
            is_plain = self.b.or_bits(is_plain, is_it);
        }
        let (plain, general, rest) = (self.b.add_block(), self.b.add_block(), self.b.add_block());
        self.b.branch_if(is_plain, plain, general);
        self.b.switch_to(plain);
        let number = Tree { node: Node::Number(Number { repr: exponent, ty }), leaves: Vec::new() };
        let tree = self.join(ScalarOp::Ufunc(library::plain_power()), vec![base.clone(), number])?;
        self.fill(target, result, &tree.leaves, &tree.node)?;
        self.b.jump(rest, &[]);
        self.b.switch_to(general);
        Ok(Some(rest))
    }

    fn run_loop(&mut self, numpy: &NumpyLoop, operands: Vec<Tree>, target: &Target<'_>) -> Result<(), Reason> {
        let mut all = Vec::new();
        for (operand, ty) in operands.into_iter().zip(&numpy.plan.operands) {
            all.push(self.loop_operand(operand, ty, target)?);
        }
        let stride = match target.ty.ndim {
            1 => self.stride(&target.repr, target.ty, 0),
            _ => self.b.const_i64(i64::from(target.ty.dtype.size())),
        };
        all.push(Operand { ptr: data(&target.repr), stride, buffer: None });
        let slots = [0; 2].map(|_| self.b.add_slot(8 * all.len() as u32));
        let [pointers, strides] = slots.map(|slot| self.b.slot_address(slot));
        for (position, operand) in all.iter().enumerate() {
            self.b.store(operand.ptr, pointers, 8 * position as i32, Region::Frame);
            self.b.store(operand.stride, strides, 8 * position as i32, Region::Frame);
        }
        let index = self.b.const_i64(numpy.index);
        let count = self.array_size(&target.repr, target.ty);
        self.b.call_runtime(Symbol::NumpyLoop, &[index, count, pointers, strides]);
        for buffer in all.into_iter().filter_map(|operand| operand.buffer) {
            self.forget_temporary(buffer);
            self.release(buffer);
        }
        Ok(())
    }

    fn loop_operand(&mut self, operand: Tree, ty: &Type, target: &Target<'_>) -> Result<Operand, Reason> {
        let dtype = ty.dtype().ok_or_else(|| Reason::Internal(format!("a loop of {ty}")))?;
        if let Node::Number(number) = &operand.node {
            let repr = self.convert(&number.repr, &number.ty, ty);
            let slot = self.b.add_slot(16);
            let ptr = self.b.slot_address(slot);
            for (position, &part) in repr.iter().enumerate() {
                let size = self.b.type_of(part).size();
                self.b.store(part, ptr, (position as u32 * size) as i32, Region::Frame);
            }
            return Ok(Operand { ptr, stride: self.b.const_i64(0), buffer: None });
        }
        let stride = self.b.const_i64(i64::from(dtype.size()));
        let buffer_type = ArrayType { dtype, ..*target.ty };
        if let (Node::Array(..), [leaf]) = (&operand.node, &operand.leaves[..])
            && leaf.ty.dtype == dtype
            && leaf.ty.ndim == buffer_type.ndim
        {
            if leaf.ty.ndim == 1 {
                return Ok(self.strided_operand(leaf, target));
            }
            if leaf.ty.layout == buffer_type.layout {
                return self.contiguous_operand(&operand, leaf, &buffer_type, stride, target);
            }
        }
        let buffer = self.new_array_like(&buffer_type, &target.lengths, Fill::Uninitialized);
        self.hold_temporary(buffer[0]);
        self.fill(&buffer, &buffer_type, &operand.leaves, &operand.node)?;
        Ok(Operand { ptr: data(&buffer), stride, buffer: Some(buffer[0]) })
    }

    /// An array of one dimension is itself, whatever its stride: NumPy's loops have other kernels, with other bits,
    /// for some strides.
    fn strided_operand(&mut self, leaf: &Leaf, target: &Target<'_>) -> Operand {
        let own = shape(&leaf.repr, 1)[0];
        let mut stride = self.stride(&leaf.repr, &leaf.ty, 0);
        if own != target.lengths[0] {
            let is_whole = self.b.cmp_int(IntCond::Eq, own, target.lengths[0]);
            let zero = self.b.const_i64(0);
            stride = self.b.select(is_whole, stride, zero);
        }
        Operand { ptr: data(&leaf.repr), stride, buffer: None }
    }

    /// A contiguous array: itself, unless broadcasting repeats it.
    fn contiguous_operand(
        &mut self,
        operand: &Tree,
        leaf: &Leaf,
        buffer_type: &ArrayType,
        stride: Value,
        target: &Target<'_>,
    ) -> Result<Operand, Reason> {
        let mut is_whole = None;
        for (&own, &wanted) in shape(&leaf.repr, leaf.ty.ndim).iter().zip(&target.lengths) {
            if own != wanted {
                let is_equal = self.b.cmp_int(IntCond::Eq, own, wanted);
                is_whole = Some(is_whole.map_or(is_equal, |known| self.b.and_bits(known, is_equal)));
            }
        }
        let Some(is_whole) = is_whole else {
            return Ok(Operand { ptr: data(&leaf.repr), stride, buffer: None });
        };
        let (repeated, rest) = (self.b.add_cold_block(), self.b.add_block());
        let [ptr, header] = [0; 2].map(|_| self.b.add_param(rest, Machine::Ptr));
        let null = self.b.const_ptr(0);
        let itself = [data(&leaf.repr), null];
        self.b.branch_with(is_whole, block_call(rest, &itself), block_call(repeated, &[]));
        self.b.switch_to(repeated);
        let buffer = self.new_array_like(buffer_type, &target.lengths, Fill::Uninitialized);
        self.hold_temporary(buffer[0]);
        self.fill(&buffer, buffer_type, &operand.leaves, &operand.node)?;
        self.forget_temporary(buffer[0]);
        self.b.jump(rest, &[data(&buffer), buffer[0]]);
        self.b.switch_to(rest);
        self.hold_temporary(header);
        Ok(Operand { ptr, stride, buffer: Some(header) })
    }
}
