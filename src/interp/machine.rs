//! Frames and control flow: runs a function of a unit, an instruction at a time.

use std::fmt;

use smallvec::SmallVec;

use super::bits::Bits;
use super::evaluate::{Evaluated, evaluate};
use super::memory::AlignedBytes;
use super::{calls, memory};
use crate::lir::{Block, BlockCall, Function, FunctionId, Immediate, Inst, InstData, Op, Type, Unit, Value};

/// Why a run did not come to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InterpError {
    /// An instruction's operands violate what its row requires.
    Violation {
        /// The function.
        func: String,
        /// The instruction as text.
        inst: String,
        /// The requirement.
        rule: String,
    },
    /// The budget of steps is used up.
    OutOfSteps,
    /// Calls nest too deeply.
    TooDeep,
    /// Neither the unit nor the resolver knows the function.
    UnknownFunction(FunctionId),
    /// The function got a wrong number of arguments.
    Arguments,
}

impl fmt::Display for InterpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InterpError::Violation { func, inst, rule } => write!(f, "{func}: `{inst}` {rule}"),
            InterpError::OutOfSteps => f.write_str("the budget of steps is used up"),
            InterpError::TooDeep => f.write_str("calls nest too deeply"),
            InterpError::UnknownFunction(id) => write!(f, "{id} is not known"),
            InterpError::Arguments => f.write_str("wrong number of arguments"),
        }
    }
}

impl std::error::Error for InterpError {}

/// Runs functions that the unit does not hold; `None` if it does not know one either.
pub type Resolver<'a> = &'a dyn Fn(FunctionId, &[Bits]) -> Option<Result<Vec<Bits>, InterpError>>;

/// How to run.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Instructions executed at most.
    pub steps: u64,
    /// Calls inside one another at most.
    pub depth: u32,
    /// Functions outside the unit.
    pub resolver: Resolver<'a>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { steps: 1 << 32, depth: 1000, resolver: &|_, _| None }
    }
}

/// Runs `unit.functions[function]` on `args`.
///
/// # Errors
/// See `InterpError`. An exception of the user's program is none: it is a status among the results.
pub fn run(unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, InterpError> {
    run_with(unit, function, args, Options::default())
}

/// The same with a budget and a resolver.
///
/// # Errors
/// As for `run`.
pub fn run_with(unit: &Unit, function: usize, args: &[Bits], options: Options<'_>) -> Result<Vec<Bits>, InterpError> {
    let data = unit.functions.iter().map(|func| func.data.iter().map(|bytes| AlignedBytes::copy_of(bytes)).collect());
    let mut machine = Machine { unit, options, data: data.collect(), depth: 0 };
    machine.call(function, args)
}

struct Machine<'a> {
    unit: &'a Unit,
    options: Options<'a>,
    /// Constant bytes of each function.
    data: Vec<Vec<AlignedBytes>>,
    depth: u32,
}

/// One activation.
struct Frame<'a> {
    func: &'a Function,
    function: usize,
    values: Vec<Bits>,
    slots: Vec<AlignedBytes>,
}

/// What comes after an instruction.
enum Next {
    Inst,
    Block(Block),
    Return(Vec<Bits>),
}

impl<'a> Machine<'a> {
    fn call(&mut self, function: usize, args: &[Bits]) -> Result<Vec<Bits>, InterpError> {
        let func = self.unit.functions.get(function).ok_or(InterpError::Arguments)?;
        if func.signature.params.len() != args.len() {
            return Err(InterpError::Arguments);
        }
        if self.depth == self.options.depth {
            return Err(InterpError::TooDeep);
        }
        self.depth += 1;
        let slots = func.slots.iter().map(|slot| AlignedBytes::zeroed(slot.size as usize)).collect();
        let mut frame = Frame { func, function, values: vec![Bits(0); func.values.len()], slots };
        for (&param, &arg) in func.block(func.entry()).params.iter().zip(args) {
            frame.values[param.index()] = arg;
        }
        let result = self.blocks(&mut frame);
        self.depth -= 1;
        result
    }

    fn blocks(&mut self, frame: &mut Frame<'a>) -> Result<Vec<Bits>, InterpError> {
        let mut block = frame.func.entry();
        'blocks: loop {
            for &inst in &frame.func.block(block).insts {
                self.options.steps = self.options.steps.checked_sub(1).ok_or(InterpError::OutOfSteps)?;
                match self.inst(frame, inst)? {
                    Next::Inst => {}
                    Next::Return(results) => return Ok(results),
                    Next::Block(target) => {
                        block = target;
                        continue 'blocks;
                    }
                }
            }
            unreachable!("a verified block ends with a terminator");
        }
    }

    fn inst(&mut self, frame: &mut Frame<'a>, inst: Inst) -> Result<Next, InterpError> {
        let data = frame.func.inst(inst);
        let args: SmallVec<[Bits; 4]> = data.args.iter().map(|arg| frame.values[arg.index()]).collect();
        let from = data.args.first().map_or(Type::I64, |&arg| frame.func.type_of(arg));
        let to = data.results.first().map_or(Type::I64, |&result| frame.func.type_of(result));
        match data.op {
            Op::Jump | Op::Poll => return Ok(Next::Block(frame.pass(&data.targets[0]))),
            Op::BranchIf => return Ok(Next::Block(frame.pass(&data.targets[usize::from(!args[0].truth())]))),
            Op::Return => return Ok(Next::Return(args.to_vec())),
            // There is no machine code: the address of a body is the function's id.
            Op::ReturnFrom => return Ok(Next::Return(self.call_function(FunctionId(args[0].0 as u32), &args[1..])?)),
            _ => {}
        }
        let violates = |rule: &str| frame.violation(inst, rule);
        match (data.op, data.immediate) {
            (Op::SlotAddress, Immediate::Slot(slot)) => {
                let address = frame.slots[slot.index()].address();
                frame.set(data, &[Bits(address)]);
            }
            (Op::DataAddress, Immediate::Data(bytes)) => {
                let address = self.data[frame.function][bytes.index()].address();
                frame.set(data, &[Bits(address)]);
            }
            (Op::Load | Op::AtomicLoad | Op::RelaxedLoad | Op::Store, Immediate::Memory(place)) => {
                let address = args[0].0.wrapping_add_signed(i64::from(place.offset));
                let ty = data.args.get(1).map_or(to, |&stored| frame.func.type_of(stored));
                let read = access(data.op, address, ty, args.get(1)).map_err(violates)?;
                frame.set(data, read.as_slice());
            }
            (Op::CallRuntime, Immediate::Symbol(symbol)) => {
                let row = symbol.info();
                // SAFETY: the table of symbols states the routine's C signature, which the verifier checked.
                let results = unsafe { calls::call_address(symbol.address(), row.params, row.returns, &args) };
                frame.set(data, &results.map_err(violates)?);
            }
            (Op::CallFunction, Immediate::Callee(callee)) => {
                let results = self.call_function(frame.func.callees[callee.index()].id, &args)?;
                frame.set(data, &results);
            }
            (op, immediate) => match evaluate(op, immediate, from, to, &args) {
                Evaluated::Value(result) => frame.set(data, &[result]),
                Evaluated::Violates(rule) => return Err(violates(rule)),
                Evaluated::NotPure => unreachable!("a verified instruction carries what its row says"),
            },
        }
        Ok(Next::Inst)
    }

    fn call_function(&mut self, id: FunctionId, args: &[Bits]) -> Result<Vec<Bits>, InterpError> {
        match self.unit.functions.iter().position(|known| known.id == id) {
            Some(function) => self.call(function, args),
            None => (self.options.resolver)(id, args).unwrap_or(Err(InterpError::UnknownFunction(id))),
        }
    }
}

fn access(op: Op, address: u64, ty: Type, stored: Option<&Bits>) -> Result<Option<Bits>, &'static str> {
    memory::check(address, ty)?;
    // SAFETY: checked just now, and the function promises the rest.
    unsafe {
        match stored {
            Some(&stored) => memory::store(address, ty, stored),
            None if matches!(op, Op::AtomicLoad | Op::RelaxedLoad) => {
                return Ok(Some(memory::load_acquire(address, ty)));
            }
            None => return Ok(Some(memory::load(address, ty))),
        }
    }
    Ok(None)
}

impl Frame<'_> {
    /// Passes a jump's arguments, all at once: a parameter may stand among them.
    fn pass(&mut self, target: &BlockCall) -> Block {
        let args: SmallVec<[Bits; 4]> = target.args.iter().map(|arg| self.values[arg.index()]).collect();
        let func = self.func;
        self.assign(&func.block(target.block).params, &args);
        target.block
    }

    fn set(&mut self, data: &InstData, results: &[Bits]) {
        self.assign(&data.results, results);
    }

    fn assign(&mut self, values: &[Value], bits: &[Bits]) {
        for (value, &bits) in values.iter().zip(bits) {
            self.values[value.index()] = bits;
        }
    }

    fn violation(&self, inst: Inst, rule: &str) -> InterpError {
        let inst = crate::lir::inst_text(self.func, inst);
        InterpError::Violation { func: self.func.name.clone(), inst, rule: rule.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::{InterpError, Options, run, run_with};
    use crate::interp::Bits;
    use crate::lir::{FunctionId, Type, Unit, parse_functions};

    fn unit(text: &str) -> Unit {
        Unit { functions: parse_functions(text).expect("the text is lir") }
    }

    const COUNT_DOWN: &str = "func f(i64) -> i32 id 1 {
            fn0 = function1(i64) -> i32
        block0(v0: i64):
            v1 = const_int.i64 0
            v2 = cmp_int eq v0, v1
            branch_if v2, block1, block2
        block1:
            v3 = const_int.i32 0
            return v3
        block2:
            v4 = const_int.i64 1
            v5 = sub_int v0, v4
            v6 = call_function fn0(v5)
            return v6
        }";

    #[test]
    fn calls_nest_as_deeply_as_allowed() {
        let unit = unit(COUNT_DOWN);
        let call = |depth| run(&unit, 0, &[Bits::from_int(Type::I64, depth)]);
        assert_eq!(call(999), Ok(vec![Bits(0)]));
        assert_eq!(call(1000), Err(InterpError::TooDeep));
    }

    #[test]
    fn steps_are_limited() {
        let unit = unit("func f() { block0: jump block1 block1: jump block1 }");
        let options = Options { steps: 1000, ..Options::default() };
        assert_eq!(run_with(&unit, 0, &[], options), Err(InterpError::OutOfSteps));
    }

    #[test]
    fn resolver_runs_what_the_unit_lacks() {
        let text = COUNT_DOWN.replace("fn0 = function1", "fn0 = function7");
        let unit = unit(&text);
        let args = [Bits(5)];
        assert_eq!(run(&unit, 0, &args), Err(InterpError::UnknownFunction(FunctionId(7))));
        let resolver = |id: FunctionId, args: &[Bits]| Some(Ok(vec![Bits(u64::from(id.0) * 10 + args[0].0)]));
        let options = Options { resolver: &resolver, ..Options::default() };
        assert_eq!(run_with(&unit, 0, &args, options), Ok(vec![Bits(74)]));
    }
}
