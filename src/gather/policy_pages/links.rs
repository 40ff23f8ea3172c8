//! Which of the links seen lead to the site's own policies: by their words in many languages, `rel`, place and address.
//!
//! Pure. The best link for cookies and the best for privacy are taken; legal notices only where there is neither.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use url::Url;

use super::words::words;
use crate::evidence::model::Link;
use crate::site::{registrable_domain, same_site};

/// What a link promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Cookie,
    Privacy,
    Legal,
}

/// A link worth looking at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) url: Url,
    pub(super) text: String,
    pub(super) kind: Kind,
    score: i32,
    /// Place among all links seen.
    place: usize,
}

/// Below this a word in an address is all there is.
const LEAST: i32 = 4;

/// The links to the site's policies, best first, one of each kind, legal notices only alone.
pub(super) fn choose<'a>(site: &Url, links: impl IntoIterator<Item = &'a Link>) -> Vec<Candidate> {
    let mut best = BTreeMap::<(Kind, String), (Candidate, i32)>::new();
    for (place, link) in links.into_iter().enumerate() {
        for candidate in judge(site, link, place) {
            let key = (candidate.kind, candidate.url.to_string());
            let entry = best.entry(key).or_insert_with(|| (candidate.clone(), 0));
            entry.1 += 1;
            if candidate.score > entry.0.score {
                let place = entry.0.place;
                entry.0 = Candidate { place, ..candidate };
            }
        }
    }
    let mut all = best.into_values().collect::<Vec<_>>();
    // A link that many pages carry is the site's own; beyond that its words decide.
    all.iter_mut().for_each(|(c, times)| c.score += (*times).min(4) - 1);
    all.sort_by_key(|(c, _)| (c.kind, -c.score, c.place));
    let mut chosen: Vec<Candidate> = Vec::new();
    for (candidate, _) in all {
        let have = |kind| chosen.iter().any(|c: &Candidate| c.kind == kind);
        let wanted = match candidate.kind {
            Kind::Legal => chosen.is_empty(),
            kind => !have(kind),
        };
        if wanted && !chosen.iter().any(|c| c.url == candidate.url) {
            chosen.push(candidate);
        }
    }
    chosen
}

fn judge(site: &Url, link: &Link, place: usize) -> Vec<Candidate> {
    let Ok(mut url) = Url::parse(&link.url) else { return Vec::new() };
    url.set_fragment(None);
    if !matches!(url.scheme(), "http" | "https") || is_vendor(site, &url) {
        return Vec::new();
    }
    let text = plain(&link.text);
    if words().settings.iter().any(|s| text.contains(s.as_str())) {
        return Vec::new();
    }
    let own = match (site.host_str(), url.host_str()) {
        (Some(a), Some(b)) => same_site(a, b),
        _ => false,
    };
    let address = path_words(&url);
    let rel = link.rel.to_lowercase();
    let score = |kind| {
        let by_text = text_score(&text, kind);
        let by_rel = if kind == Kind::Privacy && rel.contains("privacy-policy") { 10 } else { 0 };
        let by_address = address_score(&address, kind);
        // Elsewhere than on the site only clear words count: other companies have policies too.
        let sum = if own { by_text + by_rel + by_address } else { by_rel + if by_text >= 10 { 5 } else { 0 } };
        if sum > 0 && link.in_footer { sum + 3 } else { sum }
    };
    let kinds = [Kind::Cookie, Kind::Privacy, Kind::Legal].into_iter().map(|k| (k, score(k)));
    kinds
        .filter(|(_, score)| *score >= LEAST)
        .map(|(kind, score)| Candidate { url: url.clone(), text: link.text.clone(), kind, score, place })
        .collect()
}

fn is_vendor(site: &Url, url: &Url) -> bool {
    let (Some(own), Some(host)) = (site.host_str(), url.host_str()) else { return false };
    let domain = registrable_domain(host);
    !same_site(own, host) && words().vendor_hosts.iter().any(|v| v == host || *v == domain)
}

fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace(['\u{a0}', '\u{ad}'], " ").replace(['»', '›', '→', '|', '•', '·'], " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

fn text_score(text: &str, kind: Kind) -> i32 {
    let phrases = words().languages.iter().flat_map(|l| match kind {
        Kind::Cookie => &l.cookie,
        Kind::Privacy => &l.privacy,
        Kind::Legal => &l.legal,
    });
    let count = text.split(' ').count();
    let score = |phrase: &String| {
        if text == phrase {
            10
        } else if count <= 7 && text.chars().count() <= 60 && contains_phrase(text, phrase) {
            // One plain word inside others ("cookies for dinner") says less than a name.
            if phrase.contains([' ', '-']) || phrase.chars().count() >= 10 { 7 } else { 3 }
        } else {
            0
        }
    };
    phrases.map(score).max().unwrap_or(0)
}

/// Whether a phrase stands in a text at word borders; scripts without spaces have none.
fn contains_phrase(text: &str, phrase: &str) -> bool {
    let border =
        |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric()) || !phrase.is_ascii() && phrase.chars().all(unspaced);
    text.match_indices(phrase)
        .any(|(at, found)| border(text[..at].chars().next_back()) && border(text[at + found.len()..].chars().next()))
}

fn unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// The words of each path segment and parameter value, joined by `-`, without file endings.
fn path_words(url: &Url) -> Vec<String> {
    let segments = url.path_segments().into_iter().flatten().map(str::to_owned);
    let values = url.query_pairs().map(|(_, v)| v.into_owned());
    let fold = |part: String| {
        let part = percent_decode_str(&part).decode_utf8_lossy().to_lowercase();
        let part = part.rsplit_once('.').map_or(part.as_str(), |(stem, _)| stem).to_owned();
        part.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join("-")
    };
    segments.chain(values).map(fold).filter(|p| !p.is_empty()).collect()
}

fn address_score(parts: &[String], kind: Kind) -> i32 {
    let known = match kind {
        Kind::Cookie => &words().cookie_addresses,
        Kind::Privacy => &words().privacy_addresses,
        Kind::Legal => &words().legal_addresses,
    };
    let score = |(i, part): (usize, &String)| {
        let last = i + 1 == parts.len();
        if known.contains(part) {
            if last { 5 } else { 3 }
        } else if part.len() <= 50 && known.iter().any(|k| k.contains('-') && part.contains(k.as_str())) {
            if last { 4 } else { 1 }
        } else {
            0
        }
    };
    parts.iter().enumerate().map(score).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str, text: &str, in_footer: bool) -> Link {
        let (url, text) = (url.to_owned(), text.to_owned());
        Link { url, text, in_footer, kind: "a".to_owned(), rel: String::new() }
    }

    fn chosen(links: &[Link]) -> Vec<(Kind, String)> {
        let site = Url::parse("https://shop.test/").unwrap();
        choose(&site, links).into_iter().map(|c| (c.kind, c.url.to_string())).collect()
    }

    #[test]
    fn both_policies_from_a_footer() {
        let links = [
            link("https://shop.test/recipes/cookies", "Cookies for dinner", false),
            link("https://shop.test/news/our-new-privacy-policy-explained", "Our new privacy policy", false),
            link("https://shop.test/p/1", "Privacy Policy", true),
            link("https://shop.test/p/2", "Cookie Policy", true),
            link("https://shop.test/p/3", "Cookie settings", true),
            link("https://policies.google.com/privacy", "Privacy Policy", true),
        ];
        let want = [(Kind::Cookie, "https://shop.test/p/2"), (Kind::Privacy, "https://shop.test/p/1")];
        assert_eq!(chosen(&links), want.map(|(k, u)| (k, u.to_owned())));
    }

    #[test]
    fn in_many_languages() {
        for text in [
            "Datenschutzerklärung",
            "Politique de confidentialité",
            "Política de privacidad",
            "Polityka prywatności",
            "プライバシーポリシー",
            "隐私政策",
            "개인정보처리방침",
            "Политика конфиденциальности",
            "Πολιτική Απορρήτου",
            "Ochrana osobních údajů",
            "Integritetspolicy",
            "سياسة الخصوصية",
            "Gizlilik Politikası",
            "Tietosuojaseloste",
            "Hinweise zum Datenschutz",
            "当社のプライバシーポリシー",
        ] {
            let got = chosen(&[link("https://shop.test/x/9", text, false)]);
            if text == "Hinweise zum Datenschutz" {
                // A single word inside others is too little without a place or an address.
                assert_eq!(chosen(&[link("https://shop.test/x/9", text, true)]).len(), 1);
            } else {
                assert_eq!(got, [(Kind::Privacy, "https://shop.test/x/9".to_owned())], "{text}");
            }
        }
    }

    #[test]
    fn by_address_rel_and_on_another_host() {
        assert_eq!(chosen(&[link("https://shop.test/en/cookie-policy.html", "Read more", false)])[0].0, Kind::Cookie);
        let rel =
            Link { rel: "nofollow privacy-policy".to_owned(), ..link("https://hosted.example/42", "here", false) };
        assert_eq!(chosen(&[rel])[0].0, Kind::Privacy);
        assert_eq!(chosen(&[link("https://hosted.example/42", "Privacy Policy", true)])[0].0, Kind::Privacy);
        assert!(chosen(&[link("https://hosted.example/42", "Their privacy policy", true)]).is_empty());
        assert!(chosen(&[link("https://shop.test/login", "Sign in", true)]).is_empty());
    }

    #[test]
    fn a_legal_notice_only_alone() {
        let legal = link("https://shop.test/mentions-legales", "Mentions légales", true);
        assert_eq!(chosen(std::slice::from_ref(&legal))[0].0, Kind::Legal);
        let both = [legal, link("https://shop.test/c", "Politique de confidentialité", true)];
        assert_eq!(chosen(&both), [(Kind::Privacy, "https://shop.test/c".to_owned())]);
    }

    #[test]
    fn one_page_for_both_is_taken_once() {
        let got = chosen(&[link("https://shop.test/privacy-and-cookies", "Privacy policy and cookie policy", true)]);
        assert_eq!(got.len(), 1);
    }
}
