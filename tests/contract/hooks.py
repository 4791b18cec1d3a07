"""What Schemathesis can't know from the document: what an appointment looks like, and where there is a calendar to link.

Only what is meant to be taken is completed; a case that is to be refused for something else keeps that.
"""

import atexit
import collections
import json
import os
import pathlib
import urllib.parse

import schemathesis
from schemathesis import GenerationMode

CALENDARS = os.environ["PASARELA_CONTRACT_CALENDARS"]
USER, PASSWORD = os.environ["PASARELA_CONTRACT_ACCOUNT"].split(":")
FORM = "application/x-www-form-urlencoded"
# How often each operation was answered with each status, for who started this.
ANSWERS = collections.defaultdict(collections.Counter)
# The places in lists that were given away, by whom they were given to: nobody can make one up.
GIVEN = collections.defaultdict(set)
# What was made in answers, by who made it and where it stands in an address: nobody can make one up either.
MADE = collections.defaultdict(set)
# Which answers name something that is made, and what it is in addresses.
MAKES = {"create_calendar_event": "event_id", "put_event_by_reference": "event_id", "create_key": "key_id", "create_feed": "feed_id"}
# What consents were begun, by whom.
BEGUN = collections.defaultdict(set)
# What is asked about a range.
OF_A_RANGE = {"list_event_instances", "free_busy"}
# What a body says of an event.
SAYS_AN_EVENT = {"create_calendar_event", "put_calendar_event", "put_event_by_reference"}
# What may stand in an `event_id`, in bytes of UTF-8: JSON Schema counts characters.
LONGEST_ID = 512


def appointment(seed):
    """A different one for each text, as iCalendar."""
    number = sum(map(ord, seed))
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{number}@contract.example\r\nDTSTAMP:20261101T000000Z\r\n"
        f"DTSTART:202612{1 + number % 28:02}T143000Z\r\nDTEND:202612{1 + number % 28:02}T150000Z\r\n"
        f"SUMMARY:Cita {number}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def positive(case):
    return case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE


@schemathesis.hook
def filter_case(context, case):
    """An id of 512 characters may be too long; which ones are, no schema can say. Of an empty object nothing travels in a form."""
    if case.media_type == FORM and isinstance(case.body, dict) and {} in case.body.values():
        return False
    if not positive(case):
        return True
    ids = [(case.path_parameters or {}).get("event_id")]
    if isinstance(case.body, dict):
        ids.append(case.body.get("event_id"))
    return all(len(id.encode("utf-8", "surrogatepass")) <= LONGEST_ID for id in ids if isinstance(id, str))


@schemathesis.hook
def map_case(context, case):
    complete(case)
    return case


@schemathesis.hook
def before_call(context, case, kwargs):
    complete(case)


@schemathesis.hook
def after_call(context, case, response):
    ANSWERS[name(case)][str(response.status_code)] += 1
    if response.status_code not in (200, 201, 202) or not response.content:
        return
    if name(case) == "list_events":
        GIVEN[case.auth_identity].add(response.json().get("next_page_token"))
    if name(case) == "get_auth_url":
        BEGUN[case.auth_identity].update(urllib.parse.parse_qs(urllib.parse.urlsplit(response.json()["url"]).query).get("state", []))
    place = MAKES.get(name(case))
    if place and "json" in response.headers.get("content-type", [""])[0]:
        MADE[case.auth_identity, place].add(response.json()["id"])


@atexit.register
def tell():
    pathlib.Path(os.environ["PASARELA_CONTRACT_ANSWERS"]).write_text(json.dumps(ANSWERS), encoding="utf-8")


def name(case):
    return case.operation.definition.raw.get("operationId")


def complete(case):
    token = (case.query or {}).get("page_token")
    if positive(case) and token is not None and token not in GIVEN[case.auth_identity]:
        del case.query["page_token"]
    if positive(case):
        told(case)
    body = case.body
    if not isinstance(body, dict):
        return
    if positive(case) and name(case) == "finish_calendar_consent" and BEGUN[case.auth_identity]:
        body["state"] = max(BEGUN[case.auth_identity])
        case.path_parameters["provider"] = "google"
    if positive(case) and name(case) in SAYS_AN_EVENT:
        body |= when(body.get("name"))
        body.pop("client_reference", None)
    data = body.get("event_data")
    if positive(case) and isinstance(data, str) and not data.startswith("BEGIN:VCALENDAR\r\n"):
        body["event_data"] = appointment(data)
    if positive(case) and name(case) == "change_event":
        # It can only be the one of the address, which is written there in another way.
        body.pop("event_id", None)
    account = body.get("caldav")
    if name(case) == "create_link" and isinstance(account, dict):
        link(body, account, positive(case))


def told(case):
    """Names what was made before, wherever an address names something."""
    places = case.path_parameters or {}
    if name(case) in OF_A_RANGE:
        case.query |= {"from": "2026-12-01", "to": "2027-01-01"}
    if name(case) == "sync_calendar":
        places["provider"] = "caldav"
    for place in ("event_id", "key_id", "feed_id"):
        made = sorted(MADE[case.auth_identity, place])
        if made and place in places and "/api/v1/" in case.path and places[place] not in made:
            places[place] = made[sum(map(ord, str(places[place]))) % len(made)]


def when(name):
    """A time for an event, which its name chooses; and nothing that another time would contradict."""
    day = 1 + sum(map(ord, str(name))) % 28
    begins, ends = f"2026-12-{day:02}T14:30:00-05:00", f"2026-12-{day:02}T15:00:00-05:00"
    return {"start_datetime": begins, "end_datetime": ends, "timezone": "America/Guayaquil"}


def link(body, account, whole):
    """No request leaves this machine; one in two of those that are whole names an account that is there."""
    if isinstance(account.get("url"), str):
        account["url"] = CALENDARS
    if whole and len(str(account.get("username"))) % 2:
        body["provider"] = "caldav"
        account |= {"url": CALENDARS, "username": USER, "password": PASSWORD, "calendar": None}
