"""Which method of Google's discovery document a call is, and what the document says about its parameters."""

import re
import urllib.parse


class Methods:
    """All methods of a document, found by the HTTP method and the path of a call."""

    def __init__(self, found):
        self.schemas, self.common = found["schemas"], found["parameters"]
        self.routes = []
        for method in listed(found):
            pattern = re.sub(r"\\\{\\?\+?(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(found["servicePath"] + method["path"]))
            self.routes.append((method["httpMethod"], re.compile("/" + pattern), method))

    def of(self, verb, path):
        """The method and the parameters in its path; None for what Google doesn't have."""
        for wanted, pattern, method in self.routes:
            match = pattern.fullmatch(path) if wanted == verb else None
            if match:
                return method, {name: urllib.parse.unquote(value) for name, value in match.groupdict().items()}
        return None

    def faults(self, method, query):
        """What is wrong with the parameters of a query, a list of names and values."""
        known = self.common | method.get("parameters", {})
        for name, value in query:
            parameter = known.get(name)
            if parameter is None or parameter.get("location") != "query":
                yield f"{method['id']} has no parameter {name}"
            elif not fits(parameter, value):
                yield f"{value!r} is no value for {name} of {method['id']}"
            elif not parameter.get("repeated") and sum(name == other for other, _ in query) > 1:
                yield f"{name} of {method['id']} stands twice"
            elif name == "fields" and "response" in method:
                yield from self.unknown_fields(value, method["response"])
        for name, parameter in method.get("parameters", {}).items():
            if parameter.get("required") and parameter["location"] == "query" and name not in dict(query):
                yield f"{method['id']} needs {name}"

    def unknown_fields(self, mask, schema):
        """The first name in a field mask, such as `nextPageToken,items(id,start/date)`, that the answer never has."""
        words = re.findall(r"[\w*]+|[(),/]", mask)
        try:
            self.read_mask(words, schema)
            if words or re.search(r"[^\w*(),/]", mask):
                raise IndexError
        except LookupError as unknown:
            yield f"fields={mask} can't be read: {unknown}"

    def read_mask(self, words, schema):
        """Takes the words up to the end or the closing bracket."""
        while True:
            here = self.member(schema, words.pop(0))
            while words[:1] == ["/"]:
                words.pop(0)
                here = self.member(here, words.pop(0))
            if words[:1] == ["("]:
                words.pop(0)
                self.read_mask(words, here)
                if words.pop(0) != ")":
                    raise IndexError
            if words[:1] != [","]:
                return
            words.pop(0)

    def member(self, schema, name):
        """A member of an object, or of the objects of a list."""
        schema = self.schemas.get(schema.get("$ref"), schema)
        if schema.get("type") == "array":
            return self.member(schema["items"], name)
        found = {"type": "any"} if name == "*" else schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if found is None:
            raise KeyError(name)
        return found


def listed(found):
    for resource in found.get("resources", {}).values():
        yield from resource.get("methods", {}).values()
        yield from listed(resource)


def fits(parameter, value):
    kind, form = parameter["type"], parameter.get("format")
    if "enum" in parameter:
        return value in parameter["enum"]
    if kind == "boolean":
        return value in ("true", "false")
    if kind == "integer":
        low, high = int(parameter.get("minimum", -(2**31))), int(parameter.get("maximum", 2**31 - 1))
        return bool(re.fullmatch(r"-?\d+", value)) and low <= int(value) <= high
    if form == "date-time":
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value))
    return kind == "string"
