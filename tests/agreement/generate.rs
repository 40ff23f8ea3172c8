//! Set-Cookie lines of every kind, made from a seed: the same seed makes the same lines.

/// One line and where it is served.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: usize,
    pub secure: bool,
    pub host: &'static str,
    pub line: String,
}

impl Case {
    /// Whether it has no name.
    pub fn is_nameless(&self) -> bool {
        let pair = self.line.split(';').next().unwrap_or_default();
        pair.split_once('=').is_none_or(|(name, _)| name.trim().is_empty())
    }
}

/// Hosts below public suffixes of one, two and private labels, an address, and names that are suffixes themselves.
pub const HOSTS: &[(bool, &str)] = &[
    (true, "www.shop.test"),
    (true, "shop.example.co.uk"),
    (true, "example.co.uk"),
    (true, "user.github.io"),
    (true, "deep.user.github.io"),
    (true, "www.example.com"),
    (true, "city.kawasaki.jp"),
    (true, "a.b.kobe.jp"),
    (true, "xn--mnchen-3ya.example"),
    (false, "www.shop.test"),
    (false, "www.site.localhost"),
    (false, "127.0.0.1"),
    (true, "github.io"),
];

/// Numbers that look random and are not (xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// `n` lines.
pub fn cases(seed: u64, n: usize) -> Vec<Case> {
    let mut dice = Dice::new(seed);
    (0..n).map(|id| case(&mut dice, id)).collect()
}

fn case(dice: &mut Dice, id: usize) -> Case {
    let (secure, host) = HOSTS[dice.roll(HOSTS.len())];
    let mut line = pair(dice, id);
    for _ in 0..[0, 1, 1, 2, 2, 3, 3, 4, 5][dice.roll(9)] {
        line.push_str(dice.pick(&["; ", "; ", "; ", ";", " ;", ";  ", ";\t", ";;", "; ;"]));
        line.push_str(&attribute(dice, host));
    }
    line.push_str(dice.pick(&["", "", "", "", ";", " ", "; "]));
    Case { id, secure, host, line }
}

/// Every name or value carries the number, so that what the browser kept can be told apart: `c17x`.
fn pair(dice: &mut Dice, id: usize) -> String {
    let mark = format!("c{id}x");
    let name = match dice.roll(30) {
        0..=3 => format!("__Host-{mark}"),
        4..=6 => format!("__Secure-{mark}"),
        7 => format!("__host-{mark}"),
        8 => format!("__SECURE-{mark}"),
        9 => format!("__HoSt-{mark}"),
        10 => format!(" {mark}"),
        11 => format!("{mark}\t "),
        12 => format!("{mark} y"),
        13 => format!("\"{mark}\""),
        14 => format!("{mark}\u{e9}"),
        15 => format!("{mark}{}", control(dice)),
        16 => format!("{mark}[1],{{2}}"),
        17 => mark.clone() + &"n".repeat([1000, 4000, 4080, 4089, 4096][dice.roll(5)]),
        18 => format!("$Version{mark}"),
        19 => format!("__Http-{mark}"),
        20 => format!("__Host-Http-{mark}"),
        _ => mark.clone(),
    };
    let fill = 4096usize.saturating_sub(name.trim().len());
    let value = match dice.roll(30) {
        0 => String::new(),
        1 => "\"quoted\"".to_owned(),
        2 => "\"quo ted".to_owned(),
        3 => "a=b==c".to_owned(),
        4 => "  spaced  out  ".to_owned(),
        5 => "a,b, c".to_owned(),
        6 => "\u{fc}nicode \u{20ac}".to_owned(),
        7 => format!("a{}b", control(dice)),
        8 => "tab\tinside".to_owned(),
        9 => "v".repeat(fill),
        10 => "v".repeat(fill + 1),
        11 => "v".repeat(fill.saturating_sub(1)),
        12 => "{\"a\":[1,2]}".to_owned(),
        13 => "%00%0a".to_owned(),
        14 => format!("{}trailing", control(dice)),
        15 => "\"a;b\"".to_owned(),
        _ => "value".to_owned(),
    };
    match dice.roll(80) {
        // Without a name.
        0 => format!("={mark}{value}"),
        1 => format!("{mark}{}", value.replace('=', "")),
        2 => format!("=__Host-{mark}"),
        3 => format!("__Secure-{mark}"),
        4 => format!("{name} = {value}"),
        5 => format!("{name}=\t{value}\t"),
        _ => format!("{name}={value}"),
    }
}

/// Not NUL, CR or LF: with those the header itself is no header any more.
fn control(dice: &mut Dice) -> &'static str {
    dice.pick(&["\u{1}", "\u{8}", "\u{b}", "\u{c}", "\u{1f}", "\u{7f}"])
}

fn attribute(dice: &mut Dice, host: &str) -> String {
    let (name, value): (&str, Option<String>) = match dice.roll(22) {
        0..=3 => ("Expires", Some(date(dice))),
        4..=6 => ("Max-Age", Some(dice.pick(MAX_AGES).to_owned())),
        7..=9 => ("Domain", Some(domain(dice, host))),
        10..=12 => ("Path", Some(path(dice))),
        13..=15 => ("Secure", dice.pick(&["-", "-", "-", "", "1", "false", " "]).to_owned().into()),
        16 => ("HttpOnly", dice.pick(&["-", "-", "", "no"]).to_owned().into()),
        17 | 18 => ("SameSite", Some(dice.pick(SAME_SITES).to_owned())),
        19 => ("Partitioned", dice.pick(&["-", "-", "", "1"]).to_owned().into()),
        20 => ("Priority", Some(dice.pick(&["High", "low", "MEDIUM", "urgent", ""]).to_owned())),
        _ => (dice.pick(&["Comment", "Version", "Expire", "Secure Path", "", "Domain\u{a0}"]), Some("x".to_owned())),
    };
    let name = match dice.roll(6) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        2 => format!(" {name} "),
        _ => name.to_owned(),
    };
    match value.filter(|value| value != "-") {
        None => name,
        Some(value) if dice.roll(6) == 0 => format!("{name} = {value} "),
        Some(value) => format!("{name}={value}"),
    }
}

const MAX_AGES: &[&str] = &[
    "60",
    "3600",
    "3600",
    "86400",
    "34560000",
    "34560001",
    "63072000",
    "0",
    "-1",
    "-0",
    "+60",
    "060",
    "1.5",
    "1e3",
    "abc",
    "",
    "\"60\"",
    "60s",
    "99999999999999999999",
    "-99999999999999999999",
    "6 0",
    "\u{ff16}",
];

const SAME_SITES: &[&str] =
    &["Lax", "Strict", "None", "None", "lax", "NONE", "sTrIcT", "default", "", "\"Lax\"", "Lax Strict", "Laxx", "0"];

fn path(dice: &mut Dice) -> String {
    match dice.roll(17) {
        16 => "/a\tb".to_owned(),
        0..=5 => "/".to_owned(),
        6 => "/dir".to_owned(),
        7 => "/dir/".to_owned(),
        8 => "/DIR/page".to_owned(),
        9 => "dir".to_owned(),
        10 => String::new(),
        11 => "\"/\"".to_owned(),
        12 => "/a b".to_owned(),
        13 => format!("/{}", "p".repeat([1022, 1023, 1024, 1025][dice.roll(4)])),
        14 => "/%2F\u{e9}?q#f".to_owned(),
        _ => format!("/dir{}", control(dice)),
    }
}

fn domain(dice: &mut Dice, host: &str) -> String {
    let parent = host.split_once('.').map_or(host, |(_, rest)| rest);
    let grandparent = parent.split_once('.').map_or(parent, |(_, rest)| rest);
    match dice.roll(22) {
        0..=3 => host.to_owned(),
        4 => format!(".{host}"),
        5 => format!("..{host}"),
        6 => host.to_uppercase(),
        7 => format!("{host}."),
        8..=10 => parent.to_owned(),
        11 => format!(".{parent}"),
        12 => grandparent.to_owned(),
        13 => host.rsplit('.').next().unwrap_or_default().to_owned(),
        14 => format!("other.{parent}"),
        15 => format!("sub.{host}"),
        16 => "other.test".to_owned(),
        17 => dice.pick(&["", ".", "localhost", ".localhost", "com", "co.uk", "[::1]"]).to_owned(),
        18 => format!("{host}:443"),
        19 => format!("*.{parent}"),
        20 => parent.get(1..).unwrap_or_default().to_owned(),
        _ => format!("\"{host}\""),
    }
}

fn date(dice: &mut Dice) -> String {
    let year = dice.pick(&[
        "2027", "2027", "2028", "2090", "1999", "1970", "1601", "1600", "9999", "10000", "27", "69", "70", "127",
        "2 027",
    ]);
    let month = dice.pick(&["Jan", "feb", "MAR", "April", "Sept", "13", "Foo", "02", "Novx"]);
    let day = dice.pick(&["1", "01", "09", "28", "30", "31", "32", "0", "001", "1st", "29th"]);
    let time = dice.pick(&[
        "10:20:30",
        "1:2:3",
        "23:59:59",
        "24:00:00",
        "10:60:00",
        "10:20:60",
        "10:20:61",
        "10:20",
        "10:20:30.5",
        "10:20:30Z",
        "001:2:3",
        "10:20:30 PM",
    ]);
    let zone = dice.pick(&["GMT", "UTC", "", "+0200", "PST", "gmt"]);
    match dice.roll(16) {
        0..=4 => format!("Wed, {day} {month} {year} {time} {zone}"),
        5..=7 => format!("Wed, {day}-{month}-{year} {time} {zone}"),
        8 => format!("Wednesday, {day}-{month}-{} {time} {zone}", year.get(year.len() - 2..).unwrap_or(year)),
        9 => format!("Wed {month} {day} {time} {year}"),
        10 => format!("{month} {day} {year} {time}"),
        11 => format!("{year} {month} {day} {time}"),
        12 => format!("{time} {day} {month} {year}"),
        13 => format!("{year}-02-{day}T{time}"),
        14 => format!("Wed,,{day}/{month}/{year};{time}"),
        _ => dice
            .pick(&[
                "0",
                "",
                "-1",
                "soon",
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "Fri, 31-Dec-9999 23:59:59 GMT",
                "1830000000",
            ])
            .to_owned(),
    }
}
