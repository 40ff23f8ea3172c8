//! Services named, those named as not used, and names that are no services of the site.

use super::reading;

fn named(language: &str, text: &str, denied: bool) -> Vec<String> {
    let services = reading(language, text).services.into_iter().filter(|service| service.denied == denied);
    services.map(|service| service.name).collect()
}

#[test]
fn services_are_found_by_name() {
    assert_eq!(named("en", "We use Google Analytics and Hotjar.", false), ["Google Analytics", "Hotjar"]);
    assert_eq!(named("de", "Wir nutzen den Webanalysedienst Matomo.", false), ["Matomo"]);
    assert_eq!(named("en", "# YouTube\n\nVideos are embedded.", false), ["YouTube"]);
    assert!(named("en", "Shop.test and Shop use cookies.", false).is_empty());
    assert_eq!(named("en", "Statistics by google analytics.", false), ["Google Analytics"]);
}

#[test]
fn denied_services_are_told_apart() {
    assert_eq!(named("en", "We do not use Google Analytics.", true), ["Google Analytics"]);
    assert_eq!(named("de", "Wir verwenden kein Google Analytics.", true), ["Google Analytics"]);
    assert_eq!(named("fr", "Nous n'utilisons pas Google Analytics.", true), ["Google Analytics"]);
    assert_eq!(named("en", "We do not use Matomo. We used Hotjar.", false), ["Hotjar"]);
    assert!(named("en", "Google Analytics does not share this data.", true).is_empty());
}

#[test]
fn addresses_and_browsers_are_no_services() {
    let text = "See https://www.youtube.com/watch for more. In Google Chrome, open the cookie settings. Our segment of \
        the market is big, and meta data helps.";
    assert!(named("en", text, false).is_empty(), "{:?}", named("en", text, false));
}
