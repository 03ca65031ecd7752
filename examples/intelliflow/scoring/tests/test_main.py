import pytest
from fastapi.testclient import TestClient

from scoring.main import app, model

client = TestClient(app)
coffee = {"account": "alice", "amountCents": 420, "country": "DE", "hour": 10}


def test_it_says_which_model_it_has() -> None:
    assert client.get("/health").json() == {"status": "ok", "version": "unversioned", "model": model.name}


@pytest.mark.parametrize(
    ("transaction", "reason"),
    [(coffee, "amount"), ({**coffee, "amountCents": 1, "country": "XX"}, "country")],
)
def test_a_transaction_is_scored_with_what_counted_most(transaction: dict[str, object], reason: str) -> None:
    body = client.post("/v1/score", json=transaction).json()
    assert 0 < body["score"] < 0.1
    assert (body["model"], body["reason"]) == (model.name, reason)


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": ""},
        {"amountCents": 0},
        {"amountCents": "420"},
        {"country": "Germany"},
        {"hour": 24},
        {"x": 1},
    ],
)
def test_a_wrong_transaction_is_refused(wrong: dict[str, object]) -> None:
    assert client.post("/v1/score", json={**coffee, **wrong}).status_code == 422
