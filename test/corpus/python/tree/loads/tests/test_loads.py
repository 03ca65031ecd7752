from nowhere import nothing


def test_never() -> None:
    assert nothing
