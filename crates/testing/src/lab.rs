//! What the benches measure with. All figures are ratios or sums of one run on one machine: absolute times of another
//! machine say nothing.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::resident;

/// Linux counts CPU time in these; `getconf CLK_TCK` is 100 on every platform that we run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Time since it was started.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// From now on.
    pub fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a bench measures durations")]
        Self(Instant::now())
    }

    /// How long it is.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// The same in seconds.
    pub fn seconds(&self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

/// CPU seconds that a process has used so far, in user and kernel mode, all threads together.
pub fn cpu_seconds(process: &Child) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).expect("the process runs");
    // The second field, the name in brackets, may hold spaces; utime and stime are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND
}

/// MB (10^6 bytes) of a process that are in memory now.
pub fn resident_megabytes(process: &Child) -> f64 {
    resident::megabytes(resident::now(process))
}

/// The middle of several measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints the head of the table that [`row`] fills.
pub fn head(title: &str) {
    println!("\n{title}\n\n| figure | value | aim |\n| --- | ---: | ---: |");
}

/// One line: figure, value, aim (`-` for those that only explain others).
pub fn row(figure: &str, value: &str, aim: &str) {
    println!("| {figure} | {value} | {aim} |");
}
