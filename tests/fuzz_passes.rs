//! Random functions through the passes: what the interpreter answers must not change.
//!
//! The functions look like what lowering writes: nested loops over two arrays with bounds checks, branches, guarded
//! division, accumulators. A wrong answer prints the function; it belongs into `tests/run`, in a file named for its
//! cause. `UPSHIFT_FUZZ_CASES` sets how many functions are made.

use upshift_core::interp::{Bits, InterpError, Options, run_with};
use upshift_core::lir::{
    Block, FloatCond, Function, FunctionBuilder, FunctionId, IntCond, Op, Region, Signature, Type, Unit, Value,
    block_call, verify_function,
};
use upshift_core::passes::osr_entries::osr_entries;
use upshift_core::passes::{PassConfig, Tier, optimize};

mod polling;

const ELEMENTS: usize = 6;
/// Functions that run longer are not compared. What is hoisted out of a loop that never runs adds some.
const STEPS: u64 = 20_000;

#[test]
fn passes_keep_the_answers() {
    let cases = std::env::var("UPSHIFT_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    for seed in 1..=cases {
        check(seed);
    }
}

fn check(seed: u64) {
    let func = Maker::make(seed);
    let errors = verify_function(&func).err().unwrap_or_default();
    // A function without checks leaves the failure block unreached: the first pass drops it.
    let wrong = errors.iter().find(|error| !error.message.contains("does not reach"));
    assert!(wrong.is_none(), "seed {seed}: {errors:#?}\n{func}");
    let plain = Unit { functions: vec![func] };
    let optimized = [Tier::One, Tier::Two].map(|tier| {
        let mut unit = plain.clone();
        optimize(&mut unit.functions[0], &PassConfig::new(tier))
            .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", plain.functions[0]));
        unit
    });
    let mut random = Random(seed ^ 0x9e37_79b9);
    let mut optimized = optimized.to_vec();
    optimized.extend(entering(&optimized[0].functions[0], &mut random));
    for _ in 0..8 {
        let numbers = [(); 4].map(|()| random.number());
        let lengths = [(); 2].map(|()| random.below(ELEMENTS as u64 + 1) as i64);
        let expected = answer(&plain, lengths, numbers, STEPS);
        if expected.0 == Err(InterpError::OutOfSteps) {
            continue;
        }
        for unit in &optimized {
            let found = answer(unit, lengths, numbers, 8 * STEPS);
            assert!(
                found == expected,
                "seed {seed}, lengths {lengths:?}, numbers {numbers:?}: {found:x?}, expected {expected:x?}\n{}\n{}",
                plain.functions[0],
                unit.functions[0]
            );
        }
    }
}

/// The function going over to optimized code in one of its loops, or in any.
fn entering(func: &Function, random: &mut Random) -> Option<Unit> {
    let count = osr_entries(func).len() as u64;
    let chosen = random.below(count + 1) as usize;
    let is_entered = |index| index == chosen || chosen as u64 == count;
    (count > 0).then(|| polling::with_polls(func, Some(Tier::Two), is_entered, 1 << random.below(3)))
}

type Answer = (Result<Vec<Bits>, InterpError>, [[i64; ELEMENTS]; 2]);

fn answer(unit: &Unit, lengths: [i64; 2], numbers: [i64; 4], steps: u64) -> Answer {
    let mut arrays = [[3, -1, 4, 1, -5, 9], [2, 0, 1, -2, 5, 3]];
    let [a, b] = &mut arrays;
    let mut args = vec![Bits::from_ptr(a.as_mut_ptr()), Bits::from_ptr(b.as_mut_ptr())];
    args.extend(lengths.iter().chain(&numbers).map(|&number| Bits::from_int(Type::I64, number)));
    let options = Options { steps, ..Options::default() };
    (run_with(unit, 0, &args, options), arrays)
}

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }

    fn number(&mut self) -> i64 {
        const NUMBERS: [i64; 14] = [0, 1, 2, 3, 4, 5, 6, 7, -1, -2, -3, i64::MAX, i64::MIN, i64::MAX - 2];
        NUMBERS[self.below(14) as usize]
    }
}

/// Writes one function.
struct Maker<'a> {
    build: FunctionBuilder<'a>,
    random: Random,
    arrays: [(Value, Value); 2],
    /// Integers that may be used where the maker stands.
    scope: Vec<Value>,
    /// Where a failed check goes, with a number.
    failure: Block,
}

impl Maker<'_> {
    fn make(seed: u64) -> Function {
        use Type::{I32, I64, Ptr};
        let signature = Signature { params: vec![Ptr, Ptr, I64, I64, I64, I64, I64, I64], returns: vec![I32, I64] };
        let mut func = Function::new(FunctionId(0), format!("seed{seed}"), signature.clone());
        let entry = func.add_block();
        let params: Vec<Value> = signature.params.iter().map(|&ty| func.add_param(entry, ty)).collect();
        let mut build = FunctionBuilder::new(&mut func, entry);
        let failure = build.add_cold_block();
        let number = build.add_param(failure, I64);
        let random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1);
        let arrays = [(params[0], params[2]), (params[1], params[3])];
        let mut maker = Maker { build, random, arrays, scope: params[2..].to_vec(), failure };
        maker.statements(3);
        let result = maker.any();
        maker.finish(0, result);
        maker.build.switch_to(failure);
        maker.finish(1, number);
        func
    }

    fn finish(&mut self, status: i64, number: Value) {
        let status = self.build.const_int(Type::I32, status);
        self.build.return_(&[status, number]);
    }

    fn any(&mut self) -> Value {
        if self.random.below(5) == 0 {
            let number = self.random.number();
            return self.build.const_i64(number);
        }
        // Late values more often: they are the counters and what was just computed.
        let recent = self.scope.len().min(5) as u64;
        let back = if self.random.below(3) == 0 { self.scope.len() as u64 } else { recent };
        self.scope[self.scope.len() - 1 - self.random.below(back) as usize]
    }

    fn statements(&mut self, depth: u32) {
        let before = self.scope.len();
        for _ in 0..1 + self.random.below(4) {
            self.statement(depth);
        }
        let keep = self.any();
        self.scope.truncate(before);
        self.scope.push(keep);
    }

    fn statement(&mut self, depth: u32) {
        match self.random.below(10) {
            0..=2 => {
                let value = self.arithmetic();
                self.scope.push(value);
            }
            3 => self.load(),
            4 => self.store(),
            5 => self.divide(),
            6 if depth > 0 => self.choose(depth - 1),
            7..=9 if depth > 0 => self.repeat(depth - 1),
            _ => self.load(),
        }
    }

    fn arithmetic(&mut self) -> Value {
        let (a, b) = (self.any(), self.any());
        match self.random.below(11) {
            8 => self.narrow(a, b),
            9 => self.float(a, b),
            10 => self.bits(a, b),
            0 | 1 => self.build.add_int(a, b),
            2 | 3 => self.build.sub_int(a, b),
            4 => self.build.mul_int(a, b),
            5 => self.build.and_bits(a, b),
            6 => self.build.shr_sint(a, b),
            _ => {
                let condition = self.condition();
                self.build.select(condition, a, b)
            }
        }
    }

    /// By way of a narrower type.
    fn narrow(&mut self, a: Value, b: Value) -> Value {
        use Op::{AddInt, MulHighSint, MulInt, OrBits, ShlInt, ShrSint, ShrUint, SubInt, XorBits};
        const OPS: [Op; 9] = [AddInt, SubInt, MulInt, MulHighSint, OrBits, XorBits, ShlInt, ShrSint, ShrUint];
        let ty = [Type::I8, Type::I16, Type::I32][self.random.below(3) as usize];
        let (a, b) = (self.build.truncate_int(a, ty), self.build.truncate_int(b, ty));
        let value = self.build.plain_inst(OPS[self.random.below(9) as usize], &[a, b]);
        if self.random.below(2) == 0 {
            self.build.extend_sint(value, Type::I64)
        } else {
            self.build.extend_uint(value, Type::I64)
        }
    }

    /// By way of floats; back by value or by bits.
    fn float(&mut self, a: Value, b: Value) -> Value {
        use Op::{AddFloat, CopysignFloat, DivFloat, MulFloat, SubFloat};
        const BINARY: [Op; 5] = [AddFloat, SubFloat, MulFloat, DivFloat, CopysignFloat];
        const UNARY: [Op; 5] = [Op::NegFloat, Op::AbsFloat, Op::FloorFloat, Op::CeilFloat, Op::RoundEvenFloat];
        let (x, y) = (self.build.sint_to_float(a, Type::F64), self.build.sint_to_float(b, Type::F64));
        let value = self.build.plain_inst(BINARY[self.random.below(5) as usize], &[x, y]);
        let value = self.build.plain_inst(UNARY[self.random.below(5) as usize], &[value]);
        match self.random.below(3) {
            0 => self.build.float_to_sint_sat(value, Type::I64),
            1 => {
                let is_less = self.build.cmp_float(FloatCond::Lt, value, y);
                let other = self.build.not_bool(is_less);
                self.build.extend_uint(other, Type::I64)
            }
            _ => {
                let single = self.build.demote_float(value, Type::F32);
                self.build.float_to_uint_sat(single, Type::I64)
            }
        }
    }

    /// Counts, flags, unsigned order.
    fn bits(&mut self, a: Value, b: Value) -> Value {
        use Op::{AddOverflowsSint, CountLeadingZeros, CountOnes, CountTrailingZeros, MulOverflowsSint};
        const COUNTS: [Op; 3] = [CountOnes, CountLeadingZeros, CountTrailingZeros];
        const FLAGS: [Op; 3] = [AddOverflowsSint, Op::SubOverflowsSint, MulOverflowsSint];
        if self.random.below(2) == 0 {
            return self.build.plain_inst(COUNTS[self.random.below(3) as usize], &[a]);
        }
        let flag = self.build.plain_inst(FLAGS[self.random.below(3) as usize], &[a, b]);
        let wide = self.build.extend_uint(flag, Type::I64);
        let zero = self.build.const_i64(0);
        let is_set = self.build.cmp_int(IntCond::Eq, wide, zero);
        self.build.select(is_set, b, wide)
    }

    fn condition(&mut self) -> Value {
        let cond = IntCond::ALL[self.random.below(IntCond::ALL.len() as u64) as usize];
        let (a, b) = (self.any(), self.any());
        let condition = self.build.cmp_int(cond, a, b);
        if self.random.below(4) == 0 { self.build.not_bool(condition) } else { condition }
    }

    /// Goes on where `condition` holds.
    fn guard(&mut self, condition: Value, number: Value) {
        let next = self.build.add_block();
        self.build.branch_with(condition, block_call(next, &[]), block_call(self.failure, &[number]));
        self.build.switch_to(next);
    }

    /// The address of a checked element.
    fn element(&mut self) -> Value {
        let (ptr, len) = self.arrays[self.random.below(2) as usize];
        let mut index = self.any();
        if self.random.below(3) == 0 {
            let offset = self.build.const_i64(self.random.below(5) as i64 - 2);
            index = self.build.add_int(index, offset);
        }
        let (zero, eight) = (self.build.const_i64(0), self.build.const_i64(8));
        let mut wrapped = index;
        if self.random.below(4) != 0 {
            let is_negative = self.build.cmp_int(IntCond::Slt, index, zero);
            let from_end = self.build.add_int(index, len);
            wrapped = self.build.select(is_negative, from_end, index);
        }
        let is_inside = self.build.cmp_int(IntCond::Ult, wrapped, len);
        self.guard(is_inside, index);
        let offset = self.build.mul_int(wrapped, eight);
        self.build.ptr_add(ptr, offset)
    }

    fn load(&mut self) {
        let address = self.element();
        let value = self.build.load(Type::I64, address, 0, Region::Elements);
        self.scope.push(value);
    }

    fn store(&mut self) {
        let (address, value) = (self.element(), self.any());
        self.build.store(value, address, 0, Region::Elements);
    }

    fn divide(&mut self) {
        let (a, b) = (self.any(), self.any());
        let zero = self.build.const_i64(0);
        let is_safe = self.build.cmp_int(IntCond::Sgt, b, zero);
        self.guard(is_safe, b);
        let value = if self.random.below(2) == 0 { self.build.div_sint(a, b) } else { self.build.rem_sint(a, b) };
        self.scope.push(value);
    }

    fn choose(&mut self, depth: u32) {
        let condition = self.condition();
        let [on_true, on_false, after] = [(); 3].map(|()| self.build.add_block());
        let result = self.build.add_param(after, Type::I64);
        self.build.branch_if(condition, on_true, on_false);
        for block in [on_true, on_false] {
            self.build.switch_to(block);
            let before = self.scope.len();
            self.statements(depth);
            let value = self.any();
            self.scope.truncate(before);
            self.build.jump(after, &[value]);
        }
        self.build.switch_to(after);
        self.scope.push(result);
    }

    /// `for i in range(start, stop)`, `while i < stop: i += step`, or a counter beside the rest of the way.
    fn repeat(&mut self, depth: u32) {
        let (start, stop, accumulator) = (self.any(), self.any(), self.any());
        let kind = self.random.below(4);
        let step = if kind == 0 { 1 } else { [1, 2, -1, -3][self.random.below(4) as usize] };
        let step = self.build.const_i64(step);
        let (zero, one) = (self.build.const_i64(0), self.build.const_i64(1));
        let [header, body, after] = [(); 3].map(|()| self.build.add_block());
        let [counter, rest, sum, twin] = [(); 4].map(|()| self.build.add_param(header, Type::I64));
        let twin_start = if self.random.below(2) == 0 { start } else { zero };
        self.build.jump(header, &[start, stop, accumulator, twin_start]);
        self.build.switch_to(header);
        let test = match kind {
            0 => self.build.cmp_int(IntCond::Slt, counter, stop),
            1 => {
                let conds = [IntCond::Slt, IntCond::Sle, IntCond::Sgt, IntCond::Sge];
                self.build.cmp_int(conds[self.random.below(4) as usize], counter, stop)
            }
            2 => self.build.cmp_int(IntCond::Sgt, rest, zero),
            _ => self.build.cmp_int(IntCond::Ne, rest, zero),
        };
        self.build.branch_if(test, body, after);
        self.build.switch_to(body);
        let before = self.scope.len();
        self.scope.extend([sum, twin, counter]);
        self.statements(depth);
        let next_sum = self.any();
        self.scope.truncate(before);
        let next = self.build.add_int(counter, step);
        let next_rest = self.build.sub_int(rest, one);
        let next_twin = self.build.add_int(twin, step);
        self.build.jump(header, &[next, next_rest, next_sum, next_twin]);
        self.build.switch_to(after);
        self.scope.extend([counter, sum]);
    }
}
