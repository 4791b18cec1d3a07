use super::*;
use crate::ids::ClientSystemId;

fn at(second: u64) -> Moment {
    Moment::from(Duration::from_secs(1_000 + second))
}

fn somebody(n: usize) -> Holder {
    Holder::of(ClientSystemId(1), format!("+5939{n:08}"))
}

fn guess<'a>(holder: &'a Holder, username: &'a str) -> Guess<'a> {
    Guess { holder, server: "icloud.com", username }
}

fn wait(logins: &Logins, guess: Guess<'_>, second: u64) -> u64 {
    logins.wait(guess, at(second)).map_or(0, |left| left.as_secs())
}

#[test]
fn a_person_may_mistype_five_times_and_then_waits_twice_as_long_each_time() {
    let (logins, eva) = (Logins::default(), somebody(1));
    let mut second = 0;
    for minutes in [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60] {
        // Whosever account it is.
        let account = format!("{second}@icloud.com");
        assert_eq!(wait(&logins, guess(&eva, &account), second), 0);
        logins.refused(guess(&eva, &account), at(second));
        assert_eq!(wait(&logins, guess(&eva, "ana@icloud.com"), second), minutes * 60);
        assert_eq!(wait(&logins, guess(&eva, "ana@icloud.com"), second + 1), (minutes * 60_u64).saturating_sub(1));
        second += minutes * 60;
    }
    logins.refused(guess(&eva, "ana@icloud.com"), at(second + 25 * 3600));
    assert_eq!(wait(&logins, guess(&eva, "ana@icloud.com"), second + 25 * 3600), 0, "a quiet day is a new beginning");
}

#[test]
fn an_account_is_guessed_at_by_all_together_however_it_is_written_and_who_had_nothing_refused_is_let_in() {
    let logins = Logins::default();
    let spellings = ["ana@icloud.com", "ANA@iCloud.com", " ana@icloud.com "];
    for n in 0..10 {
        let guesser = somebody(n / 5);
        assert_eq!(wait(&logins, guess(&guesser, spellings[n % 3]), 0), 0);
        logins.refused(guess(&guesser, spellings[n % 3]), at(0));
    }
    let (ana, third) = (somebody(7), somebody(8));
    assert_eq!(wait(&logins, guess(&ana, "ana@icloud.com"), 0), 0, "its own person");
    logins.refused(guess(&third, "ana@icloud.com"), at(0));
    assert_eq!(wait(&logins, guess(&third, "ana@icloud.com"), 0), 60, "a third guesser has one");
    assert_eq!(wait(&logins, guess(&third, "eva@icloud.com"), 0), 0, "and may mistype their own");
    assert_eq!(wait(&logins, guess(&third, "ana@icloud.com"), 3600), 0);
}

#[test]
fn a_server_that_refused_many_takes_one_from_each() {
    let logins = Logins::default();
    for n in 0..50 {
        logins.refused(guess(&somebody(n), &format!("{n}@icloud.com")), at(0));
    }
    let (known, new) = (somebody(1), somebody(100));
    assert_eq!(wait(&logins, guess(&known, "1@icloud.com"), 0), 60);
    assert_eq!(wait(&logins, guess(&new, "1@icloud.com"), 0), 0);
    let elsewhere = Guess { server: "example.org", ..guess(&known, "1@icloud.com") };
    assert_eq!(wait(&logins, elsewhere, 0), 0);
}

#[test]
fn a_right_password_forgives_what_was_mistyped_for_that_account_and_no_guess_at_another() {
    let (logins, eva) = (Logins::default(), somebody(1));
    for _ in 0..3 {
        logins.refused(guess(&eva, "ana@icloud.com"), at(0));
        logins.refused(guess(&eva, "eva@icloud.com"), at(0));
    }
    assert_eq!(wait(&logins, guess(&eva, "ana@icloud.com"), 0), 120);
    logins.right(guess(&eva, "EVA@icloud.com"));
    assert_eq!(wait(&logins, guess(&eva, "ana@icloud.com"), 0), 0);
    for _ in 0..2 {
        logins.refused(guess(&eva, "ana@icloud.com"), at(0));
        logins.right(guess(&eva, "eva@icloud.com"));
    }
    assert_eq!(wait(&logins, guess(&eva, "ana@icloud.com"), 0), 60, "five are five, whatever lies between them");
}

#[test]
fn the_memory_is_bounded() {
    let logins = Logins::default();
    for n in 0..2 * MOST {
        let second = n as u64 / 1000;
        logins.refused(guess(&somebody(n), &format!("{n}@icloud.com")), at(second));
        logins.refused(guess(&somebody(1), &format!("{n}@icloud.com")), at(second));
    }
    let refused = logins.refused.lock();
    assert!(refused.holders.0.len() <= MOST && refused.accounts.0.len() <= MOST);
    assert!(refused.holders.0.values().chain(refused.servers.0.values()).all(|all| all.len() <= MOST_AT_A_SERVER));
    drop(refused);
    assert_eq!(wait(&logins, guess(&somebody(1), "x"), 19), 3600);
}
