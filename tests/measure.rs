//! Running a command and measuring it from outside: wall time, processor time and peak memory. Linux only, as the
//! phones it is measured against.

use std::fs;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What a finished command cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Seconds by the clock.
    pub wall: f64,
    /// Seconds of user and system time.
    pub cpu: f64,
    /// Largest resident set, in MB, sampled every few milliseconds.
    pub peak: f64,
}

/// Ticks a second in /proc; Linux has used 100 on every architecture that Rust knows.
const TICKS: f64 = 100.0;

/// Seconds of user and system time that this process has taken so far.
pub fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = fields(&stat);
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / TICKS
}

/// Nanoseconds that this thread has had of the processor so far.
pub fn thread_time() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split_whitespace().next();
    nanoseconds.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started or fails.
pub fn cost(command: &mut Command) -> Cost {
    let (cost, status) = measured(command);
    assert!(status.success(), "{command:?}: {status}");
    cost
}

/// Runs a command to its end, however it ends.
///
/// # Panics
/// When it cannot be started.
pub fn measured(command: &mut Command) -> (Cost, ExitStatus) {
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let proc = format!("/proc/{}", child.id());
    let mut peak = 0.0_f64;
    let (wall, cpu) = loop {
        let stat = fs::read_to_string(format!("{proc}/stat")).unwrap_or_default();
        let fields = fields(&stat);
        if fields.first() == Some(&"Z") {
            let ticks = |field: usize| fields[field].parse::<f64>().unwrap_or(0.0);
            break (began.elapsed().as_secs_f64(), (ticks(11) + ticks(12)) / TICKS);
        }
        let status = fs::read_to_string(format!("{proc}/status")).unwrap_or_default();
        let held = status.lines().find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix("kB")?
                .trim()
                .parse()
                .ok()
        });
        peak = peak.max(held.unwrap_or(0.0) / 1000.0);
        sleep(Duration::from_millis(2));
    };
    let status = child.wait().unwrap_or_else(|error| panic!("{error}"));
    (Cost { wall, cpu, peak }, status)
}

/// The fields of /proc/PID/stat after the command's name, which stands in brackets and may hold anything: its state, its
/// parent, and numbers.
fn fields(stat: &str) -> Vec<&str> {
    let after = stat.rsplit(')').next().unwrap_or_default();
    after.split_whitespace().collect()
}

/// The processes that a process started, and those that they started.
pub fn below(parent: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((process, fields(&stat).get(1)?.parse().ok()?))
        })
        .collect();
    let mut found = vec![parent];
    let mut at = 0;
    while let Some(known) = found.get(at).copied() {
        found.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == known)
                .map(|(process, _)| process),
        );
        at += 1;
    }
    found.split_off(1)
}

/// The memory of these processes in MB, what they share with others divided by the number of sharers (PSS). One that has
/// ended counts nothing.
pub fn memory(processes: &[u32]) -> f64 {
    let sizes = processes.iter().filter_map(|process| {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()
    });
    sizes.sum::<f64>() / 1000.0
}

/// The middle of a few numbers.
pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
