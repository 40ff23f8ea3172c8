//! Any messages of a browser, one a line, heard as Chromium's and as Firefox's.
#![no_main]

use cookie_audit::gather::record::fuzzing::hear;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    hear(true, text);
    hear(false, text);
});
