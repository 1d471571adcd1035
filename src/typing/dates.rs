//! Dates as texts, which `numpy.datetime64` takes: ISO 8601, from the year alone to attoseconds.
//!
//! How much of the date a text says is its unit: `2020-01` is a month, `2020-01-01T12` an hour. Digits behind the
//! seconds come in threes.

/// A moment, as far as a text says it; what it does not say is the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Moment {
    pub(super) year: i32,
    pub(super) month: u8,
    pub(super) day: u8,
    /// Since midnight.
    pub(super) attoseconds: i128,
}

/// NumPy's numbers of the units: of hours, and of milliseconds.
const HOURS: u8 = 5;
const MILLISECONDS: u8 = 8;

/// The unit of a text and the moment that it says; `None` for a text that is no date.
pub(super) fn parse(text: &str) -> Option<(u8, Moment)> {
    let (date, time) = match text.find(['T', ' ']) {
        Some(end) => (&text[..end], Some(&text[end + 1..])),
        None => (text, None),
    };
    let (sign, digits) = match date.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, date.strip_prefix('+').unwrap_or(date)),
    };
    let mut parts = digits.split('-');
    let year = parts.next().filter(|year| year.len() >= 4 && is_number(year))?;
    let mut moment = Moment { year: sign * year.parse::<i32>().ok()?, month: 1, day: 1, attoseconds: 0 };
    let mut unit = 0;
    if let Some(month) = parts.next() {
        (moment.month, unit) = (two_digits(month, 1, 12)?, 1);
    }
    if let Some(day) = parts.next() {
        (moment.day, unit) = (two_digits(day, 1, days_of(moment.year, moment.month))?, 4);
    }
    if parts.next().is_some() || time.is_some() && unit != 4 {
        return None;
    }
    let Some(time) = time else { return Some((unit, moment)) };
    let (whole, fraction) = match time.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (time, None),
    };
    let mut seconds = 0;
    let parts: Vec<&str> = whole.split(':').collect();
    for (part, most) in parts.iter().zip([23, 59, 59]) {
        seconds = seconds * 60 + i128::from(two_digits(part, 0, most)?);
    }
    let missing = 3usize.checked_sub(parts.len())?;
    unit = HOURS + 2 - missing as u8;
    moment.attoseconds = seconds * 60i128.pow(missing as u32) * 10i128.pow(18);
    if let Some(fraction) = fraction {
        if missing > 0 || fraction.is_empty() || fraction.len() > 18 || !is_number(fraction) {
            return None;
        }
        moment.attoseconds += fraction.parse::<i128>().ok()? * 10i128.pow(18 - fraction.len() as u32);
        unit = MILLISECONDS + (fraction.len() as u8 - 1) / 3;
    }
    Some((unit, moment))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn two_digits(text: &str, least: u8, most: u8) -> Option<u8> {
    let number = if text.len() == 2 && is_number(text) { text.parse().ok()? } else { return None };
    (least..=most).contains(&number).then_some(number)
}

fn days_of(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
pub(super) fn days(year: i32, month: u8, day: u8) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let (era, within) = (year.div_euclid(400), year.rem_euclid(400));
    let since_march = (i64::from(month) + 9) % 12;
    let of_year = (153 * since_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + within * 365 + within / 4 - within / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_say_their_unit() {
        let unit = |text: &str| parse(text).map(|(unit, _)| unit);
        let units = ["2020", "2020-02", "2020-02-29", "2020-02-29T12", "2020-02-29 12:30", "2020-02-29T12:30:59"];
        assert_eq!(units.map(unit), [Some(0), Some(1), Some(4), Some(5), Some(6), Some(7)]);
        assert_eq!(
            [".1", ".1234", ".1234567"].map(|end| unit(&format!("2020-01-01T00:00:00{end}"))),
            [8, 9, 10].map(Some)
        );
        for wrong in
            ["", "NaT", "20", "2020-13", "2021-02-29", "2020-1-1", "2020-01-01T24", "2020-01T12", "2020-01-01T1:1"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(
            [days(1970, 1, 1), days(2000, 3, 1), days(1969, 12, 31), days(1600, 1, 1)],
            [0, 11_017, -1, -135_140]
        );
    }
}
