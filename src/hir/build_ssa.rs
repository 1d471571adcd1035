//! Variables to SSA values, after Braun et al., "Simple and Efficient Construction of Static Single Assignment
//! Form" (CC 2013).
//!
//! Reading a variable walks up single predecessors and makes a parameter where blocks meet. What the predecessors
//! pass is looked up when all blocks are built, so that nothing recurses and no block needs sealing; parameters
//! that turn out to receive one value are then removed, until nothing changes.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::build_blocks::Graph;
use super::function::{
    Block, BlockCall, BlockData, Function, Inst, InstData, Location, Op, Terminator, Value, ValueData, ValueDef,
};
use super::inner::InnerFunction;
use crate::bytecode::{Code, Constant, Decoded, LocalKind};

/// What a parameter of a block stands for.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// A variable.
    Variable(u32),
    /// A position of the stack.
    Stack(u32),
}

/// How a block ends.
pub(super) struct End {
    /// The end of its instructions.
    pub(super) length: usize,
    /// The terminator, without arguments.
    pub(super) terminator: Terminator,
    /// The edge of its exceptions, without arguments.
    pub(super) handler: Option<BlockCall>,
    /// Where the terminator stands.
    pub(super) location: Location,
}

struct Param {
    value: Value,
    block: u32,
    source: Source,
    /// Position of the first operand; there is one for each predecessor.
    operands: usize,
}

/// The function under construction.
pub(super) struct Ssa<'a> {
    code: &'a Code,
    locals: &'a [(Arc<str>, LocalKind)],
    graph: &'a Graph,
    variable_count: usize,
    /// For each block and variable the value at the end of what is built of the block, plus 1; 0 if not known.
    definitions: Vec<u32>,
    params: Vec<Param>,
    entry_params: usize,
    entry_names: Vec<Arc<str>>,
    /// Instructions that the entry starts with: values of variables before anything is stored.
    prologue: Vec<InstData>,
    /// `False` and `True` in the prologue.
    flags: [Option<Value>; 2],
    values: Vec<ValueData>,
    /// Instructions so far.
    pub(super) insts: Vec<InstData>,
}

impl<'a> Ssa<'a> {
    /// An empty function whose first variables are the code's locals; those after them are flags.
    pub(super) fn new(
        code: &'a Code,
        decoded: &'a Decoded<'a>,
        graph: &'a Graph,
        flag_count: usize,
        parameters: &[u32],
    ) -> Self {
        let variable_count = decoded.locals.len() + flag_count;
        let instruction_count = decoded.instructions.len();
        let mut ssa = Ssa {
            code,
            locals: &decoded.locals,
            graph,
            variable_count,
            definitions: vec![0; variable_count * graph.blocks.len()],
            params: Vec::new(),
            entry_params: parameters.len(),
            entry_names: Vec::with_capacity(parameters.len()),
            prologue: Vec::new(),
            flags: [None; 2],
            values: Vec::with_capacity(instruction_count),
            insts: Vec::with_capacity(instruction_count),
        };
        for (&slot, index) in parameters.iter().zip(0..) {
            let name = decoded.locals[slot as usize].0.clone();
            let value = ssa.new_value(ValueDef::Param(Block(0), index), Some(name.clone()));
            ssa.write(0, slot, value);
            ssa.entry_names.push(name);
        }
        ssa
    }

    /// Sets a variable.
    pub(super) fn write(&mut self, block: usize, variable: u32, value: Value) {
        self.definitions[block * self.variable_count + variable as usize] = value.0 + 1;
    }

    /// The value of a variable.
    pub(super) fn read(&mut self, block: usize, variable: u32) -> Value {
        let graph = self.graph;
        let mut defining = block;
        let value = loop {
            let known = self.definitions[defining * self.variable_count + variable as usize];
            if known != 0 {
                break Value(known - 1);
            }
            match graph.blocks[defining].predecessors[..] {
                [] => break self.initial(variable),
                _ if graph.blocks[defining].is_resumed => break self.new_param(defining, Source::Variable(variable)),
                [pred] => defining = pred as usize,
                _ => break self.new_param(defining, Source::Variable(variable)),
            }
        };
        let mut known = block;
        while known != defining {
            self.write(known, variable, value);
            known = graph.blocks[known].predecessors[0] as usize;
        }
        self.write(defining, variable, value);
        value
    }

    /// Adds a parameter to a block.
    pub(super) fn new_param(&mut self, block: usize, source: Source) -> Value {
        let variable = match source {
            Source::Variable(variable) => self.locals.get(variable as usize).map(|local| local.0.clone()),
            Source::Stack(_) => None,
        };
        let value = self.new_value(ValueDef::Param(Block(block as u32), 0), variable);
        self.params.push(Param { value, block: block as u32, source, operands: 0 });
        value
    }

    /// Appends an instruction with a result.
    pub(super) fn emit(&mut self, op: Op, args: SmallVec<[Value; 4]>, location: Location) -> Value {
        let result = self.new_value(ValueDef::Result(Inst::from_index(self.insts.len())), None);
        self.insts.push(InstData { op, args, result: Some(result), location });
        result
    }

    /// The constant `True` or `False` of the prologue.
    pub(super) fn flag(&mut self, is_set: bool) -> Value {
        match self.flags[usize::from(is_set)] {
            Some(value) => value,
            None => {
                let value = self.prepend(Op::Constant(Constant::Bool(is_set)), None);
                self.flags[usize::from(is_set)] = Some(value);
                value
            }
        }
    }

    /// Notes the variable that a value is stored to.
    pub(super) fn name(&mut self, value: Value, variable: &Arc<str>) {
        self.values[value.index()].variable.get_or_insert_with(|| variable.clone());
    }

    /// The instruction of a value, if it is the result of one outside the prologue.
    pub(super) fn defining_op(&self, value: Value) -> Option<&Op> {
        match self.values[value.index()].def {
            ValueDef::Result(inst) => self.insts.get(inst.index()).map(|inst| &inst.op),
            ValueDef::Param(..) => None,
        }
    }

    /// The instruction that gives a value.
    pub(super) fn definition_mut(&mut self, value: Value) -> Option<&mut InstData> {
        match self.values[value.index()].def {
            ValueDef::Result(inst) => self.insts.get_mut(inst.index()),
            ValueDef::Param(..) => None,
        }
    }

    /// What a variable holds when the function starts.
    fn initial(&mut self, variable: u32) -> Value {
        match self.locals.get(variable as usize) {
            Some((name, _)) => self.prepend(Op::Undefined, Some(name.clone())),
            None => self.flag(false),
        }
    }

    fn prepend(&mut self, op: Op, variable: Option<Arc<str>>) -> Value {
        // The number is set when the function is finished; no instruction has this one.
        let result = self.new_value(ValueDef::Result(Inst(u32::MAX)), variable);
        self.prologue.push(InstData { op, args: smallvec![], result: Some(result), location: Location::default() });
        result
    }

    fn new_value(&mut self, def: ValueDef, variable: Option<Arc<str>>) -> Value {
        let value = Value::from_index(self.values.len());
        self.values.push(ValueData { def, variable });
        value
    }

    /// Completes the function. `blocks` holds the end of each block; `stack_value` gives, for a block and one before it, the
    /// value at a position of the stack on the way.
    pub(super) fn finish(
        mut self,
        inner: Vec<Arc<InnerFunction>>,
        blocks: Vec<End>,
        stack_value: impl Fn(usize, usize, usize) -> Value,
    ) -> Function {
        let operands = self.collect_operands(stack_value);
        self.params.sort_by_key(|param| param.block);
        let mut replaced: Vec<Value> = (0..self.values.len()).map(Value::from_index).collect();
        remove_trivial(&mut self.params, self.graph, &operands, &mut replaced);
        for index in 0..replaced.len() {
            replaced[index] = resolve(&mut replaced, Value::from_index(index));
        }
        self.remove_unused(&blocks, &operands, &replaced);
        Finisher::new(self, operands, replaced).finish(inner, blocks)
    }

    fn collect_operands(&mut self, stack_value: impl Fn(usize, usize, usize) -> Value) -> Vec<Value> {
        let graph = self.graph;
        let mut operands = Vec::new();
        let mut index = 0;
        // Looking up adds parameters.
        while index < self.params.len() {
            let Param { block, source, .. } = self.params[index];
            self.params[index].operands = operands.len();
            for &pred in &graph.blocks[block as usize].predecessors {
                operands.push(match source {
                    Source::Variable(variable) => self.read(pred as usize, variable),
                    Source::Stack(position) => stack_value(block as usize, pred as usize, position as usize),
                });
            }
            index += 1;
        }
        operands
    }
}

impl Ssa<'_> {
    /// Removes parameters that nothing uses: paths may meet with values of different types on the stack, only to
    /// pop them, as chained comparisons do.
    fn remove_unused(&mut self, blocks: &[End], operands: &[Value], replaced: &[Value]) {
        if self.params.is_empty() {
            return;
        }
        let mut is_used = vec![false; self.values.len()];
        let conditions = blocks.iter().filter_map(|end| match &end.terminator {
            Terminator::Jump(_) => None,
            Terminator::Branch(value, ..)
            | Terminator::Yield(value, _)
            | Terminator::Return(value)
            | Terminator::Raise(value)
            | Terminator::Reraise(value) => Some(value),
        });
        for value in self.insts.iter().flat_map(|inst| &inst.args).chain(conditions) {
            is_used[replaced[value.index()].index()] = true;
        }
        let mut is_visited = vec![false; self.params.len()];
        let mut param_of = vec![usize::MAX; self.values.len()];
        for (index, param) in self.params.iter().enumerate() {
            param_of[param.value.index()] = index;
        }
        let mut pending: Vec<usize> = (0..self.params.len()).collect();
        while let Some(index) = pending.pop() {
            let param = &self.params[index];
            if !is_used[param.value.index()] || std::mem::replace(&mut is_visited[index], true) {
                continue;
            }
            let count = self.graph.blocks[param.block as usize].predecessors.len();
            for operand in &operands[param.operands..param.operands + count] {
                let operand = replaced[operand.index()].index();
                is_used[operand] = true;
                if param_of[operand] != usize::MAX {
                    pending.push(param_of[operand]);
                }
            }
        }
        self.params.retain(|param| is_used[param.value.index()]);
    }
}

/// Removes parameters that receive one value besides themselves.
fn remove_trivial(params: &mut Vec<Param>, graph: &Graph, operands: &[Value], replaced: &mut [Value]) {
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        params.retain(|param| {
            // What a generator has when it is resumed comes out of its frame.
            if graph.blocks[param.block as usize].is_resumed {
                return true;
            }
            let count = graph.blocks[param.block as usize].predecessors.len();
            let mut only = None;
            for &operand in &operands[param.operands..param.operands + count] {
                let operand = resolve(replaced, operand);
                if operand != param.value && only.replace(operand).is_some_and(|other| other != operand) {
                    return true;
                }
            }
            let Some(only) = only else { return true };
            replaced[param.value.index()] = only;
            has_changed = true;
            false
        });
    }
}

/// The value that stands for `value`, halving the path to it.
fn resolve(replaced: &mut [Value], mut value: Value) -> Value {
    while replaced[value.index()] != value {
        let next = replaced[replaced[value.index()].index()];
        replaced[value.index()] = next;
        value = next;
    }
    value
}

/// Numbers values and instructions in the order of blocks, and fills in the arguments of jumps.
struct Finisher<'a> {
    ssa: Ssa<'a>,
    operands: Vec<Value>,
    /// For each value the one that stands for it.
    replaced: Vec<Value>,
    /// For each value that is left its number.
    numbers: Vec<u32>,
    values: Vec<ValueData>,
    /// For each block its first parameter in `ssa.params`.
    first_params: Vec<usize>,
}

impl<'a> Finisher<'a> {
    fn new(ssa: Ssa<'a>, operands: Vec<Value>, replaced: Vec<Value>) -> Self {
        let mut first_params = Vec::with_capacity(ssa.graph.blocks.len() + 1);
        let mut param = 0;
        for block in 0..=ssa.graph.blocks.len() {
            while ssa.params.get(param).is_some_and(|param| (param.block as usize) < block) {
                param += 1;
            }
            first_params.push(param);
        }
        let numbers = vec![u32::MAX; ssa.values.len()];
        let values = Vec::with_capacity(ssa.values.len());
        Finisher { ssa, operands, replaced, numbers, values, first_params }
    }

    fn finish(mut self, inner: Vec<Arc<InnerFunction>>, ends: Vec<End>) -> Function {
        let mut insts = std::mem::take(&mut self.ssa.prologue);
        let prologue_length = insts.len();
        insts.append(&mut self.ssa.insts);
        let mut blocks = Vec::with_capacity(ends.len());
        let mut start = 0;
        for (index, End { length, terminator, handler, location }) in ends.into_iter().enumerate() {
            let end = length + prologue_length;
            let params = self.number_params(index);
            for (inst, data) in insts.iter().enumerate().take(end).skip(start) {
                if let Some(result) = data.result {
                    self.number(result, ValueDef::Result(Inst::from_index(inst)));
                }
            }
            let insts = (start..end).map(Inst::from_index).collect();
            blocks.push(BlockData { params, insts, terminator, handler, location });
            start = end;
        }
        for inst in &mut insts {
            for arg in inst.args.iter_mut().chain(&mut inst.result) {
                *arg = self.renamed(*arg);
            }
        }
        for (index, block) in blocks.iter_mut().enumerate() {
            self.rename_terminator(index as u32, &mut block.terminator);
            if let Some(handler) = &mut block.handler {
                self.fill(index as u32, handler);
            }
        }
        let code = self.ssa.code;
        Function {
            name: code.qualname.clone(),
            filename: code.filename.clone(),
            first_line: code.first_line,
            params: self.ssa.entry_names,
            blocks,
            insts,
            values: self.values,
            inner,
            is_generator: code.flags & Code::GENERATOR != 0,
        }
    }

    fn number(&mut self, value: Value, def: ValueDef) -> Value {
        let number = Value::from_index(self.values.len());
        self.numbers[value.index()] = number.0;
        self.values.push(ValueData { def, variable: self.ssa.values[value.index()].variable.take() });
        number
    }

    fn number_params(&mut self, block: usize) -> Vec<Value> {
        let id = Block::from_index(block);
        if block == 0 {
            // They are the first values.
            let params = 0..self.ssa.entry_params;
            return params
                .map(|index| self.number(Value::from_index(index), ValueDef::Param(id, index as u32)))
                .collect();
        }
        let first = self.first_params[block];
        (first..self.first_params[block + 1])
            .map(|param| {
                let value = self.ssa.params[param].value;
                self.number(value, ValueDef::Param(id, (param - first) as u32))
            })
            .collect()
    }

    fn renamed(&self, value: Value) -> Value {
        Value(self.numbers[self.replaced[value.index()].index()])
    }

    fn rename_terminator(&self, block: u32, terminator: &mut Terminator) {
        match terminator {
            Terminator::Jump(call) => self.fill(block, call),
            Terminator::Yield(value, call) => {
                *value = self.renamed(*value);
                self.fill(block, call);
            }
            Terminator::Branch(condition, then_call, else_call) => {
                *condition = self.renamed(*condition);
                self.fill(block, then_call);
                self.fill(block, else_call);
            }
            Terminator::Return(value) | Terminator::Raise(value) | Terminator::Reraise(value) => {
                *value = self.renamed(*value);
            }
        }
    }

    fn fill(&self, pred: u32, call: &mut BlockCall) {
        let target = call.block.index();
        let params = &self.ssa.params[self.first_params[target]..self.first_params[target + 1]];
        if params.is_empty() {
            return;
        }
        let edge = self.ssa.graph.blocks[target].predecessors.iter().position(|&other| other == pred);
        let edge = edge.expect("the graph has an edge for each jump");
        call.args = params.iter().map(|param| self.renamed(self.operands[param.operands + edge])).collect();
    }
}
