//! Ways to make the gateway call on its own machine or network (SSRF), tried at the door that takes addresses from
//! strangers. Somebody listens on all of this machine's addresses, and is never called.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use testing::in_process::TestGateway;

/// Hosts that are this machine, its network, or the cloud's metadata, as people spell them who hope to be misread.
const HOSTS: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0X7F.1",
    "017700000001",
    "0177.0.0.01",
    "0177.1",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127．0．0．1",
    "0",
    "0.0.0.0",
    "000.000.000.000",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "lo\u{ad}calhost",
    "ⓛocalhost",
    "ip6-localhost",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:0:0:0:0:80ff:fffe]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[2001:db8::1]",
    "10.0.0.1",
    "10.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.168.257",
    "100.64.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "[::ffff:169.254.169.254]",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
];

/// The same hidden behind something that looks sound; `{}` is `host:port` of who listens.
const DISGUISES: &[&str] = &[
    "https://dav.example.org@{}/",
    "https://dav.example.org:443@{}/",
    "https://dav.example.org%40{}/",
    "https://{}#@dav.example.org/",
    "https://{}?@dav.example.org/",
    "https://{}\\@dav.example.org/",
    "https://dav.example.org\\@{}/",
    "https:///{}/",
    "https:{}/",
    "https:\\\\{}\\",
    "\thttps://{}/",
    "https://{}\t/",
    "ht\ntps://{}/",
    "https://\u{200b}{}/",
    "https://{}\u{2028}/",
    "http://{}/",
    "HTTP://{}/",
    "//{}/",
    "{}",
    "ana@{}",
    "gopher://{}/",
    "file:///etc/passwd",
    "ftp://{}/",
    "unix:/run/x",
    "caldav://{}/",
    "caldavs://{}/",
    "webcal://{}/",
    "jar:https://{}/!/",
    "data:text/calendar,x",
    "https://{}:443/",
];

/// A listener on every address, and how often it was called.
fn canary() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("[::]:0").or_else(|_| TcpListener::bind("0.0.0.0:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        for _ in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, calls)
}

#[test]
fn no_address_of_a_stranger_leads_inside() {
    let gateway = TestGateway::start();
    let (port, calls) = canary();
    let spelled = HOSTS.iter().flat_map(|host| {
        [format!("https://{host}:{port}/"), format!("http://{host}:{port}/dav/"), format!("ana@{host}:{port}")]
    });
    let disguised = DISGUISES.iter().map(|way| way.replace("{}", &format!("127.0.0.1:{port}")));
    let mut tried = 0;
    for url in spelled.chain(disguised) {
        let account = json!({"provider": "caldav", "caldav": {"url": url, "username": "ana", "password": "invented"}});
        let answer = gateway.ask("POST", "/link", Some(account));
        assert_eq!(answer.status, 422, "{url:?}: {answer:?}");
        let codes = ["address_not_allowed", "invalid_field", "calendar_unreachable"];
        assert!(codes.contains(&answer.code()), "{url:?}: {answer:?}");
        assert!(!answer.text.contains("invented"), "{url:?}: {answer:?}");
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
    // One call of our own: who listens does listen.
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    testing::eventually("our own call", std::time::Duration::from_secs(60), || {
        (calls.load(Ordering::SeqCst) > 0).then_some(())
    });
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
