//! The text of a file, whatever it was saved as: UTF-8, UTF-16, windows-1252, Mac Roman; and text that was read in the
//! wrong one before it was saved.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::{Encoding, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a file: UTF-8 or UTF-16, with or without a mark; else line by line UTF-8 or an encoding of one byte a
/// letter.
///
/// # Errors
/// With the reason, when the bytes are no text or their encoding is not among these.
pub fn decode<'b>(bytes: &'b [u8], repaired: &mut BTreeMap<&'static str, u64>) -> Result<Cow<'b, str>, &'static str> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        repaired.insert("marque d'ordre des octets ôtée", 1);
        let (text, faulty) = encoding.decode_without_bom_handling(&bytes[bom..]);
        if !faulty {
            return Ok(text);
        }
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some(encoding) = unmarked_utf16(bytes) {
        let (text, faulty) = encoding.decode_without_bom_handling(bytes);
        if !faulty {
            repaired.insert("lu en UTF-16 sans marque", 1);
            return Ok(text);
        }
    }
    if bytes.iter().take(8192).any(|byte| *byte == 0) {
        return Err("ce n'est pas du texte mais des données binaires : donnez le fichier CSV ou XML de l'éditeur");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let undecoded = || bytes.split(|byte| *byte == b'\n').filter(|line| std::str::from_utf8(line).is_err());
    let (encoding, rule) = one_byte_encoding(undecoded().flatten().copied())?;
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    let mut recoded = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => {
                recoded += 1;
                text.push_str(&encoding.decode_without_bom_handling(line).0);
            }
        }
    }
    repaired.insert(rule, recoded);
    Ok(Cow::Owned(text))
}

/// UTF-16 without a mark: every other byte of its beginning is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(512) & !1];
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let most = |count: usize| start.len() >= 8 && count * 2 * 10 >= start.len() * 8;
    match (zeros(0), zeros(1)) {
        (0, low) if most(low) => Some(UTF_16LE),
        (high, 0) if most(high) => Some(UTF_16BE),
        _ => None,
    }
}

/// Which encoding of one byte a letter it is: `é`, the commonest accent of French, has a byte of its own in each.
fn one_byte_encoding(bytes: impl Iterator<Item = u8>) -> Result<(&'static Encoding, &'static str), &'static str> {
    let (mut windows, mut macintosh, mut dos) = (0, 0, 0);
    for byte in bytes {
        match byte {
            0xe9 | 0xe8 | 0xe0 | 0xc9 => windows += 1,
            0x8e | 0x8f | 0x88 | 0x83 => macintosh += 1,
            0x82 | 0x8a | 0x85 | 0x90 => dos += 1,
            _ => {}
        }
    }
    if dos > windows.max(macintosh) {
        Err("ses accents sont dans l'ancien codage de DOS (page de code 850) : enregistrez-le en UTF-8")
    } else if macintosh > windows {
        Ok((MACINTOSH, "lignes lues en Mac Roman"))
    } else {
        Ok((WINDOWS_1252, "lignes lues en windows-1252"))
    }
}

/// How often a text may have been read in the wrong encoding and saved so.
const MOST_PASSES: usize = 3;

/// Mends UTF-8 that was read in an encoding of one byte a letter and saved so (`Ã©` for `é`), up to three times: the text, and
/// how many lines were mended; nothing where there is none.
pub fn mend_mojibake(text: &str) -> Option<(String, u64)> {
    // Each mended run begins with the first byte of a UTF-8 sequence, read as a letter.
    let suspect = |line: &str| line.contains(['Ã', 'Â', 'â', 'Å', '√', '¬', '‚', '├', '┬', 'Ô']);
    if !text.lines().any(|line| suspect(line) && mend_line(line).is_some()) {
        return None;
    }
    let (mut mended, mut lines) = (String::with_capacity(text.len()), 0);
    for line in text.split_inclusive('\n') {
        match suspect(line).then(|| mend_line(line)).flatten() {
            Some(line) => {
                lines += 1;
                mended.push_str(&line);
            }
            None => mended.push_str(line),
        }
    }
    Some((mended, lines))
}

/// Each run of letters beyond ASCII that is UTF-8 when written as it was read, and means letters and signs of French.
fn mend_line(line: &str) -> Option<String> {
    let mut mended = String::with_capacity(line.len());
    let mut changed = false;
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        mended.push_str(&rest[..at]);
        let run_end = rest[at..].find(|c: char| c.is_ascii()).map_or(rest.len(), |end| at + end);
        let run = &rest[at..run_end];
        let meant = meant(run);
        changed |= meant.is_some();
        mended.push_str(meant.as_deref().unwrap_or(run));
        rest = &rest[run_end..];
    }
    mended.push_str(rest);
    changed.then_some(mended)
}

fn meant(run: &str) -> Option<String> {
    let french = |c: char| matches!(c, '\u{a0}'..='\u{17f}' | '\u{2010}'..='\u{203a}' | '€');
    let passes = std::iter::successors(reread(run), |text| reread(text)).take(MOST_PASSES);
    passes.filter(|text| text.chars().all(french)).last()
}

/// The upper half of page 850, the encoding of DOS.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The UTF-8 that a run was, if it was read in windows-1252 or latin-1, in Mac Roman or in page 850.
fn reread(run: &str) -> Option<String> {
    let in_encoding = |encoding: &'static Encoding, c: char| {
        let letter = c.to_string();
        let (bytes, _, unmappable) = encoding.encode(&letter);
        if let ([byte], false) = (&bytes[..], unmappable) { Some(*byte) } else { None }
    };
    let western = |c: char| in_encoding(WINDOWS_1252, c).or_else(|| u8::try_from(u32::from(c)).ok());
    let mac = |c: char| in_encoding(MACINTOSH, c);
    let dos = |c: char| DOS.chars().position(|known| known == c).and_then(|at| u8::try_from(0x80 + at).ok());
    let readings: [&dyn Fn(char) -> Option<u8>; 3] = [&western, &mac, &dos];
    readings.into_iter().find_map(|byte| String::from_utf8(run.chars().map(byte).collect::<Option<_>>()?).ok())
}

/// What stands where a text was damaged by a change of encoding beyond repair.
pub fn garbled(text: &str) -> Option<String> {
    let at = garbled_at(text)?;
    let start = text[..at].char_indices().rev().take(15).last().map_or(at, |(start, _)| start);
    Some(text[start..].chars().take(30).collect())
}

/// What no French text has: the sign of a lost letter, and the first bytes of UTF-8 read as letters.
fn garbled_at(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().filter(|(_, c)| !c.is_ascii());
    letters.find_map(|(at, c)| {
        let next = text[at + c.len_utf8()..].chars().next();
        let is_garbled = match c {
            '\u{fffd}' | '├' | '┬' => true,
            'Ã' => !next.is_some_and(char::is_alphabetic),
            'Â' => next.is_some_and(|next| matches!(next, '\u{80}'..='\u{bf}')),
            'â' => next == Some('€'),
            '√' => next.is_some_and(|next| !next.is_ascii()),
            _ => false,
        };
        is_garbled.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_read_in_another_encoding_is_mended_however_often() {
        for (given, wanted) in [
            ("Université de l’Île", "Université de l’Île"),
            ("UniversitÃ© de lâ€™ÃŽle", "Université de l’Île"),
            ("Ã\u{89}conomie", "Économie"),
            ("UniversitÃƒÂ©", "Université"),
            ("Universit√© de l‚Äô√éle", "Université de l’Île"),
            ("Universit├® de lÔÇÖ├Äle", "Université de l’Île"),
            ("Hôpital, âge, SÃO PAULO", "Hôpital, âge, SÃO PAULO"),
        ] {
            let mended = mend_mojibake(given).map_or_else(|| given.to_owned(), |(mended, _)| mended);
            assert_eq!(mended, wanted);
            assert_eq!(garbled(&mended), None);
        }
    }

    #[test]
    fn what_cannot_be_mended_is_told() {
        assert_eq!(garbled("Universit\u{fffd} d'ici").as_deref(), Some("Universit\u{fffd} d'ici"));
        assert!(["Ã la carte", "lâ€ été", "Universit├"].iter().all(|text| garbled(text).is_some()));
        assert_eq!(garbled("Ça et là : √2, « SÃO », 3 ¬ 4"), None);
    }
}
