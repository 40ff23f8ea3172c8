//! What the page's own consent interfaces say: the Transparency and Consent Framework and the Global Privacy Platform.
//!
//! Asked in the page's world, in words without the consent string. Not here: judging it.

use serde::Deserialize;

use super::operate::Ground;
use crate::gather::VisitError;

const TCF: &str = r"() => new Promise((done) => {
  if (typeof window.__tcfapi !== 'function') { done(''); return; }
  const agreed = (o) => Object.keys(o || {}).filter((k) => o[k] === true);
  try {
    window.__tcfapi('getTCData', 2, (d, ok) => {
      if (!ok || !d) { done('{}'); return; }
      done(JSON.stringify({
        cmp: Number(d.cmpId) || 0, event: String(d.eventStatus || ''), applies: d.gdprApplies ?? null,
        purposes: agreed(d.purpose && d.purpose.consents).map(Number).filter((n) => n > 0 && n < 100),
        vendors: agreed(d.vendor && d.vendor.consents).length,
        interests: agreed(d.vendor && d.vendor.legitimateInterests).length,
      }));
    });
  } catch { done('{}'); }
})";

const GPP: &str = r"() => new Promise((done) => {
  if (typeof window.__gpp !== 'function') { done(''); return; }
  try {
    window.__gpp('ping', (d, ok) => {
      if (!ok || !d) { done('{}'); return; }
      done(JSON.stringify({
        status: String(d.signalStatus || ''), display: String(d.cmpDisplayStatus || ''),
        sections: (d.applicableSections || []).map(Number).filter((n) => n > 0 && n < 100).slice(0, 20),
      }));
    });
  } catch { done('{}'); }
})";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tcf {
    cmp: u32,
    event: String,
    applies: Option<bool>,
    purposes: Vec<u32>,
    vendors: u32,
    interests: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Gpp {
    status: String,
    display: String,
    sections: Vec<u32>,
}

/// What the page says about the state of consent; `None` where it offers neither interface.
pub(super) async fn of<G: Ground>(ground: &G) -> Result<Option<String>, VisitError> {
    let Some((top, _)) = ground.frames().await?.into_iter().next() else { return Ok(None) };
    let mut said = Vec::new();
    for (script, words) in [(TCF, tcf_words as fn(&str) -> String), (GPP, gpp_words)] {
        let answer = ground.ask(&top, script).await?.filter(|text| !text.is_empty());
        said.extend(answer.map(|text| words(&text)));
    }
    Ok((!said.is_empty()).then(|| said.join("; ")))
}

fn tcf_words(text: &str) -> String {
    let Ok(tcf) = serde_json::from_str::<Tcf>(text) else { return "TCF: not understood".to_owned() };
    if tcf.event.is_empty() && tcf.cmp == 0 {
        return "TCF: no answer".to_owned();
    }
    let applies = match tcf.applies {
        Some(true) => "GDPR applies",
        Some(false) => "GDPR does not apply",
        None => "GDPR not decided",
    };
    format!(
        "TCF: CMP {}, {}, {applies}, purposes agreed to: {}, vendors agreed to: {}, vendors by legitimate interest: {}",
        tcf.cmp,
        plain(&tcf.event),
        numbers(&tcf.purposes),
        tcf.vendors,
        tcf.interests
    )
}

fn gpp_words(text: &str) -> String {
    let Ok(gpp) = serde_json::from_str::<Gpp>(text) else { return "GPP: not understood".to_owned() };
    if gpp.status.is_empty() && gpp.display.is_empty() {
        return "GPP: no answer".to_owned();
    }
    format!("GPP: signal {}, display {}, sections: {}", plain(&gpp.status), plain(&gpp.display), numbers(&gpp.sections))
}

fn numbers(list: &[u32]) -> String {
    if list.is_empty() {
        return "none".to_owned();
    }
    list.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

/// A word of the page: short, and nothing but letters.
fn plain(word: &str) -> String {
    let kept = word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ')).take(40);
    let kept = kept.collect::<String>();
    if kept.is_empty() { "unknown".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_words() {
        let text = r#"{"cmp": 10, "event": "useractioncomplete", "applies": true, "purposes": [1, 3], "vendors": 2}"#;
        assert_eq!(
            tcf_words(text),
            "TCF: CMP 10, useractioncomplete, GDPR applies, purposes agreed to: 1 3, vendors agreed to: 2, \
             vendors by legitimate interest: 0"
        );
        assert_eq!(tcf_words("{}"), "TCF: no answer");
        assert_eq!(
            gpp_words(r#"{"status": "ready", "display": "hidden<b>"}"#),
            "GPP: signal ready, display hiddenb, sections: none"
        );
        assert_eq!(gpp_words("x"), "GPP: not understood");
    }
}
