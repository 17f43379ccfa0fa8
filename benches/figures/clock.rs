//! What a thread and the process used, and how a series of times is told.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Milliseconds that this thread ran.
pub fn thread() -> f64 {
    read(ClockId::ThreadCPUTime)
}

/// Milliseconds that all threads of the process ran.
pub fn process() -> f64 {
    read(ClockId::ProcessCPUTime)
}

fn read(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// Gives the allocator the time after which it returns memory.
pub fn settle() {
    std::thread::sleep(Duration::from_millis(300));
}

/// Resident memory in MiB, where the system tells it.
pub fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|text| text.split(' ').nth(1)?.parse().ok()).map_or(0, |pages: usize| pages / 256)
}

/// How many cores there are to use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The time below which such a share of the times lies.
pub fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(((times.len().max(1) - 1) as f64 * share).round() as usize).copied().unwrap_or(0.0)
}

/// `p50 · p99` in milliseconds.
pub fn spread(times: &mut [f64]) -> String {
    format!("{:.2} · {:.2}", at(times, 0.5), at(times, 0.99))
}
