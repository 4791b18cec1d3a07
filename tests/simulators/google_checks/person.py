"""A person who clicks through the consent page, and the tokens that come of it."""

import base64
import hashlib
import http.client
import json
import secrets
import urllib.parse
from html.parser import HTMLParser

BACK = "https://gateway.example.org/oauth/google/callback"
PREFIX = "https://www.googleapis.com/auth/"


class Forms(HTMLParser):
    """The forms of a page: by id their action, method and fields; a checkbox is a field with its state."""

    def __init__(self):
        super().__init__()
        self.forms, self.form, self.select = {}, None, None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.form = {"action": given["action"], "method": given["method"], "fields": [], "boxes": []}
            self.forms[given["id"]] = self.form
        elif tag == "input" and given.get("type") == "checkbox":
            self.form["boxes"].append((given["name"], given["value"], "checked" in given))
        elif tag == "input":
            self.form["fields"].append((given["name"], given["value"]))
        elif tag == "select":
            self.select = given["name"]

    def handle_endtag(self, tag):
        self.form = None if tag == "form" else self.form


class Person:
    """Somebody with an account at the simulator, and an application that asks them."""

    def __init__(self, url):
        self.url, self.host = url, urllib.parse.urlsplit(url).netloc
        about = json.loads(self.ask("GET", "/__sim/")[1])
        self.user, self.client = about["users"][0], about["clients"][0]
        self.secret = "simulated-secret-of-no-value"

    def ask(self, method, path, body=None, headers=None):
        """One request without following redirects: status, body, headers."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
            headers = {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {})
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), answer.headers
        connection.close()
        return found

    def control(self, method, path, body=None):
        status, text, _ = self.ask(method, "/__sim/" + path, json.dumps(body) if body is not None else None)
        return status, json.loads(text) if text else None

    def question(self, scopes, verifier=None, **more):
        asked = {
            "client_id": self.client,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": " ".join(scopes),
            "state": "s ñ&=1",
            "access_type": "offline",
        }
        if verifier:
            digest = hashlib.sha256(verifier.encode()).digest()
            asked["code_challenge"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            asked["code_challenge_method"] = "S256"
        return {name: value for name, value in (asked | more).items() if value is not None}

    def consent_page(self, question):
        return self.ask("GET", "/o/oauth2/v2/auth?" + urllib.parse.urlencode(question))

    def answer(self, question, button="allow", untick=()):
        """Clicks a button of the consent page; answers the parameters with which the browser comes back."""
        status, page, _ = self.consent_page(question)
        assert status == 200, (status, page)
        forms = Forms()
        forms.feed(page)
        form = forms.forms[button]
        ticked = [(name, value) for name, value, checked in form["boxes"] if checked and value not in untick]
        body = urllib.parse.urlencode(form["fields"] + ticked)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, headers = self.ask(form["method"].upper(), form["action"], body, kind)
        assert status == 302 and headers["Location"].startswith(BACK + "?"), (status, headers["Location"])
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(headers["Location"]).query))

    def exchange(self, code, verifier=None, **more):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.client,
            "client_secret": self.secret,
            "redirect_uri": BACK,
        }
        if verifier:
            form["code_verifier"] = verifier
        status, text, _ = self.ask("POST", "/token", form | more)
        return status, json.loads(text)

    def refresh(self, token, **more):
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client, "client_secret": self.secret}
        status, text, _ = self.ask("POST", "/token", form | more)
        return status, json.loads(text)

    def link(self, scopes, **more):
        """All of it: the tokens of a person who allows everything."""
        verifier = secrets.token_urlsafe(48)
        scopes = [scope if scope in ("openid", "email", "profile") else PREFIX + scope for scope in scopes]
        back = self.answer(self.question(scopes, verifier, **{"prompt": "consent"} | more))
        status, tokens = self.exchange(back["code"], verifier)
        assert status == 200, tokens
        return tokens
