//! A disk that is full, and one that cannot be written: refused in words, reading goes on, nothing acknowledged is lost.
//!
//! The disks are small ones in memory, which only root may mount, so they are ignored unless asked for:
//! `cargo test --lib -- --ignored as_root`.

use std::process::Command;

use super::*;

/// A small disk in memory, let go when dropped.
struct Disk {
    dir: TempDir,
}

impl Disk {
    fn mount(megabytes: u32) -> Disk {
        let dir = TempDir::new().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(dir.path()).output();
        let mounted = mounted.unwrap();
        assert!(mounted.status.success(), "{}", String::from_utf8_lossy(&mounted.stderr));
        Disk { dir }
    }

    fn remount(&self, options: &str) {
        let remounted = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.dir.path()).status();
        assert!(remounted.unwrap().success());
    }

    /// Takes all room but so much; gives the file that takes it.
    fn fill(&self, left: u64) -> PathBuf {
        let path = self.dir.path().join("filler");
        let free = fs2::available_space(self.dir.path()).unwrap();
        // sled, on its own thread, may take some of it first.
        let _ = fs::write(&path, vec![1; usize::try_from(free.saturating_sub(left)).unwrap()]);
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.dir.path()).status();
    }
}

#[test]
#[ignore = "mounts a disk, as only root may"]
fn a_disk_that_fills_refuses_writes_and_takes_them_again_when_there_is_room_as_root() {
    let disk = Disk::mount(96);
    let dir = disk.dir.path().join("data");
    let store = Store::open(&dir, Access::Create).unwrap();
    let sets: Vec<ChangeSet> = (1..=3).map(|version| set(version, 500)).collect();
    sets[..2].iter().for_each(|set| commit(&store, set));
    let filler = disk.fill(1 << 20);
    let refused = store.commit(&sets[2], 1_500, 0).unwrap_err();
    assert!(matches!(refused, StoreError::DiskFull { .. }), "{refused}");
    assert_eq!(read(&store).unwrap(), sets[..2], "reading goes on");
    fs::remove_file(filler).unwrap();
    store.commit(&sets[2], 1_500, 0).expect("there is room again, without a restart");
    drop(store);
    assert_eq!(read(&Store::open(&dir, Access::Existing).unwrap()).unwrap(), sets);
}

/// The reserve set aside, the disk fills up in the middle of a write, at one place after the other.
#[test]
#[ignore = "mounts a disk, as only root may"]
fn a_disk_that_fills_in_the_middle_of_a_write_loses_nothing_acknowledged_as_root() {
    let disk = Disk::mount(24);
    let dir = disk.dir.path().join("data");
    let mut acknowledged: Vec<ChangeSet> = Vec::new();
    let mut refusals = 0;
    for left in [0, 4 << 10, 20 << 10, 64 << 10, 200 << 10, 600 << 10, 1_100 << 10] {
        let store = Store::open(&dir, Access::Create).unwrap();
        store.inner.reserve.store(0, Ordering::Relaxed);
        assert_eq!(read(&store).unwrap(), acknowledged, "what was acknowledged is there, and no half of another");
        let next = |sets: &[ChangeSet]| set(sets.len() as u64 + 1, 300);
        let before = next(&acknowledged);
        commit(&store, &before);
        acknowledged.push(before);
        let filler = disk.fill(left);
        // Until one is refused, or enough were taken.
        for _ in 0..500 {
            let set = next(&acknowledged);
            match store.commit(&set, store.head().nodes + 300, 0) {
                Ok(()) => acknowledged.push(set),
                Err(error) => {
                    refusals += 1;
                    assert!(!matches!(error, StoreError::Damaged { .. }), "{left} bytes left: {error}");
                    assert_eq!(store.head().version, acknowledged.len() as u64);
                    assert_eq!(read(&store).unwrap(), acknowledged, "reading goes on");
                    let again = store.commit(&set, store.head().nodes + 300, 0).unwrap_err();
                    assert!(matches!(again, StoreError::Halted { .. } | StoreError::DiskFull { .. }), "{again}");
                    break;
                }
            }
        }
        fs::remove_file(filler).unwrap();
        if store.halted().is_some() {
            // There is room again: writing goes on without a restart.
            let begun = std::time::Instant::now();
            while store.halted().is_some() {
                assert!(begun.elapsed().as_secs() < 20, "writing does not go on");
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            let set = next(&acknowledged);
            commit(&store, &set);
            acknowledged.push(set);
        }
        drop(store);
    }
    assert!(refusals >= 5, "{refusals} writes met the full disk");
    let store = Store::open(&dir, Access::Existing).unwrap();
    assert_eq!(read(&store).unwrap(), acknowledged);
    let faults = store.verify();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
#[ignore = "mounts a disk, as only root may"]
fn a_folder_that_cannot_be_written_is_named_and_left_as_it_is_as_root() {
    let disk = Disk::mount(96);
    let dir = disk.dir.path().join("data");
    commit(&Store::open(&dir, Access::Create).unwrap(), &set(1, 2));
    let before = files(&dir);
    disk.remount("ro");
    let refused = Store::open(&dir, Access::Existing).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
    assert!(refused.to_string().contains(dir.to_str().unwrap()), "{refused}");
    let refused = Store::open(&disk.dir.path().join("other"), Access::Create).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
    disk.remount("rw");
    assert_eq!(files(&dir), before);
    assert_eq!(read(&Store::open(&dir, Access::Existing).unwrap()).unwrap(), [set(1, 2)]);
}
