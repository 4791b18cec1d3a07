//! The system's limit of file descriptors, of which each connection takes one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is needed beside the connections of clients: the database, and calls to providers and client systems.
const RESERVE: u64 = 512;

/// Raises the limit for `connections` as far as the process may; answers for how many it is enough.
pub(super) fn enough_for(connections: usize) -> usize {
    let wanted = connections as u64 + RESERVE;
    let limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(u64::MAX);
    let most = limit.maximum.unwrap_or(u64::MAX);
    let raised = wanted.min(most).max(now);
    let raising = Rlimit { current: Some(raised), maximum: limit.maximum };
    let has = if raised > now && setrlimit(Resource::Nofile, raising).is_ok() { raised } else { now };
    let enough = within(connections, has);
    if enough < connections {
        tracing::warn!(
            descriptors = has,
            connections = enough,
            "the system allows too few file descriptors for server.connections; raise its limit (LimitNOFILE, ulimit -n)"
        );
    }
    enough
}

/// How many connections `descriptors` leave, of those that are wanted. Where even the reserve is not there, half.
fn within(connections: usize, descriptors: u64) -> usize {
    let left = descriptors.saturating_sub(RESERVE).max(descriptors / 2);
    connections.min(usize::try_from(left).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_rest() {
        assert_eq!(within(4096, 524_288), 4096);
        assert_eq!(within(4096, 4096), 3584);
        assert_eq!(within(4096, 1024), 512);
        assert_eq!(within(4096, 256), 128);
        assert_eq!(within(16, 1024), 16);
    }

    #[test]
    fn the_limit_is_raised_as_far_as_needed_and_never_lowered() {
        let before = getrlimit(Resource::Nofile).current;
        assert_eq!(enough_for(16), 16);
        assert_eq!(getrlimit(Resource::Nofile).current, before);
    }
}
