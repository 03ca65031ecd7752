"""Rates, of which half is tested."""


def gross(net: int) -> int:
    return net + 20


def net(amount: int) -> int:
    return amount - 20
