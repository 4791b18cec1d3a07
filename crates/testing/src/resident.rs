//! How much memory a process holds, as the system counts it (`/proc/PID/status`, proc_pid_status(5)), and how that grows
//! with what is sent to it.
//!
//! A growth is the highest point while something happens, over what was held before: an allocation that is given back at once
//! ends a process as surely as one that stays.

use std::fs;
use std::process::Child;

/// What twice as much may cost, of what once as much did. Proportional is 2; buffers that double, and what a warm process
/// holds beside, are the rest.
const MOST_FOR_TWICE: f64 = 2.5;
/// Bytes. Below this, what is measured is the allocator and the stacks of threads.
pub const NOISE: u64 = 8 << 20;

/// Bytes that are in memory now.
pub fn now(process: &Child) -> u64 {
    bytes(process, "VmRSS:")
}

/// Bytes in words.
pub fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes >> 10).unwrap_or(u32::MAX)) * 1024.0 / 1e6
}

/// Bytes that a process held at its highest point during `act`, over what it held before.
pub fn growth(process: &Child, act: impl FnOnce()) -> u64 {
    // 5: the highest point is now (proc_pid_clear_refs(5)).
    fs::write(format!("/proc/{}/clear_refs", process.id()), "5").expect("one's own process");
    let before = now(process);
    act();
    bytes(process, "VmHWM:").saturating_sub(before)
}

/// From now on the highest point of this process is counted anew; answers what it holds now, in bytes.
pub(crate) fn mark_own() -> u64 {
    fs::write("/proc/self/clear_refs", "5").expect("one's own process");
    of("self", "VmRSS:")
}

/// The highest point of this process since then, in bytes.
pub(crate) fn own_peak() -> u64 {
    of("self", "VmHWM:")
}

/// Measures what `size` costs, and twice of it, and fails where twice as much costs more than twice (and a half). Answers
/// both figures, in bytes. What is measured starts from nothing each time: memory that was held before is used again.
pub fn grows_in_proportion(what: &str, size: usize, mut growth: impl FnMut(usize) -> u64) -> [u64; 2] {
    let costs = [growth(size), growth(size * 2)];
    let [once, twice] = costs.map(|cost| megabytes(cost.max(NOISE)));
    println!("{what}: {size} costs {:.1} MB, twice of it {:.1} MB", megabytes(costs[0]), megabytes(costs[1]));
    assert!(twice <= once * MOST_FOR_TWICE, "{what}: {size} costs {once:.1} MB, and twice of it {twice:.1} MB");
    costs
}

fn bytes(process: &Child, name: &str) -> u64 {
    of(&process.id().to_string(), name)
}

fn of(process: &str, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of that name");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number of KiB");
    kib << 10
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn what_was_given_back_counts_as_well() {
        // Awk holds a long text, then forgets it and says so.
        let program = "{ text = sprintf(\"%*s\", $1, \"\"); text = \"\"; print \"done\"; fflush() }";
        let mut child = Command::new("awk").arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut asked, mut told) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut hold = |bytes: u64| {
            writeln!(asked, "{bytes}").unwrap();
            told.read_line(&mut String::new()).unwrap();
        };
        hold(1);
        let grown = growth(&child, || hold(64 << 20));
        assert!((60 << 20..256 << 20).contains(&grown), "{grown}");
        let later = growth(&child, || hold(1));
        assert!(later < 8 << 20, "{later}");
        drop(asked);
        child.wait().unwrap();
    }

    #[test]
    #[should_panic(expected = "twice of it")]
    fn what_grows_with_the_square_is_found() {
        let square = |size: usize| (size as u64).pow(2);
        grows_in_proportion("a square", 10_000, square);
    }
}
