//! Where the configuration is.

use std::path::PathBuf;

use clap::Args as Group;

#[derive(Debug, Group)]
pub(in crate::cli) struct Place {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
}
