//! Exceptions as values: what `raise`, `except` and the bookkeeping around them do.
//!
//! An exception that is made and raised at once is only its class and the machine values of its arguments: a site says
//! how the arguments are made of them. Where it must be an object, because the variable that holds it may hold another
//! one, or because it gets a cause, a block of the runtime is made of it.

use super::errors::Failure;
use super::function::Lowering;
use super::repr::{Repr, machine_types};
use crate::hir::{self, Op};
use crate::lir::{self, IntCond, Site, SiteArgument};
use crate::refusal::Reason;
use crate::runtime::exception_classes;
use crate::runtime::symbols::Symbol;
use crate::typing::Type;

impl Lowering<'_> {
    /// `raise`, of whatever the value is.
    pub(super) fn raise_value(&mut self, value: hir::Value) -> Result<(), Reason> {
        let ty = self.fact(value).ty.clone();
        let repr = self.repr(value);
        match &ty {
            Type::Exception(exception) => {
                let failure = self.failure_of(&exception.0, &exception.1, &repr);
                self.raise(&failure);
            }
            Type::ExceptionClass(name) => self.raise(&Failure::of_class(name)),
            Type::AnyExceptionClass => {
                let object = self.exception_object(&repr, &ty)[0];
                self.hold_temporary(object);
                let [function, line] = [i64::from(self.id.0), i64::from(self.b.line())].map(|n| self.b.const_i64(n));
                self.b.call_runtime(Symbol::RaiseObject, &[object, function, line]);
                self.release_temporary(object);
                self.leave_raising();
            }
            Type::AnyException => {
                let function = self.b.const_i64(i64::from(self.id.0));
                let line = self.b.const_i64(i64::from(self.b.line()));
                self.b.call_runtime(Symbol::RaiseObject, &[repr[0], function, line]);
                self.leave_raising();
            }
            other => return Err(Reason::Internal(format!("raise of {other}"))),
        }
        Ok(())
    }

    /// Lets a caught exception go on.
    pub(super) fn reraise(&mut self, value: hir::Value) {
        let repr = self.repr(value);
        self.b.call_runtime(Symbol::Reraise, &[repr[0]]);
        self.leave_raising();
    }

    /// The failure that raises a class with arguments.
    pub(super) fn failure_of(&mut self, class: &str, types: &[Type], repr: &Repr) -> Failure {
        let arguments = types.iter().map(site_argument).collect();
        let mut numbers = Vec::new();
        let mut start = 0;
        for ty in types {
            let end = start + machine_types(ty).len();
            numbers.extend(repr[start..end].iter().map(|&part| self.bits(part)));
            start = end;
        }
        Failure::with_arguments(class, arguments, numbers)
    }

    /// A machine value in the low bytes of an I64, as results are boxed; the address of a string as it is.
    fn bits(&mut self, value: lir::Value) -> lir::Value {
        match self.b.type_of(value) {
            lir::Type::I64 | lir::Type::Ptr => value,
            lir::Type::Bool => self.b.extend_uint(value, lir::Type::I64),
            lir::Type::F64 => self.b.float_to_bits(value, lir::Type::I64),
            lir::Type::F32 => {
                let bits = self.b.float_to_bits(value, lir::Type::I32);
                self.b.extend_uint(bits, lir::Type::I64)
            }
            _ => self.b.extend_sint(value, lir::Type::I64),
        }
    }

    /// An exception of a known class as an object; the reference is the caller's.
    pub(super) fn exception_object(&mut self, repr: &Repr, ty: &Type) -> Repr {
        match ty {
            Type::AnyExceptionClass => {
                let plain = Type::Exception(std::sync::Arc::new(("Exception".into(), Vec::new())));
                self.new_exception(&plain, &Repr::new(), repr.first().copied())
            }
            Type::Exception(_) | Type::ExceptionClass(_) => self.new_exception(ty, repr, None),
            _ => repr.clone(),
        }
    }

    /// An exception as an object, of the class of a number where that is given instead of its own.
    pub(super) fn new_exception(&mut self, ty: &Type, repr: &Repr, number: Option<lir::Value>) -> Repr {
        let failure = match ty {
            Type::Exception(exception) => self.failure_of(&exception.0, &exception.1, repr),
            Type::ExceptionClass(name) => Failure::of_class(name),
            _ => return repr.clone(),
        };
        let [function, site, class] = self.site(&failure);
        let object = self.b.call_runtime(Symbol::NewException, &[function, site, number.unwrap_or(class)]);
        let object = object.expect("the row has a result");
        for &number in failure.numbers() {
            let is_text = self.b.type_of(number) == lir::Type::Ptr;
            let symbol = if is_text { Symbol::ExceptionText } else { Symbol::ExceptionNumber };
            self.b.call_runtime(symbol, &[object, number]);
        }
        Repr::from_slice(&[object])
    }

    /// `a from b`: the object a, of which the result holds a reference, as it would of any new one.
    pub(super) fn with_cause(&mut self, a: hir::Value, b: hir::Value) -> Repr {
        let (ty, cause) = (self.fact(a).ty.clone(), self.fact(b).ty.clone());
        let repr = self.repr(a);
        let object = self.exception_object(&repr, &ty);
        if ty == Type::AnyException {
            self.retain(object[0]);
        }
        let own = self.repr(b);
        let cause_object = match cause {
            Type::None => self.b.const_ptr(0),
            _ => self.exception_object(&own, &cause)[0],
        };
        self.b.call_runtime(Symbol::SetCause, &[object[0], cause_object]);
        if !matches!(cause, Type::None | Type::AnyException) {
            self.release(cause_object);
        }
        object
    }

    /// The exception that a handler was entered with.
    pub(super) fn caught(&mut self) -> Repr {
        self.b.call_runtime(Symbol::Catch, &[]).into_iter().collect()
    }

    /// The exception that is being handled.
    pub(super) fn handled(&mut self) -> Repr {
        let handled = self.b.call_runtime(Symbol::Handled, &[]).expect("the row has a result");
        let null = self.b.const_ptr(0);
        let is_none = self.b.cmp_int(IntCond::Eq, handled, null);
        self.raise_if(is_none, &Failure::new("RuntimeError", "No active exception to reraise"));
        Repr::from_slice(&[handled])
    }

    /// Whether an exception is of a class, or of one of a tuple.
    pub(super) fn matches_exception(&mut self, exception: hir::Value, class: hir::Value) -> Repr {
        let (class, class_repr) = (self.fact(class).ty.clone(), self.repr(class));
        let exception = self.repr(exception)[0];
        let mut matches = self.b.const_bool(false);
        let classes = class.as_tuple().unwrap_or(std::slice::from_ref(&class));
        for (index, class) in classes.iter().enumerate() {
            let own = super::tuples::item(&class_repr, classes, index);
            let number = self.class_number(&own, class);
            let is_it = self.b.call_runtime(Symbol::MatchesClass, &[exception, number]);
            matches = self.b.or_bits(matches, is_it.expect("the row has a result"));
        }
        Repr::from_slice(&[matches])
    }

    /// Operations on exceptions that have no result.
    pub(super) fn exception_effect(&mut self, op: &Op, args: &[hir::Value]) {
        match op {
            Op::BeginHandling => {
                let exception = self.repr(args[0]);
                self.b.call_runtime(Symbol::BeginHandling, &[exception[0]]);
            }
            _ => {
                self.b.call_runtime(Symbol::EndHandling, &[]);
            }
        }
    }

    /// The function's id, the site and the class of an exception, as the runtime takes them.
    pub(super) fn site(&mut self, failure: &Failure) -> [lir::Value; 3] {
        let site = Site { line: self.b.line(), ..failure.site() };
        let class = class_id(&site.exception);
        let site = self.b.import_site(site);
        [i64::from(self.id.0), site as i64, class].map(|number| self.b.const_i64(number))
    }
}

/// The number of a class; of `Exception` for one that is not known, which compiled code does not raise.
pub(super) fn class_id(name: &str) -> i64 {
    exception_classes::id(name).or_else(|| exception_classes::id("Exception")).unwrap_or(0)
}

fn site_argument(ty: &Type) -> SiteArgument {
    match ty {
        Type::Str(text) => SiteArgument::Text(text.to_string()),
        Type::String => SiteArgument::String,
        Type::Bytes => SiteArgument::Bytes,
        Type::Bool => SiteArgument::Bool,
        Type::Int => SiteArgument::Int,
        Type::Float => SiteArgument::Float,
        Type::Complex => SiteArgument::Complex,
        Type::Scalar(dtype) => SiteArgument::Scalar(dtype.name().to_owned()),
        Type::Object | Type::AnyException => SiteArgument::Object,
        Type::Tuple(items) => SiteArgument::Tuple(items.iter().map(site_argument).collect()),
        _ => SiteArgument::None,
    }
}
