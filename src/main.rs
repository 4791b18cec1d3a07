//! The binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    pasarela::cli::main()
}
