"""With PostgreSQL and the inference service beside it: `pytest --ds config.settings tests/integration`."""

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_database_is_postgresql_and_migrated(client: Client) -> None:
    assert connection.vendor == "postgresql"
    assert client.get("/health/ready").status_code == 200


def test_a_price_is_recommended_by_the_real_service(client: Client) -> None:
    product = {"sku": "kettle", "name": "Kettle", "unit_cost_cents": 1800}
    assert client.post("/api/products", product, content_type="application/json").status_code == 201
    asked = {"sku": "kettle", "competitor_price_cents": 2999}
    response = client.post("/api/quotes", asked, content_type="application/json")
    assert response.status_code == 201
    assert 1800 < response.json()["price_cents"] < 6000
    assert client.get("/api/quotes?sku=kettle").json()["items"] == [response.json()]


def test_the_database_itself_refuses_a_product_that_costs_nothing() -> None:
    with connection.cursor() as cursor, pytest.raises(Exception, match="product_costs_something"):
        cursor.execute("INSERT INTO pricing_product (sku, name, unit_cost_cents) VALUES ('a', 'A', 0)")
