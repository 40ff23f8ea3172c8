//! Sentences of our own that make each kind of claim, in the languages whose words are known.

use super::made;

/// Every sentence makes the claim, whatever else it makes.
pub(super) fn make(kind: &str, sentences: &[(&str, &str)]) {
    let misses: Vec<String> = sentences
        .iter()
        .filter(|(language, sentence)| !made(language, sentence).iter().any(|made| made == kind))
        .map(|(language, sentence)| format!("{language}: {sentence} → {:?}", made(language, sentence)))
        .collect();
    assert!(misses.is_empty(), "no {kind} in:\n{}", misses.join("\n"));
}

#[test]
fn no_cookies() {
    make(
        "no-cookies",
        &[
            ("en", "Our website does not set any cookies."),
            ("en", "We use no cookies whatsoever."),
            ("en", "No cookies are used on this site."),
            ("en", "No cookies, no banners."),
            ("de", "Diese Website verwendet keine Cookies."),
            ("de", "Auf dieser Seite werden keine Cookies gesetzt."),
            ("fr", "Ce site n'utilise aucun cookie."),
            ("fr", "Nous ne déposons pas de cookies sur votre appareil."),
            ("es", "Este sitio web no utiliza cookies."),
            ("it", "Questo sito non utilizza cookie."),
            ("nl", "Deze website plaatst geen cookies."),
            ("pl", "Nasza strona nie używa plików cookies."),
            ("pt", "Este site não utiliza cookies."),
            ("sv", "Vår webbplats använder inga kakor."),
            ("da", "Denne hjemmeside bruger ikke cookies."),
            ("cs", "Náš web nepoužívá žádné cookies."),
            ("ro", "Acest site nu folosește cookie-uri."),
        ],
    );
}

#[test]
fn nothing_stored() {
    make(
        "nothing-stored",
        &[
            ("en", "No data is stored in your browser."),
            ("en", "We do not save any information on your device."),
            ("de", "Es werden keine Daten in Ihrem Browser gespeichert."),
            ("fr", "Aucune information n'est stockée dans votre navigateur."),
            ("es", "No se almacena ninguna información en su navegador."),
            ("it", "Nessun dato viene memorizzato nel browser."),
            ("nl", "Er worden geen gegevens opgeslagen in uw browser."),
            ("pl", "Żadne dane nie są zapisywane w przeglądarce."),
            ("sv", "Ingen information sparas i din webbläsare."),
        ],
    );
}

#[test]
fn no_third_party_cookies() {
    make(
        "no-third-party-cookies",
        &[
            ("en", "We do not use third-party cookies."),
            ("en", "There are no cookies set by third parties on this site."),
            ("de", "Cookies von Drittanbietern werden nicht eingesetzt."),
            ("de", "Wir verwenden keine Drittanbieter-Cookies."),
            ("fr", "Nous n'utilisons pas de cookies tiers."),
            ("es", "Esta web no utiliza cookies de terceros."),
            ("it", "Il sito non installa cookie di terze parti."),
            ("nl", "Wij plaatsen geen cookies van derden."),
            ("pl", "Nie stosujemy plików cookies podmiotów trzecich."),
            ("pt", "Não utilizamos cookies de terceiros."),
            ("sv", "Vi använder inga tredjepartscookies."),
            ("da", "Vi bruger ikke tredjepartscookies."),
            ("cs", "Nepoužíváme cookies třetích stran."),
            ("ro", "Nu utilizăm cookie-uri terțe."),
        ],
    );
}

#[test]
fn first_party_only() {
    make(
        "first-party-only",
        &[
            ("en", "We only use first-party cookies."),
            ("de", "Wir setzen ausschließlich eigene Cookies ein."),
            ("fr", "Nous utilisons uniquement des cookies internes."),
            ("es", "Esta web utiliza únicamente cookies propias."),
            ("it", "Utilizziamo esclusivamente cookie di prima parte."),
            ("nl", "Wij gebruiken alleen eigen cookies."),
            ("sv", "Vi använder endast förstapartscookies."),
        ],
    );
}

#[test]
fn no_tracking_or_ads() {
    make(
        "no-tracking-or-ads",
        &[
            ("en", "We do not use analytics or advertising cookies."),
            ("en", "This site uses no tracking."),
            ("en", "We do not track our visitors."),
            ("en", "No ads, no tracking."),
            ("en", "There are no ads or trackers on this website."),
            ("de", "Wir verwenden keine Tracking- oder Werbe-Cookies."),
            ("de", "Auf dieser Website findet kein Tracking statt."),
            ("fr", "Nous n'utilisons ni cookies publicitaires ni outils de mesure d'audience."),
            ("es", "No utilizamos cookies publicitarias ni analíticas."),
            ("it", "Non utilizziamo cookie di profilazione."),
            ("nl", "Wij gebruiken geen tracking cookies."),
            ("pl", "Nie używamy plików cookies w celach reklamowych."),
            ("pt", "Não usamos cookies de publicidade."),
            ("sv", "Vi använder inga cookies för marknadsföring."),
            ("da", "Vi bruger ikke cookies til markedsføring."),
            ("cs", "Nepoužíváme reklamní ani analytické cookies."),
            ("ro", "Nu folosim cookie-uri de publicitate."),
        ],
    );
}

#[test]
fn only_necessary() {
    make(
        "only-necessary",
        &[
            ("en", "We only use strictly necessary cookies."),
            ("en", "This website uses essential cookies only."),
            ("de", "Wir verwenden ausschließlich technisch notwendige Cookies."),
            ("de", "Auf dieser Website kommen nur technisch erforderliche Cookies zum Einsatz."),
            ("fr", "Ce site n'utilise que des cookies strictement nécessaires à son fonctionnement."),
            ("fr", "Seuls des cookies techniques sont déposés."),
            ("es", "Este sitio solo utiliza cookies técnicas necesarias."),
            ("it", "Questo sito utilizza esclusivamente cookie tecnici."),
            ("nl", "Wij gebruiken alleen functionele en noodzakelijke cookies."),
            ("pl", "Stosujemy wyłącznie niezbędne pliki cookies."),
            ("pt", "Utilizamos apenas cookies estritamente necessários."),
            ("sv", "Vi använder endast nödvändiga kakor."),
            ("da", "Vi anvender kun nødvendige cookies."),
            ("cs", "Používáme pouze nezbytné cookies."),
            ("ro", "Folosim doar cookie-uri strict necesare."),
        ],
    );
}

#[test]
fn only_categories() {
    make(
        "only-categories",
        &[
            ("en", "We use only login and language cookies."),
            ("en", "The site uses only analytics cookies."),
            ("de", "Wir setzen nur Cookies zur Analyse ein."),
            ("fr", "Nous utilisons uniquement des cookies de mesure d'audience."),
            ("es", "Solo utilizamos cookies de análisis."),
            ("it", "Usiamo solo cookie analitici."),
            ("nl", "Wij gebruiken uitsluitend analytische cookies."),
        ],
    );
}

#[test]
fn sole_purpose() {
    make(
        "sole-purpose",
        &[
            ("en", "Cookies are used solely to keep you logged in."),
            ("en", "We use cookies only for authentication."),
            ("en", "This cookie is only used to remember your language."),
            ("en", "We use this cookie exclusively for security."),
            ("en", "These cookies are not used for any other purpose."),
            ("de", "Die Cookies dienen ausschließlich dazu, den Warenkorb zu speichern."),
            ("de", "Dieses Cookie wird nur für die Anmeldung verwendet."),
            ("fr", "Ce cookie sert uniquement à mémoriser la langue."),
            ("fr", "Les cookies ne sont utilisés que pour mesurer la fréquentation."),
            ("es", "Estas cookies se utilizan únicamente para recordar el idioma."),
            ("it", "I cookie vengono utilizzati esclusivamente per l'autenticazione."),
            ("nl", "Deze cookies worden alleen gebruikt om in te loggen."),
            ("pl", "Pliki cookies są wykorzystywane wyłącznie w celu utrzymania sesji."),
            ("pt", "Estes cookies são utilizados apenas para guardar o idioma."),
            ("sv", "Kakorna används endast för inloggning."),
            ("da", "Cookies bruges udelukkende til statistik."),
            ("cs", "Tyto cookies používáme pouze k přihlášení."),
        ],
    );
}

#[test]
fn exhaustive_list() {
    make(
        "exhaustive-list",
        &[
            ("en", "This is the complete list of cookies we use."),
            ("en", "We do not use any other cookies."),
            ("en", "We only use the following cookies:"),
            ("de", "Weitere Cookies setzen wir nicht ein."),
            ("de", "Es werden keine anderen Cookies verwendet."),
            ("fr", "Voici la liste complète des cookies."),
            ("fr", "Aucun autre cookie n'est déposé."),
            ("es", "No utilizamos otras cookies."),
            ("it", "Ecco l'elenco completo dei cookie."),
            ("nl", "Wij gebruiken geen andere cookies."),
            ("pt", "Esta é a lista completa de cookies."),
        ],
    );
}

#[test]
fn no_data_collected() {
    make(
        "no-data-collected",
        &[
            ("en", "Cookies do not collect any information from your computer."),
            ("en", "Our cookies gather no data."),
            ("de", "Die Cookies sammeln keine Informationen."),
            ("fr", "Les cookies ne collectent aucune information."),
            ("es", "Las cookies no recogen ninguna información."),
            ("it", "I cookie non raccolgono informazioni."),
            ("nl", "De cookies verzamelen geen gegevens."),
            ("pl", "Pliki cookies nie zbierają żadnych danych."),
        ],
    );
}

#[test]
fn no_personal_data() {
    make(
        "no-personal-data",
        &[
            ("en", "The cookies do not contain any personal data."),
            ("en", "All information these cookies collect is aggregated and therefore anonymous."),
            ("en", "We cannot identify you from these cookies."),
            ("en", "The cookies do not store anything that could personally identify you."),
            ("de", "Die Cookies enthalten keine personenbezogenen Daten."),
            ("de", "Ein Rückschluss auf Ihre Person ist mit diesen Cookies nicht möglich."),
            ("de", "Die durch Cookies erfassten Daten sind anonym."),
            ("fr", "Ces cookies ne permettent pas de vous identifier."),
            ("fr", "Les données recueillies par ces cookies sont anonymes."),
            ("fr", "Les cookies ne contiennent aucune donnée personnelle."),
            ("es", "Estas cookies no almacenan datos personales."),
            ("es", "Las cookies no permiten identificar al usuario."),
            ("it", "I cookie non permettono di identificare l'utente."),
            ("it", "Le informazioni raccolte dai cookie sono anonime."),
            ("nl", "Deze cookies bevatten geen persoonsgegevens."),
            ("nl", "Met deze cookies kunnen wij u niet identificeren."),
            ("pl", "Pliki cookies nie zawierają danych osobowych."),
            ("pl", "Pliki cookies nie pozwalają na identyfikację użytkownika."),
            ("pt", "Estes cookies não recolhem dados pessoais."),
            ("sv", "Kakorna innehåller inga personuppgifter."),
            ("da", "Cookies indeholder ingen personoplysninger."),
            ("cs", "Cookies neobsahují žádné osobní údaje."),
            ("ro", "Aceste cookie-uri nu conțin date cu caracter personal."),
        ],
    );
}

#[test]
fn session_only() {
    make(
        "session-only",
        &[
            ("en", "We only use session cookies."),
            ("en", "We do not use persistent cookies."),
            ("it", "Non vengono utilizzati cookie persistenti di alcun tipo."),
            ("en", "All our cookies are deleted when you close your browser."),
            ("de", "Wir verwenden ausschließlich Session-Cookies."),
            ("de", "Alle Cookies werden nach dem Schließen des Browsers gelöscht."),
            ("fr", "Nous utilisons uniquement des cookies de session."),
            ("es", "Solo utilizamos cookies de sesión."),
            ("it", "Questo sito usa solo cookie di sessione."),
            ("nl", "Wij gebruiken alleen sessiecookies."),
            ("pt", "Utilizamos apenas cookies de sessão."),
            ("sv", "Vi använder endast sessionskakor."),
        ],
    );
}

#[test]
fn session_expiry() {
    make(
        "session-expiry",
        &[
            ("en", "This cookie is deleted when you close your browser."),
            ("en", "Our session cookie expires at the end of your visit."),
            ("de", "Dieses Cookie wird gelöscht, wenn Sie den Browser schließen."),
            ("de", "Unsere Session-Cookies werden nach Ende Ihres Besuchs automatisch gelöscht."),
            ("fr", "Ce cookie est supprimé à la fermeture du navigateur."),
            ("es", "Esta cookie se elimina al cerrar el navegador."),
            ("it", "Questi cookie vengono cancellati alla chiusura del browser."),
            ("nl", "Deze cookie wordt verwijderd zodra u uw browser sluit."),
            ("pl", "Ten plik cookie jest usuwany po zamknięciu przeglądarki."),
            ("pt", "Este cookie é eliminado quando fecha o navegador."),
            ("sv", "Denna kaka raderas när du stänger webbläsaren."),
            ("da", "Denne cookie slettes, når du lukker din browser."),
            ("cs", "Tyto cookies se smažou po zavření prohlížeče."),
        ],
    );
}

#[test]
fn max_lifetime() {
    make(
        "max-lifetime",
        &[
            ("en", "Our cookies are kept for no longer than 13 months."),
            ("en", "All cookies expire after one year."),
            ("en", "The maximum lifetime of our cookies is 30 days."),
            ("de", "Die Cookies werden maximal 12 Monate gespeichert."),
            ("de", "Cookies löschen wir spätestens nach 30 Tagen."),
            ("fr", "La durée de vie des cookies n'excède pas treize mois."),
            ("fr", "Les cookies sont conservés au maximum 6 mois."),
            (
                "fr",
                "Conformément aux recommandations de la CNIL, nos cookies ont une durée de vie maximale de 13 mois.",
            ),
            ("es", "Las cookies se conservan como máximo 24 meses."),
            ("it", "I cookie sono conservati per un massimo di 12 mesi."),
            ("nl", "De cookies worden maximaal twee jaar bewaard."),
            ("pl", "Pliki cookies są przechowywane maksymalnie 12 miesięcy."),
            ("pt", "Os cookies são guardados no máximo 12 meses."),
            ("sv", "Kakorna sparas i högst 12 månader."),
            ("da", "Cookies gemmes i højst 12 måneder."),
        ],
    );
}
