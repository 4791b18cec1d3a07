//! What changed since a list.

use pasarela::store::changes;

use super::*;

impl Desk {
    fn sync_token(&self, asked: &Asked) -> String {
        self.list(asked).unwrap().sync_token.unwrap()
    }

    /// What changed since, and the token for what changes then.
    fn since(&self, token: &str) -> (Vec<String>, String) {
        let list = self.list(&Asked { sync_token: Some(token.to_owned()), ..Asked::default() }).unwrap();
        (list.items.iter().map(line).collect(), list.sync_token.unwrap())
    }
}

#[test]
fn a_sync_token_tells_what_came_changed_and_went_since() {
    let desk = Desk::new();
    for id in ["one", "two", "three"] {
        desk.ical(id, HOUR);
    }
    let token = desk.sync_token(&Asked::default());
    assert_eq!(desk.since(&token).0, Vec::<String>::new());
    desk.ical("four", HOUR);
    desk.engine.app.intake.change(&ana(), "one", &ical("one", SERIES)).unwrap();
    desk.engine.app.intake.change(&ana(), "one", &ical("one", HOUR)).unwrap();
    desk.remove("two");
    desk.engine.app.intake.accept(&luis(), None, &ical("his", HOUR)).unwrap();
    let (told, next) = desk.since(&token);
    assert_eq!(told, ["four", "one", "gone two"], "each once, and nothing of others");
    assert_eq!(desk.since(&next).0, Vec::<String>::new());
    assert_eq!(desk.since(&token).0, told, "a token is good more than once");
}

#[test]
fn what_changes_while_pages_are_read_is_told_afterwards() {
    let desk = Desk::new();
    for n in 0..5 {
        desk.ical(&format!("e{n}"), HOUR);
    }
    let first = desk.list(&Asked { limit: Some(2), ..Asked::default() }).unwrap();
    desk.remove("e0");
    let mut page_token = first.next_page_token;
    let mut last = None;
    while let Some(token) = page_token {
        let page = desk.list(&Asked { limit: Some(2), page_token: Some(token), ..Asked::default() }).unwrap();
        (page_token, last) = (page.next_page_token, page.sync_token);
    }
    assert_eq!(desk.since(&last.unwrap()).0, ["gone e0"]);
}

#[test]
fn what_changed_comes_in_pages_as_well() {
    let desk = Desk::new();
    desk.ical("other", HOUR);
    let token = desk.sync_token(&asked("2027-01-01", "2027-02-01"));
    for n in 0..7 {
        desk.ical(&format!("e{n}"), HOUR);
    }
    let (mut told, mut page_token, mut sync) = (Vec::new(), None, None);
    while sync.is_none() {
        let asked = Asked { sync_token: Some(token.clone()), page_token, limit: Some(3), ..Asked::default() };
        let page = desk.list(&asked).unwrap();
        assert!(page.items.len() <= 3);
        told.extend(page.items.iter().map(line));
        (page_token, sync) = (page.next_page_token, page.sync_token);
    }
    assert_eq!(told, ["e0", "e1", "e2", "e3", "e4", "e5", "e6"]);
    assert_eq!(desk.since(&sync.unwrap()).0, Vec::<String>::new());
}

#[test]
fn what_became_confidential_is_gone_for_whoever_may_not_see_it() {
    let desk = Desk::new();
    desk.ical("one", HOUR);
    let token = desk.sync_token(&Asked::default());
    let all = Asked { with_confidential: true, ..Asked::default() };
    let of_all = desk.sync_token(&all);
    desk.engine.app.intake.change(&ana(), "one", &ical("one", &format!("{HOUR}\nCLASS:CONFIDENTIAL"))).unwrap();
    assert_eq!(desk.since(&token).0, ["gone one"]);
    let told = desk.told(&Asked { sync_token: Some(of_all), ..all.clone() });
    assert_eq!(told, ["one"]);
    same(desk.list(&Asked { sync_token: Some(token), ..all }), &NotTold::SyncToken);
}

#[test]
fn a_sync_token_stands_alone() {
    let desk = Desk::new();
    desk.ical("one", HOUR);
    let sync_token = Some(desk.sync_token(&Asked::default()));
    for odd in [
        asked("2027-01-01", "2027-02-01"),
        Asked { expand: Some(Expand::Series), ..Asked::default() },
        Asked { updated_since: Some(at("2026-11-28T12:00:00Z")), ..Asked::default() },
    ] {
        same(desk.list(&Asked { sync_token: sync_token.clone(), ..odd }), &NotTold::Together);
    }
    let of_luis = desk.engine.app.ranges.list(&luis(), &Asked { sync_token, ..Asked::default() });
    same(of_luis, &NotTold::SyncToken);
    let record = Record { model: "a".to_owned(), id: None };
    let part = desk.list(&Asked { record: Some(record), ..Asked::default() }).unwrap();
    assert_eq!(part.sync_token, None, "a part of the events is no ground to go on from");
}

#[test]
fn what_changed_longer_ago_than_is_kept_is_asked_for_anew() {
    let desk = Desk::new();
    for n in 0..4 {
        desk.ical(&format!("e{n}"), HOUR);
    }
    let token = desk.sync_token(&Asked::default());
    for n in 4..9 {
        desk.ical(&format!("e{n}"), HOUR);
    }
    let later = desk.sync_token(&Asked::default());
    desk.ical("last", HOUR);
    let forget = |most| {
        let forget = move |tx: &pasarela::store::WriteTx<'_>| {
            changes::forget(tx, clients::puentes::ID, at("2030-01-01T00:00:00Z"), most)
        };
        desk.engine.store.write(forget).unwrap()
    };
    assert_eq!(forget(4), 4);
    assert_eq!(desk.since(&token).0.len(), 6, "all behind it are kept");
    assert_eq!(forget(1), 1);
    same(desk.list(&Asked { sync_token: Some(token), ..Asked::default() }), &NotTold::SyncToken);
    forget(99);
    assert_eq!(desk.since(&later).0, ["last"]);
}
