"""
How many pieces are sold at a price: log(units) falls with the price as a share of the competitor's, and is
higher at weekends. The price with the highest expected profit follows from it.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

MODEL_FILE = Path(__file__).with_name("model.json")


@dataclass(frozen=True)
class Sale:
    """One day of one product."""

    price_cents: int
    competitor_price_cents: int
    weekend: bool
    units: int


@dataclass(frozen=True)
class DemandModel:
    name: str
    rows: int
    base: float
    slope: float
    weekend: float

    def __post_init__(self) -> None:
        if self.slope >= 0:
            raise ValueError(
                f"{self.name}: demand does not fall with the price, so that no price is the best one"
            )

    def units(self, price_cents: float, competitor_price_cents: float, weekend: bool = False) -> float:
        return math.exp(
            self.base + self.slope * price_cents / competitor_price_cents + self.weekend * weekend
        )

    def best_price(self, unit_cost_cents: int, competitor_price_cents: int) -> int:
        """Where the derivative of (price - cost) * units is 0: always above the cost."""
        return math.ceil(unit_cost_cents - competitor_price_cents / self.slope)

    def save(self, file: Path = MODEL_FILE) -> None:
        file.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @staticmethod
    def load(file: Path = MODEL_FILE) -> "DemandModel":
        return DemandModel(**json.loads(file.read_text()))


def fit(name: str, sales: Iterable[Sale]) -> DemandModel:
    """Least squares over the days on which anything was sold."""
    sold = [one for one in sales if one.units > 0]
    rows = [[1.0, one.price_cents / one.competitor_price_cents, float(one.weekend)] for one in sold]
    features = np.array(rows).reshape(-1, 3)
    if np.linalg.matrix_rank(features) < 3:
        raise ValueError("too few different days to tell price, weekend and level apart")
    found, *_ = np.linalg.lstsq(features, np.log([one.units for one in sold]), rcond=None)
    base, slope, weekend = (round(float(value), 6) for value in found)
    return DemandModel(name, len(sold), base, slope, weekend)
