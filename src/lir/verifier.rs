//! Every rule that a function must obey before a pass or a tier sees it.
//!
//! All errors are collected; each names the block or instruction it is about. Structure comes first (tables, blocks,
//! terminators, definitions), then `verifier/insts.rs` checks instructions against their rows, then uses against the
//! dominator tree. Uses in a function whose structure is broken are not looked at: the tree would mean nothing.

use std::fmt;

use super::cfg::Cfg;
use super::dominators::Dominators;
use super::entities::{Block, Inst, Value};
use super::function::{Function, ValueDef};
use super::printer::inst_text;
use super::types::Type;
use super::unit::Unit;

mod insts;

/// A rule that a function breaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// Name of the function.
    pub func: String,
    /// The block, or `func` for the function as a whole.
    pub place: String,
    /// The instruction as text; empty if the error is not about one.
    pub inst: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: ", self.func, self.place)?;
        if !self.inst.is_empty() {
            write!(f, "`{}`: ", self.inst)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for VerifyError {}

/// Checks one function.
///
/// # Errors
/// All rules that it breaks.
pub fn verify_function(func: &Function) -> Result<(), Vec<VerifyError>> {
    let mut verifier = Verifier::new(func);
    verifier.signatures();
    if verifier.layout() && verifier.blocks() {
        verifier.insts();
        verifier.dominance();
    }
    if verifier.errors.is_empty() { Ok(()) } else { Err(verifier.errors) }
}

/// Checks the functions of a unit and how they fit together.
///
/// # Errors
/// All rules that it breaks.
pub fn verify_unit(unit: &Unit) -> Result<(), Vec<VerifyError>> {
    let mut errors = Vec::new();
    if unit.functions.is_empty() {
        let (func, place, inst) = ("unit".into(), "functions".into(), String::new());
        errors.push(VerifyError { func, place, inst, message: "a unit has at least one function".into() });
    }
    for func in &unit.functions {
        errors.extend(verify_function(func).err().into_iter().flatten());
        let mut verifier = Verifier::new(func);
        for (index, callee) in func.callees.iter().enumerate() {
            let known = unit.functions.iter().find(|known| known.id == callee.id);
            if let Some(known) = known.filter(|known| known.signature != callee.signature) {
                let (has, states) = (&known.signature, &callee.signature);
                verifier.func_error(format!("fn{index}: {} has signature {has}, not {states}", callee.id));
            }
        }
        errors.append(&mut verifier.errors);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

struct Verifier<'a> {
    func: &'a Function,
    errors: Vec<VerifyError>,
    /// Block and position of each instruction that is in a block.
    positions: Vec<Option<(Block, u32)>>,
    is_in_layout: Vec<bool>,
}

impl<'a> Verifier<'a> {
    fn new(func: &'a Function) -> Verifier<'a> {
        let positions = vec![None; func.insts.len()];
        Verifier { func, errors: Vec::new(), positions, is_in_layout: vec![false; func.blocks.len()] }
    }

    fn error_at(&mut self, place: String, inst: String, message: String) {
        self.errors.push(VerifyError { func: self.func.name.clone(), place, inst, message });
    }

    fn func_error(&mut self, message: String) {
        self.error_at("func".into(), String::new(), message);
    }

    fn block_error(&mut self, block: Block, message: String) {
        self.error_at(block.to_string(), String::new(), message);
    }

    fn inst_error(&mut self, block: Block, inst: Inst, message: String) {
        self.error_at(block.to_string(), inst_text(self.func, inst), message);
    }

    fn signatures(&mut self) {
        if self.func.signature.returns.len() > 2 {
            self.func_error("a function has at most two results".into());
        }
        for (index, callee) in self.func.callees.iter().enumerate() {
            if callee.signature.returns.len() > 2 {
                self.func_error(format!("fn{index}: a function has at most two results"));
            }
            if callee.signature.returns.first() != Some(&Type::I32) {
                self.func_error(format!("fn{index}: the first result of a compiled function is its status, i32"));
            }
        }
    }

    /// Every block of the layout exists, once; the entry is first.
    fn layout(&mut self) -> bool {
        if self.func.layout.first() != Some(&self.func.entry()) {
            self.func_error("the layout does not begin with block0".into());
            return false;
        }
        let func = self.func;
        let before = self.errors.len();
        for (index, data) in func.values.iter().enumerate() {
            if matches!(data.def, ValueDef::Result(inst, _) if inst.index() >= func.insts.len()) {
                self.func_error(format!("{} is defined by no instruction", Value::from_index(index)));
            }
        }
        for &block in &func.layout {
            match self.is_in_layout.get_mut(block.index()) {
                None => self.func_error(format!("{block} of the layout does not exist")),
                Some(true) => self.func_error(format!("{block} is in the layout twice")),
                Some(seen) => *seen = true,
            }
        }
        self.errors.len() == before
    }

    /// Instructions exist, once; one terminator, at the end; definitions and tables of values agree.
    fn blocks(&mut self) -> bool {
        let before = self.errors.len();
        let func = self.func;
        for &block in &func.layout {
            let data = func.block(block);
            for (position, &param) in data.params.iter().enumerate() {
                self.definition(block, None, param, ValueDef::Param(block, position as u32));
            }
            if data.insts.is_empty() {
                self.block_error(block, "the block is empty".into());
            }
            for (position, &inst) in data.insts.iter().enumerate() {
                self.placement(block, inst, position as u32, position + 1 == data.insts.len());
            }
        }
        self.errors.len() == before
    }

    fn placement(&mut self, block: Block, inst: Inst, position: u32, is_last: bool) {
        let func = self.func;
        let Some(place) = self.positions.get_mut(inst.index()) else {
            return self.block_error(block, format!("{inst} does not exist"));
        };
        if place.replace((block, position)).is_some() {
            self.inst_error(block, inst, "the instruction stands in two places".into());
        }
        let data = func.inst(inst);
        match (data.op.is_terminator(), is_last) {
            (false, true) => self.inst_error(block, inst, "the block does not end with a terminator".into()),
            (true, false) => self.inst_error(block, inst, "a terminator stands before the end of the block".into()),
            (true, true) | (false, false) => {}
        }
        for (index, &result) in data.results.iter().enumerate() {
            self.definition(block, Some(inst), result, ValueDef::Result(inst, index as u32));
        }
    }

    fn definition(&mut self, block: Block, inst: Option<Inst>, value: Value, def: ValueDef) {
        if self.func.values.get(value.index()).is_some_and(|data| data.def == def) {
            return;
        }
        let message = format!("{value} does not say that it is defined here");
        match inst {
            Some(inst) => self.inst_error(block, inst, message),
            None => self.block_error(block, message),
        }
    }

    fn insts(&mut self) {
        let func = self.func;
        let entry_params = &func.block(func.entry()).params;
        let types: Vec<Type> = entry_params.iter().map(|&param| func.type_of(param)).collect();
        if types != func.signature.params {
            self.block_error(func.entry(), "the parameters of the entry are not those of the signature".into());
        }
        if func.lengths.iter().any(|param| func.signature.params.get(param) != Some(&Type::I64)) {
            self.block_error(func.entry(), "a length is a parameter of type i64".into());
        }
        for &block in &func.layout {
            for &inst in &func.block(block).insts {
                self.inst(block, inst);
            }
        }
    }

    fn dominance(&mut self) {
        let func = self.func;
        let cfg = Cfg::new(func);
        if !cfg.preds(func.entry()).is_empty() {
            self.block_error(func.entry(), "a jump leads back to the entry".into());
        }
        let dominators = Dominators::new(&cfg, func.blocks.len());
        for &block in &func.layout {
            if !cfg.is_reachable(block) {
                self.block_error(block, "the entry does not reach the block".into());
                continue;
            }
            for (position, &inst) in func.block(block).insts.iter().enumerate() {
                let data = func.inst(inst);
                let target_args = data.targets.iter().flat_map(|target| &target.args);
                for &value in data.args.iter().chain(target_args) {
                    if !self.is_defined_above(value, block, position as u32, &dominators) {
                        self.inst_error(block, inst, format!("{value} is not defined on every way to its use"));
                    }
                }
            }
        }
    }

    fn is_defined_above(&self, value: Value, block: Block, position: u32, dominators: &Dominators) -> bool {
        let Some(data) = self.func.values.get(value.index()) else { return true };
        match data.def {
            ValueDef::Param(home, index) => {
                let params = self.func.blocks.get(home.index()).map(|home| &home.params);
                let is_there = params.and_then(|params| params.get(index as usize)) == Some(&value);
                is_there && dominators.dominates(home, block)
            }
            ValueDef::Result(inst, _) => match self.positions.get(inst.index()).copied().flatten() {
                Some((home, at)) if home == block => at < position,
                Some((home, _)) => dominators.dominates(home, block),
                None => false,
            },
        }
    }
}
