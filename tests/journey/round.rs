//! A whole round after a crawl, on the demo shop: what was done is in the records, and cookies have shown what they do.

use std::sync::Arc;

use cookie_audit::demo;
use cookie_audit::evidence::model::{Phase, Record, Trial};
use cookie_audit::evidence::values::Redactor;
use cookie_audit::gather::Visits as _;
use cookie_audit::gather::journey::login::Access;
use cookie_audit::gather::journey::round::{RoundOptions, round};
use cookie_audit::gather::record::RecorderOptions;

use crate::login::steps;
use crate::support::Browser;

#[tokio::test]
async fn the_demo_shop_from_sign_in_to_trials() {
    let shop = demo::Site::start().await.unwrap();
    let base = shop.url.as_str();
    let login = steps(
        &[
            "open /account/sign-in",
            "fill input[name=email] $DEMO_USER",
            "fill input[name=password] $DEMO_PASSWORD",
            "click form button[type=submit]",
            "expect a[href=\"/account/sign-out\"]",
        ],
        base,
    );
    let access = Access { steps: login, start: shop.url.clone(), imported: None, http_auth: Vec::new() };
    let redactor = Redactor::new([7; 32]).hide(&access.secrets());
    let options = RoundOptions {
        seeds: vec![shop.url.clone()],
        phase: Phase::BeforeConsent,
        access: Some(Arc::new(access)),
        extra: steps(&["open /product/vase", "click form[action=\"/basket/add\"] button", "open /catalogue"], base),
        switches: true,
        trials: true,
        deadline: None,
    };
    let mut browser = Browser::recording(RecorderOptions::new(redactor)).await;
    let wanted = |key: &cookie_audit::cookie::CookieKey| {
        ["juniper_login", "language", "theme", "basket", "juniper_session"].contains(&key.name.as_str())
    };
    let done = round(&mut browser.recorder, &options, &[], &wanted).await.unwrap();
    browser.recorder.close().await;
    assert_eq!(done.failures, [""; 0]);
    let trials: Vec<&Trial> =
        done.records.iter().filter_map(|r| if let Record::Trial(trial) = r { Some(&**trial) } else { None }).collect();
    for (name, aspect) in
        [("juniper_login", "signed_in"), ("language", "language"), ("theme", "theme_attribute"), ("basket", "basket")]
    {
        let told = trials.iter().any(|t| t.key.name == name && t.differences.iter().any(|d| d.aspect == aspect));
        assert!(told, "{name} did not show {aspect}: {trials:#?}");
    }
    assert!(trials.iter().filter(|t| t.key.name == "juniper_session").all(|t| t.differences.is_empty()));
    let text = serde_json::to_string(&done.records).unwrap();
    assert!(!text.contains("juniper-demo") && !text.contains("ada@example.test"));
    let steps: Vec<&str> = done
        .records
        .iter()
        .filter_map(|r| if let Record::Page(page) = r { page.step.as_deref() } else { None })
        .collect();
    for step in ["switch language to fr", "step: open /product/vase", "login: click form button[type=submit]"] {
        assert!(steps.contains(&step), "{step} is not in {steps:?}");
    }
}
