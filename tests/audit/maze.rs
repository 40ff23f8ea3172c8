//! A site with everything that leads crawlers astray: depth, sitemap-only pages, robots, redirects, traps, broken pages,
//! and a sign-out link. Which page sets which cookie follows from its number.

use crate::support::{Asked, Reply};

/// How large it is.
#[derive(Debug, Clone, Copy)]
pub struct Maze {
    /// Pages of the tree below `/`.
    pub tree: u32,
    /// Pages that only the sitemap names.
    pub hidden: u32,
    /// Broken ones, half of them 404 and half 500.
    pub broken: u32,
}

pub const DEPTH: u32 = 8;
pub const POLICY: &str = "<h1>Cookie policy</h1><p>We use these cookies.</p><table>
    <tr><th>Cookie</th><th>Purpose</th><th>Duration</th></tr>
    <tr><td>every</td><td>keeps you signed in</td><td>Session</td></tr>
    <tr><td>group0</td><td>remembers your language</td><td>1 hour</td></tr></table>";

impl Maze {
    /// Paths of tree pages whose number gives this rest.
    pub fn group(self, rest: u32) -> Vec<String> {
        (0..self.tree).filter(|n| n % 5 == rest).map(|n| format!("/tree/{n}")).collect()
    }

    pub fn answer(self, asked: &Asked) -> Reply {
        let cookie = |name: &str| format!("{name}=1; Path=/; Max-Age=3600");
        let words: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
        match words.as_slice() {
            [""] => Reply::html(self.home()).cookie("every=1; Path=/"),
            ["tree", n] => self.tree_page(n.parse().unwrap_or(0)).cookie("every=1; Path=/"),
            ["deep", n] => deep(n.parse().unwrap_or(0)),
            ["hidden", _] => Reply::html("<h1>Hidden</h1><p>Nobody links here.</p>").cookie(&cookie("hidden")),
            ["moved", n] => Reply::redirect(format!("/tree/{n}")).cookie(&cookie("moved")),
            ["calendar"] => calendar(&asked.query),
            ["broken", n] => Reply::status(if n.parse().unwrap_or(0) % 2 == 0 { 404 } else { 500 }),
            ["private", _] => Reply::html("private").cookie(&cookie("private")),
            ["cookies"] => Reply::html(POLICY),
            ["logout"] => Reply::html("bye").cookie(&cookie("signed_out")),
            ["robots.txt"] => Reply::text("User-agent: *\nDisallow: /private/\n"),
            ["sitemap.xml"] => Reply::new("application/xml", self.sitemap(asked)),
            _ => Reply::status(404),
        }
    }

    fn home(self) -> String {
        let mut links = String::from("<h1>Maze</h1><a href=/deep/1>deep</a> <a href=/calendar?month=1>calendar</a> ");
        links.push_str("<a href=/private/1>private</a> <a href=/logout>Log out</a> <a href=/tree/0>tree</a> ");
        links.push_str("<a href='/tree/0?utm_source=x'>tree, advertised</a> <a href='/tree/0#part'>part</a> ");
        links.push_str("<a href=/moved/1>moved</a> <a href=/moved/2>moved</a> <a href=/paper.pdf>paper</a> ");
        (0..self.broken).for_each(|n| links.push_str(&format!("<a href=/broken/{n}>broken {n}</a> ")));
        format!("{links}<footer><a href=/cookies>Cookie policy</a></footer>")
    }

    fn tree_page(self, n: u32) -> Reply {
        let child = |c: u32| if c < self.tree { format!("<a href=/tree/{c}>page {c}</a> ") } else { String::new() };
        let script =
            format!("<script>document.cookie = 'late=1; path=/'; localStorage.setItem('seen', '{}')</script>", n % 2);
        let script = if n % 7 == 3 { script } else { String::new() };
        let text =
            format!("<h1>Page {n}</h1><p>A page of the tree.</p>{}{}{script}", child(2 * n + 1), child(2 * n + 2));
        Reply::html(text).cookie(&format!("group{}=1; Path=/; Max-Age=3600", n % 5))
    }

    fn sitemap(self, asked: &Asked) -> String {
        let url = |n: u32| format!("<url><loc>http://{}:{}/hidden/{n}</loc></url>", asked.host, asked.http);
        let urls: String = (0..self.hidden).map(url).collect();
        format!("<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>")
    }
}

fn deep(n: u32) -> Reply {
    let next = if n < DEPTH { format!("<a href=/deep/{}>deeper</a>", n + 1) } else { String::new() };
    let page = Reply::html(format!("<h1>Level {n}</h1><p>Deeper and deeper.</p>{next}"));
    if n == DEPTH { page.cookie("deepest=1; Path=/deep; Max-Age=60") } else { page }
}

/// Every month links to the next one, forever.
fn calendar(query: &str) -> Reply {
    let month: u32 = query.trim_start_matches("month=").parse().unwrap_or(1);
    Reply::html(format!("<h1>Month {month}</h1><p>Nothing on.</p><a href='/calendar?month={}'>next</a>", month + 1))
}
