//! Floods of HTTP/2 frames, each of which once took a server down somewhere. What is asked here is the same of all: who
//! behaves is answered meanwhile, and what the flood occupies has a bound.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use testing::gateway::{Gateway, Phone};
use testing::resident;

/// Bytes that one flood may occupy. What it sends is some times as much.
const MOST: u64 = 64 << 20;
/// How long one write of a flood may stand still: then the server has stopped reading it.
const STANDS_STILL: Duration = Duration::from_secs(2);
/// Answers to who behaves that have to come during each flood.
const ANSWERS: usize = 20;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The nth stream of a client.
fn stream(n: u32) -> u32 {
    2 * n + 1
}

/// `GET /` of the static table, with a host that enters no table (RFC 7541, appendix A and §6.2.2).
fn get() -> Vec<u8> {
    [&[0x82, 0x86, 0x84, 0x01, 1][..], b"x"].concat()
}

/// `POST /` without the end of its body.
fn post(n: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream(n), &[&[0x83, 0x86, 0x84, 0x01, 1][..], b"x"].concat())
}

/// The nth piece of a flood; none once it is over.
type Flood = fn(u32) -> Option<Vec<u8>>;

const FLOODS: &[(&str, Flood)] = &[
    ("streams that are opened and reset", |n| {
        let asked = frame(HEADERS, END_HEADERS | END_STREAM, stream(n), &get());
        (n < 50_000).then(|| [asked, frame(RESET, 0, stream(n), &8_u32.to_be_bytes())].concat())
    }),
    ("streams that the server is made to reset", |n| {
        (n < 50_000).then(|| [post(n), frame(WINDOW_UPDATE, 0, stream(n), &[0; 4])].concat())
    }),
    ("streams that are opened and left", |n| (n < 50_000).then(|| post(n))),
    ("a head that never ends", |n| {
        let (kind, head) = if n == 0 { (HEADERS, get()) } else { (CONTINUATION, name_and_value(n)) };
        (n < 8_000).then(|| frame(kind, 0, 1, &head))
    }),
    ("a head that unpacks to far more than was sent", |n| {
        let first = [get(), vec![0x40, 1, b'a', 0x7f, 0xa1, 0x1e], vec![b'v'; 4_000]].concat();
        let again = [get(), vec![0xbe; 8_000]].concat();
        (n < 2_000).then(|| frame(HEADERS, END_HEADERS | END_STREAM, stream(n), if n == 0 { &first } else { &again }))
    }),
    ("settings", |n| (n < 300_000).then(|| frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 100]))),
    ("pings", |n| (n < 500_000).then(|| frame(PING, 0, 0, &[7; 8]))),
    ("priorities", |n| (n < 500_000).then(|| frame(PRIORITY, 0, stream(n), &[0, 0, 0, 0, 1]))),
    ("data without data", |n| (n < 500_000).then(|| if n == 0 { post(0) } else { frame(DATA, 0, stream(0), &[]) })),
    ("a window that is raised without end", |n| {
        (n < 200_000).then(|| frame(WINDOW_UPDATE, 0, 0, &0x7fff_ffff_u32.to_be_bytes()))
    }),
    ("answers that nobody takes", |n| {
        let none = frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]);
        let viewer = [&[0x82, 0x86, 0x44, 15][..], b"/docs/viewer.js", &[0x01, 1], b"x"].concat();
        let asked = frame(HEADERS, END_HEADERS | END_STREAM, stream(n), &viewer);
        (n < 20_000).then(|| if n == 0 { [none, asked].concat() } else { asked })
    }),
];

/// A header that was never sent before.
fn name_and_value(n: u32) -> Vec<u8> {
    let name = format!("x-{n:06}");
    let value = [b'v'; 100];
    [&[0x00, u8::try_from(name.len()).unwrap()][..], name.as_bytes(), &[100], &value].concat()
}

/// Sends all of it over one connection, until it is over, the server hangs up, or no longer reads. What the server says is
/// not read either.
fn pour(address: &str, flood: Flood) {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_write_timeout(Some(STANDS_STILL)).unwrap();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    for n in 0.. {
        let next = flood(n);
        if next.is_none() || bytes.len() > 64 << 10 {
            if connection.write_all(&bytes).is_err() {
                return;
            }
            bytes.clear();
        }
        let Some(next) = next else { break };
        bytes.extend(next);
    }
    // All was taken in: what becomes of it is seen before the connection ends.
    connection.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let _ = connection.read(&mut [0; 16]);
}

#[test]
fn a_flood_of_frames_occupies_little_and_who_behaves_is_answered() {
    let gateway = Gateway::start(&[], "");
    let address = gateway.address();
    let phone = Phone::nth(1);
    for (what, flood) in FLOODS {
        let over = AtomicBool::new(false);
        let grown = resident::growth(gateway.child.as_ref().unwrap(), || {
            std::thread::scope(|scope| {
                let pouring = scope.spawn(|| {
                    pour(&address, *flood);
                    over.store(true, Ordering::SeqCst);
                });
                let mut answers = 0;
                while answers < ANSWERS || !over.load(Ordering::SeqCst) {
                    let answer = gateway.client().send("GET", "/events", &phone.headers(), b"").unwrap();
                    assert_eq!(answer.status, 200, "during {what}");
                    answers += 1;
                }
                pouring.join().unwrap();
            });
        });
        println!("{what}: {:.1} MB", resident::megabytes(grown));
        assert!(grown < MOST, "{what}: {:.1} MB", resident::megabytes(grown));
    }
    assert!(!gateway.whole_log().contains("panicked"), "{}", gateway.log());
}

/// The frames are what they are called: a sound request of the same making is answered.
#[test]
fn one_request_of_such_frames_is_answered() {
    let gateway = Gateway::start(&[], "");
    let mut connection = TcpStream::connect(gateway.address()).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, 1, &get()));
    connection.write_all(&bytes).unwrap();
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).unwrap();
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        connection.read_exact(&mut payload).unwrap();
        assert_ne!(head[3], 7, "no GOAWAY: {payload:?}");
        if head[3] == HEADERS {
            assert_eq!((head[8], payload[0]), (1, 0x8d), "404 of the static table: {payload:?}");
            return;
        }
    }
}
