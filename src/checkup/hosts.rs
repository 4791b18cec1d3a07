//! The servers that the operator allows by name.

use http::Request;

use super::State;
use crate::outbound::{Outbound, OutboundError};

/// Any answer will do, over HTTPS or else over plain HTTP: which calendars there are is each person's matter.
pub(super) fn look(outbound: &Outbound, host: &str) -> State {
    let https = match knock(outbound, "https", host) {
        Ok(()) => return State::Fine("answers over HTTPS".to_owned()),
        Err(error) => error,
    };
    if matches!(https, OutboundError::Tls(_) | OutboundError::Broken(_)) && knock(outbound, "http", host).is_ok() {
        return State::Fine("answers over plain HTTP, which caldav.allowed_hosts allows here".to_owned());
    }
    State::Wrong(format!("{https}; start that server, or take the entry out of caldav.allowed_hosts"))
}

fn knock(outbound: &Outbound, scheme: &str, host: &str) -> Result<(), OutboundError> {
    let request = Request::get(format!("{scheme}://{host}/"))
        .body(Vec::new())
        .map_err(|_| OutboundError::NotAllowed(format!("{host} is no host:port")))?;
    match outbound.send(request) {
        Ok(_) | Err(OutboundError::TooLarge(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
