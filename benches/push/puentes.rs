//! A client system that always tells the same events, on one page.

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::json;

use crate::support::wire;

pub(crate) struct Puentes {
    pub(crate) host: String,
}

impl Puentes {
    /// Listens until the bench ends.
    pub(crate) fn start(events: Vec<(String, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let events: Vec<_> = events.iter().map(|(id, data)| json!({ "event_id": id, "event_data": data })).collect();
        let body = json!({ "events": events, "next": null }).to_string();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut connection = BufReader::new(stream.unwrap());
                let answer = answer.clone();
                thread::spawn(move || {
                    while let Ok(Some(_)) = wire::read_request(&mut connection) {
                        connection.get_mut().write_all(answer.as_bytes()).unwrap();
                    }
                });
            }
        });
        Self { host }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events", self.host)
    }
}
