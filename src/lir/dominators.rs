//! The dominator tree: block a dominates block b if every way from the entry to b goes through a.
//!
//! Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), over positions in the reverse postorder.
//! A numbering of the tree then answers `dominates` in constant time. A snapshot, like `Cfg`.

use super::cfg::Cfg;
use super::entities::Block;

const NONE: u32 = u32::MAX;

/// The dominator tree of the reachable blocks.
#[derive(Clone, Debug)]
pub struct Dominators {
    /// Immediate dominator of each block.
    parent: Vec<Option<Block>>,
    /// First and last number of the block's subtree in a walk of the tree; `NONE` if unreachable.
    range: Vec<(u32, u32)>,
    preorder: Vec<Block>,
}

impl Dominators {
    /// The tree of the graph.
    pub fn new(cfg: &Cfg, block_count: usize) -> Dominators {
        let order = cfg.reverse_postorder();
        let parents = immediate_dominators(cfg);
        let mut tree = Dominators {
            parent: vec![None; block_count],
            range: vec![(NONE, NONE); block_count],
            preorder: Vec::new(),
        };
        for (position, &block) in order.iter().enumerate().skip(1) {
            tree.parent[block.index()] = Some(order[parents[position] as usize]);
        }
        tree.number(order, &parents);
        tree
    }

    /// Sizes of subtrees bottom-up, then first numbers top-down: no recursion, whatever the depth.
    fn number(&mut self, order: &[Block], parents: &[u32]) {
        let mut sizes = vec![1u32; order.len()];
        for position in (1..order.len()).rev() {
            sizes[parents[position] as usize] += sizes[position];
        }
        let mut first = vec![0u32; order.len()];
        let mut next_child: Vec<u32> = vec![1; order.len()];
        self.preorder = order.to_vec();
        for (position, &block) in order.iter().enumerate() {
            if position > 0 {
                let parent = parents[position] as usize;
                first[position] = next_child[parent];
                next_child[parent] += sizes[position];
            }
            next_child[position] = first[position] + 1;
            self.range[block.index()] = (first[position], first[position] + sizes[position] - 1);
            self.preorder[first[position] as usize] = block;
        }
    }

    /// The block's immediate dominator; `None` for the entry and unreachable blocks.
    pub fn parent(&self, block: Block) -> Option<Block> {
        self.parent[block.index()]
    }

    /// The reachable blocks, each before all that it dominates, and those right behind it.
    pub fn preorder(&self) -> &[Block] {
        &self.preorder
    }

    /// True if `a` dominates `b`; every reachable block dominates itself.
    pub fn dominates(&self, a: Block, b: Block) -> bool {
        let (first, last) = self.range[a.index()];
        let (number, _) = self.range[b.index()];
        number != NONE && first <= number && number <= last
    }
}

/// For each position of the reverse postorder the position of the immediate dominator; the entry has itself.
fn immediate_dominators(cfg: &Cfg) -> Vec<u32> {
    let order = cfg.reverse_postorder();
    let mut parents = vec![NONE; order.len()];
    if let Some(entry) = parents.first_mut() {
        *entry = 0;
    }
    let mut is_changed = true;
    while is_changed {
        is_changed = false;
        for (position, &block) in order.iter().enumerate().skip(1) {
            let preds = cfg.preds(block).iter().filter_map(|&pred| cfg.position(pred));
            let known = preds.filter(|&pred| parents[pred as usize] != NONE);
            let parent = known.reduce(|a, b| intersect(&parents, a, b)).unwrap_or(NONE);
            if parents[position] != parent {
                parents[position] = parent;
                is_changed = true;
            }
        }
    }
    parents
}

fn intersect(parents: &[u32], mut a: u32, mut b: u32) -> u32 {
    while a != b {
        while a > b {
            a = parents[a as usize];
        }
        while b > a {
            b = parents[b as usize];
        }
    }
    a
}

#[cfg(test)]
mod tests {
    use super::Dominators;
    use crate::lir::{Block, Cfg, parse_function};

    /// By definition: a dominates b if b cannot be reached without a.
    fn dominates_by_search(cfg: &Cfg, a: Block, b: Block) -> bool {
        let mut seen = vec![a, b];
        let mut open = vec![b];
        if a == b {
            return true;
        }
        while let Some(block) = open.pop() {
            if block == Block(0) {
                return false;
            }
            for &pred in cfg.preds(block) {
                if !seen.contains(&pred) {
                    seen.push(pred);
                    open.push(pred);
                }
            }
        }
        true
    }

    #[test]
    fn agrees_with_the_definition() {
        // Irreducible, with a loop, a diamond and an unreachable block.
        let text = "func f(bool) {
            block0(v0: bool): branch_if v0, block1, block2
            block1: branch_if v0, block2, block3
            block2: branch_if v0, block1, block4
            block3: branch_if v0, block4, block5
            block4: branch_if v0, block3, block6
            block5: jump block6
            block6: branch_if v0, block3, block7
            block7: return
            block8: jump block7
        }";
        let func = parse_function(text).expect("the text is lir");
        let cfg = Cfg::new(&func);
        let dominators = Dominators::new(&cfg, func.blocks.len());
        for a in (0..8).map(Block) {
            for b in (0..8).map(Block) {
                assert_eq!(dominators.dominates(a, b), dominates_by_search(&cfg, a, b), "{a}, {b}");
            }
        }
        assert!(!dominators.dominates(Block(0), Block(8)) && !cfg.is_reachable(Block(8)));
        assert_eq!(dominators.preorder().len(), 8);
    }
}
