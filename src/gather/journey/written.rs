//! How a step is written in the settings, and what of it is taken from the environment.
//!
//! Pure. Not here: doing it (`steps`).

use url::Url;

use super::hand::Target;
use super::steps::{Secret, Step, Typed};

/// Keys as WebDriver numbers them.
pub(super) const KEYS: [(&str, char); 4] =
    [("Enter", '\u{e007}'), ("Tab", '\u{e004}'), ("Escape", '\u{e00c}'), ("Space", ' ')];

/// Reads a step, and what of its address came from the environment.
pub(super) fn one(
    text: &str,
    base: &Url,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<(Step, Vec<Secret>), String> {
    if let Some(address) = text.trim().strip_prefix("open ") {
        return open(address.trim(), base, environment);
    }
    other(text, environment).map(|step| (step, Vec::new()))
}

/// `open /enter?token=$TOKEN`: words in capitals after a dollar are variables; anything else stands for itself.
fn open(
    address: &str,
    base: &Url,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<(Step, Vec<Secret>), String> {
    let (mut whole, mut secrets) = (String::new(), Vec::new());
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('$') {
        let end = after.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
        let (name, after) = after.split_at(end.unwrap_or(after.len()));
        whole.push_str(before);
        rest = after;
        if name.is_empty() {
            whole.push('$');
            continue;
        }
        let value = variable(name, environment)?;
        whole.extend(percent_encoding::utf8_percent_encode(value.expose(), percent_encoding::NON_ALPHANUMERIC));
        secrets.push(value);
    }
    whole.push_str(rest);
    let url = base.join(&whole).map_err(|e| format!("`{address}` is no address: {e}"))?;
    Ok((Step::Open(url), secrets))
}

fn other(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Step, String> {
    let (verb, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let rest = rest.trim();
    if rest.is_empty() {
        return Err("something must follow the first word; e.g. `click button[type=submit]`".to_owned());
    }
    match verb {
        "click" => Ok(Step::Click(target(rest))),
        "wait" => Ok(Step::Wait(target(rest))),
        "expect" => Ok(Step::Expect(target(rest))),
        "press" => {
            let key = KEYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(rest));
            key.map(|(_, key)| Step::Press(*key))
                .ok_or_else(|| "known keys are Enter, Tab, Escape and Space".to_owned())
        }
        "fill" => {
            let (field, what) = last_word(rest)?;
            Ok(Step::Fill(target(field), typed(what, environment)?))
        }
        "choose" => {
            let (field, what) = last_word(rest)?;
            Ok(Step::Choose(target(field), unquoted(what).to_owned()))
        }
        other => Err(format!("`{other}` is not known; use open, fill, click, choose, press, wait or expect")),
    }
}

fn target(text: &str) -> Target {
    match text.strip_prefix("text:") {
        Some(words) => Target::Text(unquoted(words.trim()).to_owned()),
        None => Target::Css(text.to_owned()),
    }
}

/// The selector, and the last word or quoted text after it.
fn last_word(text: &str) -> Result<(&str, &str), String> {
    let cut = match text.strip_suffix('"') {
        Some(open) => open.rfind('"').filter(|at| text.get(..*at).is_some_and(|t| t.ends_with(char::is_whitespace))),
        None => text.rfind(char::is_whitespace).map(|at| at + 1),
    };
    let (field, what) = cut.map_or((text, ""), |at| text.split_at(at));
    if field.trim().is_empty() || what.is_empty() {
        return Err("a selector and what to put there must follow; e.g. `fill #name $SHOP_USER`".to_owned());
    }
    Ok((field.trim(), what))
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text)
}

fn typed(what: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Typed, String> {
    let Some(name) = what.strip_prefix('$') else { return Ok(Typed::Plain(unquoted(what).to_owned())) };
    let name = name.trim_start_matches('{').trim_end_matches('}');
    variable(name, environment).map(Typed::Secret)
}

fn variable(name: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Secret, String> {
    let value = environment(name).filter(|value| !value.is_empty());
    value.map(Secret::new).ok_or_else(|| format!("the environment variable {name} is not set"))
}
