//! The servers that `tests/run` starts, and the way to them through a proxy.

use testing::faults::FaultProxy;
use testing::servers::CaldavServer;

#[test]
fn the_servers_answer() {
    for server in CaldavServer::all() {
        let mut client = server.client();
        let answer = client.send("PROPFIND", &server.home_path(), &[("Depth", "0")], b"").unwrap();
        assert_eq!(answer.status, 207, "{}: {}", server.name, answer.text());
    }
}

#[test]
fn the_servers_answer_through_a_proxy_with_paths_that_stay_behind_it() {
    for server in CaldavServer::all() {
        let proxy = FaultProxy::start(server.host(), &[]);
        let proxied = server.behind(&proxy.url());
        let mut client = proxied.client();
        let answer = client.send("PROPFIND", &proxied.home_path(), &[("Depth", "1")], b"").unwrap();
        assert_eq!(answer.status, 207, "{}: {}", server.name, answer.text());
        assert!(!answer.text().contains(server.host()), "{} names itself: {}", server.name, answer.text());
        // A challenge, and its answer.
        assert_eq!(proxy.log().len(), 1 + usize::from(server.digest), "{}", server.name);
    }
}
