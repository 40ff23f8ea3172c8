//! Steps as they are written in settings.

use super::*;

fn read(texts: &[&str]) -> Result<Steps, Vec<StepError>> {
    let base = Url::parse("https://shop.test/de/").unwrap();
    let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    Steps::read(&texts, &base, &|name| (name == "PW").then(|| "hunter-22".to_owned()))
}

#[test]
fn steps_are_read() {
    let steps = read(&[
        "open login",
        "fill form input[name=\"user\"] \"ann lee\"",
        "fill #p $PW",
        "choose #lang de",
        "click text:Sign in",
        "press Enter",
        "expect a[href*=logout]",
    ])
    .unwrap();
    assert_eq!(steps.first_address().map(Url::as_str), Some("https://shop.test/de/login"));
    assert_eq!(
        steps.steps[1],
        Step::Fill(Target::Css("form input[name=\"user\"]".into()), Typed::Plain("ann lee".into()))
    );
    assert_eq!(steps.secrets(), ["hunter-22"]);
    assert_eq!(steps.expected(), Some(&Target::Css("a[href*=logout]".into())));
    assert!(!format!("{steps:?}").contains("hunter"), "secrets have no debug form");
    assert!(steps.steps.iter().all(|s| !words(s).contains("hunter")));
}

#[test]
fn an_address_may_hold_a_variable() {
    let steps = read(&["open /enter?token=$PW&$filter=a$", "expect a"]).unwrap();
    assert_eq!(steps.first_address().map(Url::as_str), Some("https://shop.test/enter?token=hunter%2D22&$filter=a$"),);
    assert_eq!(steps.secrets(), ["hunter-22"]);
    let said = read(&["open /$PIN"]).unwrap_err().remove(0).to_string();
    assert!(said.contains("PIN is not set"), "{said}");
}

#[test]
fn what_is_wrong_is_said_for_every_step() {
    let errors = read(&["fill #p $NOPE", "jump x", "click", "fill #p", "press F13"]).unwrap_err();
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 5, "{said:?}");
    assert!(said[0].contains("NOPE is not set") && said[1].contains("`jump` is not known"));
}
