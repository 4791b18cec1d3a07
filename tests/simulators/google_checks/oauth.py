"""Consent, codes, tokens, revocation."""

import datetime
import secrets

import google.auth.jwt
import google_auth_httplib2
import httplib2
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from .person import PREFIX
from .report import expect, ok

OWN = PREFIX + "calendar.app.created"
LISTS = PREFIX + "calendar.calendarlist.readonly"
EMAIL = PREFIX + "userinfo.email"


def credentials(person, tokens):
    """Google's own credentials object, which refreshes by itself."""
    return Credentials(
        token=tokens.get("access_token"),
        refresh_token=tokens.get("refresh_token"),
        token_uri=person.url + "/token",
        client_id=person.client,
        client_secret=person.secret,
        scopes=tokens["scope"].split(),
    )


def check(person):
    check_pages(person)
    check_consent(person)
    check_codes(person)
    check_refresh(person)
    check_revocation(person)


def check_pages(person):
    for what, error, question in [
        ("an unknown client", "invalid_client", person.question([OWN], client_id="nobody")),
        ("a redirect to plain HTTP elsewhere", "redirect_uri_mismatch", person.question([OWN], redirect_uri="http://evil.example/x")),
        ("no redirect", "invalid_request", person.question([OWN], redirect_uri=None)),
        ("no scope", "invalid_request", person.question([])),
        ("an unknown scope", "invalid_scope", person.question([PREFIX + "calendar.nothing"])),
        ("a token instead of a code", "unsupported_response_type", person.question([OWN], response_type="token")),
    ]:
        status, page, headers = person.consent_page(question)
        expect(f"{what} is told to the browser, which is sent nowhere", (status >= 400, error in page, headers["Location"]), (True, True, None))
    status, page, _ = person.consent_page(person.question(["openid", "email", OWN, LISTS]))
    expect("the consent page asks about each calendar scope", (status, page.count("<input type=checkbox")), (200, 2))
    expect("it needs no script and names the application", ("<script" in page, "Pasarela" in page), (False, True))


def check_consent(person):
    asked = person.question(["openid", "email", OWN, LISTS])
    back = person.answer(asked, "cancel")
    expect("who cancels comes back with access_denied and the state", back, {"error": "access_denied", "state": "s ñ&=1"})
    back = person.answer(asked, untick=[LISTS])
    expect("an unticked scope is not granted", (LISTS in back["scope"], OWN in back["scope"], back["state"]), (False, True, "s ñ&=1"))
    status, tokens = person.exchange(back["code"])
    expect("the token says so too, with the long names", (status, set(tokens["scope"].split())), (200, {"openid", EMAIL, OWN}))
    expect("it is a bearer token for an hour", (tokens["token_type"], tokens["expires_in"]), ("Bearer", 3599))
    who = google.auth.jwt.decode(tokens["id_token"], verify=False)
    expect("the id token names the person", (who["email"], who["aud"], who["iss"]), (person.user, person.client, "https://accounts.google.com"))
    _, text, _ = person.ask("GET", "/oauth2/v3/userinfo", headers={"Authorization": "Bearer " + tokens["access_token"]})
    expect("userinfo names the same person", who["sub"] in text and who["sub"].isdigit(), True)
    expect("the first consent brings a refresh token", "refresh_token" in tokens, True)
    back = person.answer(asked)
    _, tokens = person.exchange(back["code"])
    expect("the next one does not", "refresh_token" in tokens, False)
    back = person.answer(person.question([OWN], prompt="consent"))
    _, tokens = person.exchange(back["code"])
    expect("unless consent is asked for anew", "refresh_token" in tokens, True)
    back = person.answer(person.question([PREFIX + "calendar.freebusy"], include_granted_scopes="true"))
    expect("scopes granted before come along when asked for", {OWN, LISTS} < set(back["scope"].split()), True)


def check_codes(person):
    verifier = secrets.token_urlsafe(48)
    asked = person.question([OWN], verifier)
    for what, code, more in [
        ("an invented code", "4/0Anonsense", {"verifier": verifier}),
        ("a wrong verifier", None, {"verifier": verifier[::-1]}),
        ("no verifier", None, {}),
        ("another redirect", None, {"verifier": verifier, "redirect_uri": "https://gateway.example.org/other"}),
    ]:
        status, answer = person.exchange(code or person.answer(asked)["code"], **more)
        expect(f"{what} gets no token", (status, answer["error"]), (400, "invalid_grant"))
    code = person.answer(asked)["code"]
    expect("a code is good", person.exchange(code, verifier)[0], 200)
    expect("once", person.exchange(code, verifier)[1]["error"], "invalid_grant")
    code = person.answer(asked)["code"]
    status, answer = person.exchange(code, verifier, client_secret="wrong")
    expect("a wrong secret is told apart", (status, answer["error"]), (401, "invalid_client"))
    expect("and uses nothing up", person.exchange(code, verifier)[0], 200)


def check_refresh(person):
    tokens = person.link(["openid", "calendar.app.created"])
    mine = credentials(person, tokens)
    mine.expiry = datetime.datetime(2020, 1, 1)
    mine.refresh(google_auth_httplib2.Request(httplib2.Http()))
    expect("Google's library refreshes", (mine.token != tokens["access_token"], mine.refresh_token), (True, tokens["refresh_token"]))
    _, answer = person.refresh(tokens["refresh_token"])
    expect("refresh tokens are not rotated", "refresh_token" in answer, False)
    lost = credentials(person, tokens | {"refresh_token": "1//0nonsense"})
    try:
        lost.refresh(google_auth_httplib2.Request(httplib2.Http()))
    except RefreshError as no:
        expect("an unknown refresh token is an invalid grant", "invalid_grant" in str(no), True)
    person.control("PUT", "quirks", {"grant_error_subtype": "invalid_rapt", "testing": True})
    _, answer = person.refresh(tokens["refresh_token"])
    expect("a session policy is told as subtype", (answer["error"], answer["error_subtype"]), ("invalid_grant", "invalid_rapt"))
    person.control("PUT", "quirks", {"testing": True})
    tokens = person.link(["openid", "calendar.app.created"])
    expect("in testing a refresh token says that it ends", tokens["refresh_token_expires_in"] // 86_400, 6)
    person.control("POST", "clock", {"advance": 7 * 86_400})
    _, answer = person.refresh(tokens["refresh_token"])
    expect("and ends after seven days", answer["error"], "invalid_grant")
    person.control("POST", "clock", {"advance": -7 * 86_400})
    person.control("PUT", "quirks", {})


def check_revocation(person):
    first, second = person.link(["openid", "calendar.app.created"]), person.link(["calendar.freebusy"])
    status, text, _ = person.ask("POST", "/revoke", {"token": second["access_token"]})
    expect("a token can be revoked", (status, text), (200, "{}"))
    expect("and with it all others of the person", person.refresh(first["refresh_token"])[1]["error"], "invalid_grant")
    status, _, _ = person.ask("POST", "/revoke", {"token": first["refresh_token"]})
    expect("revoking what is gone is refused", status, 400)
    status, _, headers = person.ask("GET", "/calendar/v3/colors", headers={"Authorization": "Bearer " + first["access_token"]})
    expect("its access tokens are no good either", (status, headers["WWW-Authenticate"].startswith("Bearer")), (401, True))
    ok("consent, codes, tokens and revocation are as they should be")
