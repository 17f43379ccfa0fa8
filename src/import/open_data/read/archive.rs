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

/// Hands each file of an archive, with its name, to `each`, in the archive's order.
///
/// # Errors
/// When the archive is damaged, cut short or expands beyond its bounds, and what `each` returns.
pub fn each_file(
    file: &str,
    bytes: &[u8],
    mut each: impl FnMut(&str, Vec<u8>) -> Result<(), OpenDataError>,
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
        let mut entry = archive
            .by_index(index)
            .map_err(|error| fault(format!("l'entrée {} est illisible ({error})", index + 1)))?;
        if entry.is_dir() {
            continue;
        }
        // Many archives hold UTF-8 names and do not say so.
        let written = std::str::from_utf8(entry.name_raw()).map_or_else(|_| entry.name().to_owned(), str::to_owned);
        let name = written.rsplit('/').next().unwrap_or_default().to_owned();
        // The declared size may lie: what is really read counts.
        let mut content = Vec::new();
        (&mut entry)
            .take(left + 1)
            .read_to_end(&mut content)
            .map_err(|error| fault(format!("`{name}` est illisible ({error}) : téléchargez-la de nouveau")))?;
        if content.len() as u64 > left {
            return Err(fault(format!(
                "elle dépasse {} Mio une fois ouverte : refusée comme une bombe",
                allowed >> 20
            )));
        }
        left -= content.len() as u64;
        each(&name, content)?;
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
    fn files_are_handed_on_without_their_folders() {
        let mut seen = Vec::new();
        each_file("a.zip", &zip_of("d/a.csv", b"x"), |name, content| {
            seen.push((name.to_owned(), content));
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, [("a.csv".to_owned(), b"x".to_vec())]);
    }

    #[test]
    fn bombs_and_cut_archives_are_refused() {
        let bomb = zip_of("a.csv", &vec![b'0'; 4 << 20]);
        let refusal = |bytes: &[u8]| each_file("a.zip", bytes, |_, _| Ok(())).unwrap_err().to_string();
        assert!(refusal(&bomb).contains("bombe"));
        assert!(refusal(&bomb[..bomb.len() / 2]).contains("ne s'ouvre pas"));
    }
}
