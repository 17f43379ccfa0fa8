//! Official numbers as a spreadsheet leaves them: `39001.0`, `rncp39001`, `39 001`.

/// The digits of a number; nothing where it is none, `3.9E4` among them: its last digits are lost.
pub fn digits(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let whole =
        text.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b == b'0')).map_or(&*text, |(whole, _)| whole);
    (!whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit())).then(|| whole.to_owned())
}

/// The number of a certification in the RNCP, with or without its prefix.
pub fn rncp(text: &str) -> Option<String> {
    let text = text.trim();
    let prefixed = text.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("RNCP"));
    digits(if prefixed { &text[4..] } else { text })
}

/// A code of ROME: a letter and four digits, whatever spaces stand between.
pub fn rome(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let (letter, digits) = code.split_at_checked(1)?;
    let is_letter = letter.bytes().all(|b| b.is_ascii_uppercase());
    (is_letter && digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// The address of a page, where a cell holds one.
pub fn web_address(text: &str) -> Option<Box<str>> {
    let text = text.trim();
    let scheme = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let is_web = scheme.starts_with("http://") || scheme.starts_with("https://");
    (is_web && !text.contains(char::is_whitespace)).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_however_it_was_saved() {
        for text in
            ["39001", "39001.0", "39001.00", "rncp39001", "RNCP 39001", " 39 001", "39\u{a0}001", "39\u{202f}001"]
        {
            assert_eq!(rncp(text).as_deref(), Some("39001"), "{text}");
        }
        for text in ["3.9E4", "3,9E+04", "39001.5", "", "RNCP", "RS39001", "x", "-3"] {
            assert_eq!(rncp(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_of_rome_is_a_letter_and_four_digits() {
        for text in ["M1203", "M 1203", " m1203 "] {
            assert_eq!(rome(text).as_deref(), Some("M1203"), "{text}");
        }
        for text in ["", "M120", "11203", "M12034", "M1203/M1204", "É1203"] {
            assert_eq!(rome(text), None, "{text}");
        }
    }
}
