"""From the first consent to the last trace: link, tell, change, delete, resync, unlink."""

import urllib.parse

import chance
import series
from judge import Court
from phone import Account, ask_json
from report import expect, failed, need
from stage import SCRIPT_TOKEN, USER, Stage
from texts import TEXTS, Text

PHONE = "+593991234567"
BY_CHANCE = 80


def check(binary, folder):
    court = Court()
    stage = Stage(binary, folder, court)
    try:
        account, phone = Account(stage.google, USER, SCRIPT_TOKEN), stage.phone(PHONE)
        tell(stage, phone, {})
        calendar = link(phone, account)
        sent = send(phone, account, calendar, TEXTS + chance.texts(BY_CHANCE))
        change(phone, account, calendar, sent)
        delete(phone, account, calendar, sent, list(sent)[5::20])
        resync(stage, phone, account, calendar, sent)
        unlink(phone, account, calendar, sent)
        nothing_forbidden(account)
        nothing_told(stage, court)
    finally:
        stage.stop()
    summary(court)


def link(phone, account):
    status, page = phone.consent()
    expect("the page says that it is linked", (status, USER in page, 'id="again"' in page), (200, True, False))
    return linked(phone, account)


def linked(phone, account):
    link = phone.link()
    need("GET /link says so", (link["linked"], link.get("provider"), link.get("account"), link.get("state")), (True, "google", USER, "active"))
    made = account.calendars()
    need("one calendar was made", [(one["summary"], one["id"]) for one in made], [("Puentes", link["calendar_url"])])
    return link["calendar_url"]


def send(phone, account, calendar, texts):
    """Sends these texts, then looks at all of them. Answers them by their names."""
    sent = {f"texto-{number:03}": text for number, text in enumerate(texts)}
    for name, text in sent.items():
        status, answer = phone.post(text.ical(name))
        expect(f"{text.what}: POST /events", (status, answer.get("sync", answer).get("state", answer)), (201, "synced"))
    series.look(account, calendar, sent, sent, "after they were sent")
    return sent


def change(phone, account, calendar, sent):
    """Events become something else, each kind another one."""
    by_what = {text.what: name for name, text in sent.items()}
    changed = [(by_what[what], Text(f"{what}, changed", lines, count)) for what, lines, count in CHANGED if what in by_what]
    for name, text in changed:
        status, answer = phone.put(name, text.ical(name))
        expect(f"{text.what}: PUT /events", (status, answer.get("sync", {}).get("state")), (200, "synced"))
        sent[name] = text
    series.look(account, calendar, sent, [name for name, _ in changed], "after the changes")


MADRID = ";TZID=Europe/Madrid:"
SERIES = f"SUMMARY:Clase\nDTSTART{MADRID}20261022T100000\nDTEND{MADRID}20261022T110000\nRRULE:FREQ=WEEKLY;COUNT=4"
CHANGED = [
    ("one hour in UTC", "SUMMARY:Cita nueva\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z", 1),
    ("a flight from zone to zone", "SUMMARY:Vuelo\nDTSTART;TZID=America/Guayaquil:20261106T190000\nDTEND;TZID=America/New_York:20261107T034500", 1),
    ("a day without an end", SERIES, 4),
    ("weekly over the end of summer", "SUMMARY:Clase\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z", 1),
    ("three days told by their length", "SUMMARY:Congreso\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z", 1),
    ("thrice a day", "SUMMARY:Turno\nDTSTART;VALUE=DATE:20261105\nRRULE:FREQ=WEEKLY;COUNT=2", 2),
    ("moved, told in UTC", SERIES + "\nEXDATE:20261029T090000Z", 3),
    ("called off, in UTC", SERIES + f"\n\nSUMMARY:Examen\nRECURRENCE-ID{MADRID}20261029T100000\nDTSTART{MADRID}20261030T100000\nDURATION:PT3H", 4),
    ("each of them another title", SERIES.replace("20261022", "20261008").replace("COUNT=4", "COUNT=2"), 2),
    ("a whole day moved", "SUMMARY:Turno\nDTSTART;VALUE=DATE:20261106\nRRULE:FREQ=WEEKLY;COUNT=3", 3),
    ("called off", "SUMMARY:Cita\nDTSTART:20261105T150000Z\nDTEND:20261105T160000Z", 1),
    ("endless, seen through a window", SERIES.replace("COUNT=4", "UNTIL=20261105T090000Z"), 3),
]


def delete(phone, account, calendar, sent, names):
    for name in names:
        text = sent.pop(name)
        expect(f"{text.what}: DELETE /events", phone.delete(name), 204)
        expect(f"{text.what}: nobody knows it any more", phone.ask("GET", f"/events/{name}")[0], 404)
    series.look(account, calendar, sent, [], "after the deletions")


def resync(stage, phone, account, calendar, sent):
    """Puentes tells another agenda than the calendar holds, and the person has had their hands in it."""
    gone = [name for name, text in sent.items() if text.shows][-3:]
    for name in gone:
        del sent[name]
    names = list(sent)
    sent[names[0]] = Text("told anew", SERIES, 4)
    sent["texto-nuevo"] = Text("never told before", SERIES.replace("Clase", "Taller"), 4)
    by_source = account.by_source(calendar)
    place = urllib.parse.quote(calendar, safe="")
    renamed, removed = (by_source[name][0]["id"] for name in names[1:3])
    account.control("PATCH", f"events/{USER}/{place}/{renamed}", {"summary": "A mano"})
    account.control("DELETE", f"events/{USER}/{place}/{removed}")
    tell(stage, phone, sent)
    status, told = phone.resync()
    need("POST /resync", (status, told.get("state", told)), (200, "succeeded"))
    expect("it counts what it did", told["counts"], {"created": 2, "changed": 2, "deleted": 3, "left": 0})
    series.look(account, calendar, sent, [names[0], names[1], names[2], "texto-nuevo"], "after the resync")
    expect("what is held is what Puentes told", sorted(phone.held()), sorted(sent))


def tell(stage, phone, sent):
    place = urllib.parse.quote(phone.number, safe="")
    told = [{"event_id": name, "event_data": text.ical(name)} for name, text in sent.items()]
    status, _ = ask_json("PUT", f"{stage.puentes}/__sim/events/{place}", told)
    need("Puentes is told its agenda", status, 204)


def unlink(phone, account, calendar, sent):
    events = sum(text.shows for text in sent.values())
    status, receipt = phone.unlink()
    told = receipt.get("status"), receipt.get("deleted"), receipt.get("left")
    expect("DELETE /link", (status, *told), (200, "unlinked", events, 0))
    left = [one for one in account.calendars() if one["id"] == calendar]
    expect("the calendar is gone", left, [])
    tokens = account.control("GET", "tokens")
    expect("the consent was given back", (tokens["refresh"], tokens["grants"]), (0, []))
    expect("GET /link says so", phone.link()["linked"], False)


def nothing_forbidden(account):
    expect("no call was refused for its scope", account.control("GET", "scopes"), [])
    expect("nobody was mailed", account.control("GET", "mails"), [])


def nothing_told(stage, court):
    log = stage.log("gateway")
    expect("no secret is in the gateway's log", [secret[:6] + "…" for secret in court.secrets if len(secret) > 8 and secret in log], [])
    loud = [line for line in log.splitlines() if "panicked" in line or " ERROR " in line]
    expect("the gateway complained of nothing", loud, [])


def summary(court, more=""):
    if not court.faults:
        told = ", ".join(f"{name.removeprefix('calendar.')} {count}" for name, count in sorted(court.calls.items()))
        print(f"       judged: {told}; {court.in_batches} of them in {court.batches} batches; {court.others}; answers {court.statuses}; {more}")
    if sum(court.calls.values()) == 0:
        failed("calls were judged", "there was none")
    expect("every call and every answer is as Google describes it", len(court.faults), 0)
