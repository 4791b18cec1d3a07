//! Servers that answer in codings nobody asked for, and that close what they let us keep.

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::permit::Permit;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn answered(coding: &'static str, body: Vec<u8>) -> Result<Vec<u8>, OutboundError> {
    let server = Scripted::start(move |_| Reply::status(207).with("Content-Encoding", coding).body(body.clone()));
    patient(&server).send(get(&server.url("/"))).map(|answer| answer.into_body())
}

#[test]
fn an_answer_is_unpacked_though_it_should_not_have_been_packed() {
    assert_eq!(answered("gzip", gzip(b"<multistatus/>")).unwrap(), b"<multistatus/>");
    let unknown = answered("br", b"x".to_vec()).unwrap_err();
    assert!(matches!(&unknown, OutboundError::Unreadable(why) if why.contains("\"br\"")), "{unknown:?}");
    assert!(matches!(answered("gzip", b"no gzip".to_vec()), Err(OutboundError::Unreadable(_))));
    assert!(matches!(answered("gzip", gzip(&vec![0; 1 << 20])), Err(OutboundError::TooLarge(_))));
}

/// Answers the first request of each connection as if the next were welcome, and closes when that one comes.
fn closes_what_it_lets_us_keep() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (heard, hears) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap();
            heard.send(String::from_utf8_lossy(&request[..read]).to_ascii_lowercase()).unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            let _ = stream.read(&mut request);
        }
    });
    (host, hears)
}

#[test]
fn a_server_that_closes_kept_connections_in_silence_loses_one_request_and_no_more() {
    let (host, hears) = closes_what_it_lets_us_keep();
    let long = Duration::from_secs(20);
    let outbound = Outbound::new(Rules { connect: long, first_byte: long, whole: long, ..impatient(&[&host]) })
        .under(&Permit::of_operator());
    let put = || outbound.send(http::Request::put(format!("http://{host}/x")).body(b"x".to_vec()).unwrap());
    assert_eq!(put().unwrap().status(), 204);
    let lost = put().unwrap_err();
    assert!(matches!(&lost, OutboundError::Broken(why) if why.contains("let us keep")), "{lost:?}");
    for _ in 0..5 {
        assert_eq!(put().unwrap().status(), 204);
    }
    let heard: Vec<String> = hears.try_iter().collect();
    let said = heard.iter().map(|request| request.contains("connection: close")).collect::<Vec<_>>();
    assert_eq!(said, [false, true, true, true, true, true], "each on a connection of its own: {heard:?}");
}

#[test]
fn a_server_whose_first_connection_breaks_is_not_taken_for_one_that_closes_kept_ones() {
    let server =
        Scripted::start(|seen| if seen.path == "/cut" { Reply::Bytes(Vec::new()) } else { Reply::status(204) });
    let outbound = patient(&server);
    assert!(matches!(outbound.send(get(&server.url("/cut"))), Err(OutboundError::Broken(_))));
    for _ in 0..3 {
        assert_eq!(outbound.send(get(&server.url("/"))).unwrap().status(), 204);
    }
    assert_eq!(server.connections(), 2, "the second one is kept");
}
