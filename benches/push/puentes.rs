//! A client system that tells all its events on one page, the same until they are changed.

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

use crate::support::wire;

pub(crate) struct Puentes {
    pub(crate) host: String,
    answer: Arc<Mutex<String>>,
}

impl Puentes {
    /// Listens until the bench ends.
    pub(crate) fn start(events: Vec<(String, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let answer = Arc::new(Mutex::new(told(events)));
        let puentes = Self { host, answer: Arc::clone(&answer) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut connection = BufReader::new(stream.unwrap());
                let answer = Arc::clone(&answer);
                thread::spawn(move || {
                    while let Ok(Some(_)) = wire::read_request(&mut connection) {
                        let answer = answer.lock().unwrap().clone();
                        connection.get_mut().write_all(answer.as_bytes()).unwrap();
                    }
                });
            }
        });
        puentes
    }

    /// From now on it tells these.
    pub(crate) fn says(&self, events: Vec<(String, String)>) {
        *self.answer.lock().unwrap() = told(events);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events", self.host)
    }
}

fn told(events: Vec<(String, String)>) -> String {
    let events: Vec<_> = events.iter().map(|(id, data)| json!({ "event_id": id, "event_data": data })).collect();
    let body = json!({ "events": events, "next": null }).to_string();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}
