//! Comprehensions as part of the function around them, as CPython 3.12 compiles them (PEP 709).
//!
//! ```text
//! load closures, build_tuple     nop                      Before 3.12 a comprehension is a function of one
//! comprehension code             nop                      argument, the iterator, that is made and called on the
//! make function                  nop                      spot. Its code takes the place of the call, its variables
//! iterable, get_iter             iterable, get_iter       become variables of the function around it, and what it
//! call 0                         store_local .0, code     captures it reads where it is.
//! ```
//!
//! A comprehension's call is the innermost `get_iter`, `call 0` behind it: an iterable that holds another
//! comprehension has called that one before. What is left where the pattern is not met is refused where it is used.

use std::sync::Arc;

use super::code::{Code, LocalKind};
use super::constructs::Rejection;
use super::decode::decode;
use super::instructions::{Decoded, Handler, Instruction, Scope};

/// Puts comprehensions in the place of their calls.
pub(super) fn inline(mut decoded: Decoded<'_>) -> Result<Decoded<'_>, Rejection> {
    if !decoded.instructions.iter().any(|instruction| matches!(instruction, Instruction::Comprehension(_))) {
        return Ok(decoded);
    }
    let calls = take_calls(&mut decoded);
    let mut merged = Decoded {
        instructions: Vec::with_capacity(2 * decoded.instructions.len()),
        locations: Vec::with_capacity(2 * decoded.instructions.len()),
        locals: decoded.locals,
        handlers: Vec::new(),
        scopes: Vec::new(),
    };
    let mut starts = Vec::with_capacity(decoded.instructions.len() + 1);
    let mut own = Vec::new();
    let mut calls = calls.into_iter().peekable();
    for (index, instruction) in decoded.instructions.into_iter().enumerate() {
        starts.push(merged.instructions.len() as u32);
        match calls.next_if(|call| call.0 == index) {
            Some((_, code)) => merged.append(code)?,
            None => {
                own.push(merged.instructions.len());
                merged.instructions.push(instruction);
                merged.locations.push(decoded.locations[index]);
            }
        }
    }
    starts.push(merged.instructions.len() as u32);
    let moved = |index: u32| starts[index as usize];
    own.into_iter().for_each(|index| merged.instructions[index].retarget(moved));
    merged.handlers.extend(decoded.handlers.iter().map(|handler| handler.moved(moved)));
    Ok(merged)
}

/// Empties the instructions that make comprehensions; the index of each one's call with its code, in order.
fn take_calls<'a>(decoded: &mut Decoded<'a>) -> Vec<(usize, &'a Code)> {
    // Generator expressions are called in the same way, and stay calls.
    let mut open: Vec<(usize, Option<&'a Code>)> = Vec::new();
    let mut calls = Vec::new();
    let mut is_iterator = false;
    for index in 0..decoded.instructions.len() {
        match decoded.instructions[index] {
            Instruction::Comprehension(code) => open.push((index, Some(code))),
            Instruction::Code(code) if &*code.name == "<genexpr>" => open.push((index, None)),
            Instruction::Call(0) if is_iterator => {
                if let Some((start, Some(code))) = open.pop() {
                    take_function(&mut decoded.instructions, start, code);
                    calls.push((index, code));
                }
            }
            _ => {}
        }
        is_iterator = match decoded.instructions[index] {
            Instruction::GetIter => true,
            Instruction::Nop => is_iterator,
            _ => false,
        };
    }
    calls.sort_by_key(|call| call.0);
    calls
}

/// Empties the instructions that make a function of a comprehension's code.
fn take_function(instructions: &mut [Instruction<'_>], start: usize, code: &Code) {
    let captured = code.locals.iter().filter(|(_, kind)| *kind == LocalKind::Free).count();
    let first = if captured > 0 { start.saturating_sub(captured + 1) } else { start };
    let end = (start + 2).min(instructions.len());
    instructions[first..end].fill(Instruction::Nop);
}

impl<'a> Decoded<'a> {
    /// Appends what a comprehension does with the iterator on the stack.
    fn append(&mut self, code: &'a Code) -> Result<(), Rejection> {
        let inner = decode(code)?;
        let first_local = self.locals.len() as u32;
        let location = inner.locations.first().copied().unwrap_or_default();
        self.instructions.push(Instruction::StoreLocal(first_local));
        self.locations.push(location);
        let base = self.instructions.len() as u32;
        let end = base + inner.instructions.len() as u32;
        let locals = &self.locals;
        let slot_of = |name: &str| locals.iter().position(|(own, _)| **own == *name);
        let mut adapted = Vec::with_capacity(inner.instructions.len());
        for mut instruction in inner.instructions {
            instruction.retarget(|index| base + index);
            adapted.push(match instruction {
                Instruction::LoadLocal(slot) => Instruction::LoadLocal(first_local + slot),
                Instruction::StoreLocal(slot) => Instruction::StoreLocal(first_local + slot),
                Instruction::DeleteLocal(slot) => Instruction::DeleteLocal(first_local + slot),
                Instruction::Free(name) => match slot_of(name) {
                    Some(slot) if locals[slot].1 == LocalKind::Local => Instruction::LoadLocal(slot as u32),
                    _ => instruction,
                },
                // An assignment expression stores to the function's own variable.
                Instruction::StoreFree(name) => match slot_of(name) {
                    Some(slot) if locals[slot].1 == LocalKind::Local => Instruction::StoreLocal(slot as u32),
                    _ => instruction,
                },
                Instruction::Return => Instruction::Jump(end),
                other => other,
            });
        }
        self.instructions.extend(adapted);
        self.locations.extend(inner.locations);
        self.handlers.extend(inner.handlers.iter().map(|handler| handler.moved(|index| base + index)));
        // Variables that the comprehension captures are the function's own: its slots of them mean nothing.
        let slots = first_local..first_local + inner.locals.len() as u32;
        self.scopes.push(Scope { instructions: base..end, slots });
        self.scopes.extend(inner.scopes.into_iter().map(|scope| Scope {
            instructions: base + scope.instructions.start..base + scope.instructions.end,
            slots: first_local + scope.slots.start..first_local + scope.slots.end,
        }));
        self.locals.extend(inner.locals.into_iter().map(|(name, kind)| match kind {
            LocalKind::Free => (Arc::from(""), LocalKind::Local),
            LocalKind::Local | LocalKind::Cell => (name, LocalKind::Local),
        }));
        Ok(())
    }
}

impl Instruction<'_> {
    /// Changes where it may jump to.
    pub(super) fn retarget(&mut self, moved: impl Fn(u32) -> u32) {
        if let Instruction::ForIter(target)
        | Instruction::Send(target)
        | Instruction::Jump(target)
        | Instruction::PopJump(_, target)
        | Instruction::JumpOrPop { target, .. } = self
        {
            *target = moved(*target);
        }
    }
}

impl Handler {
    fn moved(&self, moved: impl Fn(u32) -> u32) -> Handler {
        let (start, end, target) = (moved(self.start), moved(self.end), moved(self.target));
        Handler { start, end, target, ..*self }
    }
}
