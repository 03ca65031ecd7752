"""A shelf, with what linters dislike and what only looks like it."""

import json
import os

from shelf_names import NAMES as NAMES

PATH = "import os"


def load(text: str) -> object:
    data = json.loads(text)
    unused = 1
    return data


def keep(text: str) -> object:
    _unused = 1
    return json.loads(text)


def is_none(value: object) -> bool:
    return value == None


def equals(value: object) -> bool:
    return value == "None"


def add(item: str, items: list[str] = []) -> list[str]:
    items.append(item)
    return items


def add_to(item: str, items: tuple[str, ...] = ()) -> tuple[str, ...]:
    return (*items, item)


def quiet(text: str) -> None:
    try:
        load(text)
    except:
        print("quiet")


def told(text: str) -> None:
    try:
        load(text)
    except ValueError:
        print("told")


def undefined() -> object:
    return not_there


def in_text() -> str:
    return "not_there"


silenced = [l for l in "abc"]  # noqa: E741
