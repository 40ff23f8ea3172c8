//! Traps: addresses of which a site makes ever more. Each kind is capped by the shape of the address.
//!
//! Caps are generous: a real section stays whole within the usual budget, an endless one costs a few visits. Plain
//! numbered pages (`/p/17`) have no cap but the budget.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use url::Url;

use super::address::{Shape, shape};

const LONGEST: usize = 1500;
const DEEPEST: usize = 14;
const CALENDAR: u32 = 12;
const PAGING: u32 = 20;
const RANDOM: u32 = 40;
const ONE_PARAMETER: u32 = 100;
const TWO_PARAMETERS: u32 = 30;
const FACETS: u32 = 10;
const FACETS_OF_ONE_PATH: u32 = 30;

/// How often each shape was let through.
#[derive(Debug, Default)]
pub(super) struct Traps {
    /// By the hash of the shape's words: a site may have a great many.
    counts: HashMap<u64, u32>,
    hasher: RandomState,
    /// One address of each shape is enough.
    sample: bool,
}

impl Traps {
    /// `sample`: let one address of each shape through (smoke).
    pub(super) fn new(sample: bool) -> Self {
        Self { sample, ..Self::default() }
    }

    /// Why the address is not visited (reason, words), if so; else it is counted as let through.
    pub(super) fn admit(&mut self, url: &Url) -> Result<(), (&'static str, String)> {
        if let Some(words) = grown(url) {
            return Err(("trap", words));
        }
        let caps = self.caps(&shape(url));
        let full = |(key, cap, _): &&(String, u32, &str)| {
            self.counts.get(&self.hasher.hash_one(key)).is_some_and(|n| n >= cap)
        };
        if let Some((_, cap, words)) = caps.iter().find(full) {
            let reason = if self.sample && *cap == 1 { "sampled" } else { "trap" };
            return Err((reason, format!("{words}: {cap} of this shape are visited")));
        }
        for (key, _, _) in caps {
            *self.counts.entry(self.hasher.hash_one(&key)).or_default() += 1;
        }
        Ok(())
    }

    fn caps(&self, shape: &Shape) -> Vec<(String, u32, &'static str)> {
        let Shape { path, query, .. } = shape;
        let names = query.split('&').map(|p| p.split('=').next().unwrap_or(p)).collect::<Vec<_>>().join("&");
        let mut caps = Vec::new();
        if self.sample {
            caps.push((format!("sample {path}?{names}"), 1, "one page of each kind"));
        }
        if shape.calendar {
            caps.push((format!("calendar {path}?{names}"), CALENDAR, "a calendar"));
        }
        if shape.paging {
            caps.push((format!("paging {path}?{query}"), PAGING, "pages of a list"));
        }
        if shape.random {
            caps.push((format!("random {path}?{names}"), RANDOM, "addresses with made-up ids"));
        }
        match shape.parameters {
            0 => {}
            1 => caps.push((format!("one {path}?{names}"), ONE_PARAMETER, "one parameter, many values")),
            2 => caps.push((format!("two {path}?{names}"), TWO_PARAMETERS, "combined parameters")),
            _ => {
                caps.push((format!("facets {path}?{names}"), FACETS, "combined parameters"));
                caps.push((format!("facets {path}"), FACETS_OF_ONE_PATH, "combined parameters"));
            }
        }
        caps
    }
}

/// Addresses that only a loop of relative links makes.
fn grown(url: &Url) -> Option<String> {
    if url.as_str().len() > LONGEST {
        return Some(format!("longer than {LONGEST} characters"));
    }
    let segments = url.path_segments()?.filter(|s| !s.is_empty()).collect::<Vec<_>>();
    if segments.len() > DEEPEST {
        return Some(format!("more than {DEEPEST} folders deep"));
    }
    let repeats = |width: usize| {
        segments.windows(width * 3).any(|w| w[..width] == w[width..width * 2] && w[..width] == w[width * 2..])
    };
    if (1..=3).any(repeats) {
        return Some("the same folders again and again".to_owned());
    }
    let most = segments.iter().map(|s| segments.iter().filter(|o| o == &s).count()).max().unwrap_or(0);
    let letters = |s: &&str| s.bytes().any(|b| !b.is_ascii_digit());
    (most >= 4 && segments.iter().any(letters)).then(|| "the same folder four times".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(traps: &mut Traps, addresses: impl Iterator<Item = String>) -> usize {
        let urls = addresses.map(|a| Url::parse(&format!("http://a.test{a}")).unwrap());
        urls.filter(|u| traps.admit(u).is_ok()).count()
    }

    #[test]
    fn each_kind_has_its_cap() {
        let count = |make: fn(u32) -> String| admitted(&mut Traps::default(), (1..400).map(make));
        assert_eq!(count(|n| format!("/calendar/{}/{}", 2000 + n % 90, n % 12 + 1)), 12);
        assert_eq!(count(|n| format!("/list?page={n}")), 20);
        assert_eq!(count(|n| format!("/f?color=c{n}&size=s{}&sort=up&brand=b{}", n % 7, n % 5)), 10);
        assert_eq!(count(|n| format!("/x/{:032x}", u128::from(n) * 0x9e37_79b9_7f4a_7c15_f39c)), 40);
        assert_eq!(count(|n| format!("/p/{n}")), 399, "numbered pages are pages");
        assert_eq!(count(|n| format!("/article-{n}.html")), 399);
    }

    #[test]
    fn ever_deeper_paths() {
        let mut traps = Traps::default();
        let deep = |n: usize| format!("/a/{}", "b/".repeat(n));
        assert_eq!(admitted(&mut traps, (1..30).map(deep)), 2);
        let zigzag = std::iter::once("/a/b/a/b/a/b/c".to_owned());
        assert_eq!(admitted(&mut traps, zigzag), 0);
        let eight = std::iter::once("/l1/l2/l3/l4/l5/l6/l7/l8".to_owned());
        assert_eq!(admitted(&mut traps, eight), 1);
    }

    #[test]
    fn a_sample_takes_one_of_each_shape() {
        let mut traps = Traps::new(true);
        assert_eq!(admitted(&mut traps, (1..50).map(|n| format!("/p/{n}"))), 1);
        assert_eq!(admitted(&mut traps, std::iter::once("/q/1".to_owned())), 1);
        let (reason, _) = traps.admit(&Url::parse("http://a.test/q/2").unwrap()).unwrap_err();
        assert_eq!(reason, "sampled");
    }
}
