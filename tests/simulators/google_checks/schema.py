"""Google's discovery document, as JSON schemas that hold every request and every answer."""

import json
import os
import re
import sys

import googleapiclient.discovery_cache
from googleapiclient.http import HttpRequest
from jsonschema import Draft202012Validator, FormatChecker

DOCUMENT = os.path.join(os.path.dirname(googleapiclient.discovery_cache.__file__), "documents", "calendar.v3.json")


def document(root):
    """The document that comes with google-api-python-client, pointed at another server."""
    with open(DOCUMENT, encoding="utf-8") as file:
        found = json.load(file)
    found["rootUrl"] = root
    found["baseUrl"] = root + found["servicePath"]
    return found


def methods(found):
    """All methods by their id, as `calendar.events.insert`."""
    listed = {}
    for resource in found.get("resources", {}).values():
        listed.update({method["id"]: method for method in resource.get("methods", {}).values()})
        listed.update(methods(resource))
    return listed


def translate(schema):
    """One schema of the document as a JSON schema. Unknown properties are not allowed; values told in prose are."""
    if "$ref" in schema:
        return {"$ref": "#/$defs/" + schema["$ref"]}
    kind = schema.get("type", "any")
    if kind == "any":
        return {}
    new = {"type": kind}
    new.update({name: schema[name] for name in ("enum", "pattern") if name in schema})
    if kind == "object":
        new["properties"] = {name: translate(part) for name, part in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        new["additionalProperties"] = translate(more) if more else False
    elif kind == "array":
        new["items"] = translate(schema["items"])
    elif kind == "integer" and schema.get("format") == "int32":
        new.update(minimum=-(2**31), maximum=2**31 - 1)
    elif schema.get("format") in ("date", "date-time"):
        new["format"] = schema["format"]
    values = re.findall(r'^- "([^"]*)"', schema.get("description", ""), re.MULTILINE)
    if kind == "string" and values and "Possible values are" in schema["description"]:
        new["enum"] = values
    return new


class Judge:
    """Holds bodies against the document."""

    def __init__(self, found):
        self.schemas = {name: translate(schema) for name, schema in found["schemas"].items()}
        # "A time zone offset is required unless a time zone is explicitly specified": true of answers, not of requests.
        local = self.schemas["EventDateTime"] | {"properties": {**self.schemas["EventDateTime"]["properties"], "dateTime": {"type": "string"}}}
        self.asked = self.schemas | {"EventDateTime": local}
        self.document = found
        self.methods = methods(found)
        self.requests = self.responses = 0

    def faults(self, schemas, name, body):
        """What is wrong with a body, in words."""
        whole = {"$defs": schemas, "$ref": f"#/$defs/{name}"}
        found = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)
        return [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in found]

    def judge(self, schemas, name, body, what):
        faults = self.faults(schemas, name, body)
        if faults:
            sys.exit(f"FAILED {what} is no {name}: {'; '.join(faults)}\n{json.dumps(body, indent=1)}")

    def request(self, method, body):
        """A request's body; what a method needs must be there, and a PATCH may say null."""
        wanted = self.methods[method].get("request")
        if wanted is None or not body:
            return
        body = json.loads(body)
        if self.methods[method]["httpMethod"] == "PATCH":
            body = without_nulls(body)
        self.judge(self.asked, wanted["$ref"], body, f"the request of {method}")
        properties = self.document["schemas"][wanted["$ref"]].get("properties", {})
        for name, schema in properties.items():
            if method in schema.get("annotations", {}).get("required", []) and name not in body:
                sys.exit(f"FAILED the request of {method} has no {name}")
        self.requests += 1

    def response(self, method, content, answer):
        wanted = self.methods[method].get("response")
        if wanted is None:
            if content:
                sys.exit(f"FAILED {method} answers something, where Google answers nothing: {content!r}")
        else:
            self.judge(self.schemas, wanted["$ref"], answer, f"the answer of {method}")
        self.responses += 1

    def builder(self, strict=True):
        """For `build_from_document(requestBuilder=…)`: each request and answer is judged. Not strict: only answers."""
        judge = self

        class Judged(HttpRequest):
            def __init__(self, http, postproc, uri, method="GET", body=None, headers=None, methodId=None, **more):
                if strict:
                    judge.request(methodId, body)

                def judged(response, content):
                    answer = postproc(response, content)
                    judge.response(methodId, content, answer)
                    return answer

                super().__init__(http, judged, uri, method, body, headers, methodId, **more)

        return Judged


def without_nulls(body):
    if isinstance(body, dict):
        return {name: without_nulls(value) for name, value in body.items() if value is not None}
    return body
