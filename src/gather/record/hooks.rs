//! The script that runs before any page's code, and what it tells: script writes of cookies and web storage.
//!
//! Not here: what becomes of a write (`reconcile`).

use serde_json::{Value, json};

use crate::gather::browser::Session;
use crate::gather::browser::bidi::BidiError;

const SCRIPT: &str = include_str!("hooks.js");
/// Frames of a stack that are kept.
const MAX_STACK: usize = 20;
/// Longest string taken from a page for one write; the browser itself stores at most 4 KiB.
const MAX_LINE: usize = 16 * 1024;

/// Something a hook told.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Told {
    /// A cookie write.
    Cookie(ScriptWrite),
    /// What became of a `cookieStore` call.
    Settled { frame: String, call: u64, accepted: bool, why: String },
    /// A write of web storage.
    Storage { kind: String, key: String, place: Place },
    /// A hook that could not be set.
    Failed(String),
}

/// A cookie write by a script.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ScriptWrite {
    /// `document.cookie`, `cookieStore.set`, `cookieStore.delete`.
    pub(super) api: String,
    /// The string, or the call's options written as one.
    pub(super) line: String,
    /// Whether the cookie could be read back at once; `None` where that was not tried.
    pub(super) accepted: Option<bool>,
    /// Number of the `cookieStore` call in its frame.
    pub(super) call: Option<u64>,
    /// Where and when.
    pub(super) place: Place,
}

/// Where a hook ran.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Place {
    /// The page's own clock, milliseconds since 1970.
    pub(super) clock_ms: f64,
    /// Address of the frame.
    pub(super) frame: String,
    /// Address whose cookies the frame has (differs for `about:` frames).
    pub(super) cookie_url: String,
    /// `function url:line:column`, nearest first.
    pub(super) stack: Vec<String>,
    /// URL of the nearest script that has one.
    pub(super) script: Option<String>,
}

/// The hooks of one session: told apart from the page's own messages by a word nobody else knows.
#[derive(Debug, Clone)]
pub(super) struct Hooks {
    secret: String,
}

impl Hooks {
    /// Puts the script before every page of the session from now on.
    pub(super) async fn install(session: &Session) -> Result<Self, BidiError> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|e| BidiError::Lost(format!("no randomness: {e}")))?;
        let secret = random.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        if session.devtools().is_some() {
            // The ears put it there.
            return Ok(Self { secret });
        }
        let script = SCRIPT.replace("@SECRET@", &secret).replace("@ANNOUNCE@", &session.info().announce.to_string());
        let mut asked = json!({"functionDeclaration": script});
        if !session.is_chromium()
            && let Some(map) = asked.as_object_mut()
        {
            map.insert("arguments".into(), json!([{"type": "channel", "value": {"channel": secret}}]));
        }
        session.send("script.addPreloadScript", asked).await?;
        Ok(Self { secret })
    }

    /// The script as a whole, for running it as it is.
    pub(super) fn source(&self) -> String {
        format!("({})()", SCRIPT.replace("@SECRET@", &self.secret).replace("@ANNOUNCE@", "true"))
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn for_tests() -> Self {
        Self { secret: "s3".to_owned() }
    }

    /// Reads a `Runtime.consoleAPICalled` event; `None` for the page's own messages.
    pub(super) fn read_console(&self, params: &Value) -> Option<Told> {
        let arguments = params["args"].as_array()?;
        if arguments.first()?["value"].as_str()? != self.secret {
            return None;
        }
        let stack = params["stackTrace"]["callFrames"].as_array().map(|f| stack_of(f)).unwrap_or_default();
        read(arguments.get(1)?["value"].as_str()?, stack)
    }

    /// Reads a `script.message` event of the channel (Firefox).
    pub(super) fn read_channel(&self, params: &Value) -> Option<Told> {
        let text = params["data"]["value"].as_str()?.strip_prefix(self.secret.as_str())?;
        // The message is JSON of one line; what follows is the stack.
        let (text, stack) = text.split_once('\n').unwrap_or((text, ""));
        // A wrapped function has one frame of ours more than the wrapped setter.
        let unnamed = if text.starts_with(r#"["c","document.cookie""#) { 1 } else { 2 };
        read(text, stack_of_lines(stack, unnamed))
    }
}

#[derive(Default)]
struct Stack {
    lines: Vec<String>,
    script: Option<String>,
}

fn stack_of(frames: &[Value]) -> Stack {
    let url = |f: &Value| f["url"].as_str().unwrap_or_default().to_owned();
    // The hook's own functions have no URL; they stand on top.
    let ours =
        |f: &&Value| url(f).is_empty() && matches!(f["functionName"].as_str(), Some("apply" | "tell" | "set" | ""));
    let frames: Vec<&Value> = frames.iter().skip_while(ours).take(MAX_STACK).collect();
    let line = |f: &&Value| {
        let name = f["functionName"].as_str().filter(|n| !n.is_empty()).unwrap_or("(anonymous)");
        // The protocol counts from 0, people from 1.
        let number = |key: &str| f[key].as_i64().unwrap_or_default() + 1;
        format!("{name} {}:{}:{}", url(f), number("lineNumber"), number("columnNumber"))
    };
    Stack { lines: frames.iter().map(line).collect(), script: frames.iter().map(|f| url(f)).find(|u| !u.is_empty()) }
}

/// Firefox's form, `keep@https://shop.test/a.js:1:18`. On top stand ours, which seem to be the page's: named ones, then
/// so many without a name that can be relied on.
fn stack_of_lines(text: &str, unnamed: usize) -> Stack {
    let frames = text.lines().filter_map(|line| line.split_once('@'));
    let ours = |name: &str| matches!(name, "stack" | "tell" | "stored");
    let frames = frames.skip_while(|(name, _)| ours(name)).skip(unnamed).take(MAX_STACK);
    let frames: Vec<(&str, &str)> = frames.collect();
    let line = |(name, place): &(&str, &str)| {
        let name = if name.is_empty() { "(anonymous)" } else { name };
        shortened(&format!("{name} {place}"), MAX_LINE)
    };
    // Evaluated code: `https://shop.test/a.js line 3 > eval:1:1`.
    let address = |place: &str| -> String {
        let file = place.rsplitn(3, ':').last().unwrap_or_default();
        file.split(" line ").next().unwrap_or_default().to_owned()
    };
    Stack {
        lines: frames.iter().map(line).collect(),
        script: frames.iter().map(|(_, place)| address(place)).find(|url| !url.is_empty()),
    }
}

fn read(text: &str, stack: Stack) -> Option<Told> {
    let fields: Vec<Value> = serde_json::from_str(text).ok()?;
    let (address, rest) = fields.split_last()?;
    let (clock, rest) = rest.split_last()?;
    let word = |at: usize| rest.get(at).and_then(Value::as_str).map(|t| shortened(t, MAX_LINE));
    let frame = address[0].as_str().unwrap_or_default().to_owned();
    let place = Place {
        clock_ms: clock.as_f64().unwrap_or_default(),
        cookie_url: address[1].as_str().map_or_else(|| frame.clone(), str::to_owned),
        frame,
        stack: stack.lines,
        script: stack.script,
    };
    match word(0)?.as_str() {
        "c" => Some(Told::Cookie(ScriptWrite {
            api: word(1)?,
            line: word(2)?,
            accepted: rest.get(3).and_then(Value::as_bool),
            call: rest.get(4).and_then(Value::as_u64),
            place,
        })),
        "r" => Some(Told::Settled {
            frame: place.frame,
            call: rest.get(1)?.as_u64()?,
            accepted: rest.get(2)?.as_bool()?,
            why: shortened(&word(3).unwrap_or_default(), 200),
        }),
        "s" => Some(Told::Storage { kind: word(1)?, key: word(2)?, place }),
        "n" => word(2).map(Told::Failed),
        _ => None,
    }
}

/// The beginning of a text, at most so many bytes, whole characters only.
pub(super) fn shortened(text: &str, bytes: usize) -> String {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hooks() -> Hooks {
        Hooks::for_tests()
    }

    #[test]
    fn a_write_with_its_stack() {
        let event = json!({
            "args": [{"value": "s3"}, {"value": r#"["c","document.cookie","a=1",true,1700.5,["about:srcdoc","https://shop.test/"]]"#}],
            "stackTrace": {"callFrames": [
                {"functionName": "apply", "url": "", "lineNumber": 3, "columnNumber": 1},
                {"functionName": "set", "url": "https://cdn.test/a.js", "lineNumber": 9, "columnNumber": 4},
            ]},
        });
        let Some(Told::Cookie(write)) = hooks().read_console(&event) else { panic!("not read") };
        assert_eq!((write.line.as_str(), write.accepted), ("a=1", Some(true)));
        assert_eq!(write.place.stack, ["set https://cdn.test/a.js:10:5"]);
        assert_eq!(write.place.script.as_deref(), Some("https://cdn.test/a.js"));
        assert_eq!(
            (write.place.frame.as_str(), write.place.cookie_url.as_str()),
            ("about:srcdoc", "https://shop.test/")
        );
    }

    #[test]
    fn a_write_over_the_channel_with_its_stack() {
        let text = "s3[\"c\",\"document.cookie\",\"a=1\",true,1700.5,[\"https://shop.test/\"]]\nstack@https://shop.test/:9:1\n\
                    tell@https://shop.test/:4:57\nset<@https://shop.test/:6:88\nkeep@https://cdn.test/a.js:1:18\n\
                    @https://cdn.test/a.js:2:1\n";
        let event = json!({"data": {"type": "string", "value": text}});
        let Some(Told::Cookie(write)) = hooks().read_channel(&event) else { panic!("not read") };
        assert_eq!(write.place.stack, ["keep https://cdn.test/a.js:1:18", "(anonymous) https://cdn.test/a.js:2:1"]);
        assert_eq!(write.place.script.as_deref(), Some("https://cdn.test/a.js"));
    }

    #[test]
    fn messages_of_the_page_are_not_ours() {
        for text in ["[]", "[1]", "x", r#"["c"]"#] {
            let event = json!({"args": [{"value": "s3"}, {"value": text}]});
            assert_eq!(hooks().read_console(&event), None);
        }
        let foreign = json!({"args": [{"value": "other"}, {"value": r#"["c","x","a=1",true,1,["u"]]"#}]});
        assert_eq!(hooks().read_console(&foreign), None);
    }
}
