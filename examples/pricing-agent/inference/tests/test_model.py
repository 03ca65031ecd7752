from math import exp
from pathlib import Path

import pytest

from demand.model import DemandModel, Sale, fit
from demand.train import SALES, read_sales, train


def exact(price: int, weekend: bool) -> Sale:
    return Sale(price, 1000, weekend, round(1_000_000 * exp(-2 * price / 1000) * (2 if weekend else 1)))


def test_what_the_sales_were_made_by_is_found_again() -> None:
    found = fit("exact", [exact(price, weekend) for price in (800, 1000, 1250) for weekend in (False, True)])
    assert found.slope == pytest.approx(-2, abs=0.001)
    assert found.weekend == pytest.approx(0.6931, abs=0.001)
    assert found.units(1000, 1000) == pytest.approx(135_335, rel=0.001)
    assert found.units(1000, 1000, weekend=True) == pytest.approx(270_670, rel=0.001)


def test_days_without_a_sale_do_not_count() -> None:
    sales = read_sales(SALES)
    assert fit("one", [*sales, Sale(99_999, 1_000, False, 0)]) == fit("one", sales)


@pytest.mark.parametrize("sales", [[], [Sale(1000, 1000, False, 5)] * 10])
def test_too_little_is_no_model(sales: list[Sale]) -> None:
    with pytest.raises(ValueError, match="too few different days"):
        fit("none", sales)


def test_demand_that_rises_with_the_price_is_no_model() -> None:
    with pytest.raises(ValueError, match="no price is the best one"):
        DemandModel("odd", rows=3, base=1, slope=0, weekend=0)


def test_the_model_that_is_served_is_the_one_that_these_sales_give() -> None:
    assert DemandModel.load() == train()


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    train().save(file)
    assert DemandModel.load(file) == train()


def test_the_best_price_earns_more_than_those_beside_it() -> None:
    model = train()
    best = model.best_price(1800, 2999)
    earns = {price: (price - 1800) * model.units(price, 2999) for price in (best - 100, best, best + 100)}
    assert max(earns, key=lambda price: earns[price]) == best


def test_a_dearer_competitor_allows_a_higher_price_and_none_is_below_the_cost() -> None:
    model = train()
    assert 1800 < model.best_price(1800, 1) < model.best_price(1800, 2999) < model.best_price(1800, 3999)
