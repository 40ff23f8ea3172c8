//! More sentences of our own that make each kind of claim: what is promised about time, use, and others.

use super::kinds::make;

#[test]
fn fixed_lifetime() {
    make(
        "fixed-lifetime",
        &[
            ("en", "The lifetime of the cookie is not extended on later visits."),
            ("de", "Die Laufzeit der Cookies wird bei weiteren Besuchen nicht verlängert."),
            ("fr", "La durée de vie des cookies n'est pas prolongée lors de nouvelles visites."),
            ("es", "La duración de las cookies no se prorroga en nuevas visitas."),
            ("it", "La durata dei cookie non viene prorogata alle visite successive."),
        ],
    );
}

#[test]
fn consent_first() {
    make(
        "consent-first",
        &[
            ("en", "Analytics cookies are only set with your consent."),
            ("en", "We do not set advertising cookies until you accept them."),
            ("en", "No optional cookies are stored before you have agreed."),
            ("de", "Analyse-Cookies werden nur mit Ihrer Einwilligung gesetzt."),
            ("de", "Mit Ihrer Einwilligung setzen wir Google Analytics ein."),
            ("de", "Ohne Ihre Einwilligung werden keine Marketing-Cookies gesetzt."),
            ("fr", "Ces cookies ne sont déposés qu'après votre consentement."),
            ("fr", "Aucun cookie publicitaire n'est déposé sans votre consentement."),
            ("es", "Las cookies analíticas solo se instalan con su consentimiento."),
            ("it", "I cookie di profilazione vengono installati solo con il consenso dell'utente."),
            ("nl", "Marketingcookies plaatsen wij alleen met uw toestemming."),
            ("pl", "Analityczne pliki cookies zapisujemy wyłącznie za Twoją zgodą."),
            ("pt", "Os cookies analíticos só são instalados com o seu consentimento."),
            ("sv", "Analyskakor sätts endast med ditt samtycke."),
            ("da", "Statistiske cookies sættes kun med dit samtykke."),
            ("cs", "Analytické cookies ukládáme pouze s vaším souhlasem."),
            ("ro", "Cookie-urile de analiză sunt plasate doar cu acordul dumneavoastră."),
        ],
    );
}

#[test]
fn conditional_trigger() {
    make(
        "conditional-trigger",
        &[
            ("en", "YouTube sets cookies only when you play the video."),
            ("en", "No cookies are set by YouTube until you click the play button."),
            ("de", "YouTube setzt Cookies erst, wenn Sie das Video abspielen."),
            ("de", "Die Karte wird nur geladen, wenn Sie darauf klicken, und erst dann setzt Google Cookies."),
            ("fr", "YouTube dépose des cookies uniquement si vous lancez la vidéo."),
            ("es", "YouTube solo instala cookies cuando reproduce el vídeo."),
            ("it", "YouTube installa i cookie solo se si avvia il video."),
            ("nl", "YouTube plaatst pas cookies wanneer u de video afspeelt."),
        ],
    );
}

#[test]
fn no_third_party_use() {
    make(
        "no-third-party-use",
        &[
            ("en", "Third parties cannot access our cookies."),
            ("en", "Google may not use our cookie data for its own purposes."),
            ("de", "Dritte können auf unsere Cookies nicht zugreifen."),
            ("de", "Dritte haben keinen Zugriff auf die Cookies."),
            ("fr", "Les tiers ne peuvent pas accéder à nos cookies."),
            ("es", "Terceros no pueden acceder a nuestras cookies."),
            ("it", "I terzi non possono accedere ai nostri cookie."),
            ("nl", "Derden hebben geen toegang tot onze cookies."),
        ],
    );
}

#[test]
fn no_sharing() {
    make(
        "no-sharing",
        &[
            ("en", "We do not share this data with third parties."),
            ("en", "The information is never passed on to other companies."),
            ("de", "Die Daten werden nicht an Dritte weitergegeben."),
            ("de", "Eine Weitergabe der Daten an Dritte erfolgt nicht."),
            ("fr", "Ces données ne sont pas transmises à des tiers."),
            ("es", "Los datos no se comparten con terceros."),
            ("it", "I dati non vengono comunicati a terzi."),
            ("nl", "De gegevens worden niet aan derden verstrekt."),
            ("pl", "Dane nie są przekazywane podmiotom trzecim."),
            ("pt", "Os dados não são partilhados com terceiros."),
            ("sv", "Uppgifterna delas inte med tredje part."),
            ("da", "Oplysningerne videregives ikke til tredjepart."),
            ("cs", "Údaje nejsou předávány třetím stranám."),
            ("ro", "Datele nu sunt partajate cu terți."),
        ],
    );
}

#[test]
fn no_third_party_requests() {
    make(
        "no-third-party-requests",
        &[
            ("en", "This site loads no external resources."),
            ("en", "We use no third-party scripts."),
            ("de", "Es werden keine externen Inhalte geladen."),
            ("de", "Diese Website bindet keine externen Dienste ein und lädt keine externen Schriften."),
            ("fr", "Ce site ne charge aucune ressource externe."),
            ("es", "Este sitio no carga recursos externos."),
            ("it", "Il sito non carica risorse esterne."),
            ("nl", "Deze site laadt geen externe bronnen."),
        ],
    );
}

#[test]
fn no_cross_site() {
    make(
        "no-cross-site",
        &[
            ("en", "These cookies cannot track you on other websites."),
            ("en", "We do not follow you across the web with cookies."),
            ("de", "Die Cookies verfolgen Sie nicht auf anderen Websites."),
            ("fr", "Ces cookies ne permettent pas de vous suivre sur d'autres sites."),
            ("es", "Estas cookies no le rastrean en otros sitios web."),
            ("it", "Questi cookie non tracciano l'utente su altri siti."),
            ("nl", "Deze cookies volgen u niet op andere websites."),
        ],
    );
}

#[test]
fn no_profiling() {
    make(
        "no-profiling",
        &[
            ("en", "We do not create user profiles."),
            ("de", "Es werden keine Nutzungsprofile erstellt."),
            ("fr", "Nous ne créons aucun profil."),
            ("es", "No elaboramos perfiles de usuario."),
            ("it", "Non viene effettuata alcuna profilazione."),
            ("nl", "Wij maken geen profielen."),
            ("pl", "Nie tworzymy profili użytkowników."),
            ("sv", "Vi skapar inga profiler."),
        ],
    );
}

#[test]
fn not_sent_to_server() {
    make(
        "not-sent-to-server",
        &[
            ("en", "The setting is kept in local storage and is never sent to our server."),
            ("en", "Your choice is stored locally and does not leave your browser."),
            ("de", "Die Einstellung liegt im lokalen Speicher und wird nicht an unseren Server übertragen."),
            ("fr", "Ce choix est conservé dans le stockage local et n'est pas transmis à nos serveurs."),
            ("es", "La preferencia se guarda en el almacenamiento local y no se envía al servidor."),
            ("it", "La scelta è salvata nella memoria locale e non viene inviata al server."),
            ("nl", "De keuze staat in de lokale opslag en wordt niet naar onze server gestuurd."),
        ],
    );
}

#[test]
fn service_sets_no_cookies() {
    make(
        "service-sets-no-cookies",
        &[
            ("en", "Plausible Analytics does not use cookies."),
            ("en", "Matomo is set up so that it sets no cookies."),
            ("de", "Matomo setzt dabei keine Cookies."),
            ("fr", "Matomo n'utilise aucun cookie."),
            ("es", "Matomo no utiliza cookies."),
            ("it", "Matomo non installa cookie."),
            ("nl", "Matomo plaatst geen cookies."),
        ],
    );
}

#[test]
fn ip_not_sent() {
    make(
        "ip-not-sent",
        &[
            ("en", "Your IP address is not sent to Google."),
            ("de", "Ihre IP-Adresse wird nicht an Google übermittelt."),
            ("de", "Eine Verbindung zu Servern von Google findet dabei nicht statt."),
            ("fr", "Votre adresse IP n'est pas transmise à Google."),
            ("es", "Su dirección IP no se transmite a Google."),
            ("it", "L'indirizzo IP non viene trasmesso a Google."),
            ("nl", "Uw IP-adres wordt niet aan Google doorgegeven."),
        ],
    );
}

#[test]
fn no_javascript() {
    make(
        "no-javascript",
        &[
            ("en", "This website does not use JavaScript."),
            ("en", "The site works without JavaScript."),
            ("de", "Diese Website verwendet kein JavaScript."),
            ("fr", "Ce site n'utilise pas de JavaScript."),
            ("es", "Este sitio no utiliza JavaScript."),
        ],
    );
}

#[test]
fn refusal_harmless() {
    make(
        "refusal-harmless",
        &[
            ("en", "If you refuse cookies, you can still use our website."),
            ("en", "Blocking cookies does not affect the use of this site."),
            ("en", "The site works without cookies."),
            ("de", "Wenn Sie Cookies ablehnen, können Sie die Website weiterhin uneingeschränkt nutzen."),
            ("de", "Unsere Website kann auch ohne Cookies genutzt werden."),
            ("fr", "Le refus des cookies n'empêche pas la navigation sur le site."),
            ("fr", "Si vous refusez les cookies, vous pourrez continuer à naviguer sur le site."),
            ("es", "Si rechaza las cookies podrá seguir navegando por el sitio."),
            ("it", "Il rifiuto dei cookie non impedisce la navigazione del sito."),
            ("nl", "Als u cookies weigert, kunt u de website gewoon blijven gebruiken."),
            ("pl", "Po wyłączeniu plików cookies nadal można korzystać ze strony."),
            ("sv", "Om du blockerar kakor kan du fortfarande använda webbplatsen."),
        ],
    );
}

#[test]
fn refusal_harmful() {
    make(
        "refusal-harmful",
        &[
            ("en", "If you block cookies, you may lose access to parts of the site."),
            ("en", "If you disable cookies you might not be able to use our website."),
            ("de", "Wenn Sie Cookies deaktivieren, ist die Website möglicherweise nicht mehr nutzbar."),
            ("fr", "Si vous refusez les cookies, vous ne pourrez peut-être pas accéder à certaines pages."),
            ("es", "Si bloquea las cookies es posible que no pueda acceder a algunas páginas."),
            ("it", "Se si disabilitano i cookie potrebbe non essere possibile accedere al sito."),
            ("nl", "Als u cookies blokkeert, heeft u mogelijk geen toegang tot alle pagina's."),
        ],
    );
}

#[test]
fn labels() {
    make(
        "no-sale",
        &[
            ("en", "We do not sell your data."),
            ("de", "Wir verkaufen keine Daten."),
            ("fr", "Nous ne vendons pas vos données."),
            ("es", "No vendemos sus datos."),
            ("it", "Non vendiamo i dati."),
            ("nl", "Wij verkopen uw gegevens niet."),
        ],
    );
    make(
        "ignores-dnt",
        &[
            ("en", "Our site does not respond to Do Not Track signals."),
            ("de", "Unsere Website reagiert nicht auf Do-Not-Track-Signale."),
            ("fr", "Notre site ne répond pas aux signaux Do Not Track."),
            ("es", "Nuestro sitio no responde a las señales Do Not Track."),
        ],
    );
    make(
        "ip-anonymised",
        &[
            ("en", "IP addresses are anonymised before they are stored."),
            ("de", "Ihre IP-Adresse wird vor der Speicherung gekürzt."),
            ("fr", "Votre adresse IP est anonymisée."),
            ("es", "La dirección IP se anonimiza."),
            ("it", "L'indirizzo IP viene anonimizzato."),
            ("nl", "Het IP-adres wordt geanonimiseerd."),
        ],
    );
    make(
        "ip-not-stored",
        &[
            ("en", "Your IP address is not stored."),
            ("de", "Ihre IP-Adresse wird nicht gespeichert."),
            ("fr", "Votre adresse IP n'est pas conservée."),
            ("es", "Su dirección IP no se almacena."),
            ("it", "L'indirizzo IP non viene memorizzato."),
            ("nl", "Uw IP-adres wordt niet opgeslagen."),
        ],
    );
    make(
        "no-cookies-app",
        &[
            ("en", "Our mobile app does not use cookies."),
            ("de", "Unsere App verwendet keine Cookies."),
            ("fr", "L'application mobile n'utilise aucun cookie."),
        ],
    );
    make(
        "service-limit",
        &[
            ("en", "Google will not associate your IP address with any other data held by Google."),
            ("de", "Die übermittelte IP-Adresse wird von Google nicht mit anderen Daten zusammengeführt."),
            ("es", "Google no asociará su dirección IP con ningún otro dato."),
            ("it", "Google non assocerà l'indirizzo IP a nessun altro dato."),
            ("fr", "Google ne recoupera pas votre adresse IP avec d'autres données."),
        ],
    );
}
