"""Fits the model to data/sales.csv: `python -m demand.train`."""

import csv
from pathlib import Path

from demand.model import DemandModel, Sale, fit

SALES = Path(__file__).resolve().parent.parent / "data" / "sales.csv"
NAME = "demand-2026-11"


def read_sales(file: Path) -> list[Sale]:
    with file.open(newline="") as lines:
        return [
            Sale(
                price_cents=int(row["price_cents"]),
                competitor_price_cents=int(row["competitor_price_cents"]),
                weekend=row["weekend"] == "1",
                units=int(row["units"]),
            )
            for row in csv.DictReader(lines)
        ]


def train(file: Path = SALES) -> DemandModel:
    return fit(NAME, read_sales(file))


if __name__ == "__main__":
    train().save()
