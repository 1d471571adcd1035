//! What the tier manager does, as lines on stderr or as a file for chrome://tracing and Perfetto.
//!
//! Subscribers run on the thread where something happened, with or without the GIL: nothing here touches Python.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use upshift_manager::{Event, Manager};

use crate::settings::Trace;

/// Sends the manager's events where the settings say.
pub(crate) fn subscribe(manager: &Manager, trace: &Trace) {
    match trace {
        Trace::Off => {}
        Trace::Lines => manager.subscribe(Arc::new(|event| eprintln!("{}", line(event)))),
        Trace::Chrome(path) => match File::create(path) {
            Ok(mut file) => {
                // The format allows the closing bracket to be absent, so that a file is whole at any moment.
                let _ = writeln!(file, "[");
                let file = Mutex::new(file);
                manager.subscribe(Arc::new(move |event| {
                    let _ = writeln!(file.lock(), "{},", chrome(event));
                }));
            }
            Err(error) => eprintln!("upshift: the trace cannot be written to {path}: {error}"),
        },
    }
}

fn line(event: &Event) -> String {
    let ms = |at: &Duration| format!("upshift {:>10.3} ms", at.as_secs_f64() * 1e3);
    match event {
        Event::Compiled { at, name, tier, ms: took, size, predicted_ms, .. } => {
            let predicted = predicted_ms.map_or(String::new(), |ms| format!(" ({ms:.3} ms predicted)"));
            format!("{}  {name}: compiled by tier {tier} in {took:.3} ms{predicted}, {size} bytes", ms(at))
        }
        Event::Queued { at, name, reason, .. } => format!("{}  {name}: queued for tier 2: {reason}", ms(at)),
        Event::Swapped { at, name, after_ms, .. } => {
            format!("{}  {name}: runs in tier 2, {after_ms:.3} ms after its first call", ms(at))
        }
        Event::Refused { at, name, reason, .. } => format!("{}  {name}: stays in tier 1: {reason}", ms(at)),
    }
}

fn chrome(event: &Event) -> String {
    let us = |at: &Duration| at.as_secs_f64() * 1e6;
    let instant = |at: &Duration, name: &str, what: &str| {
        format!(
            r#"{{"ph":"i","s":"p","pid":1,"tid":1,"ts":{:.3},"name":{}}}"#,
            us(at),
            quote(&format!("{what} {name}"))
        )
    };
    match event {
        Event::Compiled { at, name, tier, ms, size, predicted_ms, .. } => {
            let predicted = predicted_ms.map_or("null".to_owned(), |ms| format!("{ms:.3}"));
            format!(
                r#"{{"ph":"X","pid":1,"tid":{tier},"ts":{:.3},"dur":{:.3},"name":{},"args":{{"tier":{tier},"size":{size},"predicted_ms":{predicted}}}}}"#,
                us(at) - ms * 1e3,
                ms * 1e3,
                quote(name)
            )
        }
        Event::Queued { at, name, .. } => instant(at, name, "queued"),
        Event::Swapped { at, name, .. } => instant(at, name, "swapped"),
        Event::Refused { at, name, .. } => instant(at, name, "refused"),
    }
}

/// A JSON string.
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", control as u32)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn names_are_json_strings() {
        assert_eq!(quote("f.<locals>.\"g\"\n"), r#""f.<locals>.\"g\"\u000a""#);
    }
}
