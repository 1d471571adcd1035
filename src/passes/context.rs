//! What a pass gets beside the function: analyses, computed when asked for and kept until the graph changes.

use std::rc::Rc;

use crate::lir::{Cfg, Dominators, Function, Loops};

/// What a pass did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Changed {
    /// Nothing.
    No,
    /// Instructions, block parameters or jump arguments; the graph of blocks is as it was.
    Insts,
    /// Blocks or jumps: analyses are out of date.
    Graph,
}

impl Changed {
    /// `Insts` if `is_changed`.
    pub fn insts(is_changed: bool) -> Changed {
        if is_changed { Changed::Insts } else { Changed::No }
    }

    /// `Graph` if `is_changed`.
    pub fn graph(is_changed: bool) -> Changed {
        if is_changed { Changed::Graph } else { Changed::No }
    }
}

/// The analyses of the function that the passes work on. One context serves one function.
#[derive(Default)]
pub struct PassContext {
    cfg: Option<Rc<Cfg>>,
    dominators: Option<Rc<Dominators>>,
    loops: Option<Rc<Loops>>,
}

impl PassContext {
    /// The control-flow graph.
    pub fn cfg(&mut self, func: &Function) -> Rc<Cfg> {
        self.cfg.get_or_insert_with(|| Rc::new(Cfg::new(func))).clone()
    }

    /// The dominator tree.
    pub fn dominators(&mut self, func: &Function) -> Rc<Dominators> {
        let cfg = self.cfg(func);
        self.dominators.get_or_insert_with(|| Rc::new(Dominators::new(&cfg, func.blocks.len()))).clone()
    }

    /// The loops.
    pub fn loops(&mut self, func: &Function) -> Rc<Loops> {
        let (cfg, dominators) = (self.cfg(func), self.dominators(func));
        self.loops.get_or_insert_with(|| Rc::new(Loops::new(func, &cfg, &dominators))).clone()
    }

    /// Drops what the change made wrong. The driver calls it after each pass, a pass between its own steps.
    pub fn invalidate(&mut self, changed: Changed) {
        if changed == Changed::Graph {
            *self = PassContext::default();
        }
    }
}
