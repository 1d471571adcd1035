//! Loops over tuples whose items have different types, written out: one copy of the body for each item.
//!
//! ```text
//! tuple, get_iter                tuple
//! A: for_iter -> B               tuple_item 0, body, and where it jumps to A: tuple_item 1, body, ..., pop, jump B
//! body, jump A                   (the first form stays where it is, and nothing leads to it)
//! B:                             B:
//! ```
//!
//! The body is what lies on a path from the loop's head back to it, handlers included, without the loop being entered
//! anew. What only leaves the loop, by `break`, `return` or an exception, is shared by all copies: it finds the tuple on
//! the stack where the iterator was.

use super::constructs::Rejection;
use super::instructions::{Decoded, Handler, Instruction};
use crate::hir::Location;
use crate::refusal::Reason;

/// The most instructions of a function with its copies.
const MOST_INSTRUCTIONS: usize = 100_000;

/// Writes out the loop whose `get_iter` is the instruction at this index, for so many items.
pub fn unroll(decoded: &mut Decoded<'_>, get_iter: u32, count: u32) -> Result<(), Rejection> {
    let start = get_iter as usize;
    let location = decoded.locations[start];
    let Some(head) = loop_head(decoded, start) else {
        let what = "what goes through a tuple whose items have different types, which is no loop,";
        return Err(Rejection { reason: Reason::NotConstant(what.to_owned()), location });
    };
    let Instruction::ForIter(exit) = decoded.instructions[head] else { return Ok(()) };
    let body = body(decoded, start, head);
    if decoded.instructions.len() + (count as usize) * (2 * body.len() + 2) > MOST_INSTRUCTIONS {
        let reason = Reason::TooLarge("it has too many copies of loops over tuples".to_owned());
        return Err(Rejection { reason, location });
    }
    decoded.instructions[start] = Instruction::Nop;
    let first = decoded.instructions.len() as u32;
    decoded.instructions[head] = Instruction::Jump(first);
    for item in 0..count {
        copy(decoded, &body, head, item);
    }
    push(decoded, Instruction::Pop, location);
    push(decoded, Instruction::Jump(exit), location);
    Ok(())
}

fn push<'a>(decoded: &mut Decoded<'a>, instruction: Instruction<'a>, location: Location) {
    decoded.instructions.push(instruction);
    decoded.locations.push(location);
}

/// The `for_iter` that takes the iterator first: at once, or by way of a comprehension's variable.
fn loop_head(decoded: &Decoded<'_>, get_iter: usize) -> Option<usize> {
    let rest = decoded.instructions[get_iter + 1..].iter().take(8);
    for (distance, instruction) in rest.enumerate() {
        match instruction {
            Instruction::ForIter(_) => return Some(get_iter + 1 + distance),
            Instruction::Nop
            | Instruction::StoreLocal(_)
            | Instruction::LoadLocal(_)
            | Instruction::BuildList(0)
            | Instruction::BuildSet(0)
            | Instruction::BuildDict(0) => {}
            _ => return None,
        }
    }
    None
}

/// The instructions of a loop without its head, in order.
fn body(decoded: &Decoded<'_>, get_iter: usize, head: usize) -> Vec<usize> {
    let count = decoded.instructions.len();
    let is_outside = |index: usize| index == head || index == get_iter;
    let mut is_entered = vec![false; count];
    let mut entered_from: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut open = vec![head + 1];
    while let Some(index) = open.pop() {
        if index >= count || is_outside(index) || std::mem::replace(&mut is_entered[index], true) {
            continue;
        }
        for next in successors(decoded, index) {
            if next < count {
                entered_from[next].push(index);
            }
            open.push(next);
        }
    }
    let mut is_inside = vec![false; count];
    let mut open = entered_from[head].clone();
    while let Some(index) = open.pop() {
        if !std::mem::replace(&mut is_inside[index], true) {
            open.extend(&entered_from[index]);
        }
    }
    (0..count).filter(|&index| is_inside[index]).collect()
}

/// Where control goes from an instruction, the handlers of its exceptions included.
fn successors(decoded: &Decoded<'_>, index: usize) -> Vec<usize> {
    let instruction = &decoded.instructions[index];
    let covering = decoded.handlers.iter().filter(|one| (one.start as usize..one.end as usize).contains(&index));
    let next = instruction.falls_through().then_some(index + 1);
    let target = instruction.target().map(|target| target as usize);
    covering.map(|handler| handler.target as usize).chain(next).chain(target).collect()
}

/// Appends the copy for one item. Jumps to the head go on behind the copy.
fn copy(decoded: &mut Decoded<'_>, body: &[usize], head: usize, item: u32) {
    let location = decoded.locations[head];
    push(decoded, Instruction::TupleItem(item), location);
    let start = decoded.instructions.len();
    // Where each instruction's copy will stand, and the end of the copy.
    let mut moved = vec![u32::MAX; decoded.instructions.len()];
    let mut end = start + usize::from(body.first() != Some(&(head + 1)));
    let needs_jump = |at: usize| {
        let index = body[at];
        decoded.instructions[index].falls_through() && body.get(at + 1) != Some(&(index + 1))
    };
    let jumps: Vec<bool> = (0..body.len()).map(needs_jump).collect();
    for (&index, &jumps) in body.iter().zip(&jumps) {
        moved[index] = end as u32;
        end += 1 + usize::from(jumps);
    }
    moved[head] = end as u32;
    let goes_to = |index: u32| match moved.get(index as usize) {
        Some(&at) if at != u32::MAX => at,
        _ => index,
    };
    if body.first() != Some(&(head + 1)) {
        push(decoded, Instruction::Jump(goes_to(head as u32 + 1)), location);
    }
    for (&index, &jumps) in body.iter().zip(&jumps) {
        let (mut instruction, location) = (decoded.instructions[index], decoded.locations[index]);
        instruction.retarget(goes_to);
        push(decoded, instruction, location);
        if jumps {
            push(decoded, Instruction::Jump(goes_to(index as u32 + 1)), location);
        }
    }
    copy_handlers(decoded, body, &moved, goes_to);
}

/// The regions of the copies: each run of instructions that stand together as they did.
fn copy_handlers(decoded: &mut Decoded<'_>, body: &[usize], moved: &[u32], goes_to: impl Fn(u32) -> u32) {
    let mut copies = Vec::new();
    for handler in &decoded.handlers {
        let covered: Vec<u32> = body
            .iter()
            .filter(|&&index| (handler.start as usize..handler.end as usize).contains(&index))
            .map(|&index| moved[index])
            .collect();
        for run in covered.chunk_by(|a, b| a + 1 == *b) {
            if let [first, ..] = *run {
                let end = first + run.len() as u32;
                copies.push(Handler { start: first, end, target: goes_to(handler.target), ..*handler });
            }
        }
    }
    decoded.handlers.extend(copies);
}
