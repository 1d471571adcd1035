//! Questions about values that their types answer: `getattr hasattr callable issubclass id`.

use std::sync::Arc;

use smallvec::smallvec;

use super::buffers::BufferType;
use super::fact::Fact;
use super::infer::{Argument, Failure, Inference};
use super::rules::{Named, no_operation};
use super::types::{DType, Type};
use crate::hir::{Inst, InstData, Op};
use crate::library::{self, Operand};
use crate::refusal::Reason;

/// Their canonical names, but for `id`, which is refused.
pub const REFLECTING: [&str; 3] = ["builtins.getattr", "builtins.hasattr", "builtins.callable"];

impl Inference<'_> {
    /// The answer of one of these functions; `None` for any other.
    pub(super) fn reflect(
        &mut self,
        inst: Inst,
        data: &InstData,
        name: &str,
        positional: &[Operand],
        named: &Named,
    ) -> Result<Option<Option<Fact>>, Failure> {
        if !REFLECTING.contains(&name) && !["builtins.id", "builtins.issubclass"].contains(&name) {
            return Ok(None);
        }
        let function = name.trim_start_matches("builtins.");
        if self.env.extension(name).is_some() {
            return Ok(None);
        }
        let types: Vec<&Type> = positional.iter().map(|operand| &operand.fact.ty).collect();
        let fact = match (function, positional, named.is_empty()) {
            ("getattr", [a, attribute], true) => return self.read(inst, data, a, attribute, None).map(Some),
            ("getattr", [a, attribute, default], true) => {
                return self.read(inst, data, a, attribute, Some(default)).map(Some);
            }
            ("hasattr", [a, attribute], true) => {
                let name = literal(attribute, "hasattr")?;
                Fact::bool(self.get_attr(inst, &reading(data, &name, a), &name, a).is_ok())
            }
            ("callable", [a], true) => Fact::bool(is_callable(&a.fact.ty)),
            ("issubclass", [a, b], true) => match is_subclass(&a.fact.ty, &b.fact.ty) {
                Some(answer) => Fact::bool(answer),
                // Classes of exceptions are an entry of the library.
                None => return Ok(None),
            },
            _ => {
                let advice = match function {
                    "id" => "compiled values have no address of their own; compare with == or is",
                    _ => "it takes positional arguments as in Python",
                };
                return Err(no_operation(format!("{function}()"), &types, advice).into());
            }
        };
        Ok(Some(Some(fact)))
    }

    fn read(
        &mut self,
        inst: Inst,
        data: &InstData,
        a: &Operand,
        attribute: &Operand,
        default: Option<&Operand>,
    ) -> Result<Option<Fact>, Failure> {
        let name = literal(attribute, "getattr")?;
        match (self.get_attr(inst, &reading(data, &name, a), &name, a), default) {
            (Err(_), Some(default)) => Ok(Some(default.fact.clone())),
            (answer, _) => answer,
        }
    }
}

/// The instruction that reads the attribute where it is written with a dot.
fn reading(data: &InstData, name: &Arc<str>, a: &Operand) -> InstData {
    let args = match a.source {
        Argument::Value(value) => smallvec![value],
        _ => data.args.clone(),
    };
    InstData { op: Op::GetAttr(name.clone()), args, ..data.clone() }
}

fn literal(attribute: &Operand, function: &str) -> Result<Arc<str>, Reason> {
    let name = attribute.fact.as_str().map(Arc::from);
    name.ok_or_else(|| Reason::NotConstant(format!("the attribute's name in {function}()")))
}

fn is_callable(ty: &Type) -> bool {
    match ty {
        Type::Library(name) => !matches!(&**name, "builtins.NotImplemented" | "builtins.Ellipsis"),
        Type::Function(_)
        | Type::OneOf(_)
        | Type::Partial(_)
        | Type::Closure(_)
        | Type::Method(_)
        | Type::DTypeClass(_)
        | Type::ExceptionClass(_) => true,
        _ => false,
    }
}

/// Whether the class `a` is `b` or derives from it; `b` may be a tuple of classes.
fn is_subclass(a: &Type, b: &Type) -> Option<bool> {
    if let Type::Tuple(classes) = b {
        let answers: Option<Vec<bool>> = classes.iter().map(|class| is_subclass(a, class)).collect();
        return answers.map(|answers| answers.contains(&true));
    }
    let instance = match a {
        Type::DTypeClass(dtype) => Type::Scalar(*dtype),
        Type::Library(name) => match &**name {
            "builtins.bool" => Type::Bool,
            "builtins.int" => Type::Int,
            "builtins.float" => Type::Float,
            "builtins.complex" => Type::Complex,
            "builtins.str" => Type::String,
            "builtins.bytes" => Type::Bytes,
            "builtins.bytearray" => Type::Buffer(BufferType::BYTE_ARRAY),
            "builtins.tuple" => Type::tuple(Vec::new()),
            "builtins.list" => Type::list(Type::Int),
            "builtins.dict" => Type::dict(Type::Int, Type::Int),
            "builtins.set" => Type::Set(Arc::new(Type::Int)),
            "builtins.range" => Type::Range(None),
            _ => return None,
        },
        _ => return None,
    };
    match (&instance, b) {
        // A NumPy scalar's class is one of Python's own where the value is.
        (Type::Scalar(DType::Float64 | DType::Complex128), _) | (_, Type::Library(_) | Type::DTypeClass(_)) => {
            library::is_instance(&instance, b)
        }
        _ => None,
    }
}
