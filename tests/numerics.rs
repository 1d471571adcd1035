//! Compares the numeric routines, called through the table of symbols, with what CPython and NumPy answered:
//! `tests/data/numerics/*.txt`, written by `generate.py` beside them, which describes the lines.

use std::ffi::c_void;
use std::fs;
use std::mem::transmute;
use std::path::Path;

use upshift_core::library::math_rules::float_rule;
use upshift_core::lir::Type;
use upshift_core::runtime::symbols::{Symbol, SymbolInfo};

/// An argument or result: the bits, or the integer.
fn parse(word: &str, ty: Type) -> u64 {
    match (word, ty) {
        ("nan", Type::F32) => f32::NAN.to_bits().into(),
        ("nan", _) => f64::NAN.to_bits(),
        (_, Type::F32) => u64::from_str_radix(&format!("{word:0<8}"), 16).expect("hexadecimal bits"),
        (_, Type::F64) => u64::from_str_radix(&format!("{word:0<16}"), 16).expect("hexadecimal bits"),
        _ => word.parse::<i128>().expect("an integer") as u64,
    }
}

/// The text of a result, as `generate.py` writes it.
fn print(value: u64, ty: Type) -> String {
    match ty {
        Type::F32 if f32::from_bits(value as u32).is_nan() => "nan".to_string(),
        Type::F64 if f64::from_bits(value).is_nan() => "nan".to_string(),
        Type::F32 => trim(format!("{value:08x}")),
        Type::F64 => trim(format!("{value:016x}")),
        Type::I32 => (value as i32).to_string(),
        _ => (value as i64).to_string(),
    }
}

fn trim(digits: String) -> String {
    match digits.trim_end_matches('0') {
        "" => "0".to_string(),
        rest => rest.to_string(),
    }
}

trait Word {
    fn from_word(word: u64) -> Self;
    fn into_word(self) -> u64;
}

macro_rules! words {
    ($( $ty:ty: $word:ident => $from:expr, $value:ident => $into:expr; )*) => {
        $( impl Word for $ty {
            fn from_word($word: u64) -> Self { $from }
            fn into_word(self) -> u64 { let $value = self; $into }
        } )*
    };
}

words! {
    f64: word => f64::from_bits(word), value => value.to_bits();
    f32: word => f32::from_bits(word as u32), value => value.to_bits().into();
    i64: word => word as i64, value => value as u64;
    i32: word => word as i32, value => value as u32 as u64;
    bool: word => word != 0, value => value.into();
    (): _word => (), _value => 0;
    *mut c_void: word => word as *mut c_void, value => value as u64;
}

/// Calls the routine at `address`, whose types are `info`'s. The result buffer's address is among the words.
fn call(address: *const c_void, info: &SymbolInfo, words: &[u64]) -> u64 {
    use Type::{Bool, F32, F64, I32, I64, Ptr};
    type P = *mut c_void;
    macro_rules! shapes {
        ($( [$($param:pat),*] [$($ret:pat)?] = ($($ty:ty),*) -> $result:ty; )*) => {
            match (info.params, info.returns) {
                $( ([$($param),*], [$($ret)?]) => {
                    let mut words = words.iter();
                    // SAFETY: the row of the table states these types, and the compiler has checked it against the
                    // routine; the pointer among the words leads to the test's buffer.
                    unsafe {
                        let routine: unsafe extern "C" fn($($ty),*) -> $result = transmute(address);
                        routine($( <$ty>::from_word(*words.next().expect("an argument")) ),*).into_word()
                    }
                } )*
                _ => panic!("{} has a signature that the test does not know", info.name),
            }
        };
    }
    shapes! {
        [F64] [F64] = (f64) -> f64;
        [F64] [I64] = (f64) -> i64;
        [F64, F64] [F64] = (f64, f64) -> f64;
        [F64, F64, F64] [F64] = (f64, f64, f64) -> f64;
        [F64, I64] [F64] = (f64, i64) -> f64;
        [F32, F32] [F32] = (f32, f32) -> f32;
        [F32, I64] [F32] = (f32, i64) -> f32;
        [F64, F64, F64, F64] [Bool] = (f64, f64, f64, f64) -> bool;
        [I64] [I64] = (i64) -> i64;
        [I64, I64] [I64] = (i64, i64) -> i64;
        [I64, I64] [F64] = (i64, i64) -> f64;
        [I64, F64] [I32] = (i64, f64) -> i32;
        [I64, Ptr] [I32] = (i64, P) -> i32;
        [I64, I64, Ptr] [I32] = (i64, i64, P) -> i32;
        [F64, Ptr] [I32] = (f64, P) -> i32;
        [F64, F64, Ptr] [I32] = (f64, f64, P) -> i32;
        [F64, F64, Ptr] [] = (f64, f64, P) -> ();
        [F64, F64, F64, F64, Ptr] [I32] = (f64, f64, f64, f64, P) -> i32;
        [F64, F64, F64, F64, Ptr] [] = (f64, f64, f64, f64, P) -> ();
        [F32, F32, Ptr] [] = (f32, f32, P) -> ();
        [F32, F32, F32, F32, Ptr] [] = (f32, f32, f32, f32, P) -> ();
    }
}

/// What the routine answers, in the form of the data.
fn answer(name: &str, args: &[&str]) -> String {
    let rule = name.strip_prefix("math.").map(|name| float_rule(name).expect("a function of math"));
    let symbol = rule.map(|rule| rule.symbol).or_else(|| Symbol::from_name(name)).expect("a symbol");
    let info = symbol.info();
    let mut words: Vec<u64> = args.iter().zip(info.params).map(|(word, ty)| parse(word, *ty)).collect();
    let mut buffer = [0u64; 2];
    let has_buffer = info.params.last() == Some(&Type::Ptr);
    if has_buffer {
        words.push(buffer.as_mut_ptr() as u64);
    }
    let result = call(symbol.address(), info, &words);
    if let Some(rule) = rule {
        let args: Vec<f64> = words.into_iter().map(f64::from_bits).collect();
        if let Some(failure) = rule.failure(&args, f64::from_bits(result)) {
            return failure.exception().to_string();
        }
    }
    let mut texts: Vec<String> = info.returns.iter().map(|ty| print(result, *ty)).collect();
    if has_buffer && result == 0 {
        texts.extend(match info.params[0] {
            Type::F32 => vec![print(buffer[0] & 0xffff_ffff, Type::F32), print(buffer[0] >> 32, Type::F32)],
            Type::F64 if info.params.len() > 2 => buffer.map(|word| print(word, Type::F64)).to_vec(),
            _ => vec![print(buffer[0], Type::I64)],
        });
    }
    texts.join(" ")
}

fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/numerics").join(file);
    let text = fs::read_to_string(&path).expect("the data is there");
    let mut wrong = Vec::new();
    for line in text.lines() {
        let (call, expected) = line.split_once(" = ").expect("a line with results");
        let words: Vec<&str> = call.split(' ').collect();
        let found = answer(words[0], &words[1..]);
        if found != expected {
            wrong.push(format!("{line}\n    found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} lines in {file}:\n{}", wrong.len(), text.lines().count(), wrong.join("\n"));
}

#[test]
fn math_functions_answer_as_cpython() {
    check("math.txt");
}

#[test]
fn float_operators_answer_as_cpython_and_numpy() {
    check("numbers.txt");
}

#[test]
fn integer_functions_answer_as_cpython_and_numpy() {
    check("integers.txt");
}

#[test]
fn complex_math_functions_answer_as_cpython() {
    check("cmath.txt");
}

#[test]
fn complex_operators_answer_as_cpython_and_numpy() {
    check("complex.txt");
}
