//! Going to an address: until the document is there and has loaded, or it is known why not.
//!
//! Straight over CDP where that is spoken, else over BiDi. Not here: what the page does with its time (`page_time`).

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::Recorder;
use super::outcome::{self, Went};
use super::tab::Tab;
use super::tape::Reel;
use super::{jar, page_time};
use crate::evidence::model::FailureReason;
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

/// How long after an aborted navigation its reason may come.
const ABORTED: Duration = Duration::from_millis(700);

impl Recorder {
    /// Goes there, letting the clock of a page go that only we move.
    pub(super) async fn go(&self, tab: &Tab, url: &Url) -> Result<Went, BidiError> {
        let own = tab.cdp.as_deref();
        let (time, resting) = (self.options.page_time, tab.resting.is_some());
        page_time::ticking(&self.session, &self.tape, own, time, resting, self.go_there(tab, url)).await
    }

    async fn go_there(&self, tab: &Tab, url: &Url) -> Result<Went, BidiError> {
        let limits = &self.options;
        if let Err(error) = begin(&self.session, tab, url, limits.answer_limit).await {
            // Whatever the browser told before it failed has to be there: two connections have no order between them.
            jar::read(&self.session, tab).await?;
            if error.to_string().contains("ERR_ABORTED") {
                // A download aborts the navigation, and is told a moment later.
                self.tape.wait(ABORTED, |reel| reel.download.is_some() || reel.stopped.is_some()).await;
            }
            let reel = self.tape.reel();
            return outcome::of_error(&error, &reel).filter(|_| reel.lost.is_none()).ok_or(error);
        }
        let over = |reel: &Reel| reel.loaded || reel.crashed || reel.lost.is_some() || reel.download.is_some();
        self.tape.wait(limits.parse_limit, |reel| over(reel) || reel.interactive).await;
        self.tape.wait(limits.load_limit, over).await;
        let reel = self.tape.reel();
        match (&reel.lost, &reel.download) {
            (Some(why), _) => Err(BidiError::Lost(why.clone())),
            (None, Some(_)) if !reel.interactive => {
                Ok(Went::Failed(FailureReason::Download, "the address is a download".to_owned()))
            }
            _ => Ok(Went::Arrived),
        }
    }
}

/// Asks for the address and waits for its document to take the place of the one that is there.
async fn begin(session: &Session, tab: &Tab, url: &Url, limit: Duration) -> Result<(), BidiError> {
    let (Some(own), Some(_)) = (tab.cdp.as_deref(), session.devtools()) else {
        let asked = json!({"context": tab.context, "url": url.as_str(), "wait": "none"});
        return session.send_within("browsingContext.navigate", asked, limit).await.map(drop);
    };
    let answer = session.cdp_within(Some(own), "Page.navigate", json!({"url": url.as_str()}), limit).await?;
    refused(&answer).map_or(Ok(()), Err)
}

/// CDP answers what went wrong; BiDi makes it an error.
pub(super) fn refused(answer: &Value) -> Option<BidiError> {
    let text = answer["errorText"].as_str().filter(|text| !text.is_empty())?;
    Some(BidiError::Refused {
        method: "Page.navigate".to_owned(),
        error: "failed".to_owned(),
        message: text.to_owned(),
    })
}
