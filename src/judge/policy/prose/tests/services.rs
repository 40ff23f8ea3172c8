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

#[test]
fn a_roster_of_advertising_partners_is_told_apart() {
    let names = ["Criteo", "Teads", "OpenX", "Taboola", "Outbrain", "AdRoll", "Sovrn", "Magnite", "Index Exchange"];
    let row = |name: &&str| format!("| {name} | https://partner.test/privacy |\n");
    let rows: String = names.iter().map(row).collect();
    let table = format!("# Advertising\n\n| Partner | Address |\n|---|---|\n{rows}\nOur shop works with Criteo.\n");
    let services = reading("en", &table).services;
    let partners: Vec<&str> = services.iter().filter(|s| s.partner).map(|s| s.name.as_str()).collect();
    assert_eq!(partners, &names[1..], "what the text says is used is used");
    let items: String = names.iter().map(|name| format!("- [{name}](https://partner.test)\n")).collect();
    let lists = |intro: &str| reading("en", &format!("# Cookies\n\n{intro}\n\n{items}")).services;
    assert!(lists("We show ads of these companies:").iter().all(|service| service.partner));
    assert!(lists("We use these tools:").iter().all(|service| !service.partner));
}

#[test]
fn a_list_that_says_what_its_entries_do_is_no_roster() {
    let row = |name: &&str| format!("| {name} | Shows ads that fit you |\n");
    let rows: String =
        ["Criteo", "Teads", "OpenX", "Taboola", "Outbrain", "AdRoll", "Sovrn", "Magnite"].iter().map(row).collect();
    let services = reading("en", &format!("# Advertising\n\n| Service | Purpose |\n|---|---|\n{rows}")).services;
    assert!(services.len() == 8 && services.iter().all(|service| !service.partner), "{services:?}");
}

#[test]
fn a_host_says_nothing_new_beside_its_service() {
    let text = "# Cookies\n\nWe use Google Ads.\n\n| Host | What for |\n|---|---|\n| doubleclick.net | Ads |\n| ads.linkedin.com | Ads |\n";
    let names = named("en", text, false);
    assert_eq!(names, ["Google Ads", "LinkedIn Ads"]);
}
