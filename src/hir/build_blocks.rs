//! Basic blocks of stack code: the reachable ones, in reverse postorder.
//!
//! A block whose exceptions are caught has an edge to the handler. So that the handler finds in each variable what it
//! held at the raise, stores stand before everything that may raise: a store behind such an instruction starts a new
//! block. So the variables at the end of a block are those of each exception in it.

use smallvec::SmallVec;

use crate::bytecode::{Decoded, Handler, Instruction, Rejection};
use crate::hir::Location;
use crate::refusal::Reason;

/// A basic block.
pub(super) struct GraphBlock {
    /// Its first instruction.
    pub(super) start: usize,
    /// The instruction after its last.
    pub(super) end: usize,
    /// Where it goes: the next instruction first, then the jump target.
    pub(super) successors: SmallVec<[u32; 2]>,
    /// Where it comes from: a block stands once for each edge.
    pub(super) predecessors: SmallVec<[u32; 2]>,
    /// It is the body of a `for`, entered with an iterator that has an item.
    pub(super) is_iteration: bool,
    /// It is the body of a `yield from`, entered with an iterator that has an item.
    pub(super) is_delegation: bool,
    /// It is entered from a `yield from` whose iterator has no more items.
    pub(super) ends_delegation: bool,
    /// It is entered when the generator is resumed: what it needs of before is passed to it.
    pub(super) is_resumed: bool,
    /// Where its exceptions are caught.
    pub(super) handler: Option<Catch>,
    /// It is a handler: entered with an exception, and below it the place of the exception if true.
    pub(super) catches: Option<bool>,
}

/// The edge of an exception.
#[derive(Clone, Copy)]
pub(super) struct Catch {
    /// The handler.
    pub(super) block: u32,
    /// How many entries of the stack it keeps.
    pub(super) depth: usize,
}

/// The blocks, in reverse postorder; the first is the entry.
pub(super) struct Graph {
    pub(super) blocks: Vec<GraphBlock>,
}

impl Graph {
    /// Finds the blocks.
    pub(super) fn new(decoded: &Decoded<'_>) -> Result<Self, Rejection> {
        let regions = regions(decoded);
        let (starts, block_of) = split(decoded, &regions)?;
        let end = |block: usize| starts.get(block + 1).map_or(decoded.instructions.len(), |&start| start as usize);
        let mut successors: Vec<SmallVec<[u32; 2]>> = Vec::with_capacity(starts.len());
        for block in 0..starts.len() {
            let last = &decoded.instructions[end(block) - 1];
            let mut list = SmallVec::new();
            if last.falls_through() {
                if block + 1 == starts.len() {
                    return Err(damaged("it runs past its end", decoded.locations[end(block) - 1]));
                }
                list.push(block as u32 + 1);
            }
            list.extend(last.target().map(|target| block_of[target as usize]));
            successors.push(list);
        }
        // The handler of each block that may raise.
        let caught: Vec<Option<&Handler>> = (0..starts.len())
            .map(|block| {
                let range = starts[block] as usize..end(block);
                let handler = regions[range.start].map(|region| &decoded.handlers[region as usize]);
                handler.filter(|_| decoded.instructions[range].iter().any(Instruction::can_raise))
            })
            .collect();
        let targets: Vec<SmallVec<[u32; 3]>> = successors
            .iter()
            .zip(&caught)
            .map(|(list, handler)| {
                list.iter().copied().chain(handler.map(|handler| block_of[handler.target as usize])).collect()
            })
            .collect();
        let order = reverse_postorder(&targets);
        let mut number = vec![u32::MAX; starts.len()];
        for (index, &block) in order.iter().enumerate() {
            number[block as usize] = index as u32;
        }
        let mut blocks: Vec<GraphBlock> = order
            .iter()
            .map(|&block| GraphBlock {
                start: starts[block as usize] as usize,
                end: end(block as usize),
                successors: successors[block as usize].iter().map(|&succ| number[succ as usize]).collect(),
                predecessors: SmallVec::new(),
                is_iteration: false,
                is_delegation: false,
                ends_delegation: false,
                is_resumed: false,
                handler: caught[block as usize].map(|handler| Catch {
                    block: number[block_of[handler.target as usize] as usize],
                    depth: handler.depth as usize,
                }),
                catches: None,
            })
            .collect();
        for block in 0..blocks.len() {
            for succ in blocks[block].successors.clone() {
                blocks[succ as usize].predecessors.push(block as u32);
            }
        }
        let mut graph = Graph { blocks };
        for (&block, index) in order.iter().zip(0..) {
            if let Some(handler) = caught[block as usize] {
                graph.add_handler(index, handler.pushes_place, decoded)?;
            }
        }
        graph.mark_iterations(decoded)?;
        Ok(graph)
    }

    /// Adds the edge from a block to its handler, which nothing else may enter.
    fn add_handler(&mut self, block: u32, pushes_place: bool, decoded: &Decoded<'_>) -> Result<(), Rejection> {
        let Some(catch) = self.blocks[block as usize].handler else { return Ok(()) };
        let handler = &mut self.blocks[catch.block as usize];
        let is_new = handler.catches.is_none() && handler.predecessors.is_empty() && catch.block != 0;
        if !is_new && handler.catches != Some(pushes_place) {
            return Err(damaged("a handler is entered without an exception", decoded.locations[handler.start]));
        }
        handler.catches = Some(pushes_place);
        handler.predecessors.push(block);
        Ok(())
    }

    fn mark_iterations(&mut self, decoded: &Decoded<'_>) -> Result<(), Rejection> {
        for block in 0..self.blocks.len() {
            let last = self.blocks[block].end - 1;
            let successors = self.blocks[block].successors.clone();
            let blocks = &mut self.blocks;
            let mut mark = |successor: usize, set: fn(&mut GraphBlock)| {
                let target = &mut blocks[successors[successor] as usize];
                if target.predecessors.len() != 1 {
                    return Err(damaged("a jump leads to the start of a loop's body", decoded.locations[last]));
                }
                set(target);
                Ok(())
            };
            match decoded.instructions[last] {
                Instruction::ForIter(_) => mark(0, |block| block.is_iteration = true)?,
                Instruction::Send(_) => {
                    mark(0, |block| block.is_delegation = true)?;
                    mark(1, |block| block.ends_delegation = true)?;
                }
                Instruction::Yield => mark(0, |block| block.is_resumed = true)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// For each instruction the handler of its exceptions, by its index.
fn regions(decoded: &Decoded<'_>) -> Vec<Option<u32>> {
    let mut regions = vec![None; decoded.instructions.len()];
    for (handler, index) in decoded.handlers.iter().zip(0..) {
        if handler.start < handler.end {
            regions[handler.start as usize..handler.end as usize].fill(Some(index));
        }
    }
    regions
}

/// The first instruction of each block, and the block of each instruction that starts one.
fn split(decoded: &Decoded<'_>, regions: &[Option<u32>]) -> Result<(Vec<u32>, Vec<u32>), Rejection> {
    let count = decoded.instructions.len();
    if count == 0 {
        return Err(damaged("it is empty", Location::default()));
    }
    // 1 marks a start; then the number of the block.
    let mut block_of = vec![0u32; count + 1];
    block_of[0] = 1;
    for (index, instruction) in decoded.instructions.iter().enumerate() {
        if let Some(target) = instruction.target() {
            if target == 0 {
                return Err(damaged("a jump leads to its first instruction", decoded.locations[index]));
            }
            if target as usize >= count {
                return Err(damaged("a jump leads past its end", decoded.locations[index]));
            }
            block_of[target as usize] = 1;
            block_of[index + 1] = 1;
        } else if !instruction.falls_through() || *instruction == Instruction::Yield {
            block_of[index + 1] = 1;
        }
    }
    for handler in &decoded.handlers {
        block_of[handler.target as usize] = 1;
    }
    let mut may_have_raised = false;
    for (index, instruction) in decoded.instructions.iter().enumerate() {
        let is_store = matches!(instruction, Instruction::StoreLocal(_) | Instruction::DeleteLocal(_));
        if index > 0 && regions[index] != regions[index - 1] || regions[index].is_some() && is_store && may_have_raised
        {
            block_of[index] = 1;
        }
        if block_of[index] == 1 {
            may_have_raised = false;
        }
        may_have_raised |= instruction.can_raise();
    }
    block_of.truncate(count);
    let mut starts = Vec::new();
    for (index, mark) in block_of.iter_mut().enumerate() {
        if *mark == 1 {
            *mark = starts.len() as u32;
            starts.push(index as u32);
        }
    }
    Ok((starts, block_of))
}

/// The jump target is visited first, so that in the result the next instruction comes before it.
fn reverse_postorder(successors: &[SmallVec<[u32; 3]>]) -> Vec<u32> {
    let mut order = Vec::with_capacity(successors.len());
    let mut is_seen = vec![false; successors.len()];
    let mut stack: Vec<(u32, usize)> = vec![(0, successors[0].len())];
    is_seen[0] = true;
    while let Some((block, left)) = stack.last_mut() {
        if *left == 0 {
            order.push(*block);
            stack.pop();
            continue;
        }
        *left -= 1;
        let succ = successors[*block as usize][*left];
        if !std::mem::replace(&mut is_seen[succ as usize], true) {
            stack.push((succ, successors[succ as usize].len()));
        }
    }
    order.reverse();
    order
}

fn damaged(what: &str, location: Location) -> Rejection {
    Rejection { reason: Reason::Bytecode(what.to_owned()), location }
}
