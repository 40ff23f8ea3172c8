//! Records of a made-up site's evidence.

use cookie_audit::cookie::{CookieKey, Lifetime, SentAttributes, StoredAttributes};
use cookie_audit::evidence::model::*;

use super::{Cookie, DAY, HOME};

/// A consent dialog in a phase.
pub(crate) fn dialog(phase: Phase, dialog: &str) -> ConsentOutcome {
    ConsentOutcome {
        phase,
        url: HOME.into(),
        dialog: dialog.into(),
        manager: None,
        clicks: None,
        refuse_clicks: None,
        accept_clicks: None,
        shown_again: None,
        text: None,
        buttons: Vec::new(),
        screenshot: None,
        screenshot_after: None,
        tcf: None,
        detail: String::new(),
    }
}

/// A page that loaded and did nothing.
pub(crate) fn visit(url: &str, phase: Phase, visitor: Visitor, sequence: u64) -> PageVisit {
    PageVisit {
        sequence,
        final_url: Some(url.into()),
        found: if sequence == 0 { Found::Seed } else { Found::Link { on: HOME.into() } },
        phase,
        visitor,
        started_at: "2026-05-01T09:00:01.000Z".into(),
        finished_at: "2026-05-01T09:00:08.000Z".into(),
        ..PageVisit::unseen(url, Outcome::Loaded { status: 200, media_type: Some("text/html".into()) })
    }
}

fn key(cookie: &Cookie) -> CookieKey {
    CookieKey {
        name: cookie.name.into(),
        domain: cookie.domain.into(),
        host_only: true,
        path: "/".into(),
        partition: None,
    }
}

/// A cookie as it was written.
pub(super) fn write(cookie: &Cookie) -> CookieWrite {
    CookieWrite {
        key: key(cookie),
        op: WriteOp::Set,
        writer: Writer {
            kind: cookie.writer.0,
            url: Some(cookie.writer.1.into()),
            hop: None,
            status: None,
            initiator: None,
            frame: Some(cookie.page.clone()),
            stack: Vec::new(),
            api: None,
        },
        at_ms: 10,
        sent: SentAttributes {
            lifetime: cookie.lifetime,
            domain: None,
            path: Some("/".into()),
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site: cookie.same_site,
            partitioned: false,
            priority: None,
        },
        line: String::new(),
        value: cookie.value.clone(),
        fate: cookie.fate.clone(),
        stored: None,
    }
}

/// A cookie as it was stored.
pub(super) fn jar(cookie: &Cookie) -> JarCookie {
    let lifetime = match cookie.lifetime {
        Lifetime::Seconds(seconds) => Lifetime::Seconds(seconds.min(400 * DAY)),
        Lifetime::Session => Lifetime::Session,
    };
    JarCookie {
        key: key(cookie),
        stored: StoredAttributes {
            lifetime,
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site: cookie.same_site,
        },
        value: cookie.value.clone(),
        new: true,
    }
}
