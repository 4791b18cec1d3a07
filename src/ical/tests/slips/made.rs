//! Good values of each kind, by the dice.

use std::iter::repeat_with;

use fastrand::Rng;

pub(super) fn day(dice: &mut Rng, years: std::ops::Range<i16>) -> jiff::civil::Date {
    let date = jiff::civil::date(dice.i16(years), dice.i8(1..=12), 1);
    date.with().day(dice.i8(1..=date.days_in_month())).build().unwrap()
}

pub(super) fn date(dice: &mut Rng) -> String {
    day(dice, 1910..2190).strftime("%Y%m%d").to_string()
}

pub(super) fn time(dice: &mut Rng) -> String {
    let round = dice.bool();
    let part = |dice: &mut Rng, most: u8| if round { dice.u8(0..=most / 15) * 15 } else { dice.u8(0..=most) };
    format!("{:02}{:02}{:02}", dice.u8(0..24), part(dice, 59), if round { 0 } else { part(dice, 59) })
}

pub(super) fn local(dice: &mut Rng) -> String {
    format!("{}T{}", date(dice), time(dice))
}

pub(super) fn instant(dice: &mut Rng) -> String {
    format!("{}Z", local(dice))
}

pub(super) fn point(dice: &mut Rng) -> String {
    match dice.u8(0..3) {
        0 => date(dice),
        1 => local(dice),
        _ => instant(dice),
    }
}

/// Within ten years of 1900.
pub(super) fn early(dice: &mut Rng) -> String {
    format!("{}T{}", day(dice, 1900..1909).strftime("%Y%m%d"), time(dice))
}

pub(super) fn at_ten(dice: &mut Rng) -> String {
    let day = day(dice, 2031..2190).strftime("%Y%m%d").to_string();
    if dice.bool() { format!("{day}T100000Z") } else { day }
}

pub(super) fn list(dice: &mut Rng, each: fn(&mut Rng) -> String) -> String {
    let many = dice.usize(1..4);
    repeat_with(|| each(dice)).take(many).collect::<Vec<_>>().join(",")
}

pub(super) fn points(dice: &mut Rng) -> String {
    let each = if dice.bool() { instant } else { local };
    list(dice, each)
}

pub(super) fn dates(dice: &mut Rng) -> String {
    list(dice, date)
}

pub(super) fn periods(dice: &mut Rng) -> String {
    list(dice, |dice| {
        let from = instant(dice);
        let to = if dice.bool() { short(dice) } else { format!("{}T235900Z", &from[..8]) };
        format!("{from}/{to}")
    })
}

pub(super) fn short(dice: &mut Rng) -> String {
    let (hours, minutes) = (dice.u8(1..60), dice.u8(1..60));
    match dice.u8(0..4) {
        0 => format!("PT{hours}H"),
        1 => format!("PT{hours}H{minutes}M"),
        2 => format!("P{hours}D"),
        _ => format!("PT{minutes}M"),
    }
}

pub(super) fn length(dice: &mut Rng) -> String {
    let sign = ["", "", "-", "+"][dice.usize(0..4)];
    let mut number = |most: u32| if dice.bool() { dice.u32(0..most).to_string() } else { dice.u32(0..10).to_string() };
    let (weeks, days, hours, minutes, seconds) = (number(30), number(200), number(60), number(90), number(90));
    let times = [
        format!("T{hours}H"),
        format!("T{minutes}M"),
        format!("T{seconds}S"),
        format!("T{hours}H{minutes}M"),
        format!("T{hours}H{minutes}M{seconds}S"),
        format!("T{minutes}M{seconds}S"),
    ];
    let time = &times[dice.usize(0..times.len())];
    match dice.u8(0..4) {
        0 => format!("{sign}P{weeks}W"),
        1 => format!("{sign}P{days}D"),
        2 => format!("{sign}P{days}D{time}"),
        _ => format!("{sign}P{time}"),
    }
}

pub(super) fn few(dice: &mut Rng) -> String {
    dice.u8(1..=100).to_string()
}

pub(super) fn offset(dice: &mut Rng) -> String {
    let sign = if dice.bool() { '+' } else { '-' };
    let seconds = if dice.u8(0..4) == 0 { format!("{:02}", dice.u8(0..60)) } else { String::new() };
    format!("{sign}{:02}{:02}{seconds}", dice.u8(0..12), dice.u8(0..60))
}

pub(super) fn yearly(dice: &mut Rng) -> String {
    let day = ["MO", "FR", "SU"][dice.usize(0..3)];
    let until = if dice.bool() { String::new() } else { format!(";UNTIL={}", instant(dice)) };
    format!("FREQ=YEARLY;BYMONTH={};BYDAY={}{day}{until}", dice.u8(1..=12), ["-1", "1", "2", "+3"][dice.usize(0..4)])
}

pub(super) fn rule(dice: &mut Rng) -> String {
    let frequency = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"][dice.usize(0..4)];
    let mut parts = vec![format!("FREQ={frequency}")];
    match dice.u8(0..3) {
        0 => parts.push(format!("COUNT={}", dice.u16(1..400))),
        1 => parts.push(format!("UNTIL={}", if dice.bool() { date(dice) } else { instant(dice) })),
        _ => {}
    }
    let mut numbers = |least: i16, most: i16, many: usize| {
        let each =
            repeat_with(|| dice.i16(least..=most)).filter(|number| *number != 0).map(|number| number.to_string());
        each.take(many).collect::<Vec<_>>().join(",")
    };
    let by = [
        format!("INTERVAL={}", numbers(1, 30, 1)),
        format!("BYMONTH={}", numbers(1, 12, 2)),
        format!("BYMONTHDAY={}", numbers(-31, 31, 3)),
        format!("BYHOUR={}", numbers(1, 23, 2)),
        format!("BYMINUTE={}", numbers(1, 59, 1)),
        format!("BYSETPOS={}", numbers(-5, 5, 1)),
        "BYDAY=MO,WE,FR".to_owned(),
        "BYDAY=-1SU,2TU".to_owned(),
        "WKST=SU".to_owned(),
    ];
    let mut chosen: Vec<String> = by.into_iter().filter(|_| dice.u8(0..4) == 0).collect();
    chosen.dedup_by_key(|part| part.split('=').next().unwrap().to_owned());
    parts.extend(chosen);
    dice.shuffle(&mut parts);
    parts.join(";")
}
