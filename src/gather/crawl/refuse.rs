//! Links that are never followed: those that sign out or change something for good, and addresses of no page.
//!
//! Pure, by words in many languages. A page about such a thing ("how to delete cookies") is not one that does it, so
//! addresses are read by whole segments and values, texts only when they say little else.

use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;
use url::Url;

use super::words::words;

/// A reason not to follow, with words for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gather) struct Refusal {
    /// Stable word of [`crate::evidence::model::Skipped`].
    pub(in crate::gather) reason: &'static str,
    /// In words.
    pub(in crate::gather) detail: String,
}

/// What an address is by its file ending, when that is no page.
pub(super) fn non_html(url: &Url) -> Option<Refusal> {
    let file = url.path().rsplit('/').next()?;
    let (_, ending) = file.rsplit_once('.')?;
    let kind = words().non_html(ending)?;
    Some(Refusal { reason: "non_html", detail: format!("{kind} by its ending .{}", ending.to_lowercase()) })
}

/// Whether following a link would end the session or change something.
pub(in crate::gather) fn dangerous(url: &Url, text: &str) -> Option<Refusal> {
    let parts = parts(url);
    let sign_out = |part: &Vec<String>| part.len() <= 3 && contains_any(part, &words().sign_out);
    let text = split_words(text);
    if parts.iter().any(sign_out) || (text.len() <= 4 && contains_any(&text, &words().sign_out)) {
        return Some(Refusal { reason: "sign_out", detail: "looks like a sign-out link".to_owned() });
    }
    let destructive = |part: &Vec<String>| part.len() <= 3 && starts_with_any(part, &words().destructive, 1);
    if parts.iter().any(destructive) || (text.len() <= 3 && starts_with_any(&text, &words().destructive, 1)) {
        return Some(Refusal { reason: "destructive", detail: "looks as if it changed something for good".to_owned() });
    }
    None
}

/// Path segments, parameter names and parameter values as lists of lower-case words.
fn parts(url: &Url) -> Vec<Vec<String>> {
    let segments = url.path_segments().into_iter().flatten();
    let mut parts = segments.map(|s| split_words(&percent_decode_str(s).decode_utf8_lossy())).collect::<Vec<_>>();
    for (name, value) in url.query_pairs() {
        parts.push(split_words(&name));
        // A value that is an address or a sentence says where one comes from, not what is done.
        if value.len() <= 40 && !value.contains('/') {
            parts.push(split_words(&value));
        }
    }
    parts
}

/// `Special:UserLogout` → special user logout; `log-out.php` → log out php.
fn split_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for c in text.chars().take(120) {
        let starts = c.is_uppercase() && lower_before;
        if (starts || !(c.is_alphanumeric() || c == '\'')) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() || c == '\'' {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether any run of the words is one of the phrases; a text without word breaks may carry up to four more letters.
fn contains_any(part: &[String], phrases: &BTreeSet<String>) -> bool {
    (0..part.len()).any(|from| starts_with_any(&part[from..], phrases, usize::MAX))
        || part.iter().any(|word| unbroken(word, phrases))
}

/// Whether the words begin with one of the phrases and at most `more` words follow.
fn starts_with_any(part: &[String], phrases: &BTreeSet<String>, more: usize) -> bool {
    (1..=part.len()).rev().any(|n| {
        let rest = part.len() - n;
        rest <= more && (phrases.contains(&part[..n].join(" ")) || (n <= 3 && phrases.contains(&part[..n].concat())))
    })
}

fn unbroken(word: &str, phrases: &BTreeSet<String>) -> bool {
    let script = |c: char| !c.is_ascii() && !c.is_lowercase();
    word.chars().all(script)
        && phrases.iter().any(|p| word.contains(p.as_str()) && word.chars().count() <= p.chars().count() + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(address: &str, text: &str) -> Option<&'static str> {
        dangerous(&Url::parse(&format!("http://a.test{address}")).unwrap(), text).map(|r| r.reason)
    }

    #[test]
    fn sign_out_links_in_many_spellings() {
        for address in [
            "/logout",
            "/user/log-out",
            "/account/signOut/",
            "/index.php?title=Special:UserLogout&returnto=Main",
            "/doku.php?id=start&do=logout",
            "/abmelden",
            "/d%C3%A9connexion",
            "/cerrar-sesion",
            "/auth/logout.php?next=/",
            "/wp-login.php?action=logout",
        ] {
            assert_eq!(reason(address, ""), Some("sign_out"), "{address}");
        }
        for text in [
            "Log out",
            "Abmelden",
            "Se déconnecter",
            "Wyloguj się",
            "ログアウト",
            "Выйти",
            "退出登录",
            "تسجيل الخروج",
            "Log out anna",
        ] {
            assert_eq!(reason("/x/7", text), Some("sign_out"), "{text}");
        }
    }

    #[test]
    fn destructive_links() {
        for address in
            ["/item/5/delete", "/delete/5", "/?action=delete&id=3", "/cart?remove_item=4", "/p/?add-to-cart=12"]
        {
            assert_eq!(reason(address, ""), Some("destructive"), "{address}");
        }
        for text in ["Delete", "Delete account", "Löschen", "削除", "Usuń"] {
            assert_eq!(reason("/x/7", text), Some("destructive"), "{text}");
        }
    }

    #[test]
    fn pages_about_such_things_are_pages() {
        for (address, text) in [
            ("/help/how-to-log-out-of-your-account", "How to log out of your account"),
            ("/blog/delete-your-old-browser-cookies", "Why you should delete your old cookies today"),
            ("/login?next=/logout", "Sign in"),
            ("/services/mold-removal", "Removal"),
            ("/password-reset", "Forgotten your password?"),
            ("/news", "Reports"),
        ] {
            assert_eq!(reason(address, text), None, "{address}");
        }
    }

    #[test]
    fn endings() {
        let kind = |p: &str| non_html(&Url::parse(&format!("http://a.test{p}")).unwrap()).map(|r| r.detail);
        assert_eq!(kind("/a/b.PDF?x=1").as_deref(), Some("document by its ending .pdf"));
        assert_eq!(kind("/a.b/c"), None);
        assert_eq!(kind("/page.php"), None);
        assert_eq!(kind("/v1.2"), None);
    }
}
