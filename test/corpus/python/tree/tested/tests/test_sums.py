import pytest
from sums import add


def test_adds() -> None:
    assert add(1, 2) == 3


def test_expects_too_much() -> None:
    assert add(1, 2) == 4


def test_raises() -> None:
    raise ValueError("not today")


@pytest.mark.parametrize("total", [3, 5])
def test_table(total: int) -> None:
    assert add(1, 2) == total


@pytest.mark.xfail(strict=True)
def test_known() -> None:
    assert add(1, 2) == 4


@pytest.mark.skip(reason="FAILED once")
def test_later() -> None:
    assert add(1, 2) == 4


def test_talks() -> None:
    print("FAILED tests/test_sums.py::test_talks - assert False")
    with pytest.raises(ValueError, match="expected"):
        raise ValueError("expected")
