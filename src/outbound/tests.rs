mod addresses;
mod habits;
mod trust;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::scripted::{Reply, Scripted};
use super::*;
use crate::permit::Permit;

fn impatient(allowed: &[&str]) -> Rules {
    Rules {
        allowed_hosts: allowed.iter().map(|host| (*host).to_owned()).collect(),
        extra_roots: Vec::new(),
        connect: Duration::from_millis(400),
        first_byte: Duration::from_millis(300),
        whole: Duration::from_millis(600),
        max_body: 1000,
        keep_per_host: 8,
    }
}

fn patient(server: &Scripted) -> Outbound {
    let long = Duration::from_secs(20);
    Outbound::new(Rules { connect: long, first_byte: long, whole: long, ..impatient(&[&server.host()]) })
        .under(&Permit::of_operator())
}

fn get(url: &str) -> http::Request<Vec<u8>> {
    http::Request::get(url).body(Vec::new()).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "measures that a call ends in time")]
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    (call(), started.elapsed())
}

#[test]
fn calls_that_each_end_in_time_end_together_too() {
    let server = Scripted::start(|_| {
        thread::park_timeout(Duration::from_millis(200));
        Reply::status(200)
    });
    let patience = Patience::none().ending_within(Duration::from_secs(1));
    let outbound = patient(&server).patient(&patience);
    let answered = (0..100).take_while(|_| outbound.send(get(&server.url("/"))).is_ok()).count();
    assert!(answered <= 5, "{answered} calls of 200 ms each in a second");
    let late = outbound.send(get(&server.url("/")));
    assert!(matches!(&late, Err(OutboundError::Timeout(why)) if why.contains("together")), "{late:?}");
    assert!(server.seen().len() <= 6, "nothing more is sent");
    assert!(patient(&server).send(get(&server.url("/"))).is_ok(), "the time is that caller's own");
}

#[test]
fn a_wait_that_would_end_after_all_calls_have_to_is_not_begun() {
    let server = Scripted::start(|_| Reply::status(429).with("Retry-After", "9"));
    let clock = crate::clock::Clock::standing(jiff::Timestamp::UNIX_EPOCH);
    let patience = Patience::of(&clock, Duration::from_secs(30)).ending_within(Duration::from_secs(5));
    assert_eq!(patient(&server).patient(&patience).send(get(&server.url("/"))).unwrap().status(), 429);
    assert_eq!((server.seen().len(), clock.now()), (1, jiff::Timestamp::UNIX_EPOCH));
}

#[test]
fn a_server_that_says_nothing_or_drips_is_given_up_on() {
    let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n".to_vec();
    let scripts = [
        Reply::BytesThenSilence(Vec::new()),
        Reply::BytesThenSilence(whole.clone()),
        Reply::Drip([whole, vec![b'x'; 900]].concat()),
        Reply::Drip([b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 900]].concat()),
    ];
    for reply in scripts {
        let script = reply.clone();
        let server = Scripted::start(move |_| script.clone());
        let outbound = Outbound::new(impatient(&[&server.host()])).under(&Permit::of_operator());
        let (outcome, took) = timed(|| outbound.send(get(&server.url("/"))));
        assert!(matches!(outcome, Err(OutboundError::Timeout(_))), "{reply:?}: {outcome:?}");
        assert!(took < Duration::from_secs(5), "{reply:?}: {took:?}");
    }
}

#[test]
fn the_first_byte_has_a_deadline_of_its_own() {
    let server = Scripted::start(|_| Reply::BytesThenSilence(Vec::new()));
    let rules = Rules { whole: Duration::from_secs(60), ..impatient(&[&server.host()]) };
    let (outcome, took) = timed(|| Outbound::new(rules).under(&Permit::of_operator()).send(get(&server.url("/"))));
    assert!(matches!(&outcome, Err(OutboundError::Timeout(why)) if why.contains("no answer")), "{outcome:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_server_that_does_not_read_is_given_up_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let outbound = Outbound::new(impatient(&[&host])).under(&Permit::of_operator());
    let request = http::Request::put(format!("http://{host}/")).body(vec![b'x'; 64 << 20]).unwrap();
    let (outcome, took) = timed(|| outbound.send(request));
    assert!(matches!(outcome, Err(OutboundError::Timeout(_))), "{outcome:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_server_that_reads_slowly_is_given_up_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
            thread::park_timeout(Duration::from_millis(20));
        }
    });
    let outbound = Outbound::new(impatient(&[&host])).under(&Permit::of_operator());
    let request = http::Request::put(format!("http://{host}/")).body(vec![b'x'; 64 << 20]).unwrap();
    let (outcome, took) = timed(|| outbound.send(request));
    assert!(matches!(outcome, Err(OutboundError::Timeout(_))), "{outcome:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn an_answer_over_the_limit_is_refused_and_one_at_the_limit_is_taken() {
    let chunked = |length: usize| {
        let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n");
        Reply::Bytes([head.into_bytes(), vec![b'x'; length], b"\r\n0\r\n\r\n".to_vec()].concat())
    };
    let sized = |length: usize| Reply::status(200).body(vec![b'x'; length]);
    let endless = Reply::Bytes([b"HTTP/1.0 200 OK\r\n\r\n".to_vec(), vec![b'x'; 1001]].concat());
    for (reply, fits) in
        [(sized(1000), true), (chunked(1000), true), (sized(1001), false), (chunked(1001), false), (endless, false)]
    {
        let server = Scripted::start(move |_| reply.clone());
        let outcome = patient(&server).send(get(&server.url("/")));
        match outcome {
            Ok(answer) => assert!(fits && answer.body().len() == 1000),
            Err(error) => assert!(!fits && matches!(error, OutboundError::TooLarge(_)), "{error:?}"),
        }
    }
}

#[test]
fn an_answer_that_breaks_off_is_broken() {
    let cuts = [
        "",
        "HTTP/1.1 200 O",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    ];
    for cut in cuts {
        let server = Scripted::start(move |_| Reply::Bytes(cut.as_bytes().to_vec()));
        let outcome = patient(&server).send(get(&server.url("/")));
        assert!(matches!(outcome, Err(OutboundError::Broken(_))), "{cut:?}: {outcome:?}");
        assert_eq!(server.seen().len(), 1, "{cut:?}");
    }
}

#[test]
fn a_kept_connection_that_the_server_closed_is_not_used() {
    let (closed, wait) = mpsc::channel();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let outbound = Outbound::new(impatient(&[&host])).under(&Permit::of_operator());
    for _ in 0..5 {
        let request = http::Request::put(format!("http://{host}/x")).body(b"x".to_vec()).unwrap();
        assert_eq!(outbound.send(request).unwrap().status(), 204);
        wait.recv().unwrap();
    }
}

#[test]
fn nothing_is_repeated_when_a_kept_connection_breaks() {
    let count = AtomicUsize::new(0);
    let server = Scripted::start(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::status(204),
        _ => Reply::Bytes(Vec::new()),
    });
    let outbound = patient(&server);
    assert!(outbound.send(get(&server.url("/"))).is_ok());
    assert!(matches!(outbound.send(get(&server.url("/"))), Err(OutboundError::Broken(_))));
    assert_eq!((server.seen().len(), server.connections()), (2, 1));
}

#[test]
fn redirects_and_errors_are_answers() {
    for status in [301, 302, 307, 400, 401, 404, 429, 500, 503] {
        let server = Scripted::start(move |_| Reply::status(status).with("Location", "/elsewhere").body("said"));
        let answer = patient(&server).send(get(&server.url("/"))).unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (status, &b"said"[..]));
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn eight_connections_serve_eight_threads_again_and_again() {
    let server = Scripted::start(|_| Reply::status(201).with("ETag", "\"1\""));
    let outbound = patient(&server);
    for _ in 0..3 {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let put = http::Request::put(server.url("/x")).body(b"body".to_vec()).unwrap();
                        assert_eq!(outbound.send(put).unwrap().status(), 201);
                    }
                });
            }
        });
    }
    assert_eq!(server.seen().len(), 120);
    assert!(server.connections() <= 8, "{} connections", server.connections());
}

#[test]
fn a_request_arrives_as_it_was_meant() {
    let server = Scripted::start(|_| Reply::status(207).body("x"));
    let request = http::Request::builder()
        .method("PROPFIND")
        .uri(server.url("/a%20b/?c=d"))
        .header("Depth", "1")
        .body(b"<x/>".to_vec())
        .unwrap();
    patient(&server).send(request).unwrap();
    patient(&server).send(http::Request::delete(server.url("/d")).body(Vec::new()).unwrap()).unwrap();
    let seen = server.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("PROPFIND", "/a%20b/?c=d"));
    assert_eq!((seen[0].header("depth"), seen[0].body.as_slice()), (Some("1"), &b"<x/>"[..]));
    assert!(seen[0].header("user-agent").unwrap().starts_with("Pasarela/"));
    assert_eq!(seen[0].header("accept-encoding"), Some("identity"));
    for unwanted in ["expect", "connection", "cookie"] {
        assert_eq!(seen[0].header(unwanted), None, "{unwanted}");
    }
    assert_eq!((seen[1].method.as_str(), seen[1].body.len()), ("DELETE", 0));
}

#[test]
fn a_server_that_never_shakes_hands_is_given_up_on() {
    let server = Scripted::start(|_| Reply::status(204));
    let https = server.url("/").replace("http://", "https://");
    let (outcome, took) =
        timed(|| Outbound::new(impatient(&[&server.host()])).under(&Permit::of_operator()).send(get(&https)));
    assert!(matches!(outcome, Err(OutboundError::Tls(_))), "{outcome:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn traces_tell_what_happened_and_no_secret() {
    let server = Scripted::start(|_| Reply::status(201).with("Set-Cookie", "cookie-secret").body("answer-secret"));
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone());
    tracing::subscriber::with_default(subscriber.finish(), || {
        let request = http::Request::put(server.url("/calendar/x?key=query-secret"))
            .header("Authorization", "Basic header-secret")
            .body(b"body-secret".to_vec())
            .unwrap();
        patient(&server).send(request).unwrap();
        patient(&server).send(get("https://user-secret:password-secret@127.0.0.1/x")).unwrap_err();
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for word in ["PUT", "127.0.0.1", "/calendar/x", "201", "ms="] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
    assert!(!text.contains("secret"), "{text}");
}
