use std::net::Ipv4Addr;

use super::*;
use crate::ids::ClientSystemId;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fn ana() -> Holder {
    Holder::of(ClientSystemId(1), "+593991234567")
}

fn somebody(n: usize) -> Holder {
    Holder::of(ClientSystemId(1), format!("+5939{n:08}"))
}

/// The `n`th address of those that share nothing.
fn address(n: usize) -> IpAddr {
    IpAddr::from(u32::try_from(n).unwrap().to_be_bytes())
}

fn at(second: u64) -> Moment {
    Moment::from(Duration::from_secs(1_000 + second))
}

fn seconds(told: Told) -> Option<u64> {
    match told {
        Told::Wait(left) => Some(left.as_secs()),
        Told::Wrong | Told::Last => None,
    }
}

/// Ten wrong keys for Ana, each from elsewhere, the last at `second`.
fn ten_wrong(lockout: &Lockout, second: u64) {
    for n in 0..10_u8 {
        let then = Moment::from(Duration::from_secs(991 + second + u64::from(n)));
        let told = lockout.wrong_key(address(usize::from(n)), Some(&ana()), then);
        assert_eq!(told, if n == 9 { Told::Last } else { Told::Wrong });
    }
}

#[test]
fn ten_wrong_keys_for_a_holder_are_followed_by_a_minute_wherever_they_came_from() {
    let lockout = Lockout::default();
    ten_wrong(&lockout, 9);
    assert_eq!(seconds(lockout.wrong_key(HOME, Some(&ana()), at(9))), Some(60));
    assert_eq!(seconds(lockout.wrong_key(address(7), Some(&ana()), at(68))), Some(1));
    assert_eq!(lockout.wrong_key(HOME, Some(&ana()), at(69)), Told::Wrong);
}

#[test]
fn wrong_keys_spread_over_more_than_five_minutes_are_no_guesses() {
    let lockout = Lockout::default();
    for n in 0..100 {
        assert_eq!(lockout.wrong_key(HOME, Some(&ana()), at(n * 34)), Told::Wrong);
    }
}

#[test]
fn each_further_wait_is_twice_as_long_up_to_an_hour() {
    let lockout = Lockout::default();
    let mut second = 0;
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        ten_wrong(&lockout, second);
        assert_eq!(seconds(lockout.wrong_key(HOME, Some(&ana()), at(second))), Some(minutes * 60));
        second += minutes * 60 + 10;
    }
    ten_wrong(&lockout, second + 25 * 3600);
    let told = lockout.wrong_key(HOME, Some(&ana()), at(second + 25 * 3600));
    assert_eq!(seconds(told), Some(60), "a quiet day is a new beginning");
}

#[test]
fn a_hundred_from_one_address_for_whomever_are_followed_by_a_minute_too() {
    let lockout = Lockout::default();
    for n in 0..99 {
        let named = somebody(n);
        assert_eq!(lockout.wrong_key(HOME, Some(&named).filter(|_| n % 2 == 0), at(0)), Told::Wrong, "{n}");
    }
    assert_eq!(lockout.wrong_key(HOME, None, at(0)), Told::Last);
    assert_eq!(seconds(lockout.wrong_key(HOME, Some(&ana()), at(0))), Some(60));
    assert_eq!(lockout.wrong_key(address(1), Some(&ana()), at(0)), Told::Wrong, "elsewhere is elsewhere");
}

#[test]
fn other_holders_and_the_same_key_at_another_system_are_counted_apart() {
    let lockout = Lockout::default();
    ten_wrong(&lockout, 0);
    assert_eq!(lockout.wrong_key(HOME, Some(&somebody(1)), at(0)), Told::Wrong);
    let elsewhere = Holder { client: ClientSystemId(2), ..ana() };
    assert_eq!(lockout.wrong_key(HOME, Some(&elsewhere), at(0)), Told::Wrong);
}

#[test]
fn the_addresses_of_one_ipv6_network_are_one() {
    let lockout = Lockout::default();
    let told = |address: &str| lockout.wrong_key(address.parse().unwrap(), None, at(0));
    for n in 0..99 {
        assert_eq!(told(&format!("2001:db8:1:2::{n:x}")), Told::Wrong);
    }
    assert_eq!(told("2001:db8:1:2::ffff"), Told::Last);
    assert_eq!(told("2001:db8:1:2:ffff::"), Told::Wait(FIRST));
    assert_eq!(told("2001:db8:1:3::1"), Told::Wrong);
}

#[test]
fn the_memory_is_bounded_and_a_flood_ends_no_wait() {
    let lockout = Lockout::default();
    ten_wrong(&lockout, 0);
    for n in 0..3 * MOST {
        lockout.wrong_key(address(1000 + n), Some(&somebody(n)), at(1));
    }
    let counts = lockout.counts.lock();
    assert!(counts.holders.0.len() <= MOST && counts.addresses.0.len() <= MOST);
    drop(counts);
    assert_eq!(seconds(lockout.wrong_key(HOME, Some(&ana()), at(1))), Some(59));
}
