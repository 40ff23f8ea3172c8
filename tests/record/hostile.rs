//! Pages that freeze, redefine or inspect what we watch: still recorded, at least from the jar, and it is said.

use cookie_audit::evidence::model::{PageVisit, WriterKind};

use crate::support::browser::{names, write};
use crate::support::{Asked, Browser, Reply, Site};

fn site(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/frozen" => Reply::html(
            "<body><script>
               Object.freeze(Document.prototype); Object.freeze(Storage.prototype); Object.freeze(Function.prototype);
               Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(Reflect); Object.freeze(JSON);
               document.cookie = 'frozen=1; Path=/';
             </script>",
        ),
        "/accessor" => Reply::html(
            "<body><script>
               const native = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
               Object.defineProperty(document, 'cookie', {
                 get() { return native.get.call(document) }, set(v) { native.set.call(document, v + '; Path=/') },
               });
               document.cookie = 'accessor=1';
             </script>",
        ),
        // The setter of a frame that is gone: nobody is left to tell of it, but the jar has the cookie.
        "/borrowed" => Reply::html(
            "<body><script>
               const f = document.createElement('iframe'); document.body.append(f);
               const set = Object.getOwnPropertyDescriptor(f.contentWindow.Document.prototype, 'cookie').set;
               f.remove(); set.call(document, 'borrowed=1; Path=/');
             </script>",
        ),
        "/replaced" => Reply::html(
            "<body><script>
               Object.defineProperty(Document.prototype, 'cookie', {get() { return '' }, set() {}, configurable: true});
             </script>",
        )
        .cookie("jar=1; Path=/"),
        "/prepare" => Reply::html(
            "<body><script>
               Error.prepareStackTrace = () => { throw new Error('no') }; Error.stackTraceLimit = 0;
               document.cookie = 'prepared=1; Path=/';
             </script>",
        ),
        "/tampered" => Reply::html(
            "<body><script>
               console.debug = console.log = () => {}; window.console = undefined;
               JSON.stringify = () => { throw 1 }; Reflect.apply = () => { throw 1 }; Date.now = () => { throw 1 };
               String.prototype.indexOf = String.prototype.split = String.prototype.trim = () => { throw 1 };
               Array.prototype[Symbol.iterator] = () => { throw 1 }; String.prototype.slice = () => { throw 1 };
               Object.defineProperty(Object.prototype, 'toJSON', {get() { throw 1 }, configurable: true});
               RegExp.prototype.test = RegExp.prototype.exec = () => { throw 1 }; Promise.prototype.then = () => { throw 1 };
               document.cookie = 'tampered=1; Path=/';
             </script>",
        ),
        "/csp" => Reply::html("<body><script nonce=n>document.cookie = 'strict=1; Path=/'</script>").header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'nonce-n'; require-trusted-types-for 'script'; trusted-types 'none'; sandbox allow-scripts allow-same-origin",
        ),
        "/opened" => Reply::html(
            "<body><script>
               addEventListener('load', () => setTimeout(() => {
                 document.open(); document.write('<body><script>document.cookie = \"opened=1; Path=/\"</' + 'script>');
                 document.close();
               }, 100));
             </script>",
        ),
        "/removed" => Reply::html(
            "<body><script>
               for (let i = 0; i < 20; i++) {
                 const f = document.createElement('iframe'); document.body.append(f);
                 f.contentDocument.cookie = 'removed' + i + '=1; Path=/'; f.remove();
               }
             </script>",
        ),
        "/nosy" => Reply::html(
            "<body><script>
               const d = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
               const shown = (f) => Function.prototype.toString.call(f);
               const wrong = [];
               const like = Object.getOwnPropertyDescriptor(Document.prototype, 'title').set;
               if (shown(d.set) !== shown(like).replace('title', 'cookie')) wrong.push('text ' + shown(d.set));
               if (!d.configurable || !d.enumerable) wrong.push('flags');
               if (d.set.name !== 'set cookie' || d.set.length !== 1 || 'prototype' in d.set) wrong.push('shape');
               const call = shown(Function.prototype.call).replace('call', 'toString');
               if (!/native code/.test(call) || shown(Function.prototype.toString) !== call) wrong.push('toString');
               if (Object.keys(window).some((k) => /audit|secret|bidi|hook/i.test(k))) wrong.push('global');
               try { d.set.call({}, 'x=1'); wrong.push('no error') } catch (e) { if (!(e instanceof TypeError)) wrong.push('error') }
               try { document.cookie = {toString() { throw new RangeError() }}; wrong.push('swallowed') }
               catch (e) { if (!(e instanceof RangeError)) wrong.push('other error') }
               try { document.cookie = Symbol(); wrong.push('symbol') } catch (e) { if (!(e instanceof TypeError)) wrong.push('symbol error') }
               if (navigator.webdriver) wrong.push('webdriver');
               let reads = 0; document.cookie = {toString() { reads++; return 'nosy=1; Path=/' }};
               if (reads !== 1) wrong.push('read ' + reads + ' times');
               document.title = wrong.join(', ') || 'nothing found';
             </script>",
        ),
        _ => Reply::status(404),
    }
}

fn noted(page: &PageVisit, code: &str) -> bool {
    page.notes.iter().any(|n| n.code == code)
}

async fn visit(path: &str) -> PageVisit {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    let page = browser.visit(&site.http("www.shop.localhost", path)).await;
    for held in &page.jar {
        let known = page.writes.iter().any(|w| w.key == held.key);
        assert!(known, "{path}: {} is in the jar and nowhere else", held.key.name);
    }
    page
}

fn assert_script(page: &PageVisit, name: &str) {
    let found = write(page, name);
    assert_eq!(found.writer.kind, WriterKind::Script, "{name}: {:?}", page.notes);
    assert!(found.stored.is_some(), "{name}");
}

#[tokio::test]
async fn frozen_prototypes_and_strange_stacks() {
    let site = Site::start(site).await;
    let mut browser = Browser::start().await;
    for (path, name) in [
        ("/frozen", "frozen"),
        ("/accessor", "accessor"),
        ("/prepare", "prepared"),
        ("/csp", "strict"),
        ("/opened", "opened"),
    ] {
        let page = browser.visit(&site.http("www.shop.localhost", path)).await;
        assert_eq!(names(&page), [name], "{path}");
        assert_script(&page, name);
    }
}

#[tokio::test]
async fn tampering_with_every_builtin() {
    let page = visit("/tampered").await;
    assert_script(&page, "tampered");
}

#[tokio::test]
async fn a_setter_of_a_frame_that_is_gone() {
    let page = visit("/borrowed").await;
    let found = write(&page, "borrowed");
    assert_eq!(found.writer.kind, WriterKind::Unattributed);
    assert!(found.stored.is_some());
}

#[tokio::test]
async fn a_replaced_accessor_is_noted() {
    let page = visit("/replaced").await;
    assert_eq!(names(&page), ["jar"]);
    assert!(noted(&page, "hooks_replaced"), "{:?}", page.notes);
}

#[tokio::test]
async fn frames_removed_at_once() {
    let page = visit("/removed").await;
    assert_eq!(page.jar.len(), 20);
    assert!(page.writes.iter().all(|w| w.writer.kind == WriterKind::Script), "{:#?}", page.writes);
}

#[tokio::test]
async fn a_page_that_looks_finds_nothing() {
    let page = visit("/nosy").await;
    assert_eq!(page.title.as_deref(), Some("nothing found"));
    assert_script(&page, "nosy");
}
