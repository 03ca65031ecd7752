import os
from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from scoring.model import FraudModel

# Loaded with the module: a file that cannot be read ends the process before it is asked for anything.
model = FraudModel.load()
version = os.environ.get("APP_VERSION", "unversioned")
app = FastAPI(title="Scoring", version=version)


class Transaction(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    account: Annotated[str, Field(min_length=1, max_length=40)]
    amount_cents: Annotated[int, Field(alias="amountCents", ge=1, le=100_000_000)]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    hour: Annotated[int, Field(ge=0, le=23)]


class Score(BaseModel):
    score: float
    model: str
    reason: str


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "version": version, "model": model.name}


@app.post("/v1/score")
def score(transaction: Transaction) -> Score:
    parts = model.parts(transaction.amount_cents, transaction.country, transaction.hour)
    most = max(parts, key=lambda part: parts[part])
    return Score(score=round(model.score(parts), 6), model=model.name, reason=most)
