"""The probability that a transaction is fraud: a logistic model of amount, country and hour."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MODEL_FILE = Path(__file__).with_name("model.json")


@dataclass(frozen=True)
class FraudModel:
    name: str
    bias: float
    # By the logarithm to base 10 of the amount in cents.
    amount: float
    night: float
    countries: Mapping[str, float]
    # Of a country that the model has not seen.
    elsewhere: float

    @staticmethod
    def load(file: Path = MODEL_FILE) -> "FraudModel":
        return FraudModel(**json.loads(file.read_text()))

    def parts(self, amount_cents: int, country: str, hour: int) -> dict[str, float]:
        """What each property adds to the logarithm of the odds."""
        return {
            "amount": self.amount * math.log10(amount_cents),
            "country": self.countries.get(country, self.elsewhere),
            "hour": self.night if hour < 6 else 0.0,
        }

    def score(self, parts: Mapping[str, float]) -> float:
        odds = self.bias + sum(parts.values())
        # Of a large negative exponent, so that nothing overflows.
        return 1 / (1 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1 + math.exp(odds))
