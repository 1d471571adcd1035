//! Makes functions, an instruction at a time. Plain operations have one method each, named as in the text form.

use smallvec::SmallVec;

use super::entities::{Block, Callee, Data, Inst, Slot, Value};
use super::function::{BlockCall, CalleeData, Function, Immediate, InstData, Memory, Region, Site, SlotData};
use super::ops::{FloatCond, IntCond, Op};
use super::types::Type;
use crate::runtime::symbols::Symbol;

/// Appends to one block of a function at a time.
pub struct FunctionBuilder<'a> {
    /// The function in the making.
    pub func: &'a mut Function,
    block: Block,
    line: u32,
}

macro_rules! plain {
    ($( $name:ident $variant:ident ($($arg:ident),*); )*) => {
        $(
            #[doc = concat!("Appends `", stringify!($name), "`: see `Op::", stringify!($variant), "`.")]
            pub fn $name(&mut self, $($arg: Value),*) -> Value {
                self.plain_inst(Op::$variant, &[$($arg),*])
            }
        )*
    };
}

macro_rules! conversions {
    ($( $name:ident $variant:ident; )*) => {
        $(
            #[doc = concat!("Appends `", stringify!($name), "` to type `ty`: see `Op::", stringify!($variant), "`.")]
            pub fn $name(&mut self, a: Value, ty: Type) -> Value {
                self.value_inst(Op::$variant, &[a], Immediate::None, ty)
            }
        )*
    };
}

impl<'a> FunctionBuilder<'a> {
    /// Builds at the end of `block`.
    pub fn new(func: &'a mut Function, block: Block) -> Self {
        FunctionBuilder { func, block, line: 0 }
    }

    /// Goes on at the end of `block`.
    pub fn switch_to(&mut self, block: Block) {
        self.block = block;
    }

    /// The block that instructions go to.
    pub fn block(&self) -> Block {
        self.block
    }

    /// Sets the line of the user's source that the next instructions belong to.
    pub fn set_line(&mut self, line: u32) {
        self.line = line;
    }

    /// The line that instructions belong to.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Adds a block.
    pub fn add_block(&mut self) -> Block {
        self.func.add_block()
    }

    /// Adds a block that seldom runs.
    pub fn add_cold_block(&mut self) -> Block {
        let block = self.func.add_block();
        self.func.blocks[block.index()].is_cold = true;
        block
    }

    /// Adds a parameter to `block`.
    pub fn add_param(&mut self, block: Block, ty: Type) -> Value {
        self.func.add_param(block, ty)
    }

    /// Adds a stack slot of `size` bytes, 16-byte aligned.
    pub fn add_slot(&mut self, size: u32) -> Slot {
        let slot = Slot::from_index(self.func.slots.len());
        self.func.slots.push(SlotData { size });
        slot
    }

    /// Adds a constant byte string.
    pub fn add_data(&mut self, bytes: Vec<u8>) -> Data {
        let data = Data::from_index(self.func.data.len());
        self.func.data.push(bytes);
        data
    }

    /// The entity of a called function, added at its first use.
    pub fn import_callee(&mut self, callee: CalleeData) -> Callee {
        let found = self.func.callees.iter().position(|known| *known == callee);
        Callee::from_index(found.unwrap_or_else(|| {
            self.func.callees.push(callee);
            self.func.callees.len() - 1
        }))
    }

    /// The index of a raising place, added at its first use.
    pub fn import_site(&mut self, site: Site) -> usize {
        let found = self.func.sites.iter().position(|known| *known == site);
        found.unwrap_or_else(|| {
            self.func.sites.push(site);
            self.func.sites.len() - 1
        })
    }

    /// The type of `value`.
    pub fn type_of(&self, value: Value) -> Type {
        self.func.type_of(value)
    }

    /// True if the current block has its terminator.
    pub fn is_terminated(&self) -> bool {
        self.func.terminator(self.block).is_some()
    }

    /// Appends an instruction and returns its entity.
    pub fn append(&mut self, data: InstData, results: &[Type]) -> Inst {
        let inst = self.func.add_inst(data, results);
        self.func.blocks[self.block.index()].insts.push(inst);
        inst
    }

    fn value_inst(&mut self, op: Op, args: &[Value], immediate: Immediate, ty: Type) -> Value {
        let data = self.data(op, args, immediate);
        let inst = self.append(data, &[ty]);
        self.func.inst(inst).results[0]
    }

    fn data(&self, op: Op, args: &[Value], immediate: Immediate) -> InstData {
        InstData {
            op,
            args: SmallVec::from_slice(args),
            immediate,
            targets: Box::default(),
            results: SmallVec::new(),
            line: self.line,
        }
    }

    /// Appends an operation whose result type follows from its operands.
    pub fn plain_inst(&mut self, op: Op, args: &[Value]) -> Value {
        use super::ops::ResultRule;
        let ty = match op.info().result {
            ResultRule::Same => self.type_of(args[0]),
            ResultRule::Second => self.type_of(args[1]),
            ResultRule::Bool => Type::Bool,
            ResultRule::Ptr => Type::Ptr,
            ResultRule::Chosen | ResultRule::None | ResultRule::Signature => {
                unreachable!("{} is not a plain operation", op.info().name)
            }
        };
        self.value_inst(op, args, Immediate::None, ty)
    }

    plain! {
        add_int AddInt(a, b); sub_int SubInt(a, b); mul_int MulInt(a, b);
        div_sint DivSint(a, b); div_uint DivUint(a, b); rem_sint RemSint(a, b); rem_uint RemUint(a, b);
        mul_high_sint MulHighSint(a, b); mul_high_uint MulHighUint(a, b);
        and_bits AndBits(a, b); or_bits OrBits(a, b); xor_bits XorBits(a, b);
        shl_int ShlInt(a, b); shr_sint ShrSint(a, b); shr_uint ShrUint(a, b);
        count_leading_zeros CountLeadingZeros(a); count_trailing_zeros CountTrailingZeros(a);
        count_ones CountOnes(a);
        add_overflows_sint AddOverflowsSint(a, b); sub_overflows_sint SubOverflowsSint(a, b);
        mul_overflows_sint MulOverflowsSint(a, b);
        add_float AddFloat(a, b); sub_float SubFloat(a, b); mul_float MulFloat(a, b); div_float DivFloat(a, b);
        neg_float NegFloat(a); abs_float AbsFloat(a); copysign_float CopysignFloat(a, b);
        sqrt_float SqrtFloat(a); floor_float FloorFloat(a); ceil_float CeilFloat(a); trunc_float TruncFloat(a);
        round_even_float RoundEvenFloat(a);
        select Select(condition, on_true, on_false); ptr_add PtrAdd(ptr, bytes);
    }

    conversions! {
        extend_sint ExtendSint; extend_uint ExtendUint; truncate_int TruncateInt; sint_to_float SintToFloat;
        uint_to_float UintToFloat; float_to_sint_sat FloatToSintSat; float_to_uint_sat FloatToUintSat;
        promote_float PromoteFloat; demote_float DemoteFloat; float_to_bits FloatToBits;
        bits_to_float BitsToFloat; ptr_to_int PtrToInt;
    }

    /// An integer constant of type `ty`, sign-extended from its width.
    pub fn const_int(&mut self, ty: Type, number: i64) -> Value {
        let number = match ty {
            Type::Bool => number & 1,
            Type::I8 => i64::from(number as i8),
            Type::I16 => i64::from(number as i16),
            Type::I32 => i64::from(number as i32),
            _ => number,
        };
        self.value_inst(Op::ConstInt, &[], Immediate::Int(number), ty)
    }

    /// An I64 constant.
    pub fn const_i64(&mut self, number: i64) -> Value {
        self.const_int(Type::I64, number)
    }

    /// A truth constant.
    pub fn const_bool(&mut self, truth: bool) -> Value {
        self.const_int(Type::Bool, i64::from(truth))
    }

    /// An F64 constant.
    pub fn const_f64(&mut self, number: f64) -> Value {
        self.value_inst(Op::ConstFloat, &[], Immediate::Float(number.to_bits()), Type::F64)
    }

    /// An F32 constant.
    pub fn const_f32(&mut self, number: f32) -> Value {
        self.value_inst(Op::ConstFloat, &[], Immediate::Float(u64::from(number.to_bits())), Type::F32)
    }

    /// A float constant of type `ty`, rounded to it.
    pub fn const_float(&mut self, ty: Type, number: f64) -> Value {
        if ty == Type::F32 { self.const_f32(number as f32) } else { self.const_f64(number) }
    }

    /// An address that is known when compiling.
    pub fn const_ptr(&mut self, address: usize) -> Value {
        self.value_inst(Op::ConstPtr, &[], Immediate::Int(address as i64), Type::Ptr)
    }

    /// A constant of type `ty` by its bits, in the lowest of the word.
    pub fn const_bits(&mut self, ty: Type, bits: u64) -> Value {
        match ty {
            Type::F32 => self.const_f32(f32::from_bits(bits as u32)),
            Type::F64 => self.const_f64(f64::from_bits(bits)),
            Type::Ptr => self.const_ptr(bits as usize),
            ty => self.const_int(ty, bits as i64),
        }
    }

    /// The address of a stack slot.
    pub fn slot_address(&mut self, slot: Slot) -> Value {
        self.value_inst(Op::SlotAddress, &[], Immediate::Slot(slot), Type::Ptr)
    }

    /// The address of a constant byte string.
    pub fn data_address(&mut self, data: Data) -> Value {
        self.value_inst(Op::DataAddress, &[], Immediate::Data(data), Type::Ptr)
    }

    /// Compares integers, addresses or bools.
    pub fn cmp_int(&mut self, cond: IntCond, a: Value, b: Value) -> Value {
        self.value_inst(Op::CmpInt, &[a, b], Immediate::IntCond(cond), Type::Bool)
    }

    /// Compares floats.
    pub fn cmp_float(&mut self, cond: FloatCond, a: Value, b: Value) -> Value {
        self.value_inst(Op::CmpFloat, &[a, b], Immediate::FloatCond(cond), Type::Bool)
    }

    /// The opposite truth value.
    pub fn not_bool(&mut self, a: Value) -> Value {
        let one = self.const_bool(true);
        self.xor_bits(a, one)
    }

    /// The integer with its sign changed; wraps.
    pub fn neg_int(&mut self, a: Value) -> Value {
        let zero = self.const_int(self.type_of(a), 0);
        self.sub_int(zero, a)
    }

    /// Reads a value of type `ty`.
    pub fn load(&mut self, ty: Type, ptr: Value, offset: i32, region: Region) -> Value {
        let memory = Memory { offset, region, is_constant: false };
        self.value_inst(Op::Load, &[ptr], Immediate::Memory(memory), ty)
    }

    /// Reads memory that nothing writes while the function runs.
    pub fn load_constant(&mut self, ty: Type, ptr: Value, offset: i32, region: Region) -> Value {
        let memory = Memory { offset, region, is_constant: true };
        self.value_inst(Op::Load, &[ptr], Immediate::Memory(memory), ty)
    }

    /// Reads with acquire order.
    pub fn atomic_load(&mut self, ty: Type, ptr: Value, offset: i32, region: Region) -> Value {
        let memory = Memory { offset, region, is_constant: false };
        self.value_inst(Op::AtomicLoad, &[ptr], Immediate::Memory(memory), ty)
    }

    /// Reads what other threads write, in no order.
    pub fn relaxed_load(&mut self, ty: Type, ptr: Value, offset: i32, region: Region) -> Value {
        let memory = Memory { offset, region, is_constant: false };
        self.value_inst(Op::RelaxedLoad, &[ptr], Immediate::Memory(memory), ty)
    }

    /// Writes `value`.
    pub fn store(&mut self, value: Value, ptr: Value, offset: i32, region: Region) {
        let memory = Memory { offset, region, is_constant: false };
        let data = self.data(Op::Store, &[ptr, value], Immediate::Memory(memory));
        self.append(data, &[]);
    }

    /// Calls a routine of the runtime; at most one result.
    pub fn call_runtime(&mut self, symbol: Symbol, args: &[Value]) -> Option<Value> {
        let data = self.data(Op::CallRuntime, args, Immediate::Symbol(symbol));
        let inst = self.append(data, symbol.info().returns);
        self.func.inst(inst).results.first().copied()
    }

    /// Calls a compiled function; the status first.
    pub fn call_function(&mut self, callee: Callee, args: &[Value]) -> SmallVec<[Value; 2]> {
        let data = self.data(Op::CallFunction, args, Immediate::Callee(callee));
        let returns = self.func.callees[callee.index()].signature.returns.clone();
        let inst = self.append(data, &returns);
        self.func.inst(inst).results.clone()
    }

    /// Ends the block: returns what the compiled function at `body` answers to `arg`.
    pub fn return_from(&mut self, body: Value, arg: Value) {
        let data = self.data(Op::ReturnFrom, &[body, arg], Immediate::None);
        self.append(data, &[]);
    }

    /// Ends the block: goes on in `block`.
    pub fn jump(&mut self, block: Block, args: &[Value]) {
        let mut data = self.data(Op::Jump, &[], Immediate::None);
        data.targets = Box::new([block_call(block, args)]);
        self.append(data, &[]);
    }

    /// Ends the block: goes on in one of two blocks without parameters.
    pub fn branch_if(&mut self, condition: Value, on_true: Block, on_false: Block) {
        self.branch_with(condition, block_call(on_true, &[]), block_call(on_false, &[]));
    }

    /// Ends the block: goes on in one of two blocks.
    pub fn branch_with(&mut self, condition: Value, on_true: BlockCall, on_false: BlockCall) {
        let mut data = self.data(Op::BranchIf, &[condition], Immediate::None);
        data.targets = Box::new([on_true, on_false]);
        self.append(data, &[]);
    }

    /// Ends the block: goes on in `rest`, or in `exit` if a signal's handler has raised.
    pub fn poll(&mut self, rest: BlockCall, exit: BlockCall) {
        let mut data = self.data(Op::Poll, &[], Immediate::None);
        data.targets = Box::new([rest, exit]);
        self.append(data, &[]);
    }

    /// Ends the block: leaves the function.
    pub fn return_(&mut self, values: &[Value]) {
        let data = self.data(Op::Return, values, Immediate::None);
        self.append(data, &[]);
    }
}

/// A jump target with its arguments.
pub fn block_call(block: Block, args: &[Value]) -> BlockCall {
    BlockCall { block, args: SmallVec::from_slice(args) }
}
