"""Prices, with errors of types and what only looks like them."""

from collections.abc import Sequence

wrong: int = "12"

right: int = int("12")

shown: str = "wrong: int = '12'"


def total(cents: Sequence[int]) -> int:
    return ", ".join(str(one) for one in cents)


def joined(cents: Sequence[int]) -> str:
    return ", ".join(str(one) for one in cents)


def first(names: dict[str, int], name: str) -> int:
    return names.get(name)


def first_or_none(names: dict[str, int], name: str) -> int | None:
    return names.get(name)


def untyped(value):
    return value


def anything(value: object) -> object:
    return value


class Item:
    name: str = "pen"


def label(item: Item) -> str:
    return item.title


def named(item: Item) -> str:
    return item.name


def call() -> int:
    return total([1], 2)


silenced: int = "text"  # type: ignore[assignment]
