//! The demo's pages: templates, texts in three languages, and six products.
//!
//! Plain HTML with system fonts, drawn without a single picture file, since the demo gets photographed.

use std::collections::BTreeMap;

use minijinja::value::{Serde, merge_maps};
use minijinja::{Environment, Value, context};
use serde::{Deserialize, Serialize};

use super::server::{ADS, CHAT, Demo, METRICS};

const TEMPLATES: &[(&str, &str)] = &[
    ("layout.html", include_str!("site/layout.html")),
    ("picture.html", include_str!("site/picture.html")),
    ("home.html", include_str!("site/home.html")),
    ("catalogue.html", include_str!("site/catalogue.html")),
    ("product.html", include_str!("site/product.html")),
    ("basket.html", include_str!("site/basket.html")),
    ("sign-in.html", include_str!("site/sign-in.html")),
    ("account.html", include_str!("site/account.html")),
    ("policy.html", include_str!("site/policy.html")),
    ("missing.html", include_str!("site/missing.html")),
    ("offer.html", include_str!("site/offer.html")),
    ("chat.html", include_str!("site/chat.html")),
    ("collect.js", include_str!("site/collect.js")),
];

/// Languages of the shop, the default first.
pub(super) const LANGUAGES: [&str; 3] = ["en", "fr", "de"];

/// Something the shop sells.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct Product {
    pub(super) id: String,
    name: BTreeMap<String, String>,
    price: String,
    colour: String,
    shape: String,
}

#[derive(Debug, Deserialize)]
struct Texts {
    product: Vec<Product>,
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// Everything needed to draw a page.
#[derive(Debug)]
pub(super) struct Pages {
    templates: Environment<'static>,
    texts: Texts,
}

/// Who is looking, as far as the page shows it.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    pub(super) language: String,
    pub(super) theme: String,
    pub(super) signed_in: bool,
    pub(super) in_basket: usize,
}

impl Pages {
    pub(super) fn new() -> Result<Self, minijinja::Error> {
        let mut templates = Environment::new();
        for (name, text) in TEMPLATES {
            templates.add_template(name, text)?;
        }
        let texts = toml::from_str(include_str!("site/texts.toml"))
            .map_err(|error| minijinja::Error::new(minijinja::ErrorKind::BadSerialization, error.to_string()))?;
        Ok(Self { templates, texts })
    }

    pub(super) fn products(&self) -> &[Product] {
        &self.texts.product
    }

    /// Draws one of the shop's pages.
    pub(super) fn shop(&self, demo: &Demo, viewer: &Viewer, page: &str, more: Value) -> Result<String, String> {
        let words = self.texts.words.get(&viewer.language).or_else(|| self.texts.words.get("en"));
        let values = context! {
            lang => viewer.language.as_str(), theme => viewer.theme.as_str(), signed_in => viewer.signed_in, basket => viewer.in_basket,
            t => words, languages => LANGUAGES, products => Value::from(Serde(&self.texts.product))
        };
        self.draw(page, &merge_maps([more, origins(demo), values]))
    }

    /// Draws a page or script of another site.
    pub(super) fn other(&self, demo: &Demo, page: &str) -> Result<String, String> {
        self.draw(page, &origins(demo))
    }

    fn draw(&self, page: &str, values: &Value) -> Result<String, String> {
        self.templates.get_template(page).and_then(|page| page.render(values)).map_err(|error| format!("{error:#}"))
    }
}

/// Origins of the companies the shop brings along.
fn origins(demo: &Demo) -> Value {
    let origin = |host: &str| format!("http://{host}:{}", demo.port);
    context! { metrics => origin(METRICS), ads => origin(ADS), chat => origin(CHAT) }
}
