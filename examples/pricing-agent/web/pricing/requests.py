"""What callers send: parsed once, with every wrong field named."""

import json

from django.http import HttpRequest

LARGEST_AMOUNT = 100_000_000


class Invalid(Exception):
    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {what}" for field, what in errors.items()))
        self.errors = errors


def fields_of(request: HttpRequest, texts: dict[str, int], amounts: tuple[str, ...]) -> dict[str, str | int]:
    """Texts by their greatest length, and amounts in cents."""
    try:
        body = json.loads(request.body)
    except ValueError as problem:
        raise Invalid({"": f"no JSON: {problem}"}) from problem
    if not isinstance(body, dict):
        raise Invalid({"": "an object"})
    errors: dict[str, str] = {}
    found: dict[str, str | int] = {}
    for name, longest in texts.items():
        value = body.get(name)
        if isinstance(value, str) and 0 < len(value.strip()) <= longest:
            found[name] = value.strip()
        else:
            errors[name] = f"1 to {longest} characters"
    for name in amounts:
        value = body.get(name)
        # In Python, True is an integer.
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_AMOUNT:
            found[name] = value
        else:
            errors[name] = f"a whole number of cents from 1 to {LARGEST_AMOUNT}"
    unknown = sorted(set(body) - set(texts) - set(amounts))
    errors.update({name: "no such field" for name in unknown})
    if errors:
        raise Invalid(errors)
    return found
