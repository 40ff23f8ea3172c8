//! How many cookies this site sets that no visited page showed: Chao2, with its 95% interval.
//!
//! Cookies seen on one page only, and on two, tell how many were seen on none (A. Chao 1987; the log-normal interval as
//! in Colwell et al. 2012). An estimate about pages like those visited, not about sign-in or consent.

use crate::judge::model::Unseen;

/// Fewer pages say nothing.
const LEAST_PAGES: usize = 5;
/// Two-sided 95% of the normal distribution.
const Z: f64 = 1.959_964;

/// The estimate from the number of pages visited and, for each cookie, the number of them that showed it.
#[must_use]
pub fn unseen(pages: usize, incidences: &[usize]) -> Option<Unseen> {
    let seen = incidences.iter().filter(|n| **n > 0).count();
    if pages < LEAST_PAGES || seen == 0 {
        return None;
    }
    let counted = |n: usize| real(incidences.iter().filter(|i| **i == n).count());
    let (once, twice) = (counted(1), counted(2));
    let share = (real(pages) - 1.0) / real(pages);
    let value = if twice > 0.0 { share * once * once / (2.0 * twice) } else { share * once * (once - 1.0) / 2.0 };
    if value <= 0.0 {
        return Some(none_expected(real(seen), real(incidences.iter().sum()), once));
    }
    let variance = if twice > 0.0 {
        variance(share, once, twice)
    } else {
        let total = real(seen) + value;
        let doubled = 2.0 * once - 1.0;
        share * once * (once - 1.0) / 2.0 + share * share * once * doubled * doubled / 4.0
            - share * share * once.powi(4) / (4.0 * total)
    };
    let spread = (Z * (1.0 + variance.max(0.0) / (value * value)).ln().sqrt()).exp();
    Some(Unseen { value, low: value / spread, high: value * spread })
}

fn variance(share: f64, once: f64, twice: f64) -> f64 {
    let ratio = once / twice;
    twice * (share / 2.0 * ratio.powi(2) + share.powi(2) * ratio.powi(3) + share.powi(2) / 4.0 * ratio.powi(4))
}

/// The interval where nothing is expected: no cookie was seen only once, or a single one (Colwell's `EstimateS`).
fn none_expected(seen: f64, incidences: f64, once: f64) -> Unseen {
    let missed = (-incidences / seen).exp();
    let high = (seen / (1.0 - missed) + Z * (seen * missed).sqrt() / (1.0 - missed) - seen).max(0.0);
    // Where each cookie was seen again and again, the bound comes from a model that knows nothing of pages; one that
    // was seen once leaves room for at least one more.
    Unseen { value: 0.0, low: 0.0, high: if once > 0.0 { high.max(1.0) } else { high } }
}

#[allow(clippy::cast_precision_loss, reason = "numbers of cookies and pages are far below 2^52")]
fn real(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-3 * b.abs().max(1.0)
    }

    #[test]
    fn a_worked_example() {
        // 10 pages; 5 cookies seen once, 2 twice, 3 on all. By hand: A = 0.9, f0 = 0.9 * 25 / 4 = 5.625,
        // r = 2.5, var = 2 * (0.45 * 6.25 + 0.81 * 15.625 + 0.2025 * 39.0625) = 46.758,
        // C = exp(1.96 * sqrt(ln(1 + 46.758 / 31.641))) = exp(1.96 * sqrt(0.90733)) = 6.4697.
        let got = unseen(10, &[1, 1, 1, 1, 1, 2, 2, 10, 10, 10]).unwrap();
        assert!(close(got.value, 5.625), "{got:?}");
        assert!(close(got.low, 5.625 / 6.4697) && close(got.high, 5.625 * 6.4697), "{got:?}");
    }

    #[test]
    fn without_doubles() {
        // A = 0.8 (5 pages), 3 once: f0 = 0.8 * 3 * 2 / 2 = 2.4; S = 6.4;
        // var = 2.4 + 0.64 * 3 * 25 / 4 - 0.64 * 81 / 25.6 = 2.4 + 12 - 2.025 = 12.375.
        let got = unseen(5, &[1, 1, 1, 5]).unwrap();
        let spread = (1.959_964 * (1.0_f64 + 12.375 / 5.76).ln().sqrt()).exp();
        assert!(close(got.value, 2.4) && close(got.high, 2.4 * spread), "{got:?}");
    }

    #[test]
    fn cookies_on_every_page_leave_nothing_unseen() {
        let got = unseen(20, &[20, 20, 19]).unwrap();
        assert!(got.value == 0.0 && got.low == 0.0 && got.high < 0.5, "{got:?}");
        let one = unseen(20, &[20, 1]).unwrap();
        assert!(one.value == 0.0 && one.high >= 1.0, "{one:?}");
    }

    #[test]
    fn too_little_to_say_anything() {
        assert_eq!(unseen(4, &[1, 2, 3]), None);
        assert_eq!(unseen(50, &[]), None);
    }
}
