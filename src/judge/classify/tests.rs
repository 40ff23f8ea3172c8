//! What must hold whatever the weights say: precedence, reasons, honesty about not knowing.

use super::*;
use crate::cookie::{Lifetime, Party};
use crate::evidence::values::Redactor;
use crate::judge::model::{Confidence, Source, TrialVerdict};

fn classifier() -> Classifier {
    Classifier::new(&ClassifierOptions::default()).unwrap()
}

fn subject(name: &str, value: &str) -> Subject {
    let value = Some(Redactor::new([5; 32]).facts(value));
    Subject { name: name.into(), value, party: Some(Party::First), ..Subject::default() }
}

fn purpose(name: &str, value: &str) -> Purpose {
    classifier().classify(&subject(name, value)).purpose
}

#[test]
fn values_and_words_decide_where_no_rule_does() {
    assert_eq!(purpose("zq_colour", "dark"), Purpose::Theme);
    assert_eq!(purpose("moncodelangue", "fr"), Purpose::Language);
    assert_eq!(purpose("sprachwahl", "de-AT"), Purpose::Language);
    assert_eq!(purpose("zzwarenkorb", "3"), Purpose::Cart);
    assert_eq!(purpose("acme_currency", "EUR"), Purpose::Preferences);
    assert_eq!(purpose("QXGEOZZ", "nl"), Purpose::Preferences);
    assert_eq!(purpose("acme-csrf", "k3j9x8q2w7aa"), Purpose::Security);
    assert_eq!(purpose("acmeCookieBannerClosed", "1"), Purpose::Consent);
    assert_eq!(purpose("acme_user_session_analytics", "k3j9x8q2w7aa"), Purpose::Analytics);
    assert_eq!(purpose("acme-items-per-page", "50"), Purpose::Preferences);
    assert_eq!(purpose("user-cookie-preferences-analytics", "true"), Purpose::Consent);
    assert_eq!(purpose("analytics_csrf_token", "k3j9x8q2w7aa"), Purpose::Security);
    assert_ne!(classifier().classify(&subject("session_analytics_consent", "1")).vendor.as_deref(), Some("Drupal"));
}

#[test]
fn a_choice_about_a_tracker_is_no_tracking() {
    let choices =
        ["_ga_consent", "cto_optout", "optimizelyOptOut", "matomo_ignore", "facebook_consent", "tracking_denied"];
    for name in choices {
        let class = classifier().classify(&subject(name, "1"));
        assert_eq!(class.purpose, Purpose::Consent, "{name}: {:?}", class.reasons);
    }
    assert_eq!(purpose("_vis_opt_test_cookie", "1"), Purpose::Analytics);
    assert_eq!(purpose("zq_auswahl", r#"{"necessary":true,"statistics":false}"#), Purpose::Consent);
}

#[test]
fn a_number_that_only_grows_counts_pages() {
    let looks = |values: [&str; 4]| {
        let facts = |v: &&str| Redactor::new([5; 32]).facts(v);
        let later_values = values.iter().skip(1).map(facts).collect();
        classifier().classify(&Subject { later_values, ..subject("zq_qxz", values[0]) }).purpose
    };
    assert_eq!(looks(["2", "3", "4", "7"]), Purpose::Analytics);
    assert_eq!(looks(["2", "2", "2", "2"]), Purpose::Unknown);
    assert_eq!(looks(["5", "3", "9", "1"]), Purpose::Unknown);
}

#[test]
fn an_everyday_name_is_a_vendors_on_its_own_domain_only() {
    let on = |domain: &str, party: Party| {
        let domain = Some(domain.to_owned());
        let asked = Subject { domain, party: Some(party), ..subject("sess", "k3j9x8q2w7aak3j9x8q2w7aa") };
        classifier().classify(&asked).purpose
    };
    assert_eq!(on("adnxs.com", Party::Third), Purpose::Advertising);
    assert_eq!(on("shop.test", Party::First), Purpose::Login);
}

#[test]
fn what_a_list_writes_behind_a_domain_is_no_part_of_it() {
    let third = Some(Party::Third);
    let asked = Subject { domain: Some("adnxs.com (3rd party)".into()), party: third, ..subject("zqzq", "k3j9x8q2") };
    assert_eq!(classifier().classify(&asked).vendor.as_deref(), Some("Xandr"));
}

#[test]
fn what_nothing_tells_is_unknown() {
    for (name, value) in [("qzk", "1"), ("zzqy", "x1"), ("w7", "9")] {
        let class = classifier().classify(&subject(name, value));
        assert_eq!((class.purpose, class.confidence), (Purpose::Unknown, Confidence::Low), "{name}");
        assert!(!class.reasons.is_empty());
    }
}

#[test]
fn an_override_beats_a_trial_beats_a_table() {
    let reason = "our shop's basket number".to_owned();
    let own = Override { name: "PHPSESS*".into(), domain: Some("shop.test".into()), purpose: Purpose::Cart, reason };
    let with_override =
        Classifier::new(&ClassifierOptions { overrides: vec![own], ..ClassifierOptions::default() }).unwrap();
    let trial = TrialVerdict {
        vague: false,
        purpose: Some(Purpose::Language),
        verdict: "without it the page is in English".into(),
        change: "removed".into(),
        page: "https://www.shop.test/".into(),
    };
    let mut asked = subject("PHPSESSID", "k3j9x8q2w7aak3j9x8q2w7aa12");
    asked.domain = Some("www.shop.test".into());
    assert_eq!(classifier().classify(&asked).purpose, Purpose::Login);
    asked.trials = vec![trial];
    let class = classifier().classify(&asked);
    assert_eq!((class.purpose, class.reasons[0].source), (Purpose::Language, Source::Trial));
    let class = with_override.classify(&asked);
    assert_eq!(
        (class.purpose, class.confidence, class.reasons[0].source),
        (Purpose::Cart, Confidence::High, Source::Override)
    );
    assert!(class.reasons[0].detail.contains("our shop's basket number"));
    asked.domain = Some("other.test".into());
    assert_eq!(with_override.classify(&asked).purpose, Purpose::Language);
}

#[test]
fn browser_prefixes_are_stripped() {
    for prefix in ["__Host-", "__Secure-", ""] {
        assert_eq!(purpose(&format!("{prefix}PHPSESSID"), "k3j9x8q2w7aak3j9x8q2w7aa12"), Purpose::Login, "{prefix}");
    }
}

#[test]
fn conflicts_lower_confidence_and_are_listed() {
    let agreed = classifier().classify(&subject("user_lang", "de-AT"));
    assert_eq!((agreed.purpose, agreed.confidence), (Purpose::Language, Confidence::High));
    let torn = classifier().classify(&subject("theme_lang", "k3j9x8q2w7"));
    assert_ne!(torn.confidence, Confidence::High);
    assert!(torn.reasons.iter().any(|r| r.detail.starts_with("against this, for")), "{:?}", torn.reasons);
}

#[test]
fn knowledge_and_names_can_be_left_out() {
    let blind = ClassifierOptions { knowledge: false, names: false, ..ClassifierOptions::default() };
    let blind = Classifier::new(&blind).unwrap();
    let class = blind.classify(&subject("PHPSESSID", "de-AT"));
    assert!(class.reasons.iter().all(|r| !matches!(r.source, Source::Knowledge | Source::Name)), "{:?}", class.reasons);
}

#[test]
fn behaviour_alone_is_never_sure() {
    let mut asked = subject("zzqy", "0b6f5b1e-3f2a-4c8e-9a54-6d2f0c1b7e88");
    asked.party = Some(Party::Third);
    asked.lifetime = Some(Lifetime::Seconds(63_072_000));
    assert_eq!(classifier().classify(&asked).confidence, Confidence::Low);
    asked.identifier = Some(true);
    assert_eq!(classifier().classify(&asked).confidence, Confidence::Medium);
}

#[test]
fn a_vendors_script_speaks_for_what_it_writes() {
    let mut asked = subject("zzqy", "k3j9x8q2w7aak3j9");
    asked.site = Some("shop.test".into());
    asked.domain = Some("shop.test".into());
    asked.writer_urls = vec!["https://www.google-analytics.com/analytics.js".into()];
    let candidates = classifier().explain(&asked);
    let writer = candidates.iter().find(|c| c.cue == "vendor-of-writer").unwrap();
    assert_eq!(writer.favourite().unwrap().0, Purpose::Analytics);
}

#[test]
fn what_is_disputed_or_left_over_is_never_sure() {
    let class = classifier().classify(&subject("vuid", "pl1182846629.637649493"));
    assert_eq!((class.purpose, class.confidence), (Purpose::Analytics, Confidence::Medium));
    let class = classifier().classify(&subject("acmeCookieTest", "1"));
    assert_eq!(class.purpose, Purpose::OtherFunctional);
    assert_ne!(class.confidence, Confidence::High);
}

#[test]
fn a_trackers_test_of_cookies_serves_the_tracking() {
    let mut asked = subject("zz_cookie_test", "1");
    asked.site = Some("shop.test".into());
    assert_eq!(classifier().classify(&asked).purpose, Purpose::OtherFunctional);
    asked.party = Some(Party::Third);
    asked.domain = Some("ads.doubleclick.net".into());
    assert_eq!(classifier().classify(&asked).purpose, Purpose::Advertising);
}

#[test]
fn a_products_own_words_do_not_mislead() {
    // A session of a statistics product is no sign-in.
    assert_eq!(purpose("ai_session", "Ab3dE|1763000000000|1763000000000"), Purpose::Analytics);
    assert_eq!(purpose("rl_user_id", "k3j9x8q2w7aa"), Purpose::Analytics);
}

#[test]
fn vendors_are_known_by_their_name_in_a_name() {
    assert_eq!(purpose("zz_mouseflow_x", "1"), Purpose::Analytics);
}

#[test]
fn answers_are_the_same_each_time() {
    let names = ["_ga", "user_lang", "SERVERID77446", "zzqy", "ajs_user_id", "mybb[lastvisit]", "sid"];
    let again =
        || names.map(|n| (classifier().classify(&subject(n, "k3j9x8q2")), classifier().explain(&subject(n, "1"))));
    assert_eq!(again(), again());
}

#[test]
fn the_consent_exemption_names_its_authority() {
    let asked = subject("PHPSESSID", "k3j9x8q2w7aak3j9x8q2w7aa12");
    let class = classifier().classify(&asked);
    assert!(classifier().exempt_source(&asked, &class).contains("WP29"));
}

#[test]
fn a_product_knows_its_own_names_and_anybodys_names_have_no_vendor() {
    let mut asked = subject("trac_session", "a462014d913d55a01394875d");
    asked.http_only = Some(true);
    asked.set_by = Some(SetBy::Response);
    asked.lifetime = Some(Lifetime::Seconds(7_776_000));
    (asked.host_only, asked.identifier) = (Some(true), Some(true));
    assert_eq!(
        classifier().classify(&asked).purpose,
        Purpose::Preferences,
        "a visitor's settings, though called a session"
    );
    asked.name = "shop_session".into();
    let class = classifier().classify(&asked);
    assert_eq!((class.purpose, class.vendor), (Purpose::Login, None));
}
