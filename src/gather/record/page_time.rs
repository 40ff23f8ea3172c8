//! Six seconds of the page's own clock, in a fraction of that: virtual time in slices, in every frame's target. Where
//! something is heard after a while of quiet it is up to half as much again.
//!
//! After each slice a breath (a short one where nothing was heard) and the answers of young requests, so that chains of
//! timer and request go on; one scroll to the end and back on the way. A script that waits for the clock in a loop waits
//! for ever there, since the clock stands while a task runs: that ends as [`Spent::stuck`]. Where there is no virtual time
//! (Firefox), or where it cannot be had: wait for quiet. Everything has a cap.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::frames::{self, Frame};
use super::tape::{Reel, Tape};
use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

/// How much time a page gets.
#[derive(Debug, Clone, Copy)]
pub struct PageTime {
    /// Of the page's own clock.
    pub total: Duration,
    /// Granted at once; up to three times as much where nothing is heard.
    pub slice: Duration,
    /// Real time after each slice of which something was heard; after others less than half of it.
    pub breath: Duration,
    /// Requests younger than this are waited for.
    pub young: Duration,
    /// Real time that all of it may cost.
    pub cap: Duration,
}

impl Default for PageTime {
    fn default() -> Self {
        Self {
            total: Duration::from_secs(6),
            slice: Duration::from_millis(500),
            breath: Duration::from_millis(25),
            young: Duration::from_secs(2),
            cap: Duration::from_secs(12),
        }
    }
}

/// What limited it.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Spent {
    /// The cap cut it short.
    pub(super) capped: bool,
    /// A frame did not use up its time: its script keeps the thread busy, and the time was not spent further.
    pub(super) stuck: bool,
}

const SCROLL: &str = "(to) => {
  const end = Math.max(document.documentElement?.scrollHeight || 0, document.body?.scrollHeight || 0);
  window.scrollTo(0, to === 'end' ? end : 0);
  return '';
}";
/// What a clock that only we move goes at a time while something loads, or is asked.
const TICK: Duration = Duration::from_millis(10);
/// A frame that does not use its slice up in this time is stuck.
const SLICE_LIMIT: Duration = Duration::from_secs(2);
const SCROLL_LIMIT: Duration = Duration::from_millis(1500);

/// Gives the page its time. `session_of_tab` is the CDP session of the tab, `None` without CDP.
pub(super) async fn spend(
    session: &Session,
    tape: &Tape,
    tab: &str,
    session_of_tab: Option<&str>,
    time: PageTime,
) -> Result<Spent, BidiError> {
    match session_of_tab {
        Some(own) => virtual_time(session, tape, tab, own, time).await,
        None => real_time(session, tape, tab, time).await,
    }
}

/// Ends what the scripts of a stuck page are doing; what they would do later they still do.
pub(super) async fn free(session: &Session, tape: &Tape, session_of_tab: Option<&str>) {
    let Some(own) = session_of_tab else { return };
    let clocks = clocks_of(&tape.reel(), own);
    let limit = Duration::from_millis(500);
    join_all(clocks.iter().map(|c| session.cdp_within(Some(c), "Runtime.terminateExecution", json!({}), limit))).await;
}

/// Lets the clocks go on for as long as something needs them; does nothing where they go by themselves.
///
/// A moment of real time comes first, so that one slice mostly does: what it lets through has to be there by then.
pub(super) async fn keep_going(
    session: &Session,
    tape: &Tape,
    session_of_tab: Option<&str>,
    time: PageTime,
) -> Result<(), BidiError> {
    let stopped = tape.reel().clock.virtual_since.is_some();
    let Some(own) = session_of_tab.filter(|_| stopped) else { return std::future::pending().await };
    // So little that hardly a timer falls into it: what is written after the page's time must not depend on our speed.
    let little = PageTime { slice: TICK, ..time };
    loop {
        tokio::time::sleep(TICK).await;
        slice(session, tape, own, little).await?;
    }
}

/// Lets a clock that only we move go along, about as fast as ours, until a command is answered: a page whose clock stands
/// does not load. Does nothing where it goes by itself. `wait_for_document`: the page that is there now is not to get any.
pub(super) async fn ticking<T>(
    session: &Session,
    tape: &Tape,
    session_of_tab: Option<&str>,
    time: PageTime,
    wait_for_document: bool,
    command: impl Future<Output = Result<T, BidiError>>,
) -> Result<T, BidiError> {
    let stopped = tape.reel().clock.virtual_since.is_some();
    let Some(own) = session_of_tab.filter(|_| stopped) else { return command.await };
    let tick = PageTime { slice: TICK, ..time };
    let mut command = pin!(command);
    loop {
        tokio::select! {
            answer = &mut command => return answer,
            () = tokio::time::sleep(TICK) => {
                if !wait_for_document || tape.reel().strays.is_some() {
                    slice(session, tape, own, tick).await?;
                }
            }
        }
    }
}

async fn virtual_time(
    session: &Session,
    tape: &Tape,
    tab: &str,
    own: &str,
    time: PageTime,
) -> Result<Spent, BidiError> {
    let deadline = Instant::now() + time.cap;
    let top = Frame::top(session, tab, Some(own));
    let (mut passed, mut slice_now) = (Duration::ZERO, time.slice);
    let (mut to_end, mut to_start) = (false, false);
    if time.total.is_zero() && clocks_of(&tape.reel(), own).len() > 1 {
        // A frame may have come into a process whose clock an earlier page stopped: its script waits for a first moment.
        young_requests(tape, time, deadline).await;
        slice(session, tape, own, PageTime { slice: time.slice / 20, ..time }).await?;
    }
    while passed < time.total {
        if Instant::now() >= deadline {
            return Ok(Spent { capped: true, stuck: false });
        }
        if !to_end && passed >= time.total / 4 {
            to_end = true;
            scroll(session, &top, "end").await?;
        } else if !to_start && passed >= time.total / 2 {
            to_start = true;
            scroll(session, &top, "start").await?;
        }
        let before = heard(&tape.reel());
        if !slice(session, tape, own, PageTime { slice: slice_now, ..time }).await? {
            return Ok(Spent { capped: false, stuck: true });
        }
        // Enough for what a slice started to be told; where something was, all that may come of it gets a whole breath.
        tokio::time::sleep(time.breath * 2 / 5).await;
        if heard(&tape.reel()) != before {
            tokio::time::sleep(time.breath * 3 / 5).await;
        }
        young_requests(tape, time, deadline).await;
        (passed, slice_now) = after_slice(passed, slice_now, time, heard(&tape.reel()) != before);
    }
    if to_end && !to_start {
        // So short a time that it ended before: the way back gets a moment of its own.
        scroll(session, &top, "start").await?;
        let used_up = slice(session, tape, own, time).await?;
        tokio::time::sleep(time.breath).await;
        return Ok(Spent { capped: false, stuck: !used_up });
    }
    Ok(Spent::default())
}

/// How much time has passed, and what to grant next. A page where nothing happens gets its time in fewer pieces; one in
/// which something was heard counts as a short one, so that what comes of it has as much time left.
fn after_slice(passed: Duration, slice: Duration, time: PageTime, heard: bool) -> (Duration, Duration) {
    if heard {
        return (passed + slice.min(time.slice), time.slice);
    }
    let passed = passed + slice;
    let left = time.total.saturating_sub(passed);
    (passed, if left <= time.slice * 3 { left } else { time.slice * 2 })
}

/// How much was heard: grows with every request, write and target.
fn heard(reel: &Reel) -> (usize, usize, usize) {
    (reel.told.len(), reel.sequence.len(), reel.targets.len())
}

/// Grants one slice to the tab and to every frame with a clock of its own; answers whether all used it up.
pub(super) async fn slice(session: &Session, tape: &Tape, own: &str, time: PageTime) -> Result<bool, BidiError> {
    let clocks = {
        let mut reel = tape.reel();
        let granted = reel.clock.virtual_since.map_or(Duration::ZERO, |(_, granted)| granted);
        let since = reel.clock.virtual_since.map_or_else(Instant::now, |(since, _)| since);
        reel.clock.virtual_since = Some((since, granted + time.slice));
        clocks_of(&reel, own)
    };
    grant(session, tape, &clocks, time.slice, SLICE_LIMIT.max(time.slice * 2)).await
}

/// Grants so much to these clocks, the tab's the first of them; answers whether all used it up in time.
pub(super) async fn grant(
    session: &Session,
    tape: &Tape,
    clocks: &[String],
    slice: Duration,
    limit: Duration,
) -> Result<bool, BidiError> {
    tape.reel().spent.clear();
    let budget = json!({"policy": "advance", "budget": budget(slice)});
    let grants = clocks.iter().map(|clock| {
        let budget = budget.clone();
        async move { session.cdp_within(Some(clock), "Emulation.setVirtualTimePolicy", budget, limit).await }
    });
    let (mut granted, mut all) = (Vec::new(), true);
    for (at, (clock, answer)) in clocks.iter().zip(join_all(grants).await).enumerate() {
        match answer {
            Ok(_) => granted.push(clock.clone()),
            Err(error) if error.is_lost() => return Err(error),
            // A frame that went away meanwhile.
            Err(BidiError::Refused { .. }) if at > 0 => {}
            // Too busy to answer.
            Err(_) => all = false,
        }
    }
    let spent = |reel: &Reel| {
        granted.iter().all(|clock| reel.spent.contains(clock) || reel.targets.get(clock).is_some_and(|t| t.gone))
    };
    Ok(tape.wait(limit, spent).await && all)
}

/// Whole milliseconds; none at all would be time without end.
fn budget(slice: Duration) -> u64 {
    u64::try_from(slice.as_millis()).unwrap_or(500).max(1)
}

/// The tab's session and those of frames in other processes.
fn clocks_of(reel: &Reel, own: &str) -> Vec<String> {
    std::iter::once(own.to_owned()).chain(frames::apart(reel)).take(64).collect()
}

pub(super) async fn young_requests(tape: &Tape, time: PageTime, deadline: Instant) {
    let left = deadline.saturating_duration_since(Instant::now());
    // Requests grow old without an event, so look again from time to time.
    let until = Instant::now() + left.min(time.young);
    while tape.reel().has_young_request(time.young) && Instant::now() < until {
        let step = Duration::from_millis(50);
        tape.wait(step, |reel| !reel.has_young_request(time.young)).await;
    }
}

/// Scrolls; answers whether the page came to it.
async fn scroll(session: &Session, top: &Frame, to: &str) -> Result<bool, BidiError> {
    match top.call(session, SCROLL, to, SCROLL_LIMIT).await {
        Err(error) if error.is_lost() => Err(error),
        answer => Ok(!matches!(answer, Err(BidiError::TimedOut { .. }))),
    }
}

/// Without virtual time: real time until nothing is under way and nothing was heard for a while.
async fn real_time(session: &Session, tape: &Tape, tab: &str, time: PageTime) -> Result<Spent, BidiError> {
    const STILL: Duration = Duration::from_millis(1500);
    let began = Instant::now();
    let top = Frame::top(session, tab, None);
    let mut answers = scroll(session, &top, "end").await?;
    answers &= scroll(session, &top, "start").await?;
    let (mut last, mut since) = (heard(&tape.reel()), Instant::now());
    let capped = loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (now, young) = {
            let reel = tape.reel();
            (heard(&reel), reel.has_young_request(time.young))
        };
        if now != last || young {
            (last, since) = (now, Instant::now());
        }
        if began.elapsed() >= time.cap {
            break true;
        }
        if began.elapsed() >= time.total && since.elapsed() >= STILL {
            break false;
        }
    };
    answers = answers && scroll(session, &top, "start").await?;
    Ok(Spent { capped, stuck: !answers })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slices of a page in those of which something is heard that are listed.
    fn slices(loud: &[usize]) -> Vec<u128> {
        let time = PageTime::default();
        let (mut passed, mut slice, mut all) = (Duration::ZERO, time.slice, Vec::new());
        while passed < time.total {
            all.push(slice.as_millis());
            (passed, slice) = after_slice(passed, slice, time, loud.contains(&(all.len() - 1)));
        }
        all
    }

    #[test]
    fn a_quiet_page_has_its_time_in_six_pieces() {
        assert_eq!(slices(&[]), [500, 1000, 1000, 1000, 1000, 1500]);
    }

    #[test]
    fn what_comes_of_a_late_request_has_time_left() {
        assert_eq!(slices(&[4]), [500, 1000, 1000, 1000, 1000, 500, 1500]);
        assert_eq!(slices(&[5]), [500, 1000, 1000, 1000, 1000, 1500, 500, 500]);
    }

    #[test]
    fn a_page_that_never_rests_has_its_time_in_short_pieces() {
        assert_eq!(slices(&(0..12).collect::<Vec<_>>()), [500; 12]);
    }
}
