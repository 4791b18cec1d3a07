"""The same, while answers get lost: Google has done what it was asked, and the connection is cut before the gateway hears of it.

What the gateway then does to find out is judged like everything else; in the end the calendar is as it would have been.
"""

import random

import life
from judge import Court
from phone import Account
from report import expect, need
from stage import SCRIPT_TOKEN, USER, Stage
from texts import WRITTEN

PHONE = "+593987654321"
# Of each five answers one is lost: always the same one would never let a change of just five calls through.
OF = 5
SEED = 20261122


def check(binary, folder):
    court = Court()
    stage = Stage(binary, folder, court)
    try:
        account, phone = Account(stage.google, USER, SCRIPT_TOKEN), stage.phone(PHONE)
        life.tell(stage, phone, {})
        # The exchange of the code; then writing, reading and deleting a first event. Not the one between, that makes the calendar: when
        # its answer is lost an empty calendar stays behind, as nobody who may see only what they made can ask which that was.
        for number in (1, 3, 4, 5):
            consent(stage, phone, account, number)
            life.unlink(phone, account, phone.link()["calendar_url"], {})
        calendar = life.link(phone, account)
        phone.follows = True
        chance = random.Random(SEED)
        places = [chance.randrange(OF) for _ in range(10000)]
        stage.proxy.lose(lambda number: number % OF == places[number // OF])
        sent = life.send(phone, account, calendar, WRITTEN[::4])
        life.change(phone, account, calendar, sent)
        life.delete(phone, account, calendar, sent, list(sent)[2:8:3])
        life.resync(stage, phone, account, calendar, sent)
        life.unlink(phone, account, calendar, sent)
        expect("answers were lost", stage.proxy.lost > 10, True)
        life.nothing_forbidden(account)
        life.nothing_told(stage, court)
    finally:
        stage.stop()
    life.summary(court, f"{stage.proxy.lost} answers lost")


def consent(stage, phone, account, number):
    """The person consents while one answer gets lost, and tries again where the page says that it didn't work."""
    stage.proxy.lose(lambda now: now == number)
    status, page = phone.consent()
    again = 'id="again"' in page
    if again:
        status, page = phone.once_more(page)
    stage.proxy.lose(lambda now: False)
    tried = "the second time" if again else "at once"
    need(f"answer {number} is lost and the person is linked {tried}", (status, USER in page, 'id="again"' in page), (200, True, False))
    life.linked(phone, account)
