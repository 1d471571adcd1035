//! File tests of lir's text form and verifier.
//!
//! - `tests/lir/print/*.ir`: reads, verifies, and prints as it stands in the file.
//! - `tests/lir/verify/*.ir`: each function is wrong where `; error: ...` says so, and nowhere else. The comment
//!   stands on the offending instruction, or on the `func` or block line that the error is about.

use std::fs;
use std::path::{Path, PathBuf};

use upshift_core::lir::{Unit, decode_unit, encode_unit, parse_functions, parse_unit, verify_function, verify_unit};

fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lir").join(folder);
    let entries = fs::read_dir(&folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the entry is readable").path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("the file is readable");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn prints_what_was_read() {
    for (path, text) in files("print") {
        let unit = parse_unit(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        verify_unit(&unit).unwrap_or_else(|errors| panic!("{}: {errors:#?}", path.display()));
        assert_eq!(unit.to_string(), text, "{}", path.display());
    }
}

#[test]
fn bytes_keep_every_unit() {
    for (path, text) in files("print").into_iter().chain(files("../run")) {
        let unit = if text.starts_with("unit") {
            parse_unit(&text)
        } else {
            parse_functions(&text).map(|functions| Unit { functions })
        };
        let unit = unit.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let decoded = decode_unit(&encode_unit(&unit)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(decoded.to_string(), unit.to_string(), "{}", path.display());
        let read = parse_unit(&unit.to_string()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(read.to_string(), unit.to_string(), "{}", path.display());
    }
}

#[test]
fn verifier_finds_each_error() {
    for (path, text) in files("verify") {
        check_errors(&path, &text);
    }
}

/// A line with `; error:` comments: the code in front of them and the messages.
fn expectations(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut parts = line.split("; error:");
        let code = parts.next().unwrap_or_default().trim().to_string();
        found.extend(parts.map(|message| (code.clone(), message.trim().to_string())));
    }
    found
}

fn check_errors(path: &Path, text: &str) {
    let functions = parse_functions(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut found = Vec::new();
    for func in &functions {
        for error in verify_function(func).err().into_iter().flatten() {
            let place = if error.place == "func" { format!("func {}(", error.func) } else { error.place.clone() };
            let code = if error.inst.is_empty() { place } else { error.inst.clone() };
            found.push((code, error));
        }
    }
    let expected = expectations(text);
    for (code, message) in &expected {
        let position = found.iter().position(|(place, error)| code.starts_with(place) && error.message == *message);
        match position {
            Some(position) => drop(found.remove(position)),
            None => panic!("{}: no error `{message}` at `{code}`; left are {found:#?}", path.display()),
        }
    }
    assert!(found.is_empty(), "{}: unexpected {found:#?}", path.display());
}

#[test]
fn parse_errors_name_their_line() {
    let cases = [
        ("func f() {\nblock0: return v1 }", 1, "v1 is used and not defined"),
        (
            "func f() {\nblock0:\n  v1 = add_int v1, v1\n  return }",
            3,
            "the type of the result does not follow from anything",
        ),
        ("func f() {\nblock0:\n  v1 = const_int 5\n  return }", 3, "const_int takes a type"),
        ("func f(i65) {\n}", 1, "expected a type, found Word(\"i65\")"),
        ("func f() {\nblock0:\n  frobnicate\n}", 3, "expected an operation, found Word(\"frobnicate\")"),
        ("func f() {\nblock0: return\nblock0: return }", 3, "block0 is defined twice"),
        ("func f() {\nblock0(v0: i64, v0: i64): return }", 2, "v0 is defined twice"),
        ("func f() {\nblock99999999: return }", 2, "block99999999: the number is too large"),
        ("func \"a", 1, "the closing quote is missing"),
        ("func f() {\nblock0:\n  store elements+99999999999 v0, v0\n}", 3, "the offset is out of range"),
    ];
    for (text, line, message) in cases {
        let error = parse_functions(text).expect_err(text);
        assert_eq!((error.line, error.message.as_str()), (line, message), "{text}");
    }
}
