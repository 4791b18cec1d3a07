//! Where the command line hands over to what runs: one call each.

use std::io::ErrorKind;
use std::net::SocketAddr;

use super::Stop;
use super::args::GoogleAt;
use super::out::Out;
use crate::config::Config;
use crate::serve::ServeError;
use crate::vault::Others;
use crate::{api, serve};

pub(super) fn serve(config: Config, others: Others) -> Result<(), Stop> {
    serve::run(config, others).map_err(failed)
}

pub(super) fn demo(listen: Option<SocketAddr>, out: &mut Out) -> Result<(), Stop> {
    serve::demo::run(listen, out).map_err(|error| match &error {
        ServeError::Listen { source, .. } if source.kind() == ErrorKind::AddrInUse => {
            Stop::Failed(format!("{error}\nChoose another address: pasarela demo --listen 127.0.0.1:PORT"))
        }
        _ => failed(error),
    })
}

pub(super) fn simulate_puentes(listen: SocketAddr, out: &mut Out) -> Result<(), Stop> {
    serve::until_ended(simulators::puentes::run(listen, simulators::puentes::Options::default(), out)).map_err(failed)
}

pub(super) fn simulate_caldav(listen: SocketAddr, out: &mut Out) -> Result<(), Stop> {
    serve::until_ended(simulators::caldav::run(listen, simulators::caldav::Options::default(), out)).map_err(failed)
}

pub(super) fn simulate_google(at: GoogleAt, out: &mut Out) -> Result<(), Stop> {
    let tokens = at.token.into_iter().map(|token| (at.user.clone(), token)).collect();
    let options = simulators::google::Options { users: vec![at.user], tokens, ..Default::default() };
    serve::until_ended(simulators::google::run(at.listen, options, out)).map_err(failed)
}

pub(super) fn openapi_yaml() -> String {
    api::openapi_yaml()
}

pub(super) fn openapi_json() -> String {
    api::openapi_json()
}

fn failed(error: impl std::fmt::Display) -> Stop {
    Stop::Failed(error.to_string())
}
