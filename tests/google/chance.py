"""Series that nobody would write by hand: rules, dates and changes put together by chance, the same ones each time."""

import datetime
import random
import zoneinfo

from dateutil.rrule import rrulestr

from texts import Text

SEED = 20261122
# Where clocks change in spring, in autumn, at midnight, by half an hour, or for a month.
ZONES = ["Europe/Madrid", "America/New_York", "America/Santiago", "America/Guayaquil", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "Atlantic/Azores"]
RULES = {
    "DAILY": ["", ";BYDAY=SA,SU", ";INTERVAL=3"],
    "WEEKLY": ["", ";BYDAY=MO,TH", ";INTERVAL=2;BYDAY=TU,SA,SU;WKST=SU", ";INTERVAL=3"],
    "MONTHLY": ["", ";BYDAY=-1FR", ";BYDAY=2MO,4MO", ";BYMONTHDAY=-1", ";BYMONTHDAY=1,15,31", ";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
    "YEARLY": ["", ";BYMONTH=3,10;BYDAY=-1SU", ";BYYEARDAY=100,-1", ";BYMONTH=2;BYMONTHDAY=29"],
}


def texts(count):
    chance = random.Random(SEED)
    return [text(chance, f"series {number} by chance") for number in range(count)]


def text(chance, what):
    days, zone = chance.random() < 0.2, chance.choice(ZONES)
    rule, starts = recurrence(chance, days)
    length = datetime.timedelta(days=chance.randint(1, 3)) if days else datetime.timedelta(minutes=chance.choice([15, 30, 60]))

    def plain(when):
        return f";VALUE=DATE:{when:%Y%m%d}" if days else f";TZID={zone}:{when:%Y%m%dT%H%M%S}"

    def either(when):
        """In the event's zone, or the same instant in UTC."""
        if days or chance.random() < 0.6:
            return plain(when)
        return f":{when.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(datetime.timezone.utc):%Y%m%dT%H%M%S}Z"

    lines = ["SUMMARY:Clase", "DTSTART" + plain(starts[0]), "DTEND" + plain(starts[0] + length), f"RRULE:{rule};COUNT={len(starts)}"]
    left = chance.sample(starts, len(starts))[1:]
    for _ in range(min(len(left), chance.randint(0, 2))):
        lines.append("EXDATE" + either(left.pop()))
    for _ in range(chance.randint(0, 2)):
        # Five past: no rule gives that.
        added = starts[0] + datetime.timedelta(days=chance.randint(1, 400)) + datetime.timedelta(minutes=0 if days else 5)
        lines += ["RDATE" + either(added)] if added not in starts and "RDATE" not in lines[-1] else []
    for number in range(min(len(left), chance.randint(0, 3))):
        original = left.pop()
        moved = original + datetime.timedelta(days=chance.randint(-3, 3), hours=0 if days else chance.randint(-5, 5))
        lines += ["", "RECURRENCE-ID" + either(original), "DTSTART" + plain(moved), "DTEND" + plain(moved + length)]
        lines += ["SUMMARY:Clase", "STATUS:CANCELLED"] if chance.random() < 0.25 else [f"SUMMARY:Cambiada {number}"]
    # Over a change of the clock the libraries keep the wall clock's length: ends are not compared.
    return Text(what, "\n".join(lines), None, ("2024-01-01", "2060-01-01"), ends=False)


def recurrence(chance, days):
    """A rule, and its starts: some, of which the first is one that it gives."""
    frequency = chance.choice(list(RULES))
    rule = f"FREQ={frequency}{chance.choice(RULES[frequency])}"
    hour, minute = (0, 0) if days else (chance.choice([0, 1, 2, 3, 8, 20, 23]), chance.choice([0, 30]))
    start = datetime.datetime(chance.randint(2025, 2027), chance.randint(1, 12), chance.randint(1, 28), hour, minute)
    first = rrulestr(rule, dtstart=start)[0]
    return rule, list(rrulestr(f"{rule};COUNT={chance.randint(2, 8)}", dtstart=first))
