//! The binary.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// What was needed once goes back to the system within seconds, by threads of its own. The C library's allocator kept the
/// highest point for good: one large answer made a large process.
#[global_allocator]
static MEMORY: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    pasarela::cli::main()
}
