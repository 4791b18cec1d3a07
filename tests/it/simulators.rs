//! The simulators over real sockets: faults on the wire, many connections, stopping.

mod google;

use std::net::SocketAddr;
use std::time::Duration;

use simulators::wire::{Lost, Rule};
use simulators::{caldav, puentes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// Longer than any answer here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client on one kept-alive connection that sees the bytes as they come.
struct Client {
    stream: TcpStream,
    read: Vec<u8>,
    authorization: &'static str,
}

/// Alice of the CalDAV server.
const ALICE: &str = "Basic YWxpY2U6c2VjcmV0";

/// What came back before the end of the answer or of the connection.
#[derive(Debug, Default)]
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
    /// The connection ended before the whole answer was there.
    cut: bool,
}

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        Self {
            stream: TcpStream::connect(address).await.expect("a connection"),
            read: Vec::new(),
            authorization: ALICE,
        }
    }

    async fn send(&mut self, line: &str, headers: &str, body: &str) {
        let head = format!(
            "{line} HTTP/1.1\r\nHost: sim\r\nAuthorization: {}\r\nContent-Length: {}\r\n{headers}\r\n",
            self.authorization,
            body.len()
        );
        self.stream.write_all(format!("{head}{body}").as_bytes()).await.expect("sent");
    }

    /// Reads one answer; `cut` when the connection ends first.
    async fn receive(&mut self) -> Got {
        let mut got = Got::default();
        let head_end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.more().await {
                return Got { cut: true, ..got };
            }
        };
        got.head = String::from_utf8(self.read.drain(..head_end).collect()).expect("a head").to_lowercase();
        got.status = got.head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let length = got.head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
        while self.read.len() < length {
            if !self.more().await {
                got.cut = true;
                break;
            }
        }
        got.body = self.read.drain(..length.min(self.read.len())).collect();
        got
    }

    async fn more(&mut self) -> bool {
        let mut buffer = [0; 4096];
        // A reset is an end, too.
        let count = timeout(PATIENCE, self.stream.read(&mut buffer)).await.expect("no endless silence").unwrap_or(0);
        self.read.extend_from_slice(&buffer[..count]);
        count > 0
    }

    async fn ask(&mut self, line: &str, body: &str) -> Got {
        self.send(line, "", body).await;
        self.receive().await
    }
}

fn event(uid: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T080000Z\r\n\
         DTSTART:20261105T100000Z\r\nDTEND:20261105T110000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

async fn calendar() -> caldav::Server {
    caldav::start(ANY, caldav::Options::default()).await.expect("started")
}

fn rule(pattern: &str) -> Rule {
    Rule { pattern: pattern.to_owned(), ..Rule::default() }
}

async fn put(server: &caldav::Server, name: &str) -> Got {
    let mut client = Client::connect(server.address).await;
    client.ask(&format!("PUT /dav/calendars/alice/personal/{name}.ics"), &event(name)).await
}

#[tokio::test]
async fn a_lost_answer_was_carried_out_and_a_lost_request_was_not() {
    let server = calendar().await;
    server.set_faults(vec![Rule { lost: Some(Lost::Answer), ..rule("^PUT .*answer") }]).expect("rules");
    let got = put(&server, "answer").await;
    assert!(got.cut && got.status == 0, "not a byte of answer: {got:?}");
    assert_eq!(server.objects("alice", "personal").len(), 1);

    server.set_faults(vec![Rule { lost: Some(Lost::Request), ..rule("^PUT") }]).expect("rules");
    assert!(put(&server, "request").await.cut);
    assert_eq!(server.objects("alice", "personal").len(), 1);

    server.set_faults(Vec::new()).expect("rules");
    assert_eq!(put(&server, "request").await.status, 201);
}

#[tokio::test]
async fn half_an_answer_announces_the_whole() {
    let server = calendar().await;
    put(&server, "a").await;
    server.set_faults(vec![Rule { lost: Some(Lost::Half), ..rule("^GET") }]).expect("rules");
    let mut client = Client::connect(server.address).await;
    let got = client.ask("GET /dav/calendars/alice/personal/a.ics", "").await;
    assert!(got.cut && got.status == 200);
    assert_eq!(got.body.len(), event("a").len() / 2);
}

#[tokio::test]
async fn a_status_comes_with_its_headers_on_every_third_request() {
    let server = calendar().await;
    let faults = r#"{"match": "^PUT", "status": 429, "headers": {"Retry-After": "2"}, "body": "slow down", "every": 3, "times": 1}"#;
    let mut control = Client::connect(server.address).await;
    assert_eq!(control.ask("POST /__sim/faults", faults).await.status, 200);
    assert_eq!(control.ask("POST /__sim/faults", r#"{"match": "("}"#).await.status, 400);
    let mut statuses = Vec::new();
    let mut client = Client::connect(server.address).await;
    for name in ["a", "b", "c", "d", "e", "f"] {
        let got = client.ask(&format!("PUT /dav/calendars/alice/personal/{name}.ics"), &event(name)).await;
        if got.status == 429 {
            assert!(got.head.contains("retry-after: 2\r\n") && got.body == b"slow down");
        }
        statuses.push(got.status);
    }
    assert_eq!(statuses, [201, 201, 429, 201, 201, 201]);
    let tally = control.ask("GET /__sim/faults", "").await;
    let tally: serde_json::Value = serde_json::from_slice(&tally.body).expect("JSON");
    assert_eq!((tally[0]["fits"].as_u64(), tally[0]["used"].as_u64()), (Some(6), Some(1)));
    assert_eq!(server.counts().of("PUT"), 6);
    assert_eq!(control.ask("DELETE /__sim/faults", "").await.status, 204);
    assert_eq!(control.ask("DELETE /__sim/requests", "").await.status, 204);
    assert_eq!(server.counts().total, 0, "control calls are not counted");
}

#[tokio::test]
async fn a_delayed_answer_holds_up_nobody_else() {
    let server = calendar().await;
    server.set_faults(vec![Rule { delay: 3_600_000, ..rule("^PUT .*slow") }]).expect("rules");
    let mut slow = Client::connect(server.address).await;
    slow.send("PUT /dav/calendars/alice/personal/slow.ics", "", &event("slow")).await;
    assert_eq!(put(&server, "fast").await.status, 201);
    let mut byte = [0];
    let silence = timeout(Duration::from_millis(50), slow.stream.read(&mut byte)).await;
    assert!(silence.is_err(), "the answer is held back");
    assert_eq!(server.objects("alice", "personal").len(), 2, "what is delayed was carried out");
}

#[tokio::test]
async fn a_held_answer_comes_when_the_rules_change() {
    let server = calendar().await;
    server.set_faults(vec![Rule { held: true, ..rule("^PUT .*slow") }]).expect("rules");
    let mut slow = Client::connect(server.address).await;
    slow.send("PUT /dav/calendars/alice/personal/slow.ics", "", &event("slow")).await;
    assert_eq!(put(&server, "fast").await.status, 201);
    assert_eq!(server.objects("alice", "personal").len(), 2, "what is held was carried out");
    let mut byte = [0];
    assert!(timeout(Duration::from_millis(50), slow.stream.read(&mut byte)).await.is_err(), "the answer is held back");
    server.set_faults(Vec::new()).expect("no rules");
    assert_eq!(slow.stream.read(&mut byte).await.expect("an answer"), 1);
}

#[tokio::test]
async fn eight_connections_are_kept_alive_for_all_their_requests() {
    let server = calendar().await;
    let mut clients = tokio::task::JoinSet::new();
    for lane in 0..8 {
        let address = server.address;
        clients.spawn(async move {
            let mut client = Client::connect(address).await;
            for n in 0..50 {
                let name = format!("{lane}-{n}");
                let got = client.ask(&format!("PUT /dav/calendars/alice/personal/{name}.ics"), &event(&name)).await;
                assert_eq!((got.status, got.cut), (201, false));
            }
        });
    }
    while let Some(done) = clients.join_next().await {
        done.expect("a client that succeeds");
    }
    assert_eq!(server.objects("alice", "personal").len(), 400);
    let counts = server.counts();
    assert_eq!((counts.connections, counts.of("PUT"), counts.lines.len()), (8, 400, 400));
}

#[tokio::test]
async fn a_head_has_no_body_and_a_huge_request_is_refused() {
    let server = calendar().await;
    put(&server, "a").await;
    let mut client = Client::connect(server.address).await;
    client.send("HEAD /dav/calendars/alice/personal/a.ics", "", "").await;
    client.send("OPTIONS /dav/", "Connection: close\r\n", "").await;
    let mut all = Vec::new();
    timeout(PATIENCE, client.stream.read_to_end(&mut all)).await.expect("an end").expect("read");
    let all = String::from_utf8(all).expect("text").to_lowercase();
    assert_eq!(all.matches("http/1.1 200").count(), 2);
    assert!(all.contains("etag: \"") && all.contains("dav: 1, 3, extended-mkcol, calendar-access"));
    assert!(!all.contains("begin:vcalendar"));

    let mut client = Client::connect(server.address).await;
    client.send("PUT /dav/calendars/alice/personal/b.ics", "", &"x".repeat(2 * 1024 * 1024)).await;
    let got = client.receive().await;
    assert_eq!(got.status, 403);
    assert!(String::from_utf8_lossy(&got.body).contains("max-resource-size"));
}

#[tokio::test]
async fn the_second_door_leads_into_the_same_house() {
    let server = calendar().await;
    assert_ne!(server.url, server.other_url());
    put(&server, "a").await;
    let other: SocketAddr = server.other_url().trim_start_matches("http://").parse().expect("an address");
    let got = Client::connect(other).await.ask("GET /dav/calendars/alice/personal/a.ics", "").await;
    assert_eq!(got.status, 200);
}

#[tokio::test]
async fn stopping_and_dropping_both_close_everything_and_free_the_port() {
    for gently in [true, false] {
        let server = puentes::start(ANY, puentes::Options::default()).await.expect("started");
        let address = server.address;
        let mut idle = Client::connect(address).await;
        assert_eq!(idle.ask("GET /", "").await.status, 200);
        server.set_dial(puentes::Dial { fault: puentes::Fault::Hang, ..puentes::Dial::default() });
        let mut hanging = Client::connect(address).await;
        let key = server.secure_key(puentes::SEEDED_PHONE);
        hanging.send(&format!("GET /events?phone_number=%2B593991234567&secure_key={key}"), "", "").await;
        if gently {
            timeout(PATIENCE, server.stop()).await.expect("it stops");
        } else {
            drop(server);
        }
        assert!(idle.receive().await.cut);
        assert!(hanging.receive().await.cut);
        let again = timeout(PATIENCE, async {
            loop {
                if let Ok(server) = puentes::start(address, puentes::Options::default()).await {
                    return server;
                }
                tokio::task::yield_now().await;
            }
        });
        again.await.expect("the port is free");
    }
}

#[tokio::test]
async fn the_seeded_agenda_arrives_page_by_page_and_a_cut_page_is_cut() {
    let server = puentes::start(ANY, puentes::Options::default()).await.expect("started");
    server.set_dial(puentes::Dial { page_size: 5, ..puentes::Dial::default() });
    let key = server.secure_key(puentes::SEEDED_PHONE);
    let line = format!("GET /events?phone_number=%2B593991234567&secure_key={key}");
    let mut client = Client::connect(server.address).await;
    let (mut cursor, mut sizes) = (String::new(), Vec::new());
    loop {
        let got = client.ask(&format!("{line}{cursor}"), "").await;
        let page: serde_json::Value = serde_json::from_slice(&got.body).expect("JSON");
        sizes.push(page["events"].as_array().expect("a list").len());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(sizes, [5, 5, 2]);
    server.set_dial(puentes::Dial { fault: puentes::Fault::Cut, ..puentes::Dial::default() });
    let got = client.ask(&line, "").await;
    assert!(got.cut && got.status == 200 && !got.body.is_empty());
}
