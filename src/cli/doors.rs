//! Where the command line hands over to what runs: one call each.

use std::net::SocketAddr;

use super::Stop;
use super::out::Out;
use crate::config::Config;

pub(super) fn serve(_config: Config) -> Result<(), Stop> {
    not_yet("serve")
}

pub(super) fn demo(_listen: SocketAddr, _out: &mut Out) -> Result<(), Stop> {
    not_yet("demo")
}

pub(super) fn simulate_puentes(_listen: SocketAddr, _out: &mut Out) -> Result<(), Stop> {
    not_yet("simulate puentes")
}

pub(super) fn simulate_caldav(_listen: SocketAddr, _out: &mut Out) -> Result<(), Stop> {
    not_yet("simulate caldav")
}

pub(super) fn openapi_yaml() -> Result<String, Stop> {
    not_yet("openapi")
}

pub(super) fn openapi_json() -> Result<String, Stop> {
    not_yet("openapi --json")
}

fn not_yet<T>(command: &str) -> Result<T, Stop> {
    Err(Stop::Failed(format!("`{command}` is not in this build yet")))
}
