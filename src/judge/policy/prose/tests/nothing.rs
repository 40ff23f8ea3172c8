//! Sentences that look like claims and are none: suppositions, the law, other companies, explanations, restrictions.

use super::{made, reading};

/// Not one of these sentences makes a claim of these kinds.
fn spare(kinds: &[&str], sentences: &[(&str, &str)]) {
    let wrong: Vec<String> = sentences
        .iter()
        .map(|(language, sentence)| (language, sentence, made(language, sentence)))
        .filter(|(_, _, made)| made.iter().any(|kind| kinds.is_empty() || kinds.contains(&kind.as_str())))
        .map(|(language, sentence, made)| format!("{language}: {sentence} → {made:?}"))
        .collect();
    assert!(wrong.is_empty(), "claims found in:\n{}", wrong.join("\n"));
}

#[test]
fn suppositions() {
    spare(
        &[],
        &[
            ("en", "In the future we may use no cookies at all."),
            ("en", "If you do not accept cookies, please leave the site."),
            ("en", "You can set your browser so that no cookies are stored."),
            ("de", "In Zukunft werden wir keine Cookies mehr verwenden."),
            ("de", "Sie können Ihren Browser so einstellen, dass keine Cookies gespeichert werden."),
            ("fr", "Vous pouvez configurer votre navigateur pour refuser tous les cookies."),
            ("es", "Puede configurar su navegador para no aceptar cookies."),
        ],
    );
}

#[test]
fn the_law_and_others() {
    spare(
        &[],
        &[
            ("en", "The law states that cookies may only be stored with the consent of the user."),
            ("en", "According to Cloudflare, this cookie does not contain any personal data."),
            ("en", "Article 5(3) of the Directive requires that no cookies are set without consent."),
            ("de", "Nach der Richtlinie dürfen Cookies nur mit Einwilligung der Nutzer gesetzt werden."),
            ("de", "Laut Google enthält dieses Cookie keine personenbezogenen Daten."),
            ("fr", "La loi prévoit que les cookies ne peuvent être déposés qu'avec le consentement de l'internaute."),
            ("fr", "Selon Google, ces cookies ne contiennent aucune donnée personnelle."),
            ("es", "Según Google, estas cookies no contienen datos personales."),
            ("it", "Secondo quanto dichiarato da Google, questi cookie non contengono dati personali."),
            ("nl", "Volgens Google bevatten deze cookies geen persoonsgegevens."),
        ],
    );
}

#[test]
fn explanations() {
    spare(
        &[],
        &[
            ("en", "Session cookies are deleted when you close your browser."),
            ("en", "Cookies are small text files that cannot identify you."),
            ("de", "Session-Cookies werden gelöscht, wenn man den Browser schließt."),
            ("fr", "Les cookies de session expirent à la fermeture du navigateur."),
        ],
    );
    let explained = "# What are cookies?\n\nA cookie does not contain personal data and cannot carry viruses.";
    assert!(reading("en", explained).claims.is_empty());
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of sentences")]
fn restrictions_make_another_claim() {
    spare(
        &["no-cookies"],
        &[
            ("en", "We do not use third-party cookies."),
            ("en", "We do not use cookies to collect personal data."),
            ("en", "We do not use cookies for advertising."),
            ("en", "We do not set any cookies without your consent."),
            ("en", "We do not only use session cookies."),
            ("de", "Wir verwenden keine Cookies zu Werbezwecken."),
            ("de", "Ohne Ihre Einwilligung setzen wir keine Cookies."),
            ("fr", "Nous n'utilisons pas de cookies publicitaires."),
            ("es", "No utilizamos cookies de terceros."),
            ("it", "Non utilizziamo cookie di profilazione."),
            ("nl", "Wij gebruiken geen cookies om persoonsgegevens te verzamelen."),
        ],
    );
    spare(
        &["no-sharing", "no-sale"],
        &[
            ("en", "We do not share your data with third parties unless the law requires it."),
            ("en", "We do not sell your data without your consent."),
            ("de", "Wir geben Daten nicht an Dritte weiter, es sei denn, Sie haben eingewilligt."),
        ],
    );
    spare(
        &["only-necessary", "only-categories", "sole-purpose"],
        &[
            ("en", "Click here to accept only necessary cookies."),
            ("en", "Choose \"only necessary\" if you want no other cookies."),
            ("en", "We do not only use necessary cookies."),
            ("de", "Klicken Sie auf \"Nur notwendige Cookies\", um andere abzulehnen."),
        ],
    );
    spare(
        &["sole-purpose"],
        &[
            ("en", "Certain cookies are only set for logged in visitors."),
            ("en", "These cookies are usually only set in response to what you do."),
            ("en", "The information is only used to improve the site."),
        ],
    );
    spare(
        &["conditional-trigger"],
        &[("en", "Many cookies are only set if you are a member (so you don't have to log in every time).")],
    );
    spare(&["no-sharing"], &[("en", "We do not share your e-mail address with third parties.")]);
    spare(
        &["exhaustive-list"],
        &[
            ("en", "This is not a complete list of cookies."),
            ("de", "Diese Liste ist nicht abschließend."),
            ("fr", "Cette liste n'est pas exhaustive."),
        ],
    );
    spare(
        &["refusal-harmful", "refusal-harmless"],
        &[
            ("en", "If you disable cookies, some features may not work."),
            ("en", "You can use your browser to delete cookies."),
            ("de", "Bei Deaktivierung von Cookies kann die Funktionalität der Website eingeschränkt sein."),
            ("fr", "Si vous refusez les cookies, certaines fonctionnalités risquent de ne pas fonctionner."),
        ],
    );
}
