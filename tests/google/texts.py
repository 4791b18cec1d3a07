"""Events as client systems write them, to be expanded. The counts were made by hand or from a calendar on the wall.

Where the libraries that expand them differ from what the product documents, `expected` holds the occurrences, worked out by hand.
"""

from dataclasses import dataclass

from google_checks.cases import CASES
from google_checks.recurrence import master, overrides


@dataclass
class Text:
    what: str
    # The lines of one VEVENT or of several (with an empty line between), without UID and DTSTAMP.
    lines: str
    # None where nobody counted.
    count: int | None
    window: tuple = ("2020-01-01", "2031-01-01")
    # (start, end, title), times in UTC. An empty list: there is nothing to show, so no calendar holds it.
    expected: list = None
    # Compare ends too? Over a change of the clock the libraries keep the wall clock's length; RFC 5545 §3.8.5.3 the exact one.
    ends: bool = True
    # VTIMEZONE, where the text brings one.
    zone: str = ""

    @property
    def shows(self):
        return self.expected != []

    def ical(self, uid):
        text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//check//check//ES", *self.zone.strip().split("\n")]
        text = [line for line in text if line]
        for event in self.lines.strip().split("\n\n"):
            text += ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *event.strip().split("\n"), "END:VEVENT"]
        return "\r\n".join([*text, "END:VCALENDAR", ""])


def converted(case):
    """A case of the simulator's own check, as a text."""
    parts = []
    for number, lines in enumerate(events_of([*master(case), *overrides(case)])):
        parts.append("\n".join([*lines, "SUMMARY:Clase" if number == 0 else f"SUMMARY:Clase cambiada {number}"]))
    return Text(case.what, "\n\n".join(parts), case.count, case.window, ends=case.ends)


def events_of(lines):
    event = []
    for line in lines:
        if line == "END:VEVENT":
            yield event
        elif line == "BEGIN:VEVENT":
            event = []
        elif not line.startswith(("UID:", "DTSTAMP:")):
            event.append(line)


WEEKLY = """
SUMMARY:Clase
DTSTART;TZID=Europe/Madrid:20261008T100000
DTEND;TZID=Europe/Madrid:20261008T110000
RRULE:FREQ=WEEKLY;COUNT=5
"""


def moved(key, start, end, title="Clase cambiada"):
    return f"\nSUMMARY:{title}\nRECURRENCE-ID{key}\nDTSTART{start}\nDTEND{end}\n"


MADRID, NEW_YORK = ";TZID=Europe/Madrid:", ";TZID=America/New_York:"

WRITTEN = [
    # One happening.
    Text("one hour in UTC", "SUMMARY:Cita\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z", 1),
    Text("one hour in Guayaquil, told by its length", "SUMMARY:Cita\nDTSTART;TZID=America/Guayaquil:20261105T150000\nDURATION:PT1H30M", 1),
    Text("a night that is an hour longer", f"SUMMARY:Guardia\nDTSTART{MADRID}20261024T220000\nDTEND{MADRID}20261025T060000", 1),
    Text("a flight from zone to zone", f"SUMMARY:Vuelo\nDTSTART;TZID=America/Guayaquil:20261105T190000\nDTEND{MADRID}20261106T134500", 1),
    Text("a day without an end", "SUMMARY:Feriado\nDTSTART;VALUE=DATE:20261102", 1),
    Text("three days told by their length", "SUMMARY:Congreso\nDTSTART;VALUE=DATE:20261102\nDURATION:P3D", 1),
    Text("a Windows zone", "SUMMARY:Cita\nDTSTART;TZID=Romance Standard Time:20261105T100000\nDTEND;TZID=Romance Standard Time:20261105T110000", 1),
    # A time without a zone is read in the calendar's, which is Guayaquil: five hours behind.
    Text("no zone at all", "SUMMARY:Cita\nDTSTART:20261105T100000\nDTEND:20261105T110000", 1, expected=[("2026-11-05T15:00:00", "2026-11-05T16:00:00", "Cita")]),
    # RFC 5545 §3.3.5: what is skipped is read with the offset before, so 02:30 is 03:30.
    Text("in the hour that is skipped", f"SUMMARY:Cita\nDTSTART{MADRID}20260329T023000\nDTEND{MADRID}20260329T024500", 1),
    Text("in the hour that comes twice: the first", f"SUMMARY:Cita\nDTSTART{MADRID}20261025T023000\nDTEND{MADRID}20261025T024500", 1),
    Text("title with everything that needs escaping", "SUMMARY:Ñandú\\, niño\\; <b>&amp;</b> 50 % \\\\ 日本\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z", 1),
    # People are told in the description; a mail to them would show in the end.
    Text("with people and an alarm", "SUMMARY:Reunión\nORGANIZER;CN=Ana:mailto:ana@example.org\nATTENDEE;CN=Luis;PARTSTAT=NEEDS-ACTION:mailto:luis@example.org\n"
         "DTSTART:20261105T150000Z\nDTEND:20261105T160000Z\nCATEGORIES:UNO,DOS\nCOLOR:navy\nPRIORITY:1\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nDESCRIPTION:x\nEND:VALARM", 1),
    Text("more than a private property holds", "SUMMARY:Muchas\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z\nCATEGORIES:" + ",".join(f"categoría número {n}" for n in range(120)), 1),
    # What was called off stays to be seen, with a word before its title (providers §1.4: `cancelled` would delete it).
    Text("called off", "SUMMARY:Cita\nSTATUS:CANCELLED\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z", 1,
         expected=[("2026-11-05T15:00:00", "2026-11-05T16:00:00", "Cancelado: Cita")]),
    # Series.
    Text("a Windows zone over the end of summer", "SUMMARY:Clase\nDTSTART;TZID=Romance Standard Time:20261022T100000\nDTEND;TZID=Romance Standard Time:20261022T110000\nRRULE:FREQ=WEEKLY;COUNT=3", 3),
    Text("an American Windows zone in quotes", 'SUMMARY:Clase\nDTSTART;TZID="Eastern Standard Time":20261027T090000\nDTEND;TZID="Eastern Standard Time":20261027T100000\nRRULE:FREQ=WEEKLY;COUNT=3', 3),
    Text("a zone of another maker's folder", "SUMMARY:Clase\nDTSTART;TZID=/freeassociation.sourceforge.net/Europe/Madrid:20261022T100000\nDURATION:PT45M\nRRULE:FREQ=WEEKLY;COUNT=3", 3),
    Text("a series told by its length", f"SUMMARY:Clase\nDTSTART{MADRID}20261022T100000\nDURATION:PT50M\nRRULE:FREQ=WEEKLY;COUNT=4", 4),
    Text("a series in UTC does not follow the clocks", "SUMMARY:Clase\nDTSTART:20261022T100000Z\nDTEND:20261022T110000Z\nRRULE:FREQ=WEEKLY;COUNT=4", 4),
    Text("across years", f"SUMMARY:Clase\nDTSTART{NEW_YORK}20261221T180000\nDTEND{NEW_YORK}20261221T193000\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20270301T045959Z", 10),
    Text("days until a day, over a change of the clock", "SUMMARY:Turno\nDTSTART;VALUE=DATE:20261023\nDTEND;VALUE=DATE:20261024\nRRULE:FREQ=DAILY;UNTIL=20261027", 5),
    # RFC 5545 wants UNTIL in UTC here; a bare date means the whole day in the event's own zone.
    Text("times until a day", f"SUMMARY:Clase\nDTSTART{MADRID}20261105T100000\nDTEND{MADRID}20261105T110000\nRRULE:FREQ=WEEKLY;UNTIL=20261119", 3,
         expected=[(f"2026-11-{day}T09:00:00", f"2026-11-{day}T10:00:00", "Clase") for day in ("05", "12", "19")]),
    Text("leap days, each fourth year", "SUMMARY:Bisiesto\nDTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;COUNT=3", 3, ("2020-01-01", "2040-01-01")),
    Text("the last weekday of February", f"SUMMARY:Cierre\nDTSTART{NEW_YORK}20260227T170000\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4", 4),
    Text("the second and the second last Wednesday", f"SUMMARY:Pleno\nDTSTART{MADRID}20261014T120000\nDURATION:PT2H\nRRULE:FREQ=MONTHLY;BYDAY=2WE,-2WE;COUNT=6", 6),
    Text("midnight to midnight in Santiago in autumn", "SUMMARY:Día\nDTSTART;TZID=America/Santiago:20260402T120000\nDTEND;TZID=America/Santiago:20260402T130000\nRRULE:FREQ=DAILY;COUNT=5", 5),
    Text("thrice an hour is written out", "SUMMARY:Toma\nDTSTART;TZID=America/Guayaquil:20261105T080000\nDURATION:PT5M\nRRULE:FREQ=HOURLY;INTERVAL=8;COUNT=6", 6),
    Text("excluded by the rule's own day, in UTC on another day", "SUMMARY:Clase\nDTSTART;TZID=America/Guayaquil:20261105T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20261107T010000Z", 3),
    # Outlook writes such; a bare date takes out what begins on that day.
    Text("times excluded by a day", f"SUMMARY:Clase\nDTSTART{MADRID}20261105T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE;VALUE=DATE:20261106", 3),
    Text("dates added for a while each", "SUMMARY:Clase\nDTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nRDATE:20261107T120000Z\nRDATE:20261210T120000Z,20261211T120000Z", 4),
    Text("a series that starts in the hour that is skipped", f"SUMMARY:Clase\nDTSTART{MADRID}20260329T023000\nDTEND{MADRID}20260329T024500\nRRULE:FREQ=DAILY;COUNT=3", 3),
    # Occurrences that differ.
    Text("moved, told in the event's zone", WEEKLY + moved(f"{MADRID}20261015T100000", f"{MADRID}20261016T160000", f"{MADRID}20261016T180000"), 5),
    Text("moved, told in UTC", WEEKLY + moved(":20261015T080000Z", ":20261016T140000Z", ":20261016T160000Z"), 5),
    Text("moved, told in UTC after the clocks changed", WEEKLY + moved(":20261029T090000Z", f"{MADRID}20261030T160000", f"{MADRID}20261030T180000"), 5),
    Text("moved, told in another zone", WEEKLY + moved(f"{NEW_YORK}20261015T040000", f"{NEW_YORK}20261015T120000", f"{NEW_YORK}20261015T130000"), 5),
    Text("moved onto the hour that comes twice", WEEKLY + moved(f"{MADRID}20261022T100000", f"{MADRID}20261025T023000", f"{MADRID}20261025T024500"), 5),
    Text("another title only", WEEKLY + moved(f"{MADRID}20261015T100000", f"{MADRID}20261015T100000", f"{MADRID}20261015T110000", "Examen"), 5),
    Text("each of them another title", WEEKLY + "".join(
        moved(f"{MADRID}{day}T100000", f"{MADRID}{day}T100000", f"{MADRID}{day}T110000", f"Tema {n}") for n, day in enumerate(["20261008", "20261015", "20261022", "20261029", "20261105"])), 5),
    Text("the first moved before all", WEEKLY + moved(f"{MADRID}20261008T100000", f"{MADRID}20261001T090000", f"{MADRID}20261001T093000"), 5),
    Text("two trade places", WEEKLY + moved(f"{MADRID}20261015T100000", f"{MADRID}20261022T100000", f"{MADRID}20261022T110000", "A")
         + moved(f"{MADRID}20261022T100000", f"{MADRID}20261015T100000", f"{MADRID}20261015T110000", "B"), 5),
    Text("one becomes a whole day", WEEKLY + moved(f"{MADRID}20261015T100000", ";VALUE=DATE:20261015", ";VALUE=DATE:20261016", "Excursión"), 5),
    Text("called off, in the event's zone", WEEKLY + f"\nSUMMARY:Clase\nSTATUS:CANCELLED\nRECURRENCE-ID{MADRID}20261015T100000\nDTSTART{MADRID}20261015T100000\n", 4),
    Text("called off, in UTC", WEEKLY + f"\nSUMMARY:Clase\nSTATUS:CANCELLED\nRECURRENCE-ID:20261029T090000Z\nDTSTART{MADRID}20261029T100000\n", 4),
    Text("excluded, moved and called off", WEEKLY.rstrip() + f"\nEXDATE:20261008T080000Z\nRDATE{MADRID}20261110T120000\n" + moved(f"{MADRID}20261015T100000", f"{MADRID}20261016T160000", f"{MADRID}20261016T180000")
         + f"\nSUMMARY:Clase\nSTATUS:CANCELLED\nRECURRENCE-ID{MADRID}20261022T100000\nDTSTART{MADRID}20261022T100000\n", 4),
    Text("an added date is moved", WEEKLY.rstrip() + f"\nRDATE{MADRID}20261110T120000\n" + moved(f"{MADRID}20261110T120000", f"{MADRID}20261111T120000", f"{MADRID}20261111T130000"), 6),
    Text("a whole day moved", "SUMMARY:Turno\nDTSTART;VALUE=DATE:20261105\nRRULE:FREQ=WEEKLY;COUNT=4\n" + moved(";VALUE=DATE:20261112", ";VALUE=DATE:20261114", ";VALUE=DATE:20261116"), 4),
    Text("a whole day called off", "SUMMARY:Turno\nDTSTART;VALUE=DATE:20261105\nRRULE:FREQ=WEEKLY;COUNT=4\n\nSUMMARY:Turno\nSTATUS:CANCELLED\nRECURRENCE-ID;VALUE=DATE:20261119\nDTSTART;VALUE=DATE:20261119\n", 3),
    Text("moved in a series of Windows's zone", "SUMMARY:Clase\nDTSTART;TZID=Romance Standard Time:20261022T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3\n"
         + moved(";TZID=Romance Standard Time:20261029T100000", ";TZID=Romance Standard Time:20261030T100000", ";TZID=Romance Standard Time:20261030T110000"), 3),
    # From then on an hour later: Google has no such thing, so each is written (RFC 5545 §3.2.13).
    Text("this and all later ones", WEEKLY + moved(f";RANGE=THISANDFUTURE{MADRID}20261022T100000", f"{MADRID}20261022T110000", f"{MADRID}20261022T120000", "Más tarde"), 5),
    Text("an endless series with one moved", "SUMMARY:Clase\nDTSTART;TZID=America/Santiago:20260801T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n"
         + moved(";TZID=America/Santiago:20260905T100000", ";TZID=America/Santiago:20260906T100000", ";TZID=America/Santiago:20260906T110000"), 9, ("2026-08-15", "2026-10-15")),
]

NIGHTLY = f"SUMMARY:Ronda\nDTSTART{MADRID}%sT023000\nDTEND{MADRID}%sT024500\nRRULE:FREQ=DAILY;COUNT=4\n"
SPRING, AUTUMN = NIGHTLY % ("20260327", "20260327"), NIGHTLY % ("20261023", "20261023")
APIA = ";TZID=Pacific/Apia:"

WRITTEN += [
    # Occurrences in hours that clocks skip or repeat, named as they would be.
    Text("moved out of the hour that is skipped", SPRING + moved(f"{MADRID}20260329T023000", f"{MADRID}20260329T120000", f"{MADRID}20260329T130000"), 4),
    Text("another title in the hour that is skipped", SPRING + moved(f"{MADRID}20260329T023000", f"{MADRID}20260329T023000", f"{MADRID}20260329T024500"), 4),
    Text("the skipped hour excluded", SPRING + f"EXDATE{MADRID}20260329T023000", 3),
    Text("the skipped hour called off", SPRING + f"\nSUMMARY:Ronda\nSTATUS:CANCELLED\nRECURRENCE-ID{MADRID}20260329T023000\nDTSTART{MADRID}20260329T023000", 3),
    Text("the skipped hour excluded in UTC", SPRING + "EXDATE:20260329T013000Z", 3),
    Text("moved out of the hour that comes twice", AUTUMN + moved(f"{MADRID}20261025T023000", f"{MADRID}20261025T120000", f"{MADRID}20261025T130000"), 4),
    Text("moved out of the hour that comes twice, told in UTC", AUTUMN + moved(":20261025T003000Z", f"{MADRID}20261025T120000", f"{MADRID}20261025T130000"), 4),
    Text("the hour that comes twice excluded", AUTUMN + f"EXDATE{MADRID}20261025T023000", 3),
    Text("the hour that comes twice excluded in UTC", AUTUMN + "EXDATE:20261025T003000Z", 3),
    Text("moved in Samoa around the day it skipped", f"SUMMARY:Clase\nDTSTART{APIA}20111223T080000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\n"
         + moved(f"{APIA}20111223T080000", f"{APIA}20111229T080000", f"{APIA}20111229T090000"), 4, ("2011-12-01", "2012-02-01")),
    Text("moved in New York when Europe has changed already", f"SUMMARY:Clase\nDTSTART{NEW_YORK}20261019T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\n"
         + moved(f"{MADRID}20261026T140000", f"{NEW_YORK}20261027T090000", f"{NEW_YORK}20261027T100000"), 4),
    # Odd series.
    Text("a start that its rule does not give", f"SUMMARY:Clase\nDTSTART{MADRID}20261105T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261201T000000Z", 5),
    Text("a day's length over the end of summer", f"SUMMARY:Guardia\nDTSTART{MADRID}20261023T080000\nDURATION:P1D\nRRULE:FREQ=WEEKLY;COUNT=3", 3),
    # RFC 5545 §3.3.6: hours are exact, days are of the calendar; the library takes 24 hours for a day.
    Text("24 hours over the end of summer", f"SUMMARY:Guardia\nDTSTART{MADRID}20261024T080000\nDURATION:PT24H", 1,
         expected=[("2026-10-24T06:00:00", "2026-10-25T06:00:00", "Guardia")]),
    Text("a day over the end of summer", f"SUMMARY:Guardia\nDTSTART{MADRID}20261024T080000\nDURATION:P1D", 1),
    Text("a series from zone to zone", f"SUMMARY:Vuelo\nDTSTART{MADRID}20261022T100000\nDTEND{NEW_YORK}20261022T130000\nRRULE:FREQ=WEEKLY;COUNT=4", 4, ends=False),
    Text("an added period", "SUMMARY:Clase\nDTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nRDATE;VALUE=PERIOD:20261107T120000Z/20261107T140000Z", 2),
    Text("a period told by its length", "SUMMARY:Clase\nDTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nRDATE;VALUE=PERIOD:20261107T120000Z/PT3H", 2),
    Text("until a time without a zone", f"SUMMARY:Clase\nDTSTART{MADRID}20261105T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20261119T100000", 3),
    Text("this and all later ones on another weekday", WEEKLY + moved(f";RANGE=THISANDFUTURE{MADRID}20261022T100000", f"{MADRID}20261023T100000", f"{MADRID}20261023T110000", "Viernes"), 5),
    Text("each month's days from the end", f"SUMMARY:Cierre\nDTSTART{MADRID}20261129T100000\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1,-2;COUNT=6", 6),
    Text("weekend days of a week that begins on Saturday", f"SUMMARY:Ensayo\nDTSTART{MADRID}20261107T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU,FR;WKST=SA;COUNT=7", 7),
    # The library does not know EXRULE (RFC 2445), which Google takes.
    Text("a rule of exceptions", f"SUMMARY:Clase\nDTSTART{MADRID}20261105T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10\nEXRULE:FREQ=WEEKLY;COUNT=2", 8,
         expected=[(f"2026-11-{day}T09:00:00", f"2026-11-{day}T10:00:00", "Clase") for day in ("06", "07", "08", "09", "10", "11", "13", "14")]),
    Text("two rules", f"SUMMARY:Clase\nDTSTART{MADRID}20261105T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3\nRRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20261114T235959Z", 5),
    # Calendars don't show what has no length: it lasts a minute, which the answer tells.
    Text("a moment without length", "SUMMARY:Aviso\nDTSTART:20261105T100000Z\nDTEND:20261105T100000Z", 1, expected=[("2026-11-05T10:00:00", "2026-11-05T10:01:00", "Aviso")]),
    # A series of which nothing is left is shown nowhere.
    Text("all of them called off", WEEKLY.replace("COUNT=5", "COUNT=2").rstrip() + f"\nEXDATE{MADRID}20261008T100000,20261015T100000", 0, expected=[]),
    Text("a whole day series with a timed one", "SUMMARY:Turno\nDTSTART;VALUE=DATE:20261105\nRRULE:FREQ=WEEKLY;COUNT=4\n" + moved(";VALUE=DATE:20261112", f"{MADRID}20261112T100000", f"{MADRID}20261112T110000"), 4),
    Text("a zone that the text explains", "SUMMARY:Clase\nDTSTART;TZID=Customized Time Zone:20261022T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3", 3, zone="""
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""),
    # A series there is refused: no calendar could hold it.
    Text("a zone that is nowhere on the map", "SUMMARY:Clase\nDTSTART;TZID=Luna:20261022T100000\nDURATION:PT1H", 1, zone="""
BEGIN:VTIMEZONE
TZID:Luna
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0307
TZOFFSETTO:+0307
END:STANDARD
END:VTIMEZONE"""),
]

TEXTS = [converted(case) for case in CASES] + WRITTEN
