//! A made-up site that plants cookies of every kind on seven visitors, one of whom comes back: each is told rightly.
//!
//! The values go through the same reduction as in a recording; what is planted, and what must be found, stands here.

use super::compare;
use crate::evidence::model::ValueFacts;
use crate::evidence::values::Redactor;

const NOW: i64 = 1_763_000_000;
const FRESH: u64 = 6;
/// Visits of the one who comes back.
const VISITS: u64 = 4;

/// Numbers that look random and are the same each time.
fn random(seed: u64, salt: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ 0x94D0_49BB;
    for _ in 0..3 {
        x ^= x >> 30;
        x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x ^= x >> 27;
    }
    x
}

fn hex(seed: u64, salt: u64) -> String {
    format!("{:016x}{:016x}", random(seed, salt), random(seed, salt + 1))
}

fn uuid(seed: u64, salt: u64) -> String {
    let h = hex(seed, salt);
    format!("{}-{}-4{}-a{}-{}", &h[..8], &h[8..12], &h[13..16], &h[17..20], &h[20..32])
}

/// Who it is, and when: visitor, visit, and a number that no other visit has.
#[derive(Clone, Copy)]
struct Moment {
    visitor: u64,
    visit: u64,
}

impl Moment {
    fn seconds(self) -> i64 {
        NOW + i64::try_from(self.visitor * 977 + self.visit * 61).unwrap()
    }

    fn first_seconds(self) -> i64 {
        Self { visit: 0, ..self }.seconds()
    }

    /// Another one each time.
    fn once(self) -> u64 {
        self.visitor * 1_000 + self.visit + 1
    }
}

type Plant = fn(Moment) -> String;

fn base64(text: &str) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(text)
}

/// Planted cookies: name, whether it tells visitors apart, value.
const PLANTED: &[(&str, bool, Plant)] = &[
    ("uuid", true, |m| uuid(m.visitor, 3)),
    ("bare-hex", true, |m| hex(m.visitor, 4)),
    ("analytics", true, |m| {
        format!("GA1.2.{}.{}", 100_000_000 + random(m.visitor, 5) % 2_000_000_000, m.first_seconds())
    }),
    ("analytics-random-like-a-moment", true, |m| {
        format!("GA1.2.{}.{}", NOW - i64::try_from(random(m.visitor, 6) % 9_000_000).unwrap(), m.first_seconds())
    }),
    ("pixel", true, |m| format!("fb.1.{}123.{}", m.first_seconds(), 100_000_000 + random(m.visitor, 7) % 900_000_000)),
    ("id-with-time-of-visit", true, |m| format!("{}.{}.{}", &hex(m.visitor, 8)[..16], m.seconds(), m.visit)),
    ("json", true, |m| format!("{{\"lang\":\"en\",\"uid\":\"{}\",\"at\":{}}}", &hex(m.visitor, 9)[..20], m.seconds())),
    ("json-encoded", true, |m| format!("%7B%22id%22%3A%22{}%22%2C%22n%22%3A{}%7D", uuid(m.visitor, 10), m.visit)),
    ("json-in-base64", true, |m| base64(&format!("{{\"v\":1,\"visitor\":\"{}\"}}", &hex(m.visitor, 11)[..18]))),
    ("json-nested", true, |m| {
        format!("{{\"user\":{{\"ids\":[\"{}\"],\"seen\":{}}}}}", uuid(m.visitor, 12), m.seconds())
    }),
    ("session-kept", true, |m| hex(m.visitor, 13)[..26].to_owned()),
    ("same-for-all", false, |_| "9f86d081884c7d659a2feaa0c55ad015".to_owned()),
    ("seconds", false, |m| m.seconds().to_string()),
    ("milliseconds", false, |m| format!("{}{:03}", m.seconds(), random(m.once(), 14) % 1000)),
    ("fraction", false, |m| format!("{}.{}", m.seconds(), random(m.once(), 15) % 1000)),
    ("date", false, |m| format!("2025-11-{:02}T10:{:02}:09.123Z", 10 + m.visitor, m.visit)),
    ("letter", false, |m| if m.visitor.is_multiple_of(2) { "a" } else { "b" }.to_owned()),
    ("variant", false, |m| format!("variant-{}", if m.visitor.is_multiple_of(2) { "control" } else { "treatment" })),
    ("buckets", false, |m| format!("exp.{}.{}", random(m.visitor, 16) % 3, random(m.visitor, 17) % 100)),
    ("choices", false, |m| if m.visitor.is_multiple_of(3) { "en-US|dark|EUR" } else { "de-DE|light|USD" }.to_owned()),
    ("counter", false, |m| format!("{}.{}", m.visit + 1, m.seconds())),
    ("json-of-moments", false, |m| {
        format!("{{\"group\":\"b\",\"first\":{},\"last\":{}}}", m.first_seconds(), m.seconds())
    }),
    ("rotating-hex", false, |m| hex(m.once(), 18)),
    ("rotating-uuid", false, |m| uuid(m.once(), 19)),
    ("rotating-in-json", false, |m| format!("{{\"csrf\":\"{}\",\"at\":{}}}", hex(m.once(), 20), m.seconds())),
    ("rotating-in-base64", false, |m| base64(&format!("{{\"nonce\":\"{}\"}}", &hex(m.once(), 21)[..20]))),
    ("flag", false, |_| "true".to_owned()),
    ("empty", false, |_| String::new()),
];

/// Values by visitor: six who come once, and one who comes again and again.
fn walk(plant: Plant) -> Vec<Vec<ValueFacts>> {
    let redactor = Redactor::new([9; 32]).at(NOW);
    let facts = |visitor, visit| redactor.facts(&plant(Moment { visitor, visit }));
    let mut visitors: Vec<Vec<ValueFacts>> = (1..=FRESH).map(|visitor| vec![facts(visitor, 0)]).collect();
    visitors.push((0..VISITS).map(|visit| facts(FRESH + 1, visit)).collect());
    visitors
}

#[test]
fn every_planted_cookie_is_told_rightly() {
    let mut wrong = Vec::new();
    for (name, tells, plant) in PLANTED {
        let visitors = walk(*plant);
        let found = compare(&visitors.iter().map(|v| v.iter().collect()).collect::<Vec<_>>());
        if found.verdict != Some(*tells) || found.length.is_some() != *tells {
            wrong.push((name, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_part_that_tells_is_measured() {
    for (name, plant) in [("uuid", PLANTED[0].2), ("json-encoded", PLANTED[7].2)] {
        let visitors = walk(plant);
        let found = compare(&visitors.iter().map(|v| v.iter().collect()).collect::<Vec<_>>());
        assert_eq!(found.length, Some(36), "{name}");
    }
}
