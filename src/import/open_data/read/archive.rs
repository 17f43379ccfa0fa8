//! ZIP archives from publishers, opened with care: no entry, nor the whole, may expand beyond stated bounds.

use std::io::{Cursor, Read};

use crate::import::open_data::error::OpenDataError;

/// The most that one archive may expand to, in bytes.
const MAX_EXPANDED: u64 = 512 << 20;
/// The most times larger than the archive its content may be: text compresses some 10 times, a bomb 1,000.
const MAX_RATIO: u64 = 100;
/// The most entries.
const MAX_ENTRIES: usize = 1_000;

/// Whether the bytes begin like a ZIP archive.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Hands each file of an archive, with its path in it, to `each`, in the archive's order: its bytes, or why they cannot be read.
///
/// # Errors
/// When the archive itself is damaged, cut short or expands beyond its bounds.
pub fn each_file(
    file: &str,
    bytes: &[u8],
    mut each: impl FnMut(&str, Result<Vec<u8>, OpenDataError>),
) -> Result<(), OpenDataError> {
    let fault = |reason: String| OpenDataError::Archive { file: file.to_owned(), reason };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| fault(format!("elle ne s'ouvre pas ({error}) : téléchargez-la de nouveau")))?;
    if archive.len() > MAX_ENTRIES {
        return Err(fault(format!("elle a {} entrées ; {MAX_ENTRIES} au plus", archive.len())));
    }
    let allowed = MAX_EXPANDED.min((bytes.len() as u64).saturating_mul(MAX_RATIO).max(1 << 20));
    let mut left = allowed;
    for index in 0..archive.len() {
        let named = archive.name_for_index(index).unwrap_or_default().to_owned();
        let unreadable = |name: &str, error: &dyn std::fmt::Display| {
            let reason = format!("ce fichier de l'archive est illisible ({error}) : téléchargez-la de nouveau");
            Err(OpenDataError::Archive { file: format!("{file}/{name}"), reason })
        };
        let mut entry = match archive.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                each(&named, unreadable(&named, &error));
                continue;
            }
        };
        if entry.is_dir() {
            continue;
        }
        // Many archives hold UTF-8 names and do not say so.
        let name = std::str::from_utf8(entry.name_raw()).map_or_else(|_| entry.name().to_owned(), str::to_owned);
        // The declared size may lie: what is really read counts.
        let mut content = Vec::new();
        let read = (&mut entry).take(left + 1).read_to_end(&mut content);
        if content.len() as u64 > left {
            return Err(fault(format!(
                "elle dépasse {} Mio une fois ouverte : refusée comme une bombe",
                allowed >> 20
            )));
        }
        left -= content.len() as u64;
        match read {
            Ok(_) => each(&name, Ok(content)),
            Err(error) => each(&name, unreadable(&name, &error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zip_of(name: &str, content: &[u8]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_are_handed_on_with_their_folders() {
        let mut seen = Vec::new();
        each_file("a.zip", &zip_of("d/a.csv", b"x"), |name, content| seen.push((name.to_owned(), content.unwrap())))
            .unwrap();
        assert_eq!(seen, [("d/a.csv".to_owned(), b"x".to_vec())]);
    }

    #[test]
    fn a_damaged_file_is_told_by_its_name() {
        let mut damaged = zip_of("d/a.csv", b"une ligne de texte");
        let at = damaged.windows(5).position(|bytes| bytes == b"ligne").unwrap_or(45);
        damaged[at] ^= 0xff;
        let mut reasons = Vec::new();
        each_file("x.zip", &damaged, |_, content| reasons.push(content.unwrap_err().to_string())).unwrap();
        assert!(reasons[0].starts_with("x.zip/d/a.csv : ") && reasons[0].contains("illisible"), "{reasons:?}");
    }

    #[test]
    fn bombs_and_cut_archives_are_refused() {
        let bomb = zip_of("a.csv", &vec![b'0'; 4 << 20]);
        let refusal = |bytes: &[u8]| each_file("a.zip", bytes, |_, _| ()).unwrap_err().to_string();
        assert!(refusal(&bomb).contains("bombe"));
        assert!(refusal(&bomb[..bomb.len() / 2]).contains("ne s'ouvre pas"));
    }
}
