//! Cookie dates, which are far more forgiving than any date format: RFC 6265bis section 5.6.1, in the way that Chromium
//! reads it (a token is a day, a year or a time only if it is so as a whole).
//!
//! Not here: what a date means for a lifetime (`set_cookie`).

/// Seconds since 1970 of a cookie date, `None` where the algorithm fails.
#[must_use]
pub fn parse_cookie_date(text: &str) -> Option<i64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|t| !t.is_empty()) {
        if !token.starts_with(|c: char| c.is_ascii_digit()) {
            month = month.or_else(|| parse_month(token));
        } else if token.contains(':') {
            time = time.or_else(|| parse_time(token));
        } else if day.is_none() && token.len() <= 2 {
            day = whole_number(token);
        } else if year.is_none() && token.len() <= 5 {
            year = whole_number(token);
        }
    }
    let (hour, minute, second) = time?;
    let year = match year? {
        y @ 70..=99 => y + 1900,
        y @ 0..=69 => y + 2000,
        y => y,
    };
    let (day, month) = (day?, month?);
    let valid = (1..=days_in_month(year, month)).contains(&day) && hour <= 23 && minute <= 59 && second <= 59;
    valid.then(|| days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn is_delimiter(c: char) -> bool {
    matches!(c, '\x09' | '\x20'..='\x2f' | '\x3b'..='\x40' | '\x5b'..='\x60' | '\x7b'..='\x7e')
}

/// `hh:mm:ss`.
fn parse_time(token: &str) -> Option<(i64, i64, i64)> {
    let mut fields = token.split(':').map(whole_number);
    let time = (fields.next()??, fields.next()??, fields.next()??);
    fields.next().is_none().then_some(time)
}

fn whole_number(text: &str) -> Option<i64> {
    let fits = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

fn parse_month(token: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let first = token.get(..3)?.to_ascii_lowercase();
    let index = MONTHS.iter().position(|m| *m == first)?;
    i64::try_from(index).ok().map(|i| i + 1)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970 of a Gregorian date (Hinnant's `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms() {
        for text in [
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Wed, 21-Oct-2015 07:28:00 GMT",
            "Wed Oct 21 07:28:00 2015",
            "21 oct 15 7:28:0",
            "Wednesday, 21-Oct-15 07:28:00 UTC",
        ] {
            assert_eq!(parse_cookie_date(text), Some(1_445_412_480), "{text}");
        }
        assert_eq!(parse_cookie_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(parse_cookie_date("Fri, 31 Dec 1999 23:59:59 GMT"), Some(946_684_799));
        assert_eq!(parse_cookie_date("29 Feb 2000 00:00:00"), Some(951_782_400));
        assert!(parse_cookie_date("21 Oct 127 10:00:00").is_some_and(|at| at < 0), "the year 127");
        assert!(parse_cookie_date("21 Oct 1600 10:00:00").is_some_and(|at| at < 0));
        assert!(parse_cookie_date("21 Oct 10000 10:00:00").is_some());
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "0",
            "tomorrow",
            "31 Feb 2024 10:00:00",
            "21 Oct 2015",
            "21 Oct 2015 25:00:00",
            "1st Oct 2015 10:00:00",
            "21 Oct 2015 10:00:00Z",
        ] {
            assert_eq!(parse_cookie_date(text), None, "{text}");
        }
    }
}
