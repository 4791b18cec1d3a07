//! The smallest client system: an events endpoint that answers what it is told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::json;

const JSON: &str = "application/json";

/// What it answers with.
#[derive(Clone)]
struct Said {
    status: u16,
    media: &'static str,
    body: String,
}

/// A running endpoint.
pub struct Told {
    address: SocketAddr,
    answer: Arc<Mutex<Option<Said>>>,
    thread: Option<JoinHandle<()>>,
}

impl Told {
    /// One that knows of no events.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let said = Said { status: 200, media: JSON, body: String::new() };
        let answer = Arc::new(Mutex::new(Some(said)));
        let shared = Arc::clone(&answer);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(said) = shared.lock().unwrap().clone() else { return };
                // Who hangs up early has its answer already.
                let _ = answer_one(stream.unwrap(), &said);
            }
        });
        let told = Self { address, answer, thread: Some(thread) };
        told.events(&[]);
        told
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    /// `host:port`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// From now on these are all events: id and iCalendar text.
    pub fn events(&self, events: &[(String, String)]) {
        let events: Vec<_> = events.iter().map(|(id, data)| json!({"event_id": id, "event_data": data})).collect();
        self.says(200, json!({"events": events, "next": null}).to_string());
    }

    /// From now on it says this.
    pub fn says(&self, status: u16, body: String) {
        *self.answer.lock().unwrap() = Some(Said { status, media: JSON, body });
    }

    /// From now on this is the whole calendar, as iCalendar.
    pub fn calendar(&self, text: &str) {
        *self.answer.lock().unwrap() = Some(Said { status: 200, media: "text/calendar", body: text.to_owned() });
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        *self.answer.lock().unwrap() = None;
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer_one(mut stream: TcpStream, Said { status, media, body }: &Said) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? > 0 {
        head.extend(byte);
    }
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: {media}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
