//! RIASEC: six kinds of activity (Holland 1959), a person's or a job's written as letters, strongest first.

use std::str::FromStr;

/// The letters of a profile: one to six, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Riasec(Vec<u8>);

/// The text is not RIASEC letters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "riasec vaut « {given} » : donnez d'une à six lettres différentes parmi R, I, A, S, E, C, la plus forte d'abord (exemple : IAS)"
)]
pub struct BadRiasec {
    given: String,
}

impl FromStr for Riasec {
    type Err = BadRiasec;

    fn from_str(text: &str) -> Result<Riasec, BadRiasec> {
        let letters: Vec<u8> = text.trim().bytes().map(|letter| letter.to_ascii_uppercase()).collect();
        let sound = (1..=6).contains(&letters.len())
            && letters
                .iter()
                .enumerate()
                .all(|(i, letter)| b"RIASEC".contains(letter) && !letters[..i].contains(letter));
        let given = || text.chars().take(20).collect();
        if sound { Ok(Riasec(letters)) } else { Err(BadRiasec { given: given() }) }
    }
}

impl Riasec {
    pub fn letters(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How alike the letters of a job are, 0 to 1: the cosine of both, the first three letters counting 3, 2 and 1.
    pub fn likeness(&self, job: Option<&str>) -> f64 {
        let job = job.unwrap_or_default().as_bytes();
        let count = |letters: &[u8], letter: u8| {
            letters.iter().take(3).position(|one| *one == letter).map_or(0.0, |place| 3.0 - place as f64)
        };
        let (mut product, mut ours, mut theirs) = (0.0, 0.0, 0.0);
        for &letter in b"RIASEC" {
            let (x, y) = (count(&self.0, letter), count(job, letter));
            product += x * y;
            ours += x * x;
            theirs += y * y;
        }
        if product > 0.0 { product / f64::sqrt(ours * theirs) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_checked_and_compared() {
        let riasec: Riasec = "ias".parse().unwrap();
        assert_eq!(riasec.letters(), "IAS");
        assert!((riasec.likeness(Some("IAS")) - 1.0).abs() < 1e-12);
        assert!(riasec.likeness(Some("IA")) > riasec.likeness(Some("SI")));
        assert_eq!((riasec.likeness(Some("RC")), riasec.likeness(None)), (0.0, 0.0));
        for bad in ["", "IAX", "IIA", "RIASECR", "é"] {
            assert!(bad.parse::<Riasec>().is_err(), "{bad}");
        }
    }
}
