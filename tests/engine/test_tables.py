"""State tables: rows, columns, snapshots."""

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
