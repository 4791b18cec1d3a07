//! How names become addresses, and what it means that they do not.
//!
//! Rule: that a name does not exist is said by a name server. Where none answers, nothing is known of the name.

use std::fmt;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::OutboundError;

/// Who makes addresses of names.
pub(super) trait Lookup: fmt::Debug + Send + Sync {
    /// All addresses of `name`, within the time given.
    fn addresses(&self, name: &str, within: Duration) -> Result<Vec<IpAddr>, OutboundError>;
}

/// The system's resolver, in a thread of its own because it takes no deadline. One that is given up on ends by itself
/// when the system's own patience does.
#[derive(Debug)]
pub(super) struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: &str, within: Duration) -> Result<Vec<IpAddr>, OutboundError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let asked = (name.to_owned(), 0);
        let thread = std::thread::Builder::new().name("lookup".to_owned()).spawn(move || {
            // Nobody listens any more when the deadline has passed.
            let _ = sender.send(asked.to_socket_addrs().map(|found| found.map(|a| a.ip()).collect()));
        });
        thread.map_err(|error| OutboundError::NoLookup(format!("no thread to resolve {name}: {error}")))?;
        match receiver.recv_timeout(within) {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(not_found(name, &error)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(OutboundError::NoLookup(format!(
                "the name {name} was not found in time: no name server has answered"
            ))),
        }
    }
}

/// How glibc and musl say `EAI_AGAIN` (getaddrinfo(3)): no name server has answered. Rust hands on nothing but the words.
const ASK_AGAIN: [&str; 2] = ["Temporary failure in name resolution", "Try again"];

/// Why there are no addresses: there are none, or nobody could be asked.
fn not_found(name: &str, error: &std::io::Error) -> OutboundError {
    let said = error.to_string();
    if ASK_AGAIN.iter().any(|words| said.contains(words)) {
        return OutboundError::NoLookup(format!("the name {name} can't be looked up now: no name server has answered"));
    }
    OutboundError::NoConnection(format!("the name {name} can't be found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_server_that_is_down_says_nothing_about_the_name() {
        let found = |words: &str| not_found("dav.example.org", &std::io::Error::other(words));
        for words in ["Temporary failure in name resolution", "Try again"] {
            let said = format!("failed to lookup address information: {words}");
            assert!(matches!(found(&said), OutboundError::NoLookup(_)), "{words}");
        }
        for words in ["Name or service not known", "Name does not resolve", "No address associated with hostname"] {
            let said = format!("failed to lookup address information: {words}");
            assert!(matches!(found(&said), OutboundError::NoConnection(_)), "{words}");
        }
    }
}
