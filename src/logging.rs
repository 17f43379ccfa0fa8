//! Where log lines go: to a thread of their own, which writes them to standard error. Whoever logs never waits: a line that finds
//! the queue full (nobody reads the pipe, the terminal stands still) is dropped and counted.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait: some seconds of a busy server, a megabyte at most of the usual length.
const QUEUE: usize = 4_096;
/// The longest line kept, in bytes; the rest is cut.
const MOST_LINE: usize = 16 << 10;

/// The queue of the program's own log, once it has one.
static OURS: OnceLock<Lines> = OnceLock::new();

#[derive(Debug, Default)]
struct LineCounts {
    /// Lines given to the queue and not yet written.
    waiting: AtomicU64,
    dropped: AtomicU64,
}

/// Takes lines.
#[derive(Clone, Debug)]
pub struct Lines {
    queue: SyncSender<Vec<u8>>,
    counts: Arc<LineCounts>,
}

impl Lines {
    /// A queue before this output, with the thread that empties it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn to(out: impl Write + Send + 'static) -> io::Result<Lines> {
        let (queue, lines) = sync_channel(QUEUE);
        let counts = Arc::<LineCounts>::default();
        let told = counts.clone();
        std::thread::Builder::new().name("log".into()).spawn(move || write_all(&lines, out, &told))?;
        Ok(Lines { queue, counts })
    }

    /// How many lines were dropped.
    pub fn dropped(&self) -> u64 {
        self.counts.dropped.load(Ordering::Relaxed)
    }

    /// Waits until what was logged is written, no longer than a while.
    pub fn settle(&self, most: Duration) {
        let begun = Instant::now();
        while self.counts.waiting.load(Ordering::Acquire) > 0 && begun.elapsed() < most {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Write for Lines {
    /// One call is one line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let kept = match line.len() > MOST_LINE {
            true => [&line[..MOST_LINE], b"\n"].concat(),
            false => line.to_vec(),
        };
        self.counts.waiting.fetch_add(1, Ordering::AcqRel);
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.queue.try_send(kept) {
            self.counts.waiting.fetch_sub(1, Ordering::AcqRel);
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'l> MakeWriter<'l> for Lines {
    type Writer = Lines;

    fn make_writer(&'l self) -> Lines {
        self.clone()
    }
}

fn write_all(lines: &Receiver<Vec<u8>>, mut out: impl Write, counts: &LineCounts) {
    let mut told = 0;
    while let Ok(line) = lines.recv() {
        // An output that takes nothing any more loses its lines; the program goes on.
        let _ = out.write_all(&line);
        let dropped = counts.dropped.load(Ordering::Relaxed);
        if dropped > told {
            let _ = writeln!(
                out,
                "{{\"level\":\"WARN\",\"dropped\":{},\"message\":\"log lines were dropped\"}}",
                dropped - told
            );
            told = dropped;
        }
        counts.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The program's own log: standard error, through a queue. Where there can be no thread, lines are lost.
pub fn ours() -> Option<&'static Lines> {
    if OURS.get().is_none()
        && let Ok(lines) = Lines::to(io::stderr())
    {
        // Another thread was first: its queue counts.
        let _ = OURS.set(lines);
    }
    OURS.get()
}

/// Says a line to whoever started the program, after what was logged so far and by the same way: it waits for nobody either.
pub fn say(line: &str) {
    if let Some(lines) = ours() {
        // What cannot be taken is counted.
        let _ = lines.clone().write_all(format!("{line}\n").as_bytes());
    }
}

/// How many lines of the program's log were dropped.
pub fn dropped() -> u64 {
    OURS.get().map_or(0, Lines::dropped)
}

/// To be called before the program ends: gives the last lines a moment to be written.
pub fn settle() {
    if let Some(lines) = OURS.get() {
        lines.settle(Duration::from_millis(500));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_log_that_nobody_reads_holds_nobody_up_and_says_what_was_dropped() {
        let sink = Sink::default();
        let held = sink.0.lock().unwrap();
        let mut lines = Lines::to(sink.clone()).unwrap();
        let begun = Instant::now();
        for n in 0..QUEUE + 500 {
            lines.write_all(format!("{n}\n").as_bytes()).unwrap();
        }
        assert!(cfg!(debug_assertions) || begun.elapsed() < Duration::from_secs(5));
        let dropped = lines.dropped();
        assert!((498..=500).contains(&dropped), "{dropped}");
        lines.settle(Duration::from_millis(20));
        drop(held);
        lines.settle(Duration::from_secs(10));
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert!(text.starts_with("0\n"), "{text}");
        assert!(text.contains(&format!("\"dropped\":{dropped}")), "what was dropped is told");
    }

    #[test]
    fn a_line_is_cut_where_it_is_too_long() {
        let sink = Sink::default();
        let mut lines = Lines::to(sink.clone()).unwrap();
        lines.write_all(&vec![b'x'; MOST_LINE * 3]).unwrap();
        lines.settle(Duration::from_secs(10));
        assert_eq!(sink.0.lock().unwrap().len(), MOST_LINE + 1);
    }
}
