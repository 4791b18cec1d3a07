#!/usr/bin/env python3
"""Checks the simulated Google with Google's own client, against Google's own description of the API.

usage: check_google.py URL

Needs PyPI google-api-python-client, google-auth, jsonschema, icalendar and recurring-ical-events (see requirements.txt of the test servers).
The discovery document that comes with the client builds the calls, and its schemas hold every request body and every answer: types,
formats, values, and no property that Google does not have. Everything is done in calendars it makes and deletes again.
Exits 0 when nothing surprised it, 1 at the first surprise, 2 on wrong use.
"""

import sys
import urllib.request

from googleapiclient.discovery import build_from_document

from google_checks import batches, calendars, events, exceptions, listings, oauth, recurrence, report, scopes
from google_checks.person import Person
from google_checks.report import expect
from google_checks.schema import Judge, document


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    url = sys.argv[1].rstrip("/")
    found = document(url + "/")
    judge = Judge(found)
    person = Person(url)

    def service(wanted, strict=True):
        credentials = oauth.credentials(person, person.link(wanted))
        return build_from_document(found, credentials=credentials, requestBuilder=judge.builder(strict))

    oauth.check(person)
    scopes.check(person, judge)
    all_open, loose = service(["openid", "calendar"]), service(["calendar"], strict=False)
    calendars.check(person, all_open, service(["calendar.app.created"]))
    made = all_open.calendars().insert(body={"summary": "Eventos", "timeZone": "Europe/Madrid"}).execute()["id"]
    events.check(person, all_open, loose, made)
    listings.check(person, all_open)
    exceptions.check(all_open, made)
    batches.check(person, all_open, made)
    recurrence.check(all_open)
    with urllib.request.urlopen(url + "/calendar/r") as page:
        html = page.read().decode()
    expect("a person sees an agenda", ("<h1>Agenda de" in html, "Eventos" in html, "<script" in html), (True, True, False))
    all_open.calendars().delete(calendarId=made).execute()
    print(f"{report.COUNT} checks; {judge.requests} request bodies and {judge.responses} answers fit Google's schemas")


if __name__ == "__main__":
    main()
