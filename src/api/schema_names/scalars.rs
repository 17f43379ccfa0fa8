//! The scalars of the schema: references, moments, dates.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// A reference to an entity, in whatever words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref(pub String);

/// The longest reference taken, in bytes.
const MOST_BYTES: usize = 1_000;

/// Référence à une fiche, écrite comme on veut : un identifiant (`job/journaliste-environnemental`), un code officiel
/// (ROME, RNCP, UAI, URI ESCO…), ou n'importe quel nom ou alias, quels que soient casse, accents et ponctuation
/// (`"SVT"`, `"médiateur·rice scientifique"`).
#[Scalar(name = "Ref", specified_by_url = "urn:passerelle:ref")]
impl ScalarType for Ref {
    fn parse(value: Value) -> InputValueResult<Ref> {
        match value {
            Value::String(text) if text.len() > MOST_BYTES => {
                Err(InputValueError::custom(format!("une référence a au plus {MOST_BYTES} octets")))
            }
            Value::String(text) => Ok(Ref(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A moment, in seconds since the beginning of 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub u64);

/// Un moment, en ISO 8601 et en temps universel. Exemple : `2026-11-28T08:43:27Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<DateTime> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let moment = seconds(text).map(DateTime);
        moment.ok_or_else(|| InputValueError::custom("un moment s'écrit comme `2026-11-28T08:43:27Z`"))
    }

    fn to_value(&self) -> Value {
        let (days, second) = (self.0 / 86_400, self.0 % 86_400);
        // The civil calendar by eras of 400 years that begin in March, as Howard Hinnant gives it.
        let days = days + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
        let year = year + era * 400 + u64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        Value::String(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }
}

/// The seconds since the beginning of 1970 of a moment as RFC 3339 writes it, from then on; what is below a second is left out.
fn seconds(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse::<i64>().ok() } else { None }
    };
    let marks = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if !marks.iter().all(|(at, mark)| bytes.get(*at) == Some(mark)) || !matches!(bytes.get(10), Some(b'T' | b't')) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let zone = text.get(19..)?;
    let zone =
        zone.strip_prefix('.').map_or(zone, |part| part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    let ahead = match zone.as_bytes() {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let at = text.len() - 5;
            let minutes = number(at, at + 2)? * 60 + number(at + 3, at + 5)?;
            if *sign == b'+' { minutes * 60 } else { -minutes * 60 }
        }
        _ => return None,
    };
    // As it is written below: years that begin in March, in eras of 400.
    let year = year - i64::from(month <= 2);
    let (era, of_era, month) = (year.div_euclid(400), year.rem_euclid(400), (month + 9) % 12);
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + day_of_era - 719_468;
    u64::try_from(days * 86_400 + hour * 3_600 + minute * 60 + second - ahead).ok()
}

/// A date as its source gives it, checked when it came in (`model::clean`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialDate(pub String);

/// Une date aussi précise que sa source la donne : `2025`, `2025-09` ou `2025-09-18` (ISO 8601).
#[Scalar(name = "PartialDate", specified_by_url = "https://www.loc.gov/standards/datetime/")]
impl ScalarType for PartialDate {
    fn parse(value: Value) -> InputValueResult<PartialDate> {
        Err(InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_the_calendar_also_after_2038() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_855_407, "2026-11-28T08:43:27Z"),
            (2_190_499_203, "2039-06-01T00:00:03Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(DateTime(seconds).to_value(), Value::String(text.into()));
            assert_eq!(super::seconds(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn moments_are_read_in_any_zone_or_refused() {
        for (text, moment) in [
            ("2026-11-28T09:43:27+01:00", Some(1_795_855_407)),
            ("2026-11-28T03:13:27.123456-05:30", Some(1_795_855_407)),
            ("2024-02-29T00:00:00z", Some(1_709_164_800)),
            ("2023-02-29T00:00:00Z", None),
            ("1969-12-31T23:59:59Z", None),
            ("2026-11-28", None),
            ("2026-11-28T24:00:00Z", None),
            ("2026-11-28T08:43:27", None),
            ("2026-11-28T08:43:27+0100", None),
            ("é026-11-28T08:43:27Z", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), moment, "{text}");
        }
    }
}
