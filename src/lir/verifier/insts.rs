//! One instruction against its row: operands, immediate, results, targets, called signatures.

use super::Verifier;
use crate::lir::entities::{Block, Inst, Value};
use crate::lir::function::{BlockCall, Immediate, InstData};
use crate::lir::ops::{Class, IntCond, Op, ResultRule};
use crate::lir::types::Type;
use crate::runtime::symbols::Symbol;

/// What is wrong with an instruction.
type Faults = Vec<String>;

impl Verifier<'_> {
    pub(super) fn inst(&mut self, block: Block, inst: Inst) {
        let data = self.func.inst(inst);
        let target_args = data.targets.iter().flat_map(|target| &target.args);
        let used = data.args.iter().chain(target_args);
        let missing: Vec<&Value> = used.filter(|value| value.index() >= self.func.values.len()).collect();
        let mut faults: Faults = missing.iter().map(|value| format!("{value} does not exist")).collect();
        if faults.is_empty() {
            if !data.immediate.matches(data.op.info().immediate) {
                faults.push(format!("{} does not carry {:?}", data.op.info().name, data.immediate));
            } else {
                self.operands(data, &mut faults);
                self.results(data, &mut faults);
                self.particulars(data, &mut faults);
                self.targets(data, &mut faults);
            }
        }
        for fault in faults {
            self.inst_error(block, inst, fault);
        }
    }

    fn types(&self, values: &[Value]) -> Vec<Type> {
        values.iter().map(|&value| self.func.type_of(value)).collect()
    }

    /// The types that the row, or a signature, asks for.
    fn operands(&self, data: &InstData, faults: &mut Faults) {
        match (data.op, data.immediate) {
            (Op::CallRuntime, Immediate::Symbol(symbol)) => {
                self.expect_types("operands", &data.args, symbol.info().params, faults);
            }
            (Op::CallFunction, Immediate::Callee(callee)) => match self.func.callees.get(callee.index()) {
                Some(callee) => self.expect_types("operands", &data.args, &callee.signature.params, faults),
                None => faults.push(format!("{callee} does not exist")),
            },
            (Op::Return, _) => self.expect_types("results", &data.args, &self.func.signature.returns, faults),
            _ => self.classes(data, faults),
        }
    }

    fn expect_types(&self, what: &str, values: &[Value], expected: &[Type], faults: &mut Faults) {
        let found = self.types(values);
        if found != expected {
            faults.push(format!("{what} are {}, expected {}", type_list(&found), type_list(expected)));
        }
    }

    fn classes(&self, data: &InstData, faults: &mut Faults) {
        let classes = data.op.info().operands;
        if data.args.len() != classes.len() {
            faults.push(format!("{} takes {} operands, not {}", data.op.info().name, classes.len(), data.args.len()));
            return;
        }
        for (&value, class) in data.args.iter().zip(classes) {
            let ty = self.func.type_of(value);
            if !class.contains(ty) {
                faults.push(format!("{value} is {ty}, expected {class:?}"));
            }
        }
        if matches!(data.op, Op::Store | Op::PtrAdd) {
            return;
        }
        for (index, class) in classes.iter().enumerate() {
            let first = classes.iter().position(|other| other == class).unwrap_or(index);
            let (a, b) = (data.args[first], data.args[index]);
            let (expected, found) = (self.func.type_of(a), self.func.type_of(b));
            if !matches!(class, Class::Bool | Class::Ptr | Class::I64) && expected != found {
                faults.push(format!("{b} is {found} and {a} is {expected}: both have one type"));
            }
        }
    }

    /// Number and types of the results.
    fn results(&self, data: &InstData, faults: &mut Faults) {
        let found = self.types(&data.results);
        let first = |index: usize| data.args.get(index).map(|&value| self.func.type_of(value));
        let expected = match data.op.info().result {
            ResultRule::Same => first(0).into_iter().collect(),
            ResultRule::Second => first(1).into_iter().collect(),
            ResultRule::Bool => vec![Type::Bool],
            ResultRule::Ptr => vec![Type::Ptr],
            ResultRule::Chosen if found.len() == 1 => return self.chosen(data, found[0], faults),
            ResultRule::Chosen => return faults.push("the instruction has one result".into()),
            ResultRule::None => Vec::new(),
            ResultRule::Signature => match data.immediate {
                Immediate::Symbol(symbol) => symbol.info().returns.to_vec(),
                Immediate::Callee(callee) => match self.func.callees.get(callee.index()) {
                    Some(callee) => callee.signature.returns.clone(),
                    None => return,
                },
                _ => return,
            },
        };
        if found != expected {
            faults.push(format!("the results are {}, expected {}", type_list(&found), type_list(&expected)));
        }
    }

    /// Result types that an instruction states: constants, conversions, loads.
    fn chosen(&self, data: &InstData, to: Type, faults: &mut Faults) {
        let from = data.args.first().map_or(to, |&value| self.func.type_of(value));
        let is_allowed = match data.op {
            Op::ConstInt => to.is_int() || to == Type::Bool,
            Op::ConstFloat | Op::SintToFloat | Op::UintToFloat => to.is_float(),
            Op::ExtendSint | Op::ExtendUint => to.is_int() && to.bits() > from.bits(),
            Op::TruncateInt => to.is_int() && to.bits() < from.bits(),
            Op::FloatToSintSat | Op::FloatToUintSat => matches!(to, Type::I32 | Type::I64),
            Op::PromoteFloat => (from, to) == (Type::F32, Type::F64),
            Op::DemoteFloat => (from, to) == (Type::F64, Type::F32),
            Op::FloatToBits => to.is_int() && to.bits() == from.bits(),
            Op::BitsToFloat => to.is_float() && to.bits() == from.bits(),
            Op::PtrToInt => to == Type::I64,
            Op::AtomicLoad | Op::RelaxedLoad => to.is_int() || to == Type::Ptr,
            _ => true,
        };
        if !is_allowed {
            let from = if data.args.is_empty() { String::new() } else { format!(" from {from}") };
            faults.push(format!("{} does not lead{from} to {to}", data.op.info().name));
        }
    }

    /// Rules of single operations that no row states.
    fn particulars(&self, data: &InstData, faults: &mut Faults) {
        let func = self.func;
        match (data.op, data.immediate) {
            (Op::ConstInt, Immediate::Int(number)) => {
                let ty = data.results.first().map_or(Type::I64, |&result| func.type_of(result));
                if !fits(ty, number) {
                    faults.push(format!("{number} does not fit in {ty}"));
                }
            }
            (Op::ConstFloat, Immediate::Float(bits)) => {
                let is_single = data.results.first().is_some_and(|&result| func.type_of(result) == Type::F32);
                if is_single && bits >> 32 != 0 {
                    faults.push("an f32 has no bits in the high half".into());
                }
            }
            (Op::CmpInt, Immediate::IntCond(cond)) => {
                let is_bool = data.args.iter().any(|&value| func.type_of(value) == Type::Bool);
                if is_bool && !matches!(cond, IntCond::Eq | IntCond::Ne) {
                    faults.push("bools compare with eq and ne only".into());
                }
            }
            (Op::Store | Op::AtomicLoad | Op::RelaxedLoad, Immediate::Memory(memory)) if memory.is_constant => {
                faults.push("only a load reads constant memory".into());
            }
            (_, Immediate::Slot(slot)) if slot.index() >= func.slots.len() => {
                faults.push(format!("{slot} does not exist"));
            }
            (_, Immediate::Data(data)) if data.index() >= func.data.len() => {
                faults.push(format!("{data} does not exist"));
            }
            (_, Immediate::Symbol(Symbol::Raise)) => self.site(data, faults),
            _ => {}
        }
    }

    /// A raise of this function names one of its sites.
    fn site(&self, data: &InstData, faults: &mut Faults) {
        let [id, site, ..] = data.args.as_slice() else { return };
        let (Some(id), Some(site)) = (self.func.as_const_int(*id), self.func.as_const_int(*site)) else { return };
        let is_known = usize::try_from(site).is_ok_and(|site| site < self.func.sites.len());
        if id == i64::from(self.func.id.0) && !is_known {
            faults.push(format!("site{site} does not exist"));
        }
    }

    fn targets(&self, data: &InstData, faults: &mut Faults) {
        let expected = match data.op {
            Op::Jump => 1,
            Op::BranchIf | Op::Poll => 2,
            _ => 0,
        };
        if data.targets.len() != expected {
            faults.push(format!("{} has {expected} targets, not {}", data.op.info().name, data.targets.len()));
        }
        for BlockCall { block, args } in &data.targets {
            if !self.is_in_layout.get(block.index()).is_some_and(|&is_in| is_in) {
                faults.push(format!("{block} is not in the function"));
                continue;
            }
            let params = self.types(&self.func.block(*block).params);
            let what = format!("arguments of {block}");
            self.expect_types(&what, args, &params, faults);
        }
    }
}

fn fits(ty: Type, number: i64) -> bool {
    match ty {
        Type::Bool => matches!(number, 0 | 1),
        Type::I8 => i8::try_from(number).is_ok(),
        Type::I16 => i16::try_from(number).is_ok(),
        Type::I32 => i32::try_from(number).is_ok(),
        _ => true,
    }
}

fn type_list(types: &[Type]) -> String {
    let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
    format!("({})", names.join(", "))
}
