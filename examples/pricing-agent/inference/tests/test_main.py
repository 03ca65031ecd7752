import pytest
from fastapi.testclient import TestClient

from demand.main import app, model

client = TestClient(app)


def test_it_says_which_model_it_serves() -> None:
    assert client.get("/health").json() == {"status": "ok", "version": "unversioned", "model": model.name}


def test_a_price_is_recommended() -> None:
    response = client.post("/v1/price", json={"unit_cost_cents": 1800, "competitor_price_cents": 2999})
    assert response.status_code == 200
    body = response.json()
    assert body["price_cents"] == model.best_price(1800, 2999)
    assert body["expected_units"] == pytest.approx(model.units(body["price_cents"], 2999), abs=0.001)
    assert body["model"] == model.name


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"unit_cost_cents": 0, "competitor_price_cents": 1},
        {"unit_cost_cents": "1800", "competitor_price_cents": 2999},
        {"unit_cost_cents": 1800, "competitor_price_cents": 2999, "colour": "red"},
    ],
)
def test_a_wrong_question_is_refused(body: dict[str, object]) -> None:
    assert client.post("/v1/price", json=body).status_code == 422
