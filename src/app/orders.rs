//! The orders in which writers, a reader and a follower can come to [`publication`], with three interruptions at most, tried by
//! loom. The file is compiled a second time here, over loom's locks: `ArcSwap` is a lock about an `Arc`, `watch` a counter and who
//! waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::thread;

use self::publication::{Publication, Versioned};
use super::recent;
use crate::model::ChangeSet;

#[path = "publication.rs"]
#[expect(clippy::duplicate_mod, reason = "the same code over other locks")]
mod publication;

mod sync {
    pub use loom::sync::{Mutex, MutexGuard};

    use std::sync::Arc;

    pub struct ArcSwap<T>(Mutex<Arc<T>>);

    impl<T> ArcSwap<T> {
        pub fn from_pointee(value: T) -> Self {
            ArcSwap(Mutex::new(Arc::new(value)))
        }

        pub fn load_full(&self) -> Arc<T> {
            self.0.lock().unwrap().clone()
        }

        pub fn load(&self) -> Arc<T> {
            self.load_full()
        }

        pub fn store(&self, value: Arc<T>) {
            *self.0.lock().unwrap() = value;
        }
    }

    pub mod watch {
        use std::sync::Arc;

        use loom::sync::{Condvar, Mutex};

        type Told<T> = Arc<(Mutex<T>, Condvar)>;
        pub struct Sender<T>(Told<T>);
        pub struct Receiver<T>(Told<T>);

        pub fn channel<T>(value: T) -> (Sender<T>, Receiver<T>) {
            let told = Arc::new((Mutex::new(value), Condvar::new()));
            (Sender(told.clone()), Receiver(told))
        }

        impl<T: Copy> Sender<T> {
            pub fn send_replace(&self, value: T) -> T {
                let before = std::mem::replace(&mut *self.0.0.lock().unwrap(), value);
                self.0.1.notify_all();
                before
            }

            pub fn subscribe(&self) -> Receiver<T> {
                Receiver(self.0.clone())
            }
        }

        impl<T: Copy> Receiver<T> {
            pub fn wait_for(&self, wanted: impl Fn(&T) -> bool) -> T {
                let mut value = self.0.0.lock().unwrap();
                while !wanted(&value) {
                    value = self.0.1.wait(value).unwrap();
                }
                *value
            }
        }
    }
}

/// A graph of which only its version matters.
struct State(u64);

impl Versioned for State {
    fn version(&self) -> u64 {
        self.0
    }
}

/// The publication, and the log beside it: the versions on the disk.
struct World {
    published: Publication<State>,
    log: loom::sync::Mutex<Vec<u64>>,
}

impl World {
    fn new() -> Arc<World> {
        Arc::new(World { published: Publication::new(State(0)), log: loom::sync::Mutex::default() })
    }

    /// As `App::edit` writes.
    fn write(&self) -> u64 {
        let turn = self.published.turn();
        let version = self.published.version() + 1;
        self.log.lock().unwrap().push(version);
        let set = ChangeSet { version, at: 0, author: "".into(), changes: Vec::new() };
        turn.publish(Arc::new(State(version)), Arc::new(set));
        version
    }

    /// As `App::heads_since` reads.
    fn since(&self, version: u64) -> Vec<u64> {
        let logged = |version| if self.log.lock().unwrap().contains(&version) { Ok(version) } else { Err(version) };
        let read = self.published.since(version, usize::MAX, |set| set.version, logged);
        read.unwrap_or_else(|version| panic!("version {version} is read before it is in the log"))
    }

    /// As `graphChanged` follows, until it has seen a version.
    fn follow(&self, last: u64) -> Vec<u64> {
        let versions = self.published.subscribe();
        let mut seen = Vec::new();
        loop {
            let newest = seen.last().copied().unwrap_or(0);
            let sets = self.since(newest);
            if sets.is_empty() {
                if newest == last {
                    return seen;
                }
                versions.wait_for(|version| *version > newest);
            }
            seen.extend(sets);
        }
    }
}

/// Tries every order; gives how many there were.
fn in_every_order(run: impl Fn() + Send + Sync + 'static) -> usize {
    let orders = Arc::new(AtomicUsize::new(0));
    let counted = orders.clone();
    let mut model = loom::model::Builder::new();
    // Each fault put in to try it shows at three at most; without a bound it takes hours.
    model.preemption_bound = Some(3);
    model.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        run();
    });
    let orders = orders.load(Ordering::Relaxed);
    println!("{orders} orders");
    orders
}

#[test]
fn a_follower_gets_each_version_once_and_the_last_without_another_write() {
    let orders = in_every_order(|| {
        let world = World::new();
        let writers = [(); 2].map(|()| {
            let world = world.clone();
            thread::spawn(move || world.write())
        });
        // A version that was lost on the way would leave it waiting for ever, which loom calls a deadlock.
        assert_eq!(world.follow(2), [1, 2]);
        let mut versions = writers.map(|writer| writer.join().unwrap());
        versions.sort_unstable();
        assert_eq!(versions, [1, 2], "a version each");
    });
    assert!(orders > 100, "{orders} orders");
}

#[test]
fn what_a_reader_is_told_is_in_the_log_and_stays() {
    let orders = in_every_order(|| {
        let world = World::new();
        let writers = [(); 2].map(|()| {
            let world = world.clone();
            thread::spawn(move || world.write())
        });
        let before = world.published.version();
        let sets = world.since(0);
        let after = world.published.current().version();
        assert!(before <= sets.len() as u64 && sets.len() as u64 <= after, "{before}, {sets:?}, {after}");
        assert!(sets.iter().copied().eq(1..=sets.len() as u64), "{sets:?}");
        writers.into_iter().for_each(|writer| drop(writer.join()));
    });
    assert!(orders > 100, "{orders} orders");
}
