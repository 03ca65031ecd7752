import os
from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from demand.model import DemandModel

# Loaded when the module is: a file that cannot be read ends the process before it is asked for anything.
model = DemandModel.load()
version = os.environ.get("APP_VERSION", "unversioned")
app = FastAPI(title="Demand", version=version)

Cents = Annotated[int, Field(gt=0, le=100_000_000)]


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    unit_cost_cents: Cents
    competitor_price_cents: Cents


class Answer(BaseModel):
    price_cents: int
    expected_units: float
    model: str


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "version": version, "model": model.name}


@app.post("/v1/price")
def price(question: Question) -> Answer:
    best = model.best_price(question.unit_cost_cents, question.competitor_price_cents)
    units = model.units(best, question.competitor_price_cents)
    return Answer(price_cents=best, expected_units=round(units, 3), model=model.name)
