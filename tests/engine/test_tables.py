"""State tables: rows, columns, snapshots."""

from typing import NamedTuple

import numpy as np
import pytest

from meguri.engine.accounts import Accounts
from meguri.engine.tables import Column, State


def _table(offset=0):
    table = State("startup", 5, offset, Accounts(5, 10))
    table.own(Column("startup", "revenue", "int64", "", "", fill=3))
    return table


def test_rows_take_named_values_and_fill_values():
    table = _table()
    rows = table.add(np.array([11, 12]), cls=4, founded=np.array([1, 2]))
    assert rows.tolist() == [0, 1]
    assert table.id.tolist() == [11, 12]
    assert table.revenue.tolist() == [3, 3]
    assert table.accounts.account_class[:3].tolist() == [4, 4, 0]
    assert table.accounts.actor[:3].tolist() == [11, 12, 0]
    assert table.alive.tolist() == [True, True]


def test_a_full_table_and_an_unknown_column_are_faults():
    table = _table()
    with pytest.raises(RuntimeError, match="full"):
        table.add(np.arange(6))
    with pytest.raises(RuntimeError, match="no column 'revenu'"):
        table.add(np.array([1]), revenu=2)
    with pytest.raises(RuntimeError, match="two owners"):
        table.own(Column("startup", "revenue", "int64", "", ""))
    with pytest.raises(AttributeError, match="no column 'x'"):
        _ = table.x


def test_a_table_of_objects_grows_within_bounds():
    objects = _table(offset=None)
    objects.add(np.arange(4), revenue=np.arange(4))
    objects.add(np.arange(4, 44))
    assert objects.revenue.tolist() == [0, 1, 2, 3] + [3] * 40
    assert objects.capacity == 80
    with pytest.raises(RuntimeError, match="'startup' is full"):
        objects.add(np.arange(44, 144))


def test_objects_can_be_dropped_but_actors_cannot():
    objects = _table(offset=None)
    objects.add(np.array([1, 2, 3]), revenue=np.array([7, 8, 9]))
    objects.keep(np.array([True, False, True]))
    assert objects.revenue.tolist() == [7, 9]
    objects.add(np.array([4]))
    assert objects.revenue.tolist() == [7, 9, 3]
    with pytest.raises(RuntimeError, match="cannot be dropped"):
        _table().keep(np.array([], bool))


def test_a_snapshot_restores_every_column():
    table = _table()
    table.add(np.array([1, 2]), revenue=np.array([7, 8]))
    saved = table.snapshot()
    table.add(np.array([3]))
    table.revenue[0] = 99
    table.restore(saved)
    assert table.n == 2
    assert table.revenue.tolist() == [7, 8]
    table.add(np.array([5]))
    assert table.revenue.tolist() == [7, 8, 3]


def test_views_follow_the_number_of_rows():
    table = _table()
    assert table.revenue.tolist() == []
    table.add(np.array([1]), revenue=7)
    assert table.revenue.tolist() == [7]
    kept = table.revenue
    kept[0] = 8
    assert table.revenue.tolist() == [8]
    table.add(np.array([2]))
    assert table.revenue.tolist() == [8, 3]
    assert kept.tolist() == [8]


def test_a_bundle_holds_the_columns_that_it_names():
    class View(NamedTuple):
        id: np.ndarray
        revenue: np.ndarray
        cash: np.ndarray

    table = _table()
    table.add(np.array([5]), revenue=4)
    assert table.bundle(View) is table.bundle(View)
    table.add(np.array([6]))
    view = table.bundle(View)
    assert (view.id.tolist(), view.revenue.tolist(), view.cash.tolist()) == ([5, 6], [4, 3], [0, 0])


def test_columns_asked_for_are_noted_while_somebody_watches():
    table = _table()
    table.add(np.array([1]))
    _ = table.revenue
    table.touched = set()
    _ = table.revenue, table.revenue, table.founded
    assert table.touched == {"revenue", "founded"}
    table.touched = None
    _ = table.id
    assert table.touched is None


def test_a_column_may_not_bear_the_name_of_an_attribute():
    with pytest.raises(RuntimeError, match="two owners"):
        _table().own(Column("startup", "capacity", "int64", "", ""))


def test_rows_that_were_dropped_leave_nothing_behind():
    objects = _table(offset=None)
    objects.add(np.array([1, 2, 3]), region=9, revenue=np.array([7, 8, 9]))
    objects.keep(np.zeros(3, bool))
    objects.add(np.array([4, 5, 6]))
    assert objects.region.tolist() == [0, 0, 0]
    assert objects.revenue.tolist() == [3, 3, 3]
