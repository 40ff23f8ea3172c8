//! Values that only one visitor has never leave the recording, whatever way they take through a page.

use crate::support::browser::names;
use crate::support::{Asked, Browser, Reply, Site};

/// Planted; none of these may be found in the evidence.
const SECRETS: [&str; 7] = [
    "k7Qz1vPw93LmXe0RtYb2",
    "9f86d081884c7d659a2feaa0c55ad015",
    "Zx81-pLq02-Vn55-Tk19",
    "anna.schmidt@example.org",
    "S3cr3tP4ssPhr4se77Q",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.dozjgNryP4J3jVmNHl0w5N",
    "u8Wd3Kf6Hs1Ao4Zj7Mt2",
];

fn site(asked: &Asked) -> Reply {
    let port = asked.http;
    let [session, hex, local, mail, token, jwt, beacon] = SECRETS;
    match asked.path.as_str() {
        "/start" => Reply::redirect(format!("/page?token={token}&lang=en")).cookie(&format!("sid={session}; Path=/; HttpOnly")),
        "/page" => Reply::html(format!(
            "<title>Hello {mail}</title><a href='/account?session={session}'>me</a><a href='/next?sid={hex}#{token}'>next</a>
             <iframe src='http://tracker.localhost:{port}/frame?uid={hex}'></iframe>
             <script>
               document.cookie = 'js={hex}; Path=/'; document.cookie = 'mail={mail}; Path=/';
               document.cookie = 'refused={jwt}; Domain=other.localhost';
               cookieStore.set('store', '{jwt}');
               localStorage.setItem('key', '{local}'); sessionStorage.setItem('s', '{jwt}');
               fetch('http://tracker.localhost:{port}/collect?id={hex}&e=' + encodeURIComponent('{mail}')).catch(() => {{}});
               navigator.sendBeacon('http://tracker.localhost:{port}/beacon', '{local}');
               Function(\"document.cookie = 'evil=1'\\n//# sourceURL=http://www.shop.localhost/x.js?key={beacon}\")();
             </script>"
        ))
        .cookie(&format!("also={jwt}; Path=/")),
        "/frame" => Reply::html(format!("<script>document.cookie = 'uid={hex}; SameSite=None; Secure'</script>")),
        _ => Reply::text("x").cors(asked).cookie(&format!("third={beacon}; SameSite=None; Secure; Path=/{beacon}")),
    }
}

#[tokio::test]
async fn planted_values_are_nowhere() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", "/start")).await;
    for name in ["sid", "js", "mail", "refused", "store", "also", "uid", "third", "evil"] {
        assert!(names(&page).contains(&name), "{name}: {:?}", names(&page));
    }
    assert!(page.leaks.iter().any(|l| l.name == "js" && l.to == "tracker.localhost"), "{:#?}", page.leaks);
    // Links have to stay usable for the crawler: of them only what cookies and storage hold is taken out.
    assert_eq!(page.links.len(), 3, "{:?}", page.links);
    assert!(page.links[0].url.ends_with("/account?session=[20]"), "{:?}", page.links[0]);
    let json = serde_json::to_string_pretty(&page).unwrap();
    for secret in SECRETS {
        let at = json.lines().filter(|l| l.contains(secret)).collect::<Vec<_>>();
        assert!(at.is_empty(), "{secret} is told by {at:#?}");
    }
}
