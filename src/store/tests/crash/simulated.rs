//! A disk as it may be after a power cut: contents and names that were synced, and of what was not as much as a model says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::store::disk::Op;

/// What of the unsynced is left.
#[derive(Clone, Copy, Debug)]
pub enum Model {
    /// All of it: the process was killed, the machine was not.
    Killed,
    /// Of each file, and of the names, an ordered prefix.
    Prefix,
    /// Any part of the writes and of the names.
    Subset,
    /// Any part of the sectors of the writes, one of them torn; any part of the names.
    Torn,
}

impl Model {
    pub const ALL: [Model; 4] = [Model::Killed, Model::Prefix, Model::Subset, Model::Torn];
}

/// Chance that comes the same each time.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }

    fn heads(&mut self) -> bool {
        self.below(2) == 0
    }
}

#[derive(Clone, Default)]
struct Contents {
    durable: Vec<u8>,
    pending: Vec<Op>,
}

#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Dir,
    File(usize),
}

#[derive(Clone, Debug)]
enum Naming {
    Put(PathBuf, Entry),
    Move(PathBuf, PathBuf),
    Gone(PathBuf),
}

type Names = BTreeMap<PathBuf, Entry>;

#[derive(Clone, Default)]
pub struct Disk {
    files: Vec<Contents>,
    /// As the system shows them, and as they are on the disk.
    shown: Names,
    durable: Names,
    pending: Vec<Naming>,
}

impl Naming {
    fn touches(&self, dir: &Path) -> bool {
        let inside = |path: &Path| path.parent() == Some(dir);
        match self {
            Naming::Put(path, _) | Naming::Gone(path) => inside(path),
            Naming::Move(from, to) => inside(from) || inside(to),
        }
    }

    fn done(&self, names: &mut Names) {
        match self {
            Naming::Put(path, entry) => {
                // Its folder may never have reached the disk.
                if path.parent().is_none_or(|parent| parent.as_os_str().is_empty() || names.contains_key(parent)) {
                    names.insert(path.clone(), entry.clone());
                }
            }
            Naming::Move(from, to) => {
                let moved: Vec<PathBuf> = names.keys().filter(|path| path.starts_with(from)).cloned().collect();
                for path in moved {
                    let entry = names.remove(&path).unwrap();
                    let rest = path.strip_prefix(from).unwrap();
                    let target = if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) };
                    names.insert(target, entry);
                }
            }
            Naming::Gone(path) => names.retain(|name, _| !name.starts_with(path)),
        }
    }
}

fn wrote(bytes: &mut Vec<u8>, offset: u64, content: &[u8]) {
    let end = offset as usize + content.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset as usize..end].copy_from_slice(content);
}

fn changed(bytes: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write(offset, content) => wrote(bytes, *offset, content),
        Op::SetLen(length) => bytes.resize(*length as usize, 0),
        _ => {}
    }
}

impl Disk {
    /// What is in a folder, all of it durable.
    pub fn of(root: &Path) -> Disk {
        fn walk(disk: &mut Disk, root: &Path, dir: &Path) {
            for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                let name = path.strip_prefix(root).unwrap().to_owned();
                let entry = if path.is_dir() {
                    Entry::Dir
                } else {
                    disk.files.push(Contents { durable: fs::read(&path).unwrap(), pending: Vec::new() });
                    Entry::File(disk.files.len() - 1)
                };
                let is_dir = entry == Entry::Dir;
                disk.shown.insert(name, entry);
                if is_dir {
                    walk(disk, root, &path);
                }
            }
        }
        let mut disk = Disk::default();
        walk(&mut disk, root, root);
        disk.durable = disk.shown.clone();
        disk
    }

    fn name(&mut self, naming: Naming) {
        naming.done(&mut self.shown);
        self.pending.push(naming);
    }

    /// Does an operation to what a path below the root names.
    pub fn apply(&mut self, path: &Path, root: &Path, op: &Op) {
        if path.as_os_str().is_empty() && *op != Op::SyncDir {
            return;
        }
        let file = match self.shown.get(path) {
            Some(Entry::File(file)) => Some(*file),
            _ => None,
        };
        match op {
            Op::MakeDir => self.name(Naming::Put(path.to_owned(), Entry::Dir)),
            Op::Create => match file {
                Some(file) => self.files[file].pending.push(Op::SetLen(0)),
                None => {
                    self.files.push(Contents::default());
                    self.name(Naming::Put(path.to_owned(), Entry::File(self.files.len() - 1)));
                }
            },
            Op::Write(..) | Op::SetLen(_) => {
                if let Some(file) = file {
                    self.files[file].pending.push(op.clone());
                }
            }
            Op::Sync => {
                if let Some(file) = file {
                    let Contents { durable, pending } = &mut self.files[file];
                    pending.drain(..).for_each(|op| changed(durable, &op));
                }
            }
            Op::SyncDir => {
                let (done, rest) =
                    std::mem::take(&mut self.pending).into_iter().partition(|naming| naming.touches(path));
                self.pending = rest;
                let done: Vec<Naming> = done;
                done.iter().for_each(|naming| naming.done(&mut self.durable));
            }
            Op::Rename(to) => {
                let Ok(to) = to.strip_prefix(root) else { return };
                self.name(Naming::Move(path.to_owned(), to.to_owned()));
            }
            Op::Link(to) => {
                let (Ok(to), Some(file)) = (to.strip_prefix(root), file) else { return };
                self.name(Naming::Put(to.to_owned(), Entry::File(file)));
            }
            Op::Remove | Op::RemoveDir => self.name(Naming::Gone(path.to_owned())),
        }
    }

    /// Puts what is left after a cut into a folder.
    pub fn crash(&self, model: Model, chance: &mut Chance, dir: &Path) {
        let mut names = self.durable.clone();
        let kept = match model {
            Model::Killed => self.pending.len(),
            _ => chance.below(self.pending.len() + 1),
        };
        for (number, naming) in self.pending.iter().enumerate() {
            let there = match model {
                Model::Killed | Model::Prefix => number < kept,
                Model::Subset | Model::Torn => chance.heads(),
            };
            if there {
                naming.done(&mut names);
            }
        }
        fs::create_dir_all(dir).unwrap();
        for (name, entry) in &names {
            let path = dir.join(name);
            match entry {
                Entry::Dir => fs::create_dir_all(&path).unwrap(),
                Entry::File(file) => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, self.files[*file].left(model, chance)).unwrap();
                }
            }
        }
    }
}

impl Contents {
    fn left(&self, model: Model, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        let kept = match model {
            Model::Killed => self.pending.len(),
            _ => chance.below(self.pending.len() + 1),
        };
        for (number, op) in self.pending.iter().enumerate() {
            match (model, op) {
                (Model::Killed | Model::Prefix, op) => {
                    if number < kept {
                        changed(&mut bytes, op);
                    } else if let (true, Model::Prefix, Op::Write(offset, content)) = (number == kept, model, op) {
                        wrote(&mut bytes, *offset, &content[..chance.below(content.len() + 1)]);
                    }
                }
                (Model::Torn, Op::Write(offset, content)) => {
                    let torn = chance.below(content.len() / 512 + 2);
                    let mut at = 0;
                    for sector in 0.. {
                        let end = (at + 512 - (*offset as usize + at) % 512).min(content.len());
                        if at >= end {
                            break;
                        }
                        let end_kept = if sector == torn { at + chance.below(end - at + 1) } else { end };
                        if sector == torn || chance.heads() {
                            wrote(&mut bytes, *offset + at as u64, &content[at..end_kept]);
                        }
                        at = end;
                    }
                }
                (Model::Subset | Model::Torn, op) => {
                    if chance.heads() {
                        changed(&mut bytes, op);
                    }
                }
            }
        }
        bytes
    }
}
