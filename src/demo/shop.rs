//! The shop: what each of its pages answers and sets. `truth.toml` says the same in another form; keep them equal.

use axum::http::StatusCode;
use minijinja::value::Serde;
use minijinja::{Value, context};

use super::pages::{LANGUAGES, Viewer};
use super::server::{Answer, Answered, Asked, Demo, token};

const YEAR: u32 = 365 * 86_400;
/// The demo customer, as the sign-in page tells everybody.
const USER: &str = "ada@example.test";
const PASSWORD: &str = "juniper-demo";

pub(super) fn answer(demo: &Demo, asked: &Asked) -> Answered {
    match asked.path.as_str() {
        "/assets/style.css" => Ok(Answer::file("text/css; charset=utf-8", include_str!("site/style.css"))),
        "/assets/theme.js" => Ok(script(include_str!("site/theme.js"))),
        "/assets/promo.js" => Ok(script(include_str!("site/promo.js"))),
        "/assets/recent.js" => Ok(script(include_str!("site/recent.js"))),
        "/favicon.ico" => Ok(Answer::file("image/svg+xml", include_str!("site/icon.svg"))),
        "/robots.txt" => Ok(Answer::file("text/plain", "User-agent: *\nDisallow: /basket/add\n")),
        "/sale" => Ok(Answer::redirect("/catalogue").cookie("campaign=autumn; Path=/; Max-Age=2592000; SameSite=Lax")),
        "/account/sign-in" if asked.post => Ok(sign_in(demo, asked)),
        "/account/sign-out" => Ok(Answer::redirect("/").cookie("juniper_login=; Path=/; Max-Age=0; HttpOnly")),
        "/basket/add" if asked.post => Ok(add(demo, asked)),
        path => match path.strip_prefix("/language/") {
            Some(language) => Ok(choose_language(language)),
            None => page(demo, asked),
        },
    }
}

fn script(text: &str) -> Answer {
    Answer::file("text/javascript; charset=utf-8", text)
}

fn page(demo: &Demo, asked: &Asked) -> Answered {
    let viewer = viewer(demo, asked);
    let draw = |name: &str, more: Value| demo.pages.shop(demo, &viewer, name, more).map(Answer::html);
    let drawn = match asked.path.as_str() {
        "/" => draw("home.html", context! {})?.cookie("__Secure-offer=autumn; Path=/; Max-Age=86400"),
        "/catalogue" => draw("catalogue.html", context! {})?,
        "/basket" => basket(draw("basket.html", context! { items => items(asked) })?, asked),
        "/account" if !viewer.signed_in => return Ok(with_session(Answer::redirect("/account/sign-in"), asked)),
        "/account" => draw("account.html", context! { user => USER })?,
        "/account/sign-in" => sign_in_page(&draw, asked)?,
        "/cookies" => draw("policy.html", context! {})?,
        path => {
            let wanted = path.strip_prefix("/product/");
            let Some(product) = demo.pages.products().iter().find(|product| wanted == Some(&product.id)) else {
                let text = demo.pages.shop(demo, &viewer, "missing.html", context! {})?;
                return Ok(Answer::new(StatusCode::NOT_FOUND, "text/html; charset=utf-8", text));
            };
            draw("product.html", context! { product => Value::from(Serde(product)) })?
        }
    };
    let mut drawn = with_session(drawn, asked);
    if !asked.cookies.contains_key("language") {
        drawn = drawn.cookie(language_cookie(&viewer.language));
    }
    Ok(drawn)
}

fn viewer(demo: &Demo, asked: &Asked) -> Viewer {
    let cookie = |name: &str| asked.cookies.get(name).map(String::as_str);
    let preferred = asked.languages.split([',', ';']).filter_map(|tag| tag.trim().get(..2));
    let mut wanted = cookie("language").into_iter().chain(preferred);
    let language = wanted.find(|wanted| LANGUAGES.contains(wanted)).unwrap_or("en").to_owned();
    Viewer {
        language,
        theme: if cookie("theme") == Some("dark") { "dark" } else { "light" }.to_owned(),
        signed_in: cookie("juniper_login") == Some(demo.login.as_str()),
        in_basket: items(asked).len(),
    }
}

/// Every document gives a visitor a session, as shop software does.
fn with_session(answer: Answer, asked: &Asked) -> Answer {
    match token() {
        Ok(id) if !asked.cookies.contains_key("juniper_session") => {
            answer.cookie(format!("juniper_session={id}; Path=/; HttpOnly; SameSite=Lax"))
        }
        _ => answer,
    }
}

fn language_cookie(language: &str) -> String {
    format!("language={language}; Path=/; Max-Age={YEAR}; SameSite=Lax")
}

fn choose_language(language: &str) -> Answer {
    let known = LANGUAGES.iter().find(|known| **known == language);
    known.map_or_else(|| Answer::redirect("/"), |known| Answer::redirect("/").cookie(language_cookie(known)))
}

/// `mug.bowl` → two items; only what looks like a product's id.
fn items(asked: &Asked) -> Vec<String> {
    let value = asked.cookies.get("basket").map_or("", String::as_str);
    let plain = |item: &&str| !item.is_empty() && *item != "empty" && item.chars().all(|c| c.is_ascii_lowercase());
    value.split('.').filter(plain).take(50).map(str::to_owned).collect()
}

fn basket(answer: Answer, asked: &Asked) -> Answer {
    if asked.cookies.contains_key("basket") { answer } else { answer.cookie(basket_cookie("empty")) }
}

fn basket_cookie(value: &str) -> String {
    format!("basket={value}; Path=/; Max-Age=2592000; SameSite=Lax")
}

fn add(demo: &Demo, asked: &Asked) -> Answer {
    let mut items = items(asked);
    let wanted = asked.form.get("product").map_or("", String::as_str);
    items.extend(demo.pages.products().iter().filter(|product| product.id == wanted).map(|product| product.id.clone()));
    Answer::redirect("/basket").cookie(basket_cookie(&items.join(".")))
}

fn sign_in_page(draw: &dyn Fn(&str, Value) -> Answered, asked: &Asked) -> Answered {
    let csrf = token().map_err(|error| error.to_string())?;
    let failed = asked.query.contains_key("failed");
    let page = draw("sign-in.html", context! { csrf => csrf.clone(), failed, user => USER, password => PASSWORD })?;
    Ok(page.cookie(format!("csrf_token={csrf}; Path=/account; HttpOnly; SameSite=Strict")))
}

/// The form's token must be the cookie's: a foreign site can send the form, but not read the cookie.
fn sign_in(demo: &Demo, asked: &Asked) -> Answer {
    let form = |name: &str| asked.form.get(name).map_or("", String::as_str);
    let csrf = asked.cookies.get("csrf_token").is_some_and(|cookie| cookie == form("csrf"));
    if !csrf || form("email") != USER || form("password") != PASSWORD {
        return Answer::redirect("/account/sign-in?failed=1");
    }
    let stay = if asked.form.contains_key("remember") { "; Max-Age=1209600" } else { "" };
    Answer::redirect("/account").cookie(format!("juniper_login={}; Path=/; HttpOnly; SameSite=Lax{stay}", demo.login))
}
