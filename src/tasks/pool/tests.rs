use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinHandle;

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

fn pool(places: usize, waiting: usize) -> Pool {
    Pool::new(Bounds { places, waiting, patience: PATIENCE })
}

fn of(who: &str) -> Vec<Share> {
    vec![Share::of(who, 2)]
}

/// Somebody who asks, and stands in the line when this returns.
async fn asks(pool: &Pool, shares: Vec<Share>) -> JoinHandle<Result<Place, Full>> {
    let pool = pool.clone();
    let asking = tokio::spawn(async move { pool.enter(shares).await });
    tokio::task::yield_now().await;
    asking
}

/// What a pool remembers: places taken, shares in use, those who wait.
fn remembered(pool: &Pool) -> (usize, usize, usize) {
    let state = pool.0.state.lock();
    (state.taken, state.by_share.len(), state.waiting.len())
}

#[tokio::test(start_paused = true)]
async fn a_place_that_gets_free_goes_to_who_waits_longest() {
    let pool = pool(1, 8);
    let first = pool.enter(vec![]).await.unwrap();
    let (second, third) = (asks(&pool, vec![]).await, asks(&pool, vec![]).await);
    assert!(!second.is_finished() && !third.is_finished());
    drop(first);
    let second = second.await.unwrap().unwrap();
    tokio::task::yield_now().await;
    assert!(!third.is_finished());
    drop(second);
    drop(third.await.unwrap().unwrap());
    assert_eq!(remembered(&pool), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_line_has_an_end_and_so_has_waiting_in_it() {
    let pool = pool(1, 2);
    let _held = pool.enter(vec![]).await.unwrap();
    let waiting = [asks(&pool, vec![]).await, asks(&pool, vec![]).await];
    let full = Full { again_in: PATIENCE };
    assert!(asks(&pool, vec![]).await.is_finished(), "no room to wait: told at once");
    let began = tokio::time::Instant::now();
    for waiting in waiting {
        assert_eq!(waiting.await.unwrap().err(), Some(full));
    }
    assert_eq!(began.elapsed(), PATIENCE);
    assert!(!asks(&pool, vec![]).await.is_finished(), "and those who gave up make room in the line");
}

#[tokio::test(start_paused = true)]
async fn a_share_that_is_used_up_keeps_nobody_else_waiting() {
    let pool = pool(3, 8);
    let ana = [pool.enter(of("ana")).await.unwrap(), pool.enter(of("ana")).await.unwrap()];
    let ana_s_third = asks(&pool, of("ana")).await;
    let eva = pool.enter(of("eva")).await.unwrap();
    let eva_s_second = asks(&pool, of("eva")).await;
    assert!(!ana_s_third.is_finished() && !eva_s_second.is_finished());
    drop(eva);
    let eva = eva_s_second.await.unwrap().unwrap();
    assert!(!ana_s_third.is_finished(), "hers are used up, though she waited longer");
    drop(ana);
    assert!(ana_s_third.await.unwrap().is_ok());
    drop(eva);
}

#[tokio::test(start_paused = true)]
async fn of_the_line_a_share_has_the_part_that_it_has_of_the_places() {
    // Half of the places, so half of the line.
    let pool = pool(4, 6);
    let _held = [pool.enter(of("ana")).await.unwrap(), pool.enter(of("ana")).await.unwrap()];
    let ana = [(); 4].map(|()| asks(&pool, of("ana")));
    let mut told = 0;
    let mut waiting = Vec::new();
    for asking in ana {
        let asking = asking.await;
        told += usize::from(asking.is_finished());
        waiting.push(asking);
    }
    assert_eq!(told, 1, "three wait, and the fourth is told");
    assert!(pool.enter(of("eva")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn work_counts_for_each_of_its_shares() {
    let pool = pool(8, 8);
    let both = |server: &str, caller: &str| vec![Share::of(server, 1), Share::of(caller, 2)];
    let _first = pool.enter(both("slow.example", "ana")).await.unwrap();
    assert!(!asks(&pool, both("slow.example", "eva")).await.is_finished(), "one at a server");
    let _second = pool.enter(both("quick.example", "ana")).await.unwrap();
    assert!(!asks(&pool, both("other.example", "ana")).await.is_finished(), "two of a caller");
    assert!(pool.enter(both("other.example", "eva")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn whoever_goes_away_takes_no_place_along() {
    fastrand::seed(11);
    let pool = pool(3, 16);
    let mut asking = Vec::new();
    let mut held = Vec::new();
    for _ in 0..5_000 {
        match fastrand::u8(..8) {
            0..4 => asking.push(asks(&pool, of(["ana", "eva", "leo"][fastrand::usize(..3)])).await),
            4 if !asking.is_empty() => {
                let who: JoinHandle<_> = asking.swap_remove(fastrand::usize(..asking.len()));
                who.abort();
                held.extend(who.await.ok().and_then(Result::ok));
            }
            5 | 6 if !held.is_empty() => drop(held.swap_remove(fastrand::usize(..held.len()))),
            7 => tokio::time::advance(PATIENCE / 3).await,
            _ => {}
        }
        let finished: Vec<_> = asking.extract_if(.., |who| who.is_finished()).collect();
        for who in finished {
            held.extend(who.await.unwrap().ok());
        }
        let (taken, _, waiting) = remembered(&pool);
        assert!(taken <= 3 && waiting <= 16, "{taken} places, {waiting} waiting");
    }
    drop(held);
    asking.iter().for_each(JoinHandle::abort);
    for who in asking {
        drop(who.await);
    }
    assert_eq!(remembered(&pool).0, 0, "every place came back");
    assert_eq!(remembered(&pool).1, 0);
    assert!(pool.enter(of("ana")).await.is_ok());
}

#[tokio::test]
async fn work_keeps_its_place_to_its_end_also_when_nobody_waits_for_it_and_when_it_breaks() {
    let pool = pool(1, 0);
    let (go, waits) = std::sync::mpsc::channel::<()>();
    let done = Arc::new(AtomicBool::new(false));
    let (seen, asked) = (Arc::clone(&done), pool.clone());
    let asking = tokio::spawn(async move {
        let work = move || {
            let _ = waits.recv();
            seen.store(true, Ordering::SeqCst);
        };
        asked.line(vec![]).run(work).await
    });
    while remembered(&pool).0 == 0 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    assert!(asking.await.is_err());
    assert_eq!(pool.line(vec![]).run(|| ()).await, Err(Full { again_in: PATIENCE }), "it is still at it");
    drop(go);
    while remembered(&pool).0 == 1 {
        tokio::task::yield_now().await;
    }
    assert!(done.load(Ordering::SeqCst));
    let broken = pool.clone();
    assert!(tokio::spawn(async move { broken.line(vec![]).run(|| panic!("on purpose")).await }).await.is_err());
    assert_eq!(remembered(&pool).0, 0);
}
