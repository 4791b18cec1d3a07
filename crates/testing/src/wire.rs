//! HTTP/1.1 by hand: cheap enough to load a gateway from the same two cores, and plain enough to be cut in the middle.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use data_encoding::BASE64;

/// One request or answer, with its bytes as they came.
#[derive(Clone, Debug)]
pub struct Message {
    /// `PUT /x HTTP/1.1` or `HTTP/1.1 201 Created`.
    pub start: String,
    /// Everything, framing included.
    pub raw: Vec<u8>,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// The body without chunk framing.
    pub body: Vec<u8>,
    /// The connection says nothing more after it.
    pub is_last: bool,
}

impl Message {
    /// The nth word of the first line.
    pub fn word(&self, index: usize) -> &str {
        self.start.split(' ').nth(index).unwrap_or_default()
    }

    /// A header's value, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same message with another body, and with each header as `change` says: its new value, or none at all.
    pub fn rewritten(&self, body: Vec<u8>, change: impl Fn(&str, &str) -> Option<String>) -> Self {
        let framing = ["content-length", "transfer-encoding"];
        let mut headers: Vec<(String, String)> = Vec::new();
        for (name, value) in self.headers.iter().filter(|(name, _)| !framing.contains(&name.as_str())) {
            headers.extend(change(name, value).map(|value| (name.clone(), value)));
        }
        let bare = matches!(self.word(1), "204" | "304");
        headers.extend((!bare).then(|| ("content-length".to_owned(), body.len().to_string())));
        let mut raw = format!("{}\r\n", self.start).into_bytes();
        for (name, value) in &headers {
            raw.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        raw.extend_from_slice(b"\r\n");
        raw.extend_from_slice(&body);
        Self { start: self.start.clone(), raw, headers, body, is_last: self.is_last }
    }

    fn status(&self) -> io::Result<u16> {
        self.word(1).parse().map_err(|_| broken(&format!("no status in {:?}", self.start)))
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The next request of a connection; none when it was closed in between.
///
/// # Errors
/// When the connection breaks, or what comes is no HTTP.
pub fn read_request(from: &mut impl BufRead) -> io::Result<Option<Message>> {
    let Some(mut message) = read_head(from)? else { return Ok(None) };
    read_body(from, &mut message, false)?;
    message.is_last = message.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    Ok(Some(message))
}

/// The next answer, to a request with `method`. Interim answers (1xx) are left out.
///
/// # Errors
/// When the connection breaks, or what comes is no HTTP.
pub fn read_answer(from: &mut impl BufRead, method: &str) -> io::Result<Message> {
    loop {
        let mut message = read_head(from)?.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        let status = message.status()?;
        if (100..200).contains(&status) {
            continue;
        }
        let unframed = message.header("content-length").is_none() && message.header("transfer-encoding").is_none();
        let bare = method == "HEAD" || status == 204 || status == 304;
        if !bare {
            read_body(from, &mut message, unframed)?;
        }
        let connection = message.header("connection").unwrap_or_default().to_ascii_lowercase();
        let old = message.start.starts_with("HTTP/1.0") && connection != "keep-alive";
        message.is_last = connection == "close" || old || (unframed && !bare);
        return Ok(message);
    }
}

fn read_head(from: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut raw = Vec::new();
    let start = read_line(from, &mut raw)?;
    if raw.is_empty() {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let line = read_line(from, &mut raw)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| broken("a header without a colon"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Some(Message { start, raw, headers, body: Vec::new(), is_last: false }))
}

/// One line without its end; its bytes go to `raw`. An end of stream inside a message is an error, before one it is not.
fn read_line(from: &mut impl BufRead, raw: &mut Vec<u8>) -> io::Result<String> {
    let before = raw.len();
    from.read_until(b'\n', raw)?;
    if !raw.ends_with(b"\n") && !raw.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = raw.get(before..).unwrap_or_default();
    Ok(String::from_utf8_lossy(line).trim_end_matches(['\r', '\n']).to_owned())
}

fn read_body(from: &mut impl BufRead, message: &mut Message, until_close: bool) -> io::Result<()> {
    if message.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return read_chunks(from, message);
    }
    if until_close {
        from.read_to_end(&mut message.body)?;
    } else {
        let length =
            message.header("content-length").map_or(Ok(0), str::parse).map_err(|_| broken("Content-Length"))?;
        message.body = vec![0; length];
        from.read_exact(&mut message.body)?;
    }
    message.raw.extend_from_slice(&message.body);
    Ok(())
}

fn read_chunks(from: &mut impl BufRead, message: &mut Message) -> io::Result<()> {
    loop {
        let size = read_line(from, &mut message.raw)?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
        let mut chunk = vec![0; size.map_err(|_| broken("a chunk without a size"))?];
        if chunk.is_empty() {
            while !read_line(from, &mut message.raw)?.is_empty() {}
            return Ok(());
        }
        from.read_exact(&mut chunk)?;
        message.raw.extend_from_slice(&chunk);
        message.body.append(&mut chunk);
        read_line(from, &mut message.raw)?;
    }
}

/// An answer as a client sees it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Of its first line.
    pub status: u16,
    /// All of it.
    pub message: Message,
}

impl Answer {
    /// The body, whatever of it is text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.message.body).into_owned()
    }

    /// The body as JSON; fails when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.message.body).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.text()))
    }
}

/// A client with one kept-alive connection. It repeats nothing: a request that fails was perhaps carried out.
#[derive(Debug)]
pub struct Client {
    host: String,
    authorization: String,
    /// Who answers a challenge by a proof.
    proves: Option<(String, String)>,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    /// A client of `host:port`; connects with the first request.
    pub fn new(host: &str) -> Self {
        Self { host: host.to_owned(), authorization: String::new(), proves: None, connection: None }
    }

    /// Another client of the same server with the same credentials and a connection of its own.
    pub fn another(&self) -> Self {
        let (host, authorization) = (self.host.clone(), self.authorization.clone());
        Self { host, authorization, proves: self.proves.clone(), connection: None }
    }

    /// Sends Basic credentials with each request.
    pub fn with_basic(mut self, username: &str, password: &str) -> Self {
        let credentials = BASE64.encode(format!("{username}:{password}").as_bytes());
        self.authorization = format!("Authorization: Basic {credentials}\r\n");
        self
    }

    /// Answers each challenge by Digest, in a second request.
    pub fn with_digest(mut self, username: &str, password: &str) -> Self {
        self.proves = Some((username.to_owned(), password.to_owned()));
        self
    }

    /// Sends one request and reads its answer, whatever its status. After an error the next one connects anew.
    ///
    /// # Errors
    /// When the connection breaks, or what comes is no HTTP.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let answer = self.once(method, path, headers, body)?;
        let challenge = answer.message.header("www-authenticate").filter(|_| answer.status == 401);
        let (Some((username, password)), Some(challenge)) = (&self.proves, challenge) else { return Ok(answer) };
        let method_of = digest_auth::HttpMethod(method.into());
        let who = digest_auth::AuthContext::new_with_method(username, password, path, Some(body), method_of);
        let proof = digest_auth::parse(challenge).and_then(|mut challenge| challenge.respond(&who));
        let proof = proof.map_err(|error| broken(&error.to_string()))?.to_header_string();
        self.once(method, path, &[headers, &[("Authorization", proof.as_str())]].concat(), body)
    }

    fn once(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(open) => open,
            None => self.connect()?,
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{}", self.host, self.authorization);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        connection.get_mut().write_all(&request)?;
        let message = read_answer(&mut connection, method)?;
        if !message.is_last {
            self.connection = Some(connection);
        }
        Ok(Answer { status: message.status()?, message })
    }

    fn connect(&self) -> io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(BufReader::new(stream))
    }
}

#[test]
fn framings_are_read_to_their_end() {
    let chunked: &[u8] =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nNEXT";
    let sized: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nabcdeNEXT";
    for mut bytes in [chunked, sized] {
        let answer = read_answer(&mut bytes, "PUT").unwrap();
        assert_eq!((answer.body.as_slice(), bytes, answer.is_last), (&b"abcde"[..], &b"NEXT"[..], false));
    }
    let answer = read_answer(&mut &b"HTTP/1.0 200 OK\r\n\r\nabcde"[..], "GET").unwrap();
    assert_eq!((answer.body.as_slice(), answer.is_last), (&b"abcde"[..], true));
    assert!(!read_answer(&mut &b"HTTP/1.1 204 No Content\r\n\r\n"[..], "DELETE").unwrap().is_last);
}

#[test]
fn a_message_cut_short_is_an_error() {
    for cut in
        ["HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\nContent-Len", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", ""]
    {
        assert!(read_answer(&mut cut.as_bytes(), "GET").is_err(), "{cut:?}");
    }
    assert!(read_request(&mut &b""[..]).unwrap().is_none());
}
