"""The inference service: what it is asked, and what it answers."""

from dataclasses import dataclass

import httpx
from django.conf import settings

TIMEOUT_SECONDS = 3.0


class InferenceUnavailable(Exception):
    """It cannot be reached, or answers what nobody can use."""


@dataclass(frozen=True)
class Recommendation:
    price_cents: int
    expected_units: float
    model: str


def recommend(unit_cost_cents: int, competitor_price_cents: int) -> Recommendation:
    asked = {"unit_cost_cents": unit_cost_cents, "competitor_price_cents": competitor_price_cents}
    try:
        response = httpx.post(f"{settings.INFERENCE_URL}/v1/price", json=asked, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        body = response.json()
        return Recommendation(int(body["price_cents"]), float(body["expected_units"]), str(body["model"]))
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
        raise InferenceUnavailable(f"{type(problem).__name__}: {problem}") from problem
