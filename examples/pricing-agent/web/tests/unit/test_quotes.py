import pytest
from django.test import Client
from pytest_django import Settings

from pricing.models import Product, Quote
from tests.conftest import Inference

pytestmark = pytest.mark.django_db
asked = {"sku": "kettle", "competitor_price_cents": 2999}


@pytest.fixture(autouse=True)
def kettle() -> Product:
    return Product.objects.create(sku="kettle", name="Kettle", unit_cost_cents=1800)


def send(client: Client, body: dict[str, object]) -> tuple[int, dict[str, object]]:
    response = client.post("/api/quotes", body, content_type="application/json")
    return response.status_code, response.json()


def test_a_price_is_recommended_and_kept(client: Client, inference: Inference) -> None:
    status, quote = send(client, asked)
    assert status == 201
    assert quote["price_cents"] == 2599
    assert quote["model"] == "demand-1"
    assert inference.asked == [("/v1/price", {"unit_cost_cents": 1800, "competitor_price_cents": 2999})]
    assert client.get("/api/quotes?sku=kettle").json() == {"items": [quote]}
    assert client.get("/api/quotes?sku=toaster").json() == {"items": []}
    assert "2599" in client.get("/").content.decode()


def test_an_unknown_product_has_no_price(client: Client, inference: Inference) -> None:
    assert send(client, {**asked, "sku": "toaster"})[0] == 404
    assert inference.asked == []


def test_a_wrong_amount_is_refused(client: Client, inference: Inference) -> None:
    status, body = send(client, {**asked, "competitor_price_cents": 0})
    assert (status, list(body)) == (422, ["errors"])
    assert inference.asked == []


@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, "{}"), (200, "no JSON"), (200, "{}"), (200, "[]"), (200, '{"price_cents": "much"}')],
)
def test_an_answer_that_nobody_can_use_is_no_price(
    client: Client, inference: Inference, status: int, answer: str
) -> None:
    inference.status, inference.answer = status, answer
    code, body = send(client, asked)
    assert code == 503
    assert "the inference service" in str(body)
    assert not Quote.objects.exists()


def test_a_service_that_is_away_is_no_price(client: Client, settings: Settings) -> None:
    settings.INFERENCE_URL = "http://127.0.0.1:1"
    assert send(client, asked)[0] == 503
