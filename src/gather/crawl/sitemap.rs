//! Sitemaps: index files, gzip, plain text, feeds; bounded against bombs of size, depth and entities.
//!
//! Entities are never expanded beyond XML's five: quick-xml hands them over one by one and unknown ones are dropped.

use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::read::GzDecoder;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use url::Url;

use super::address::shape;
use super::fetch::Fetcher;

const FILES: usize = 40;
const LARGEST: usize = 12 * 1024 * 1024;
const MOST_URLS: usize = 50_000;
const LONGEST_URL: usize = 4096;

/// What a sitemap file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sitemap {
    /// Pages.
    pub(super) pages: Vec<Url>,
    /// Further sitemaps.
    pub(super) sitemaps: Vec<Url>,
}

/// A page named by a sitemap, with that sitemap.
pub(super) type Named = (Url, String);

/// Reads these sitemaps and all they name, in their order; pages of different shapes take turns.
pub(super) async fn collect(fetcher: &Fetcher, first: Vec<Url>) -> Vec<Named> {
    let mut waiting = first.into_iter().collect::<std::collections::VecDeque<_>>();
    let mut read = BTreeSet::new();
    let mut pages = Vec::new();
    while let Some(url) = waiting.pop_front() {
        if read.len() >= FILES || pages.len() >= MOST_URLS || !read.insert(url.to_string()) {
            continue;
        }
        let Ok(answer) = fetcher.get(&url, LARGEST).await else { continue };
        if answer.status != 200 {
            continue;
        }
        let sitemap = parse(&url, &answer.body);
        waiting.extend(sitemap.sitemaps);
        let room = MOST_URLS.saturating_sub(pages.len());
        pages.extend(sitemap.pages.into_iter().take(room).map(|p| (p, url.to_string())));
    }
    by_turns(pages)
}

/// One page of every shape, then the second of every shape, and so on: a budget then meets every part of the site.
fn by_turns(pages: Vec<Named>) -> Vec<Named> {
    let mut counts = std::collections::BTreeMap::<_, usize>::new();
    let mut ranked = pages
        .into_iter()
        .map(|page| {
            let count = counts.entry(shape(&page.0).path).or_default();
            *count += 1;
            (*count, page)
        })
        .collect::<Vec<_>>();
    ranked.sort_by_key(|(turn, _)| *turn);
    ranked.into_iter().map(|(_, page)| page).collect()
}

/// Reads one file: XML (also gzipped), or one address a line.
pub(super) fn parse(base: &Url, bytes: &[u8]) -> Sitemap {
    let mut unpacked = Vec::new();
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        // A cut-off or broken archive still gives what came before.
        let _ = GzDecoder::new(bytes).take(LARGEST as u64).read_to_end(&mut unpacked);
        unpacked.as_slice()
    } else {
        bytes
    };
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') { parse_xml(base, text) } else { parse_lines(text) }
}

fn parse_lines(text: &str) -> Sitemap {
    let urls = text.lines().map(str::trim).filter(|l| l.starts_with("http") && l.len() <= LONGEST_URL);
    Sitemap { pages: urls.filter_map(|l| Url::parse(l).ok()).take(MOST_URLS).collect(), sitemaps: Vec::new() }
}

fn parse_xml(base: &Url, text: &str) -> Sitemap {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut found = Sitemap::default();
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut value = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                value.clear();
                if open.len() < 64 {
                    open.push(tag.local_name().as_ref().to_ascii_lowercase());
                }
            }
            Ok(Event::Text(part)) if value.len() < LONGEST_URL => value.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::CData(part)) if value.len() < LONGEST_URL => value.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::GeneralRef(entity)) if value.len() < LONGEST_URL => push_entity(&mut value, &entity),
            Ok(Event::End(tag)) => {
                let name = tag.local_name().as_ref().to_ascii_lowercase();
                let parent = open.iter().rev().nth(1).map(Vec::as_slice).unwrap_or_default();
                if let Ok(url) = base.join(value.trim()) {
                    match (name.as_slice(), parent) {
                        (b"loc", b"sitemap") => found.sitemaps.push(url),
                        (b"loc", b"url") | (b"link", b"item") => found.pages.push(url),
                        _ => {}
                    }
                }
                value.clear();
                open.pop();
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
        if found.pages.len() >= MOST_URLS || found.sitemaps.len() >= MOST_URLS {
            return found;
        }
    }
}

fn push_entity(value: &mut String, entity: &quick_xml::events::BytesRef<'_>) {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        value.push(c);
    } else if let Some(text) = entity.decode().ok().as_deref().and_then(resolve_predefined_entity) {
        value.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn base() -> Url {
        Url::parse("http://a.test/sitemap.xml").unwrap()
    }

    fn texts(urls: &[Url]) -> Vec<&str> {
        urls.iter().map(Url::as_str).collect()
    }

    #[test]
    fn pages_indexes_and_feeds() {
        let xml = "\u{feff}<?xml version='1.0'?><urlset xmlns='x' xmlns:image='i'><url><loc> http://a.test/p?a=1&amp;b=2 </loc>\
            <image:image><image:loc>http://a.test/pic.jpg</image:loc></image:image></url><url><loc><![CDATA[/rel]]></loc></url></urlset>";
        let read = parse(&base(), xml.as_bytes());
        assert_eq!(texts(&read.pages), ["http://a.test/p?a=1&b=2", "http://a.test/rel"]);
        let index = "<sitemapindex><sitemap><loc>/s1.xml.gz</loc></sitemap></sitemapindex>";
        assert_eq!(texts(&parse(&base(), index.as_bytes()).sitemaps), ["http://a.test/s1.xml.gz"]);
        let lines = "http://a.test/1\nnot one\nhttp://a.test/2\n";
        assert_eq!(parse(&base(), lines.as_bytes()).pages.len(), 2);
        let feed =
            "<rss><channel><link>http://a.test/</link><item><link>http://a.test/post</link></item></channel></rss>";
        assert_eq!(texts(&parse(&base(), feed.as_bytes()).pages), ["http://a.test/post"]);
    }

    #[test]
    fn gzip_and_bombs() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(b"<urlset><url><loc>http://a.test/z</loc></url>").unwrap();
        gz.write_all(&vec![b' '; LARGEST + (1 << 20)]).unwrap();
        assert_eq!(texts(&parse(&base(), &gz.finish().unwrap()).pages), ["http://a.test/z"]);
        let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>\
            <urlset><url><loc>http://a.test/&b;&b;</loc></url></urlset>";
        assert_eq!(texts(&parse(&base(), bomb.as_bytes()).pages), ["http://a.test/"]);
        let deep = "<url>".repeat(10_000) + "<loc>http://a.test/d</loc>";
        assert!(parse(&base(), deep.as_bytes()).pages.len() <= 1);
        let many = "<url><loc>http://a.test/d</loc></url>".repeat(MOST_URLS + 9);
        assert_eq!(parse(&base(), format!("<urlset>{many}").as_bytes()).pages.len(), MOST_URLS);
    }

    #[test]
    fn shapes_take_turns() {
        let named = |p: &str| (base().join(p).unwrap(), String::new());
        let order = by_turns(vec![named("/p/1"), named("/p/2"), named("/p/3"), named("/about"), named("/q/9")]);
        let paths = order.iter().map(|(u, _)| u.path().to_owned()).collect::<Vec<_>>();
        assert_eq!(paths, ["/p/1", "/about", "/q/9", "/p/2", "/p/3"]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _ = parse(&base(), &bytes);
            let mut xml = b"<urlset><url><loc>".to_vec();
            xml.extend(bytes);
            let _ = parse(&base(), &xml);
        }
    }
}
