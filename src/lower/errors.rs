//! Raising, and passing exceptions on.
//!
//! An operation that may raise ends its block: a cold block raises the exception and goes to the handler of the hir
//! block, dropping the references that the handler does not know; without a handler it drops all that are held at this
//! point and returns the status `RAISED`. The rest goes on in a new block. The exception's class and message are data
//! (`lir::Site`); only numbers are passed.

use super::abi::RAISED;
use super::function::Lowering;
use crate::lir::{self, Site, SiteArgument};
use crate::runtime::symbols::Symbol;

/// The exception of a failure: a class with a message, in which `{0}`, `{1}` and so on stand for numbers, or with
/// arguments that are made of the numbers.
#[derive(Clone, Debug)]
pub struct Failure {
    exception: String,
    message: Option<String>,
    arguments: Vec<SiteArgument>,
    numbers: Vec<lir::Value>,
}

impl Failure {
    /// An exception with a constant message.
    pub fn new(exception: &str, message: impl Into<String>) -> Failure {
        Failure { message: Some(message.into()), ..Failure::of_class(exception) }
    }

    /// An exception without arguments.
    pub fn of_class(exception: &str) -> Failure {
        Failure { exception: exception.to_owned(), message: None, arguments: Vec::new(), numbers: Vec::new() }
    }

    /// An exception with arguments and the numbers, I64, that they are made of.
    pub fn with_arguments(exception: &str, arguments: Vec<SiteArgument>, numbers: Vec<lir::Value>) -> Failure {
        Failure { arguments, numbers, ..Failure::of_class(exception) }
    }

    /// The numbers, I64, that stand for `{0}` and `{1}`.
    pub fn with_numbers(mut self, first: lir::Value, second: Option<lir::Value>) -> Failure {
        self.numbers = std::iter::once(first).chain(second).collect();
        self
    }

    /// The numbers, I64, that stand for `{0}`, `{1}` and so on.
    pub fn with_all_numbers(mut self, numbers: impl Iterator<Item = lir::Value>) -> Failure {
        self.numbers = numbers.collect();
        self
    }

    /// The numbers.
    pub(super) fn numbers(&self) -> &[lir::Value] {
        &self.numbers
    }

    /// What is known when compiling, but the line.
    pub(super) fn site(&self) -> Site {
        Site {
            exception: self.exception.clone(),
            message: self.message.clone(),
            arguments: self.arguments.clone(),
            line: 0,
        }
    }
}

impl Lowering<'_> {
    /// Raises where `condition` is true; the code goes on where it is not.
    pub fn raise_if(&mut self, condition: lir::Value, failure: &Failure) {
        if self.b.func.as_const_int(condition) == Some(0) {
            return;
        }
        let (cold, rest) = (self.b.add_cold_block(), self.b.add_block());
        self.b.branch_if(condition, cold, rest);
        self.fill_raise(cold, failure);
        self.b.switch_to(rest);
    }

    /// Raises where `condition` is false.
    pub fn raise_unless(&mut self, condition: lir::Value, failure: &Failure) {
        if self.b.func.as_const_int(condition) == Some(1) {
            return;
        }
        let (cold, rest) = (self.b.add_cold_block(), self.b.add_block());
        self.b.branch_if(condition, rest, cold);
        self.fill_raise(cold, failure);
        self.b.switch_to(rest);
    }

    fn fill_raise(&mut self, block: lir::Block, failure: &Failure) {
        self.b.switch_to(block);
        self.raise(failure);
    }

    /// Raises; the block ends.
    pub fn raise(&mut self, failure: &Failure) {
        let site = self.site(failure);
        self.b.call_runtime(Symbol::Raise, &site);
        for &number in &failure.numbers {
            let is_text = self.b.type_of(number) == lir::Type::Ptr;
            self.b.call_runtime(if is_text { Symbol::RaiseText } else { Symbol::RaiseNumber }, &[number]);
        }
        self.leave_raising();
    }

    /// Passes the exception of a callee on where `status` says that it raised.
    pub fn pass_on(&mut self, status: lir::Value) {
        let (cold, rest) = (self.b.add_cold_block(), self.b.add_block());
        let zero = self.b.const_int(lir::Type::I32, 0);
        let has_raised = self.b.cmp_int(lir::IntCond::Ne, status, zero);
        self.b.branch_if(has_raised, cold, rest);
        self.b.switch_to(cold);
        self.pass_on_here();
        self.b.switch_to(rest);
    }

    /// Passes the exception that is recorded on; the block ends.
    pub(super) fn pass_on_here(&mut self) {
        let function = self.b.const_i64(i64::from(self.id.0));
        let line = self.b.const_i64(i64::from(self.b.line()));
        self.b.call_runtime(Symbol::Trace, &[function, line]);
        self.leave_raising();
    }

    /// Raises by the status of a runtime routine: one exception for each status of the table.
    pub fn raise_by_status(&mut self, status: lir::Value, rules: &[crate::library::math_rules::StatusRule]) {
        for rule in rules {
            let number = self.b.const_int(lir::Type::I32, i64::from(rule.status));
            let is_it = self.b.cmp_int(lir::IntCond::Eq, status, number);
            self.raise_if(is_it, &Failure::new(rule.exception, rule.message));
        }
    }

    /// Goes to the handler with the exception in flight, or returns; the block ends.
    pub(super) fn leave_raising(&mut self) {
        if let Some(handler) = self.handler.clone() {
            let held = self.held.clone();
            self.release_temporaries();
            let args = self.edge(&handler);
            self.held = held;
            self.b.jump(self.blocks[handler.block.index()], &args);
            return;
        }
        self.release_held();
        self.end_generator();
        let mut values = vec![self.b.const_int(lir::Type::I32, RAISED)];
        let types = self.b.func.signature.returns.clone();
        values.extend(types[1..].iter().map(|&ty| self.zero(ty)));
        self.b.return_(&values);
    }

    /// The zero of a machine type.
    pub fn zero(&mut self, ty: lir::Type) -> lir::Value {
        match ty {
            lir::Type::F32 | lir::Type::F64 => self.b.const_float(ty, 0.0),
            lir::Type::Ptr => self.b.const_ptr(0),
            _ => self.b.const_int(ty, 0),
        }
    }
}
