//! The loop that accepts, on a real socket.

use super::*;

struct Listening {
    address: SocketAddr,
    answers: Answers,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

async fn server(certificate: Option<Certificate>) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (answers, stop) = (answers(), watch::Sender::new(false));
    let room = Room::new(ROOM, Counted::default());
    let ended = tokio::spawn(run(listener, certificate, room, Arc::clone(&answers.endpoint), stop.subscribe()));
    Listening { address, answers, stop, ended }
}

impl Listening {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection on which so much was written.
    async fn told(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        stream
    }
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_takes_nothing_new() {
    let server = server(None).await;
    let busy = server.told(GET).await;
    let idle = server.connect().await;
    server.answers.reached.notified().await;
    server.stop.send_replace(true);
    assert!(rest(idle).await.is_empty(), "an idle connection is closed without a word");
    assert!(!server.ended.is_finished(), "a request is in flight");
    assert!(TcpStream::connect(server.address).await.is_err());
    server.answers.go.notify_one();
    let answer = String::from_utf8(rest(busy).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"), "{answer}");
    server.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_never_ends_does_not_keep_the_server() {
    let server = server(None).await;
    let _busy = server.told(GET).await;
    server.answers.reached.notified().await;
    server.stop.send_replace(true);
    server.ended.await.unwrap();
}

#[tokio::test]
async fn a_full_room_of_silence_lets_a_newcomer_in() {
    let server = server(None).await;
    let mut silent = Vec::new();
    for _ in 0..3 * ROOM.connections {
        silent.push(server.connect().await);
        let asking = server.told(GET_NOW).await;
        assert!(rest(asking).await.ends_with(b"done"));
    }
}

#[tokio::test]
async fn a_room_of_requests_keeps_a_newcomer_waiting_until_one_ends() {
    let server = server(None).await;
    let mut busy = Vec::new();
    for _ in 0..ROOM.connections {
        busy.push(server.told(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await);
        server.answers.reached.notified().await;
    }
    let waiting = server.told(GET_NOW).await;
    server.answers.go.notify_one();
    assert!(rest(waiting).await.ends_with(b"done"));
    server.answers.go.notify_waiters();
    for busy in busy {
        assert!(rest(busy).await.ends_with(b"done"));
    }
}

/// Requests that wait for their clients: half sent, or their answers not taken.
#[tokio::test]
async fn half_requests_and_untaken_answers_keep_nobody_out() {
    let server = server(None).await;
    let half = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf";
    let large = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut held = Vec::new();
    for _ in 0..2 * ROOM.connections {
        held.extend([server.told(half).await, server.told(large).await]);
        let asking = server.told(GET_NOW).await;
        assert!(rest(asking).await.ends_with(b"done"));
    }
    let whole = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhalf done";
    assert!(rest(server.told(whole).await).await.ends_with(b"half done"));
    let began = Instant::now();
    server.stop.send_replace(true);
    server.ended.await.unwrap();
    assert!(began.elapsed() < PATIENCE / 2, "nor do they delay a stop");
    drop(held);
}

#[tokio::test]
async fn tls_is_spoken_where_there_is_a_certificate() {
    let files = files();
    let server = server(Some(files.certificate)).await;
    server.answers.go.notify_one();
    let mut stream = tls(server.connect().await, files.der).await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(rest(stream).await.starts_with(b"HTTP/1.1 200 OK"));
}
