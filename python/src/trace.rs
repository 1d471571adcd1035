//! What the tier manager does and sees, as lines on stderr or as a file for chrome://tracing and Perfetto.
//!
//!     upshift     12.345 ms  queued     f(int64) -> int64: 2000 calls reached the threshold of 2000; 1 in the queue
//!     upshift     15.801 ms  compiled   f(int64) -> int64: by tier 2 in 3.101 ms, 212 bytes
//!
//! Times count from the import. Subscribers run on the thread where something happened or on another, with or without
//! the GIL: nothing here touches Python.

use std::io::Write;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use upshift_manager::{Event, Label, Manager, Part, What};

use crate::chrome_trace::ChromeTrace;
use crate::settings::Trace;

static IMPORTED: OnceLock<Instant> = OnceLock::new();
static CHROME: OnceLock<Mutex<ChromeTrace>> = OnceLock::new();

/// Starts the clock.
pub(crate) fn note_import() {
    IMPORTED.get_or_init(Instant::now);
}

/// Sends the manager's events where the settings say.
pub(crate) fn subscribe(manager: &Manager, trace: &Trace) {
    let imported = *IMPORTED.get_or_init(Instant::now);
    let lead = manager.start().saturating_duration_since(imported);
    match trace {
        Trace::Off => {}
        Trace::Lines => manager.subscribe(Arc::new(move |event| {
            if let Some(line) = line(event, event.at + lead) {
                // Without stderr there is nobody to tell.
                let _ = std::io::stderr().write_all(line.as_bytes());
            }
        })),
        Trace::Chrome(path) => match ChromeTrace::create(path) {
            Ok(file) => {
                let file = CHROME.get_or_init(|| Mutex::new(file));
                manager.subscribe_with_counts(Arc::new(move |event| file.lock().add(event, event.at + lead)));
            }
            Err(error) => eprintln!("upshift: the trace cannot be written to {path}: {error}"),
        },
    }
}

/// Closes the file, if there is one: at the end of the process, when nothing happens any more.
pub(crate) fn finish() {
    if let Some(file) = CHROME.get() {
        file.lock().finish();
    }
}

/// The function as lines and tracks name it.
pub(crate) fn name_of(label: &Label) -> String {
    format!("{}{}", label.name, label.signature)
}

fn line(event: &Event, at: Duration) -> Option<String> {
    let (kind, text) = match &event.what {
        What::Compiled { tier, part, ms, predicted_ms, size } => {
            let part = match part {
                Part::Calls => "",
                Part::RunningLoop => "a running loop, ",
            };
            ("compiled", format!("{part}by tier {tier} in {ms:.3} ms{}, {size} bytes", predicted(*predicted_ms)))
        }
        What::Queued { reason, predicted_ms } => {
            ("queued", format!("{reason}{}; {} in the queue", predicted(*predicted_ms), event.queue_length))
        }
        What::Swapped { after_ms } => ("swapped", format!("calls go to tier 2, {after_ms:.3} ms after the first")),
        What::WentOver { entries } => ("went over", format!("running loops entered tier 2, {entries} so far")),
        What::Refused { reason } => ("refused", format!("stays in tier 1: {reason}")),
        What::ReplacedFreed { size } => ("freed", format!("replaced code, {size} bytes")),
        What::Freed { size } => ("freed", format!("{size} bytes")),
        What::Counted { .. } => return None,
    };
    let ms = at.as_secs_f64() * 1e3;
    Some(format!("upshift {ms:>10.3} ms  {kind:<9}  {}: {text}\n", name_of(&event.function)))
}

fn predicted(ms: Option<f64>) -> String {
    ms.map_or_else(String::new, |ms| format!(" (predicted {ms:.3} ms)"))
}
