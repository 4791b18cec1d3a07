use std::net::IpAddr;
use std::time::Duration;

use tokio::time::{advance, timeout};

use super::super::guest::Asked;
use super::*;

fn room(connections: usize, per_address: Option<usize>) -> Arc<Room> {
    Room::new(Limits { connections, per_address }, Counted::default())
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// One who comes from an address of their own, a second after whoever came before.
async fn enter(room: &Arc<Room>, last: u8) -> Result<Place, Crowded> {
    advance(Duration::from_secs(1)).await;
    room.enter(IpAddr::from([192, 0, 2, last]))
}

/// One who asked, and was answered.
async fn known(room: &Arc<Room>, last: u8) -> Place {
    let place = enter(room, last).await.unwrap();
    drop(asks(&place));
    place
}

/// A whole request, which waits for us.
fn asks(place: &Place) -> Arc<Asked> {
    let asked = place.guest.request().unwrap();
    asked.has_arrived();
    asked
}

async fn must_go(place: &Place) -> bool {
    timeout(Duration::ZERO, place.guest.is_sent_away()).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn who_was_idle_for_longest_makes_place() {
    let room = room(4, None);
    let first = known(&room, 1).await;
    let second = known(&room, 2).await;
    let third = known(&room, 3).await;
    let busy = known(&room, 4).await;
    let _asked = asks(&busy);
    advance(Duration::from_secs(1)).await;
    drop(asks(&first));
    let newcomer = enter(&room, 5).await.unwrap();
    assert!(must_go(&second).await, "the first asked again since");
    assert_eq!((room.counted.open.get(), room.counted.sent_away.get()), (5, 1), "it has not left yet");
    assert!(second.guest.request().is_none(), "who was sent away is not answered any more");
    for place in [&first, &third, &busy, &newcomer] {
        assert!(!must_go(place).await);
    }
    drop(second);
    assert!(enter(&room, 6).await.is_ok());
    assert!(must_go(&third).await, "its end gave back nothing that was taken already");
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_an_answer_is_never_sent_away() {
    let room = room(2, None);
    let (one, other) = (enter(&room, 1).await.unwrap(), enter(&room, 2).await.unwrap());
    let asked = (asks(&one), asks(&other));
    assert_eq!(enter(&room, 3).await.unwrap_err(), Crowded::Room);
    drop(asked.0);
    assert!(enter(&room, 3).await.is_ok());
    assert!(must_go(&one).await && !must_go(&other).await);
}

#[tokio::test(start_paused = true)]
async fn who_sends_half_a_request_or_takes_no_answer_does_not_wait_for_us() {
    let room = room(2, None);
    let (half, taking) = (enter(&room, 1).await.unwrap(), enter(&room, 2).await.unwrap());
    let _arriving = half.guest.request().unwrap();
    advance(Duration::from_secs(1)).await;
    let answered = asks(&taking);
    answered.is_answered();
    let _newcomer = enter(&room, 3).await.unwrap();
    assert!(must_go(&half).await);
    drop(half);
    let _another = enter(&room, 4).await.unwrap();
    assert!(must_go(&taking).await);
}

#[tokio::test(start_paused = true)]
async fn an_early_answer_counts_once() {
    let room = room(1, None);
    let place = enter(&room, 1).await.unwrap();
    let refused = place.guest.request().unwrap();
    refused.is_answered();
    refused.has_arrived();
    drop(refused);
    drop(asks(&place));
    assert!(place.guest.idle().is_some());
}

#[tokio::test(start_paused = true)]
async fn those_we_wait_for_go_first_once_they_fill_more_than_half() {
    let room = room(4, None);
    let (known, _stranger) = (known(&room, 1).await, enter(&room, 2).await.unwrap());
    let (_other, third) = (enter(&room, 3).await.unwrap(), enter(&room, 4).await.unwrap());
    let _newcomer = enter(&room, 5).await.unwrap();
    assert!(!must_go(&known).await, "it was here before all of them");
    assert!(!must_go(&third).await);
}

#[tokio::test(start_paused = true)]
async fn kept_connections_do_not_keep_newcomers_from_asking() {
    let room = room(4, None);
    let kept = [known(&room, 1).await, known(&room, 2).await, known(&room, 3).await, known(&room, 4).await];
    let (first, second) = (enter(&room, 5).await.unwrap(), enter(&room, 6).await.unwrap());
    assert!(!must_go(&first).await && !must_go(&second).await);
    assert!(must_go(&kept[0]).await && must_go(&kept[1]).await);
}

#[tokio::test(start_paused = true)]
async fn an_address_has_its_share_and_takes_from_nobody_else() {
    let room = room(8, Some(2));
    let other = enter(&room, 9).await.unwrap();
    let (one, two) = (enter(&room, 1).await.unwrap(), enter(&room, 1).await.unwrap());
    let three = enter(&room, 1).await.unwrap();
    assert!(must_go(&one).await && !must_go(&other).await);
    let _asked = (asks(&two), asks(&three));
    assert_eq!(enter(&room, 1).await.unwrap_err(), Crowded::Share);
    assert!(enter(&room, 2).await.is_ok(), "others still come in");
    drop(two);
    assert!(enter(&room, 1).await.is_ok(), "and so does it, once one of its own has ended");
}

#[tokio::test(start_paused = true)]
async fn a_network_of_ipv6_is_one_address() {
    let room = room(8, Some(1));
    let first = room.enter(address("2001:db8::1")).unwrap();
    let _asked = asks(&first);
    assert_eq!(room.enter(address("2001:db8::ffff:1")).unwrap_err(), Crowded::Share);
    assert!(room.enter(address("2001:db8:0:1::1")).is_ok());
    let mapped = room.enter(address("::ffff:192.0.2.1")).unwrap();
    let _asked = asks(&mapped);
    assert_eq!(room.enter(address("192.0.2.1")).unwrap_err(), Crowded::Share);
}

#[tokio::test(start_paused = true)]
async fn what_is_over_is_forgotten() {
    let room = room(2, Some(1));
    for _ in 0..3 {
        drop(known(&room, 1).await);
    }
    let inside = room.inside();
    assert!(inside.guests.is_empty() && inside.of_origin.is_empty());
}
