//! What can be checked of the source without compiling it: lengths, headers, names, and which way the arrows point.
//!
//! Every test collects all violations, each with its file and line. Files are those of the whole tree, what tools make
//! left out.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::sync::LazyLock;

/// A file that fails with a line more.
const MAX_LINES: usize = 1000;

/// A file that needs a reason to be longer, below.
const LONG_LINES: usize = 600;

/// Long files, and why they are not two.
const MAY_BE_LONG: &[(&str, &str)] = &[("src/runtime/symbols.rs", "a table, one row for each routine")];

/// Folders that tools make; hidden ones too, but for `.ci`.
const MADE_FOLDERS: &[&str] = &["__pycache__", "bench-results", "build", "dist", "output", "target"];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

/// Where and what for: the source of this crate knows no back end and no Python API. `tier_interface.rs` states
/// symbols of the LLVM tier's library, in lower and upper case as C has it; identifiers of Rust are what counts.
const ARROWS: &[(&str, &[&str])] = &[
    ("src/", &["pyo3", "cranelift", "upshift_cranelift", "llvm_sys", "inkwell", "upshift_llvm", "upshift_manager"]),
    ("tiers/cranelift/src/", &["pyo3", "llvm_sys", "inkwell", "upshift_llvm", "upshift_manager"]),
    ("tiers/llvm/src/", &["pyo3", "cranelift", "upshift_cranelift", "upshift_manager"]),
    ("tiers/manager/src/", &["pyo3", "cranelift", "upshift_cranelift", "llvm_sys", "inkwell", "upshift_llvm"]),
    (
        "tiers/observers/src/",
        &["pyo3", "cranelift", "upshift_cranelift", "llvm_sys", "inkwell", "upshift_llvm", "upshift_manager"],
    ),
    ("python/src/", &["llvm_sys", "inkwell", "cranelift_codegen", "cranelift_jit"]),
];

/// The only manifests that may name a dependency: which crate brings it in.
const OWNERS: &[(&str, &[&str])] = &[
    ("pyo3", &["Cargo.toml", "python/Cargo.toml"]),
    ("cranelift-codegen", &["Cargo.toml", "tiers/cranelift/Cargo.toml"]),
    ("inkwell", &["Cargo.toml", "tiers/llvm/Cargo.toml"]),
    ("llvm-sys", &["Cargo.toml", "tiers/llvm/Cargo.toml"]),
];

/// A text file.
struct File {
    path: String,
    text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The same without comments and without test modules at the end of the file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines()
            .take_while(|(_, line)| line.trim() != "mod tests {")
            .map(|(number, line)| (number, line.split("//").next().unwrap_or("")))
    }
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(root, "", &mut files);
    assert!(files.len() > 300, "{} files are not the whole tree", files.len());
    files
});

/// Adds the text files of a folder, `prefix` in front of their names.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("the folder is there").flatten().collect();
    entries.sort_by_key(DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().into_string().expect("names are text");
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            if !MADE_FOLDERS.contains(&name.as_str()) && (!name.starts_with('.') || name == ".ci") {
                collect(&entry.path(), &format!("{path}/"), files);
            }
        } else if name == ".git" {
            // In a work tree that git has elsewhere.
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(File { path, text });
        }
    }
}

/// Fails with all violations, if there are any.
fn report(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

/// The identifiers of a line.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[test]
fn files_are_not_long() {
    let sources = FILES.iter().filter(|file| [".rs", ".py", ".pyi"].iter().any(|end| file.path.ends_with(end)));
    let long = sources.filter_map(|file| {
        let count = file.text.lines().count();
        let is_allowed = MAY_BE_LONG.iter().any(|(path, _)| *path == file.path);
        let limit = if is_allowed { MAX_LINES } else { LONG_LINES };
        (count > limit).then(|| format!("{}: {count} lines, of {limit} at most", file.path))
    });
    report(long.collect());
}

#[test]
fn allowances_are_used() {
    let unused = MAY_BE_LONG
        .iter()
        .filter(|(path, _)| !FILES.iter().any(|file| file.path == *path && file.text.lines().count() > LONG_LINES));
    report(unused.map(|(path, _)| format!("{path}: is not long any more")).collect());
}

#[test]
fn files_say_what_they_are() {
    let python = ["python/", "benches/", "examples/", "tests/python/", "tests/data/"];
    let mut silent = Vec::new();
    for file in FILES.iter() {
        let is_python = file.path.ends_with(".py") && python.iter().any(|folder| file.path.starts_with(folder));
        let first = file.text.lines().find(|line| !line.starts_with("#!")).unwrap_or("");
        if file.is_rust() && !first.starts_with("//! ") {
            silent.push(format!("{}:1: opens without `//!`", file.path));
        }
        if is_python && !first.starts_with("\"\"\"") && !first.starts_with("r\"\"\"") {
            silent.push(format!("{}:1: opens without a docstring", file.path));
        }
    }
    report(silent);
}

#[test]
fn names_say_what_is_inside() {
    let is_empty = |file: &&File| {
        let stem = file.name().split('.').next().unwrap_or("");
        let folders = file.path.split('/').rev().skip(1);
        EMPTY_NAMES.iter().any(|name| stem == *name || folders.clone().any(|folder| folder == *name))
    };
    report(FILES.iter().filter(is_empty).map(|file| format!("{}: a name without meaning", file.path)).collect());
}

#[test]
fn todos_have_conditions() {
    // Split, so that this file passes.
    let mark = concat!("TO", "DO");
    let mut open = Vec::new();
    for file in FILES.iter() {
        for (number, line) in file.lines() {
            let Some(position) = line.find(mark) else { continue };
            let rest = &line[position + mark.len()..];
            if !rest.starts_with(" when ") && !rest.starts_with(": when ") {
                open.push(format!("{}:{number}: say when it can go: `{mark} when ...`", file.path));
            }
        }
    }
    report(open);
}

#[test]
fn nothing_unwraps() {
    let mark = concat!(".unw", "rap()");
    let is_source = |file: &&File| file.is_rust() && !file.path.contains("tests/");
    let unwrapped = FILES.iter().filter(is_source).flat_map(|file| {
        let lines = file.code().filter(|(_, line)| line.contains(mark));
        lines.map(|(number, _)| format!("{}:{number}: `expect(\"why this holds\")`, or a `Result`", file.path))
    });
    report(unwrapped.collect());
}

#[test]
fn no_machine_is_named() {
    // In pieces, so that this file passes.
    let marks = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/tmp/", "venv"),
        concat!("index.", "crates.io"),
        concat!("pypi", ".org"),
        concat!("arti", "factory"),
    ];
    let mut named = Vec::new();
    for file in FILES.iter() {
        for (number, line) in file.lines() {
            for mark in marks.iter().filter(|mark| line.contains(**mark)) {
                named.push(format!("{}:{number}: names {mark}", file.path));
            }
        }
    }
    report(named);
}

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for (folder, forbidden) in ARROWS {
        for file in FILES.iter().filter(|file| file.is_rust() && file.path.starts_with(folder)) {
            for (number, line) in file.code() {
                for word in words(line).filter(|word| forbidden.contains(word)) {
                    wrong.push(format!("{}:{number}: {folder} knows no {word}", file.path));
                }
            }
        }
    }
    report(wrong);
}

#[test]
fn dependencies_have_one_owner() {
    let mut wrong = Vec::new();
    for file in FILES.iter().filter(|file| file.name() == "Cargo.toml") {
        for (number, line) in file.lines() {
            for (dependency, owners) in OWNERS {
                let is_named = line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with([' ', '.', '=']));
                if is_named && !owners.contains(&file.path.as_str()) {
                    wrong.push(format!("{}:{number}: {dependency} belongs to {}", file.path, owners[1]));
                }
            }
        }
    }
    report(wrong);
}

/// The header of a `mod.rs` or `lib.rs` is the map of its folder. Passes are listed by their pipeline.
#[test]
fn maps_are_complete() {
    let mut missing = Vec::new();
    for file in FILES.iter().filter(|file| file.is_rust() && ["mod.rs", "lib.rs"].contains(&file.name())) {
        if !file.path.contains("src/") {
            continue;
        }
        let is_table = file.path == "src/passes/mod.rs";
        let listed: String = file
            .lines()
            .filter(|(_, line)| line.starts_with("//!") || is_table)
            .map(|(_, line)| line.to_owned() + "\n")
            .collect();
        for (number, line) in file.code() {
            let declared = line.strip_suffix(';').and_then(|line| line.rsplit_once("mod ")).map(|(_, name)| name);
            let Some(name) = declared.filter(|_| !line.starts_with([' ', '/'])) else { continue };
            let forms = [format!("{name}.rs"), format!("{name}/"), format!("\"{name}\"")];
            if !forms.iter().any(|form| listed.contains(form.as_str())) {
                missing.push(format!("{}:{number}: the header does not list {name}", file.path));
            }
        }
    }
    report(missing);
}
