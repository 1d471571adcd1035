//! The control-flow graph of a function: predecessors and reverse postorder, in dense tables.
//!
//! A snapshot: whoever changes a terminator makes a new one. Blocks that the entry does not reach have no position
//! in the order and count as nobody's predecessor.

use smallvec::SmallVec;

use super::entities::Block;
use super::function::Function;

const UNREACHABLE: u32 = u32::MAX;

/// Predecessors and order of the reachable blocks.
#[derive(Clone, Debug)]
pub struct Cfg {
    preds: Vec<SmallVec<[Block; 4]>>,
    order: Vec<Block>,
    position: Vec<u32>,
}

impl Cfg {
    /// The graph of `func` as it is now. Targets that do not exist are ignored: the verifier reports them.
    pub fn new(func: &Function) -> Cfg {
        let count = func.blocks.len();
        let mut cfg =
            Cfg { preds: vec![SmallVec::new(); count], order: Vec::new(), position: vec![UNREACHABLE; count] };
        if count == 0 {
            return cfg;
        }
        cfg.visit(func);
        cfg.order.reverse();
        for (index, &block) in cfg.order.iter().enumerate() {
            cfg.position[block.index()] = index as u32;
        }
        for &block in &cfg.order {
            for target in func.successors(block).filter(|target| target.block.index() < count) {
                cfg.preds[target.block.index()].push(block);
            }
        }
        cfg
    }

    /// Depth-first search that leaves the blocks in postorder.
    fn visit(&mut self, func: &Function) {
        const SEEN: u32 = 0;
        let mut stack: Vec<(Block, usize)> = vec![(func.entry(), 0)];
        self.position[func.entry().index()] = SEEN;
        while let Some((block, next)) = stack.last_mut() {
            let target = func.terminator(*block).and_then(|data| data.targets.get(*next));
            *next += 1;
            match target {
                None => {
                    self.order.push(*block);
                    stack.pop();
                }
                Some(target) => {
                    if let Some(position) = self.position.get_mut(target.block.index())
                        && *position == UNREACHABLE
                    {
                        *position = SEEN;
                        stack.push((target.block, 0));
                    }
                }
            }
        }
    }

    /// The blocks that jump to `block`, once for each jump: a branch with two equal targets counts twice.
    pub fn preds(&self, block: Block) -> &[Block] {
        &self.preds[block.index()]
    }

    /// The reachable blocks, each before its successors except along back edges.
    pub fn reverse_postorder(&self) -> &[Block] {
        &self.order
    }

    /// The position of `block` in the reverse postorder; `None` if the entry does not reach it.
    pub fn position(&self, block: Block) -> Option<u32> {
        self.position.get(block.index()).copied().filter(|&position| position != UNREACHABLE)
    }

    /// True if the entry reaches `block`.
    pub fn is_reachable(&self, block: Block) -> bool {
        self.position(block).is_some()
    }
}
