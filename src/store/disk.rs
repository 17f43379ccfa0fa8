//! The few things done to files on which the promise rests: every write, sync and rename of the log, the checkpoints, the
//! marker, the witness, backups and what a repair puts aside passes here, so that tests can record them, fail them, and make each
//! state that a power cut may leave. sled's own files do not: they are disposable.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

#[cfg(test)]
pub mod tape;

/// What happens to files, as tests record it.
#[cfg(test)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    MakeDir,
    Create,
    Write(u64, Vec<u8>),
    SetLen(u64),
    Sync,
    SyncDir,
    Rename(std::path::PathBuf),
    Link(std::path::PathBuf),
    Remove,
    RemoveDir,
}

macro_rules! note {
    ($path:expr, $op:expr) => {
        #[cfg(test)]
        tape::note($path, || $op)?;
    };
}

/// Makes a folder and those above it; each is durable in the one above.
pub fn make_dir(dir: &Path) -> io::Result<()> {
    let there = fs::metadata(dir).is_ok_and(|metadata| metadata.is_dir());
    if there {
        return Ok(());
    }
    if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_dir(parent)?;
    }
    note!(dir, Op::MakeDir);
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    dir.parent().map_or(Ok(()), sync_dir)
}

/// An empty file, in place of any.
pub fn create(path: &Path) -> io::Result<File> {
    note!(path, Op::Create);
    OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)
}

/// An empty file of a name that must be free.
pub fn create_new(path: &Path) -> io::Result<File> {
    note!(path, Op::Create);
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Writes bytes at a place.
pub fn write_at(mut file: &File, path: &Path, bytes: &[u8], offset: u64) -> io::Result<()> {
    let _ = path;
    note!(path, Op::Write(offset, bytes.to_vec()));
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(bytes)
}

/// Cuts a file, or lengthens it by zeros.
pub fn set_len(file: &File, path: &Path, length: u64) -> io::Result<()> {
    let _ = path;
    note!(path, Op::SetLen(length));
    file.set_len(length)
}

/// What was written to a file is on the disk.
pub fn sync(file: &File, path: &Path) -> io::Result<()> {
    let _ = path;
    note!(path, Op::Sync);
    file.sync_data()
}

/// The names in a folder are on the disk.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    note!(dir, Op::SyncDir);
    File::open(dir)?.sync_all()
}

/// Gives a file another name, in place of what had it.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    note!(from, Op::Rename(to.to_owned()));
    fs::rename(from, to)
}

/// Gives a file a second name, which must be free.
pub fn link(from: &Path, to: &Path) -> io::Result<()> {
    note!(from, Op::Link(to.to_owned()));
    fs::hard_link(from, to)
}

/// Copies a file; its content is durable, its name once its folder is synced.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let bytes = fs::read(from)?;
    let file = create(to)?;
    write_at(&file, to, &bytes, 0)?;
    sync(&file, to)
}

/// Removes a file.
pub fn remove(path: &Path) -> io::Result<()> {
    note!(path, Op::Remove);
    fs::remove_file(path)
}

/// Removes a folder with all that it holds, if it is there.
pub fn remove_dir(dir: &Path) -> io::Result<()> {
    note!(dir, Op::RemoveDir);
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Puts a file in place, whole or not at all, and durably. The folder must be there.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = dir.join(format!(".{name}.new"));
    let written = create(&draft)
        .and_then(|file| write_at(&file, &draft, bytes, 0).and_then(|()| sync(&file, &draft)))
        .and_then(|()| rename(&draft, path));
    if written.is_err() {
        // It may never have been made.
        let _ = remove(&draft);
    }
    written.and_then(|()| sync_dir(dir))
}

/// A new file that is written from its beginning to its end.
pub struct Writing<'p> {
    file: File,
    path: &'p Path,
    at: u64,
}

impl Writing<'_> {
    /// Begins one, of a name that must be free.
    pub fn begin(path: &Path) -> io::Result<Writing<'_>> {
        Ok(Writing { file: create_new(path)?, path, at: 0 })
    }

    /// What was written is on the disk.
    pub fn sync(&self) -> io::Result<()> {
        sync(&self.file, self.path)
    }
}

impl Write for Writing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write_at(&self.file, self.path, bytes, self.at)?;
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
