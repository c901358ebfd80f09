"""The accounts: who may pay whom, cover, order, overflow, and that nothing is made or lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meguri import vocabulary
from meguri.engine import requests
from meguri.engine.accounts import Accounts

SALES = vocabulary.code("flows", "sales")
BLOCK_GRANT = vocabulary.code("flows", "block_grant")


def _accounts(buffer_size=100):
    accounts = Accounts(4, buffer_size)
    for account, cls in enumerate(("other_firm", "startup_independent", "treasury", "university_institution")):
        accounts.account_class[account] = vocabulary.code("classes", cls)
    return accounts


def _ask(accounts, flow, payer, payee, amount):
    return requests.request(accounts.requests, flow, payer, payee, amount, 0, 0, 0, 0)


def test_a_covered_payment_moves_and_an_uncovered_one_is_refused_whole():
    accounts = _accounts()
    _ask(accounts, SALES, 0, 1, 70)
    purchase = vocabulary.code("flows", "purchase")
    _ask(accounts, purchase, 1, 0, 100)
    _ask(accounts, purchase, 1, 0, 60)
    assert accounts.settle().tolist() == [requests.PAID, requests.REFUSED, requests.PAID]
    assert accounts.balance.tolist() == [-10, 10, 0, 0]
    rows = accounts.close_quarter()
    assert rows["amount"].tolist() == [70, 60]
    assert accounts.close_quarter()["amount"].tolist() == []


def test_the_wrong_class_is_a_fault_that_names_both():
    accounts = _accounts()
    _ask(accounts, BLOCK_GRANT, 2, 1, 5)
    with pytest.raises(RuntimeError, match="block_grant may not go from treasury to startup_independent"):
        accounts.settle()


def test_overflow_is_an_error_and_never_a_truncation():
    accounts = _accounts(buffer_size=1)
    _ask(accounts, SALES, 0, 1, 1)
    assert _ask(accounts, SALES, 0, 1, 1) == -2
    with pytest.raises(RuntimeError, match="more than 1 payments"):
        accounts.settle()


def test_nothing_is_asked_for_amounts_of_zero_or_less():
    accounts = _accounts()
    assert _ask(accounts, SALES, 0, 1, 0) == -1
    assert _ask(accounts, SALES, 0, 1, -5) == -1
    assert len(accounts.settle()) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 10**15)), max_size=60))
def test_money_is_neither_made_nor_lost(payments):
    accounts = _accounts()
    accounts.account_class[:] = vocabulary.code("classes", "other_firm")
    accounts.account_class[1] = accounts.account_class[3] = vocabulary.code("classes", "startup_serial")
    for payer, payee, amount in payments:
        flow = SALES if accounts.account_class[payer] == vocabulary.code("classes", "other_firm") else 0
        if flow and payee in (1, 3):
            _ask(accounts, flow, payer, payee, amount)
    accounts.settle()
    assert accounts.balance.sum() == 0
    assert np.all(accounts.balance[[1, 3]] >= 0)
