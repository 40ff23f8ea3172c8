//! How long names take: 34,000 of them, as many as a crawl of some thousand sites meets, looked up and classified.
//!
//! `cargo bench --bench classify` prints milliseconds and fails when looking up takes longer than [`BUDGET`]. The names
//! are made here, the same each time: known ones, known ones with made-up parts, and names that nobody knows.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cookie_audit::judge::classify::{Classifier, ClassifierOptions, Subject, rules_fitting};

const NAMES: usize = 34_000;
/// Looking all names up may take this long in a release build.
const BUDGET: Duration = Duration::from_millis(50);
/// Beginnings of names: shapes that occur, some of them known.
const STEMS: [&str; 12] = [
    "_ga",
    "PHPSESSID",
    "wordpress_logged_in_",
    "user_lang",
    "ph_",
    "shop-session",
    "OptanonConsent",
    "x",
    "sid",
    "intercom-id-",
    "ASPSESSIONID",
    "viewMode",
];

/// Numbers as random as a bench needs.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

fn names() -> Vec<String> {
    let mut dice = Dice(7);
    let mut name = |at: usize| {
        let stem = STEMS.get(at % STEMS.len()).copied().unwrap_or_default();
        match at % 3 {
            0 => stem.to_owned(),
            1 => format!("{stem}{:x}", dice.roll()),
            _ => format!("{:x}_{stem}{}", dice.roll() % 4096, dice.roll() % 100),
        }
    };
    (0..NAMES).map(&mut name).collect()
}

/// The shortest of several runs: the others waited for somebody else.
fn shortest(mut run: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..7 {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    best
}

fn main() -> ExitCode {
    let start = Instant::now();
    let Ok(classifier) = Classifier::new(&ClassifierOptions::default()) else { return ExitCode::FAILURE };
    println!("tables read once: {:?}", start.elapsed());
    let names = names();
    let look_up = shortest(|| {
        for name in &names {
            black_box(rules_fitting(name));
        }
    });
    println!("{NAMES} names looked up: {look_up:?}");
    let subjects: Vec<Subject> = names.into_iter().map(|name| Subject { name, ..Subject::default() }).collect();
    let classify = shortest(|| {
        for subject in &subjects {
            black_box(classifier.classify(subject));
        }
    });
    println!("{NAMES} names classified, with reasons: {classify:?}");
    let slow = look_up > BUDGET && !cfg!(debug_assertions);
    if slow { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
