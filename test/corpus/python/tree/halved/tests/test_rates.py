from rates import gross


def test_gross() -> None:
    assert gross(100) == 120
