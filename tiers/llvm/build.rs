//! Links LLVM statically into this crate: only the components named here, found through `LLVM_SYS_221_PREFIX`,
//! `llvm-config-22` on the path, or the place where Debian installs it.
//!
//! llvm-sys could link LLVM too, but asks for every component (59 MB instead of 47) and for Polly, and copies each
//! archive into its rlib, which `static:-bundle` avoids.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What of LLVM is linked; `nvptxcodegen` adds PTX.
const COMPONENTS: [&str; 3] = ["x86codegen", "orcjit", "passes"];

const PREFIX_VARIABLE: &str = "LLVM_SYS_221_PREFIX";

fn main() {
    println!("cargo:rerun-if-env-changed={PREFIX_VARIABLE}");
    println!("cargo:rerun-if-changed=build.rs");
    let config = find_config();
    println!("cargo:rustc-link-search=native={}", ask(&config, &["--libdir"]).trim());
    let mut arguments = vec!["--link-static", "--libs"];
    arguments.extend(COMPONENTS);
    for flag in ask(&config, &arguments).split_whitespace() {
        if let Some(name) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=static:-bundle={name}");
        }
    }
    // LLVMSupport's own needs; the other libraries of `--system-libs` belong to parts that are not linked.
    for name in ["z", "zstd"] {
        if let Some(folder) = archive_folder(name) {
            println!("cargo:rustc-link-search=native={}", folder.display());
            println!("cargo:rustc-link-lib=static:-bundle={name}");
        } else {
            println!("cargo:rustc-link-lib=dylib={name}");
        }
    }
    println!("cargo:rustc-link-lib=dylib=stdc++");
    // `exit.rs` says why.
    println!("cargo:rustc-cdylib-link-arg=-Wl,--wrap=__cxa_atexit");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        // Folding equal functions: 47 MB become 43. Relocations are not packed: packed ones are read before they are
        // written, so that the system maps each page twice and interrupts the thread that runs the program in between.
        println!("cargo:rustc-cdylib-link-arg=-Wl,--icf=all");
    }
}

/// The `llvm-config` to ask.
fn find_config() -> PathBuf {
    if let Ok(prefix) = std::env::var(PREFIX_VARIABLE) {
        return Path::new(&prefix).join("bin/llvm-config");
    }
    let on_path = Command::new("llvm-config-22").arg("--version").output().is_ok_and(|output| output.status.success());
    if on_path { PathBuf::from("llvm-config-22") } else { PathBuf::from("/usr/lib/llvm-22/bin/llvm-config") }
}

fn ask(config: &Path, arguments: &[&str]) -> String {
    let output = Command::new(config).args(arguments).output().unwrap_or_else(|error| {
        panic!("{} does not run ({error}): install llvm-22-dev, or set {PREFIX_VARIABLE}", config.display())
    });
    assert!(output.status.success(), "{} {arguments:?}: {}", config.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("llvm-config prints text")
}

/// The folder that holds the static form of a system library.
fn archive_folder(name: &str) -> Option<PathBuf> {
    let architecture = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    [format!("/usr/lib/{architecture}-linux-gnu"), "/usr/lib64".to_owned(), "/usr/lib".to_owned()]
        .into_iter()
        .map(PathBuf::from)
        .find(|folder| folder.join(format!("lib{name}.a")).exists())
}
