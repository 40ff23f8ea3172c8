//! Every form of list, each with a small document of its own; and what is no list.

use crate::judge::model::{Declaration, PolicyReading, PolicyState, Purpose};
use crate::judge::policy::document_tests::policy;
use crate::judge::policy::read;

fn reading(name: &str, text: &str) -> PolicyReading {
    read(&policy(name, text.as_bytes()))
}

/// `name | provider | lifetime`
fn shown(declaration: &Declaration) -> String {
    let lifetime = serde_json::to_string(&declaration.lifetime).unwrap().replace('"', "");
    format!("{} | {} | {lifetime}", declaration.name, declaration.provider.as_deref().unwrap_or("-"))
}

fn lists(name: &str, text: &str) -> Vec<String> {
    reading(name, text).declarations.iter().map(shown).collect()
}

fn check(name: &str, text: &str, wanted: &[&str]) {
    let reading = reading(name, text);
    let found: Vec<String> = reading.declarations.iter().map(shown).collect();
    assert_eq!(found, wanted, "{name}: {text}\npassed: {:?}", reading.passed);
}

#[test]
fn tables_under_headers_in_many_languages() {
    let rows = [
        ("Name", "Provider", "Purpose", "Expiry", "2 years"),
        ("Name", "Anbieter", "Zweck", "Speicherdauer", "2 Jahre"),
        ("Nom du cookie", "Fournisseur", "Finalité", "Durée de conservation", "2 ans"),
        ("Nombre", "Proveedor", "Finalidad", "Duración", "2 años"),
        ("Nome", "Fornitore", "Finalità", "Durata", "2 anni"),
        ("Naam", "Aanbieder", "Doel", "Bewaartermijn", "2 jaar"),
        ("Nazwa", "Dostawca", "Cel", "Okres przechowywania", "2 lata"),
        ("Nome do cookie", "Fornecedor", "Finalidade", "Prazo", "2 anos"),
        ("Namn", "Leverantör", "Syfte", "Lagringstid", "2 år"),
        ("Navn", "Udbyder", "Formål", "Udløb", "2 år"),
        ("Nimi", "Palveluntarjoaja", "Käyttötarkoitus", "Voimassaoloaika", "2 vuotta"),
        ("Název", "Poskytovatel", "Účel", "Doba uložení", "2 roky"),
        ("Nume", "Furnizor", "Scop", "Durata", "2 ani"),
        ("Név", "Szolgáltató", "Cél", "Lejárat", "2 év"),
        ("クッキー名", "提供元", "目的", "有効期限", "2年"),
    ];
    for (name, provider, purpose, lifetime, years) in rows {
        let text = format!(
            "<h2>Cookies</h2><table><tr><td>{name}<td>{provider}<td>{purpose}<td>{lifetime}\
             <tr><td>_ga<td>Google<td>x y z<td>{years}<tr><td>lang<td>Shop<td>x y z<td>{years}</table>"
        );
        check("a.html", &text, &["_ga | Google | 63072000", "lang | Shop | 63072000"]);
    }
}

#[test]
fn cells_with_several_names_and_parallel_lists() {
    let text = "## Cookies\n\n| Cookie Subgroup | Cookies | Cookies used | Lifespan |\n|---|---|---|---|\n\
        | shop.test | [a\\_b](https://x.test/1) , sid , [c-d](https://x.test/2) | First Party | Session, 61 days, A few seconds |\n\
        | ads.test | e_f, g_h | Third Party | 1 year |\n";
    check(
        "a.md",
        text,
        &[
            "a_b | shop.test | session",
            "sid | shop.test | 5270400",
            "c-d | shop.test | 0",
            "e_f | ads.test | 31536000",
            "g_h | ads.test | 31536000",
        ],
    );
    let stacked = "<table><tr><th>Cookie name<th>Expires<tr><td>x_a<br>x_b<td>1 day<br>2 days</table>";
    check("a.html", stacked, &["x_a | - | 86400", "x_b | - | 172800"]);
}

#[test]
fn blank_vendor_cells_rowspans_and_spacers() {
    let blank = "<table><tr><th>Vendor<th><th>Cookie<th>Duration<tr><td>Acme<td><td>x_a<td>1 day<tr><td><td><td>x_b<td>2 days\
        <tr><td>Beta<td><td>x_c<td>3 days</table>";
    check("a.html", blank, &["x_a | Acme | 86400", "x_b | Acme | 172800", "x_c | Beta | 259200"]);
    let spans = "<table><tr><th>Vendor<th>Cookie<th>Duration<tr><td rowspan=2>Acme<td>x_a<td rowspan=2>1 day<tr><td>x_b</table>";
    check("a.html", spans, &["x_a | Acme | 86400", "x_b | Acme | 86400"]);
}

#[test]
fn labels_in_every_cell_and_sections_in_a_table() {
    let labels = "<table><tr><th>Name<th>Purpose<th>Duration<tr><td>Name: x_a<td>Purpose: counts visits<td>Duration: 1 day\
        <tr><td><b>Name</b> lang<td><b>Purpose</b> language<td><b>Duration</b> Session</table>";
    check("a.html", labels, &["x_a | - | 86400", "lang | - | session"]);
    let sections = "<table><tr><th>Cookie<th>Purpose<th>Duration<tr><td colspan=3>Advertising cookies<tr><td>x_a<td>a thing<td>1 day</table>";
    let read = reading("a.html", sections);
    assert_eq!(read.declarations.first().and_then(|d| d.purpose).map(Purpose::word), Some("advertising"));
}

#[test]
fn cookie_columns_that_hold_vendors() {
    let text = "| Cookie | Name | Purpose |\n|---|---|---|\n| Matomo | \\_pk\\_id | counts |\n| Matomo | \\_pk\\_ses | counts |\n";
    check("a.md", text, &["_pk_id | Matomo | null", "_pk_ses | Matomo | null"]);
    let vendors = "<h1>Cookies</h1><table><tr><th>Cookie<th>Purpose<tr><td>Google Analytics<td>Statistics<tr><td>YouTube<td>Videos</table>";
    check("a.html", vendors, &[]);
    let kinds = "<h1>Cookies</h1><table><tr><th>Cookie type<th>Description<tr><td>Essential<td>Needed<tr><td>Marketing<td>Ads</table>";
    check("a.html", kinds, &[]);
}

#[test]
fn upright_tables() {
    let text = "<table><tr><th>Name<td>Google Analytics<tr><th>Anbieter<td>Google Ireland<tr><th>Zweck<td>Statistik\
        <tr><th>Cookie Name<td>_ga,_gid<tr><th>Cookie Laufzeit<td>2 Jahre</table>";
    check("a.html", text, &["_ga | Google Analytics | 63072000", "_gid | Google Analytics | 63072000"]);
}

#[test]
fn labelled_lines() {
    let lines = "Cookies\n=======\n\nName: x_a\nAnbieter: Acme GmbH\nZweck: Statistik\nWert: 1234\nAblaufdatum: nach 2 Jahren\n\nName: x_b\nZweck: Werbung\nAblaufdatum: nach Sitzungsende\n";
    check("a.txt", lines, &["x_a | Acme GmbH | 63072000", "x_b | - | session"]);
    let inline = "<h2>Cookies</h2><p>Name: x_a Purpose: counting visits Lifetime: 2 years</p><p>Name: lang Purpose: language Lifetime: session</p>";
    check("a.html", inline, &["x_a | - | 63072000", "lang | - | session"]);
    let dl = "<h2>Cookies</h2><dl><dt>Name</dt><dd>x_a</dd><dt>Expires</dt><dd>1 day</dd></dl><dl><dt>Name</dt><dd>x_b</dd><dt>Expires</dt><dd>2 days</dd></dl>";
    check("a.html", dl, &["x_a | - | 86400", "x_b | - | 172800"]);
    let nested = "## Cookies\n\n* **Acme**\n  * **Cookies:** x\\_a, tt\\_\n  * **Purpose:** Security.\n* **Beta**\n  * **Cookies:** x\\_c\n";
    check("a.md", nested, &["x_a | Acme | null", "tt_* | Acme | null", "x_c | Beta | null"]);
}

#[test]
fn bullets_that_begin_with_names() {
    let text = "## Cookies we use\n\n1. **authToken** (expires when the browser is closed) – only if you log in\n2. **language** (expires after one year) – your choice\n3. **\\_\\_x\\_sid** (expires after 30 minutes) – payment\n";
    check("a.md", text, &["authToken | - | session", "language | - | 31536000", "__x_sid | - | 1800"]);
    let dashes = "<h2>Cookies</h2><ul><li>x_a – counts visits (2 years)</li><li>x_b: remembers you</li></ul>";
    check("a.html", dashes, &["x_a | - | 63072000", "x_b | - | null"]);
    let vendor = "<h2>Cookies</h2><ul><li>Acme<ul><li>x_a</li><li>x_b, x_c</li></ul></li></ul>";
    check("a.html", vendor, &["x_a | Acme | null", "x_b | Acme | null", "x_c | Acme | null"]);
    let terms = "<h2>Cookies</h2><dl><dt><code>x_a</code></dt><dd>Counts. Lasts for 2 years.</dd></dl>";
    check("a.html", terms, &["x_a | - | 63072000"]);
    let headings = "<h2>Cookies</h2><h3>x_a</h3><p>Counts visits.</p><p>Duration: 1 day</p><h3>x_b</h3><p>It lasts for 2 days.</p>";
    check("a.html", headings, &["x_a | - | 86400", "x_b | - | 172800"]);
}

#[test]
fn names_in_sentences() {
    let text = "<p>For example, our third party JSESSIONID cookie measures. This cookie lasts for 30 minutes.</p>\
        <p>We set the cookie <code>lang</code> for a year. Google uses cookies (_ga, _gid).</p>";
    check("a.html", text, &["JSESSIONID | - | 1800", "lang | - | 31536000", "_ga | - | null", "_gid | - | null"]);
    check(
        "a.html",
        "<p>Wir verwenden das PHPSESSID-Cookie und speichern im localStorage.</p>",
        &["PHPSESSID | - | null"],
    );
}

#[test]
fn what_is_no_disclosure() {
    let none = [
        "<h1>Cookies</h1><!-- <table><tr><th>Name<th>Expiry<tr><td>_ga<td>1 day</table> --><p>We use cookies.</p>",
        "<h1>Cookies</h1><pre>set_cookie('x_a')</pre><p>We use cookies.</p>",
        "<h1>Cookies</h1><p>We do not use the cookie _ga.</p>",
        "<h1>Cookies</h1><p>A cookie may look like this: user_id=12345.</p>",
        "<h1>Cookies</h1><ul><li>Chrome: Settings, Privacy</li><li>Firefox – Options</li></ul>",
        "<h1>Cookies</h1><table><tr><th>Name<th>Type<tr><td>N/A (not a cookie)<td>Pixel<tr><td>-<td>x</table>",
        "<h1>Cookies</h1><table><tr><th>Browser<th>Link<tr><td>Chrome<td>https://a.test/x_y</table>",
        "<h1>Cookies</h1><p>Contact: Name: Smith, E-Mail: me@shop.test. YouTube and iPhone are trademarks.</p>",
        "<h1>Cookies</h1><div style='display:none' class='row-template'><table><tr><th>Name<th>Expiry<tr><td>x_a<td>1 day</table></div>",
        "<h1>Cookies</h1><table><tr><th>Service<th>Purpose<tr><td>YouTube (privacy mode)<td>Videos</table>",
    ];
    for text in none {
        assert_eq!(lists("a.html", text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn components_and_templates() {
    let jsx = "import React from 'react';\nexport default function Page() {\n  return (\n    <Table>\n      <TableHead><TableRow><TableCell>Name</TableCell><TableCell>Expires</TableCell></TableRow></TableHead>\n      <TableBody><TableRow><TableCell>x_a</TableCell><TableCell>1 day</TableCell></TableRow></TableBody>\n    </Table>\n  );\n}\n";
    check("a.tsx", jsx, &["x_a | - | 86400"]);
    let jinja = "{% block x %}<table><tr><th>{% trans %}Cookie{% endtrans %}</th><th>{{ _('Expires after') }}</th></tr><tr><td>x_a</td><td>1 day</td></tr></table>{% endblock %}";
    check("a.html.j2", jinja, &["x_a | - | 86400"]);
}

#[test]
fn the_four_states() {
    let state = |text: &str| reading("a.html", text).state;
    assert_eq!(state("<p>We set the cookie x_a.</p>"), PolicyState::Lists);
    assert_eq!(state("<p>We use cookies to count our visitors and to show advertising.</p>"), PolicyState::Mentions);
    assert_eq!(
        state("<p>This privacy policy says that we process personal data of our customers.</p>"),
        PolicyState::Silent
    );
    assert_eq!(state("<p>Buy our wonderful shoes, the best shoes of all, in any colour.</p>"), PolicyState::Unreadable);
    assert_eq!(
        state("<p>We use cookies, all of them listed here:</p><div id=\"CookieDeclaration\"></div>"),
        PolicyState::Unreadable
    );
    assert_eq!(state(""), PolicyState::Unreadable);
}

#[test]
fn storage_and_party_are_told() {
    let text = "<table><tr><th>Key<th>Purpose<th>Storage<th>Party<tr><td>x_a<td>a<td>Local storage<td>First party<tr><td>x_b<td>b<td>HTTP cookie<td>Third party</table>";
    let read = reading("a.html", text);
    let told: Vec<String> = read.declarations.iter().map(|d| format!("{:?} {:?}", d.storage, d.party)).collect();
    assert_eq!(told, ["LocalStorage Some(First)", "Cookie Some(Third)"]);
}
