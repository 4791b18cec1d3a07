//! Pages of a list, while events come and go.

use super::*;

/// All that is told, page by page.
fn pages(desk: &Desk, asked: &Asked, limit: usize) -> Vec<String> {
    let (mut told, mut page_token) = (Vec::new(), None);
    loop {
        let page = desk.list(&Asked { limit: Some(limit), page_token, ..asked.clone() }).unwrap();
        assert!(page.items.len() <= limit);
        assert_eq!(page.sync_token.is_some(), page.next_page_token.is_none(), "it stands on the last page alone");
        told.extend(page.items.iter().map(line));
        match page.next_page_token {
            Some(next) => page_token = Some(next),
            None => return told,
        }
    }
}

fn filled() -> Desk {
    let desk = Desk::new();
    for n in 0..30 {
        desk.ical(&format!("e{n:02}"), &HOUR.replace("0105T", &format!("01{:02}T", 1 + (n * 7) % 28)));
    }
    for n in 0..4 {
        desk.ical(&format!("s{n}"), SERIES);
    }
    desk.ical("long", "DTSTART:20261001T000000Z\nDTEND:20270301T000000Z\nRRULE:FREQ=MONTHLY");
    desk
}

#[test]
fn pages_together_are_the_whole_whatever_their_size() {
    let desk = filled();
    for asked in [
        asked("2027-01-03", "2027-01-20"),
        Asked { expand: Some(Expand::Series), ..asked("2027-01-03", "2027-01-20") },
        Asked::default(),
    ] {
        let whole = pages(&desk, &asked, 500);
        assert!(whole.len() >= 20, "{whole:?}");
        for limit in [1, 2, 7, 20] {
            assert_eq!(pages(&desk, &asked, limit), whole, "{limit} at once");
        }
    }
}

#[test]
fn what_comes_and_goes_between_two_pages_moves_nothing_else() {
    let desk = filled();
    let january = asked("2027-01-03", "2027-01-20");
    let whole = pages(&desk, &january, 500);
    let first = desk.list(&Asked { limit: Some(10), ..january.clone() }).unwrap();
    let told: Vec<String> = first.items.iter().map(line).collect();
    let gone: Vec<&str> = whole.iter().skip(3).step_by(8).map(|line| line.split(' ').next().unwrap()).collect();
    gone.iter().filter(|id| id.starts_with('e')).for_each(|id| desk.remove(id));
    desk.ical("new, early", "DTSTART:20270103T000000Z\nDTEND:20270103T010000Z");
    desk.ical("new, late", "DTSTART:20270119T000000Z\nDTEND:20270119T010000Z");
    let mut rest = Vec::new();
    let mut page_token = first.next_page_token;
    while let Some(token) = page_token {
        let page = desk.list(&Asked { limit: Some(10), page_token: Some(token), ..january.clone() }).unwrap();
        rest.extend(page.items.iter().map(line));
        page_token = page.next_page_token;
    }
    let stays = |line: &&String| !gone.iter().any(|id| id.starts_with('e') && *id == line.as_str());
    let mut expected: Vec<&String> = whole.iter().skip(told.len()).filter(stays).collect();
    let late = "new, late".to_owned();
    expected.push(&late);
    let mut rest: Vec<&String> = rest.iter().collect();
    rest.sort();
    expected.sort();
    assert_eq!(rest, expected);
}

#[test]
fn a_page_has_no_more_than_some_megabytes() {
    let desk = Desk::new();
    let long = format!("{SERIES}\nDESCRIPTION:{}", "a".repeat(900_000)).replace("COUNT=4", "COUNT=40");
    desk.ical("long", &long);
    let january = asked("2027-01-01", "2027-03-01");
    let first = desk.list(&january).unwrap();
    assert_eq!((first.items.len(), first.next_page_token.is_some()), (5, true));
    assert_eq!(pages(&desk, &january, 500).len(), 40);
}

#[test]
fn a_page_token_is_good_for_its_own_list_alone() {
    let desk = filled();
    let january = asked("2027-01-03", "2027-01-20");
    let token = desk.list(&Asked { limit: Some(3), ..january.clone() }).unwrap().next_page_token;
    for other in [
        asked("2027-01-03", "2027-01-21"),
        Asked { with_confidential: true, ..january.clone() },
        Asked { expand: Some(Expand::Series), ..january.clone() },
        Asked::default(),
    ] {
        same(desk.list(&Asked { page_token: token.clone(), ..other }), &NotTold::PageToken);
    }
    let other = desk.engine.app.ranges.list(&luis(), &Asked { page_token: token, ..january });
    same(other, &NotTold::PageToken);
}
