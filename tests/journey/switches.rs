//! A site's own switches are found and worked; what is no switch is left alone.

use cookie_audit::demo;
use cookie_audit::evidence::model::{PageVisit, StorageKind, Visitor};
use cookie_audit::gather::Visits as _;
use cookie_audit::gather::journey::switches::{SwitchOptions, work};
use url::Url;

use crate::support::{Asked, Browser, Reply, Site};

async fn worked(url: &str) -> Vec<PageVisit> {
    let mut browser = Browser::start().await;
    let urls = [Url::parse(url).unwrap()];
    let pages = work(&mut browser.recorder, &urls, &SwitchOptions::default()).await.unwrap().pages;
    browser.recorder.close().await;
    pages
}

fn steps(pages: &[PageVisit]) -> Vec<&str> {
    pages.iter().filter_map(|p| p.step.as_deref()).collect()
}

fn written<'a>(pages: &'a [PageVisit], step: &str) -> Vec<&'a str> {
    let of = pages.iter().filter(|p| p.step.as_deref() == Some(step));
    of.flat_map(|p| p.writes.iter().map(|w| w.key.name.as_str())).collect()
}

fn cookie<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.cookies().split("; ").find_map(|c| c.strip_prefix(name)?.strip_prefix('='))
}

const TEXTS: [(&str, &str); 2] = [
    (
        "en",
        "Welcome to our little shop for garden tools. We have sold spades, rakes and watering cans since 1987, and we still know each of them by name.",
    ),
    (
        "de",
        "Willkommen in unserem kleinen Laden für Gartengeräte. Seit 1987 verkaufen wir Spaten, Rechen und Gießkannen, und wir kennen noch jedes Stück beim Namen.",
    ),
];

/// A language select that needs its button, a theme button that writes a cookie, a currency select that sends itself.
fn shop(asked: &Asked) -> Reply {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
    let sent = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    match asked.path.as_str() {
        "/setlang" => Reply::redirect("/").cookie(&format!("site_lang={}; Path=/; Max-Age=31536000", sent("language"))),
        "/setcur" => Reply::redirect("/").cookie(&format!("cur={}; Path=/", sent("c"))),
        "/search" | "/newsletter" | "/logout" => Reply::status(500),
        "/" => {
            let lang = cookie(asked, "site_lang").unwrap_or("en");
            let text = TEXTS.iter().find(|(l, _)| *l == lang).map_or("", |(_, t)| t);
            let on = |o: &str, now: &str| if o == now { " selected" } else { "" };
            let cur = cookie(asked, "cur").unwrap_or("EUR");
            Reply::html(format!(
                "<html lang={lang}><p>{text}</p><p>12 {cur}</p>
                 <form action=/setlang method=post><input type=hidden name=csrf value=abc><select name=language>
                 <option value=en{}>English<option value=de{}>Deutsch</select><button>Go</button></form>
                 <form action=/setcur method=post><select name=c aria-label=Currency onchange=this.form.submit()>
                 <option value=EUR{}>EUR €<option value=USD{}>USD $</select></form>
                 <form action=/newsletter method=post><input name=mail><select name=lang><option value=en>English<option value=fr>Français</select><button>Subscribe</button></form>
                 <form action=/search><input name=q><button>Search</button></form>
                 <a href=/logout title='dark mode'>Log out</a>
                 <button id=tt class=theme-toggle aria-label='Toggle theme'>◐</button>
                 <script>
                  const set = (t) => {{ document.documentElement.dataset.theme = t; document.body.style.background = t === 'dark' ? '#111' : '#fff'; }};
                  set((document.cookie.match(/scheme=(\\w+)/) || [, 'light'])[1]);
                  document.getElementById('tt').onclick = () => {{ const t = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'; set(t); document.cookie = 'scheme=' + t + '; path=/; max-age=9999'; }};
                 </script>",
                on("en", lang), on("de", lang), on("EUR", cur), on("USD", cur),
            ))
        }
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn language_theme_and_currency_are_switched_and_switched_back() {
    let site = Site::start(shop).await;
    let pages = worked(&site.http("tools.localhost", "/")).await;
    assert_eq!(
        steps(&pages),
        [
            "switch language to de",
            "switch language back to en",
            "switch theme to Toggle theme",
            "switch theme back",
            "switch currency to USD $",
            "switch currency back"
        ]
        .map(|s| if s.contains("Toggle") { "switch theme to ◐" } else { s })
    );
    assert_eq!(written(&pages, "switch language to de"), ["site_lang"]);
    assert_eq!(written(&pages, "switch theme to ◐"), ["scheme"]);
    assert_eq!(written(&pages, "switch currency to USD $"), ["cur"]);
    assert!(
        pages.iter().all(|p| p.visitor == Visitor::Fresh && p.notes.iter().all(|n| n.code != "load_event_missing")),
        "{pages:#?}"
    );
    for forbidden in ["/search", "/newsletter", "/logout"] {
        assert_eq!(site.count(forbidden), 0, "{forbidden}");
    }
}

/// A language menu, a theme kept in local storage that follows the system, and panels.
fn app(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/de/" | "/" => {
            let (lang, text) = if asked.path == "/de/" { TEXTS[1] } else { TEXTS[0] };
            let reply = Reply::html(format!(
                "<html lang={lang}><p>{text}</p>
                 <button aria-haspopup=true aria-label=Language onclick=\"document.getElementById('m').hidden=false\">文A</button>
                 <ul id=m hidden><li><a href=/ lang=en>English</a><li><a href=/de/ lang=de>Deutsch</a></ul>
                 <label><input type=radio name=theme value=light onchange=pick(this) checked> Light</label>
                 <label><input type=radio name=theme value=dark onchange=pick(this)> Dark</label>
                 <aside id=side style='width:200px'>Tree</aside>
                 <button aria-expanded=true onclick=\"side.hidden=!side.hidden;this.setAttribute('aria-expanded',!side.hidden);document.cookie='panel='+(side.hidden?'closed':'open')\">Collapse sidebar</button>
                 <script>
                  const paint = (t) => {{ document.documentElement.className = 'theme-' + t; document.body.style.background = t === 'dark' ? 'black' : 'white'; }};
                  const pick = (e) => {{ localStorage.setItem('app-theme', e.value); paint(e.value); }};
                  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (e) => paint(e.matches ? 'dark' : 'light'));
                  paint('light');
                 </script>"
            ));
            if asked.path == "/de/" { reply.cookie("LOCALE=de; Path=/") } else { reply }
        }
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn menus_choices_panels_and_the_systems_colours() {
    let site = Site::start(app).await;
    let pages = worked(&site.http("app.localhost", "/")).await;
    let steps = steps(&pages);
    for step in [
        "system colours turn dark",
        "switch language to de",
        "preference: Collapse sidebar",
        "preference back: Collapse sidebar",
    ] {
        assert!(steps.contains(&step), "{step} is not in {steps:?}");
    }
    assert_eq!(written(&pages, "switch language to de"), ["LOCALE"]);
    assert_eq!(written(&pages, "preference: Collapse sidebar"), ["panel"]);
    let stored = |p: &PageVisit| {
        p.storage.iter().any(|s| s.kind == StorageKind::LocalStorage && s.key == "app-theme" && !s.writers.is_empty())
    };
    assert!(pages.iter().any(|p| p.step.as_deref() == Some("switch theme to Dark") && stored(p)), "{steps:?}");
}

#[tokio::test]
async fn the_demo_shops_switches() {
    let shop = demo::Site::start().await.unwrap();
    let pages = worked(shop.url.as_str()).await;
    let steps = steps(&pages);
    assert!(written(&pages, "switch language to fr").contains(&"language"), "{steps:?}");
    let theme = pages.iter().find(|p| p.step.as_deref().is_some_and(|s| s.starts_with("switch theme to")));
    assert!(theme.is_some_and(|p| p.writes.iter().any(|w| w.key.name == "theme")), "{steps:?}");
}
