use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use super::super::wire::{self, Client};
use super::{Fault, FaultProxy, Requests, Rule};

/// A server that reports what it was asked and answers 201 in chunks, with the `Host` it was asked by.
fn tiny_server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (asked, heard) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut connection = BufReader::new(stream.unwrap());
            while let Ok(Some(request)) = wire::read_request(&mut connection) {
                let body = String::from_utf8_lossy(&request.body).into_owned();
                if asked.send(format!("{} {} {body}", request.word(0), request.word(1))).is_err() {
                    return;
                }
                let host = request.header("host").unwrap();
                let answer = format!(
                    "HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{host}\r\n0\r\n\r\n",
                    host.len()
                );
                connection.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    (host, heard)
}

#[test]
fn without_rules_everything_passes_unchanged() {
    let (upstream, heard) = tiny_server();
    let proxy = FaultProxy::start(&upstream, &[]);
    let mut client = Client::new(&proxy.host());
    for round in 0..3 {
        let answer = client.send("PUT", &format!("/{round}"), &[], b"body").unwrap();
        assert_eq!((answer.status, answer.text()), (201, proxy.host()));
        assert_eq!(heard.recv().unwrap(), format!("PUT /{round} body"));
    }
    assert_eq!((proxy.log().len(), proxy.writes()), (3, 3));
    assert_eq!(proxy.url(), format!("http://{}/", proxy.host()));
}

#[test]
fn every_third_answer_is_lost_after_the_server_carried_it_out() {
    let (upstream, heard) = tiny_server();
    let proxy = FaultProxy::start(&upstream, &[Rule::every_third_answer_to_a_write_is_lost()]);
    let mut client = Client::new(&proxy.host());
    let mut outcomes = Vec::new();
    for round in 0..6 {
        client.send("GET", "/read", &[], b"").unwrap();
        outcomes.push(client.send("PUT", &format!("/{round}"), &[], b"").is_ok());
    }
    assert_eq!(outcomes, [true, true, false, true, true, false]);
    assert_eq!(heard.try_iter().filter(|line| line.starts_with("PUT")).count(), 6);
    assert_eq!(proxy.log().iter().filter(|exchange| exchange.is_lost && exchange.status == Some(201)).count(), 2);
}

#[test]
fn a_lost_request_never_reaches_the_server() {
    let (upstream, heard) = tiny_server();
    let rule = Rule { of: Requests::Method("DELETE"), every: 1, times: 1, fault: Fault::LoseRequest };
    let proxy = FaultProxy::start(&upstream, &[rule]);
    let mut client = Client::new(&proxy.host());
    assert!(client.send("DELETE", "/first", &[], b"").is_err());
    assert!(client.send("DELETE", "/second", &[], b"").is_ok(), "the rule acts once");
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["DELETE /second "]);
}

#[test]
fn a_throttled_request_is_answered_by_the_proxy() {
    let (upstream, heard) = tiny_server();
    let proxy = FaultProxy::start(&upstream, &[Rule::throttle(2, 7)]);
    let mut client = Client::new(&proxy.host());
    assert_eq!(client.send("PUT", "/1", &[], b"x").unwrap().status, 201);
    let refused = client.send("PUT", "/2", &[], b"x").unwrap();
    assert_eq!((refused.status, refused.message.header("retry-after")), (429, Some("7")));
    assert_eq!(client.send("PUT", "/3", &[], b"x").unwrap().status, 201);
    assert_eq!(heard.try_iter().count(), 2);
    assert_eq!(proxy.writes(), 2);
    assert_eq!(proxy.take_log().len(), 3);
    assert_eq!(proxy.log(), []);
}

#[test]
fn a_delay_holds_the_answer_back() {
    let (upstream, heard) = tiny_server();
    let rule = Rule { of: Requests::All, every: 1, times: 1, fault: Fault::Delay(Duration::from_millis(300)) };
    let proxy = FaultProxy::start(&upstream, &[rule]);
    let asked = thread::spawn(move || Client::new(&proxy.host()).send("GET", "/", &[], b"").unwrap().status);
    heard.recv().unwrap();
    assert!(!asked.is_finished(), "the server has answered, the client waits");
    assert_eq!(asked.join().unwrap(), 201);
}
