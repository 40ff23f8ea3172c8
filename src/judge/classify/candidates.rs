//! Candidates: what each source says a cookie is for, with points and a sentence.
//!
//! Points are log-odds: three points make a purpose twenty times likelier. Here are the sources that know a name, a
//! vendor or a list; words are in `names`, behaviour in `cues`.

use std::cell::LazyCell;
use std::cmp::Ordering;

use globset::GlobMatcher;
use url::Url;

use super::cookie_db::CookieDb;
use super::filter_list::FilterList;
use super::knowledge::{self, Pattern, Rule};
use super::weights::Weights;
use super::{Override, SetBy, Subject, names, vendors};
use crate::cookie::Party;
use crate::judge::model::{Confidence, ConsentExempt, Purpose, Source};
use crate::site::{registrable_domain, same_site};

/// Vendor of rules for names that anybody may choose.
pub(super) const GENERIC: &str = "generic";
/// Points from which a rule owns a name.
const OWNS: f64 = 3.5;

/// What one source says.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Kind of source.
    pub source: Source,
    /// Stable word for what spoke: a table's file, a cue's ident.
    pub cue: String,
    /// Points for purposes; negative ones speak against.
    pub points: Vec<(Purpose, f64)>,
    /// In words.
    pub detail: String,
    /// Vendor or platform, where the source names one.
    pub vendor: Option<String>,
    /// Consent exemption, where the source has its own word on it.
    pub exempt: Option<ConsentExempt>,
    /// What it says is disputed, so that nobody can be sure.
    pub disputed: bool,
    /// Decides whatever the others say.
    pub decisive: bool,
}

impl Candidate {
    /// A candidate without vendor.
    pub(super) fn new(source: Source, cue: &str, points: Vec<(Purpose, f64)>, detail: String) -> Self {
        let (vendor, exempt) = (None, None);
        Self { source, cue: cue.to_owned(), points, detail, vendor, exempt, disputed: false, decisive: false }
    }

    /// Points for one purpose.
    #[must_use]
    pub fn points_for(&self, purpose: Purpose) -> f64 {
        self.points.iter().filter(|(p, _)| *p == purpose).map(|(_, x)| x).sum()
    }

    /// The purpose it speaks for most, with its points; none where it only speaks against.
    #[must_use]
    pub fn favourite(&self) -> Option<(Purpose, f64)> {
        let best = self.points.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        (best.1 > 0.0).then_some(*best)
    }

    /// Decisive ones, then by points, then by words.
    pub(super) fn stronger_first(a: &Self, b: &Self) -> Ordering {
        let most = |c: &Self| c.favourite().map_or(0.0, |(_, x)| x);
        b.decisive.cmp(&a.decisive).then(most(b).total_cmp(&most(a))).then_with(|| a.detail.cmp(&b.detail))
    }
}

/// Site overrides; the first that fits decides.
pub(super) fn overrides(all: &[(GlobMatcher, Override)], subject: &Subject, out: &mut Vec<Candidate>) {
    let host = subject.host();
    let fits = |o: &Override| o.domain.as_deref().is_none_or(|d| host.as_deref().is_some_and(|h| within(h, d)));
    if let Some((_, found)) = all.iter().find(|(glob, o)| glob.is_match(&subject.name) && fits(o)) {
        let detail = format!("override for {}: {}", found.name, found.reason);
        let points = vec![(found.purpose, 20.0)];
        out.push(Candidate { decisive: true, ..Candidate::new(Source::Override, "override", points, detail) });
    }
}

/// Trials; one that showed a function decides.
pub(super) fn trials(subject: &Subject, out: &mut Vec<Candidate>) {
    for trial in &subject.trials {
        let detail = trial.verdict.clone();
        if let (true, Some(likeliest)) = (trial.vague, trial.purpose) {
            // Something depends on it; a server's session may do no more than that.
            let functional = [Purpose::Preferences, Purpose::OtherFunctional, Purpose::Login];
            // What a script wrote is no server's session: what depends on it is how the page is shown.
            let most = if subject.set_by == Some(SetBy::Script) { 4.0 } else { 3.0 };
            let points = functional.map(|p| (p, if p == likeliest { most } else { 2.0 })).to_vec();
            out.push(Candidate::new(Source::Trial, "trial", points, detail));
        } else if let Some(purpose) = trial.purpose {
            let points = vec![(purpose, 15.0)];
            out.push(Candidate { decisive: true, ..Candidate::new(Source::Trial, "trial", points, detail) });
        }
    }
}

/// Whether a host is a domain or below it.
pub(super) fn within(host: &str, domain: &str) -> bool {
    let domain = domain.trim_start_matches('.');
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Rules of the embedded tables.
pub(super) fn knowledge(subject: &Subject, out: &mut Vec<Candidate>) {
    let (Ok(index), Ok(weights)) = (knowledge::rules(), super::weights::weights()) else { return };
    let mut fitting = index.fitting(&subject.name);
    if subject.bare_name() != subject.name {
        fitting.extend(index.fitting(subject.bare_name()));
    }
    let weighed = weighed(fitting, subject, weights);
    let mut spoken: Vec<Purpose> = Vec::new();
    // A product knows its own names: what is said of all names of this kind adds next to nothing.
    let own = weighed.first().is_some_and(|(points, rule)| rule.vendor != GENERIC && *points >= OWNS);
    for (points, rule) in weighed {
        if spoken.contains(&rule.purpose) {
            continue;
        }
        // Another rule for the same name speaks more softly: only one of them can be meant.
        let second = weights.knowledge.second * if own && rule.vendor == GENERIC { weights.names.foreign } else { 1.0 };
        let share = if spoken.is_empty() { 1.0 } else { second };
        spoken.push(rule.purpose);
        out.push(said(rule, points * share, subject));
    }
}

/// Rules with their points, weightiest first.
fn weighed<'r>(fitting: Vec<&'r Rule>, subject: &Subject, weights: &Weights) -> Vec<(f64, &'r Rule)> {
    let choice = LazyCell::new(|| names::of_choice(subject.bare_name()));
    let weigh = |rule: &'r Rule| {
        // Where the name says that the visitor chose, a part of it that is a tracker's only says about whom.
        let part = !matches!(rule.pattern, Pattern::Exact(_)) && rule.purpose != Purpose::Consent;
        let share = if part && *choice { weights.knowledge.choice } else { 1.0 };
        (weigh(rule, subject, weights) * share, rule)
    };
    let mut weighed: Vec<(f64, &Rule)> = fitting.into_iter().map(weigh).collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.pattern.literal().cmp(&a.1.pattern.literal())));
    weighed
}

fn said(rule: &Rule, points: f64, subject: &Subject) -> Candidate {
    let whose = match (&rule.pattern, rule.vendor == GENERIC) {
        (Pattern::Exact(_), true) => format!("{} is a name that many sites use", subject.name),
        (Pattern::Exact(_), false) => format!("{} is a name of {}", subject.name, rule.vendor),
        (pattern, true) => format!("{} fits {}, a name that many sites use", subject.name, pattern.text()),
        (pattern, false) => format!("{} fits {} of {}", subject.name, pattern.text(), rule.vendor),
    };
    let lifetime = rule.lifetime.as_ref().map(|l| format!(", usually {l}")).unwrap_or_default();
    let sure = if rule.disputed { "disputed" } else { rule.confidence.word() };
    let detail = format!("{whose}: {}{lifetime} ({sure} in {})", rule.purpose.word(), rule.source);
    Candidate {
        vendor: Some(rule.vendor.clone()).filter(|vendor| vendor != GENERIC),
        exempt: rule.exempt,
        disputed: rule.disputed,
        ..Candidate::new(Source::Knowledge, rule.source, vec![(rule.purpose, points)], detail)
    }
}

/// Points of a rule for this subject: sureness of the table, then what fits and what does not.
fn weigh(rule: &Rule, subject: &Subject, weights: &Weights) -> f64 {
    let w = &weights.knowledge;
    let mut points = match rule.confidence {
        Confidence::High => w.high,
        Confidence::Medium => w.medium,
        Confidence::Low => w.low,
    };
    let known_place = domain_fit(rule, subject);
    points *= match known_place {
        Some(true) => w.domain_fits,
        Some(false) if anybodys(subject.bare_name()) => w.elsewhere,
        Some(false) if subject.known_party() == Some(Party::First) => w.domain_first,
        Some(false) => w.domain_differs,
        None if !rule.domains.is_empty() && subject.known_party() == Some(Party::First) => w.domain_unknown,
        None => 1.0,
    };
    if rule.party.is_some_and(|p| subject.known_party().is_some_and(|s| s != p)) {
        points *= w.party_differs;
    }
    let value_fits = rule.value.as_deref().map(|shape| subject.value.as_ref().is_some_and(|v| v.shape == shape));
    points *= if value_fits == Some(false) { w.value_differs } else { 1.0 };
    if rule.kind.as_deref().is_some_and(|k| k != subject.storage.unwrap_or("cookie")) {
        points *= w.kind_differs;
    }
    if let Pattern::Exact(name) = &rule.pattern {
        points *= if *name == subject.name || *name == subject.bare_name() { 1.0 } else { w.case_differs };
    } else if rule.pattern.literal() < 4 {
        points *= w.short_glob;
    }
    // Three letters are anybody's: they speak, and something else decides.
    let letters = subject.bare_name().chars().filter(|c| c.is_alphanumeric()).count();
    let anchored = known_place == Some(true) || value_fits == Some(true);
    if letters <= 3 && !anchored { points.min(w.short_name) } else { points }
}

/// Whether a site may well have chosen this name by itself: everyday words, or four letters at most. Such a rule's domain
/// is what makes the name the vendor's.
fn anybodys(name: &str) -> bool {
    name.chars().filter(|c| c.is_alphanumeric()).count() <= 4 || names::all_words(name)
}

/// Whether the subject's domain is one of the rule's; `None` where either names none.
fn domain_fit(rule: &Rule, subject: &Subject) -> Option<bool> {
    let host = subject.host()?;
    (!rule.domains.is_empty()).then(|| rule.domains.iter().any(|d| within(&host, d)))
}

/// Purposes that rules of a known product speak for: its own names' words tell nothing else.
pub(super) fn owned(candidates: &[Candidate]) -> Vec<Purpose> {
    let product = |c: &&Candidate| c.vendor.is_some() && c.source == Source::Knowledge;
    let favourite = |c: &Candidate| c.favourite().filter(|(_, points)| *points >= OWNS).map(|(purpose, _)| purpose);
    candidates.iter().filter(product).filter_map(favourite).collect()
}

/// Vendor of a third party's domain. Where a product's rules know the very cookie, its domain tells less about anything
/// but the `owned` purposes.
pub(super) fn vendor_of_domain(subject: &Subject, owned: &[Purpose], out: &mut Vec<Candidate>) {
    let (Some(host), Ok(weights)) = (subject.host(), super::weights::weights()) else { return };
    let third = subject.known_party() == Some(Party::Third);
    if let Some(vendor) = vendors::of_host(&host).filter(|_| third) {
        let tracks = matches!(vendor.purpose, Purpose::Advertising | Purpose::Analytics | Purpose::Social);
        let worth = if tracks { weights.vendor.domain } else { weights.vendor.domain_function };
        let known = !owned.is_empty() && !owned.contains(&vendor.purpose);
        let worth = if known { worth * weights.vendor.domain_of_known } else { worth };
        let mut points = vec![(vendor.purpose, worth)];
        if tracks && !known {
            // What looks like a function there serves the tracking: tests whether cookies can be set, own settings.
            let feigned = [Purpose::OtherFunctional, Purpose::Preferences, Purpose::Login];
            points.extend(feigned.map(|p| (p, weights.vendor.domain_against)));
        }
        let detail = format!("{} belongs to {} ({})", vendor.domain, vendor.entity, vendor.purpose.word());
        let candidate = Candidate::new(Source::Writer, "vendor-of-domain", points, detail);
        out.push(Candidate { vendor: Some(vendor.name().to_owned()), ..candidate });
    }
}

/// Vendor whose script or response wrote it, where that is not the cookie's own site.
pub(super) fn vendor_of_writer(subject: &Subject, out: &mut Vec<Candidate>) {
    let Ok(weights) = super::weights::weights() else { return };
    let home = subject.host().or_else(|| subject.site.clone());
    for url in &subject.writer_urls {
        let Some(host) = host_of(url).filter(|h| home.as_deref().is_none_or(|s| !same_site(h, s))) else { continue };
        let Some(vendor) = vendors::of_host(&host) else { continue };
        let points = vec![(vendor.purpose, weights.vendor.writer)];
        let detail = format!("written by {} of {} ({})", host, vendor.entity, vendor.purpose.word());
        let candidate = Candidate::new(Source::Writer, "vendor-of-writer", points, detail);
        out.push(Candidate { vendor: Some(vendor.name().to_owned()), ..candidate });
        return;
    }
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// The user's cookie database.
pub(super) fn cookie_db(db: &CookieDb, subject: &Subject, out: &mut Vec<Candidate>) {
    let Ok(weights) = super::weights::weights() else { return };
    if let Some(found) = db.look_up(subject) {
        let points = found.purposes.iter().map(|(p, share)| (*p, share * weights.vendor.cookie_db)).collect();
        let detail = format!("{} in the cookie database: {}, {}", found.name, found.platform, found.category);
        let candidate = Candidate::new(Source::Knowledge, "cookie-db", points, detail);
        out.push(Candidate { vendor: Some(found.platform.clone()), ..candidate });
    }
}

/// The user's filter lists, asked for the writers' addresses and the cookie's own domain.
pub(super) fn filter_list(list: &FilterList, subject: &Subject, out: &mut Vec<Candidate>) {
    let Ok(weights) = super::weights::weights() else { return };
    let Some(page) = subject.site.clone().or_else(|| subject.host()) else { return };
    let own = subject.host().map(|h| format!("https://{h}/")).filter(|_| subject.known_party() == Some(Party::Third));
    for url in subject.writer_urls.iter().cloned().chain(own) {
        if let Some(rule) = list.blocks(&url, &page) {
            let w = weights.vendor.tracker_list;
            let points = vec![(Purpose::Advertising, w), (Purpose::Analytics, w)];
            let where_from = host_of(&url).map(|h| registrable_domain(&h)).unwrap_or_default();
            let detail = format!("a tracker list blocks {where_from} (rule {rule})");
            out.push(Candidate::new(Source::TrackerList, "filter-list", points, detail));
            return;
        }
    }
}
