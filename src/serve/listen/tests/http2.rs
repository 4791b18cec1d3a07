//! HTTP/2, as a client of another maker speaks it.

use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{Error, RecvStream};
use poem::http::Request;

use super::*;

struct Client {
    requests: SendRequest<Bytes>,
    ended: JoinHandle<Result<(), Error>>,
}

/// A client that pings every second, and gives each answer a window of so many bytes before it takes some of it.
async fn client(server: &Server, window: u32) -> Client {
    let mut builder = Builder::new();
    builder.initial_window_size(window).initial_connection_window_size(2 * window.max(65_535));
    let shaken = builder.handshake(server.connect());
    let (requests, mut connection) = shaken.await.unwrap();
    let mut pings = connection.ping_pong().unwrap();
    tokio::spawn(async move {
        while pings.ping(h2::Ping::opaque()).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    Client { requests, ended: tokio::spawn(connection) }
}

impl Client {
    async fn send(&mut self, path: &str) -> ResponseFuture {
        let request = Request::get(format!("http://x{path}")).body(()).unwrap();
        let mut requests = self.requests.clone().ready().await.unwrap();
        requests.send_request(request, true).unwrap().0
    }

    async fn ask(&mut self, path: &str) -> RecvStream {
        self.send(path).await.await.unwrap().into_body()
    }
}

/// How a connection ended.
async fn end(client: Client) -> Result<(), Error> {
    // The requests of a client that is gone end its connection; they are kept until then.
    let ended = timeout(NEVER, client.ended).await;
    drop(client.requests);
    ended.expect("the connection ends").unwrap()
}

async fn whole(mut body: RecvStream) -> Result<usize, Error> {
    let mut length = 0;
    while let Some(data) = body.data().await {
        let data = data?;
        length += data.len();
        body.flow_control().release_capacity(data.len())?;
    }
    Ok(length)
}

#[tokio::test(start_paused = true)]
async fn who_only_pings_is_told_to_go() {
    let server = server(None);
    let mut client = client(&server, 65_535).await;
    assert_eq!(whole(client.ask("/now").await).await.unwrap(), 4);
    let began = Instant::now();
    let ended = end(client).await;
    let took = began.elapsed();
    assert!(took >= IDLE && took < IDLE + AT_ONCE, "{took:?}");
    assert!(ended.is_ok(), "a goodbye is no error: {ended:?}");
}

#[tokio::test(start_paused = true)]
async fn who_never_asked_and_only_pings_goes_sooner() {
    let server = server(None);
    let client = client(&server, 65_535).await;
    let began = Instant::now();
    let _ = end(client).await;
    let took = began.elapsed();
    assert!(took + AT_ONCE >= FIRST_HEAD && took < FIRST_HEAD + AT_ONCE, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn in_a_crowd_nobody_is_kept_beyond_the_answers() {
    let server = server(None);
    let mut early = client(&server, 65_535).await;
    assert_eq!(whole(early.ask("/now").await).await.unwrap(), 4);
    let mut others = Vec::new();
    for _ in 0..ROOM.connections / 2 {
        others.push(client(&server, 65_535).await);
    }
    let (mut late, began) = (others.pop().unwrap(), Instant::now());
    let waiting = late.send("/").await;
    server.answers.reached.notified().await;
    assert_eq!(whole(late.ask("/now").await).await.unwrap(), 4);
    tokio::time::sleep(AT_ONCE).await;
    assert!(!late.ended.is_finished(), "another answer is waited for");
    server.answers.go.notify_one();
    assert_eq!(whole(waiting.await.unwrap().into_body()).await.unwrap(), 4);
    let ended = end(late).await;
    assert!(ended.is_ok() && began.elapsed() < 2 * AT_ONCE, "{ended:?} after {:?}", began.elapsed());
    assert!(!early.ended.is_finished(), "who came while there was room is kept");
}

#[tokio::test(start_paused = true)]
async fn who_withholds_the_window_of_an_answer_loses_that_answer_alone() {
    let server = server(None);
    let mut client = client(&server, 1_000).await;
    let stuck = client.ask("/large").await;
    let waiting = client.send("/").await;
    server.answers.reached.notified().await;
    tokio::time::sleep(STALL + AT_ONCE).await;
    // What h2 had taken already still comes; then the stream is reset.
    assert!(whole(stuck).await.unwrap_err().is_reset());
    server.answers.go.notify_one();
    assert_eq!(whole(waiting.await.unwrap().into_body()).await.unwrap(), 4);
}

#[tokio::test(start_paused = true)]
async fn who_gives_a_window_now_and_then_gets_all_of_it() {
    let server = server(None);
    let mut client = client(&server, 8 << 20).await;
    let mut body = client.ask("/large").await;
    let (mut came, mut held) = (0, 0);
    while let Some(data) = body.data().await {
        held += data.unwrap().len();
        // Gives back so much at a time that an answer takes far longer than a client may take nothing.
        if held >= 4 << 20 {
            tokio::time::sleep(STALL / 2).await;
            body.flow_control().release_capacity(held).unwrap();
            came += std::mem::take(&mut held);
        }
    }
    assert_eq!(came + held, LARGE);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_what_pings_and_finishes_what_was_asked() {
    let server = server(None);
    let (mut asking, pinging) = (client(&server, 65_535).await, client(&server, 65_535).await);
    let answer = asking.send("/").await;
    server.answers.reached.notified().await;
    let began = Instant::now();
    server.stop.send_replace(true);
    let _ = end(pinging).await;
    assert!(began.elapsed() < AT_ONCE);
    tokio::time::sleep(AT_ONCE).await;
    server.answers.go.notify_one();
    assert_eq!(whole(answer.await.unwrap().into_body()).await.unwrap(), 4);
    server.connections.into_inner().unwrap().join_all().await;
}
