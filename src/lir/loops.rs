//! The natural loops of a function and how they nest.
//!
//! A loop is a header that dominates its latches, the blocks that jump back to it, and whatever reaches a latch
//! without passing the header. Cycles that are entered in two places are no loops here; passes leave them alone.

use smallvec::SmallVec;

use super::cfg::Cfg;
use super::dominators::Dominators;
use super::entities::Block;
use super::function::Function;

/// Names a loop: an index into `Loops`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Loop(pub u32);

/// A natural loop.
#[derive(Clone, Debug)]
pub struct LoopData {
    /// The only block through which the loop is entered.
    pub header: Block,
    /// Blocks of the loop that jump to the header.
    pub latches: SmallVec<[Block; 2]>,
    /// All blocks, those of inner loops included, in reverse postorder: the header is first.
    pub blocks: Vec<Block>,
    /// Edges that leave the loop: from, to.
    pub exits: Vec<(Block, Block)>,
    /// The loop around this one.
    pub parent: Option<Loop>,
    /// 1 for an outermost loop.
    pub depth: u32,
}

/// All natural loops of a function, each after the loops around it.
#[derive(Clone, Debug)]
pub struct Loops {
    loops: Vec<LoopData>,
    innermost: Vec<Option<Loop>>,
}

impl Loops {
    /// Finds the loops.
    pub fn new(func: &Function, cfg: &Cfg, dominators: &Dominators) -> Loops {
        let mut forest = Loops { loops: Vec::new(), innermost: vec![None; func.blocks.len()] };
        for &header in cfg.reverse_postorder() {
            let is_latch = |pred: &&Block| dominators.dominates(header, **pred);
            let latches: SmallVec<[Block; 2]> = cfg.preds(header).iter().filter(is_latch).copied().collect();
            if !latches.is_empty() {
                forest.add(header, latches, cfg);
            }
        }
        for &block in cfg.reverse_postorder() {
            forest.enter(block, func);
        }
        forest
    }

    /// Headers come in reverse postorder, so the loop around the new one is known and is its header's innermost.
    fn add(&mut self, header: Block, latches: SmallVec<[Block; 2]>, cfg: &Cfg) {
        let name = Loop(self.loops.len() as u32);
        let parent = self.innermost[header.index()];
        let depth = parent.map_or(1, |parent| self.data(parent).depth + 1);
        let mut stack: Vec<Block> = latches.to_vec();
        self.innermost[header.index()] = Some(name);
        while let Some(block) = stack.pop() {
            if self.innermost[block.index()] != Some(name) {
                self.innermost[block.index()] = Some(name);
                stack.extend_from_slice(cfg.preds(block));
            }
        }
        self.loops.push(LoopData { header, latches, blocks: Vec::new(), exits: Vec::new(), parent, depth });
    }

    fn enter(&mut self, block: Block, func: &Function) {
        let mut next = self.innermost(block);
        while let Some(name) = next {
            self.loops[name.0 as usize].blocks.push(block);
            for target in func.successors(block) {
                if !self.contains(name, target.block) {
                    self.loops[name.0 as usize].exits.push((block, target.block));
                }
            }
            next = self.data(name).parent;
        }
    }

    /// The loop's data.
    pub fn data(&self, name: Loop) -> &LoopData {
        &self.loops[name.0 as usize]
    }

    /// All loops, each after the loops around it.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Loop, &LoopData)> {
        self.loops.iter().enumerate().map(|(index, data)| (Loop(index as u32), data))
    }

    /// True if the function has no loop.
    pub fn is_empty(&self) -> bool {
        self.loops.is_empty()
    }

    /// The innermost loop around `block`.
    pub fn innermost(&self, block: Block) -> Option<Loop> {
        self.innermost[block.index()]
    }

    /// The number of loops around `block`.
    pub fn depth(&self, block: Block) -> u32 {
        self.innermost(block).map_or(0, |name| self.data(name).depth)
    }

    /// True if `block` belongs to the loop or one inside it.
    pub fn contains(&self, name: Loop, block: Block) -> bool {
        let mut next = self.innermost(block);
        while let Some(inner) = next {
            if inner == name {
                return true;
            }
            next = self.data(inner).parent;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Loops;
    use crate::lir::{Block, Cfg, Dominators, parse_function};

    const NEST: &str = "func f(bool) {
        block0(v0: bool): jump block1
        block1: branch_if v0, block2, block6
        block2: branch_if v0, block3, block4
        block3: branch_if v0, block2, block5
        block4: jump block1
        block5: jump block1
        block6: return
    }";

    #[test]
    fn finds_the_nest() {
        let func = parse_function(NEST).expect("the text is lir");
        let cfg = Cfg::new(&func);
        let dominators = Dominators::new(&cfg, func.blocks.len());
        let loops = Loops::new(&func, &cfg, &dominators);
        let found: Vec<_> = loops.iter().map(|(_, data)| (data.header, data.depth, data.blocks.len())).collect();
        assert_eq!(found, [(Block(1), 1, 5), (Block(2), 2, 2)]);
        let (inner, data) = loops.iter().last().expect("there are two");
        assert_eq!(data.exits.len(), 2);
        assert_eq!(data.latches.as_slice(), [Block(3)]);
        assert!(loops.contains(inner, Block(3)) && !loops.contains(inner, Block(5)));
        assert_eq!((loops.depth(Block(3)), loops.depth(Block(4)), loops.depth(Block(6))), (2, 1, 0));
    }

    #[test]
    fn cycles_with_two_ways_in_are_no_loops() {
        let text = "func f(bool) {
            block0(v0: bool): branch_if v0, block1, block2
            block1: jump block2
            block2: branch_if v0, block1, block3
            block3: return
        }";
        let func = parse_function(text).expect("the text is lir");
        let cfg = Cfg::new(&func);
        let dominators = Dominators::new(&cfg, func.blocks.len());
        assert!(Loops::new(&func, &cfg, &dominators).is_empty());
    }
}
