//! NumPy's dates and durations: `datetime64` and `timedelta64`, 64-bit counts of a unit in which the smallest is NaT.
//!
//! What is computed with them is computed with their counts, by functions of the library (`times.py`) that know NaT:
//! operands go there as ints, with the factors that bring both to a common unit, and the answer is what its type says.

use std::sync::{Arc, RwLock};

use rustc_hash::FxHashMap;

use super::dates;
use super::fact::Fact;
use super::infer::{Argument, Failure, Inference};
use super::rules::{no_operation, operand};
use super::types::{ArrayType, DType, Type};
use crate::bytecode::Constant;
use crate::hir::{BinaryOp, CompareOp, Inst, InstData, UnaryOp};
use crate::host::Global;
use crate::library::Operand;
use crate::refusal::Reason;

/// A dtype of dates or durations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct TimeType {
    /// Durations.
    pub is_delta: bool,
    /// NumPy's number of the unit: years are 0, attoseconds 13, none 14.
    pub base: u8,
    /// How many of the unit one is.
    pub count: u32,
}

/// NumPy's letters of units, by number.
const UNITS: [&str; 15] = ["Y", "M", "W", "?", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "generic"];

/// How many of the next finer unit one is; 0 where that is not the same always.
const STEPS: [u64; 14] = [12, 0, 7, 0, 24, 60, 60, 1000, 1000, 1000, 1000, 1000, 1000, 1];

const GENERIC: u8 = 14;

/// NumPy's number of months.
const MONTHS: u8 = 1;

/// What NaT is when it runs.
const NAT: i64 = i64::MIN;

impl TimeType {
    /// `datetime64[ms]`
    pub fn name(self) -> &'static str {
        static NAMES: RwLock<Option<FxHashMap<TimeType, &'static str>>> = RwLock::new(None);
        let mut names = NAMES.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        names.get_or_insert_default().entry(self).or_insert_with(|| {
            let class = if self.is_delta { "timedelta64" } else { "datetime64" };
            let unit = UNITS.get(usize::from(self.base)).copied().unwrap_or("?");
            let text = match (self.base, self.count) {
                (GENERIC, _) => class.to_owned(),
                (_, 1) => format!("{class}[{unit}]"),
                (_, count) => format!("{class}[{count}{unit}]"),
            };
            Box::leak(text.into_boxed_str())
        })
    }

    /// The dtype of a text such as `M8[ms]`.
    pub fn parse(text: &str) -> Option<TimeType> {
        let (class, unit) = text.strip_suffix(']')?.split_once('[')?;
        let is_delta = match class {
            "M8" | "<M8" | "datetime64" => false,
            "m8" | "<m8" | "timedelta64" => true,
            _ => return None,
        };
        let digits = unit.find(|letter: char| !letter.is_ascii_digit())?;
        let count = if digits == 0 { 1 } else { unit[..digits].parse().ok()? };
        let base = UNITS[..14].iter().position(|known| *known == &unit[digits..] && *known != "?")? as u8;
        Some(TimeType { is_delta, base, count })
    }

    /// The finest unit that both are multiples of; `None` where months and days would have to be converted, which only
    /// dates are.
    fn common(self, other: TimeType) -> Option<(u8, u64)> {
        if self.base == GENERIC || other.base == GENERIC {
            let known = if self.base == GENERIC { other } else { self };
            return Some((known.base, u64::from(known.count)));
        }
        let base = self.base.max(other.base);
        let count = |time: TimeType| match time.months() {
            Some(_) if base > MONTHS => Some(u64::from(time.count)),
            _ => time.count_in(base),
        };
        Some((base, greatest_common_divisor(count(self)?, count(other)?)))
    }

    /// How many months one is, for dates of months or years.
    fn months(self) -> Option<i64> {
        let steps = match self.base {
            0 => 12,
            MONTHS => 1,
            _ => return None,
        };
        (!self.is_delta).then(|| steps * i64::from(self.count))
    }

    /// For dates of months or years as counts of a finer unit: how many months one is, how many of the unit a day or a
    /// week is, and by what these are divided.
    fn calendar(self, (base, count): (u8, u64)) -> Option<[i64; 3]> {
        let months = self.months().filter(|_| base > MONTHS)?;
        let (day, divisor) = match base {
            2 => (1, count.checked_mul(7)?),
            _ => (TimeType { is_delta: false, base: 4, count: 1 }.count_in(base)?, count),
        };
        Some([months, i64::try_from(day).ok()?, i64::try_from(divisor).ok()?])
    }

    /// How many of a finer unit one is.
    fn count_in(self, base: u8) -> Option<u64> {
        let steps = STEPS.get(usize::from(self.base)..usize::from(base))?;
        // There is no unit 3: a week is seven days.
        let factor = steps.iter().enumerate().try_fold(1u64, |factor, (index, &step)| {
            let unit = usize::from(self.base) + index;
            if unit == 3 {
                Some(factor)
            } else if step == 0 {
                None
            } else {
                factor.checked_mul(step)
            }
        })?;
        factor.checked_mul(u64::from(self.count))
    }

    /// What counts of this type are multiplied with to be counts of a finer one.
    fn factor_to(self, (base, count): (u8, u64)) -> Option<i64> {
        if self.base == GENERIC {
            return Some(1);
        }
        i64::try_from(self.count_in(base)? / count).ok()
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The date or duration that a value is, or an array is of.
pub(super) fn time_of(ty: &Type) -> Option<TimeType> {
    match ty {
        Type::Scalar(DType::Time(time)) | Type::Array(ArrayType { dtype: DType::Time(time), .. }) => Some(*time),
        _ => None,
    }
}

/// A value of counts as one of dates or durations, and the other way round.
fn with_dtype(ty: &Type, dtype: DType) -> Type {
    match ty {
        Type::Array(array) => Type::Array(ArrayType { dtype, ..*array }),
        _ => Type::Scalar(dtype),
    }
}

impl ArrayType {
    /// An array of dates or durations as one of their counts.
    pub fn as_counts(&self) -> ArrayType {
        match self.dtype {
            DType::Time(_) => ArrayType { dtype: DType::Int64, ..*self },
            _ => *self,
        }
    }
}

impl Type {
    /// Dates and durations as their counts, which is how code works with them.
    pub fn as_counts(&self) -> Type {
        match self {
            Type::Array(array) => Type::Array(array.as_counts()),
            Type::Scalar(DType::Time(_)) => Type::Int,
            other => other.clone(),
        }
    }
}

fn is_integer(ty: &Type) -> bool {
    super::element(ty).and_then(|ty| ty.dtype()).is_some_and(|dtype| dtype.is_integer() || dtype == DType::Bool)
}

fn is_bool(ty: &Type) -> bool {
    super::element(ty).and_then(|ty| ty.dtype()) == Some(DType::Bool)
}

fn is_float(ty: &Type) -> bool {
    super::element(ty).and_then(|ty| ty.dtype()).is_some_and(DType::is_float)
}

/// A factor as an argument; `None` of Python's for 1, so that types decide whether there is something to do.
fn factor(number: i64) -> Operand {
    let (ty, constant) = match number {
        1 => (Type::None, Constant::None),
        _ => (Type::Int, Constant::Int(number)),
    };
    Operand { fact: Fact::of(ty), source: Argument::Default(Global::Constant(constant)) }
}

/// What brings operands to a unit: a factor, or the numbers for which the calendar is asked.
fn conversion(time: TimeType, unit: (u8, u64)) -> Option<Operand> {
    let Some(numbers) = time.calendar(unit) else { return time.factor_to(unit).map(factor) };
    let constant = Constant::Tuple(numbers.into_iter().map(Constant::Int).collect());
    let fact = Fact::of(Type::tuple(vec![Type::Int; 3]));
    Some(Operand { fact, source: Argument::Default(Global::Constant(constant)) })
}

/// What an operator on dates and durations is.
struct Plan {
    function: &'static str,
    /// The dtype of the result, if it is not as the function answers.
    result: Option<DType>,
    /// Both operands are brought to a common unit.
    is_joint: bool,
}

fn plan(op: BinaryOp, a: &Type, b: &Type) -> Option<Plan> {
    let (left, right) = (time_of(a), time_of(b));
    let time = |is_delta: bool| -> Option<DType> {
        let unit = match (left, right) {
            (Some(a), Some(b)) => a.common(b)?,
            (Some(one), None) | (None, Some(one)) => (one.base, u64::from(one.count)),
            (None, None) => return None,
        };
        Some(DType::Time(TimeType { is_delta, base: unit.0, count: u32::try_from(unit.1).ok()? }))
    };
    let is_delta = |time: Option<TimeType>| time.is_some_and(|time| time.is_delta);
    let joint = |function, result| Some(Plan { function, result, is_joint: true });
    let single = |function| Some(Plan { function, result: time(true), is_joint: false });
    let is_date = |time: Option<TimeType>| time.is_some_and(|time| !time.is_delta);
    let fits = |time: Option<TimeType>, ty: &Type| is_delta(time) || is_integer(ty);
    match op {
        BinaryOp::Add if fits(left, a) && fits(right, b) => joint("datetime64.__add__", Some(time(true)?)),
        BinaryOp::Add if is_date(left) && fits(right, b) || fits(left, a) && is_date(right) => {
            joint("datetime64.__add__", Some(time(false)?))
        }
        BinaryOp::Sub if is_date(left) && is_date(right) || fits(left, a) && fits(right, b) => {
            joint("datetime64.__sub__", Some(time(true)?))
        }
        BinaryOp::Sub if is_date(left) && fits(right, b) => joint("datetime64.__sub__", Some(time(false)?)),
        BinaryOp::Mul if is_delta(left) && is_integer(b) => single("datetime64.__mul__"),
        BinaryOp::Mul if is_integer(a) && is_delta(right) => single("datetime64.__rmul__"),
        BinaryOp::Mul if is_delta(left) && is_float(b) => single("datetime64.__mul_float__"),
        BinaryOp::Mul if is_float(a) && is_delta(right) => single("datetime64.__rmul_float__"),
        BinaryOp::TrueDiv if is_delta(left) && is_delta(right) => joint("datetime64.__truediv__", Some(DType::Float64)),
        BinaryOp::FloorDiv if is_delta(left) && is_delta(right) => joint("datetime64.__floordiv__", Some(DType::Int64)),
        BinaryOp::Mod if is_delta(left) && is_delta(right) => joint("datetime64.__mod__", Some(time(true)?)),
        BinaryOp::TrueDiv | BinaryOp::FloorDiv if is_delta(left) && is_integer(b) && !is_bool(b) => {
            single("datetime64.__div_int__")
        }
        BinaryOp::TrueDiv | BinaryOp::FloorDiv if is_delta(left) && is_float(b) => single("datetime64.__div_float__"),
        _ => None,
    }
}

impl Inference<'_> {
    /// An operator on dates and durations; `None` for other operands.
    pub(super) fn time_binary(
        &mut self,
        inst: Inst,
        data: &InstData,
        (op, is_inplace): (BinaryOp, bool),
        facts: &[Fact],
    ) -> Result<Option<Option<Fact>>, Failure> {
        let (a, b) = (&facts[0].ty, &facts[1].ty);
        if time_of(a).is_none() && time_of(b).is_none() {
            return Ok(None);
        }
        let refuse = |advice| no_operation(format!("operator {}", op.symbol()), &[a, b], advice);
        if is_inplace && matches!(a, Type::Array(_)) {
            return Err(refuse("write a[:] = a + b").into());
        }
        let plan = plan(op, a, b)
            .ok_or_else(|| refuse("use operands that NumPy has it for, with units that are multiples of each other"))?;
        self.call_on_counts(inst, data, plan.function, plan.is_joint, facts, plan.result).map(Some)
    }

    /// A comparison with dates or durations; `None` for other operands.
    pub(super) fn time_compare(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: CompareOp,
        facts: &[Fact],
    ) -> Result<Option<Option<Fact>>, Failure> {
        let (a, b) = (&facts[0].ty, &facts[1].ty);
        let (left, right) = (time_of(a), time_of(b));
        let ((Some(one), None) | (None, Some(one))) = (left, right) else {
            let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
            if left.is_delta != right.is_delta {
                return Err(no_operation(format!("operator {}", op.symbol()), &[a, b], "compare like with like").into());
            }
            return self.call_comparison(inst, data, op, facts).map(Some);
        };
        if one.is_delta && is_integer(if left.is_some() { b } else { a }) {
            return self.call_comparison(inst, data, op, facts).map(Some);
        }
        Err(no_operation(format!("operator {}", op.symbol()), &[a, b], "compare dates with dates").into())
    }

    fn call_comparison(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: CompareOp,
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let name = match op {
            CompareOp::Eq => "datetime64.__eq__",
            CompareOp::Ne => "datetime64.__ne__",
            CompareOp::Lt => "datetime64.__lt__",
            CompareOp::Le => "datetime64.__le__",
            CompareOp::Gt => "datetime64.__gt__",
            CompareOp::Ge => "datetime64.__ge__",
        };
        self.call_on_counts(inst, data, name, true, facts, Some(DType::Bool))
    }

    /// `-a`, `+a`; `None` for other operands.
    pub(super) fn time_unary(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: UnaryOp,
        a: &Fact,
    ) -> Result<Option<Option<Fact>>, Failure> {
        let Some(time) = time_of(&a.ty) else { return Ok(None) };
        let name = match op {
            UnaryOp::Neg if time.is_delta => "datetime64.__neg__",
            UnaryOp::Pos if time.is_delta => "datetime64.__pos__",
            _ => return Err(no_operation("a unary operator", &[&a.ty], "durations have - and +").into()),
        };
        let facts = [a.clone()];
        self.call_on_counts(inst, data, name, false, &facts, Some(DType::Time(time))).map(Some)
    }

    /// Calls a function of the library with the counts of the operands; what it answers has the dtype `result`.
    fn call_on_counts(
        &mut self,
        inst: Inst,
        data: &InstData,
        name: &str,
        is_joint: bool,
        facts: &[Fact],
        result: Option<DType>,
    ) -> Result<Option<Fact>, Failure> {
        let operands = facts.iter().enumerate().map(|(index, fact)| operand(fact, data, index)).collect();
        self.call_time(inst, name, is_joint, operands, result)
    }

    fn call_time(
        &mut self,
        inst: Inst,
        name: &str,
        is_joint: bool,
        mut operands: Vec<Operand>,
        result: Option<DType>,
    ) -> Result<Option<Fact>, Failure> {
        let types: Vec<Type> = operands.iter().map(|operand| operand.fact.ty.clone()).collect();
        for operand in &mut operands {
            operand.fact = Fact::of(operand.fact.ty.as_counts());
        }
        if is_joint {
            let times: Vec<Option<TimeType>> = types.iter().map(time_of).collect();
            let refuse = || {
                let types: Vec<&Type> = types.iter().collect();
                no_operation("dates and durations of these units", &types, "convert one with astype")
            };
            let unit = match times[..] {
                [Some(a), Some(b)] => Some(a.common(b).ok_or_else(refuse)?),
                _ => None,
            };
            for time in times {
                operands.push(match (time, unit) {
                    (Some(time), Some(unit)) => conversion(time, unit).ok_or_else(refuse)?,
                    _ => factor(1),
                });
            }
        }
        let answer = self.call_library(inst, name, operands, Vec::new())?;
        Ok(answer.map(|fact| match result {
            Some(dtype) => Fact::of(with_dtype(&fact.ty, dtype)),
            None => fact,
        }))
    }

    /// A function of the library on dates and durations; `None` for other functions and operands.
    pub(super) fn time_call(
        &mut self,
        inst: Inst,
        name: &str,
        positional: &[Operand],
    ) -> Result<Option<Option<Fact>>, Failure> {
        let first = positional.first().map(|operand| operand.fact.ty.clone());
        if matches!(name, "numpy.timedelta64" | "numpy.datetime64") {
            return self.make_time(inst, name == "numpy.timedelta64", positional).map(Some);
        }
        let Some(first) = first else { return Ok(None) };
        if name.ends_with(".astype")
            && let [own, to] = positional
            && (time_of(&first).is_some() || target_of(&to.fact).is_some())
        {
            return self.convert_time(inst, own, &to.fact).map(Some);
        }
        let Some(time) = time_of(&first) else { return Ok(None) };
        let operands = positional.to_vec();
        let own = Some(DType::Time(time));
        let (function, result) = match (name, positional.len()) {
            ("numpy.isnat", 1) => ("datetime64.__isnat__", Some(DType::Bool)),
            ("builtins.abs" | "numpy.absolute", 1) if time.is_delta => ("datetime64.__abs__", own),
            ("numpy.sum" | "ndarray.sum", 1) if time.is_delta => ("datetime64.__sum__", own),
            ("numpy.min" | "numpy.amin" | "ndarray.min", 1) => ("datetime64.__min__", own),
            ("numpy.max" | "numpy.amax" | "ndarray.max", 1) => ("datetime64.__max__", own),
            ("ndarray.copy" | "numpy.copy", 1) => ("ndarray.copy", own),
            _ => return Ok(None),
        };
        self.call_time(inst, function, false, operands, result).map(Some)
    }

    /// `np.timedelta64(5, "s")`, and NaT of either class.
    fn make_time(&mut self, inst: Inst, is_delta: bool, positional: &[Operand]) -> Result<Option<Fact>, Failure> {
        let class = if is_delta { "timedelta64" } else { "datetime64" };
        let types: Vec<&Type> = positional.iter().map(|operand| &operand.fact.ty).collect();
        let refuse = || {
            no_operation(
                format!("numpy.{class}()"),
                &types,
                "pass an int or 'NaT', and a unit such as 's'; or a date that is known when compiling",
            )
        };
        if let Some((time, count)) = date_of(is_delta, positional) {
            let count = Constant::Int(count);
            let operand = Operand { fact: Fact::of(Type::Int), source: Argument::Default(Global::Constant(count)) };
            return self.call_time(inst, "datetime64.__same__", false, vec![operand], Some(DType::Time(time)));
        }
        let [value, unit] = positional else { return Err(refuse().into()) };
        let time =
            unit.fact.as_str().and_then(|unit| TimeType::parse(&format!("{class}[{unit}]"))).ok_or_else(refuse)?;
        let dtype = Some(DType::Time(time));
        if value.fact.as_str() == Some("NaT") {
            let nat = Constant::Int(NAT);
            let operand = Operand { fact: Fact::of(Type::Int), source: Argument::Default(Global::Constant(nat)) };
            return self.call_time(inst, "datetime64.__same__", false, vec![operand], dtype);
        }
        match (&value.fact.ty, is_delta) {
            (Type::Int | Type::Bool, true) | (Type::Int, false) => {
                self.call_time(inst, "datetime64.__same__", false, vec![value.clone()], dtype)
            }
            _ => Err(refuse().into()),
        }
    }

    /// `a.astype(dtype)` from or to dates and durations.
    fn convert_time(&mut self, inst: Inst, own: &Operand, to: &Fact) -> Result<Option<Fact>, Failure> {
        let refuse = |advice| Failure::Reason(no_operation("astype()", &[&own.fact.ty, &to.ty], advice));
        let target = match (&to.ty, target_of(to)) {
            (_, Some(target)) => DType::Time(target),
            (Type::DTypeClass(DType::Int64), _) => DType::Int64,
            (Type::Str(name), _) if &**name == "int64" || &**name == "i8" => DType::Int64,
            _ => return Err(refuse("convert dates and durations to each other's units and to int64")),
        };
        let time = match (time_of(&own.fact.ty), target) {
            (Some(time), DType::Time(target)) if time.is_delta == target.is_delta => (time, target),
            (Some(_), DType::Time(_)) => return Err(refuse("a date is no duration; subtract another one")),
            (None, _) if !is_int64(&own.fact.ty) => return Err(refuse("convert int64 to dates and durations")),
            _ => return self.call_time(inst, "datetime64.__copy__", false, vec![own.clone()], Some(target)),
        };
        if let Some(numbers) = time.0.calendar((time.1.base, u64::from(time.1.count))) {
            let numbers = Constant::Tuple(numbers.into_iter().map(Constant::Int).collect());
            let fact = Fact::of(Type::tuple(vec![Type::Int; 3]));
            let numbers = Operand { fact, source: Argument::Default(Global::Constant(numbers)) };
            let operands = vec![own.clone(), numbers];
            return self.call_time(inst, "datetime64.__from_months__", false, operands, Some(target));
        }
        let unit = time.0.common(time.1).filter(|_| time.1.months().is_none() || time.0.months().is_some());
        let unit = unit.ok_or_else(|| refuse("days do not convert to months here"))?;
        let (up, down) = (time.0.factor_to(unit), time.1.factor_to(unit));
        let (Some(up), Some(down)) = (up, down) else { return Err(refuse("the units are too far apart")) };
        let constant = |number: i64| Operand {
            fact: Fact::of(Type::Int),
            source: Argument::Default(Global::Constant(Constant::Int(number))),
        };
        let operands = vec![own.clone(), constant(up), constant(down)];
        self.call_time(inst, "datetime64.__convert__", false, operands, Some(target))
    }
}

/// The date that a text which is known when compiling says, in its own unit or the one that is named behind it.
fn date_of(is_delta: bool, positional: &[Operand]) -> Option<(TimeType, i64)> {
    let text = positional.first().filter(|_| !is_delta)?.fact.as_str()?;
    let (base, moment) = dates::parse(text)?;
    let own = TimeType { is_delta: false, base, count: 1 };
    let time = match positional {
        [_] => own,
        [_, unit] => TimeType::parse(&format!("datetime64[{}]", unit.fact.as_str()?))?,
        _ => return None,
    };
    let months = i64::from(moment.year - 1970) * 12 + i64::from(moment.month) - 1;
    if let Some(step) = time.months() {
        return Some((time, months.div_euclid(step)));
    }
    let day = i128::from(dates::days(moment.year, moment.month, moment.day));
    let count = match time.base {
        2 => day.div_euclid(7),
        base => {
            let of_a_day = i128::from(TimeType { is_delta: false, base: 4, count: 1 }.count_in(base)?);
            day.checked_mul(of_a_day)?.checked_add(moment.attoseconds / (ATTOSECONDS_OF_A_DAY / of_a_day))?
        }
    };
    i64::try_from(count.div_euclid(i128::from(time.count))).ok().map(|count| (time, count))
}

const ATTOSECONDS_OF_A_DAY: i128 = 86_400 * 1_000_000_000_000_000_000;

fn is_int64(ty: &Type) -> bool {
    super::element(ty).and_then(|ty| ty.dtype()) == Some(DType::Int64)
}

/// The dtype of dates or durations that an argument names.
fn target_of(fact: &Fact) -> Option<TimeType> {
    match &fact.ty {
        Type::DTypeClass(DType::Time(time)) => Some(*time),
        Type::Str(text) => TimeType::parse(text),
        _ => None,
    }
}

/// `a[index] = value` of dates and durations; `None` for other arrays.
pub(super) fn set_item(a: &Type, index: &Type, value: &Type) -> Option<Result<(), Reason>> {
    let Type::Array(array) = a else { return None };
    let DType::Time(_) = array.dtype else { return None };
    let refuse = |advice| Err(no_operation("item assignment", &[a, value], advice));
    if !array.is_writable {
        return Some(refuse("the array is read-only; assign to a copy"));
    }
    Some(super::index::array_item(array, index).and_then(|target| match (&target, value) {
        (Type::Scalar(own), Type::Scalar(other)) if own == other => Ok(()),
        (Type::Array(own), Type::Scalar(other)) if own.dtype == *other => Ok(()),
        (Type::Array(own), Type::Array(other)) if own.dtype == other.dtype && other.ndim <= own.ndim => Ok(()),
        _ => refuse("assign dates and durations of the array's own unit; convert with astype"),
    }))
}

/// Functions of the library that take arrays of dates and durations as they are.
const TAKING_TIMES: &[&str] = &[
    "builtins.len",
    "builtins.enumerate",
    "builtins.zip",
    "builtins.isinstance",
    "numpy.zeros",
    "numpy.empty",
    "numpy.zeros_like",
    "numpy.empty_like",
    "numpy.shape",
    "numpy.ndim",
    "numpy.size",
    "ndarray.reshape",
    "ndarray.transpose",
];

/// Refuses dates and durations where a function of the library would take them for numbers.
pub(super) fn check_argument(name: &str, ty: &Type) -> Result<(), Reason> {
    let is_time = time_of(ty).is_some() || matches!(ty, Type::DTypeClass(DType::Time(_)));
    let is_of_containers = ["list.", "dict.", "datetime64."].iter().any(|prefix| name.starts_with(prefix));
    if !is_time || is_of_containers || TAKING_TIMES.contains(&name) {
        return Ok(());
    }
    Err(no_operation(format!("{name}()"), &[ty], "convert to int64 with astype"))
}

/// The name of a method, if values of this type have it.
pub(super) fn method_of(ty: &Type, name: &str) -> Option<Arc<str>> {
    let is_method = matches!(name, "astype") && time_of(ty).is_some() && matches!(ty, Type::Scalar(_));
    is_method.then(|| name.into())
}
