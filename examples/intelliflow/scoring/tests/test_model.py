import math
from pathlib import Path

import pytest

from scoring.model import FraudModel

model = FraudModel.load()


def score(amount_cents: int, country: str = "DE", hour: int = 12) -> float:
    return model.score(model.parts(amount_cents, country, hour))


def test_what_is_usual_is_hardly_ever_fraud() -> None:
    assert score(420) < 0.01


def test_a_large_amount_from_elsewhere_at_night_most_likely_is() -> None:
    assert score(5_000_000, "XX", 3) > 0.9


def test_each_property_counts() -> None:
    assert score(420) < score(42_000) < score(42_000, "FR") < score(42_000, "XX")
    assert score(42_000, hour=5) > score(42_000, hour=6)


@pytest.mark.parametrize("odds", [-2000.0, -1.0, 0.0, 1.0, 2000.0])
def test_a_score_is_a_probability(odds: float) -> None:
    found = model.score({"amount": odds - model.bias})
    assert 0 <= found <= 1
    assert found == pytest.approx(1 / (1 + math.exp(-max(min(odds, 700), -700))))


def test_a_file_that_lacks_a_part_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text('{"name": "half", "bias": 1}')
    with pytest.raises(TypeError, match="amount"):
        FraudModel.load(file)
