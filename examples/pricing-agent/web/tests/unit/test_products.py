import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
kettle = {"sku": "kettle", "name": "Kettle, 1.7 l", "unit_cost_cents": 1800}


def send(client: Client, body: object) -> tuple[int, dict[str, object]]:
    response = client.post("/api/products", body, content_type="application/json")
    return response.status_code, response.json()


def test_a_product_that_was_made_is_listed(client: Client) -> None:
    assert send(client, kettle) == (201, kettle)
    assert client.get("/api/products").json() == {"items": [kettle]}


def test_a_sku_is_taken_once(client: Client) -> None:
    send(client, kettle)
    assert send(client, kettle) == (409, {"errors": {"sku": "there is one already"}})


def test_every_wrong_field_is_named(client: Client) -> None:
    wrong = {"sku": " ", "unit_cost_cents": True, "colour": "red"}
    status, body = send(client, wrong)
    assert (status, body) == (
        422,
        {
            "errors": {
                "sku": "1 to 40 characters",
                "name": "1 to 100 characters",
                "unit_cost_cents": "a whole number of cents from 1 to 100000000",
                "colour": "no such field",
            }
        },
    )


@pytest.mark.parametrize(("body", "why"), [("{", "no JSON: "), ("[]", "an object")])
def test_what_is_no_object_is_refused(client: Client, body: str, why: str) -> None:
    response = client.post("/api/products", body, content_type="application/json")
    assert response.status_code == 422
    assert response.json()["errors"][""].startswith(why)


def test_nothing_is_deleted(client: Client) -> None:
    assert client.delete("/api/products").status_code == 405


def test_the_page_lists_products_and_escapes_their_names(client: Client) -> None:
    assert "none yet" in client.get("/").content.decode()
    send(client, {**kettle, "name": "<b>Kettle</b>"})
    page = client.get("/")
    assert "kettle: &lt;b&gt;Kettle&lt;/b&gt;" in page.content.decode()
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-content-type-options"] == "nosniff"
